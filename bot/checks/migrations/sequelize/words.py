"""Values in words that do not change when lines move, so that what cannot be told is seen to change."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.migrations.script.values import Entry, Value


def written(kind: Value | None, inner: object) -> str:
    """What an attribute's type and spreads say."""
    spread = [one.value for one in inner if isinstance(one, Entry) and not one.key] if isinstance(inner, list) else []
    return f"{lineless(kind)} {[lineless(one) for one in spread]}"


def lineless(value: object) -> str:
    """A value in words that do not change when lines move."""
    return "".join(_words(value))


def _words(value: object, depth: int = 0) -> Iterator[str]:
    from dataclasses import fields, is_dataclass

    if depth > 20 or not is_dataclass(value):  # noqa: PLR2004 - what is deeper is not told apart
        yield (
            repr(value)
            if not isinstance(value, list)
            else "[" + "".join(word for one in value for word in _words(one, depth + 1)) + "]"
        )
        return
    yield type(value).__name__ + "("
    for one in fields(value):
        if one.name not in {"line", "node", "scope"}:
            yield from _words(getattr(value, one.name), depth + 1)
            yield ","
    yield ")"
