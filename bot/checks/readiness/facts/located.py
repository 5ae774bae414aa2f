"""Values of documents that know, key by key, where they were written, and keep that when documents are merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.checks.readiness.facts.documents import Place as Keys
from bot.model import Json


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file of the repository; lines count from 1."""

    path: str
    line: int


class Located(dict[str, object]):
    """A mapping that knows where each of its keys was written."""

    def __init__(self, items: Iterable[tuple[str, object]] = (), places: Mapping[str, Place] | None = None) -> None:
        super().__init__(items)
        self.places: dict[str, Place] = dict(places or {})


def locate(value: Json, lines: Mapping[Keys, int], place_of: Callable[[int], Place]) -> object:
    """A parsed document with the place of each key; `place_of` turns a line of the text into one."""
    return _locate(value, lines, place_of, ())


def _locate(value: Json, lines: Mapping[Keys, int], place_of: Callable[[int], Place], at: Keys) -> object:
    if isinstance(value, dict):
        return Located(
            ((key, _locate(one, lines, place_of, (*at, key))) for key, one in value.items()),
            {key: place_of(lines[(*at, key)]) for key in value if (*at, key) in lines},
        )
    if isinstance(value, list):
        return [_locate(one, lines, place_of, (*at, number)) for number, one in enumerate(value)]
    return value


def get_in(value: object, *keys: str | int) -> object:
    """The value at a path of keys and indexes; None where there is none."""
    for key in keys:
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            value = value[key]
        else:
            return None
    return value


def place_in(value: object, fallback: Place, *keys: str | int) -> Place:
    """Where the key at a path was written, or what is nearest around it."""
    place = fallback
    for key in keys:
        if isinstance(value, Located) and isinstance(key, str):
            place = value.places.get(key, place)
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            value = value[key]
            if isinstance(value, Located) and value.places:
                place = min(value.places.values(), key=lambda one: one.line)
        else:
            break
    return place


def mappings(value: object) -> list[Mapping[str, object]]:
    """The mappings among the elements of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    """A text, or nothing where the value is none."""
    return value if isinstance(value, str) else ""
