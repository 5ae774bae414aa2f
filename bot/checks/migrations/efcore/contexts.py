"""The entity types that a context has by its own members and by the packages' classes that it derives from.

Source: Microsoft.AspNetCore.Identity.EntityFrameworkCore and Microsoft.AspNetCore.ApiAuthorization.IdentityServer.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.values import TypeRef
from bot.checks.migrations.efcore.classes import Class, Classes
from bot.checks.migrations.efcore.fluent import Fluent
from bot.checks.migrations.efcore.model import Bound, Entity, Model

_USERS = ("AspNetUsers", "", "AspNetUserClaims", "AspNetUserLogins", "AspNetUserTokens")
_ALL = (
    "AspNetUsers",
    "AspNetRoles",
    "",
    "AspNetUserClaims",
    "AspNetUserRoles",
    "AspNetUserLogins",
    "AspNetRoleClaims",
    "AspNetUserTokens",
)
# Contexts of packages to the tables of the types that they are given.
_TABLES = {
    "IdentityDbContext": _ALL,
    "IdentityUserContext": _USERS,
    "ApiAuthorizationDbContext": _ALL,
    "KeyApiAuthorizationDbContext": _ALL,
}


def sets_of(
    context: TypeDecl, fluent: Fluent, classes: Classes, snapshot: Model
) -> Iterator[tuple[Entity, str | None]]:
    """Yield the entity types of a context, each with the name of its table."""
    for one, given in classes.bases(context):
        for declared in one.properties:
            if declared.type.simple == "DbSet" and declared.type.arguments and not declared.is_field:
                yield fluent.entity_of_bound(Bound(declared.type, one, given).argument()), declared.name
        for base in one.bases:
            if base.arguments and base.simple.endswith(("DbContext", "UserContext")):
                yield from _of_package(Bound(base, one, given), base, (fluent, classes, snapshot))


def _of_package(
    bound: Bound, base: TypeRef, given: tuple[Fluent, Classes, Model]
) -> Iterator[tuple[Entity, str | None]]:
    """The types that a context of a package is given; of an unknown one those that the snapshot has."""
    fluent, classes, snapshot = given
    if classes.resolve(bound) is not None:
        return
    tables = _TABLES.get(base.simple)
    is_identity = tables is not None or "Identity" in base.simple
    for number in range(len(base.arguments)):
        argument = bound.argument(number)
        kind = classes.kind(argument)
        if not isinstance(kind, Class) or kind.decl.kind not in {"class", "record"}:
            continue
        if not is_identity and kind.decl.full_name not in snapshot.entities:
            continue
        entity = fluent.entity_of_bound(argument)
        entity.open = True
        yield entity, tables[number] or None if tables is not None and number < len(tables) else None
