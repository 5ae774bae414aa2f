"""Classes with what they inherit: which of them share a table, and whose fields are mapped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.jpa.java import JavaClass, Member, TypeName
from bot.checks.migrations.jpa.sources import Sources

_MAX_DEPTH = 30
MAPPING = frozenset({
    "Id", "EmbeddedId", "Column", "Basic", "ManyToOne", "OneToOne", "OneToMany", "ManyToMany", "ElementCollection",
    "JoinColumn", "Embedded", "Version", "Enumerated", "Temporal", "Lob", "GeneratedValue", "Transient",
})  # fmt: skip
# Classes of other packages that entities are made from: property, type and how it is mapped.
# Source: https://docs.spring.io/spring-data/jpa/docs/current/api/ (AbstractPersistable, AbstractAuditable).
KNOWN_BASES: Mapping[str, tuple[str, ...]] = {
    "AbstractPersistable": ("id",),
    "AbstractAuditable": ("id", "createdBy", "createdDate", "lastModifiedBy", "lastModifiedDate"),
    "PanacheEntity": ("id",),
    "PanacheEntityBase": (),
    "Object": (),
    "RepresentationModel": (),
    "Model": ("id",),
}


@dataclass(frozen=True)
class Level:
    """A class in a chain of inheritance, with what its type parameters stand for."""

    cls: JavaClass
    bindings: Mapping[str, TypeName]

    def bound(self, name: TypeName) -> TypeName:
        """A type with what a type parameter stands for put in."""
        found = self.bindings.get(name.name)
        return found if found is not None else name


@dataclass(kw_only=True)
class Chain:
    """A class and those above it, nearest first; `foreign` is the first one that is not of this repository."""

    levels: list[Level] = field(default_factory=list)
    foreign: str = ""


def chain(sources: Sources, cls: JavaClass) -> Chain:
    """A class and all that it inherits from."""
    made = Chain()
    bindings: Mapping[str, TypeName] = {}
    seen: set[str] = set()
    while cls.qualified not in seen and len(seen) < _MAX_DEPTH:
        seen.add(cls.qualified)
        level = Level(cls, bindings)
        made.levels.append(level)
        above = cls.superclass
        if above is None:
            break
        parent = sources.find_class(cls, above.name)
        if parent is None or parent is cls:
            made.foreign = above.simple
            break
        arguments = [level.bound(one) for one in above.arguments]
        bindings = dict(zip(parent.parameters, arguments, strict=False))
        cls = parent
    return made


def is_entity(cls: JavaClass) -> bool:
    """Whether a class is mapped to a table of its own or of those it inherits from."""
    return cls.kind == "class" and cls.annotation("Entity") is not None


def carries(cls: JavaClass) -> bool:
    """Whether the fields of a class are mapped."""
    return cls.annotation("Entity", "MappedSuperclass", "Embeddable") is not None


def members(level: Level, usual: bool) -> Iterator[Member]:  # noqa: FBT001 - whether getters are usual
    """Yield the properties of a class that JPA maps; `usual` says what its family does where it does not tell."""
    cls = level.cls
    by_getters = uses_getters(cls)
    by_getters = usual if by_getters is None else by_getters
    marked = {one.name for one in cls.getters if one.annotation("Access") is not None}
    for one in cls.getters if by_getters else cls.fields:
        if not (one.static or one.transient) and one.annotation("Transient") is None and one.name not in marked:
            yield one
    for one in cls.getters:
        if one.name in marked and one.annotation("Transient") is None:
            yield one


def uses_getters(cls: JavaClass) -> bool | None:
    """Whether a class is annotated at its getters; None where neither they nor the fields are."""
    access = cls.annotation("Access")
    if access is not None:
        return access.ref("value") == "PROPERTY"
    if any(annotation.name in MAPPING for one in cls.fields for annotation in one.annotations):
        return False
    if any(annotation.name in MAPPING for one in cls.getters for annotation in one.annotations):
        return True
    return None


def family_uses_getters(levels: Sequence[Level]) -> bool:
    """Whether a chain of classes has its identifier at a getter."""
    for level in levels:
        found = uses_getters(level.cls)
        if found is not None:
            return found
    return False
