"""Foreign keys: which properties they have, and what else the conventions give for them."""

from __future__ import annotations

from bot.checks.migrations.csharp.values import TypeRef
from bot.checks.migrations.efcore.attributes import first_text
from bot.checks.migrations.efcore.discovery import Discovered, Navigation
from bot.checks.migrations.efcore.keys import short_name, type_name
from bot.checks.migrations.efcore.model import Bound, Entity, Index, Model, Property, Reference, Relation
from bot.checks.migrations.efcore.verbs_relation import join_name


def navigations_of(found: Discovered, key: str) -> list[Navigation]:
    """The members of an entity type, and of those that it derives from, that lead to others."""
    entity = found.model.entities.get(key)
    if entity is None:
        return []
    return [one for each in found.model.chain(entity) for one in found.navigations.get(each.key, {}).values()]


def sides_of(  # noqa: PLR0911 - one rule of EF Core after the other
    found: Discovered, relation: Relation, source: Entity, target: Entity
) -> tuple[Entity, Entity]:
    """The entity type with the foreign key, and the other."""
    if relation.dependent is not None:
        return (source, target) if relation.dependent == source.key else (target, source)
    if relation.many:
        return target, source
    if relation.inverse_many is not False:
        return source, target
    if relation.properties:
        return (source, target) if all(name in source.properties for name in relation.properties) else (target, source)
    for one, other, navigation in ((source, target, relation.navigation), (target, source, relation.inverse)):
        if navigation is not None and _named_key(found, one, navigation):
            return one, other
    for one, other, navigation in ((source, target, relation.navigation), (target, source, relation.inverse)):
        if _candidate(found, one, other, navigation):
            return one, other
    return source, target


def refer(
    found: Discovered,
    relation: Relation,
    sides: tuple[Entity, Entity],
    navigations: tuple[str | None, str | None],
    *,
    unique: bool,
) -> None:
    """Give the first of two entity types a foreign key to the second; the navigations are theirs, in this order."""
    dependent, principal = sides
    names = relation.properties or _find_key(found, dependent, principal, navigations)
    keys = relation.principal_properties or primary_of(found.model, principal)
    required = relation.required
    if required is None:
        required = _is_required(found, dependent, navigations[0])
    names = names or _shadow_names(found, dependent, principal, navigations[0], keys)
    for number, name in enumerate(names):
        made = _property_of(found.model, dependent, name)
        if made is None:
            made = dependent.property(name)
            made.place = relation.place
        if made.type is None:
            key = _property_of(found.model, principal, keys[number]) if number < len(keys) else None
            made.type = key.type if key is not None else None
            made.facets.setdefault("nullable", not required)
    properties = [made for name in names if (made := _property_of(found.model, dependent, name)) is not None]
    if required is None:
        required = not any(made.facets.get("nullable") for made in properties)
    elif required:
        for made in properties:
            made.facets["nullable"] = False
    dependent.references.append(
        Reference(
            properties=names,
            principal=principal.key,
            principal_properties=relation.principal_properties,
            unique=unique,
            required=bool(required),
            on_delete=relation.on_delete or ("Cascade" if required else None),
            name=relation.name,
            place=relation.place,
        )
    )


def _find_key(
    found: Discovered, dependent: Entity, principal: Entity, navigations: tuple[str | None, str | None]
) -> tuple[str, ...]:
    """The properties that attributes or names make a foreign key; none where there are none."""
    navigation, inverse = navigations
    names = _named_key(found, dependent, navigation) if navigation is not None else ()
    if not names and inverse is not None:
        names = _named_by_inverse(found, principal, inverse)
    return names or _candidate(found, dependent, principal, navigation)


def _property_of(model: Model, entity: Entity, name: str) -> Property | None:
    for one in model.chain(entity):
        if name in one.properties:
            return one.properties[name]
    return None


def primary_of(model: Model, entity: Entity) -> tuple[str, ...]:
    """The primary key of an entity type, which its root has."""
    return model.root(entity).primary or ()


def _is_required(found: Discovered, dependent: Entity, navigation: str | None) -> bool | None:
    """What the member to the principal says; None where the properties decide."""
    if navigation is None:
        return None
    member = next((one.member for one in navigations_of(found, dependent.key) if one.name == navigation), None)
    if member is None:
        return None
    if member.declared.attribute("Required") is not None:
        return True
    if member.bound.expanded().type.nullable:
        return None
    return True if found.classes.library.is_nullable_aware(member.decl.path, member.declared.line) else None


def _named_key(found: Discovered, dependent: Entity, navigation: str) -> tuple[str, ...]:
    """The properties that `[ForeignKey]` names, on the navigation or on the property itself."""
    if dependent.decl is None:
        return ()
    library = found.classes.library
    members = found.classes.members(dependent.decl)
    member = members.get(navigation)
    given = member.declared.attribute("ForeignKey") if member is not None else None
    if member is not None and given is not None:
        return tuple(name.strip() for name in first_text(library, given, member.decl).split(","))
    names = []
    for other in found.foreign(dependent.decl):
        one = other.declared.attribute("ForeignKey")
        if one is not None and other.name != navigation and first_text(library, one, other.decl) == navigation:
            names.append(other.name)
    return tuple(names)


def _named_by_inverse(found: Discovered, principal: Entity, inverse: str) -> tuple[str, ...]:
    if principal.decl is None:
        return ()
    member = found.classes.members(principal.decl).get(inverse)
    given = member.declared.attribute("ForeignKey") if member is not None else None
    if member is None or given is None:
        return ()
    return tuple(name.strip() for name in first_text(found.classes.library, given, member.decl).split(","))


def _candidate(found: Discovered, dependent: Entity, principal: Entity, navigation: str | None) -> tuple[str, ...]:
    """The properties that are a foreign key by their names and types."""
    model = found.model
    keys = primary_of(model, principal)
    if not keys:
        return ()
    bases = [*([navigation] if navigation else []), short_name(principal)]
    if len(keys) == 1 and keys[0].lower() != "id":
        bases.append("")
    own = {name.lower(): name for one in model.chain(dependent) for name in one.properties}
    for base in bases:
        names = [own.get(f"{base}{key}".lower()) for key in keys]
        if None in names and len(keys) == 1 and base:
            names = [own.get(f"{base}id".lower())]
        if None in names:
            continue
        picked = tuple(name for name in names if name is not None)
        if not base and picked == primary_of(model, dependent):
            continue
        if dependent is principal and picked == keys:
            continue
        if all(_fits(found, dependent, principal, one, key) for one, key in zip(picked, keys, strict=False)):
            return picked
    return ()


def _fits(found: Discovered, dependent: Entity, principal: Entity, name: str, key: str) -> bool:
    one, other = _property_of(found.model, dependent, name), _property_of(found.model, principal, key)
    if one is None or other is None:
        return False
    left, right = type_name(found.classes, one), type_name(found.classes, other)
    return not left or not right or left == right


def _shadow_names(
    found: Discovered, dependent: Entity, principal: Entity, navigation: str | None, keys: tuple[str, ...]
) -> tuple[str, ...]:
    base = navigation or short_name(principal)
    made = []
    for key in keys or ("Id",):
        name = key if key.lower().startswith(base.lower()) else f"{base}{key}"
        taken = {each for one in found.model.chain(dependent) for each in one.properties}
        number = 0
        wanted = name
        while wanted in taken:
            number += 1
            wanted = f"{name}{number}"
        made.append(wanted)
    return tuple(made)


def join_types(found: Discovered, relation: Relation, source: Entity, target: Entity) -> None:
    """The entity type between two that have many of each other."""
    model = found.model
    key = relation.join or join_name(source.key, target.key)
    join = model.entity(key)
    ends = [(source, relation.inverse), (target, relation.navigation)]
    names: list[str] = []
    for one, back in sorted(ends, key=lambda end: (short_name(end[0]), end[1] or "")):
        reference = next((each for each in join.references if each.principal == one.key and source is not target), None)
        if reference is None:
            navigations = found.navigations.get(join.key, {})
            own = next((each.name for each in navigations.values() if each.target == one.key), None)
            base = back or short_name(one)
            made = Relation(source=join.key, target=one.key, navigation=own, many=False, inverse_many=True)
            made.dependent, made.required, made.place = join.key, True, relation.place
            if join.decl is None:
                keys = primary_of(model, one)
                made.properties = tuple(f"{base}{each}" for each in keys)
            refer(found, made, (join, one), (own, None), unique=False)
            reference = join.references[-1]
        names.extend(reference.properties)
    if join.primary is None:
        join.primary = tuple(names)


def settle_owned(found: Discovered) -> None:
    """Owned types refer to their owners; many of them have a number of their own."""
    model = found.model
    for entity in model.entities.values():
        if entity.owner is None or entity.complex:
            continue
        owner = model.entities.get(entity.owner[0])
        if owner is None:
            continue
        given = next((one for one in model.relations if one.owned and one.source == entity.key), None)
        keys = _owner_keys(model, owner)
        names = given.properties if given is not None and given.properties else ()
        names = names or tuple(_prefixed(short_name(owner), key) for key, _ in keys)
        for name, (_, bound) in zip(names, keys, strict=False):
            made = entity.property(name)
            made.type = made.type or bound
            made.facets["nullable"] = False
            if not entity.many:
                made.facets["generated"] = "never"
        if entity.many and entity.primary is None:
            own = next((name for name in entity.properties if name.lower() == "id" and name not in names), None)
            if own is None:
                number = entity.property("Id")
                number.type = Bound(TypeRef("int"), None)
                number.facets.update(nullable=False, generated="add")
            entity.primary = (*names, own or "Id")
        elif entity.primary is None:
            entity.primary = names
        entity.references.append(
            Reference(
                properties=names,
                principal=owner.key,
                principal_properties=(),
                unique=not entity.many,
                required=True,
                on_delete="Cascade",
                name=given.name if given is not None else None,
                owned=True,
                place=entity.place,
            )
        )


def _owner_keys(model: Model, owner: Entity) -> list[tuple[str, Bound | None]]:
    names = owner.primary or primary_of(model, owner)
    return [(name, made.type if (made := _property_of(model, owner, name)) is not None else None) for name in names]


def _prefixed(base: str, key: str) -> str:
    return key if key.lower().startswith(base.lower()) else f"{base}{key}"


def index_foreign_keys(model: Model, entity: Entity) -> None:
    """A foreign key has an index, where no key and no other index begins with its properties."""
    for reference in entity.references:
        names = reference.properties
        keys = [one for one in (primary_of(model, entity), *entity.alternates) if one]
        if entity.owner is not None:
            keys = [entity.primary or ()]
        if reference.unique:
            covered = any(key == names for key in keys) or any(
                index.properties == names and index.unique for index in entity.indexes
            )
        else:
            covered = any(key[: len(names)] == names for key in keys)
        own = next((index for index in entity.indexes if index.properties == names), None)
        if own is not None:
            continue
        covered = covered or any(
            index.properties[: len(names)] == names for index in entity.indexes if not reference.unique
        )
        if not covered and names:
            entity.indexes.append(
                Index(properties=names, unique=reference.unique, place=reference.place, by_convention=True)
            )
