"""Classes as EF Core sees them: the members of a class and of those that it derives from, and what their types are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.migrations.csharp.declarations import Property as Declared
from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.csharp.values import TypeRef
from bot.checks.migrations.efcore.model import Bound

_MAX_BASES = 20
# Names of the language and of `System` to the one that a snapshot writes.
SCALARS = {
    **{
        name: name
        for name in [
            "string",
            "bool",
            "byte",
            "sbyte",
            "short",
            "ushort",
            "int",
            "uint",
            "long",
            "ulong",
            "float",
            "double",
            "decimal",
            "char",
            "DateTime",
            "DateTimeOffset",
            "DateOnly",
            "TimeOnly",
            "TimeSpan",
            "Guid",
            "Uri",
        ]
    },
    "String": "string",
    "Boolean": "bool",
    "Byte": "byte",
    "SByte": "sbyte",
    "Int16": "short",
    "UInt16": "ushort",
    "Int32": "int",
    "UInt32": "uint",
    "Int64": "long",
    "UInt64": "ulong",
    "Single": "float",
    "Double": "double",
    "Decimal": "decimal",
    "Char": "char",
}
REFERENCE_SCALARS = frozenset({"string", "byte[]", "Uri"})
_COLLECTIONS = frozenset(
    [
        "List",
        "IList",
        "ICollection",
        "IEnumerable",
        "HashSet",
        "ISet",
        "IReadOnlyCollection",
        "IReadOnlyList",
        "IReadOnlySet",
        "Collection",
        "ObservableCollection",
        "SortedSet",
        "ObservableHashSet",
    ]
)
# Types of packages that providers map to a column.
_MAPPED = frozenset(
    [
        "Instant",
        "LocalDate",
        "LocalDateTime",
        "LocalTime",
        "OffsetDateTime",
        "ZonedDateTime",
        "Period",
        "Duration",
        "Geometry",
        "Point",
        "Polygon",
        "LineString",
        "MultiPolygon",
        "MultiPoint",
        "NpgsqlTsVector",
        "NpgsqlRange",
        "JsonDocument",
        "JsonElement",
        "IPAddress",
        "PhysicalAddress",
        "BigInteger",
        "HierarchyId",
        "Vector",
        "SqlVector",
        "BitArray",
        "LTree",
    ]
)


@dataclass(frozen=True)
class Scalar:
    """A type of the language or of a package that a column can hold, by name."""

    name: str
    known: bool = True


@dataclass(frozen=True)
class Enum:
    """An enumeration, and the type that it rests on."""

    decl: TypeDecl
    underlying: str


@dataclass(frozen=True)
class Class:
    """A class or record of the repository; `decl.kind` tells structs and interfaces."""

    decl: TypeDecl
    bound: Bound


@dataclass(frozen=True)
class Many:
    """A collection."""

    element: Bound


@dataclass(frozen=True)
class Foreign:
    """A type that is not in the repository."""

    name: str


Kind = Scalar | Enum | Class | Many | Foreign


@dataclass(frozen=True)
class Member:
    """A property or field of a class, with the class that declares it."""

    name: str
    bound: Bound
    declared: Declared
    decl: TypeDecl


class Classes:
    """Looks classes up in a library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._members: dict[str, dict[str, Member]] = {}
        self._kinds: dict[Bound, Kind] = {}

    def resolve(self, bound: Bound) -> TypeDecl | None:
        """The type of the repository that a name means."""
        bound = bound.expanded()
        if bound.at is None or bound.type.rank:
            return None
        return self.library.resolve(bound.type, bound.at)

    def kind(self, bound: Bound) -> Kind:
        """What a type is."""
        if bound not in self._kinds:
            self._kinds[bound] = self._kind(bound)
        return self._kinds[bound]

    def _kind(self, bound: Bound) -> Kind:  # noqa: PLR0911 - one answer a kind
        bound = bound.expanded()
        ref = bound.type
        if ref.rank:
            element = TypeRef(ref.name, ref.arguments, rank=ref.rank - 1)
            if ref.rank == 1 and SCALARS.get(ref.simple) == "byte":
                return Scalar("byte[]")
            return Many(Bound(element, bound.at, bound.given))
        if ref.name in {"Nullable", "System.Nullable"} and ref.arguments:
            return self.kind(bound.argument())
        if not ref.arguments and ref.simple in SCALARS and ref.name in {ref.simple, f"System.{ref.simple}"}:
            return Scalar(SCALARS[ref.simple])
        if ref.simple in _COLLECTIONS and len(ref.arguments) == 1:
            return Many(bound.argument())
        decl = self.resolve(bound)
        if decl is None:
            return Scalar(ref.simple, known=False) if ref.simple in _MAPPED else Foreign(str(ref).removesuffix("?"))
        if decl.kind == "enum":
            underlying = SCALARS.get(decl.bases[0].simple, "int") if decl.bases else "int"
            return Enum(decl, underlying)
        return Class(decl, bound)

    def is_nullable(self, bound: Bound, declared: Declared, decl: TypeDecl, kind: Kind) -> bool:
        """Whether a member may be null, as the language says."""
        ref = bound.expanded().type
        if ref.nullable or declared.type.nullable or ref.simple == "Nullable":
            return True
        if isinstance(kind, Scalar) and kind.known and kind.name not in REFERENCE_SCALARS:
            return False
        if isinstance(kind, Enum) or (isinstance(kind, Class) and kind.decl.kind == "struct"):
            return False
        if isinstance(kind, Scalar | Foreign) and kind.name in {"Instant", "LocalDate", "LocalDateTime", "JsonElement"}:
            return False
        return not self.library.is_nullable_aware(decl.path, declared.line)

    def bases(self, decl: TypeDecl) -> Iterator[tuple[TypeDecl, tuple[tuple[str, Bound], ...]]]:
        """Yield a class and those of the repository that it derives from, with what their parameters stand for."""
        given: tuple[tuple[str, Bound], ...] = ()
        one: TypeDecl | None = self.library.whole(decl)
        for _ in range(_MAX_BASES):
            if one is None:
                return
            yield one, given
            base = self.base(one)
            if base is None:
                return
            ref, found = base
            arguments = [Bound(each, one, given).expanded() for each in ref.arguments]
            given = tuple(zip(found.parameters, arguments, strict=False))
            one = found

    def is_endless(self, decl: TypeDecl) -> bool:
        """Whether a class has more bases than are looked at."""
        *_, last = self.bases(decl)
        return self.base(last[0]) is not None

    def base(self, decl: TypeDecl) -> tuple[TypeRef, TypeDecl] | None:
        """The class of the repository that a class derives from, as it is named."""
        for ref in decl.bases:
            found = self.library.resolve(ref, decl)
            if found is not None and found.kind in {"class", "record"}:
                return ref, found
        return None

    def foreign_base(self, decl: TypeDecl) -> TypeRef | None:
        """The first base of the hierarchy that is a class of a package, as far as its name tells."""
        for one, _ in self.bases(decl):
            if self.base(one) is None:
                for ref in one.bases[:1]:
                    simple = ref.simple
                    is_interface = len(simple) > 1 and simple[0] == "I" and simple[1].isupper()
                    if self.library.resolve(ref, one) is None and not (
                        is_interface and not simple.startswith("Identity")
                    ):
                        return ref
        return None

    def members(self, decl: TypeDecl) -> dict[str, Member]:
        """The instance properties and fields of a class by name, with those of its bases."""
        key = f"{decl.path} {decl.full_name}"
        if key not in self._members:
            found: dict[str, Member] = {}
            for one, given in self.bases(decl):
                for declared in one.properties:
                    if not {"static", "const"} & declared.modifiers and declared.name not in found:
                        bound = Bound(declared.type, one, given).expanded()
                        found[declared.name] = Member(declared.name, bound, declared, one)
            self._members[key] = found
        return self._members[key]
