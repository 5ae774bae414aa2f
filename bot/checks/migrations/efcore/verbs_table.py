"""What the methods that concern tables, indexes and navigations say."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.csharp.values import (
    Call,
    Constant,
    Lambda,
)
from bot.checks.migrations.efcore.calls import action_of, all_names, argument, name_of
from bot.checks.migrations.efcore.fluent import Fluent, Verb
from bot.checks.migrations.efcore.handles import (
    Given,
    Handle,
    Nothing,
    OfEntity,
    OfIndex,
    OfNavigation,
    OfTable,
)
from bot.checks.migrations.efcore.model import UNKNOWN, written
from bot.checks.migrations.efcore.scope import Scope


def _table(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> Given:
    entity = target.entity
    placed = [one.value for one in call.arguments if not isinstance(one.value, Lambda)]
    name = fluent.constant(placed[0], scope) if placed else entity.table
    if placed and name is None:
        entity.mapped = False
    elif placed:
        entity.table = str(name) if name != UNKNOWN else None
        if name == UNKNOWN:
            entity.default_table = UNKNOWN
            fluent.doubt(scope, call.line, "a table's name that is computed", written(call), target)
        given = fluent.constant(placed[1], scope) if len(placed) > 1 else None
        if given != UNKNOWN:
            entity.schema = str(given) if given is not None else "" if len(placed) > 1 else entity.schema
    action = action_of(call)
    if action is not None and call.arguments and isinstance(call.arguments[-1].value, Lambda):
        fluent.enter(action, [OfTable(entity)], scope)
    return target


def _view(_: Fluent, target: OfEntity, call: Call, __: Scope) -> Given | None:
    if argument(call, 0) != Constant("null") and target.entity.table is None:
        target.entity.mapped = False
    return None


def _required_navigation(_: Fluent, target: OfNavigation, call: Call, __: Scope) -> None:
    if argument(call, 0) != Constant("false"):
        target.entity.required_navigations.add(target.name)


def _json(fluent: Fluent, target: OfEntity, call: Call, scope: Scope) -> None:
    name = fluent.text(call, 0, scope)
    owner = target.entity.owner
    target.entity.json = name or (owner[1] if owner is not None else "")


def _strategy(_: Fluent, target: OfEntity, call: Call, __: Scope) -> None:
    target.entity.strategy = name_of(call)[3:6].upper()


def _extra(fluent: Fluent, target: OfEntity | OfTable, call: Call, scope: Scope) -> Given | None:
    """Check constraints and comments of a table."""
    kind = "check" if name_of(call) == "HasCheckConstraint" else "comment"
    first = fluent.text(call, 0, scope)
    text = fluent.text(call, 1, scope) if kind == "check" else first
    name = (first or UNKNOWN) if kind == "check" else "table"
    target.entity.extras[kind, name] = text or ""
    return Nothing() if kind == "check" else None


def _table_property(_: Fluent, __: Handle, ___: Call, ____: Scope) -> Given:
    return Nothing()


def _exclude(_: Fluent, target: OfTable, __: Call, ___: Scope) -> None:
    target.entity.mapped = False


def _unique(_: Fluent, target: OfIndex, call: Call, __: Scope) -> None:
    target.index.unique = argument(call, 0) != Constant("false")


def _index_name(fluent: Fluent, target: OfIndex, call: Call, scope: Scope) -> None:
    target.index.name = fluent.text(call, 0, scope)


def _filter(fluent: Fluent, target: OfIndex, call: Call, scope: Scope) -> None:
    target.index.filter = fluent.text(call, 0, scope) or ""


_ONLY_SQLSERVER = frozenset({"IsClustered", "IsCreatedOnline", "HasFillFactor", "SortInTempDb", "UseDataCompression"})


def _index_detail(fluent: Fluent, target: OfIndex, call: Call, __: Scope) -> None:
    name = name_of(call)
    if name in _ONLY_SQLSERVER and fluent.provider != "sqlserver":
        return
    names = all_names(call)
    target.index.details[name] = ", ".join(names) if names else written([one.value for one in call.arguments])


_INDEX_DETAILS = (
    "IsDescending IncludeProperties HasMethod HasOperators IsClustered IsCreatedOnline HasNullSortOrder "
    "AreNullsDistinct UseCollation HasFillFactor IsCreatedConcurrently IsTsVectorExpressionIndex HasPrefixLength "
    "IsFullText IsSpatial HasStorageParameter SortInTempDb UseDataCompression HasSortOrder"
)


ENTITY_TABLE: Mapping[str, Verb] = {
    "ToTable": _table,
    "ToView": _view,
    "ToSqlQuery": _view,
    "ToJson": _json,
    "UseTphMappingStrategy": _strategy,
    "UseTptMappingStrategy": _strategy,
    "UseTpcMappingStrategy": _strategy,
    "HasCheckConstraint": _extra,
    "HasComment": _extra,
    "HasTrigger": _table_property,
    "SplitToTable": _table_property,
}
TABLE: Mapping[str, Verb] = {
    "HasCheckConstraint": _extra,
    "HasComment": _extra,
    "HasTrigger": _table_property,
    "IsTemporal": _table_property,
    "Property": _table_property,
    "ExcludeFromMigrations": _exclude,
    "HasName": _table_property,
}
INDEX: Mapping[str, Verb] = {
    "IsUnique": _unique,
    "HasDatabaseName": _index_name,
    "HasName": _index_name,
    "HasFilter": _filter,
    **dict.fromkeys(_INDEX_DETAILS.split(), _index_detail),
}
NAVIGATION: Mapping[str, Verb] = {"IsRequired": _required_navigation}
