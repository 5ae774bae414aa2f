"""Change sets of Liquibase that a change adds and that may not run: what decides is none of the repository's files.

Contexts and labels are given when Liquibase starts, a precondition of SQL asks the database, and a database that no
other change set names may be none of the project's. What merged change sets are marked with is the project's own way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.checks.migrations.changelog.conditions import applies
from bot.checks.migrations.changelog.files import Changelog, ChangeSet, Include
from bot.checks.migrations.changelog.nodes import Node

_TERMS = ("context", "contextFilter", "labels")
# What happens to a change set whose precondition does not hold, or cannot be asked, where Liquibase does not stop.
_PASSES_OVER = frozenset({"CONTINUE", "MARK_RAN"})
# What of preconditions a schema tells, or what has nothing to do with columns.
_TOLD = frozenset({
    "and", "columnExists", "dbms", "foreignKeyConstraintExists", "indexExists", "not", "or", "preConditions",
    "primaryKeyExists", "sequenceExists", "tableExists", "uniqueConstraintExists", "viewExists",
})  # fmt: skip


def find_conditional(
    new: Sequence[Changelog], old: Sequence[Changelog], known: Collection[object], usual: Sequence[str]
) -> Iterator[ChangeSet]:
    """Yield the change sets of some changelogs that may not run.

    Args:
        new: the changelogs at head.
        old: those at the merge base.
        known: the identities of the change sets at the merge base.
        usual: the databases that the project is known to run on.
    """
    used = {term for changelog in old for entry in changelog.entries for term in _terms(entry)}
    databases = {*usual, *(word for changelog in old for one in changelog.change_sets() for word in _databases(one))}
    for changelog in new:
        for one in changelog.change_sets():
            if one.identity in known:
                continue
            elsewhere = bool(_databases(one)) and databases.isdisjoint(_databases(one))
            if not used.issuperset(_terms(one)) or elsewhere or _asks(one.conditions):
                yield one


def find_conditional_includes(new: Sequence[Changelog], old: Sequence[Changelog]) -> Iterator[tuple[str, Include]]:
    """Yield the includes, with the file that has them, whose files may not be run."""
    used = {term for changelog in old for entry in changelog.entries for term in _terms(entry)}
    for changelog in new:
        for one in changelog.includes():
            if not used.issuperset(_terms(one)):
                yield changelog.path, one


def _terms(one: ChangeSet | Include) -> set[str]:
    given = one.attributes if isinstance(one, ChangeSet) else one.terms
    return {" ".join(given[name].lower().split()) for name in _TERMS if given.get(name, "").strip()}


def _databases(one: ChangeSet) -> set[str]:
    listed = one.attributes.get("dbms", "")
    names = {name.strip().lower() for name in listed.split(",") if name.strip()}
    return {name for name in names if applies(listed, name) and name not in {"all", "none"} and name[0] != "!"}


def _asks(conditions: Node | None) -> bool:
    """Whether a condition that no schema tells may leave a change set out."""
    if conditions is None or _PASSES_OVER.isdisjoint(conditions.get(name).upper() for name in ("onFail", "onError")):
        return False
    waiting = [conditions]
    while waiting:
        one = waiting.pop()
        if one.name not in _TOLD:
            return True
        waiting.extend(one.children)
    return False
