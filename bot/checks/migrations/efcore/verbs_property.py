"""What the methods of a property's builder say."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.csharp.values import (
    Call,
    Constant,
    Lambda,
    Member,
    New,
    Text,
    TypeRef,
    Value,
)
from bot.checks.migrations.efcore.calls import argument, name_of, types_of
from bot.checks.migrations.efcore.fluent import Fluent, Verb
from bot.checks.migrations.efcore.handles import Given, Handle, Nothing, OfDefaults, OfProperty
from bot.checks.migrations.efcore.model import UNKNOWN, Bound, Facet, written
from bot.checks.migrations.efcore.scope import Scope
from bot.checks.migrations.efcore.verbs_model import HILO

_TO_TEXT = frozenset({"ToString", "Serialize", "SerializeObject", "Join", "ToJson", "ToLower", "ToUpper", "Trim"})


def _set(target: Handle, facet: str, value: Facet, call: Call) -> None:
    if isinstance(target, OfDefaults):
        target.facets[facet] = value
    elif isinstance(target, OfProperty):
        target.property.facets[facet] = value
        target.property.given[facet] = written([one.value for one in call.arguments])


def _one(facet: str) -> Verb:
    """The first argument is the facet."""

    def verb(fluent: Fluent, target: Handle, call: Call, scope: Scope) -> None:
        given = argument(call, 0)
        _set(target, facet, fluent.constant(given, scope) if given is not None else UNKNOWN, call)

    return verb


def _flag(facet: str, *, reverse: bool = False) -> Verb:
    def verb(fluent: Fluent, target: Handle, call: Call, scope: Scope) -> None:
        given = argument(call, 0)
        value = fluent.constant(given, scope) if given is not None else True
        _set(target, facet, (not value if reverse else value) if isinstance(value, bool) else UNKNOWN, call)

    return verb


def _fixed(facet: str, value: Facet) -> Verb:
    def verb(_: Fluent, target: Handle, call: Call, __: Scope) -> None:
        _set(target, facet, value, call)

    return verb


def _precision(fluent: Fluent, target: Handle, call: Call, scope: Scope) -> None:
    for number, facet in enumerate(("precision", "scale")):
        given = argument(call, number, facet)
        if given is not None:
            _set(target, facet, fluent.constant(given, scope), call)


def _default(fluent: Fluent, target: Handle, call: Call, scope: Scope) -> None:
    given = argument(call, 0, "value")
    value = fluent.constant(given, scope) if given is not None else UNKNOWN
    _set(target, "default", _plain(value), call)


def _plain(value: Facet) -> Facet:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value == UNKNOWN or value is None:
        return value
    return f"'{value}'" if isinstance(value, str) and not _is_number(value) else str(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _sequence(fluent: Fluent, target: OfProperty, call: Call, scope: Scope) -> None:
    """Numbers from a sequence, which is made where the model does not have it yet."""
    _set(target, "hilo", True, call)  # noqa: FBT003 - a facet like others
    name = fluent.text(call, 0, scope, "name") or (HILO if name_of(call) == "UseHiLo" else None)
    if name is not None and fluent.classes is not None:
        fluent.model.extras["sequence", name] = ""


def _computed(fluent: Fluent, target: Handle, call: Call, scope: Scope) -> None:
    text = fluent.text(call, 0, scope, "sql")
    stored = argument(call, 1, "stored")
    _set(target, "computed", f"{text or ''}{' stored' if stored == Constant('true') else ''}", call)


def _nothing(_: Fluent, __: Handle, ___: Call, ____: Scope) -> None:
    return None


def _metadata(_: Fluent, __: Handle, ___: Call, ____: Scope) -> Given:
    return Nothing()


def _conversion(fluent: Fluent, target: Handle, call: Call, scope: Scope) -> None:
    made = _provider_type(fluent, call, scope)
    if made == "null":
        return
    if isinstance(target, OfProperty):
        target.property.facets["converted"] = made
        target.property.given["converted"] = written([one.value for one in call.arguments]) + written(types_of(call))
    else:
        _set(target, "converted", made, call)


def _provider_type(fluent: Fluent, call: Call, scope: Scope) -> str:  # noqa: PLR0911 - one answer a form
    types = types_of(call)
    first = argument(call, 0)
    if types:
        return _converter(fluent, Bound(types[0], scope.at, scope.types).expanded())
    if first is None:
        return UNKNOWN
    bound = fluent.typeof(first, scope)
    if bound is not None:
        return _converter(fluent, bound)
    value = fluent.evaluate(first, scope)
    match value:
        case Constant("null"):
            return "null"
        case New(TypeRef() as ref):
            return _converter(fluent, Bound(ref, scope.at, scope.types).expanded())
        case Lambda():
            return _of_lambda(fluent, value.result, scope)
    return UNKNOWN


def _converter(fluent: Fluent, bound: Bound) -> str:  # noqa: PLR0911 - one answer a form
    """What a converter, or the type given in its place, stores."""
    from bot.checks.migrations.efcore.classes import Enum, Scalar

    ref = bound.type
    if ref.simple in {
        "EnumToStringConverter",
        "DateTimeToStringConverter",
        "GuidToStringConverter",
        "UriToStringConverter",
    }:
        return "string"
    if ref.simple == "ValueConverter" and len(ref.arguments) == 2:  # noqa: PLR2004 - model and provider
        bound = bound.argument(1)
    classes = fluent.classes
    if classes is None:
        return str(ref)
    kind = classes.kind(bound)
    if isinstance(kind, Scalar):
        return kind.name
    if isinstance(kind, Enum):
        return kind.underlying
    decl = classes.resolve(bound)
    for one, given in classes.bases(decl) if decl is not None else ():
        for base in one.bases:
            if base.simple == "ValueConverter" and len(base.arguments) == 2:  # noqa: PLR2004 - model and provider
                inner = classes.kind(Bound(base.arguments[1], one, given).expanded())
                return inner.name if isinstance(inner, Scalar) else UNKNOWN
            if base.simple == "EnumToStringConverter":
                return "string"
    return UNKNOWN


def _of_lambda(_: Fluent, result: Value | None, __: Scope) -> str:
    match result:
        case Call(Member(_, name)) if name in _TO_TEXT:
            return "string"
        case Text():
            return "string"
    return UNKNOWN


_QUIET = (
    "HasAnnotation IsConcurrencyToken HasColumnOrder HasField UsePropertyAccessMode HasValueGenerator "
    "HasValueGeneratorFactory HasJsonPropertyName HasSentinel IsSparse ElementType HasParameterName "
    "HasIdentityOptions HasCharSet UseCompressionMethod HasPostgresArrayConversion"
)
_SHARED: Mapping[str, Verb] = {
    "HasMaxLength": _one("max_length"),
    "HasPrecision": _precision,
    "HasColumnType": _one("store"),
    "HasConversion": _conversion,
    "IsUnicode": _flag("unicode"),
    "IsFixedLength": _flag("fixed"),
    "UseCollation": _one("collation"),
    "IsRequired": _flag("nullable", reverse=True),
}
PROPERTY: Mapping[str, Verb] = {
    **_SHARED,
    "HasColumnName": _one("column"),
    "HasDefaultValue": _default,
    "HasDefaultValueSql": _one("default_sql"),
    "HasComputedColumnSql": _computed,
    "HasComment": _one("comment"),
    "IsRowVersion": _fixed("row_version", value=True),
    "ValueGeneratedOnAdd": _fixed("generated", "add"),
    "ValueGeneratedNever": _fixed("generated", "never"),
    "ValueGeneratedOnUpdate": _fixed("generated", "update"),
    "ValueGeneratedOnUpdateSometimes": _fixed("generated", "update"),
    "ValueGeneratedOnAddOrUpdate": _fixed("generated", "update"),
    "UseIdentityColumn": _fixed("identity", value=True),
    "UseIdentityByDefaultColumn": _fixed("identity", value=True),
    "UseIdentityAlwaysColumn": _fixed("identity", value=True),
    "UseSerialColumn": _fixed("identity", value=True),
    "UseMySqlIdentityColumn": _fixed("identity", value=True),
    "UseHiLo": _sequence,
    "UseSequence": _sequence,
    "IsGeneratedTsVectorColumn": _fixed("computed", UNKNOWN),
    "Metadata": _metadata,
    **dict.fromkeys(_QUIET.split(), _nothing),
}


def defaults_verb() -> Mapping[str, Verb]:
    """The verbs of `configurationBuilder.Properties<T>()`: `HaveMaxLength` and the like."""
    made = {name.replace("Has", "Have", 1).replace("Is", "Are", 1): verb for name, verb in _SHARED.items()}
    return {**made, "HaveAnnotation": _nothing, "HaveSentinel": _nothing}
