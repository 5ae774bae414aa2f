"""One migration: its class, the version of Rails that it is written for, and what it does when a database goes up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.rails.calls import TooLongError
from bot.checks.migrations.rails.changes import Changer
from bot.checks.migrations.rails.known_calls import DEFINES, DEFINES_IN_SQL
from bot.checks.migrations.rails.migrator import Migrator
from bot.checks.migrations.rails.ruby import Source, line_of, text_of
from bot.checks.migrations.rails.schema import Doubt, Terms
from bot.checks.migrations.rails.steps import Step

if TYPE_CHECKING:
    from tree_sitter import Node

_VERSION = re.compile(r"\[\s*(\d{1,4})\.(\d{1,4})\s*\]")
# What a class may stand in.
_AROUND = frozenset({"module", "body_statement", "if", "then", "call", "if_modifier", "unless", "do_block", "block"})
# Of Rails, or with a version as Rails' has it; of one without versions before 5.0.
_VERSIONED = re.compile(r"ActiveRecord::Migration\b|\bMigration\s*\[")
# What says which method is run.
_DRIVES = frozenset({"exec_migration", "method_missing", "migrate", "respond_to?"})
# What is run later, or not at all.
_KEPT = frozenset({"class", "comment", "method", "module", "singleton_method", "uninterpreted"})
# What a class without a version is written for.
_OLDEST = (4, 2)


def migration_class(source: Source) -> Node | None:
    """The class of a migration: the one that inherits from one of Rails' or the project's own."""
    found = [node for node in _classes(source.root) if node.child_by_field_name("superclass") is not None]
    named = [node for node in found if "Migration" in text_of(node.child_by_field_name("superclass") or node)]
    return named[-1] if named else None


def _classes(root: Node) -> list[Node]:
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        if node.type == "class":
            found.append(node)
        elif node is root or node.type in _AROUND:
            stack.extend(reversed(node.named_children))
    return found


def class_name(node: Node) -> str:
    """A class's name."""
    name = node.child_by_field_name("name")
    return text_of(name) if name is not None else ""


def version_of(node: Node) -> tuple[int, int]:
    """The version of Rails in `ActiveRecord::Migration[7.1]`."""
    parent = node.child_by_field_name("superclass")
    found = _VERSION.search(text_of(parent)) if parent is not None else None
    return (int(found[1]), int(found[2])) if found else _OLDEST


@dataclass(frozen=True)
class Outcome:
    """What became of a migration: what of it cannot be read, and its instructions."""

    doubts: Sequence[Doubt]
    steps: Sequence[Step] = ()


def read_migration(changer: Changer, source: Source, adapter: str) -> Outcome:
    """Change a schema as a migration does when a database goes up."""
    node = migration_class(source)
    if source.broken is not None:
        return Outcome([_doubt(source, source.broken, "a syntax that cannot be read")])
    if node is None:
        return Outcome([_doubt(source, 1, "no class that inherits from ActiveRecord::Migration")])
    changer.terms, changer.path = Terms(adapter, version_of(node)), source.path
    migrator = Migrator(changer, source, transaction="disable_ddl_transaction!" not in text_of(node))
    try:
        _define(migrator, source.root)
        _define(migrator, node.child_by_field_name("body"))
        methods = migrator.interpreter.methods
        migrator.doubts.extend(_find_around(source, node, methods))
        name = next((name for name in ("change", "up") if name in methods), None)
        if name is None:
            migrator.doubts.append(_doubt(source, line_of(node), "neither `change` nor `up` is in the file"))
        else:
            migrator.interpreter.call_method(methods[name], (), {})
    except (TooLongError, RecursionError):
        migrator.doubts.append(_doubt(source, 1, "it is too long to be followed"))
    return Outcome(migrator.doubts, migrator.steps)


def _find_around(source: Source, node: Node, methods: Collection[str]) -> Iterator[Doubt]:
    """Yield what may change the schema and stands neither in `change` nor in `up`."""
    parent = node.child_by_field_name("superclass")
    if parent is not None and not _VERSIONED.search(text_of(parent)):
        reason = "its class inherits from one of the project's own, which is not read"
        yield Doubt(reason, source.path, line_of(node), frozenset(), sure=True)
    for name in sorted(_DRIVES.intersection(methods)):
        yield _doubt(source, line_of(node), f"`{name}`, which says what is run, is the file's own")
    body = node.child_by_field_name("body")
    for child in (*source.root.named_children, *(body.named_children if body is not None else ())):
        text = text_of(child)
        if child.type in _KEPT:
            continue
        if text.startswith("prepend") or DEFINES.search(text) or DEFINES_IN_SQL.search(text):
            yield _doubt(source, line_of(child), "code that is run as the file is loaded")


def _define(migrator: Migrator, body: Node | None) -> None:
    """Take the constants and methods of a body."""
    for child in body.named_children if body is not None else ():
        if child.type in {"method", "singleton_method"}:
            migrator.interpreter.define(child)
        elif child.type == "assignment" or text_of(child).startswith(("private ", "protected ", "public ")):
            migrator.interpreter.run(child)


def _doubt(source: Source, line: int, reason: str) -> Doubt:
    return Doubt(reason, source.path, line, frozenset(), anything=True, sure=True)
