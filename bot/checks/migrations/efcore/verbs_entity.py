"""What the methods of the builders of entity types say."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.csharp.values import (
    Call,
    Lambda,
    Member,
    Name,
    New,
    Text,
    TypeRef,
    Value,
)
from bot.checks.migrations.efcore.calls import all_names, argument, name_of, names_of, place_of, types_of
from bot.checks.migrations.efcore.fluent import Fluent, Verb
from bot.checks.migrations.efcore.handles import (
    Given,
    Nothing,
    OfEntity,
    OfIndex,
    OfKey,
    OfNavigation,
    OfProperty,
)
from bot.checks.migrations.efcore.model import MAX_INDEXES, UNKNOWN, Bound, Entity, Index, written
from bot.checks.migrations.efcore.scope import Scope


def _property(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> Given | None:
    first = argument(call, 0)
    names = names_of(first)
    if not names and first is not None:
        text = fluent.constant(first, scope)
        names = (text,) if isinstance(text, str) and text != UNKNOWN else ()
        types = (bound,) if len(call.arguments) > 1 and (bound := fluent.typeof(call.arguments[0].value, scope)) else ()
        if types:
            names = names_of(call.arguments[1].value)
    if len(names) != 1:
        fluent.doubt(scope, call.line, "a property that is computed", written(call), target)
        return Nothing()
    entity = _nested(fluent, target.entity, first)
    made = entity.property(names[0])
    made.place = made.place or place_of(call, scope)
    refs = types_of(call)
    given = refs[-1] if refs else None
    if given is not None and not isinstance(first, Lambda):
        made.type = Bound(given, scope.at if fluent.classes is not None else None, scope.types).expanded()
    made.facets.setdefault("explicit", True)
    entity.ignored.discard(made.name)
    handle = OfProperty(entity, made)
    if len(call.arguments) > 1 and isinstance(call.arguments[-1].value, Lambda):
        fluent.enter(call.arguments[-1].value, [handle], scope)
    return handle


def _nested(fluent: Fluent, entity: Entity, path: Value | None) -> Entity:
    """The owned or complex type that `x => x.Address.City` goes through."""
    result = path.result if isinstance(path, Lambda) else None
    between = []
    value = result.value if isinstance(result, Member) else None
    while isinstance(value, Member):
        between.append(value.name)
        value = value.value
    for name in reversed(between):
        entity = fluent.model.entity(f"{entity.key}.{name}")
    return entity


def _key(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> Given:
    names = all_names(call)
    if not names:
        fluent.doubt(scope, call.line, "a key that is computed", written(call), target)
    target.entity.primary = names
    target.entity.keyless = False
    return OfKey(target.entity, None)


def _no_key(_: Fluent, target: OfEntity, __: Call, ___: Scope) -> None:
    target.entity.keyless = True


def _alternate(_: Fluent, target: OfEntity, call: Call, __: Scope) -> Given:
    names = all_names(call)
    target.entity.alternates.setdefault(names, None)
    return OfKey(target.entity, names)


def _index(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> Given:
    first = argument(call, 0, "indexExpression") or argument(call, 0, "propertyNames")
    names = names_of(first)
    name = fluent.text(call, 1, scope, "name") if isinstance(first, Lambda) or not isinstance(first, Text) else None
    if isinstance(first, Text):
        names = all_names(call)
    if not names:
        fluent.doubt(scope, call.line, "an index that is computed", written(call), target)
    index = next((one for one in target.entity.indexes if one.properties == names and one.label == name), None)
    if index is None and len(target.entity.indexes) >= MAX_INDEXES:
        fluent.doubt(scope, call.line, "an entity type with so many indexes", "", target)
        return Nothing()
    if index is None:
        index = Index(properties=names, label=name, place=place_of(call, scope))
        target.entity.indexes.append(index)
    index.by_convention = False
    return OfIndex(target.entity, index)


def _base(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> None:
    types = types_of(call)
    first = argument(call, 0)
    if types:
        target.entity.base = fluent.entity_of(types[0], scope).key
    elif isinstance(first, Text):
        target.entity.base = first.text
    elif first is not None and (bound := fluent.typeof(first, scope)) is not None:
        target.entity.base = fluent.entity_of_bound(bound).key
    else:
        target.entity.base = ""


def _discriminator(_: Fluent, target: OfEntity, call: Call, __: Scope) -> Given:
    first = argument(call, 0)
    names = names_of(first) or ("Discriminator",)
    types = types_of(call)
    target.entity.discriminator = (names[0], str(types[0]) if types else "string")
    return Nothing()


def _data(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> None:
    for one in call.arguments:
        value = fluent.evaluate(one.value, scope)
        rows = (
            value.items
            if hasattr(value, "items") and isinstance(value.items, tuple) and not isinstance(value, New)
            else (value,)
        )
        target.entity.seeds.extend(written(row) for row in rows)


def _ignore(_: Fluent, target: OfEntity, call: Call, __: Scope) -> None:
    for name in all_names(call):
        target.entity.ignored.add(name)
        target.entity.properties.pop(name, None)


def _navigation(_: Fluent, target: OfEntity, call: Call, __: Scope) -> Given:
    names = names_of(argument(call, 0))
    return OfNavigation(target.entity, names[0]) if names else Nothing()


def _owns(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> Given:
    return _own(fluent, target, call, scope, many=name_of(call) == "OwnsMany", is_complex=False)


def _complex(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> Given:
    return _own(fluent, target, call, scope, many=False, is_complex=True)


def _own(  # noqa: PLR0913 - three forms of one method
    fluent: Fluent, target: OfEntity, call: Call, scope: Scope, *, many: bool, is_complex: bool
) -> Given:
    texts = [one.value.text for one in call.arguments if isinstance(one.value, Text)]
    snapshot = fluent.classes is None
    names = (texts[-1],) if texts else names_of(argument(call, 0))
    if not names:
        fluent.doubt(scope, call.line, "an owned type that is computed", written(call), target)
        return Nothing()
    if is_complex and snapshot and types_of(call):
        names = (texts[0],)
    entity = fluent.model.entity(f"{target.entity.key}.{names[0]}")
    entity.owner = (target.entity.key, names[0])
    entity.many, entity.complex = many, is_complex
    entity.place = entity.place or place_of(call, scope)
    types = types_of(call)
    if types and not snapshot:
        entity.bound = Bound(types[-1], scope.at, scope.types).expanded()
    made = OfEntity(entity)
    action = call.arguments[-1].value if call.arguments else None
    if isinstance(action, Lambda) and (len(call.arguments) > 1):
        fluent.enter(action, [made], scope)
        return target
    if isinstance(action, Name) and len(call.arguments) > 1:
        fluent.enter(action, [made], scope)
        return target
    return made


def _xmin(_: Fluent, target: OfEntity, __: Call, ___: Scope) -> None:
    """PostgreSQL's own column of a row's version, which a snapshot names."""
    made = target.entity.property("xmin")
    made.type = Bound(TypeRef("uint"), None)
    made.facets.update(store="xid", nullable=False, generated="update")


ENTITY: Mapping[str, Verb] = {
    "Property": _property,
    "PrimitiveCollection": _property,
    "IndexerProperty": _property,
    "ComplexProperty": _complex,
    "ComplexCollection": _complex,
    "HasKey": _key,
    "HasNoKey": _no_key,
    "HasAlternateKey": _alternate,
    "HasIndex": _index,
    "OwnsOne": _owns,
    "OwnsMany": _owns,
    "HasBaseType": _base,
    "HasDiscriminator": _discriminator,
    "HasData": _data,
    "UseXminAsConcurrencyToken": _xmin,
    "Ignore": _ignore,
    "Navigation": _navigation,
}
