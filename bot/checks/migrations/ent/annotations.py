"""Annotations of ent's package `entsql`: what they say of tables, columns, keys and indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.checks.migrations.ent.golang.scope import plain
from bot.checks.migrations.ent.golang.values import Chain, Dictionary, Name, Struct, Unread, Value

_PACKAGE = "entgo.io/ent/dialect/entsql"
_FIELD = "entgo.io/ent/schema/field"
Said = dict[str, Value]


def _first(key: str) -> Callable[[tuple[Value, ...]], Said]:
    return lambda given: {key: given[0] if given else None}


def _names(key: str) -> Callable[[tuple[Value, ...]], Said]:
    return lambda given: {key: Dictionary(tuple((one, True) for one in given))}


_PLAIN = ("Table", "Schema", "Default", "DefaultExpr", "DefaultExprs", "OnDelete", "OnUpdate", "Check", "Checks")
_FUNCTIONS: Mapping[str, Callable[[tuple[Value, ...]], Said]] = {
    **{name: _first(name) for name in _PLAIN},
    "SchemaTable": lambda given: dict(zip(("Schema", "Table"), given, strict=False)),
    "Skip": lambda _: {"Skip": True},
    "Desc": lambda _: {"Desc": True},
    "DescColumns": _names("DescColumns"),
    "IndexType": _first("Type"),
    "IndexTypes": _first("Types"),
    "IndexWhere": _first("Where"),
    "View": lambda _: {"View": True},
    "ViewFor": lambda _: {"View": True},
}  # fmt: skip


def add(said: Said, more: Mapping[str, Value]) -> None:
    """Add what another annotation says: checks are joined, anything else is said anew."""
    for key, value in more.items():
        old = said.get(key)
        if key == "Checks" and isinstance(old, Dictionary) and isinstance(value, Dictionary):
            said[key] = Dictionary((*old.entries, *value.entries))
        else:
            said[key] = value


def read_annotations(values: Iterable[Value]) -> tuple[Said, Unread | None]:
    """What the annotations say together, and the first that cannot be read; those of other packages say nothing."""
    said: Said = {}
    unread: Unread | None = None
    for value in values:
        match value:
            case Unread():
                unread = unread or value
            case tuple():
                more, fault = read_annotations(value)
                add(said, more)
                unread = unread or fault
            case Chain(root=Name(package, name)) if package == _PACKAGE and name in _FUNCTIONS:
                add(said, _FUNCTIONS[name](value.steps[0].arguments))
            case Chain(root=Name(package, "ID")) if package == _FIELD:
                said["ID"] = value.steps[0].arguments
            case Struct(type=Name(package, _)) if package == _PACKAGE:
                add(said, value.fields)
            case _:
                continue
    faulty = next((one for one in said.values() if isinstance(plain(one), Unread)), None)
    return said, unread or (faulty if isinstance(faulty, Unread) else None)
