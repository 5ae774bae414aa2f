"""Locations of Flyway: folders of SQL, perhaps one for each database."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.migrations.jpa.config import VENDORS
from bot.checks.migrations.jpa.sets import ELSEWHERE, MigrationSet, Replayed, Terms, module_of, sweeping_steps
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.elsewhere import find_paths
from bot.checks.migrations.sql.flyway import parse_flyway
from bot.checks.migrations.sql.folder import decode
from bot.checks.migrations.sql.replay import replay
from bot.checks.migrations.sql.schema import Schema
from bot.model import NotRead, Tree, Unknown

_COMMON = frozenset({"common", "all", "shared", "generic", "default", "any"})


@dataclass(kw_only=True)
class FlywaySet(MigrationSet):
    """A location of Flyway: `files` are the paths by database, in the order in which they run; "" if there is one."""

    files: Mapping[str, Sequence[str]]
    usual: Sequence[str]
    originals: Mapping[str, str]

    def databases(self) -> Sequence[str]:
        """The folders of the location, or the database of the project."""
        return [name or (self.usual[0] if self.usual else "postgresql") for name in self.files]

    def _run(self, database: str, names: Sequence[str], schema: Schema, _: Terms) -> Replayed:
        made = Replayed(database=database, schema=schema)
        paths = self.files.get(database) or next(iter(self.files.values()))
        for path in paths:
            low = self.texts[path]
            if any(name in low for name in names):
                made.opaque.extend((path, one) for one in replay(schema, self.originals[path], names))
        return made

    def unread_steps(
        self, paths: Collection[str], tables: Sequence[str], before: MigrationSet | None
    ) -> Iterator[tuple[str, Opaque]]:
        """Yield what is not understood in files of the change."""
        seen: set[str] = set()
        # A schema that a merged file leads names to is where the project has its tables.
        merged = before.texts.values() if before is not None else ()
        usual = {schema for text in merged for _, schema in find_paths(text)}
        for name, files in self.files.items():
            vendor = name or (self.usual[0] if self.usual else "postgresql")
            for path in [one for one in files if one in paths and one not in seen]:
                seen.add(path)
                text = before.originals.get(path, "") if isinstance(before, FlywaySet) else ""
                old = {one.words for one in replay(self._blank(vendor, tables, text.lower()), text, ())}
                schema = self._blank(vendor, tables, self.texts[path])
                found = list(replay(schema, self.originals[path], ()))
                found += sweeping_steps(self.texts[path], 1)
                found += _led_away(self.texts[path], usual) if before is not None else ()
                yield from ((path, one) for one in found if one.words not in old)


def _led_away(text: str, usual: Collection[str]) -> Iterator[Opaque]:
    """Yield the steps that make names of tables stand for those of a schema that no merged file used."""
    for line, schema in find_paths(text):
        if schema not in usual:
            yield Opaque(words=f"SET search_path TO {schema}", names=frozenset(), line=line, anything=True)


def find_flyway(tree: Tree, usual: Sequence[str], unread: list[Unknown]) -> Iterator[FlywaySet]:
    """Yield the locations of a tree; what is not read is added to `unread`."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    paths = []
    # The ending may be in capitals: see `endings.py`.
    for entry in tree.glob("**/*__*.???"):
        name = parse_flyway(posixpath.basename(entry.path))
        if name is not None and name.sql and name.kind != "U" and ELSEWHERE.search(entry.path) is None:
            paths.append(entry.path)
    originals: dict[str, str] = {}
    for path, content in tree.read_many(paths):
        if isinstance(content, NotRead):
            unread.append(Unknown(path=path, reason=content.reason, settle=content.settle))
        else:
            originals[path] = decode(content)
    folders = {posixpath.dirname(path) for path in originals}
    for path in originals:
        location, vendor = _location(posixpath.dirname(path), folders)
        found[location].append((vendor, path))
    for location, files in sorted(found.items()):
        vendors = sorted({vendor for vendor, _ in files if vendor}) or [""]
        by_vendor = {
            vendor: sorted((path for each, path in files if each in {vendor, ""}), key=_order) for vendor in vendors
        }
        yield FlywaySet(
            key=f"flyway {location}",
            title="Flyway",
            module=module_of(f"{location}/x"),
            texts={path: originals[path].lower() for _, path in files},
            originals=originals,
            files=by_vendor,
            usual=usual,
        )


def _order(path: str) -> tuple[tuple[bool, tuple[int, ...]], str]:
    name = posixpath.basename(path)
    found = parse_flyway(name)
    return (found.order if found is not None else (True, ())), name


def _location(folder: str, folders: set[str]) -> tuple[str, str]:
    """The location that a folder belongs to, and the database that it is for; empty for all."""
    parts = folder.split("/")
    at = next((at for at in range(len(parts) - 1, -1, -1) if parts[at].lower() in VENDORS), None)
    if at is not None:
        return "/".join(parts[:at]), parts[at].lower()
    if parts[-1].lower() in _COMMON:
        return "/".join(parts[:-1]), ""
    above = [one for one in folders if folder.startswith(f"{one}/")]
    return (min(above, key=len), "") if above else (folder, "")
