"""What files of C# declare: types with their members. Bodies of methods are read when they are asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.expressions import children_of, read_statements, words_of
from bot.checks.migrations.csharp.values import Argument, Statement, TypeRef, Value

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True)
class Attribute:
    """`[Name(arguments)]`; the name is without `Attribute` and without what stands before its last dot."""

    name: str
    arguments: tuple[Argument, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Property:
    """A property or a field.

    Attributes:
        getter: whether it has one; a field has both.
        setter: whether it has one, of any reach; `computed` where the getter is an expression or a body.
        conditional: whether it stands behind a condition of the compiler.
    """

    name: str
    type: TypeRef
    line: int
    modifiers: frozenset[str] = frozenset()
    attributes: tuple[Attribute, ...] = ()
    getter: bool = True
    setter: bool = True
    computed: bool = False
    is_field: bool = False
    value: Value | None = None
    conditional: bool = False

    def attribute(self, *names: str) -> Attribute | None:
        """The first attribute of one of the names."""
        return next((one for one in self.attributes if one.name in names), None)


@dataclass(kw_only=True, eq=False)
class Method:
    """A method; `parameters` are names and types, with `this` marking that of an extension."""

    name: str
    parameters: tuple[tuple[str, TypeRef], ...]
    modifiers: frozenset[str]
    extends: bool
    line: int
    types: tuple[str, ...] = ()
    conditional: bool = False
    _body: Node | None = None
    _read: tuple[Statement, ...] | None = None

    def body(self) -> tuple[Statement, ...]:
        """The statements; none where it has no body."""
        if self._read is None:
            self._read = read_statements(self._body) if self._body is not None else ()
        return self._read

    def shared(self, seen: dict[bytes, tuple[Statement, ...]]) -> tuple[Statement, ...]:
        """The statements, where those of other bodies with the same words are taken from there, with their lines."""
        if self._body is None or self._body.type != "block":
            return self.body()
        found: list[Statement] = []
        for child in children_of(self._body):
            key = child.text or b""
            if key not in seen:
                seen[key] = read_statements(child)
            found.extend(seen[key])
        return tuple(found)

    def words(self) -> str:
        """The body's words, without comments and layout."""
        return words_of(self._body) if self._body is not None else ""


@dataclass(kw_only=True, eq=False)
class TypeDecl:
    """A class, record, struct, interface or enumeration.

    `full_name` is as EF Core writes it: the namespace with dots, and `+` before the name of a nested type; one with
    parameters ends with their number, as in metadata.
    """

    kind: str
    name: str
    full_name: str
    path: str
    line: int
    file: SourceFile
    modifiers: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()
    bases: tuple[TypeRef, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    properties: list[Property] = field(default_factory=list)
    methods: list[Method] = field(default_factory=list)
    members: list[tuple[str, Value | None]] = field(default_factory=list)
    outer: TypeDecl | None = None
    conditional: bool = False

    @cached_property
    def constants(self) -> dict[str, Value]:
        """The values of constants, static members and computed ones by name; of several the first."""
        return {
            one.name: one.value
            for one in reversed(self.properties)
            if one.value is not None and (one.computed or {"const", "static"} & one.modifiers)
        }

    def attribute(self, *names: str) -> Attribute | None:
        """The first attribute of one of the names."""
        return next((one for one in self.attributes if one.name in names), None)

    @cached_property
    def by_name(self) -> dict[str, list[Method]]:
        """The methods by their names."""
        found: dict[str, list[Method]] = defaultdict(list)
        for one in self.methods:
            found[one.name].append(one)
        return dict(found)

    def method(self, name: str) -> Method | None:
        """The first method of a name."""
        return next(iter(self.by_name.get(name, ())), None)


@dataclass(kw_only=True, eq=False)
class SourceFile:
    """What a file declares.

    Attributes:
        usings: namespaces, `static` ones too.
        aliases: name to the type that it stands for.
        nullable: lines at which `#nullable` is set, and what to: `enable`, `disable` or `restore`.
        broken: the first line that cannot be parsed; None where all can.
    """

    path: str
    usings: list[str] = field(default_factory=list)
    aliases: dict[str, TypeRef] = field(default_factory=dict)
    nullable: list[tuple[int, str]] = field(default_factory=list)
    types: list[TypeDecl] = field(default_factory=list)
    broken: int | None = None

    @cached_property
    def named(self) -> dict[str, list[TypeDecl]]:
        """The types by their simple names."""
        found: dict[str, list[TypeDecl]] = defaultdict(list)
        for one in self.types:
            found[one.name].append(one)
        return dict(found)

    @cached_property
    def extensions(self) -> dict[str, list[tuple[TypeDecl, Method]]]:
        """The extension methods by their names, each with its class."""
        found: dict[str, list[tuple[TypeDecl, Method]]] = defaultdict(list)
        for one in self.types:
            for method in one.methods:
                if method.extends:
                    found[method.name].append((one, method))
        return dict(found)

    def nullable_at(self, line: int) -> str | None:
        """What `#nullable` says at a line; None where the project decides."""
        said = None
        for at, what in self.nullable:
            if at > line:
                break
            said = what
        return None if said == "restore" else said
