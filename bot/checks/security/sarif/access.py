"""Reads members of JSON that anybody wrote: what has another type than it should is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_MAX_TEXT = 1000


def get_object(parent: object, *names: str) -> Mapping[str, object]:
    """The object at the end of a chain of names; an empty one where there is none."""
    for name in names:
        parent = parent.get(name) if isinstance(parent, Mapping) else None
    return parent if isinstance(parent, Mapping) else {}


def get_list(parent: Mapping[str, object], name: str) -> Sequence[object]:
    """The list of that name; an empty one where there is none."""
    value = parent.get(name)
    return value if isinstance(value, list) else ()


def get_text(parent: Mapping[str, object], name: str) -> str:
    """The text of that name on one line, cut to a length that a comment can bear; empty where there is none."""
    value = parent.get(name)
    return clean(value) if isinstance(value, str) else ""


def get_number(parent: Mapping[str, object], name: str) -> int | None:
    """The whole number of that name."""
    value = parent.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def get_at(values: Sequence[object], index: int | None) -> Mapping[str, object]:
    """The object at an index; an empty one where there is none."""
    return get_object({"": values[index]}, "") if index is not None and 0 <= index < len(values) else {}


def clean(text: str) -> str:
    """Text on one line, without control characters and lone surrogates."""
    whole = text[: 4 * _MAX_TEXT].encode("utf-8", "replace").decode()
    if not whole.isprintable():
        whole = "".join(one if one.isprintable() else " " for one in whole)
    return " ".join(whole.split())[:_MAX_TEXT]
