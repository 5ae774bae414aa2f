"""YAML with the lines of its keys: the part that package managers write. Scalars come as text, whatever they look like.

PyYAML's events are read one by one, so that no text costs more than its length. Aliases are refused: they would.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

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

from bot.checks.security.text.located import MAX_DEPTH, Lines, Place, UnreadableError

# libyaml is some twenty times faster; a wheel of PyYAML on an uncommon platform may lack it.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> list[Place]:
    """The roots of a text's documents.

    Raises:
        UnreadableError: it is no YAML, is nested too deep, or uses aliases or keys that are no text.
    """
    reader = _Reader()
    try:
        return reader.read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(mark.line + 1 if mark else None, "is not YAML") from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML's own scanner makes an escape past Unicode's end, and a version of many digits, a plain ValueError.
        raise UnreadableError(None, "is not YAML") from None


class _Reader:
    """Builds values and lines together."""

    def __init__(self) -> None:
        self._events: Iterator[Event] = iter(())

    def read(self, events: Iterator[Event]) -> list[Place]:
        self._events = events
        roots: list[Place] = []
        for event in events:
            if isinstance(event, NodeEvent) and not isinstance(event, DocumentStartEvent):
                lines = Lines(_line(event))
                roots.append(Place(self._read_node(event, lines, 0), lines))
        return roots

    def _read_node(self, event: Event, lines: Lines, depth: int) -> object:
        if isinstance(event, ScalarEvent):
            return event.value
        if isinstance(event, AliasEvent):
            raise UnreadableError(_line(event), "uses an alias (`*`)")
        if depth >= MAX_DEPTH:
            raise UnreadableError(_line(event), f"is nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, MappingStartEvent):
            return self._read_mapping(lines, depth + 1)
        if isinstance(event, SequenceStartEvent):
            return self._read_sequence(lines, depth + 1)
        raise UnreadableError(_line(event), "is not YAML")

    def _read_mapping(self, lines: Lines, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        events = self._events
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                raise UnreadableError(_line(event), "has a key that is no text")
            values[event.value] = self._read_value(lines, event.value, _line(event), depth)
        return values

    def _read_sequence(self, lines: Lines, depth: int) -> list[object]:
        values: list[object] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            line = _line(event)
            if isinstance(event, ScalarEvent):
                lines.children[len(values)] = line
                values.append(event.value)
            else:
                values.append(self._read_node(event, lines.child(len(values), line), depth))
        return values

    def _read_value(self, lines: Lines, key: str, line: int, depth: int) -> object:
        event = next(self._events)
        if isinstance(event, ScalarEvent):
            lines.children[key] = line
            return event.value
        return self._read_node(event, lines.child(key, line), depth)


def _line(event: Event) -> int:
    return cast("yaml.Mark", event.start_mark).line + 1
