"""Keys of columns and relations: primary keys, indexes of properties, foreign keys and tables between two.

Source: MikroORM's `DatabaseTable.addColumnFromProperty` and `MetadataDiscovery.definePivotTableEntity`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.mikroorm.columns import Kind, flag, text_of
from bot.checks.migrations.mikroorm.facts import Ent, Prop
from bot.checks.migrations.mikroorm.fields import Built, cascades
from bot.checks.migrations.mikroorm.keys import Keys
from bot.checks.migrations.mikroorm.tables import Tables
from bot.checks.migrations.script.values import Array, Constant, Text, Value
from bot.checks.migrations.sql.schema import Column, ForeignKey, Table

_TRUE, _FALSE = Constant("true"), Constant("false")
_NOTHING = (None, Constant("undefined"))
_NEW_RULES = 7


class Relations:
    """Gives the tables their keys."""

    def __init__(self, tables: Tables, keys: Keys) -> None:
        self._tables, self._keys = tables, keys
        self._fields, self._family = tables.fields, tables.family
        self._schema = tables.declared.schema

    def add(self) -> None:
        """Give each table the keys of its columns, and make the tables between two."""
        for ent in self._family.ents.values():
            if self._family.has_table(ent):
                table = self._schema.tables[self._schema.key(self._family.table_of(ent))]
                self._add_own(ent, table)
        for ent in self._family.ents.values():
            if self._family.has_table(ent):
                for prop in self._family.props_of(ent).values():
                    if prop.kind == "m:n" and self._fields.owns(prop) and prop.options.get("persist") != _FALSE:
                        self._join(ent, prop)

    def _add_own(self, ent: Ent, table: Table) -> None:
        keys: list[str] = []
        single = len(self._family.keys(ent)) == 1
        for prop in self._family.props_of(ent).values():
            groups: dict[int, list[Built]] = {}
            for one in self._fields.columns(ent, prop):
                if not one.name:
                    continue
                groups.setdefault(id(one.prop), []).append(one)
            for group in groups.values():
                inner = group[0].prop
                if flag(prop.options, "primary"):
                    keys += [one.name for one in group]
                self._add_keys(table, inner, group, alone=bool(flag(prop.options, "primary")) and single)
                if inner.kind in {"m:1", "1:1"}:
                    self._refer(ent, table, inner, [one.name for one in group])
                if (check := inner.options.get("check")) not in _NOTHING and check is not None:
                    self._keys.check(ent, table, inner.name, {"expression": check}, inner.place, inner.written)
        table.primary_key = tuple(keys)

    def _add_keys(self, table: Table, prop: Prop, group: Sequence[Built], *, alone: bool) -> None:
        columns = tuple(one.name for one in group)
        unique = prop.options.get("unique")
        if unique in _NOTHING and prop.kind == "1:1":
            unique = _TRUE
        index = prop.options.get("index")
        own = any(one.columns == columns for one in table.indexes.values())
        if index in _NOTHING and prop.kind == "m:1" and self._tables.dialect != "postgres" and not own:
            index = _TRUE
        for kind, value in (("index", index), ("unique", unique)):
            if value in (*_NOTHING, _FALSE) or (kind == "unique" and alone):
                continue
            if not isinstance(value, Text) and value != _TRUE:
                self._tables.doubt(table.name, columns[0], prop.place, f"its {kind} cannot be told", prop.written)
                continue
            found = self._tables.index(table, kind, value, columns)
            self._tables.declared.places[table.name, table.indexes[found].name] = prop.place

    def _refer(self, ent: Ent, table: Table, prop: Prop, columns: Sequence[str]) -> None:
        target = self._family.ent(prop.target)
        if target is None or not self._family.has_table(self._family.root(target)):
            return
        if prop.options.get("createForeignKeyConstraint") == _FALSE:
            return
        to_columns = [one.name for one in self._fields.keys(target)]
        given = prop.options.get("referencedColumnNames", prop.options.get("referenceColumnName"))
        if isinstance(given, Text | Array):
            to_columns = [text_of(one) for one in (given.items if isinstance(given, Array) else [given])]
        delete, update = self._rules(ent, target, prop, table, columns)
        self._add_reference(table, prop, columns, (self._family.table_of(target), to_columns), (delete, update))

    def _add_reference(
        self,
        table: Table,
        prop: Prop,
        columns: Sequence[str],
        to: tuple[str, Sequence[str]],
        rules: tuple[str, str],
    ) -> None:
        name = text_of(prop.options.get("foreignKeyName")) or self._tables.name(table.name, columns, "foreign")
        deferred = text_of(prop.options.get("deferMode"))
        table.foreign_keys[self._schema.key(name)] = ForeignKey(
            name=name,
            columns=tuple(columns),
            to_table=to[0],
            to_columns=tuple(to[1]),
            on_delete=rule_of(rules[0]),
            on_update=rule_of(rules[1]) + (f" {deferred}" if deferred else ""),
        )
        self._tables.declared.places[table.name, name] = prop.place

    def _rules(self, ent: Ent, target: Ent, prop: Prop, table: Table, columns: Sequence[str]) -> tuple[str, str]:
        """What happens to the row when the other is deleted or its key changes; empty where nothing is said."""
        delete, update = (_rule(prop.options.get(one)) for one in ("deleteRule", "updateRule"))
        delete = delete or _rule(prop.options.get("onDelete"))
        update = update or _rule(prop.options.get("onUpdateIntegrity"))
        nullable = all(table.columns[self._schema.key(one)].nullable for one in columns)
        keys = self._family.keys(ent)
        primary = bool(flag(prop.options, "primary"))
        if self._tables.version >= _NEW_RULES:
            if primary and all(one.kind != "scalar" for one in keys):
                delete, update = delete or "cascade", update or "cascade"
            composite = len(self._family.keys(target)) > 1
            options = self._fields.options
            return (
                delete or ("set null" if nullable else options.delete_rule),
                update or ("cascade" if composite else options.update_rule),
            )
        passed = set(cascades(prop))
        if primary and len(keys) == 1:
            delete = delete or "cascade"
        if not delete and (passed & {"remove", "all"} or nullable):
            delete = "cascade" if passed & {"remove", "all"} else "set null"
        return delete, update or ("cascade" if passed & {"persist", "all"} else "")

    # Tables between two

    def _join(self, ent: Ent, prop: Prop) -> None:
        target = self._family.ent(prop.target)
        if target is None or "pivotEntity" in prop.options:
            if target is None:
                reason = "what it refers to cannot be told"
                self._tables.doubt(self._family.table_of(ent), prop.name, prop.place, reason, prop.written)
            return
        mine = self._family.table_of(ent)
        schema, _, bare = mine.rpartition(".")
        given = text_of(prop.options.get("pivotTable"))
        name = given or self._family.naming.join_table(bare, prop.name)
        name = name if "." in name or not schema else f"{schema}.{name}"
        if self._schema.key(name) in self._schema.tables:
            return
        table = Table(name=name)
        sides = [self._side(ent, prop, "joinColumn"), self._side(target, prop, "inverseJoinColumn")]
        if [one for one, _ in sides[0]] == [one for one, _ in sides[1]] and target is ent:
            sides = [self._side(ent, prop, "joinColumn", end) for end in ("_1", "_2")]
        self._schema.tables[self._schema.key(name)] = table
        self._tables.declared.places[name, ""] = prop.place
        fixed = bool(flag(prop.options, "fixedOrder")) or "fixedOrderColumn" in prop.options
        if fixed:
            column = text_of(prop.options.get("fixedOrderColumn")) or "id"
            kind = Kind(text="int", name="integer", unsigned=True)
            text = kind.compared(self._tables.dialect)
            text = text if self._tables.dialect == "mysql" else text.removesuffix(" unsigned")
            table.columns[self._schema.key(column)] = Column(name=column, type=text, nullable=False, increments=True)
            table.primary_key = (column,)
        for side, other in zip(sides, (ent, target), strict=True):
            self._add_side(table, prop, side, other)
            if not fixed:
                table.primary_key = (*table.primary_key, *(one for one, _ in side))

    def _side(self, ent: Ent, prop: Prop, option: str, end: str = "") -> list[tuple[str, Built]]:
        """The columns of one side of a table between two, and the keys to which they refer."""
        keys = self._fields.keys(ent)
        value = prop.options.get(option, prop.options.get(option + "s"))
        given = [text_of(one) for one in (value.items if isinstance(value, Array) else [value])] if value else []
        root = self._family.root(ent)
        name = (ent if end else root).name + end
        usual = [self._family.naming.join_column(name, one.name, composite=len(keys) > 1) for one in keys]
        return list(zip(given if len(given) == len(keys) else usual, keys, strict=True))

    def _add_side(self, table: Table, prop: Prop, side: Sequence[tuple[str, Built]], other: Ent) -> None:
        names = [name for name, _ in side]
        for name, key in side:
            table.columns[self._schema.key(name)] = Column(
                name=name, type=key.kind.compared(self._tables.dialect), nullable=False
            )
            self._tables.declared.places[table.name, name] = prop.place
        if self._tables.dialect != "postgres":
            self._tables.index(table, "index", None, tuple(names))
        if prop.options.get("createForeignKeyConstraint") != _FALSE:
            rules = [_rule(prop.options.get(one)) or "cascade" for one in ("deleteRule", "updateRule")]
            to = (self._family.table_of(other), [key.name for _, key in side])
            self._add_reference(table, prop, names, to, (rules[0], rules[1]))


def _rule(value: Value | None) -> str:
    return text_of(value).lower()


def rule_of(text: str) -> str:
    """An action in capitals; what is not said, and `restrict`, is `NO ACTION`."""
    words = text.upper().replace('"', "")
    return "NO ACTION" if words in {"", "RESTRICT", "NO ACTION"} else words
