"""Attributes that hold values: columns of basic types, and of embedded classes."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.checks.migrations.jpa import types
from bot.checks.migrations.jpa.associations import Associations
from bot.checks.migrations.jpa.hierarchy import Level, chain, members
from bot.checks.migrations.jpa.java import JavaClass, Member, TypeName
from bot.checks.migrations.jpa.literals import Annotation, Ref
from bot.checks.migrations.jpa.wanted import Column, Place, Table

if TYPE_CHECKING:
    from bot.checks.migrations.jpa.mapping import Entity, Mapping

_MAX_DEPTH = 6
_MAX_ATTRIBUTES = 100_000
COLLECTIONS = ("OneToMany", "ManyToMany", "ElementCollection", "CollectionOfElements", "ManyToAny")
_REFERENCES = ("ManyToOne", "OneToOne")
# What gives a value a form of its own in the database.
_OWN_TYPE = ("Type", "JdbcTypeCode", "JdbcType", "JavaType", "Convert", "CompositeType", "Struct", "Struct", "Array")
_COMPUTED = ("Formula", "Transient")
_NOT_NULL = ("NotNull", "NotBlank", "NotEmpty", "NonNull")
_VALIDATED = frozenset({"NotNull", "NotBlank", "NotEmpty"})


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where an attribute's columns go.

    Attributes:
        entity: the entity that it belongs to in the end.
        nullable: whether they may be null whatever they say: in the table of a family.
        getters: whether the family is annotated at its getters.
        owner: of what it is told: `Order.address`; empty for the entity's own.
        overrides: columns that are given by the path of an attribute.
        joins: join columns that are given so.
        names: the names that a value of a collection may have, instead of its own.
        depth: how many embedded classes or collections are around it.
        within: the embedded classes around it.
    """

    table: Table
    entity: Entity
    nullable: bool
    getters: bool
    owner: str = ""
    overrides: Map[str, Annotation] = field(default_factory=dict)
    joins: Map[str, tuple[Annotation, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    depth: int = 0
    within: frozenset[str] = frozenset()

    def subject(self, member: Member) -> str:
        """What an attribute is called in findings."""
        return f"{self.owner or self.entity.cls.name}.{member.name}"


class Attributes:
    """Turns attributes into columns."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._associations = Associations(mapping, self)
        self._converters: dict[str, TypeName] | None = None
        self._count = 0

    def add(self, level: Level, member: Member, where: Where) -> None:
        """Add the columns of an attribute, or the tables that it brings."""
        self._count += 1
        if member.annotation(*_COMPUTED) is not None:
            return
        if self._count > _MAX_ATTRIBUTES:
            place = place_of(level, member, where)
            self._mapping.doubt("attributes", place, f"there are more than {_MAX_ATTRIBUTES:,} attributes", "")
            return
        if (
            member.annotation("Any", "ManyToAny", "JoinColumnsOrFormulas", "JoinColumnOrFormula", "TenantId")
            is not None
        ):
            self._mapping.doubt(
                where.subject(member), place_of(level, member, where), "its mapping is not read", member.written
            )
        elif member.annotation(*COLLECTIONS) is not None:
            self._associations.add_collection(level, member, where)
        elif member.annotation(*_REFERENCES) is not None:
            self._associations.add_reference(level, member, where)
        elif (embedded := self.embeddable(level, member)) is not None:
            self.embed(level, member, where, embedded)
        elif member.annotation("Embedded", "EmbeddedId") is not None:
            self._mapping.doubt(
                where.subject(member),
                place_of(level, member, where),
                f"{member.type.simple}, which is embedded, is not in the repository",
                member.written,
            )
        else:
            self.add_basic(level, member, where)

    def embeddable(self, level: Level, member: Member) -> tuple[JavaClass, TypeName] | None:
        """The class of the repository whose attributes are this one's columns."""
        kind = level.bound(member.type)
        if kind.array or member.annotation(*_OWN_TYPE) is not None or kind.name in types.COLLECTIONS:
            return None
        found = self._mapping.sources.find_class(level.cls, kind.name)
        if found is None:
            return None
        said = member.annotation("Embedded", "EmbeddedId") is not None
        return (found, kind) if found.annotation("Embeddable") is not None or said else None

    def embed(self, level: Level, member: Member, where: Where, embedded: tuple[JavaClass, TypeName]) -> None:
        """Add the columns of an embedded class."""
        cls, kind = embedded
        if where.depth > _MAX_DEPTH or cls.qualified in where.within:
            return
        overrides, joins = self.overrides(level, member.annotations, where, member.name)
        key = member.annotation("EmbeddedId") is not None
        inner = replace(
            where,
            owner=where.subject(member),
            overrides=overrides,
            joins=joins,
            names=(),
            depth=where.depth + 1,
            within=where.within | {cls.qualified},
        )
        found = chain(self._mapping.sources, cls)
        bindings = dict(zip(cls.parameters, kind.arguments, strict=False))
        for each in found.levels:
            here = Level(each.cls, {**each.bindings, **bindings})
            for one in members(here, where.getters and each.cls.kind != "record"):
                self.add(
                    here,
                    replace(one, annotations=(*one.annotations, Annotation("Id", {}, one.line))) if key else one,
                    inner,
                )

    def overrides(
        self, level: Level, annotations: tuple[Annotation, ...], where: Where, prefix: str
    ) -> tuple[dict[str, Annotation], dict[str, tuple[Annotation, ...]]]:
        """The columns that are given for an embedded class, by the paths of its attributes."""
        columns, joins = {}, {}
        for one in _all(annotations, "AttributeOverride", "AttributeOverrides"):
            name, column = self.text(level, one, "name"), one.given.get("column")
            if name is not None and isinstance(column, Annotation):
                columns[name.removeprefix("value.").removeprefix("key.")] = column
        for one in _all(annotations, "AssociationOverride", "AssociationOverrides"):
            name = self.text(level, one, "name")
            if name is not None:
                joins[name] = one.parts("joinColumns")
        # What is given further out counts more.
        columns.update(
            {
                path.removeprefix(f"{prefix}."): one
                for path, one in where.overrides.items()
                if path.startswith(f"{prefix}.")
            }
        )
        joins.update(
            {path.removeprefix(f"{prefix}."): one for path, one in where.joins.items() if path.startswith(f"{prefix}.")}
        )
        return columns, joins

    def text(self, level: Level, annotation: Annotation, name: str) -> str | None:
        """A text that an annotation is given; None where there is none, or it cannot be told."""
        value = self._mapping.sources.evaluate(level.cls, annotation.given[name]) if name in annotation.given else None
        return value if isinstance(value, str) and value else None

    def add_basic(self, level: Level, member: Member, where: Where) -> None:
        """Add the column of an attribute that is one value."""
        column = self.basic(level, member, where)
        if column is None:
            return
        given = self.given(level, member, where)
        target = where.table
        other = self.text(level, given, "table") if given is not None else None
        if other is not None and where.depth == 0:
            target = self._mapping.wanted.table(self._mapping.naming.names(other), column.place)
        target.add(column, shared=is_shared(given))

    def given(self, level: Level, member: Member, where: Where) -> Annotation | None:
        """The `@Column` that counts for an attribute: one given from outside, or its own."""
        entity_wide, _ = (
            self.overrides(level, where.entity.cls.annotations, where, "") if where.depth == 0 else ({}, {})
        )
        return where.overrides.get(member.name) or entity_wide.get(member.name) or member.annotation("Column")

    def basic(self, level: Level, member: Member, where: Where) -> Column | None:
        """The column of an attribute that is one value; None where its name cannot be told."""
        given = self.given(level, member, where)
        place = place_of(level, member, where)
        naming = self._mapping.naming
        names = where.names or naming.names(member.name)
        if given is not None and "name" in given.given and given.given["name"] != "":
            name = self.text(level, given, "name")
            if name is None:
                self._mapping.doubt(
                    where.subject(member), place, "the name of its column is none that can be read", member.written
                )
                return None
            names = naming.names(name)
        column = Column(names=names, place=place, written=member.written)
        column = self._with_kind(level, member, given, column)
        return self._with_null(level, member, given, where, column)

    def _with_kind(self, level: Level, member: Member, given: Annotation | None, column: Column) -> Column:
        sources = self._mapping.sources
        family = self.family(level, member)
        definition = self.text(level, given, "columnDefinition") if given is not None else None
        own = self.text(level, given, "length") if given is not None else None
        length = (
            sources.evaluate(level.cls, given.given["length"]) if given is not None and "length" in given.given else own
        )
        said = isinstance(length, int)
        if definition is not None:
            defined = types.sql_family(definition)
            kept = types.sql_length(definition)
            return replace(column, family=_of_column(defined), length=kept, said=kept is not None)
        if family == "":
            doubt = "" if self._is_plain(level, member) else f"{member.type.simple} is not in the repository"
            return replace(column, doubt=doubt, length=length if isinstance(length, int) else None, said=said)
        if family in {"text", "enum-text"}:
            size = member.annotation("Size", "Length")
            most = sources.evaluate(level.cls, size.given["max"]) if size is not None and "max" in size.given else None
            validated = isinstance(most, int) and not said and 0 < most < 2**31 - 1
            known = length if said else most if validated else types.DEFAULT_LENGTH
            return replace(column, family=family, length=known if isinstance(known, int) else None, said=said)
        return replace(column, family=family, precision=self._precision(level, given) if family == "decimal" else None)

    def _precision(self, level: Level, given: Annotation | None) -> tuple[int, int] | None:
        values = given.given if given is not None else {}
        digits = self._mapping.sources.evaluate(level.cls, values.get("precision", 0))
        after = self._mapping.sources.evaluate(level.cls, values.get("scale", 0))
        return (digits, after) if isinstance(digits, int) and isinstance(after, int) and digits > 0 else None

    def _is_plain(self, level: Level, member: Member) -> bool:
        """Whether an attribute is a column for certain, though its kind is not known."""
        marked = member.annotation("Column", "Basic", "Enumerated", "Lob", "Id", "Version", *_OWN_TYPE) is not None
        kind = level.bound(member.type)
        here = self._mapping.sources.find_class(level.cls, kind.name) is not None
        return marked or here or kind.array or types.java_family(kind.simple, array=kind.array) is not None

    def family(self, level: Level, member: Member) -> str:  # noqa: PLR0911 - one answer a kind
        """The kind of an attribute's values; empty where it depends on more than what is read."""
        kind = level.bound(member.type)
        if member.annotation("Convert") is not None:
            return self._converted(level, member.annotation("Convert"))
        if member.annotation(*_OWN_TYPE) is not None:
            return ""
        found = types.java_family(kind.simple, array=kind.array)
        if member.annotation("Lob") is not None:
            return {"text": "long-text", "binary": "binary"}.get(found or "", "")
        when = member.annotation("Temporal")
        if when is not None:
            return types.temporal(when.ref("value"))
        if kind.name == "java.sql.Date" or (
            kind.name == "Date" and level.cls.file.imports.get("Date") == "java.sql.Date"
        ):
            return "date"
        if found is not None:
            return found
        return self._of_repository(level, member, kind)

    def _of_repository(self, level: Level, member: Member, kind: TypeName) -> str:
        cls = self._mapping.sources.find_class(level.cls, kind.name)
        how = member.annotation("Enumerated")
        auto = self._automatic(cls, kind)
        if auto is not None and how is None:
            return types.java_family(auto.simple, array=auto.array) or ""
        if how is not None:
            return "enum-text" if how.ref("value") == "STRING" else "enum-number"
        if cls is not None and cls.kind == "enum":
            stored = any(
                one.annotation("JdbcTypeCode", "EnumeratedValue", "Convert") for one in (*cls.fields, *cls.getters)
            )
            return "" if stored or cls.annotation("JdbcTypeCode", "JdbcType") else "enum-number"
        return ""

    def _converted(self, level: Level, annotation: Annotation | None) -> str:
        converter = annotation.given.get("converter", annotation.given.get("value")) if annotation is not None else None
        cls = self._mapping.sources.find_class(level.cls, converter.name) if isinstance(converter, Ref) else None
        made = _conversion(cls) if cls is not None else None
        return (types.java_family(made[1].simple, array=made[1].array) or "") if made is not None else ""

    def _automatic(self, cls: JavaClass | None, kind: TypeName) -> TypeName | None:
        """What a converter that applies by itself makes of a type."""
        if self._converters is None:
            self._converters = {}
            for one in self._mapping.sources.mapped_classes():
                converter, made = one.annotation("Converter"), _conversion(one)
                if converter is not None and converter.given.get("autoApply") is True and made is not None:
                    target = self._mapping.sources.find_class(one, made[0].name)
                    self._converters[target.qualified if target is not None else made[0].simple] = made[1]
        return self._converters.get(cls.qualified if cls is not None else kind.simple)

    def truth(self, level: Level, annotation: Annotation | None, name: str) -> bool | None:
        """A truth that an annotation is given; None where there is none, or it cannot be told."""
        given = annotation.given.get(name) if annotation is not None else None
        value = self._mapping.sources.evaluate(level.cls, given) if given is not None else None
        return value if isinstance(value, bool) else None

    def _with_null(
        self, level: Level, member: Member, given: Annotation | None, where: Where, column: Column
    ) -> Column:
        unique = self.truth(level, given, "unique") is True
        if member.annotation("Id") is not None:
            return replace(column, nullable=None, unique=False)
        if where.nullable:
            return replace(column, nullable=True, unique=unique)
        said = self.truth(level, given, "nullable")
        optional = self.truth(level, member.annotation("Basic"), "optional")
        if said is not None or optional is False:
            required = said is False or optional is False
            return replace(column, nullable=not required and not validated(member), firm=True, unique=unique)
        primitive = member.type.name in types.PRIMITIVES and not member.type.array
        return replace(column, nullable=not (primitive or validated(member)), unique=unique)


def validated(member: Member) -> bool:
    """Whether a validation that Hibernate puts into the schema forbids null."""
    return any(one.name in _VALIDATED and "groups" not in one.given for one in member.annotations)


def place_of(level: Level, member: Member, where: Where) -> Place:
    """Where an attribute is declared."""
    return Place(where.subject(member), level.cls.file.path, member.line)


def is_shared(given: Annotation | None) -> bool:
    """Whether an attribute reads a column that another one writes."""
    return given is not None and given.given.get("insertable") is False and given.given.get("updatable") is False


def _of_column(family: str) -> str:
    """The kind of values that a column's own definition leaves room for."""
    return family if family in {"text", "binary", "uuid", "date", "time", "timestamp"} else ""


def _conversion(cls: JavaClass) -> tuple[TypeName, TypeName] | None:
    """What an `AttributeConverter` turns into what."""
    for one in cls.interfaces:
        if one.simple == "AttributeConverter" and len(one.arguments) == 2:  # noqa: PLR2004 - from and to
            return one.arguments[0], one.arguments[1]
    return None


def _all(annotations: tuple[Annotation, ...], single: str, several: str) -> list[Annotation]:
    found = [one for one in annotations if one.name == single]
    return found + [part for one in annotations if one.name == several for part in one.parts("value")]
