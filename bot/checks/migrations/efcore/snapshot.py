"""The model that EF Core's tool wrote down: `ModelSnapshot.BuildModel`, and `BuildTargetModel` of a migration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.migrations.csharp.declarations import SourceFile, TypeDecl
from bot.checks.migrations.csharp.values import Statement, TypeOf, TypeRef
from bot.checks.migrations.efcore.fluent import Fluent
from bot.checks.migrations.efcore.handles import OfModel
from bot.checks.migrations.efcore.model import Doubt, Entity, Model, Place, Reference, Relation
from bot.checks.migrations.efcore.references import primary_of
from bot.checks.migrations.efcore.scope import Scope

_METHODS = ("BuildModel", "BuildTargetModel")
_TYPES = re.compile(r'HasColumnType\("([^"]+)"\)')
_MARKS = {
    "npgsql": re.compile(r"timestamp with|character varying|^(uuid|jsonb|text|integer|boolean|bytea)$"),
    "sqlserver": re.compile(r"^(nvarchar|uniqueidentifier|datetime2|bit$)"),
    "mysql": re.compile(r"^(longtext|datetime\(6\)|tinyint\(1\)|char\(36\))$"),
    "oracle": re.compile(r"^(NVARCHAR2|NUMBER\()"),
    "sqlite": re.compile(r"^(INTEGER|TEXT|REAL|BLOB)$"),
}
_BUILDERS = {
    "NpgsqlModelBuilderExtensions": "npgsql",
    "SqlServerModelBuilderExtensions": "sqlserver",
    "MySqlModelBuilderExtensions": "mysql",
    "OracleModelBuilderExtensions": "oracle",
}


@dataclass(frozen=True)
class Snapshot:
    """A snapshot's model, the provider that it is for, and the name of its context as it is written."""

    model: Model
    provider: str
    context: TypeRef | None
    decl: TypeDecl


def read_snapshot(
    file: SourceFile, content: bytes, seen: dict[bytes, tuple[Statement, ...]] | None = None
) -> Snapshot | None:
    """The model that a file holds; None where it holds none. `seen` keeps statements that several files share."""
    for decl in file.types:
        method = next((one for name in _METHODS if (one := decl.method(name)) is not None and one.parameters), None)
        if method is None:
            continue
        model = Model()
        provider = provider_of(content.decode("utf-8", "replace"))
        fluent = Fluent(model, None, provider)
        fluent.run(
            method.shared(seen if seen is not None else {}),
            Scope(at=decl, variables={method.parameters[0][0]: OfModel()}),
        )
        if model.is_deep():
            place = Place(path=decl.path, line=decl.line)
            model.doubt(Doubt(reason="a hierarchy so deep", written="", place=place))
        _settle(model)
        return Snapshot(model, provider, context_of(decl), decl)
    return None


def context_of(decl: TypeDecl) -> TypeRef | None:
    """The context that `[DbContext(typeof(X))]` names."""
    one = decl.attribute("DbContext")
    for each in one.arguments if one is not None else ():
        if isinstance(each.value, TypeOf):
            return each.value.type
    return None


def provider_of(text: str) -> str:
    """The provider that a snapshot is for; empty where it cannot be told."""
    for name, provider in _BUILDERS.items():
        if name in text:
            return provider
    types = set(_TYPES.findall(text))
    found = {provider: sum(bool(mark.search(one)) for one in types) for provider, mark in _MARKS.items()}
    best = max(found, key=lambda provider: found[provider])
    if found[best]:
        return best
    return ""


def _settle(model: Model) -> None:
    """Turn the relations, which a snapshot writes in full, into foreign keys."""
    for relation in model.relations:
        made = list(_reference(model, relation))
        for dependent, reference in made:
            dependent.references.append(reference)
    for entity in model.entities.values():
        for name in primary_of(model, entity):
            if name in entity.properties:
                entity.properties[name].facets["nullable"] = False
        if entity.bound is None and entity.primary is None and entity.base is None and entity.owner is None:
            entity.keyless = True


def _reference(model: Model, relation: Relation) -> Iterator[tuple[Entity, Reference]]:
    key = relation.dependent or relation.source
    dependent = model.entities.get(key) or model.entities.get(relation.source)
    other = relation.target if key == relation.source else relation.source
    if dependent is None or not relation.properties:
        return
    principal = model.entities.get(other)
    keys = relation.principal_properties or (primary_of(model, principal) if principal is not None else ())
    default = "Cascade" if relation.owned else "ClientSetNull"
    yield (
        dependent,
        Reference(
            properties=relation.properties,
            principal=other,
            principal_properties=keys if relation.principal_properties else (),
            unique=relation.inverse_many is False and not relation.many,
            required=bool(relation.required),
            on_delete=relation.on_delete or default,
            name=relation.name,
            owned=relation.owned,
            place=relation.place,
        ),
    )
