"""The schema that the code of a tree declares: SQLAlchemy's declarative classes, `Table` objects, SQLModel, Flask.

Source: https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html, .../orm/inheritance.html and
https://flask-sqlalchemy.readthedocs.io/en/stable/models/ (read 2026-11-25).
Out of sight: classes made at run time, columns of base classes in packages that are not in the repository.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.checks.migrations.alembic.bases import is_base, is_declarative, is_root, may_add_columns
from bot.checks.migrations.alembic.bindings import class_bindings
from bot.checks.migrations.alembic.columns import Builder
from bot.checks.migrations.alembic.conventions import Conventions
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.members import Member, Members, last_word
from bot.checks.migrations.alembic.schema import Column, Place, Schema, Table, table_key
from bot.checks.migrations.alembic.sqlmodel import is_table_model
from bot.checks.migrations.alembic.values import (
    Attribute,
    Call,
    ClassDef,
    Function,
    Opaque,
    Ref,
    Value,
    call_name,
    last_name,
)

# What a file that declares tables, or parts of them, has at least one of.
_WORDS = (
    *(b"Column(", b"mapped_column", b"Mapped[", b"table=True", b"table = True", b"__tablename__", b"Table("),
    *(b".Model)", b".Model,", b"declarative_base", b"DeclarativeBase", b"MetaData(", b"as_declarative", b"SQLModel"),
)


def may_declare(content: bytes) -> bool:
    """Whether a file may declare tables or parts of them, by its words."""
    return any(word in content for word in _WORDS)


@dataclass
class Models:
    """The tables of one tree, and what of it could not be read."""

    reader: Reader
    conventions: Conventions
    tables: Schema = field(default_factory=dict)
    unnamed: dict[str, Table] = field(default_factory=dict)
    _of_class: dict[ClassDef, Table | None] = field(default_factory=dict)
    _busy: set[ClassDef] = field(default_factory=set)
    _later: list[Callable[[], None]] = field(default_factory=list)

    def read_file(self, path: str) -> None:
        """Add what a file declares."""
        parsed = self.reader.parsed(path)
        if parsed is None:
            return
        for name, bindings in parsed.bindings.items():
            for binding in bindings:
                if isinstance(binding.node, ast.ClassDef):
                    self.table_of(self.reader.define_class(binding.node, self.reader.module_scope(path)))
            if any(_makes_table(one.node) for one in bindings):
                self._add_core_table(self.reader.lookup(path, name), path)
        for node in parsed.tree.body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                self._add_statement(node.value, path)

    def _add_core_table(self, value: Value, path: str) -> None:
        if call_name(value) == "Table" and isinstance(value, Call):
            self.core_table(value, Place(path, value.line, "", ""))

    def _add_statement(self, node: ast.Call, path: str) -> None:
        """`Index("name", User.email)` and `Table(...)` that no name is given to."""
        if not last_word(node.func).endswith(("Index", "Table")):
            return
        value = self.reader.eval(node, self.reader.module_scope(path))
        if call_name(value) == "Table":
            self._add_core_table(value, path)
        elif call_name(value) == "Index" and isinstance(value, Call):
            owner = next((one for one in (_index_owner(part) for part in value.args[1:]) if one is not None), None)
            table = self.table_of(owner) if isinstance(owner, ClassDef) else None
            if table is not None and isinstance(owner, ClassDef):
                builder = self._builder(table, owner)
                builder.attributes = {one.place.attribute: one.name for one in table.columns.values()}
                builder.add(value, Place(path, node.lineno, owner.name))

    def core_table(self, call: Call, place: Place) -> Table | None:
        """The table of `Table(name, metadata, ...)`."""
        if not call.args or not isinstance(call.args[0], str):
            return None
        metadata = call.args[1] if len(call.args) > 1 else None
        convention = self.conventions.of_metadata(metadata)
        schema = call.argument("schema") or convention.schema
        table = Table(table_key(schema, call.args[0]), place=place, convention=convention, root=self._root_of(metadata))
        if table.key in self.tables:
            return self.tables[table.key]
        comment = call.argument("comment")
        table.comment = comment if isinstance(comment, str) else ""
        builder = Builder(table, self.reader, convention, resolve=self.resolve, later=self._later)
        builder.add_all(call.args[2:], place)
        if not _skips(call.kwargs):
            self.tables[table.key] = table
        return table

    # Classes

    def table_of(self, owner: ClassDef) -> Table | None:
        """The table that a class is mapped to: its own, or its parent's; None where it is mapped to none."""
        if owner in self._of_class:
            return self._of_class[owner]
        if owner in self._busy:
            return None
        self._busy.add(owner)
        try:
            table = self._map(owner)
        finally:
            self._busy.discard(owner)
        self._of_class[owner] = table
        return table

    def _map(self, owner: ClassDef) -> Table | None:
        order = self.reader.mro(owner)
        sqlmodel = any(last_name(one) == "SQLModel" for one in order)
        if sqlmodel and not is_table_model(owner, self.reader):
            return None
        if not sqlmodel and (not is_declarative(order, owner, self.reader) or self._is_abstract(owner)):
            return None
        parent = self._mapped_parent(order, owner)
        own = self._own_order(order, parent)
        found = self._attribute(owner, own, "__table__")
        if call_name(found) == "Table" and isinstance(found, Call):
            return self.core_table(found, Place(owner.path, owner.node.lineno, owner.name))
        members = Members(self.reader, self.conventions).read(owner, own, sqlmodel=sqlmodel)
        name = self._table_name(owner, own, members, inherits=parent is not None, sqlmodel=sqlmodel)
        if name is None and parent is None:
            return None
        shared = self._of_class[parent] if name is None and parent is not None else None
        table = shared if shared is not None else self._new_table(owner, own, name)
        self._fill(table, owner, own, members, new=shared is None)
        return table

    def _new_table(self, owner: ClassDef, own: list[Value], name: Value) -> Table:
        place = Place(owner.path, owner.node.lineno, owner.name)
        convention = self.conventions.of_class(owner)
        options = self._table_options(owner, own)
        schema = options.get("schema") or convention.schema
        known = isinstance(name, str) and not isinstance(schema, Opaque | Attribute | Call)
        key = table_key(schema, name) if isinstance(name, str) and known else f"{owner.path}:{owner.name}"
        table = Table(
            key, place=place, convention=convention, root=self._root_of(owner), open=any(map(may_add_columns, own))
        )
        if not known:
            self.unnamed[key] = table
        elif key in self.tables and not options.get("extend_existing"):
            # Two classes of one table stand in two metadata objects, or one of them is never loaded.
            return self.tables[key]
        elif not _skips(options):
            self.tables[key] = table
        return table

    def _fill(self, table: Table, owner: ClassDef, own: list[Value], members: dict[str, Member], *, new: bool) -> None:
        place = Place(owner.path, owner.node.lineno, owner.name)
        builder = self._builder(table, owner)
        builder.attributes = {one.place.attribute: one.name for one in table.columns.values()}
        for attribute, member in members.items():
            # A class that shares its parent's table may name a column of it again.
            if not new and attribute in builder.attributes:
                continue
            where = replace(place, path=member.path, line=member.line)
            builder.add_column(member.call, attribute, where, member.declared)
        args = self._attribute(owner, own, "__table_args__")
        if args is not None:
            builder.add_all(args if isinstance(args, tuple | list) else [args], self._args_place(owner, own))

    def _args_place(self, owner: ClassDef, own: list[Value]) -> Place:
        for one in own:
            if isinstance(one, ClassDef) and (node := class_bindings(one).get("__table_args__")) is not None:
                return Place(one.path, node.lineno, owner.name)
        return Place(owner.path, owner.node.lineno, owner.name)

    def _builder(self, table: Table, owner: ClassDef) -> Builder:
        convention = self.conventions.of_class(owner)
        return Builder(table, self.reader, convention, resolve=self.resolve, later=self._later)

    def resolve(self, reference: Attribute) -> tuple[str, str] | None:
        """The table and column that `User.id`, or `users.c.id`, stands for."""
        match reference:
            case Attribute(owner=ClassDef() as owner, name=name):
                table = self.table_of(owner)
                if table is None:
                    return None
                column = next((one.name for one in table.columns.values() if one.place.attribute == name), name)
                return table.key, column
            case Attribute(owner=Attribute(owner=Call() as call, name="c" | "columns"), name=name):
                table = self.core_table(call, Place(call.path, call.line)) if call_name(call) == "Table" else None
                return (table.key, name) if table is not None else None
            case Attribute(owner=Attribute(owner=Attribute(owner=ClassDef() as owner, name="__table__")), name=name):
                table = self.table_of(owner)
                return (table.key, name) if table is not None else None
        return None

    def _root_of(self, value: Value) -> str:
        """What a table is declared on: the base class next to SQLAlchemy's own, or the metadata."""
        match value:
            case ClassDef():
                return self._root_of_class(value)
            case Attribute(owner=owner, name="metadata" | "Model" | "registry"):
                return self._root_of(owner)
            case Call() if isinstance(value.argument("metadata"), Call):
                return self._root_of(value.argument("metadata"))
            case Call(path=path, line=line):
                return f"{path}:{line}"
            case Ref(name=name):
                return name
        return ""

    def _root_of_class(self, owner: ClassDef) -> str:
        order = self.reader.mro(owner)
        for one in order:
            if not isinstance(one, ClassDef):
                continue
            node = class_bindings(one).get("metadata")
            if isinstance(node, ast.expr):
                return self._root_of(self.reader.eval(node, self.reader.class_scope(one))) or f"{one.path}:{one.name}"
            if is_base(one, self.reader) or is_root(one, self.reader):
                return f"{one.path}:{one.name}"
        return next((self._root_of(one) for one in order if is_root(one, self.reader)), "")

    # What a class is

    def _is_abstract(self, owner: ClassDef) -> bool:
        node = class_bindings(owner).get("__abstract__")
        return isinstance(node, ast.expr) and self.reader.eval(node, owner.scope) is True

    def _mapped_parent(self, order: list[Value], owner: ClassDef) -> ClassDef | None:
        for one in order:
            if isinstance(one, ClassDef) and one != owner and self.table_of(one) is not None:
                return one
        return None

    def _own_order(self, order: list[Value], parent: ClassDef | None) -> list[Value]:
        """The class and those bases whose columns it gets: all but what comes by a mapped parent."""
        if parent is None:
            return order
        inherited = self.reader.mro(parent)
        return [one for one in order if one not in inherited]

    def _table_name(
        self,
        owner: ClassDef,
        own: list[Value],
        members: dict[str, Member],
        *,
        inherits: bool,
        sqlmodel: bool,
    ) -> Value:
        """The table's name; None where the class has no table of its own."""
        order = own if not inherits else [owner, *(one for one in self.reader.mro(owner) if one != owner)]
        for one in order:
            if not isinstance(one, ClassDef) or (node := class_bindings(one).get("__tablename__")) is None:
                continue
            function = isinstance(node, ast.FunctionDef)
            # A plain name of a mapped parent is that parent's alone.
            if one != owner and not function and one in self._of_class and self._of_class[one] is not None:
                continue
            return self._attribute(owner, [one], "__tablename__")
        if sqlmodel:
            return None if inherits else owner.name.lower()
        if any(last_name(one) == "Model" and is_root(one, self.reader) for one in self.reader.mro(owner)):
            has_key = any(one.call.argument("primary_key") is True for one in members.values())
            return _camel_to_snake(owner.name) if has_key or not inherits else None
        return None

    def _table_options(self, owner: ClassDef, own: list[Value]) -> dict[Value, Value]:
        args = self._attribute(owner, own, "__table_args__")
        parts = args if isinstance(args, tuple | list) else [args]
        return next((part for part in reversed(parts) if isinstance(part, dict)), {})

    def _attribute(self, owner: ClassDef, order: list[Value], name: str) -> Value:
        """What a class attribute stands for; one that a function declares is asked with the class itself."""
        for one in order:
            if isinstance(one, ClassDef) and (node := class_bindings(one).get(name)) is not None:
                if isinstance(node, ast.FunctionDef):
                    function = self.reader.define(node, one.scope)
                    return (
                        self.reader.call_function(function, Call(function, (owner,)))
                        if isinstance(function, Function)
                        else None
                    )
                return self.reader.eval(node, self.reader.class_scope(one)) if isinstance(node, ast.expr) else None
        return None

    def finish(self) -> None:
        """Do what needs all tables: foreign keys to attributes of classes, columns with the type of their target."""
        while self._later:
            self._later.pop()()
        for table in (*self.tables.values(), *self.unnamed.values()):
            for column in list(table.columns.values()):
                table.columns[column.name] = self._settle(table, column, 0)

    def _settle(self, table: Table, column: Column, depth: int) -> Column:
        limit = 10
        if column.type.texts or not isinstance(column.type.value, tuple) or depth > limit:
            return column
        key = next((one for one in table.foreign_keys if one.columns == (column.name,)), None)
        target = self.tables.get(key.table) if key is not None else None
        other = target.columns.get(key.targets[0]) if target is not None and key is not None else None
        if target is None or other is None or other is column:
            return column
        return replace(column, type=self._settle(target, other, depth + 1).type)


def _makes_table(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Call) and last_word(value.func).lower().endswith("table")


def _skips(options: object) -> bool:
    """Whether `info` asks to be left out: the two keys that projects use."""
    info = options.get("info") if isinstance(options, dict) else None
    return isinstance(info, dict) and any(
        info.get(key) is True for key in ("skip_autogenerate", "is_view", "skip_autogen")
    )


def _index_owner(part: Value) -> Value:
    match part:
        case Attribute(owner=ClassDef() as owner):
            return owner
        case Attribute(owner=inner) | Call(func=Attribute(owner=inner)):
            return _index_owner(inner)
        case Call(args=(first, *_)):
            return _index_owner(first)
    return None


def _camel_to_snake(name: str) -> str:
    """As Flask-SQLAlchemy names tables."""
    return re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name).lower().lstrip("_")
