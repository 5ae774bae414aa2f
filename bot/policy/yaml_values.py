"""YAML text as JSON values, with the line of each: the part of YAML that a policy needs, and nothing that surprises.

Values follow YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema), so that `off`, `no` and a date
are text; PyYAML alone would read the first two as booleans, as YAML 1.1 asks. Anchors, aliases, tags, merge keys,
several documents and duplicate keys are refused. PyYAML's events are read one by one and each bound is checked as
they come, so that no text costs more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.errors import PolicyError
from bot.model import Json

MAX_BYTES = 256 * 1024
_MAX_DEPTH = 20
_MAX_EXCERPT = 40

Place: TypeAlias = tuple[str | int, ...]

# libyaml is some twenty times faster; a wheel of PyYAML on an uncommon platform may lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What YAML itself refuses, and what makes a file read otherwise than it looks: line breaks that editors do not show
# and marks that turn the direction of text (CVE-2021-42574).
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028-\u202e\u2066-\u2069]|\r(?!\n)"
)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
# No exponent: a fingerprint such as 1234567e89 is text.
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_MAX_DIGITS = 18
_CONSTANTS: Mapping[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True)
class Located:
    """A mapping of JSON values, with the 1-based line of each key and each element of a list, by its place."""

    value: dict[str, Json]
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it that has a line; parts that name no place are left out.

        pydantic puts names of its own (of a union's branch, for one) between the parts.
        """
        found: Place = ()
        for part in place:
            if (*found, part) in self.lines:
                found = (*found, part)
        return self.lines.get(found, 1)


def excerpt(text: str) -> str:
    """A short piece of a key for a message, in printable ASCII and quotes."""
    shown = "".join(c if " " <= c <= "~" and c != '"' else "?" for c in text[:_MAX_EXCERPT])
    return f'"{shown}..."' if len(text) > _MAX_EXCERPT else f'"{shown}"'


def read_mapping(text: bytes, source: str) -> Located:
    """The one mapping that a text holds.

    Raises:
        PolicyError: the text is too large, not UTF-8, not YAML, or outside the part of YAML that is read.
    """
    return _Reader(source).read(_decode(text, source))


def _decode(text: bytes, source: str) -> str:
    if len(text) > MAX_BYTES:
        raise PolicyError(source, None, f"larger than {MAX_BYTES // 1024} KiB; a policy must be smaller")
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise PolicyError(source, line, "not UTF-8; save the file in that encoding") from None
    if found := _FORBIDDEN.search(decoded):
        line = decoded.count("\n", 0, found.start()) + 1
        raise PolicyError(source, line, f"holds the invisible character U+{ord(found[0]):04X}; delete it")
    return decoded


class _Reader:
    """Builds values out of events; `lines` grows on the way."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._events: Iterator[Event] = iter(())
        self._lines: dict[Place, int] = {}

    def read(self, text: str) -> Located:
        self._events = yaml.parse(text, Loader=_LOADER)
        try:
            value = self._read_documents()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else None
            raise PolicyError(self._source, line, f"not YAML: {_problem(error)}") from None
        except (yaml.YAMLError, ValueError, OverflowError):
            # PyYAML's own scanner makes an escape past Unicode's end, and a version of many digits, a plain ValueError.
            line = max(self._lines.values(), default=1)
            raise PolicyError(self._source, line, "not YAML: an escape or a number is out of range") from None
        return Located(value, self._lines)

    def _read_documents(self) -> dict[str, Json]:
        value: Json = None
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._error(event, "a second document begins; a policy is one")
            elif isinstance(event, NodeEvent):
                self._lines[()] = _line(event)
                value = self._read_node(event, ())
        if value is None:
            raise PolicyError(self._source, None, "empty; a policy has at least `extends` or `items`")
        if not isinstance(value, dict):
            raise PolicyError(self._source, self._lines[()], "not a mapping; a policy is `key: value` lines")
        return value

    def _read_node(self, event: Event, place: Place) -> Json:
        self._refuse_references(event)
        if len(place) > _MAX_DEPTH:
            raise self._error(event, f"nested more than {_MAX_DEPTH} levels deep")
        if isinstance(event, MappingStartEvent):
            return self._read_mapping(place)
        if isinstance(event, SequenceStartEvent):
            return self._read_sequence(place)
        return self._read_scalar(cast("ScalarEvent", event))

    def _refuse_references(self, event: Event) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._error(event, "anchors and aliases (`&`, `*`) are not read; write the value out, or quote it")
        if getattr(event, "tag", None) is not None:
            raise self._error(event, "tags (`!`) are not read; write the value without one, or quote it")

    def _read_mapping(self, place: Place) -> dict[str, Json]:
        values: dict[str, Json] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._read_key(event)
            if key in values:
                first = self._lines[(*place, key)]
                raise self._error(event, f"the key {excerpt(key)} is there twice, first in line {first}")
            self._lines[(*place, key)] = _line(event)
            values[key] = self._read_node(next(self._events), (*place, key))
        return values

    def _read_key(self, event: Event) -> str:
        self._refuse_references(event)
        if not isinstance(event, ScalarEvent):
            raise self._error(event, "a key is a list or a mapping; keys are text")
        if event.value == "<<":
            raise self._error(event, "merge keys (`<<`) are not read; use `extends`, or write the keys out")
        return self._checked(event)

    def _read_sequence(self, place: Place) -> list[Json]:
        values: list[Json] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*place, len(values))
            self._lines[here] = _line(event)
            values.append(self._read_node(event, here))
        return values

    def _read_scalar(self, event: ScalarEvent) -> Json:
        text = self._checked(event)
        if event.style:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        number = int if _INTEGER.fullmatch(text) else float if _DECIMAL.fullmatch(text) else None
        if number and len(text) > _MAX_DIGITS:
            raise self._error(event, f"a number of more than {_MAX_DIGITS} digits; quote it if it is text")
        return number(text) if number else text

    def _checked(self, event: ScalarEvent) -> str:
        text: str = event.value
        # An escape in double quotes can make what the text itself may not hold.
        if found := _FORBIDDEN.search(text):
            raise self._error(event, f"holds the escaped character U+{ord(found[0]):04X}; delete it")
        return text

    def _error(self, event: Event, reason: str) -> PolicyError:
        return PolicyError(self._source, _line(event), reason)


def _line(event: Event) -> int:
    return cast("yaml.Mark", event.start_mark).line + 1


def _problem(error: yaml.MarkedYAMLError) -> str:
    # PyYAML quotes names of anchors and tags in its messages; those are the file's own text.
    words = re.sub(
        r"'[^']*'", lambda quoted: quoted[0] if len(quoted[0]) <= len("'\\t'") else "'...'", error.problem or ""
    )
    return " ".join(words.split())[:120] or "it cannot be parsed"
