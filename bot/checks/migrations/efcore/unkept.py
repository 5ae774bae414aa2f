"""Contexts that a change brings without any migration, where others of the repository have theirs."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.efcore.missing import COMMAND, HELP
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Finding, Severity

_TESTS = ("test", "sample", "benchmark", "fixture")


def find_unkept(change: Change, libraries: tuple[Library, Library], kept: set[str]) -> Iterator[Finding]:
    """Yield each new context with sets that no snapshot is for; `kept` are the names of those that one is for."""
    base, head = libraries
    for file in change.files:
        path = file.path
        if file.new_oid is None or not path.endswith(".cs") or any(one in path.lower() for one in _TESTS):
            continue
        facts = head.facts_of(path)
        if facts is None or not any(map(is_context_name, facts.declares)):
            continue
        if file.old_path is not None and base.unread(file.old_path) is not None:
            continue
        read = head.file(path)
        for decl in read.types if read is not None else ():
            is_new = _is_context(decl) and decl.name not in kept and base.full(decl.full_name) is None
            if is_new and not _has_heirs(head, decl, kept):
                yield _finding(decl)


def is_context_name(name: str) -> bool:
    """Whether a class of the name may be a context."""
    return name.endswith("Context")


def _is_context(decl: TypeDecl) -> bool:
    return (
        decl.kind == "class"
        and "abstract" not in decl.modifiers
        and not decl.parameters
        and any(base.simple.endswith("Context") for base in decl.bases)
        and any(one.type.simple == "DbSet" for one in decl.properties)
    )


def _has_heirs(head: Library, decl: TypeDecl, kept: set[str]) -> bool:
    """Whether a context with migrations derives from it."""
    return any(any(base.simple == decl.name for base in one.bases) for name in sorted(kept) for one in head.named(name))


def _finding(decl: TypeDecl) -> Finding:
    return Finding(
        rule="efcore-missing-snapshot",
        message=f"the context {decl.name} is new, and no migration is made for it",
        severity=Severity.HIGH,
        certainty=Certainty.LIKELY,
        path=decl.path,
        line=decl.line,
        fingerprint=fingerprint("efcore", "unkept", decl.full_name),
        fix=f"run `{COMMAND} --context {decl.name}`, if its database is made by migrations",
        help=HELP,
    )
