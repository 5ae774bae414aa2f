"""The schema that the code of a tree declares: SQLAlchemy's declarative classes, `Table` objects, SQLModel, Flask.

Source: https://docs.sqlalchemy.org/en/20/orm/declarative_mixins.html, .../orm/inheritance.html and
https://flask-sqlalchemy.readthedocs.io/en/stable/models/ (read 2026-11-25).
Out of sight: classes made at run time, columns of base classes in packages that are not in the repository.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from bot.checks.migrations.alembic.annotations import Annotation, read_annotation
from bot.checks.migrations.alembic.bindings import class_bindings
from bot.checks.migrations.alembic.column_types import compile_type, python_type
from bot.checks.migrations.alembic.columns import Builder, Declared, column_call
from bot.checks.migrations.alembic.conventions import Conventions
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.schema import Column, Place, Schema, Table, TypeSpec, table_key
from bot.checks.migrations.alembic.sqlmodel import field_column, is_table_model
from bot.checks.migrations.alembic.values import (
    Attribute,
    Call,
    ClassDef,
    Function,
    Item,
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
# Calls whose value is no column.
_NO_COLUMNS = frozenset({"relationship", "Relationship", "association_proxy", "synonym", "backref", "dynamic_loader"})
_ROOTS = frozenset({"DeclarativeBase", "DeclarativeBaseNoMeta", "SQLModel", "AutomapBase"})
_MODEL_PACKAGES = ("flask_sqlalchemy", "flask_appbuilder", "gino", "quart_sqlalchemy", "sqlalchemy_utils")
_ROOT_CALLS = frozenset({"declarative_base", "automap_base", "generate_base", "declarative_base_meta"})
_PLAIN_BASES = frozenset(
    {
        *("object", "ABC", "Generic", "MappedAsDataclass", "AsyncAttrs", "Protocol", "DeclarativeBase", "SQLModel"),
        *("DeclarativeBaseNoMeta", "Model", "UserMixin", "SerializerMixin", "BaseModel", "AllFeaturesMixin", "Base"),
        *("TypedDict", "NamedTuple", "Enum", "DeferredReflection", "SerializeMixin", "ActiveRecordMixin", "ABCMeta"),
    }
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
        if not (
            isinstance(node.func, ast.Name | ast.Attribute) and ast.unparse(node.func).endswith(("Index", "Table"))
        ):
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
        if not sqlmodel and (not _is_declarative(order, owner) or self._is_abstract(owner)):
            return None
        parent = self._mapped_parent(order, owner)
        own = self._own_order(order, parent)
        found = self._attribute(owner, own, "__table__")
        if call_name(found) == "Table" and isinstance(found, Call):
            return self.core_table(found, Place(owner.path, owner.node.lineno, owner.name))
        members = self._members(owner, own, sqlmodel=sqlmodel)
        name = self._table_name(owner, own, members, parent is not None, sqlmodel=sqlmodel)
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
        table = Table(key, place=place, convention=convention, root=self._root_of(owner), open=any(map(_may_add_columns, own)))
        if not known:
            self.unnamed[key] = table
        elif key in self.tables and not options.get("extend_existing"):
            # Two classes of one table stand in two metadata objects, or one of them is never loaded.
            return self.tables[key]
        elif not _skips(options):
            self.tables[key] = table
        return table

    def _fill(
        self, table: Table, owner: ClassDef, own: list[Value], members: dict[str, Member], *, new: bool
    ) -> None:
        place = Place(owner.path, owner.node.lineno, owner.name)
        builder = self._builder(table, owner)
        builder.attributes = {one.place.attribute: one.name for one in table.columns.values()}
        for attribute, member in members.items():
            # A class that shares its parent's table may name a column of it again.
            if not new and attribute in builder.attributes:
                continue
            column = builder.add_column(
                member.call, attribute, replace(place, path=member.path, line=member.line), member.declared
            )
            if column is not None and member.unread:
                table.columns[column.name] = replace(column, unread=member.unread)
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
                order = self.reader.mro(value)
                last = max((place for place, one in enumerate(order) if _is_root_name(one)), default=0)
                known = [one for one in order[1:last] if isinstance(one, ClassDef) and self._is_base(one)]
                root = known[-1] if known else order[last]
                return f"{root.path}:{root.name}" if isinstance(root, ClassDef) else self._root_of(root)
            case Attribute(owner=owner, name="metadata" | "Model" | "registry"):
                return self._root_of(owner)
            case Call() if isinstance(value.argument("metadata"), Call):
                return self._root_of(value.argument("metadata"))
            case Call(path=path, line=line):
                return f"{path}:{line}"
            case Ref(name=name):
                return name
        return ""

    def _is_base(self, one: ClassDef) -> bool:
        return any(_is_root_name(base) for base in self.reader.bases(one))

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
        inherits: bool,
        *,
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
        if any(last_name(one) == "Model" and _is_root_name(one) for one in self.reader.mro(owner)):
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

    # Columns of a class

    def _members(self, owner: ClassDef, own: list[Value], *, sqlmodel: bool) -> dict[str, Member]:
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
        if isinstance(node, ast.Call) and _last_word(node.func) in _NO_COLUMNS:
            return None
        if isinstance(node, ast.FunctionDef):
            return self._declared_attr(owner, one, node)
        value = self.reader.eval(node, self.reader.class_scope(one)) if isinstance(node, ast.expr) else None
        line = node.lineno if node is not None else annotation.lineno if annotation is not None else one.node.lineno
        if sqlmodel:
            return self._sqlmodel_member(
                one, name, annotation, value, node is not None and isinstance(node, ast.expr), line
            )
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
            declared = Declared(self.annotated_type(one, found), found.optional)
            return Member(call, one.path, line, declared)
        return Member(call, one.path, line, Declared())

    def _makes_column(self, value: Call) -> bool:
        """Whether a function of the project whose code cannot be followed makes a column, by its name."""
        return isinstance(value.func, Function) and "column" in value.func.name.lower()

    def annotated_type(self, owner: ClassDef, found: Annotation) -> TypeSpec:
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
            if not isinstance(value, Opaque) or call_name(value) or "olumn" not in function_source(function):
                return None
            call = Call(Ref("sqlalchemy.Column"), (value,))
        declared = Declared(self.annotated_type(one, found), found.optional) if found.mapped else Declared()
        return Member(call, one.path, call.line if call.path == one.path and call.line else node.lineno, declared)

    def _sqlmodel_member(  # noqa: PLR0913, PLR0917 - all that a field is
        self,
        one: ClassDef,
        name: str,
        annotation: ast.expr | None,
        value: Value,
        given: bool,
        line: int,
    ) -> Member | None:
        if annotation is None:
            return None
        found = read_annotation(self.reader.eval(annotation, self.reader.class_scope(one)), self.reader, one.scope)
        made = field_column(found, value, given, self.reader)
        if made is None:
            return None
        return Member(made.call, one.path, line, made.declared)

    def finish(self) -> None:
        """Do what needs all tables: foreign keys to attributes of classes, columns with the type of what they refer to."""
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


@dataclass(frozen=True)
class Member:
    """A column among a class's attributes, and where it stands."""

    call: Call
    path: str
    line: int
    declared: Declared
    unread: str = ""


def _makes_table(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Call) and _last_word(value.func).lower().endswith("table")


def _last_word(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def function_source(value: Value) -> str:
    """The source of a function, for a look at its words."""
    return value.source if isinstance(value, Function) else ""


def _annotations(owner: ClassDef) -> dict[str, ast.expr]:
    return dict(_find_annotations(owner.node.body))


def _find_annotations(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.annotation
        elif isinstance(node, ast.If):
            yield from _find_annotations(node.body)


def _is_declarative(order: list[Value], owner: ClassDef) -> bool:
    if any(_is_root_name(one) for one in order[1:]):
        return _declares(owner) or not _is_root(owner, order)
    names = set(class_bindings(owner))
    return bool({"__tablename__", "__table__"} & names) and bool(owner.node.bases or owner.node.decorator_list)


def _is_root_name(one: Value) -> bool:
    """Whether a base class out of sight makes tables of the classes below it: `DeclarativeBase`, `db.Model`."""
    if isinstance(one, ClassDef):
        return False
    if call_name(one) in _ROOT_CALLS or last_name(one) in _ROOTS:
        return True
    match one:
        case Attribute(owner=Call(), name="Model"):
            return True
        case Ref(name=name):
            return name.endswith(".db.Model") or (name.endswith(".Model") and name.startswith(_MODEL_PACKAGES))
    return False


def _declares(owner: ClassDef) -> bool:
    return bool({"__tablename__", "__table__"} & set(class_bindings(owner))) and not any(
        isinstance(class_bindings(owner)[name], ast.FunctionDef)
        for name in ("__tablename__",)
        if name in class_bindings(owner)
    )


def _is_root(owner: ClassDef, order: list[Value]) -> bool:
    """Whether a class is the base that others are declared on."""
    return any(last_name(one) in {"DeclarativeBase", "DeclarativeBaseNoMeta"} for one in order[1:]) and not any(
        isinstance(one, ClassDef) and _is_root(one, order[position:]) for position, one in enumerate(order[1:], 1)
    )


def _may_add_columns(one: Value) -> bool:
    """Whether a base class is out of sight and not known to have no columns."""
    if isinstance(one, ClassDef) or call_name(one) in _ROOT_CALLS:
        return False
    return last_name(one) not in _PLAIN_BASES


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
