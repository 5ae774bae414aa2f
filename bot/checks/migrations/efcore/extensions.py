"""Which of several extensions of one name is for a builder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.declarations import Method
from bot.checks.migrations.efcore.handles import Handle, OfEntity, OfProperty

if TYPE_CHECKING:
    from bot.checks.migrations.efcore.fluent import Fluent


def takes(fluent: Fluent, method: Method, target: Handle) -> bool:
    """Whether an extension is for the builder of this type: `this PropertyBuilder<RefToken> builder`."""
    ref = method.parameters[0][1]
    wanted = type(target).__name__.removeprefix("Of")
    if wanted not in {"Entity", "Property", "Model"}:
        return True
    if not ref.simple.startswith(wanted):
        return False
    if isinstance(target, OfProperty) and ref.arguments and ref.arguments[0].name not in method.types:
        bound = fluent.member_type(target.entity, target.property.name)
        return bound is not None and str(bound.type).rstrip("?") == str(ref.arguments[0]).rstrip("?")
    if isinstance(target, OfEntity) and ref.arguments and ref.arguments[0].name not in method.types:
        return target.entity.decl is not None and target.entity.decl.name == ref.arguments[0].simple
    return True
