"""What an expression gives, where it rests on literals, constants and enumerations of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from bot.checks.migrations.csharp.declarations import TypeDecl
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.csharp.values import (
    Constant,
    Member,
    Name,
    Number,
    Operation,
    Text,
    TypeRef,
    Value,
)

_MAX_STEPS = 20
# Longer than a model's texts are; constants that double one another would grow without end.
_MAX_TEXT = 100_000
_MAX_NUMBER = 2**64
_KNOWN: dict[tuple[str, str], str | int] = {
    ("string", "Empty"): "",
    ("String", "Empty"): "",
    ("int", "MaxValue"): 2_147_483_647,
    ("Int32", "MaxValue"): 2_147_483_647,
    ("Guid", "Empty"): "00000000-0000-0000-0000-000000000000",
}


Literal: TypeAlias = "str | int | float | bool | None"


class NotConstantError(Exception):
    """The expression's value cannot be told."""


def constant(library: Library, value: Value, at: TypeDecl, depth: int = 0) -> Literal:  # noqa: PLR0911
    """The value of an expression; an enumeration's member is its number.

    Raises:
        NotConstantError: it cannot be told.
    """
    if depth > _MAX_STEPS:
        raise NotConstantError
    match value:
        case Text(text):
            return text
        case Number(text):
            return _number(text)
        case Constant("true"):
            return True
        case Constant("false"):
            return False
        case Constant("null" | "default"):
            return None
        case Operation(sign, left, right) if left is not None:
            return _operate(sign, constant(library, left, at, depth + 1), constant(library, right, at, depth + 1))
        case Name(name):
            return _of_class(library, name, at, depth)
        case Member(target, name):
            return _of_member(library, target, name, at, depth)
    raise NotConstantError


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise NotConstantError from None


def _operate(sign: str, left: object, right: object) -> str | int:
    made = _combine(sign, left, right)
    if len(made) > _MAX_TEXT if isinstance(made, str) else abs(made) > _MAX_NUMBER:
        raise NotConstantError
    return made


def _combine(sign: str, left: object, right: object) -> str | int:
    match sign, left, right:
        case "+", str(), str() | int():
            return f"{left}{right}"
        case "+", int(), int():
            return left + right
        case "-", int(), int():
            return left - right
        case "*", int(), int():
            return left * right
        case "|", int(), int():
            return left | right
        case "<<", int(), int() if 0 <= right < 64:  # noqa: PLR2004 - the bits of a long
            return left << right
    raise NotConstantError


def dotted(value: Value) -> str | None:
    """A chain of names, with dots; None for anything else."""
    parts: list[str] = []
    while isinstance(value, Member):
        parts.append(value.name)
        value = value.value
    if not isinstance(value, Name):
        return None
    return ".".join([value.name, *reversed(parts)])


def _of_member(library: Library, target: Value, name: str, at: TypeDecl, depth: int) -> Literal:
    owner = dotted(target)
    if owner is None:
        raise NotConstantError
    known = _KNOWN.get((owner.rpartition(".")[2], name))
    if known is not None:
        return known
    if owner == "this":
        return _of_class(library, name, at, depth)
    decl = library.resolve(TypeRef(owner), at)
    if decl is None:
        raise NotConstantError
    if decl.kind == "enum":
        return enum_value(library, decl, name, depth)
    return _of_class(library, name, decl, depth)


def _of_class(library: Library, name: str, at: TypeDecl, depth: int) -> Literal:
    """The value of a member of a class, of its bases or of those around it."""
    decl: TypeDecl | None = library.whole(at)
    for _ in range(_MAX_STEPS):
        if decl is None:
            break
        if name in decl.constants:
            return _computed_once(library, decl, name, depth)
        outer = decl.outer
        base = library.resolve(decl.bases[0], decl) if decl.bases else None
        decl = base or outer
    raise NotConstantError


def _computed_once(library: Library, decl: TypeDecl, name: str, depth: int) -> Literal:
    key = (decl.full_name, decl.path, name)
    if key in library.constants:
        return library.constants[key]
    if key in library.pending:
        raise NotConstantError
    library.pending.add(key)
    try:
        made = constant(library, decl.constants[name], decl, depth + 1)
    finally:
        library.pending.discard(key)
    library.constants[key] = made
    return made


def enum_value(library: Library, decl: TypeDecl, name: str, depth: int = 0) -> int:
    """The number of an enumeration's member.

    Raises:
        NotConstantError: it has no such member, or its number cannot be told.
    """
    key = (decl.full_name, decl.path)
    if (*key, "") not in library.constants:
        library.constants[*key, ""] = None
        library.constants.update({(*key, member): one for member, one in _numbers(library, decl, depth).items()})
    given = library.constants.get((*key, name))
    if not isinstance(given, int):
        raise NotConstantError
    return given


def _numbers(library: Library, decl: TypeDecl, depth: int) -> dict[str, int | None]:
    """The numbers of all members; None where one cannot be told."""
    number: int | None = -1
    known: dict[str, int | None] = {}
    for member, value in decl.members:
        if value is None:
            number = number + 1 if number is not None else None
        else:
            try:
                given = _enum_constant(library, decl, value, known, depth)
            except NotConstantError:
                given = None
            number = given if isinstance(given, int) else None
        known[member] = number
    return known


def _enum_constant(
    library: Library, decl: TypeDecl, value: Value, known: Mapping[str, int | None], depth: int
) -> object:
    """The value of a member, which may name those before it; names of members that follow cannot be told."""
    if isinstance(value, Name):
        return known.get(value.name)
    if isinstance(value, Operation) and value.left is not None and depth <= _MAX_STEPS:
        left = _enum_constant(library, decl, value.left, known, depth + 1)
        return _operate(value.sign, left, _enum_constant(library, decl, value.right, known, depth + 1))
    return constant(library, value, decl, depth + 1)
