"""Annotations of columns: `Mapped[str | None]`, `Annotated[str, mapped_column(...)]`, `Optional["User"]`."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.values import Call, Item, Ref, Scope, Value, last_name

_MAX_TEXT = 1_000
_MAX_DEPTH = 12


@dataclass(frozen=True)
class Annotation:
    """What an annotation says.

    Attributes:
        core: the Python type, without `Mapped`, `Optional` and `Annotated`.
        optional: whether None is allowed.
        mapped: whether it stands in `Mapped[...]`.
        extras: what else `Annotated` holds.
        keys: the whole type, as a `type_annotation_map` may name it, widest first.
    """

    core: Value
    optional: bool = False
    mapped: bool = False
    extras: tuple[Value, ...] = ()
    keys: tuple[Value, ...] = ()


def read_annotation(value: Value, reader: Reader, scope: Scope, depth: int = 0) -> Annotation:  # noqa: PLR0911 - one answer a kind
    """Take an annotation apart. A text in it is read as the expression that it holds."""
    if depth > _MAX_DEPTH:
        return Annotation(value)
    match value:
        case str():
            return read_annotation(_parse(value, reader, scope), reader, scope, depth + 1)
        case Item(owner=owner, index=index) if last_name(owner) == "Mapped":
            inner = read_annotation(index, reader, scope, depth + 1)
            return Annotation(inner.core, inner.optional, mapped=True, extras=inner.extras, keys=inner.keys)
        case Item(owner=owner, index=index) if last_name(owner) == "Optional":
            return _with_none(read_annotation(index, reader, scope, depth + 1))
        case Item(owner=owner, index=tuple() as parts) if last_name(owner) == "Annotated" and parts:
            inner = read_annotation(parts[0], reader, scope, depth + 1)
            keys = (value, *inner.keys)
            return Annotation(inner.core, inner.optional, inner.mapped, (*parts[1:], *inner.extras), keys)
        case Item(owner=owner, index=tuple() as parts) if last_name(owner) == "Union":
            return _union(list(parts), value, reader, scope, depth)
        case Call(func=Ref(name="operator.BitOr"), args=parts):
            return _union(list(parts), value, reader, scope, depth)
        case Call(args=(str(), inner)) if last_name(value.func) in {"NewType", "TypeAliasType"}:
            found = read_annotation(inner, reader, scope, depth + 1)
            return Annotation(found.core, found.optional, found.mapped, found.extras, (value, *found.keys))
    return Annotation(value, keys=(value,))


def _union(parts: list[Value], whole: Value, reader: Reader, scope: Scope, depth: int) -> Annotation:
    others = [part for part in parts if part is not None]
    optional = len(others) < len(parts)
    if len(others) == 1:
        inner = read_annotation(others[0], reader, scope, depth + 1)
        return _with_none(inner) if optional else inner
    read = [read_annotation(one, reader, scope, depth + 1) for one in others]
    return Annotation(whole, optional or any(one.optional for one in read), keys=(whole,))


def _with_none(found: Annotation) -> Annotation:
    return Annotation(found.core, optional=True, mapped=found.mapped, extras=found.extras, keys=found.keys)


def _parse(text: str, reader: Reader, scope: Scope) -> Value:
    if len(text) > _MAX_TEXT:
        return Ref("typing.Any")
    try:
        return reader.eval(ast.parse(text.strip(), mode="eval").body, scope)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Ref("typing.Any")
