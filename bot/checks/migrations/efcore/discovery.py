"""Which entity types a context has, and which members of theirs are properties and which lead to other types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.values import TypeOf, TypeRef
from bot.checks.migrations.efcore import attributes
from bot.checks.migrations.efcore.classes import Class, Classes, Enum, Foreign, Kind, Many, Member, Scalar
from bot.checks.migrations.efcore.contexts import sets_of
from bot.checks.migrations.efcore.fluent import Fluent
from bot.checks.migrations.efcore.handles import OfModel
from bot.checks.migrations.efcore.model import (
    MAX_INDEXES,
    MAX_RELATIONS,
    Bound,
    Doubt,
    Entity,
    Model,
    Place,
    Property,
    written,
)
from bot.checks.migrations.efcore.scope import Scope

_MAX_ENTITIES = 5_000
_MAX_OWNED_DEPTH = 8
_CONDITION = "what stands behind a condition of the compiler"


@dataclass(frozen=True)
class Navigation:
    """A member that leads to another entity type."""

    name: str
    target: str
    many: bool
    member: Member


@dataclass(kw_only=True)
class Discovered:
    """The model as far as classes and calls say it, and the members that lead from one entity type to another."""

    model: Model
    fluent: Fluent
    classes: Classes
    navigations: dict[str, dict[str, Navigation]] = field(default_factory=dict)
    _foreign: dict[str, list[Member]] = field(default_factory=dict)

    def foreign(self, decl: TypeDecl) -> list[Member]:
        """The members of a class that have `[ForeignKey]`."""
        if decl.full_name not in self._foreign:
            members = self.classes.members(decl).values()
            self._foreign[decl.full_name] = [one for one in members if one.declared.attribute("ForeignKey") is not None]
        return self._foreign[decl.full_name]


def discover(context: TypeDecl, fluent: Fluent, classes: Classes, snapshot: Model) -> Discovered:
    """Follow a context: its sets, its conventions, `OnModelCreating`, and what is reached from there.

    Where the model is made by code that is not followed, the classes that the snapshot names are taken to be in it.
    """
    found = Discovered(model=fluent.model, fluent=fluent, classes=classes)
    for entity, name in sets_of(context, fluent, classes, snapshot):
        entity.default_table = name if entity.default_table is None else entity.default_table
    for method in ("ConfigureConventions", "OnModelCreating"):
        _follow(context, method, found)
    _add_registered(found, snapshot)
    _mark_properties(found)
    waiting = [entity for entity in found.model.entities.values() if entity.owner is None]
    seen: set[str] = set()
    while waiting and len(seen) < _MAX_ENTITIES:
        entity = waiting.pop(0)
        if entity.key in seen or entity.key in found.model.ignored_types or entity.owner is not None:
            continue
        seen.add(entity.key)
        if entity.decl is not None and entity.decl.attribute("NotMapped") is None:
            waiting.extend(_reach(found, entity))
    _set_bases(found)
    for entity in list(found.model.entities.values()):
        if entity.owner is None and entity.decl is not None:
            _fill(found, entity, entity.decl, 0)
    _leave_out_owned(found)
    if waiting or found.model.is_deep():
        reason = "a model of so many types" if waiting else "a hierarchy so deep"
        place = Place(path=context.path, line=context.line)
        found.model.doubt(Doubt(reason=reason, written="", place=place))
    return found


def _leave_out_owned(found: Discovered) -> None:
    """No class is both owned and an entity type of its own: EF Core 2 keeps it owned, later ones refuse it."""
    model = found.model
    for owned in [one for one in model.entities.values() if one.owner is not None and not one.complex]:
        decl = found.classes.resolve(owned.bound) if owned.bound is not None else None
        plain = model.entities.get(decl.full_name) if decl is not None else None
        if plain is not None and plain.owner is None:
            plain.mapped = False
            for name, made in plain.properties.items():
                if made.given and name in owned.properties:
                    owned.properties[name].facets.update({each: made.facets[each] for each in made.given})


def _add_registered(found: Discovered, snapshot: Model) -> None:
    if all(doubt.entity for doubt in found.model.doubts):
        return
    for key, other in snapshot.entities.items():
        decl = found.classes.library.full(key) if other.owner is None and "<" not in key else None
        if decl is not None and decl.kind in {"class", "record"}:
            found.fluent.entity_of_bound(Bound(TypeRef(decl.name), decl))


def _mark_properties(found: Discovered) -> None:
    """What a key, an index or a foreign key names is a property, of whatever type."""
    model = found.model
    for relation in model.relations:
        entity = model.entities.get(relation.dependent or ("" if relation.many else relation.source))
        if entity is not None:
            _mark(found, entity, relation.properties)
    for entity in list(model.entities.values()):
        _mark(found, entity, entity.primary or ())
        for names in entity.alternates:
            _mark(found, entity, names)
        for index in entity.indexes:
            _mark(found, entity, index.properties)


def _mark(found: Discovered, entity: Entity, names: tuple[str, ...]) -> None:
    members = found.classes.members(entity.decl) if entity.decl is not None else {}
    for name in names:
        if name in members and isinstance(found.classes.kind(members[name].bound), Class | Foreign):
            entity.property(name).facets["explicit"] = True


def _follow(context: TypeDecl, name: str, found: Discovered) -> None:
    for one, given in found.classes.bases(context):
        method = next((each for each in one.methods if each.name == name and each.parameters), None)
        if method is not None:
            scope = Scope(at=one, variables={method.parameters[0][0]: OfModel()}, types=given)
            if method.conditional or one.conditional:
                found.fluent.doubt(scope, method.line, _CONDITION, "")
            found.fluent.run(method.body(), scope)
            return


def _reach(found: Discovered, entity: Entity) -> Iterator[Entity]:
    """Yield the entity types that the members of one lead to."""
    decl = entity.decl
    if decl is None:
        return
    _configured_by_attribute(found, decl)
    for member in found.classes.members(decl).values():
        bound = target_of(found, entity, member)
        if bound is not None:
            yield found.fluent.entity_of_bound(bound)
    for owned in [one for one in found.model.entities.values() if one.owner is not None and one.owner[0] == entity.key]:
        inner = owned_class(found, owned, decl)
        if inner is not None and not owned.complex:
            yield from _reach_owned(found, owned, inner, 0)


def _reach_owned(found: Discovered, owned: Entity, decl: TypeDecl, depth: int) -> Iterator[Entity]:
    for member in found.classes.members(decl).values():
        bound = target_of(found, owned, member)
        if bound is not None and depth < _MAX_OWNED_DEPTH and not _is_owner(found, owned, bound):
            yield found.fluent.entity_of_bound(bound)


def _is_owner(found: Discovered, owned: Entity, bound: Bound) -> bool:
    decl = found.classes.resolve(bound)
    return decl is not None and owned.owner is not None and decl.full_name == owned.owner[0]


def _configured_by_attribute(found: Discovered, decl: TypeDecl) -> None:
    from bot.checks.migrations.efcore.verbs_model import apply_configuration

    one = decl.attribute("EntityTypeConfiguration")
    if one is None:
        return
    for each in one.arguments:
        if isinstance(each.value, TypeOf):
            given = found.classes.resolve(Bound(each.value.type, decl))
            if given is not None:
                apply_configuration(found.fluent, given, (), Scope(at=decl))


def target_of(found: Discovered, entity: Entity, member: Member) -> Bound | None:  # noqa: PLR0911 - one answer a kind
    """The entity type that a member leads to; None where it is a property, owned, or no part of the model."""
    if not _is_candidate(entity, member):
        return None
    kind = found.classes.kind(member.bound)
    bound = member.bound
    if isinstance(kind, Many):
        bound, kind = kind.element, found.classes.kind(kind.element)
    elif not member.declared.setter:
        return None
    given = entity.properties.get(member.name)
    if given is not None and given.facets.get("explicit"):
        return None
    if isinstance(kind, Foreign):
        name = str(bound.expanded().type).removesuffix("?")
        return bound if found.fluent.known.get(name) in found.model.entities else None
    if not isinstance(kind, Class) or kind.decl.kind not in {"class", "record"}:
        return None
    if is_owned(found, entity, member.name, kind.decl) or has_default(found, bound, kind):
        return None
    if kind.decl.attribute("NotMapped") is not None or kind.decl.full_name in found.model.ignored_types:
        return None
    return bound


def is_owned(found: Discovered, entity: Entity, name: str, decl: TypeDecl) -> bool:
    """Whether a member is of an owned or complex type."""
    model = found.model
    return (
        f"{entity.key}.{name}" in model.entities
        or decl.full_name in model.owned_types
        or decl.full_name in model.complex_types
        or decl.attribute("Owned", "ComplexType") is not None
    )


def has_default(found: Discovered, bound: Bound, kind: Kind) -> bool:
    """Whether the conventions of the context make properties of a type."""
    return any(_is_same(found, one, bound, kind) for one, _ in found.model.defaults)


def _is_same(found: Discovered, default: Bound, bound: Bound, kind: Kind) -> bool:  # noqa: PLR0911 - one answer a kind
    wanted = default.expanded().type
    match kind:
        case Scalar(name):
            other = found.classes.kind(default)
            return isinstance(other, Scalar) and other.name == name
        case Enum(decl):
            if wanted.simple == "Enum":
                return True
            other_decl = found.classes.resolve(default)
            return other_decl is not None and other_decl.full_name == decl.full_name
        case Class(decl):
            other_decl = found.classes.resolve(default)
            if other_decl is None:
                return False
            return any(one.full_name == other_decl.full_name for one, _ in found.classes.bases(decl))
        case Foreign(name):
            return wanted.simple == name.rpartition(".")[2]
    return bound == default


def _is_candidate(entity: Entity, member: Member) -> bool:
    declared = member.declared
    return (
        not declared.is_field
        and "public" in declared.modifiers
        and declared.getter
        and member.name not in entity.ignored
        and declared.attribute("NotMapped") is None
    )


def _set_bases(found: Discovered) -> None:
    model = found.model
    for entity in model.entities.values():
        if entity.decl is None or entity.base is not None or entity.owner is not None:
            continue
        for number, (one, _) in enumerate(found.classes.bases(entity.decl)):
            other = model.entities.get(one.full_name)
            if number and other is not None and other.owner is None and other.key not in model.ignored_types:
                entity.base = other.key
                break


def owned_class(found: Discovered, owned: Entity, owner: TypeDecl) -> TypeDecl | None:
    """The class of an owned type."""
    if owned.bound is not None:
        return found.classes.resolve(owned.bound)
    member = found.classes.members(owner).get(owned.owner[1] if owned.owner is not None else "")
    if member is None:
        return None
    kind = found.classes.kind(member.bound)
    owned.bound = kind.element if isinstance(kind, Many) else member.bound
    return found.classes.resolve(owned.bound)


def _fill(found: Discovered, entity: Entity, decl: TypeDecl, depth: int) -> None:
    """Give an entity type (or an owned one) the properties and navigations of its class."""
    if entity.owner is None:
        attributes.of_class(found.classes.library, entity, decl)
        if len(entity.indexes) >= MAX_INDEXES:
            place = Place(path=decl.path, line=decl.line)
            reason = "an entity type with so many indexes"
            found.model.doubt(Doubt(reason=reason, written="", place=place, entity=entity.key))
    inherited = _inherited(found, entity)
    if found.classes.is_endless(decl):
        place = Place(path=decl.path, line=decl.line)
        found.model.doubt(Doubt(reason="a class with so many bases", written="", place=place, entity=entity.key))
    for member in found.classes.members(decl).values():
        if member.decl.full_name not in inherited:
            _place(found, entity, member, depth)
            if member.declared.conditional or member.decl.conditional:
                _doubt(found, entity, member, _CONDITION, conditional=True)
    entity.open = entity.open or found.classes.foreign_base(decl) is not None
    members = found.classes.members(decl)
    for made in entity.properties.values():
        if made.type is None and made.name in members:
            made.type = members[made.name].bound


def _inherited(found: Discovered, entity: Entity) -> set[str]:
    base = found.model.entities.get(entity.base or "")
    if base is None or base.decl is None:
        return set()
    return {one.full_name for one, _ in found.classes.bases(base.decl)}


def _place(found: Discovered, entity: Entity, member: Member, depth: int) -> None:
    given = entity.properties.get(member.name)
    explicit = given is not None and bool(given.facets.get("explicit"))
    if not explicit and not _is_candidate(entity, member):
        return
    kind = found.classes.kind(member.bound)
    target = target_of(found, entity, member)
    if target is not None:
        key = found.fluent.entity_of_bound(target).key
        navigation = Navigation(member.name, key, isinstance(kind, Many), member)
        navigations = found.navigations.setdefault(entity.key, {})
        if len(navigations) < MAX_RELATIONS:
            navigations[member.name] = navigation
        else:
            _doubt(found, entity, member, "an entity type with so many relations")
        return
    if not explicit and _expand_owned(found, entity, member, kind, depth):
        return
    if explicit or _is_property(found, member, kind):
        _add(found, entity, member, kind)
    elif isinstance(kind, Foreign) and member.declared.setter:
        made = _add(found, entity, member, kind)
        made.facets["doubtful"] = True


def _doubt(found: Discovered, entity: Entity, member: Member, reason: str, *, conditional: bool = False) -> None:
    place = Place(path=member.decl.path, line=member.declared.line)
    words = written(member.declared) if conditional else ""
    found.model.doubt(Doubt(reason=reason, written=words, place=place, entity=entity.key, conditional=conditional))


def _expand_owned(found: Discovered, entity: Entity, member: Member, kind: Kind, depth: int) -> bool:
    element = found.classes.kind(kind.element) if isinstance(kind, Many) else kind
    if not isinstance(element, Class) or not is_owned(found, entity, member.name, element.decl):
        return False
    if depth >= _MAX_OWNED_DEPTH:
        return True
    owned = found.model.entity(f"{entity.key}.{member.name}")
    if owned.owner is None:
        owned.owner = (entity.key, member.name)
        owned.many = isinstance(kind, Many)
        owned.complex = (
            element.decl.full_name in found.model.complex_types or element.decl.attribute("ComplexType") is not None
        )
    owned.bound = element.bound
    owned.place = owned.place or Place(path=member.decl.path, line=member.declared.line)
    if not found.classes.is_nullable(member.bound, member.declared, member.decl, kind):
        entity.required_navigations.add(member.name)
    _fill(found, owned, element.decl, depth + 1)
    return True


def _is_property(found: Discovered, member: Member, kind: Kind) -> bool:
    if not member.declared.setter:
        return False
    if isinstance(kind, Scalar | Enum):
        return True
    if isinstance(kind, Many):
        return isinstance(found.classes.kind(kind.element), Scalar | Enum)
    if isinstance(kind, Class) and kind.decl.kind == "struct":
        return True
    return has_default(found, member.bound, kind)


def _add(found: Discovered, entity: Entity, member: Member, kind: Kind) -> Property:
    made = entity.property(member.name)
    made.type = member.bound
    made.place = Place(path=member.decl.path, line=member.declared.line)
    attributes.of_member(found.classes.library, member, made)
    for default, facets in found.model.defaults:
        if _is_same(found, default, member.bound, kind):
            for facet, value in facets.items():
                made.facets.setdefault(facet, value)
    nullable = found.classes.is_nullable(member.bound, member.declared, member.decl, kind)
    made.facets.setdefault("nullable", nullable)
    return made
