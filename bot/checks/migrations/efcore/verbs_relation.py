"""What the methods of the builders of relations and keys say."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.csharp.values import Call, Constant, Lambda, Member, Text, Value
from bot.checks.migrations.efcore.calls import all_names, argument, name_of, names_of, types_of
from bot.checks.migrations.efcore.fluent import Fluent, Verb
from bot.checks.migrations.efcore.handles import Given, Handle, Nothing, OfEntity, OfKey, OfRelation
from bot.checks.migrations.efcore.model import UNKNOWN, Entity, Place, Relation, written
from bot.checks.migrations.efcore.scope import Scope


def relate(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> Given:
    """`HasOne`, `HasMany` and `WithOwner`."""
    entity = target.entity
    verb = name_of(call)
    if verb == "WithOwner":
        relation = Relation(
            source=entity.key,
            target=entity.owner[0] if entity.owner is not None else "",
            navigation=None,
            many=False,
            owned=True,
            dependent=entity.key,
        )
    else:
        found = _target(fluent, entity, call, scope)
        if found is None:
            fluent.doubt(scope, call.line, "a relation to a type that is not known", written(call), target)
            return Nothing()
        other, navigation = found
        relation = Relation(source=entity.key, target=other, navigation=navigation, many=verb == "HasMany")
        # Before EF Core 3 a snapshot tells of the owner as of any other type.
        relation.owned = fluent.classes is None and entity.owner is not None and other == entity.owner[0]
    relation.place = Place(path=scope.at.path, line=call.line)
    if not fluent.model.relate(relation):
        fluent.doubt(scope, call.line, "an entity type with so many relations", "", target)
        return Nothing()
    return OfRelation(entity, relation)


def _target(fluent: Fluent, entity: Entity, call: Call, scope: Scope) -> tuple[str, str | None] | None:
    """The other entity type of a relation, and the member that leads to it."""
    types = types_of(call)
    first = argument(call, 0)
    if fluent.classes is None:
        texts = [one.value.text if isinstance(one.value, Text) else None for one in call.arguments]
        return (texts[0], texts[1] if len(texts) > 1 else None) if texts and texts[0] else None
    names = names_of(first)
    navigation = names[0] if names else None
    if types:
        return fluent.entity_of(types[0], scope).key, navigation
    if navigation is None:
        return None
    bound = fluent.typeof(first, scope) if first is not None else None
    if bound is not None:
        return fluent.entity_of_bound(bound).key, None
    return _by_member(fluent, entity, navigation)


def _by_member(fluent: Fluent, entity: Entity, navigation: str) -> tuple[str, str] | None:
    from bot.checks.migrations.efcore.classes import Many

    classes = fluent.classes
    decl = entity.decl or (classes.resolve(entity.bound) if classes and entity.bound else None)
    if classes is None or decl is None:
        owned = entity.owner
        if classes is None or owned is None:
            return None
        decl = owned_class(fluent, entity)
        if decl is None:
            return None
    member = classes.members(decl).get(navigation)
    if member is None:
        return None
    kind = classes.kind(member.bound)
    bound = kind.element if isinstance(kind, Many) else member.bound
    return fluent.entity_of_bound(bound).key, navigation


def owned_class(fluent: Fluent, entity: Entity):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The class of an owned type, by the owner's member."""
    from bot.checks.migrations.efcore.classes import Many

    classes = fluent.classes
    if classes is None:
        return None
    if entity.bound is not None:
        return classes.resolve(entity.bound)
    if entity.owner is None:
        return entity.decl
    owner = fluent.model.entities.get(entity.owner[0])
    decl = (owner.decl or owned_class(fluent, owner)) if owner is not None else None
    member = classes.members(decl).get(entity.owner[1]) if decl is not None else None
    if member is None:
        return None
    kind = classes.kind(member.bound)
    return classes.resolve(kind.element if isinstance(kind, Many) else member.bound)


def _with(_: Fluent, target: OfRelation, call: Call, __: Scope) -> None:
    relation = target.relation
    names = names_of(argument(call, 0))
    relation.inverse = names[0] if names else None
    relation.inverse_many = name_of(call) == "WithMany"
    if relation.inverse_many and not relation.many:
        relation.dependent = relation.source
    elif relation.many and not relation.inverse_many:
        relation.dependent = relation.target


def _foreign_key(fluent: Fluent, target: OfRelation, call: Call, scope: Scope) -> None:
    relation = target.relation
    types = types_of(call)
    names = all_names(call)
    if fluent.classes is None and relation.inverse_many is False and not relation.many and not relation.owned:
        # In a snapshot the first text of a relation of one to one is the dependent type.
        relation.dependent, names = names[0], names[1:]
    elif types:
        relation.dependent = fluent.entity_of(types[0], scope).key
    elif relation.inverse_many is False and not relation.many and len(names) > 1 and _is_type(names[0], relation):
        relation.dependent = relation.source if relation.source.endswith(names[0]) else relation.target
        names = names[1:]
    if not names and call.arguments:
        fluent.doubt(scope, call.line, "a foreign key that is computed", written(call), OfEntity(target.entity))
    relation.properties = names


def _is_type(name: str, relation: Relation) -> bool:
    return relation.source.endswith(name) or relation.target.endswith(name)


def _principal_key(_: Fluent, target: OfRelation, call: Call, __: Scope) -> None:
    names = all_names(call)
    relation = target.relation
    if names and len(names) > 1 and _is_type(names[0], relation):
        names = names[1:]
    relation.principal_properties = names


def _required(_: Fluent, target: OfRelation, call: Call, __: Scope) -> None:
    target.relation.required = argument(call, 0) != Constant("false")


def _on_delete(_: Fluent, target: OfRelation, call: Call, __: Scope) -> None:
    given = argument(call, 0)
    target.relation.on_delete = given.name if isinstance(given, Member) else UNKNOWN


def _constraint(fluent: Fluent, target: OfRelation, call: Call, scope: Scope) -> None:
    target.relation.name = fluent.text(call, 0, scope)


def _using(fluent: Fluent, target: OfRelation, call: Call, scope: Scope) -> Given:
    """`UsingEntity`: by a type, by a name, or by actions alone."""
    relation = target.relation
    types = types_of(call)
    first = argument(call, 0)
    if types and not types[0].simple.startswith("Dictionary"):
        join = fluent.entity_of(types[0], scope)
    elif isinstance(first, Text):
        join = fluent.model.entity(first.text)
    else:
        join = fluent.model.entity(join_name(relation.source, relation.target))
    relation.join = join.key
    actions: list[Value] = [one.value for one in call.arguments if isinstance(one.value, Lambda)]
    for action in actions:
        fluent.enter(action, [OfEntity(join)], scope)
    return OfEntity(join)


def join_name(one: str, other: str) -> str:
    """The name of the entity type between two: theirs, in the order of the alphabet."""
    short = sorted(key.rpartition(".")[2].rpartition("+")[2] for key in (one, other))
    return "".join(short)


def _quiet(_: Fluent, __: Handle, ___: Call, ____: Scope) -> None:
    return None


def _key_name(fluent: Fluent, target: OfKey, call: Call, scope: Scope) -> None:
    name = fluent.text(call, 0, scope)
    if target.properties is None:
        target.entity.primary_name = name
    else:
        target.entity.alternates[target.properties] = name


FROM_ENTITY: Mapping[str, Verb] = dict.fromkeys(["HasOne", "HasMany", "WithOwner"], relate)
RELATION: Mapping[str, Verb] = {
    "WithOne": _with,
    "WithMany": _with,
    "HasForeignKey": _foreign_key,
    "HasPrincipalKey": _principal_key,
    "IsRequired": _required,
    "OnDelete": _on_delete,
    "HasConstraintName": _constraint,
    "UsingEntity": _using,
    "HasAnnotation": _quiet,
    "Metadata": _quiet,
}
KEY: Mapping[str, Verb] = {
    "HasName": _key_name,
    **dict.fromkeys(["HasAnnotation", "IsClustered", "HasFillFactor", "Metadata"], _quiet),
}
