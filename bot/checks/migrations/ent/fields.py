"""Fields of ent's schemas as columns.

Source: ent's builders and what its code generator makes of them,
https://github.com/ent/ent/tree/master/schema/field and entc/gen/type.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.checks.migrations.ent.annotations import Said, read_annotations
from bot.checks.migrations.ent.generated import read_default, texts_of
from bot.checks.migrations.ent.golang.evaluate import Evaluator
from bot.checks.migrations.ent.golang.scope import Scope, plain
from bot.checks.migrations.ent.golang.source import Source
from bot.checks.migrations.ent.golang.values import Chain, Dictionary, Place, Struct, Unread, Value
from bot.checks.migrations.ent.names import snake
from bot.checks.migrations.ent.tables import TEXT_SIZE, Column, Expression

PACKAGE = "entgo.io/ent/schema/field"
_NUMBERS = (
    "Int", "Int8", "Int16", "Int32", "Int64", "Uint", "Uint8", "Uint16", "Uint32", "Uint64", "Float32",
)  # fmt: skip
_TYPES: Mapping[str, str] = {
    **{name: name for name in (*_NUMBERS, "String", "Bool", "Bytes", "Time", "JSON", "Enum", "UUID", "Other")},
    "Text": "String",
    "Float": "Float64",
    **dict.fromkeys(("Strings", "Ints", "Floats", "Any"), "JSON"),
}
# What a builder is told that no table shows.
_SILENT = frozenset({
    "Nillable", "Immutable", "Comment", "StructTag", "UpdateDefault", "DefaultFunc", "Validate", "Match", "NotEmpty",
    "MinLen", "MinRuneLen", "MaxRuneLen", "Sensitive", "Positive", "Negative", "NonNegative", "Min", "Max", "Range",
    "ValueScanner", "Deprecated", "GoType", "Unique", "Optional", "StorageKey", "SchemaType", "Default", "MaxLen",
    "Annotations", "Values", "NamedValues", "",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field.

    Attributes:
        name: in ent's words; the column may have another.
        id: the column as the field makes it where it is the type's id.
        doubt: why its column is not known; None where it is.
        unread_values: why its values are not known, which matters where a database keeps them in the type.
    """

    name: str
    column: Column
    place: Place
    id: Column
    skip: bool = False
    doubt: Unread | None = None
    unread_values: Unread | None = None


def read_field(chain: Chain, evaluator: Evaluator) -> Field | None:
    """The field that a builder describes; None where it is no builder of ent's, or its name is not a text."""
    first = chain.steps[0].arguments
    if (
        chain.root.package != PACKAGE
        or chain.root.name not in _TYPES
        or not first
        or not isinstance(plain(first[0]), str)
    ):
        return None
    name = str(plain(first[0]))
    given = {step.name: step.arguments for step in chain.steps}
    said, doubt = read_annotations(
        value for step in chain.steps if step.name == "Annotations" for value in step.arguments
    )
    strange = next((step.name for step in chain.steps if step.name not in _SILENT), None)
    if strange is not None:
        doubt = doubt or Unread(f"{strange}() of a field", chain.place, strange)
    column = Column(name=snake(name), type=_TYPES[chain.root.name], size=TEXT_SIZE if chain.root.name == "Text" else 0)
    column, fault = _told(column, given)
    column, values = _values(column, given, chain, evaluator)
    bare = replace(column, default=None, nullable=False)
    if "nt" in column.type or column.type.startswith("Float"):
        # Only what is no number keeps its uniqueness and size as an id.
        told = said.get("Incremental")
        numbered = told if isinstance(told, bool) else "nt" in column.type
        bare = replace(bare, unique=False, size=0, increments=numbered)
    return Field(
        name=name,
        column=_annotated(column, said),
        place=chain.place,
        id=replace(_annotated(bare, said), size=bare.size),
        skip=said.get("Skip") is True,
        doubt=doubt or fault,
        unread_values=values,
    )


def _told(column: Column, given: Mapping[str, tuple[Value, ...]]) -> tuple[Column, Unread | None]:
    """The column with what the calls of its builder say, and the first thing among it that is not known."""
    column = replace(column, nullable="Optional" in given, unique="Unique" in given)
    told: dict[str, Value] = {key: plain(values[0]) for key, values in given.items() if values}
    doubt = next(
        (one for key in ("StorageKey", "MaxLen", "SchemaType") if isinstance(one := told.get(key), Unread)), None
    )
    if isinstance(told.get("StorageKey"), str):
        column = replace(column, name=str(told["StorageKey"]))
    size = told.get("MaxLen")
    if isinstance(size, int):
        column = replace(column, size=size)
    kinds = told.get("SchemaType")
    if isinstance(kinds, Dictionary):
        column = replace(column, schema_type=tuple(sorted(texts_of(kinds))))
        if len(column.schema_type) < len(kinds.entries):
            doubt = doubt or Unread("a type that is no text", Place("", 0), repr(kinds.entries))
    default = told.get("Default")
    if column.type in {"Bool", "Enum", "String", "Float64", *_NUMBERS}:
        if isinstance(default, str | int | float | bool):
            column = replace(column, default=default)
        elif "Default" in told:
            place = Place("", 0)
            fault = (
                default
                if isinstance(default, Unread)
                else Unread("a default that is no constant", place, repr(default))
            )
            doubt = doubt or fault
    return column, doubt


def _values(
    column: Column, given: Mapping[str, tuple[Value, ...]], chain: Chain, evaluator: Evaluator
) -> tuple[Column, Unread | None]:
    if column.type != "Enum":
        return column, None
    values: Value = given.get("Values", ())
    if "NamedValues" in given:
        values = given["NamedValues"][1::2]
    kind = given["GoType"][0] if given.get("GoType") else None
    if not values and isinstance(kind, Struct):
        values = evaluator.method(kind, "Values", Scope(Source(path=chain.place.path), kind.folder or ""))
    read = [plain(one) for one in values] if isinstance(values, tuple) else []
    if read and all(isinstance(one, str) for one in read):
        return replace(column, enums=tuple(str(one) for one in read)), None
    written = values.written if isinstance(values, Unread) else repr(values)
    return column, Unread("the values of an enumeration", chain.place, written)


def _annotated(column: Column, said: Said) -> Column:
    size = plain(said.get("Size"))
    if isinstance(size, int):
        column = replace(column, size=size)
    default = plain(said.get("Default"))
    if isinstance(default, str):
        return replace(column, default=default)
    if isinstance(said.get("DefaultExpr"), str):
        return replace(column, default=Expression(text=str(said["DefaultExpr"])))
    if isinstance(said.get("DefaultExprs"), Dictionary):
        return replace(column, default=read_default(said["DefaultExprs"]))
    return column
