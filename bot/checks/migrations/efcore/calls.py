"""The arguments of a builder's calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.checks.migrations.csharp.values import (
    Argument,
    Call,
    Constant,
    Items,
    Lambda,
    Member,
    Name,
    New,
    Number,
    Operation,
    Text,
    TypeRef,
    Value,
)
from bot.checks.migrations.efcore.model import UNKNOWN, Facet, Place

if TYPE_CHECKING:
    from bot.checks.migrations.efcore.handles import Given
    from bot.checks.migrations.efcore.scope import Scope


def types_of(call: Call) -> tuple[TypeRef, ...]:
    """The types that a call is given."""
    return call.function.types if isinstance(call.function, Member | Name) else ()


def name_of(call: Call) -> str:
    """The name of the method that is called."""
    return call.function.name if isinstance(call.function, Member | Name) else ""


def action_of(call: Call) -> Value | None:
    """The last argument, where it is a lambda (or a method's name) that is given a builder."""
    last = call.arguments[-1].value if call.arguments else None
    return last if isinstance(last, Lambda | Name) else None


def place_of(call: Call, scope: Scope) -> Place:
    """Where a call stands."""
    return Place(path=scope.at.path, line=call.line)


def argument(call: Call, number: int, name: str = "") -> Value | None:
    """An argument by its name, or by its place among those without one."""
    for one in call.arguments:
        if name and one.name == name:
            return one.value
    placed = [one.value for one in call.arguments if not one.name]
    return placed[number] if number < len(placed) else None


def literal(value: Given) -> Facet:
    """The value of a literal; UNKNOWN for anything else."""
    match value:
        case Text(text):
            return text
        case Number(text):
            return int(text) if text.lstrip("-").isdigit() else text
        case Constant("true" | "false" as word):
            return word == "true"
        case Constant():
            return None
    return UNKNOWN


def names_of(value: Value | None) -> tuple[str, ...]:  # noqa: PLR0911 - one answer a kind
    """The members that an expression names: `x => x.A`, `x => new { x.A, x.B }`, `"A"`."""
    match value:
        case Text(text):
            return (text,)
        case Lambda():
            return names_of(value.result) if value.result is not None else ()
        case New(None):
            return tuple(name for _, one in value.entries for name in names_of(one))
        case Member(_, name):
            return (name,)
        case Call(Member(Name("EF"), "Property"), [_, Argument(_, Text(text))]):
            return (text,)
        case Items(items):
            return tuple(name for one in items for name in names_of(one))
        case Operation("as", left, _) if left is not None:
            return names_of(left)
    return ()


def all_names(call: Call, start: int = 0) -> tuple[str, ...]:
    """The members that all arguments of a call name."""
    return tuple(
        name
        for one in call.arguments[start:]
        if not one.name or one.name in {"propertyNames", "keyExpression", "indexExpression"}
        for name in names_of(one.value)
    )
