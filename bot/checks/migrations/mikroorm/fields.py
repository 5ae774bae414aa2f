"""The columns of properties: scalars, relations and embedded objects, under their names in the database.

Source: MikroORM's `MetadataDiscovery` (`initFieldName`, `initEmbeddables`, `initManyToOneFields`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.checks.migrations.mikroorm.columns import Kind, Reading, flag, nullable_of, read_default, read_kind, text_of
from bot.checks.migrations.mikroorm.facts import Ent, Key, Prop
from bot.checks.migrations.mikroorm.family import Family
from bot.checks.migrations.mikroorm.naming import Naming
from bot.checks.migrations.script.values import Array, Constant, Member, Text

_TRUE, _FALSE = Constant("true"), Constant("false")
_NOTHING = (None, Constant("undefined"))
_NAMES = ("fieldName", "fieldNames", "joinColumn", "joinColumns", "name")
_MAX_DEPTH = 12
# Keys made of keys, and objects within objects, double with each step: of all columns together no more are built.
_MAX_COLUMNS = 200_000
_MAX_KEYS = 60
_TOO_MANY = "it has too many columns to be told"


@dataclass(frozen=True, kw_only=True)
class Built:
    """A column with what its property says beside it."""

    prop: Prop
    name: str
    kind: Kind
    nullable: bool
    default: str | None = None
    doubt: str = ""


@dataclass(frozen=True)
class Options:
    """What the project's configuration says that bears on tables."""

    naming: Naming
    relative: bool = False
    update_rule: str = ""
    delete_rule: str = ""


class Fields:
    """Builds the columns of a family's properties."""

    def __init__(self, family: Family, reading: Reading, options: Options) -> None:
        self.family, self.reading, self.options = family, reading, options
        self.naming, self.dialect, self.version = options.naming, reading.dialect, reading.version
        self._keys: dict[Key, list[Built]] = {}
        self._left = _MAX_COLUMNS

    def columns(self, ent: Ent, prop: Prop, depth: int = 0) -> Iterator[Built]:
        """Yield the columns of a property."""
        if not self.is_kept(prop) or depth > _MAX_DEPTH:
            return
        self._left -= 1
        if self._left < 0 or not _is_named(prop):
            doubt = _TOO_MANY if self._left < 0 else "its column's name cannot be told"
            yield Built(prop=prop, name="", kind=Kind(), nullable=True, doubt=doubt)
        elif prop.kind == "embedded":
            yield from self._embedded(prop, "", nullable=False, depth=depth)
        elif prop.kind in {"m:1", "1:1"}:
            yield from self.references(prop, depth)
        elif prop.kind == "scalar":
            yield self._scalar(ent, prop, self.field(prop))

    def is_kept(self, prop: Prop) -> bool:
        """Whether a property has columns of its table."""
        if prop.options.get("persist") == _FALSE or "formula" in prop.options or prop.kind in {"1:m", "m:n"}:
            return False
        return prop.kind != "1:1" or self.owns(prop)

    @staticmethod
    def owns(prop: Prop) -> bool:
        """Whether a relation's columns are on this side."""
        if prop.options.get("owner") == _TRUE or prop.options.get("inversedBy") not in _NOTHING:
            return True
        return prop.options.get("mappedBy") in _NOTHING

    def field(self, prop: Prop) -> str:
        """The column of a scalar or embedded property."""
        return _given_names(prop)[0] if _given_names(prop) else self.naming.column(prop.name)

    def _scalar(self, ent: Ent, prop: Prop, name: str, *, nullable: bool = False) -> Built:
        kind = read_kind(self.reading, prop, makes=ent.makes)
        default, doubt = read_default(self.reading, prop, kind, makes=ent.makes)
        open_ = nullable_of(self.reading, prop)
        if open_ is None:
            doubt = doubt or "whether it may be null cannot be told"
        if "" in prop.options:
            doubt = doubt or "an option of it cannot be told"
        if kind.counted and len(self.family.keys(ent)) > 1:
            kind = replace(kind, counted=False)
        return Built(
            prop=prop,
            name=name,
            kind=kind,
            nullable=bool(open_) or nullable or prop.inherited,
            default=default,
            doubt=prop.unread or doubt,
        )

    def keys(self, ent: Ent, depth: int = 0) -> list[Built]:
        """The columns of an entity's primary key; none where they cannot be told."""
        if ent.key not in self._keys:
            self._keys[ent.key] = []
            found = [one for key in self.family.keys(ent) for one in self.columns(ent, key, depth + 1)]
            known = len(found) <= _MAX_KEYS and all(one.name for one in found)
            self._keys[ent.key] = found if known else []
        return self._keys[ent.key]

    def references(self, prop: Prop, depth: int) -> Iterator[Built]:
        """Yield the columns of a relation: as many as the other's primary key has, and of their types."""
        target = self.family.ent(prop.target)
        names = _given_names(prop)
        nullable = self._may_be_missing(prop)
        keys = self.keys(target, depth) if target is not None else []
        if target is None or not keys:
            for name in names or [""]:
                doubt = "what it refers to cannot be told"
                yield Built(prop=prop, name=name, kind=Kind(), nullable=bool(nullable), doubt=doubt)
            return
        for at, key in enumerate(keys):
            usual = self.naming.join_column(prop.name, key.name, composite=len(keys) > 1)
            kind = replace(key.kind, counted=False, native=key.kind.native)
            if isinstance(given := prop.options.get("columnType"), Text):
                kind = read_kind(self.reading, replace(prop, options={"columnType": given}))
            yield Built(
                prop=prop,
                name=names[at] if at < len(names) else usual,
                kind=kind,
                nullable=bool(nullable) or prop.inherited,
                doubt=prop.unread
                or ("an option of it cannot be told" if "" in prop.options or nullable is None else key.doubt),
            )

    def _may_be_missing(self, prop: Prop) -> bool | None:
        told = nullable_of(self.reading, prop)
        if prop.options.get("nullable") in _NOTHING and self.version <= 6 and not told:  # noqa: PLR2004 - a version
            return True if {"remove", "all"} & set(cascades(prop)) else told
        return told

    def _embedded(self, prop: Prop, before: str, *, nullable: bool, depth: int) -> Iterator[Built]:
        """Yield the columns of an embedded object: its members', or one of JSON."""
        own = before + self.field(prop) if _given_names(prop) or not before else self.naming.column(before + prop.name)
        nullable = bool(nullable_of(self.reading, prop)) or nullable or prop.inherited
        if flag(prop.options, "object") or flag(prop.options, "array") or prop.annotation.endswith("[]"):
            kind = Kind(text="jsonb" if self.dialect == "postgres" else "json", name="json")
            yield Built(prop=prop, name=own, kind=kind, nullable=nullable, doubt=prop.unread)
            return
        target = self.family.ent(prop.target)
        prefix = self._prefix(prop, own, before)
        if target is None or prefix is None or depth > _MAX_DEPTH:
            yield Built(prop=prop, name="", kind=Kind(), nullable=nullable, doubt="what it holds cannot be told")
            return
        for inner in self.family.props_of(target).values():
            self._left -= 1
            if self._left < 0:
                yield Built(prop=prop, name="", kind=Kind(), nullable=nullable, doubt=_TOO_MANY)
                return
            if not self.is_kept(inner):
                continue
            if inner.kind == "embedded":
                yield from self._embedded(inner, prefix, nullable=nullable, depth=depth + 1)
            elif inner.kind == "scalar":
                given = _given_names(inner)
                name = prefix + given[0] if given else self.naming.column(prefix + inner.name)
                yield self._scalar(target, inner, name, nullable=nullable)
            else:
                for one in self.references(inner, depth + 1):
                    yield replace(one, name=prefix + one.name, nullable=one.nullable or nullable)

    def _prefix(self, prop: Prop, own: str, before: str) -> str | None:
        given = prop.options.get("prefix")
        if given in _NOTHING or given == _TRUE:
            return f"{own}_"
        if given == _FALSE:
            return before
        mode = text_of(prop.options.get("prefixMode"))
        relative = mode == "relative" or (not mode and self.options.relative)
        return (before if relative else "") + given.text if isinstance(given, Text) else None

    def columns_at(self, ent: Ent, path: str) -> list[str]:
        """The columns that a path names: `author`, or `address.city` of an embedded object."""
        first, _, rest = path.partition(".")
        props = self.family.props_of(ent)
        prop = props.get(first)
        if prop is None:
            return [path]
        built = list(self.columns(ent, prop))
        if not rest:
            return [one.name for one in built]
        if prop.kind == "embedded" and len(built) >= 1:
            named = [one.name for one in built if one.prop.name == rest.rpartition(".")[2]]
            if named:
                return named[:1]
        return [f"{self.field(prop)}.{rest}"]


def cascades(prop: Prop) -> list[str]:
    """What a relation passes on, in small letters; the usual where nothing is said."""
    value = prop.options.get("cascade")
    if not isinstance(value, Array):
        return ["persist"]
    return [(one.name if isinstance(one, Member) else text_of(one)).lower() for one in value.items]


def _given_names(prop: Prop) -> list[str]:
    """The columns' names that a property is given."""
    for option in _NAMES:
        value = prop.options.get(option)
        if isinstance(value, Text) and not (option == "name" and value.text == prop.name):
            return [value.text]
        if isinstance(value, Array):
            return [one.text for one in value.items if isinstance(one, Text)]
    return []


def _is_named(prop: Prop) -> bool:
    """Whether it can be told whether a property has columns, and by which names."""
    kept = prop.options.get("persist")
    if kept not in (*_NOTHING, _TRUE, _FALSE):
        return False
    for option in _NAMES:
        value = prop.options.get(option)
        items = value.items if isinstance(value, Array) else [value]
        if value not in _NOTHING and not all(isinstance(one, Text) for one in items):
            return False
    return True
