"""What the methods of the builder of a model say."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.csharp.values import (
    Call,
    Member,
    New,
    Text,
    Value,
)
from bot.checks.migrations.efcore.calls import action_of, argument, name_of, place_of, types_of
from bot.checks.migrations.efcore.fluent import Fluent, Verb
from bot.checks.migrations.efcore.handles import (
    Given,
    Handle,
    Nothing,
    OfDefaults,
    OfEntity,
)
from bot.checks.migrations.efcore.model import UNKNOWN, Bound, written
from bot.checks.migrations.efcore.scope import Scope

# Annotations in which older snapshots tell what newer ones have calls for.
_ANNOTATED = {"Relational:Sequence:": "sequence", "Npgsql:PostgresExtension:": "extension"}
HILO = "EntityFrameworkHiLoSequence"


def _entity(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> Given:
    types = types_of(call)
    first = argument(call, 0, "type")
    if types:
        entity = fluent.entity_of(types[0], scope)
    elif isinstance(first, Text):
        entity = fluent.model.entity(first.text)
    elif first is not None and (bound := fluent.typeof(first, scope)) is not None:
        entity = fluent.entity_of_bound(bound)
    else:
        fluent.doubt(scope, call.line, "an entity type that is computed", written(call))
        return Nothing()
    entity.place = entity.place or place_of(call, scope)
    made = OfEntity(entity)
    action = action_of(call)
    if action is not None and not (types == () and len(call.arguments) == 1):
        fluent.enter(action, [made], scope)
    return made


def _configuration(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    given = argument(call, 0)
    value = fluent.evaluate(given, scope) if given is not None else None
    classes = fluent.classes
    if classes is None or not isinstance(value, New) or value.type is None:
        fluent.doubt(scope, call.line, "a configuration that is not made in its place", written(call))
        return
    decl = classes.resolve(Bound(value.type, scope.at, scope.types))
    if decl is None:
        fluent.doubt(scope, call.line, f"the configuration {value.type}, which is not in the repository", written(call))
        return
    arguments = [Bound(one, scope.at, scope.types).expanded() for one in value.type.arguments]
    apply_configuration(fluent, decl, tuple(zip(decl.parameters, arguments, strict=False)), scope)


def apply_configuration(fluent: Fluent, decl: object, given: tuple[tuple[str, Bound], ...], scope: Scope) -> None:
    """Follow `Configure` of a class that implements `IEntityTypeConfiguration<T>`, for each `T`."""
    from bot.checks.migrations.efcore.configurations import configured

    for entity, at, types, method in configured(fluent, decl, given):  # type: ignore[arg-type]
        handle = OfEntity(entity)
        variables: dict[str, Given] = {name: handle for name, _ in method.parameters[:1]}
        fluent.run(method.body(), Scope(at=at, variables=variables, types=types, depth=scope.depth + 1))


def _from_assembly(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    from bot.checks.migrations.efcore.configurations import of_assembly

    classes = fluent.classes
    if classes is None:
        return
    bound = _assembly_type(argument(call, 0, "assembly"), fluent, scope)
    decl = classes.resolve(bound) if bound is not None else scope.at
    if decl is None:
        fluent.doubt(scope, call.line, "configurations of an assembly that is not in the repository", written(call))
        return
    for one in of_assembly(classes, decl.path):
        apply_configuration(fluent, one, (), scope)


def _assembly_type(value: Value | None, fluent: Fluent, scope: Scope) -> Bound | None:
    """The type whose assembly an expression names; None for the one in which the code stands."""
    while isinstance(value, Member | Call):
        value = (
            value.value
            if isinstance(value, Member)
            else value.arguments[0].value
            if value.arguments
            else value.function
        )
    return fluent.typeof(value, scope) if value is not None else None


def _default_schema(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    fluent.model.default_schema = fluent.text(call, 0, scope)


def _ignore_type(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    for ref in types_of(call):
        fluent.model.ignored_types.add(fluent.entity_of(ref, scope).key)
    for one in call.arguments:
        bound = fluent.typeof(one.value, scope)
        if bound is not None:
            fluent.model.ignored_types.add(fluent.entity_of_bound(bound).key)


def _owned(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    for ref in types_of(call):
        fluent.model.owned_types.add(fluent.entity_of(ref, scope).key)


def _complex_type(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    for ref in types_of(call):
        fluent.model.complex_types.add(fluent.entity_of(ref, scope).key)


def _model_annotation(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    name = fluent.text(call, 0, scope)
    if name == "ProductVersion":
        fluent.model.product = fluent.text(call, 1, scope) or ""
    for before, kind in _ANNOTATED.items():
        # `Relational:Sequence:dbo.order_numbers`, with nothing before the dot where it is the usual schema.
        if name is not None and name.startswith(before):
            fluent.model.extras[kind, name.removeprefix(before).rpartition(".")[2]] = ""
    if name:
        fluent.model.annotations.add(name)


def _sequence(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> Given:
    name = fluent.text(call, 0, scope, "name")
    fluent.model.extras["sequence", name or UNKNOWN] = ""
    return Nothing()


def _hilo(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    """Numbers from a sequence, which a snapshot tells of by itself."""
    if fluent.classes is not None:
        fluent.model.extras["sequence", fluent.text(call, 0, scope, "name") or HILO] = ""


def _extension(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> None:
    if fluent.provider == "npgsql":
        fluent.model.extras["extension", fluent.text(call, 0, scope) or UNKNOWN] = ""


def _properties(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> Given:
    types = types_of(call)
    bound = Bound(types[0], scope.at, scope.types).expanded() if types else None
    if bound is None and call.arguments:
        bound = fluent.typeof(call.arguments[0].value, scope)
    if bound is None:
        return Nothing()
    facets: dict[str, str | int | bool | None] = {}
    fluent.model.defaults.append((bound, facets))
    made = OfDefaults(bound, facets)
    action = action_of(call)
    if action is not None:
        fluent.enter(action, [made], scope)
    return made


def _conventions(fluent: Fluent, _: Handle, call: Call, scope: Scope) -> Given:
    fluent.doubt(scope, call.line, f"conventions of the project's own ({name_of(call)})", written(call))
    return Nothing()


MODEL: Mapping[str, Verb] = {
    "Entity": _entity,
    "SharedTypeEntity": _entity,
    "ApplyConfiguration": _configuration,
    "ApplyConfigurationsFromAssembly": _from_assembly,
    "HasDefaultSchema": _default_schema,
    "Ignore": _ignore_type,
    "Owned": _owned,
    "ComplexType": _complex_type,
    "HasAnnotation": _model_annotation,
    "HasSequence": _sequence,
    "UseHiLo": _hilo,
    "HasPostgresExtension": _extension,
    "Properties": _properties,
    "DefaultTypeMapping": _properties,
    "IgnoreAny": _ignore_type,
    "ComplexProperties": _complex_type,
    "Add": _conventions,
    "Remove": _conventions,
}
