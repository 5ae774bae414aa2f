"""Tables as models declare them: columns by the names that they have in the database.

Source: https://sequelize.org/docs/v6/core-concepts/model-basics/, /associations/, /paranoid/ and the code of v6.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.checks.migrations.script.values import Array, Constant, Entry, Member, Name, Object, Text, Value
from bot.checks.migrations.sequelize.defined import Association, Model
from bot.checks.migrations.sequelize.inflection import camelize, pluralize, singularize, underscore
from bot.checks.migrations.sequelize.models import Found
from bot.checks.migrations.sequelize.options import (
    action_of,
    default_of,
    entries_of,
    is_told,
    is_true,
    reference_of,
    texts_of,
)
from bot.checks.migrations.sequelize.types import VIRTUAL, read_type
from bot.checks.migrations.sequelize.words import lineless, written
from bot.checks.migrations.sql.schema import qualified

_FALSE = Constant("false")
# Options of a model that change its table, and those of them that change names.
_NAMING = frozenset({"createdAt", "deletedAt", "freezeTableName", "schema", "tableName", "underscored", "updatedAt"})
_BEARING = _NAMING | {"indexes", "paranoid", "timestamps", "version"}
_OF_COLUMNS = ("allowNull", "field", "onDelete", "primaryKey", "references", "unique")


@dataclass(frozen=True, kw_only=True)
class Want:
    """A column that a model declares.

    Attributes:
        type: in the spelling of `types.py`; None where it cannot be told.
        implied: whether the type follows from an annotation or another model, and is not written.
        nullable: what is written; None where nothing is.
        default: see `default_of`.
        target: the table and column that it refers to.
        unique_with: the name of a unique key that it shares with others of the same; empty where it has its own.
        made: whether an association makes it, or Sequelize itself.
        written: all that cannot be told of it, as it is written.
        unsure: the options of it that cannot be told.
    """

    name: str
    path: str
    line: int
    type: str | None
    implied: bool = False
    nullable: bool | None = None
    default: str | None = None
    primary: bool = False
    unique: bool = False
    unique_with: str = ""
    target: tuple[str, str] | None = None
    on_delete: str = ""
    made: bool = False
    written: str = ""
    unsure: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class WantedTable:
    """A table that a model declares.

    Attributes:
        indexes: columns, and whether they are unique together.
        doubt: what of the table cannot be told, as it is written; empty where all can.
        nameless: whether its name, or those of its columns, are part of that.
        aliases: other names that the table may have, where the options that decide are not in sight.
    """

    name: str
    path: str
    line: int
    columns: dict[str, Want] = field(default_factory=dict)
    indexes: dict[tuple[tuple[str, ...], bool], int] = field(default_factory=dict)
    doubt: str = ""
    nameless: bool = False
    model: str = ""


def wanted_tables(found: Found) -> dict[str, WantedTable]:
    """The tables that models declare, by name."""
    return _Builder(found).build()


@dataclass(kw_only=True)
class _Built:
    """A model on its way to a table: keys of attributes to columns."""

    model: Model
    options: dict[str, Value]
    table: WantedTable
    keys: dict[str, Want] = field(default_factory=dict)


class _Builder:
    def __init__(self, found: Found) -> None:
        self._found = found
        self._built: dict[str, _Built] = {}

    def build(self) -> dict[str, WantedTable]:
        for key, model in self._found.models.items():
            self._begin(key, model)
        through = {
            self._name(value)
            for one in self._found.associations
            if one.kind == "belongsToMany" and not isinstance(value := self._through(one), Text)
        }
        for name, built in self._built.items():
            self._add_key(built, is_through=name in through)
        for one in self._found.associations:
            self._associate(one)
        for built in self._built.values():
            self._add_stamps(built)
            self._add_indexes(built)
            built.table.columns = {want.name: want for want in built.keys.values() if want.type != VIRTUAL}
        tables: dict[str, WantedTable] = {}
        for built in self._built.values():
            table = built.table
            had = tables.setdefault(table.name, table)
            if had is not table:
                # Two models of one table: each has some of its columns.
                had.columns = {**table.columns, **had.columns}
                had.indexes = {**table.indexes, **had.indexes}
                had.doubt += table.doubt
                had.nameless |= table.nameless
        return tables

    # Models

    def _begin(self, key: str, model: Model) -> None:
        options = {**(self._found.defaults or {}), **model.options}
        table = WantedTable(name=table_name(model.name, options), path=model.path, line=model.line, model=model.name)
        unread = [entry for entry in model.attributes if not entry.key]
        untold = {key: value for key, value in options.items() if key in _BEARING and not is_told(value)}
        if unread or untold or "" in options:
            table.doubt = lineless([entry.value for entry in unread]) + lineless([options.get(""), *untold.values()])
        table.nameless = bool(untold.keys() & _NAMING)
        built = _Built(model=model, options=options, table=table)
        for entry in model.attributes:
            if entry.key:
                built.keys[entry.key] = _want(entry, built)
        self._built[key] = built

    def _add_key(self, built: _Built, *, is_through: bool) -> None:
        if is_through or built.table.doubt or any(want.primary for want in built.keys.values()):
            return
        if "id" not in built.keys:
            built.keys["id"] = Want(
                name="id", path=built.model.path, line=built.model.line, type="~integer", primary=True, made=True
            )

    def _add_stamps(self, built: _Built) -> None:
        options = built.options
        self._add_version(built, options.get("version"))
        if options.get("timestamps") == _FALSE:
            return
        wanted = ["createdAt", "updatedAt", *(["deletedAt"] if is_true(options.get("paranoid")) else [])]
        for stamp in wanted:
            given = options.get(stamp)
            if given == _FALSE:
                continue
            key = given.text if isinstance(given, Text) else stamp
            if key not in built.keys:
                built.keys[key] = Want(
                    name=_column_name(key, {}, options),
                    path=built.model.path,
                    line=built.model.line,
                    type="~datetime",
                    made=True,
                )

    def _add_version(self, built: _Built, given: Value | None) -> None:
        """The number by which Sequelize sees that another has changed a row."""
        key = given.text if isinstance(given, Text) else "version" if is_true(given) else ""
        if key and key not in built.keys:
            name = _column_name(key, {}, built.options)
            model = built.model
            built.keys[key] = Want(
                name=name, path=model.path, line=model.line, type="~integer", nullable=False, made=True
            )

    def _add_indexes(self, built: _Built) -> None:
        listed = built.options.get("indexes")
        for item in listed.items if isinstance(listed, Array) else ():
            options = entries_of(item)
            fields = texts_of(options.get("fields"))
            if fields is None or not is_told(options.get("unique")):
                built.table.doubt += lineless(item)
                continue
            names = tuple(built.keys[key].name if key in built.keys else key for key in fields)
            line = item.entries[0].line if isinstance(item, Object) and item.entries else built.table.line
            kind = options.get("type")
            unique = is_true(options.get("unique")) or (isinstance(kind, Text) and kind.text.upper() == "UNIQUE")
            built.table.indexes[names, unique] = line
        together: dict[str, list[Want]] = {}
        for want in built.keys.values():
            if want.unique_with:
                together.setdefault(want.unique_with, []).append(want)
            elif want.unique and not want.primary:
                built.table.indexes[(want.name,), True] = want.line
        for wants in together.values():
            built.table.indexes[tuple(one.name for one in wants), True] = wants[0].line

    # Associations

    def _name(self, value: Value | None) -> str:
        name = value.name if isinstance(value, Name | Member) else getattr(value, "text", "")
        name = getattr(value, "name", name)
        return self._found.aliases.get(name, name)

    def _of(self, name: str, path: str) -> _Built | None:
        """The model of a name: of several the one that is nearest to a script."""
        names = {name, self._found.aliases.get(name, name)}
        found = [one for key, one in self._built.items() if key.partition("@")[0] in names]
        return max(found, key=lambda one: len(posixpath.commonprefix([one.model.path, path])), default=None)

    def _through(self, one: Association) -> Value | None:
        given = one.options.get("through")
        return entries_of(given).get("model", given) if isinstance(given, Object) else given

    def _associate(self, one: Association) -> None:
        source, target = self._of(one.source, one.path), self._of(one.target, one.path)
        if source is None or target is None:
            return
        if one.kind == "belongsTo":
            self._refer(source, target, one, one.options.get("as"))
        elif one.kind in {"hasMany", "hasOne"}:
            self._refer(target, source, one, None)
        else:
            self._join(source, target, one)

    def _refer(self, holder: _Built, target: _Built, one: Association, alias: Value | None) -> None:
        """Give a table the column by which it refers to another."""
        if not _is_known(one, "foreignKey", "as"):
            holder.table.doubt += f"{one.source} {one.target} {lineless(list(one.options.values()))}"
            return
        options, more = _key_options(one.options.get("foreignKey"))
        primary = _primary_of(target)
        if primary is None:
            return
        key = options or self._declared_key(holder, target)
        if key is None:
            label = alias.text if isinstance(alias, Text) else singularize(target.model.name)
            key = camelize(f"{label}_{primary}")
        self._add_reference(holder, target, key, {**more, **one.options}, one)

    def _declared_key(self, holder: _Built, target: _Built) -> str | None:
        """The attribute that `@ForeignKey` gives to a model's key."""
        names = {target.model.name, *(one for one, name in self._found.aliases.items() if name == target.model.name)}
        return next((key for key, name in holder.model.foreign.items() if name in names), None)

    def _add_reference(
        self, holder: _Built, target: _Built, key: str, options: Mapping[str, Value], one: Association
    ) -> None:
        unseen = Want(name="id", path=target.table.path, line=target.table.line, type=None, primary=True)
        primary = next((want for want in target.keys.values() if want.primary), unseen)
        bound = options.get("constraints") != _FALSE
        had = holder.keys.get(key)
        place = (target.table.name, primary.name) if bound else None
        if had is None:
            holder.keys[key] = Want(
                name=_column_name(key, options, holder.options),
                path=one.path,
                line=one.line,
                type=primary.type,
                implied=True,
                nullable=False if options.get("allowNull") == _FALSE else None,
                target=place,
                on_delete=action_of(options, "onDelete") if "onDelete" in options else "",
                made=True,
            )
        elif had.target is None and place is not None:
            holder.keys[key] = replace(
                had, target=place, on_delete=action_of(options, "onDelete") if "onDelete" in options else had.on_delete
            )

    def _join(self, source: _Built, target: _Built, one: Association) -> None:
        if not _is_known(one, "foreignKey", "otherKey"):
            source.table.doubt += f"{one.source} {one.target} {lineless(list(one.options.values()))}"
            return
        through = self._through(one)
        built = self._of(through.text if isinstance(through, Text) else self._name(through), one.path)
        if built is None:
            if not isinstance(through, Text):
                return
            options = {key: value for key, value in one.options.items() if key in {"timestamps", "createdAt"}}
            options = {**(self._found.defaults or {}), **options, "tableName": through}
            model = Model(name=through.text, path=one.path, line=one.line, attributes=[], options=options)
            table = WantedTable(name=through.text, path=one.path, line=one.line, model=through.text)
            built = self._built[through.text] = _Built(model=model, options=options, table=table)
        for end, name in ((source, "foreignKey"), (target, "otherKey")):
            key, more = _key_options(one.options.get(name))
            primary = _primary_of(end)
            if primary is None:
                continue
            key = key or self._declared_key(built, end) or camelize(f"{singularize(end.model.name)}_{primary}")
            bound = {name: value for name, value in one.options.items() if name == "constraints"}
            self._add_reference(built, end, key, {**more, **bound}, one)


def _primary_of(built: _Built) -> str | None:
    """The attribute that is a model's key; the usual one where it may stand in what cannot be told."""
    found = next((key for key, want in built.keys.items() if want.primary), None)
    return found or ("id" if built.table.doubt else None)


def _is_known(one: Association, *names: str) -> bool:
    """Whether the options of an association that give names can be told."""
    given = [one.options.get(name) for name in names]
    inner = [value for option in given for key, value in entries_of(option).items() if key in {"field", "name"}]
    return "" not in one.options and all(is_told(value) for value in (*given, *inner))


def table_name(model: str, options: Mapping[str, Value]) -> str:
    """The name of a model's table."""
    given, schema = options.get("tableName"), options.get("schema")
    if isinstance(given, Object):
        inner = entries_of(given)
        given, schema = inner.get("tableName"), inner.get("schema", schema)
    if isinstance(given, Text):
        name = given.text
    elif is_true(options.get("freezeTableName")):
        name = model
    else:
        name = underscore(pluralize(model)) if is_true(options.get("underscored")) else pluralize(model)
    return qualified(schema.text, name) if isinstance(schema, Text) else name


def _column_name(key: str, options: Mapping[str, Value], table: Mapping[str, Value]) -> str:
    given = options.get("field")
    if isinstance(given, Text):
        return given.text
    return underscore(key) if is_true(table.get("underscored")) else key


def _key_options(value: Value | None) -> tuple[str | None, Mapping[str, Value]]:
    """The name that a foreign key is given, and what is said of it beside."""
    if isinstance(value, Text):
        return value.text, {}
    options = entries_of(value)
    name = options.get("name") or options.get("fieldName")
    return name.text if isinstance(name, Text) else None, {one: each for one, each in options.items() if one != "name"}


def _want(entry: Entry, built: _Built) -> Want:
    """The column that an attribute declares."""
    options = entries_of(entry.value)
    kind: Value | None = options.get("type")
    if kind is None and not isinstance(entry.value, Object):
        kind, options = entry.value, {}
    inner = entry.value.entries if isinstance(entry.value, Object) else ()
    text = read_type(kind, inner)
    allowed = options.get("allowNull")
    unsure = frozenset(name for name in _OF_COLUMNS if not is_told(options.get(name)))
    doubtful = text is None or unsure or not all(each.key for each in inner)
    return Want(
        name=_column_name(entry.key, options, built.options),
        path=built.model.paths.get(entry.key, built.model.path),
        line=entry.line,
        type=text,
        implied=entry.key in built.model.implied,
        nullable=True if is_true(allowed) else False if allowed == _FALSE else None,
        default=default_of(options.get("defaultValue")),
        primary=is_true(options.get("primaryKey")),
        unique=is_true(options.get("unique")) or isinstance(options.get("unique"), Text | Object),
        unique_with=_shared(options.get("unique")),
        target=reference_of(options),
        on_delete=action_of(options, "onDelete") if "onDelete" in options else "",
        written=written(kind, inner) + lineless([options[name] for name in sorted(unsure)]) if doubtful else "",
        unsure=unsure,
    )


def _shared(value: Value | None) -> str:
    """The name of a unique key: one that several attributes give is of all of them together."""
    given = entries_of(value).get("name") if isinstance(value, Object) else value
    return given.text if isinstance(given, Text) else ""
