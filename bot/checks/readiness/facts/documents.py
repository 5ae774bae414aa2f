"""Documents of YAML, JSON and TOML as values with the line of each key and element. Bounded, whatever they hold.

YAML: all documents of a file, scalars as YAML 1.2's core schema has them (`on` and `no` are text), tags are passed
over, aliases and merge keys are followed. JSON: with comments and commas at the end, as many tools take it.
Out of sight: templates; a Helm template is no YAML before it is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

from bot.checks.readiness.facts.document_error import DocumentError
from bot.model import Json

__all__ = ["Document", "DocumentError", "Found", "Place", "parse_document"]

# `image: #@ data.values.image`, in templates of ytt: https://carvel.dev/ytt/docs/latest/lang-ref-ytt/ (read 2026-11-30)
_YTT = re.compile(r"^([ \t]*+(?:- )?[\w./\"'-]+:)[ \t]++#@[ \t]++([^\n]*)$", re.MULTILINE)
_DOTTED = re.compile(r"[A-Za-z_][\w.]*\s*")
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class Found:
    """A value of a document, where it stands, and its 1-based line."""

    place: Place
    value: Json
    line: int


@dataclass(frozen=True)
class Part:
    """One of a file's documents: its value, and what tells the line of a place."""

    value: Json
    find_lines: Callable[[], Mapping[Place, int]]

    @cached_property
    def lines(self) -> Mapping[Place, int]:
        """The 1-based line of each key of a mapping and each element of a list, by place."""
        return self.find_lines()

    def line(self, *place: str | int) -> int:
        """The line of a place, or of the nearest one around it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1

    def get(self, *place: str | int) -> Json:
        """The value at a place; None where there is none."""
        value = self.value
        for key in place:
            if isinstance(value, Mapping) and isinstance(key, str):
                value = value.get(key)
            elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(key, int):
                value = value[key] if -len(value) <= key < len(value) else None
            else:
                return None
        return value

    def find(self, *pattern: str) -> Iterator[Found]:
        """Yield the values at a path of keys, in which `*` stands for any key or element."""
        for place, value in _find(self.value, pattern, ()):
            yield Found(place, value, self.line(*place))


@dataclass(frozen=True)
class Document:
    """A file: one document of JSON or TOML, or as many as a file of YAML has."""

    parts: Sequence[Part]

    @property
    def first(self) -> Part:
        """The first document; of an empty file one whose value is None."""
        return self.parts[0] if self.parts else Part(None, dict)

    @property
    def value(self) -> Json:
        """The first document's value."""
        return self.first.value

    def get(self, *place: str | int) -> Json:
        """The value at a place of the first document; None where there is none."""
        return self.first.get(*place)

    def line(self, *place: str | int) -> int:
        """The line of a place of the first document."""
        return self.first.line(*place)

    def find(self, *pattern: str) -> Iterator[Found]:
        """Yield the values at a path of keys in every document."""
        for part in self.parts:
            yield from part.find(*pattern)


def _find(value: Json, pattern: Sequence[str], place: Place) -> Iterator[tuple[Place, Json]]:
    if not pattern:
        yield place, value
        return
    key, rest = pattern[0], pattern[1:]
    if isinstance(value, Mapping):
        for name in value if key == "*" else (key,) if key in value else ():
            yield from _find(value[name], rest, (*place, name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        numbers = range(len(value)) if key == "*" else (int(key),) if key.isdecimal() and int(key) < len(value) else ()
        for number in numbers:
            yield from _find(value[number], rest, (*place, number))


def parse_document(path: str, text: str) -> Document:
    """The document that a file holds, by the ending of its name: `.json` and its kin, `.toml`, else YAML.

    Raises:
        DocumentError: it is broken, nested too deep, or would be too large.
    """
    lower = path.lower()
    if lower.endswith((".json", ".jsonc", ".json5", ".webmanifest", ".code-workspace", "rc.json")):
        from bot.checks.readiness.facts.json_text import find_json_lines, parse_json

        return Document([Part(parse_json(text), lambda: find_json_lines(text))])
    if lower.endswith((".toml", "pipfile", "poetry.lock", "cargo.lock")):
        from bot.checks.readiness.facts.toml_text import find_toml_lines, parse_toml

        value = parse_toml(text)
        return Document([Part(value, lambda: find_toml_lines(text))])
    from bot.checks.readiness.facts.yaml_text import parse_yaml

    # Templates of ytt are YAML whose values stand in comments.
    filled = _YTT.sub(_fill, text) if "#@" in text else text
    return Document([Part(value, partial(dict, lines)) for value, lines in parse_yaml(filled)])


def _fill(found: re.Match[str]) -> str:
    """A value that ytt will put in, as a variable with what it is called."""
    return f"{found[1]} $(ytt){found[2].strip() if _DOTTED.fullmatch(found[2]) else ''}"
