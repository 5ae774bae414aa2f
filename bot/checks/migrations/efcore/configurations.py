"""The classes that configure one entity type each: `IEntityTypeConfiguration<T>`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.declarations import Method, TypeDecl
from bot.checks.migrations.efcore.classes import Classes
from bot.checks.migrations.efcore.model import Bound, Entity

if TYPE_CHECKING:
    from bot.checks.migrations.efcore.fluent import Fluent

_INTERFACE = "IEntityTypeConfiguration"


def of_assembly(classes: Classes, path: str) -> Iterator[TypeDecl]:
    """Yield the configurations of the project that a file belongs to, in the order of their names."""
    library = classes.library
    folder = library.project_of(path)
    found = {}
    for one in library.configuring(folder if folder is not None else ""):
        if library.project_of(one.path) != folder or one.parameters or "abstract" in one.modifiers:
            continue
        if any(True for _ in _interfaces(classes, one, ())):
            found[one.full_name] = library.whole(one)
    yield from (found[name] for name in sorted(found))


def configured(
    fluent: Fluent, decl: TypeDecl, given: tuple[tuple[str, Bound], ...]
) -> Iterator[tuple[Entity, TypeDecl, tuple[tuple[str, Bound], ...], Method]]:
    """Yield each entity type that a class configures, with the method that does and what its parameters stand for."""
    classes = fluent.classes
    if classes is None:
        return
    for bound in dict.fromkeys(_interfaces(classes, decl, given)):
        entity = fluent.entity_of_bound(bound)
        found = _method(classes, decl, given, bound)
        if found is not None:
            yield entity, *found


def _interfaces(classes: Classes, decl: TypeDecl, given: tuple[tuple[str, Bound], ...]) -> Iterator[Bound]:
    for number, (one, inherited) in enumerate(classes.bases(decl)):
        types = given if number == 0 else _joined(inherited, given)
        for base in one.bases:
            if base.simple == _INTERFACE and base.arguments:
                yield Bound(base.arguments[0], one, types).expanded()


def _joined(
    inherited: tuple[tuple[str, Bound], ...], given: tuple[tuple[str, Bound], ...]
) -> tuple[tuple[str, Bound], ...]:
    """What a base's parameters stand for, where those of the class itself are given."""
    found = dict(given)
    made = []
    for name, bound in inherited:
        ref = bound.type
        made.append((name, found[ref.name] if ref.name in found and not ref.arguments else bound))
    return tuple(made)


def _method(
    classes: Classes, decl: TypeDecl, given: tuple[tuple[str, Bound], ...], bound: Bound
) -> tuple[TypeDecl, tuple[tuple[str, Bound], ...], Method] | None:
    for number, (one, inherited) in enumerate(classes.bases(decl)):
        types = given if number == 0 else _joined(inherited, given)
        for method in one.methods:
            if method.name != "Configure" or len(method.parameters) != 1:
                continue
            ref = method.parameters[0][1]
            if ref.simple != "EntityTypeBuilder" or not ref.arguments:
                continue
            wanted = Bound(ref.arguments[0], one, types).expanded()
            if wanted.type.simple == bound.type.simple:
                return one, types, method
    return None
