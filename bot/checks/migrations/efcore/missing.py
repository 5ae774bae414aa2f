"""What a change adds to the difference between a context's code and its snapshot."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.efcore.model import UNKNOWN, Entity, Property, written
from bot.checks.migrations.efcore.side import Side
from bot.checks.migrations.sql.compare import Difference
from bot.checks.migrations.sql.report import Teller, fingerprint
from bot.checks.migrations.sql.schema import Schema, Table
from bot.model import Certainty, Finding, Severity, Unknown

COMMAND = "dotnet ef migrations add <Name>"
HELP = "https://learn.microsoft.com/ef/core/managing-schemas/migrations/managing"
SETTLE = "run `dotnet ef migrations has-pending-model-changes`"
_FACETS = frozenset({"type", "nullable", "default", "increments", "comment", "collation"})


def find_missing(
    path: str, sides: tuple[Side | None, Side], libraries: tuple[Library, Library]
) -> Iterator[Finding | Unknown]:
    """Yield what the code of a context says and its snapshot does not, as far as the change brought it.

    `path` is the snapshot's; `sides` and `libraries` are of the merge base and of the head.
    """
    old, new = sides
    teller = Teller(orm="efcore", command=COMMAND, help=HELP, place=lambda one: _place(one, old, new, path))
    before = set(old.different) if old is not None else set()
    doubted = _Doubted(new, old)
    for one in new.different:
        if one in before or (old is None and one.kind not in {"table", "column"}) or _is_foreign(one, new, libraries):
            continue
        certainty = doubted.certainty(one, old)
        if certainty is not None:
            yield teller.finding(one, certainty)
    yield from _doubts(old, new)
    yield from _unread_facets(old, new)
    yield from _seeds(old, new, path)


def _is_foreign(one: Difference, new: Side, libraries: tuple[Library, Library]) -> bool:
    """Whether a table of the snapshot is that of a package's class, which no code of the repository declares."""
    if one.kind != "table" or one.want:
        return False
    origin = new.there.origins.get((one.table, ""))
    key = origin.entity if origin is not None else ""
    plain = key.partition("<")[0]
    return bool(plain.rpartition(".")[0]) and all(
        library.full(plain) is None and not library.named(plain.rpartition(".")[2].rpartition("+")[2])
        for library in libraries
    )


class _Doubted:
    """How sure a difference is, where something of the model was not read."""

    def __init__(self, new: Side, old: Side | None) -> None:
        self._new = new
        before = {doubt.written for doubt in old.model.doubts} if old is not None else set()
        # Whether the change brings what may give the whole model another form, and is not read.
        self._is_newly_doubted = any(not doubt.entity and doubt.written not in before for doubt in new.model.doubts)
        known = {(doubt.entity, doubt.written) for doubt in old.model.doubts} if old is not None else set()
        new_doubts = (doubt for doubt in new.model.doubts if (doubt.entity, doubt.written) not in known)
        self._conditional = {doubt.entity for doubt in new_doubts if doubt.conditional}
        self._whole = any(not doubt.entity for doubt in new.model.doubts)
        self._entities = {doubt.entity for doubt in new.model.doubts if doubt.entity and not doubt.property}
        self._members = {(doubt.entity, doubt.property) for doubt in new.model.doubts if doubt.property}

    def certainty(self, one: Difference, old: Side | None) -> Certainty | None:
        """How sure a difference is; None where what was not read explains it."""
        new = self._new
        entity, made = _origin(one, new)
        if entity is not None and entity.key in self._conditional:
            return None
        unread = self._whole or (entity is not None and (entity.key in self._entities or entity.open))
        if entity is not None and made is not None and (entity.key, made.name) in self._members:
            unread = True
            if one.kind in _FACETS:
                return None
        # The tool wrote the snapshot after the change: what was not read is in there.
        if (unread or (old is not None and _disagreed(one, old))) and _is_rewritten(one, old, new):
            is_there = one.kind in {"table", "column"} and bool(one.want)
            if not is_there:
                return None
        if (made is not None and made.facets.get("doubtful")) or self._is_newly_doubted:
            return Certainty.LIKELY
        return Certainty.CERTAIN


def _disagreed(one: Difference, old: Side) -> bool:
    """Whether differences of the kind are found before the change, too: then it is the reading that is at fault."""
    return sum(other.kind == one.kind and bool(other.want) == bool(one.want) for other in old.different) > 1


def _origin(one: Difference, side: Side) -> tuple[Entity | None, Property | None]:
    found = side.here.origins.get((one.table, one.name)) or side.here.origins.get((one.table, ""))
    entity = side.model.entities.get(found.entity) if found is not None else None
    return entity, entity.properties.get(found.property) if entity is not None and found is not None else None


def _is_rewritten(one: Difference, old: Side | None, new: Side) -> bool:
    """Whether the change's snapshot has the element in another form than before."""
    now = _element(one, new.there.schema)
    was = _element(one, old.there.schema) if old is not None else None
    return now is not None and now != was


def _element(one: Difference, schema: Schema) -> object:
    table = schema.tables.get(schema.key(one.table))
    if table is None:
        return None
    if one.kind == "table":
        return table
    return _member(one, table, schema.key(one.name)) if one.name else (table.primary_key or None)


def _member(one: Difference, table: Table, key: str) -> object:
    if one.kind in {"index", "index-name"}:
        return table.indexes.get(key)
    if one.kind in {"foreign-key", "foreign-key-name"}:
        return table.foreign_keys.get(key)
    return table.columns.get(key)


def _place(one: Difference, old: Side | None, new: Side, path: str) -> tuple[str, int] | None:
    for side in (new, *([old] if old is not None else [])):
        for key in ((one.table, one.name), (one.table, "")):
            place = side.here.places.get(key)
            if place is not None:
                return place.path, place.line
    return path, 1


def _doubts(old: Side | None, new: Side) -> Iterator[Unknown]:
    """Yield what the change brings and cannot be read, unless its snapshot was written after it."""
    before = {(one.entity, one.property, one.written) for one in old.model.doubts} if old is not None else set()
    settled: dict[str, bool] = {}
    said: set[tuple[str, str, str]] = set()
    for one in new.model.doubts:
        # Of several of one kind the first is enough to go and look.
        kind = (one.entity, one.property, one.reason)
        if (one.entity, one.property, one.written) in before or kind in said:
            continue
        said.add(kind)
        if one.entity not in settled:
            settled[one.entity] = _is_settled(one.entity, old, new)
        if settled[one.entity]:
            continue
        subject = ".".join(part for part in (one.entity, one.property) if part)
        reason = f"{subject}: {one.reason} is not followed" if subject else f"{one.reason} is not followed"
        yield Unknown(path=one.place.path, line=one.place.line, reason=reason, settle=SETTLE)


def _is_settled(key: str, old: Side | None, new: Side) -> bool:
    """Whether the change's snapshot has an entity type, or with no key any, in another form than before."""
    if old is None:
        return True
    now, was = new.snapshot.model, old.snapshot.model
    if not key:
        return written(now.entities) != written(was.entities)
    return written(now.entities.get(key)) != written(was.entities.get(key))


def _unread_facets(old: Side | None, new: Side) -> Iterator[Unknown]:
    """Yield properties of which something changes that cannot be read, while the snapshot's stays."""
    if old is None:
        return
    for key, entity in new.model.entities.items():
        other = old.model.entities.get(key)
        if other is None:
            continue
        for name, made in entity.properties.items():
            was = other.properties.get(name)
            if was is None:
                continue
            for facet in _changed_unread(was, made):
                if _snapshot_property(new, key, name) == _snapshot_property(old, key, name) and made.place is not None:
                    reason = f"{key}.{name}: {facet} is computed, and the change touches it"
                    yield Unknown(path=made.place.path, line=made.place.line, reason=reason, settle=SETTLE)


def _changed_unread(was: Property, made: Property) -> Iterator[str]:
    for facet, value in made.facets.items():
        if value == UNKNOWN and (was.facets.get(facet) != UNKNOWN or was.given.get(facet) != made.given.get(facet)):
            yield facet.replace("_", " ")


def _snapshot_property(side: Side, key: str, name: str) -> str:
    entity = side.snapshot.model.entities.get(key)
    return written(entity.properties.get(name)) if entity is not None else ""


def _seeds(old: Side | None, new: Side, path: str) -> Iterator[Finding]:
    """Yield entity types whose rows of `HasData` change in the code and not in the snapshot."""
    if old is None:
        return
    for key in sorted({*old.model.entities, *new.model.entities}):
        was, now = (side.model.entities.get(key) for side in (old, new))
        kept = [side.snapshot.model.entities.get(key) for side in (old, new)]
        rows = [one.seeds if one is not None else [] for one in (was, now, *kept)]
        if sorted(rows[0]) == sorted(rows[1]) or sorted(rows[2]) != sorted(rows[3]):
            continue
        place = now.place if now is not None else None
        yield Finding(
            rule="efcore-missing-seed",
            message=f"the rows that HasData gives to {key} change, and the snapshot's do not",
            severity=Severity.HIGH,
            certainty=Certainty.LIKELY,
            path=place.path if place is not None else path,
            line=place.line if place is not None else 1,
            fingerprint=fingerprint("efcore", "seed", key),
            fix=f"run `{COMMAND}`; rows of HasData are part of the migrations",
            help="https://learn.microsoft.com/ef/core/modeling/data-seeding",
        )
