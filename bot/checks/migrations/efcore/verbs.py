"""What each method of each builder does."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.csharp.values import Call
from bot.checks.migrations.efcore.fluent import Fluent, Verb
from bot.checks.migrations.efcore.handles import (
    Given,
    Handle,
    Nothing,
    OfDefaults,
    OfEntity,
    OfIndex,
    OfKey,
    OfModel,
    OfNavigation,
    OfProperty,
    OfRelation,
    OfTable,
)
from bot.checks.migrations.efcore.scope import Scope
from bot.checks.migrations.efcore.verbs_entity import ENTITY
from bot.checks.migrations.efcore.verbs_model import MODEL
from bot.checks.migrations.efcore.verbs_property import PROPERTY, defaults_verb
from bot.checks.migrations.efcore.verbs_relation import FROM_ENTITY, KEY, RELATION
from bot.checks.migrations.efcore.verbs_table import ENTITY_TABLE, INDEX, NAVIGATION, TABLE

_QUIET = frozenset(
    [
        "HasQueryFilter",
        "HasChangeTrackingStrategy",
        "UsePropertyAccessMode",
        "HasAnnotation",
        "HasField",
        "AutoInclude",
        "EnableLazyLoading",
        "HasDbFunction",
        "HasAnnotationTag",
        "UseCollation",
        "HasDatabaseMaxSize",
        "HasServiceTier",
        "HasPerformanceLevel",
        "Metadata",
        "Model",
        "HasEntityTypeAnnotation",
        "LazyLoadingEnabled",
        "HasValueGenerator",
        "UseIdentityColumns",
        "UseIdentityByDefaultColumns",
        "UseIdentityAlwaysColumns",
        "UseSerialColumns",
        "UseHiLo",
        "UseKeySequences",
        "AutoIncrementColumns",
        "HasCharSet",
        "UseGuidCollation",
        "UseSqlReturningClause",
        "UseSqlOutputClause",
        "IsMemoryOptimized",
        "HasRuntimeAnnotation",
        "HasNoDiscriminator",
        "IsComplete",
        "HasValue",
        "ToFunction",
        "InsertUsingStoredProcedure",
        "UpdateUsingStoredProcedure",
        "DeleteUsingStoredProcedure",
        "FindNavigation",
        "SetPropertyAccessMode",
        "GetProperties",
        "SetQueryFilter",
    ]
)

# What methods were called before EF Core 3.
_FORMERLY = {
    "ForSqlServerUseSequenceHiLo": "UseHiLo",
    "ForSqlServerUseIdentityColumn": "UseIdentityColumn",
    "ForSqlServerUseIdentityColumns": "UseIdentityColumns",
    "ForSqlServerIsClustered": "IsClustered",
    "ForSqlServerInclude": "IncludeProperties",
    "ForSqlServerIsCreatedOnline": "IsCreatedOnline",
    "ForSqlServerIsMemoryOptimized": "IsMemoryOptimized",
    "ForNpgsqlUseSequenceHiLo": "UseHiLo",
    "ForNpgsqlUseIdentityColumns": "UseIdentityColumns",
    "ForNpgsqlUseIdentityByDefaultColumn": "UseIdentityByDefaultColumn",
    "ForNpgsqlUseIdentityAlwaysColumn": "UseIdentityAlwaysColumn",
    "ForNpgsqlHasMethod": "HasMethod",
    "ForNpgsqlHasOperators": "HasOperators",
    "ForNpgsqlHasComment": "HasComment",
    "ForNpgsqlInclude": "IncludeProperties",
    "ForNpgsqlUseXminAsConcurrencyToken": "UseXminAsConcurrencyToken",
}


def verb_of(target: Handle, name: str) -> Verb | None:
    """What a method does; None where it is not known."""
    if isinstance(target, Nothing):
        return _nothing
    name = _FORMERLY.get(name, name)
    table = _VERBS.get(type(target))
    verb = table.get(name) if table is not None else None
    return verb or (_same if name in _QUIET else None)


def _nothing(_: Fluent, __: Handle, ___: Call, ____: Scope) -> Given:
    return Nothing()


def _same(_: Fluent, __: Handle, ___: Call, ____: Scope) -> None:
    return None


_VERBS: Mapping[type, Mapping[str, Verb]] = {
    OfModel: MODEL,
    OfEntity: {**ENTITY, **ENTITY_TABLE, **FROM_ENTITY},
    OfTable: TABLE,
    OfIndex: INDEX,
    OfNavigation: NAVIGATION,
    OfProperty: PROPERTY,
    OfRelation: RELATION,
    OfKey: KEY,
    OfDefaults: defaults_verb(),
}
