"""What attributes on classes and their members say."""

from __future__ import annotations

from bot.checks.migrations.csharp.declarations import Attribute, TypeDecl
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.csharp.values import Member as MemberValue
from bot.checks.migrations.csharp.values import TypeOf, Value
from bot.checks.migrations.efcore.calls import names_of
from bot.checks.migrations.efcore.classes import Member
from bot.checks.migrations.efcore.constants import NotConstantError, constant
from bot.checks.migrations.efcore.model import MAX_INDEXES, UNKNOWN, Entity, Facet, Index, Place, Property, written

_GENERATED = {"None": "never", "Identity": "add", "Computed": "update"}


def of_member(library: Library, member: Member, made: Property) -> None:
    """Put what the attributes of a member say where the builder said nothing."""
    for one in member.declared.attributes:
        for facet, value in _facets(library, one, member.decl).items():
            if facet not in made.facets:
                made.facets[facet] = value
                made.given[facet] = written(one.arguments)


def _facets(library: Library, one: Attribute, at: TypeDecl) -> dict[str, Facet]:  # noqa: PLR0911 - one answer a kind
    match one.name:
        case "Required" | "Key":
            return {"nullable": False}
        case "MaxLength" | "StringLength":
            return {"max_length": value_of(library, _first(one), at)} if _first(one) is not None else {}
        case "Column":
            named = {"column": _first(one) or argument_of(one, "Name"), "store": argument_of(one, "TypeName")}
            return {facet: value_of(library, value, at) for facet, value in named.items() if value is not None}
        case "Precision":
            placed = [each.value for each in one.arguments if not each.name]
            return {
                facet: value_of(library, each, at) for facet, each in zip(("precision", "scale"), placed, strict=False)
            }
        case "Unicode":
            return {"unicode": value_of(library, _first(one), at) if _first(one) is not None else True}
        case "Timestamp":
            return {"row_version": True}
        case "DatabaseGenerated":
            given = _first(one)
            return {"generated": _GENERATED.get(given.name, "add")} if isinstance(given, MemberValue) else {}
        case "Comment":
            return {"comment": value_of(library, _first(one), at)}
    return {}


def of_class(library: Library, entity: Entity, decl: TypeDecl) -> None:
    """Put what the attributes of a class say where the builder said nothing."""
    for one in decl.attributes:
        match one.name:
            case "Table" if entity.table is None:
                entity.table = str(value_of(library, _first(one), decl))
                schema = argument_of(one, "Schema")
                if schema is not None and entity.schema is None:
                    entity.schema = str(value_of(library, schema, decl))
            case "Keyless" if entity.primary is None:
                entity.keyless = True
            case "PrimaryKey" if entity.primary is None:
                entity.primary = _names(library, one, decl)
            case "Index":
                _index(library, entity, one, decl)
            case "Comment":
                entity.extras.setdefault(("comment", "table"), str(value_of(library, _first(one), decl)))


def _index(library: Library, entity: Entity, one: Attribute, decl: TypeDecl) -> None:
    names = _names(library, one, decl)
    name = argument_of(one, "Name")
    text = str(value_of(library, name, decl)) if name is not None else None
    if len(entity.indexes) >= MAX_INDEXES or any(
        index.properties == names and text == index.label for index in entity.indexes
    ):
        return
    unique = argument_of(one, "IsUnique")
    descending = [each.value for each in one.arguments if each.name in {"IsDescending", "AllDescending"}]
    entity.indexes.append(
        Index(
            properties=names,
            label=text,
            unique=unique is not None and value_of(library, unique, decl) is True,
            details={"IsDescending": written(descending)} if descending else {},
            place=Place(path=decl.path, line=one.line),
        )
    )


def _names(library: Library, one: Attribute, decl: TypeDecl) -> tuple[str, ...]:
    placed = [each.value for each in one.arguments if not each.name]
    return tuple(name for each in placed for name in (names_of(each) or (str(value_of(library, each, decl)),)))


def argument_of(one: Attribute, name: str) -> Value | None:
    """An argument of an attribute by its name."""
    return next((each.value for each in one.arguments if each.name == name), None)


def _first(one: Attribute) -> Value | None:
    return next((each.value for each in one.arguments if not each.name), None)


def first_text(library: Library, one: Attribute, at: TypeDecl) -> str:
    """The first argument of an attribute, as a text."""
    given = _first(one)
    return str(value_of(library, given, at)) if given is not None else ""


def value_of(library: Library, value: Value | None, at: TypeDecl) -> Facet:
    """The value of an attribute's argument; UNKNOWN where it cannot be told."""
    if value is None or isinstance(value, TypeOf):
        return UNKNOWN
    try:
        given = constant(library, value, at)
    except NotConstantError:
        return UNKNOWN
    return str(given) if isinstance(given, float) else given
