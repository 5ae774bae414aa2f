"""Relations: foreign keys with their properties, as they are configured, and as the conventions find them."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.checks.migrations.efcore.attributes import first_text
from bot.checks.migrations.efcore.discovery import Discovered, Navigation
from bot.checks.migrations.efcore.model import Entity, Model, Relation
from bot.checks.migrations.efcore.references import (
    index_foreign_keys,
    join_types,
    navigations_of,
    refer,
    settle_owned,
    sides_of,
)


@dataclass
class _Taken:
    """Members that a relation has already."""

    names: set[tuple[str, str]] = field(default_factory=set)

    def add(self, relation: Relation) -> None:
        for key, name in ((relation.source, relation.navigation), (relation.target, relation.inverse)):
            if name is not None:
                self.names.add((key, name))


def settle_relations(found: Discovered) -> None:
    """Turn what is configured, and the members that lead to other types, into foreign keys."""
    taken = _Taken()
    configured = _merged(found.model)
    for relation in configured:
        taken.add(relation)
        _by_base(found, relation, taken)
    for relation in [*configured, *_by_convention(found, taken)]:
        _settle(found, relation)
    settle_owned(found)
    for entity in found.model.entities.values():
        index_foreign_keys(found.model, entity)


def _by_base(found: Discovered, relation: Relation, taken: _Taken) -> None:
    """A member that a base brings is taken where it was found, too."""
    for key, name in ((relation.source, relation.navigation), (relation.target, relation.inverse)):
        entity = found.model.entities.get(key)
        if entity is not None and name is not None:
            taken.names.update((one.key, name) for one in found.model.chain(entity))


def _merged(model: Model) -> list[Relation]:
    """The relations that were configured, one for each; of two from either side the later adds to the earlier."""
    kept: list[Relation] = []
    sides: dict[tuple[str, str], Relation] = {}
    for one in model.relations:
        # Without its other side a relation says no more than that there is one; the conventions find that too.
        if one.owned or (one.inverse_many is None and not one.properties and one.join is None):
            continue
        mine = _named_sides(one)
        same = next((sides[side] for side in mine if side in sides), None)
        for side in mine:
            sides.setdefault(side, same or one)
        if same is None:
            kept.append(one)
            continue
        turned = same.source != one.source or same.navigation != one.navigation
        same.properties = one.properties or same.properties
        same.principal_properties = one.principal_properties or same.principal_properties
        same.required = one.required if one.required is not None else same.required
        same.on_delete = one.on_delete or same.on_delete
        same.name = one.name or same.name
        same.join = one.join or same.join
        same.dependent = one.dependent or same.dependent
        if not turned and one.inverse is not None:
            same.inverse = one.inverse
    return kept


def _named_sides(one: Relation) -> list[tuple[str, str]]:
    """The members by which a relation is known from either side."""
    both = ((one.source, one.navigation), (one.target, one.inverse))
    return [(key, name) for key, name in both if name is not None]


def _by_convention(found: Discovered, taken: _Taken) -> list[Relation]:
    made = []
    for key, navigations in found.navigations.items():
        entity = found.model.entities[key]
        for navigation in navigations.values():
            if (key, navigation.name) in taken.names or navigation.target in found.model.ignored_types:
                continue
            inverse = _inverse(found, entity, navigation, taken)
            relation = Relation(
                source=key,
                target=navigation.target,
                navigation=navigation.name,
                many=navigation.many,
                inverse=inverse.name if inverse is not None else None,
                inverse_many=inverse.many if inverse is not None else not navigation.many,
            )
            relation.place = None
            taken.add(relation)
            made.append(relation)
    return made


def _inverse(found: Discovered, entity: Entity, navigation: Navigation, taken: _Taken) -> Navigation | None:
    """The member of the other type that leads back, where it is certain."""
    keys = {one.key for one in found.model.chain(entity)}
    library = found.classes.library
    back = [
        one
        for one in navigations_of(found, navigation.target)
        if one.target in keys and (navigation.target, one.name) not in taken.names and one is not navigation
    ]
    for one in back:
        given = one.member.declared.attribute("InverseProperty")
        if given is not None and first_text(library, given, one.member.decl) == navigation.name:
            return one
    given = navigation.member.declared.attribute("InverseProperty")
    if given is not None:
        wanted = first_text(library, given, navigation.member.decl)
        return next((one for one in back if one.name == wanted), None)
    forth = [
        one
        for one in navigations_of(found, entity.key)
        if one.target == navigation.target and (entity.key, one.name) not in taken.names
    ]
    if navigation.target == entity.key:
        return back[0] if len(back) == 1 and back[0].many != navigation.many else None
    return back[0] if len(back) == 1 and len(forth) == 1 else None


def _settle(found: Discovered, relation: Relation) -> None:
    model = found.model
    source, target = model.entities.get(relation.source), model.entities.get(relation.target)
    if source is None or target is None or (source.keyless and relation.many):
        return
    if relation.many and (relation.inverse_many or relation.join):
        join_types(found, relation, source, target)
        return
    dependent, principal = sides_of(found, relation, source, target)
    navigation = relation.navigation if dependent is source else relation.inverse
    inverse = relation.inverse if dependent is source else relation.navigation
    unique = not relation.many and relation.inverse_many is False
    refer(found, relation, (dependent, principal), (navigation, inverse), unique=unique)
