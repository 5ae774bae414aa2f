"""What classes of packages bring to entity types that derive from them, as the snapshot shows it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from bot.checks.migrations.efcore.model import Entity, Index, Model, Property
from bot.checks.migrations.efcore.store import may_be_null


@dataclass(kw_only=True)
class Outside:
    """By entity type: the properties, keys and indexes that the class itself does not declare."""

    properties: dict[str, dict[str, Property]] = field(default_factory=dict)
    primary: dict[str, tuple[str, ...]] = field(default_factory=dict)
    indexes: dict[str, list[Index]] = field(default_factory=dict)


def bring(model: Model, snapshot: Model, before: Outside) -> Outside:
    """Add to entity types with a base from a package what that brings, and return it for the other revision."""
    found = Outside()
    former = model.former(snapshot)
    for key, entity in model.entities.items():
        other = snapshot.entities.get(former.get(key, ""))
        if not entity.open or entity.owner is not None:
            continue
        if key in before.properties:
            made, primary, indexes = before.properties[key], before.primary.get(key), before.indexes.get(key, [])
        elif other is not None:
            made, primary, indexes = _missing(model, entity, other)
        else:
            continue
        found.properties[key] = made
        found.indexes[key] = indexes
        if primary is not None:
            found.primary[key] = primary
        for name, one in made.items():
            entity.properties.setdefault(name, deepcopy(one))
        if entity.primary is None and primary is not None and not entity.base:
            entity.primary = primary
        entity.indexes.extend(
            deepcopy(one) for one in indexes if all(each.properties != one.properties for each in entity.indexes)
        )
    return found


def _missing(
    model: Model, entity: Entity, other: Entity
) -> tuple[dict[str, Property], tuple[str, ...] | None, list[Index]]:
    """What the snapshot has of an entity type, and no class of the repository; foreign keys are found by themselves."""
    referring = {name for reference in other.references for name in reference.properties} - set(other.primary or ())
    own = {name for one in model.chain(entity) for name in one.properties}
    made = {name: _settled(one) for name, one in other.properties.items() if name not in own and name not in referring}
    primary = other.primary if other.primary and any(name in made for name in other.primary) else None
    indexes = [one for one in other.indexes if one.properties and all(name in made for name in one.properties)]
    return made, primary, indexes


def _settled(made: Property) -> Property:
    """A property of a snapshot as code would give it: whether it may be null is said."""
    one = deepcopy(made)
    one.facets.setdefault("nullable", may_be_null(made))
    return one
