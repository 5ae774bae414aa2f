"""Primary keys, as EF Core's conventions find them, and what else of an entity type is settled before its relations."""

from __future__ import annotations

from bot.checks.migrations.efcore.classes import Classes, Enum, Scalar
from bot.checks.migrations.efcore.discovery import Discovered
from bot.checks.migrations.efcore.model import UNKNOWN, Entity, Model, Property

NUMBERED = frozenset({"int", "long", "short", "byte", "uint", "ulong", "ushort", "sbyte"})


def settle_keys(found: Discovered) -> None:
    """Give every entity type its key, and its base what is said of inherited properties."""
    model = found.model
    for entity in model.entities.values():
        _hand_up(model, entity)
    _add_discriminators(model)
    for entity in model.entities.values():
        if entity.keyless or entity.primary is not None or entity.base or entity.owner is not None:
            continue
        entity.primary = _by_attribute(entity, found) or _by_name(entity)
    for entity in model.entities.values():
        for name in entity.primary or ():
            made = entity.properties.get(name)
            if made is not None:
                made.facets["nullable"] = False


def _hand_up(model: Model, entity: Entity) -> None:
    """What is said of a property on a derived type's builder is said of the base's property."""
    for base in list(model.chain(entity))[1:]:
        for name in [name for name in entity.properties if name in base.properties]:
            made = entity.properties.pop(name)
            base.properties[name].facets.update(
                {facet: value for facet, value in made.facets.items() if facet in made.given or facet == "explicit"}
            )
            base.properties[name].given.update(made.given)


def _add_discriminators(model: Model) -> None:
    """A hierarchy in one table has a column that tells the types apart."""
    roots = {model.root(entity).key for entity in model.entities.values() if entity.base in model.entities}
    roots |= {entity.key for entity in model.entities.values() if entity.discriminator is not None and not entity.base}
    for key in sorted(roots):
        root = model.entities[key]
        derived = [one for one in model.entities.values() if one is not root and model.root(one) is root]
        separate = root.strategy in {"TPT", "TPC"} or (derived and all(one.table is not None for one in derived))
        if separate and root.discriminator is None:
            continue
        name, _ = root.discriminator or ("Discriminator", "string")
        made = root.property(name)
        made.facets["nullable"] = False
        if "store" not in made.facets and made.type is None:
            # Its length is that of the longest name, in newer versions.
            made.facets.setdefault("converted", UNKNOWN)


def _by_attribute(entity: Entity, found: Discovered) -> tuple[str, ...] | None:
    if entity.decl is None:
        return None
    members = found.classes.members(entity.decl)
    names = tuple(
        name for name in entity.properties if name in members and members[name].declared.attribute("Key") is not None
    )
    return names or None


def _by_name(entity: Entity) -> tuple[str, ...] | None:
    short = short_name(entity)
    for wanted in ("id", f"{short.lower()}id"):
        for name in entity.properties:
            if name.lower() == wanted:
                return (name,)
    return None


def short_name(entity: Entity) -> str:
    """A type's name without its namespace, the type around it and its parameters."""
    if entity.decl is not None:
        return entity.decl.name
    if entity.owner is not None and entity.bound is not None:
        return entity.bound.expanded().type.simple
    plain = entity.key.partition("<")[0]
    return plain.rpartition(".")[2].rpartition("+")[2]


def type_name(classes: Classes | None, made: Property) -> str:
    """What a property holds, as a name that can be compared: `int`, `Guid`; an enumeration's is its number's."""
    if made.type is None:
        return ""
    if classes is None or made.type.at is None:
        return str(made.type.type).removesuffix("?")
    kind = classes.kind(made.type)
    if isinstance(kind, Scalar):
        return kind.name
    if isinstance(kind, Enum):
        return kind.underlying
    return str(made.type.expanded().type).removesuffix("?")
