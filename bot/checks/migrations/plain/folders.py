"""Finds folders of SQL migrations in a tree, by the names of their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.checks.migrations.plain.tools import (
    ATLAS,
    DBMATE,
    DIESEL,
    FLYWAY,
    GOLANG_MIGRATE,
    GOOSE,
    NUMBERED,
    SQLX,
    SUPABASE,
    Tool,
)
from bot.checks.migrations.sql.flyway import is_callback
from bot.model import Tree

_FLYWAY = re.compile(r"(?P<kind>[VURB])(?P<version>[0-9]{1,255}(?:[._][0-9]{1,255})*)?__.+\.(?i:sql)")
_NUMBERED = re.compile(r"(?P<version>\d{1,255})[_-].+?(?:\.(?P<side>up|down|do|undo))?\.(?i:sql)")
# A day, and often a number or a time of that day; only tools that go by a file's whole name take it.
_DATED = re.compile(r"(?:19|20)\d\d[-_.](?:0[1-9]|1[0-2])[-_.](?:0[1-9]|[12]\d|3[01])(?:[-_.T]\d{1,8})*(?=[-_.])")
_DAY = 3
# A folder for each migration: Diesel's way, and Hasura's.
_PAIR = re.compile(r"(?P<version>\d{1,255}(?:-\d{1,255})*)_[^/]+/(?P<side>up|down)\.(?i:sql)")
_FEWEST = 2
# Files at each end of a folder that are asked whose marks they have.
_ASKED = 4
_MOST_CHARACTERS = 1_000_000


# Some write the ending in capitals; patterns of paths mind case.
_ANY_SQL = "**/*.???"


class Side(StrEnum):
    """What a file is for; what runs beside migrations, each time, counts as repeatable."""

    UP = "up"
    DOWN = "down"
    REPEATABLE = "repeatable"


_SIDES = {"down": Side.DOWN, "undo": Side.DOWN}


@dataclass(frozen=True)
class Migration:
    """A file: its path, its version as numbers that can be compared, and what it is for."""

    path: str
    version: tuple[int, ...]
    side: Side

    @property
    def is_day(self) -> bool:
        """Whether its version is no more than the day on which it was written, as others may be."""
        found = _DATED.match(self.path.rpartition("/")[2])
        return found is not None and len(self.version) == _DAY

    @property
    def stem(self) -> str:
        """Its name without what tells its side, which some write as a word of the name: `1_init_up.sql`."""
        if _PAIR.fullmatch(_last_two(self.path)):
            return self.path.split("/")[-2]
        return re.sub(r"(?:[._-](?:up|down|do|undo))?\.(?i:sql)$", "", self.path.rpartition("/")[2])


@dataclass(frozen=True)
class Folder:
    """A folder of migrations, with the tool that runs it."""

    path: str
    tool: Tool
    migrations: Sequence[Migration]


def find_folders(tree: Tree) -> Iterator[Folder]:
    """Yield the folders of a tree, sorted by path."""
    names: dict[str, list[str]] = {}
    pairs: dict[str, list[str]] = {}
    # Drizzle's own folders: their journal tells the order.
    journals: set[str] = set()
    for entry in tree.glob(_ANY_SQL, "**/meta/_journal.json"):
        folder, _, name = entry.path.rpartition("/")
        if not is_sql(name) and name != "_journal.json":
            continue
        if name == "_journal.json":
            journals.add(folder.removesuffix("meta").rstrip("/"))
        elif _PAIR.fullmatch(_last_two(entry.path)):
            pairs.setdefault(folder.rpartition("/")[0], []).append(entry.path)
        else:
            names.setdefault(folder, []).append(name)
    for folder, paths in sorted(pairs.items()):
        read = [one for one in (parse_name(path, DIESEL) for path in sorted(paths)) if one is not None]
        yield Folder(folder, DIESEL, read)
    for folder in sorted(names):
        if folder not in journals:
            found = _folder(tree, folder, sorted(names[folder]))
            if found is not None:
                yield found


def is_sql(name: str) -> bool:
    """Whether a file is SQL by the ending of its name, however that is written."""
    return name.lower().endswith(".sql")


def read_as(tree: Tree, path: str, tool: Tool) -> Folder | None:
    """A folder as one tool takes it; None where nothing in it is one of its migrations."""
    deep = "*/*.???" if tool is DIESEL else "*.???"
    found = [parse_name(entry.path, tool) for entry in tree.glob(f"{path}/{deep}".lstrip("/"))]
    migrations = [one for one in found if one is not None]
    return Folder(path, tool, migrations) if migrations else None


def parse_name(path: str, tool: Tool) -> Migration | None:
    """A file as a migration of a tool; None where its name is not one."""
    name = path.rpartition("/")[2]
    if tool is DIESEL:
        found = _PAIR.fullmatch(_last_two(path))
        version = tuple(int(part) for part in found["version"].split("-")) if found is not None else ()
        return Migration(path, version, _SIDES.get(found["side"], Side.UP)) if found is not None else None
    if tool is FLYWAY and is_callback(name):
        return Migration(path, (0,), Side.REPEATABLE)
    if tool is FLYWAY:
        found = _FLYWAY.fullmatch(name)
        if found is None or (found["version"] is None) != (found["kind"] == "R"):
            return None
        side = {"R": Side.REPEATABLE, "U": Side.DOWN}.get(found["kind"], Side.UP)
        return Migration(path, tuple(int(part) for part in re.split(r"[._]", found["version"] or "0")), side)
    found = _NUMBERED.fullmatch(name)
    if found is None:
        return None
    dated = _DATED.match(name) if tool is NUMBERED else None
    numbers = re.findall(r"\d+", dated[0] if dated is not None else found["version"])
    return Migration(path, tuple(map(int, numbers)), _SIDES.get(found["side"], Side.UP))


def folder_of(path: str, tool: Tool) -> str:
    """The folder of migrations that a file is in."""
    above = path.rpartition("/")[0]
    return above.rpartition("/")[0] if tool is DIESEL else above


def _last_two(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _folder(tree: Tree, path: str, names: Sequence[str]) -> Folder | None:
    tool = _tool(tree, path, names)
    if tool is None:
        return None
    paths = [f"{path}/{name}" if path else name for name in names]
    migrations = [one for one in (parse_name(each, tool) for each in paths) if one is not None]
    return Folder(path, tool, migrations) if migrations else None


def _tool(tree: Tree, path: str, names: Sequence[str]) -> Tool | None:
    if any(_FLYWAY.fullmatch(name) or is_callback(name) for name in names):
        return FLYWAY
    numbered = [found for name in names if (found := _NUMBERED.fullmatch(name))]
    if not numbered:
        return None
    if path.endswith("supabase/migrations"):
        return SUPABASE
    marked = _marked(tree, [f"{path}/{found.string}".lstrip("/") for found in numbered])
    if marked is not None:
        return marked
    paired = any(found["side"] in {"up", "down"} for found in numbered)
    sealed = tree.entry(f"{path}/atlas.sum".lstrip("/")) is not None
    if not (paired or sealed) and ("migrat" not in path.lower() or len(numbered) < _FEWEST):
        return None
    usual = GOLANG_MIGRATE if paired else ATLAS if sealed else NUMBERED
    return SQLX if _uses_sqlx(tree, path) else usual


def _marked(tree: Tree, paths: Sequence[str]) -> Tool | None:
    """The tool whose marks stand in some of the first or last files: one of them may not be read, or be another's."""
    some = dict.fromkeys([*paths[:_ASKED], *paths[-_ASKED:]])
    texts = [content.lower() for _, content in tree.read_many(some) if isinstance(content, bytes)]
    marks = ((tool, tool.markers[0].encode()) for tool in (GOOSE, DBMATE) if tool.markers)
    return next((tool for tool, mark in marks if any(mark in text for text in texts)), None)


def _text(tree: Tree, path: str) -> str:
    content = tree.read(path)
    return content[:_MOST_CHARACTERS].decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _uses_sqlx(tree: Tree, path: str) -> bool:
    """Whether a manifest of Cargo above the folder names sqlx."""
    above = path
    while above:
        above = above.rpartition("/")[0]
        manifest = f"{above}/Cargo.toml" if above else "Cargo.toml"
        if tree.entry(manifest) is not None and "sqlx" in _text(tree, manifest):
            return True
    return False
