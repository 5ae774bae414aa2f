"""The columns among the attributes of a class."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.migrations.alembic.annotations import Annotation, read_annotation
from bot.checks.migrations.alembic.bindings import class_bindings
from bot.checks.migrations.alembic.column_types import compile_type, python_type
from bot.checks.migrations.alembic.columns import COLUMNS, Declared, column_call
from bot.checks.migrations.alembic.conventions import Conventions
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.schema import TypeSpec
from bot.checks.migrations.alembic.sqlmodel import field_column
from bot.checks.migrations.alembic.values import (
    Call,
    ClassDef,
    Function,
    Item,
    Opaque,
    Ref,
    Value,
    last_name,
    source_of,
)

# Calls whose value is no column.
_NO_COLUMNS = frozenset({"relationship", "Relationship", "association_proxy", "synonym", "backref", "dynamic_loader"})

_DECLARING = frozenset({*COLUMNS, "ForeignKey", "ForeignKeyConstraint", "Index", "UniqueConstraint"})


@dataclass(frozen=True)
class Member:
    """A column among a class's attributes, and where it stands."""

    call: Call
    path: str
    line: int
    declared: Declared


@dataclass(frozen=True)
class Members:
    """Reads the columns of classes."""

    reader: Reader
    conventions: Conventions

    def read(self, owner: ClassDef, own: list[Value], *, sqlmodel: bool) -> dict[str, Member]:
        """The columns of a class by attribute: its own, and those of the bases that it gets columns from."""
        members: dict[str, Member] = {}
        seen: set[str] = set()
        for one in own:
            if not isinstance(one, ClassDef):
                continue
            annotations = _annotations(one)
            for name in dict.fromkeys([*class_bindings(one), *annotations]):
                if name in seen or (name.startswith("__") and name.endswith("__")):
                    continue
                seen.add(name)
                member = self._member(owner, one, name, annotations.get(name), sqlmodel=sqlmodel)
                if member is not None:
                    members[name] = member
        return members

    def _member(
        self, owner: ClassDef, one: ClassDef, name: str, annotation: ast.expr | None, *, sqlmodel: bool
    ) -> Member | None:
        node = class_bindings(one).get(name)
        self.reader.step()
        if isinstance(node, ast.Call) and last_word(node.func) in _NO_COLUMNS:
            return None
        if isinstance(node, ast.FunctionDef):
            return self._declared_attr(owner, one, node)
        value = self.reader.eval(node, self.reader.class_scope(one)) if isinstance(node, ast.expr) else None
        line = node.lineno if node is not None else annotation.lineno if annotation is not None else one.node.lineno
        if sqlmodel:
            return self._sqlmodel_member(one, annotation, value, line)
        found = Annotation(None)
        if annotation is not None:
            found = read_annotation(self.reader.eval(annotation, self.reader.class_scope(one)), self.reader, one.scope)
        call = column_call(value)
        if call is None:
            bare = found.mapped and not isinstance(node, ast.expr)
            made = isinstance(value, Call) and self._makes_column(value)
            if not bare and not made:
                return None
            call = (
                Call(Ref("sqlalchemy.orm.mapped_column"))
                if bare
                else Call(Ref("sqlalchemy.Column"), (Opaque("made", name, (value,)),))
            )
        if found.mapped or found.extras:
            inner = next((one for one in (column_call(extra) for extra in found.extras) if one is not None), None)
            if inner is not None:
                call = Call(call.func, (*inner.args, *call.args), {**inner.kwargs, **call.kwargs}, call.path, call.line)
            declared = Declared(self._annotated_type(one, found), found.optional)
            return Member(call, one.path, line, declared)
        return Member(call, one.path, line, Declared())

    def _makes_column(self, value: Call) -> bool:
        """Whether a function of the project whose code cannot be followed makes a column, by its name."""
        return isinstance(value.func, Function) and "column" in value.func.name.lower()

    def _annotated_type(self, owner: ClassDef, found: Annotation) -> TypeSpec:
        """The type of a column that its annotation alone gives."""
        table = self.conventions.annotation_map(owner)
        for key in (*found.keys, found.core):
            for known, spec in table:
                if known == key or (
                    last_name(known) and last_name(known) == last_name(key) and not isinstance(key, Item)
                ):
                    return compile_type(spec, self.reader)
        spec = python_type(found.core, self.reader)
        if spec is not None:
            return spec
        if isinstance(found.core, Item) and last_name(found.core) == "Literal":
            texts = found.core.index if isinstance(found.core.index, tuple) else (found.core.index,)
            return compile_type(Call(Ref("sqlalchemy.Enum"), tuple(texts), {"native_enum": False}), self.reader)
        return TypeSpec((), ("annotation", found.core))

    def _declared_attr(self, owner: ClassDef, one: ClassDef, node: ast.FunctionDef) -> Member | None:
        names = {last_name(self.reader.eval(decorator, one.scope)) for decorator in node.decorator_list}
        if names.isdisjoint({"declared_attr", "directive", "cascading"}):
            return None
        function = self.reader.define(node, one.scope)
        value = (
            self.reader.call_function(function, Call(function, (owner,))) if isinstance(function, Function) else None
        )
        call = column_call(value)
        found = Annotation(None)
        if node.returns is not None:
            found = read_annotation(self.reader.eval(node.returns, one.scope), self.reader, one.scope)
        if call is None:
            # What a branch that cannot be told gives may be a column.
            if not isinstance(value, Opaque) or not isinstance(function, Function) or "olumn" not in function.source:
                return None
            call = Call(Ref("sqlalchemy.Column"), (value,))
        declared = Declared(self._annotated_type(one, found), found.optional) if found.mapped else Declared()
        return Member(call, one.path, call.line if call.path == one.path and call.line else node.lineno, declared)

    def _sqlmodel_member(self, one: ClassDef, annotation: ast.expr | None, value: Value, line: int) -> Member | None:
        if annotation is None:
            return None
        found = read_annotation(self.reader.eval(annotation, self.reader.class_scope(one)), self.reader, one.scope)
        made = field_column(found, value, self.reader)
        return None if made is None else Member(made.call, one.path, line, made.declared)


def column_sources(reader: Reader, path: str) -> frozenset[str]:
    """The calls of a file that declare columns, indexes and constraints, as source."""
    parsed = reader.parsed(path)
    nodes = ast.walk(parsed.tree) if parsed is not None else ()
    return frozenset(
        source_of(node) for node in nodes if isinstance(node, ast.Call) and last_word(node.func) in _DECLARING
    )


def last_word(node: ast.expr) -> str:
    """The last part of a name, as it is written."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _annotations(owner: ClassDef) -> dict[str, ast.expr]:
    return dict(_find_annotations(owner.node.body))


def _find_annotations(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.annotation
        elif isinstance(node, ast.If):
            yield from _find_annotations(node.body)
