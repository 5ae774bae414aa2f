"""Alembic's revision files and the graph that they make.

Source: https://alembic.sqlalchemy.org/en/latest/branches.html (read 2026-11-25). File names mean nothing: the graph is
in `revision`, `down_revision` (a tuple merges, None starts), `depends_on` and `branch_labels`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.values import Value, source_of

_WORD = re.compile(rb"^down_revision\b", re.MULTILINE)
# The graph as nearly every file writes it; what is written in another way is parsed.
_TEXT = rb"""(?:\s*:[^=\n]{0,80})?\s*=\s*(None|["'][\w.-]{1,80}["'])\s*(?:\#.*)?$"""
_NAMES = {
    name: re.compile(rb"^" + name.encode() + _TEXT, re.MULTILINE)
    for name in ("revision", "down_revision", "depends_on", "branch_labels")
}


@dataclass(frozen=True)
class Revision:
    """One revision file.

    Attributes:
        down: the revisions that it follows; empty for the first of a branch.
        readable: False where `down_revision` cannot be told.
        oid: the object id of its content.
    """

    path: str
    id: str
    down: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    readable: bool = True
    line: int = 1
    oid: str = ""

    @property
    def folder(self) -> str:
        """The folder that it is in."""
        return self.path.rpartition("/")[0]


def is_revision(content: bytes) -> bool:
    """Whether a file is a revision, by its words."""
    return b"down_revision" in content and _WORD.search(content) is not None


def read_revision(reader: Reader, path: str) -> Revision | None:
    """Read a revision file; None where it names no revision."""
    entry = reader.tree.entry(path)
    content = reader.sources.text(reader.tree, path)
    if entry is None or not isinstance(content, bytes):
        return None
    graph = _quick(content) or _parsed_graph(reader, path)
    revision = graph.get("revision")
    if not isinstance(revision, str) or not revision:
        return None
    down, depends, labels = (_names(graph.get(name)) for name in ("down_revision", "depends_on", "branch_labels"))
    found = _WORD.search(content)
    line = content.count(b"\n", 0, found.start()) + 1 if found is not None else 1
    return Revision(path, revision, down or (), depends or (), labels or (), down is not None, line, entry.oid)


def _quick(content: bytes) -> dict[str, Value] | None:
    graph: dict[str, Value] = {}
    for name, pattern in _NAMES.items():
        found = pattern.findall(content)
        times = len(re.findall(rb"^" + name.encode() + rb"\b", content, re.MULTILINE))
        if len(found) != times or times > 1:
            return None
        graph[name] = None if not found or found[0] == b"None" else found[0][1:-1].decode()
    return graph if graph["revision"] is not None else None


def _parsed_graph(reader: Reader, path: str) -> dict[str, Value]:
    return {name: reader.lookup(path, name) for name in _NAMES}


def _names(value: Value) -> tuple[str, ...] | None:
    match value:
        case None:
            return ()
        case str():
            return (value,) if value else ()
        case tuple() | list():
            names = [one for one in value if isinstance(one, str)]
            return tuple(names) if len(names) == len([one for one in value if one is not None]) else None
    return None


def code_of(reader: Reader, path: str) -> str:
    """What of a revision's source takes the schema forward; equal where an edit does not matter."""
    parsed = reader.parsed(path)
    if parsed is None:
        return ""
    parts: list[str] = []
    for node in parsed.tree.body:
        match node:
            case ast.Expr() | ast.Import() | ast.ImportFrom() | ast.FunctionDef(name="downgrade"):
                continue
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if name in _NAMES:
                continue
            case ast.FunctionDef(name=name, args=arguments, body=body):
                parts.append(
                    "\n".join(
                        (
                            name,
                            *(one.arg for one in arguments.args),
                            *(source_of(one) for one in body if not _is_text(one)),
                        )
                    )
                )
            case _:
                parts.append(source_of(node))
    return "\n".join(parts)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def order(revisions: Iterable[Revision]) -> list[Revision]:
    """The revisions so that each follows those it builds on; the order of what is free is that of folders and ids."""
    listed = sorted(revisions, key=lambda one: (one.folder, one.id))
    find = _Finder(listed)
    done: dict[Revision, None] = {}
    seen: set[Revision] = set()
    for start in listed:
        waiting = [start]
        while waiting:
            one = waiting[-1]
            if one in seen:
                done.setdefault(waiting.pop())
                continue
            seen.add(one)
            waiting.extend(parent for parent in find.parents(one) if parent not in seen)
    return list(done)


class _Finder:
    """Finds revisions by id or label: one of the same folder first, for two folders may hold the same ids."""

    def __init__(self, revisions: Sequence[Revision]) -> None:
        self._known: dict[tuple[str, str], Revision] = {}
        for one in revisions:
            for name in (*one.labels, one.id):
                self._known.setdefault((one.folder, name), one)
                self._known.setdefault(("", name), one)

    def parents(self, one: Revision) -> list[Revision]:
        """The revisions that one follows or depends on, as far as they are there."""
        names = (*one.down, *one.depends)
        found = [self._known.get((one.folder, name), self._known.get(("", name))) for name in names]
        return [parent for parent in found if parent is not None]


def dialect_of(folder: str) -> str | None:
    """The database that a folder of revisions is named after."""
    return next((name for name in ("postgresql", "sqlite", "mysql") if name in folder.lower()), None)


def by_database(revisions: Sequence[Revision]) -> list[list[Revision]]:
    """The revisions in groups of which each must make the whole schema: one, or one for each kind of database."""
    groups: dict[str, list[Revision]] = {}
    for one in revisions:
        groups.setdefault(dialect_of(one.folder) or "", []).append(one)
    if len(groups) == 1 or "" in groups:
        return [list(revisions)] if revisions else []
    return [groups[key] for key in sorted(groups)]


def pair(before: Sequence[Revision], after: Sequence[Revision]) -> dict[Revision, Revision]:
    """For each revision at head that was there before, the earlier one: of its folder, or of any where it moved."""
    same = {(one.folder, one.id): one for one in before}
    by_id = {one.id: one for one in before}
    here = {(one.folder, one.id) for one in after}
    pairs: dict[Revision, Revision] = {}
    for one in after:
        old = same.get((one.folder, one.id))
        if old is None and (other := by_id.get(one.id)) is not None and (other.folder, other.id) not in here:
            old = other
        if old is not None:
            pairs[one] = old
    return pairs


def heads(revisions: Sequence[Revision]) -> list[Revision]:
    """The revisions that no other follows. One that others only depend on is a head of its branch."""
    followed = {name for one in revisions for name in one.down}
    return [one for one in revisions if one.id not in followed]


def lineages(revisions: Sequence[Revision]) -> list[list[Revision]]:
    """The revisions in groups that share a folder or a link.

    Two folders may hold the same ids, one folder for each database.
    """
    here = {(one.folder, one.id) for one in revisions}
    folders: dict[str, list[str]] = {}
    for one in revisions:
        for name in (one.id, *one.labels):
            folders.setdefault(name, []).append(one.folder)
    leader: dict[str, str] = {}
    for one in revisions:
        for parent in (*one.down, *one.depends):
            if (one.folder, parent) not in here and parent in folders:
                leader[_lead(leader, one.folder)] = _lead(leader, folders[parent][0])
    groups: dict[str, list[Revision]] = {}
    for one in revisions:
        groups.setdefault(_lead(leader, one.folder), []).append(one)
    return [groups[key] for key in sorted(groups)]


def _lead(leader: dict[str, str], name: str) -> str:
    while leader.setdefault(name, name) != name:
        name = leader[name]
    return name
