"""YAML to values with lines, out of PyYAML's events: nothing is constructed, and nothing costs more than its length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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

from bot.checks.readiness.facts.document_error import DocumentError
from bot.model import Json

Place: TypeAlias = tuple[str | int, ...]
Lines: TypeAlias = dict[Place, int]

# libyaml is some twenty times faster; a wheel of PyYAML on an uncommon platform may lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 60
_MAX_NODES = 200_000
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,30}|\.[0-9]{1,30})(?:[eE][-+]?[0-9]{1,3})?")
_CONSTANTS: Mapping[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def parse_yaml(text: str) -> list[tuple[Json, Lines]]:
    """Each document's value, and the 1-based lines of its keys and elements by place.

    Raises:
        DocumentError: it is no YAML, nested too deep, or has too many values, aliases counted as what they stand for.
    """
    return _Reader().read(text)


class _Reader:
    """Builds values out of events. An anchor keeps its value, how many nodes that has, and how deep it is."""

    def __init__(self) -> None:
        self._events: Iterator[Event] = iter(())
        self._lines: Lines = {}
        self._anchors: dict[str, tuple[Json, int, int]] = {}
        self._nodes = 0
        self._deepest = 0
        self._at = 1

    def read(self, text: str) -> list[tuple[Json, Lines]]:
        self._events = yaml.parse(text, Loader=_LOADER)
        documents: list[tuple[Json, Lines]] = []
        try:
            for event in self._events:
                if isinstance(event, DocumentStartEvent):
                    self._anchors = {}
                elif isinstance(event, NodeEvent):
                    self._lines = {(): _line(event)}
                    documents.append((self._node(event, ()), self._lines))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise DocumentError(mark.line + 1 if mark else self._at, "not YAML") from None
        except (yaml.YAMLError, ValueError, OverflowError):
            raise DocumentError(self._at, "not YAML") from None
        return documents

    def _node(self, event: Event, place: Place) -> Json:
        self._count(1, event)
        if isinstance(event, AliasEvent):
            value, nodes, levels = self._anchors.get(event.anchor or "", (None, 1, 0))
            self._count(nodes, event)
            self._reach(len(place) + levels, event)
            return value
        self._reach(len(place), event)
        before, around = self._nodes, self._deepest
        self._deepest = len(place)
        if isinstance(event, MappingStartEvent):
            value = self._mapping(place)
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence(place)
        else:
            value = _scalar(cast("ScalarEvent", event))
        if (anchor := getattr(event, "anchor", None)) is not None:
            self._anchors[anchor] = (value, self._nodes - before + 1, self._deepest - len(place))
        self._deepest = max(around, self._deepest)
        return value

    def _reach(self, depth: int, event: Event) -> None:
        if depth > _MAX_DEPTH:
            raise DocumentError(_line(event), f"nested more than {_MAX_DEPTH} levels deep")
        self._deepest = max(self._deepest, depth)

    def _count(self, nodes: int, event: Event) -> None:
        self._nodes += nodes
        self._at = _line(event)
        if self._nodes > _MAX_NODES:
            raise DocumentError(self._at, f"more than {_MAX_NODES:,} values")

    def _mapping(self, place: Place) -> dict[str, Json]:
        values: dict[str, Json] = {}
        merged: list[Mapping[str, Json]] = []
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._node(event, (*place, "[key]"))
            name = event.value if isinstance(event, ScalarEvent) else str(key)[:100]
            if name != "<<":
                self._lines[(*place, name)] = _line(event)
            value = self._node(next(self._events), (*place, name))
            if name == "<<":
                merged += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]
            else:
                values[name] = value
        for mapping in merged:
            self._nodes += len(mapping)
            for name, value in mapping.items():
                values.setdefault(name, value)
        return values

    def _sequence(self, place: Place) -> list[Json]:
        values: list[Json] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            here = (*place, len(values))
            self._lines[here] = _line(event)
            values.append(self._node(event, here))
        return values


def _scalar(event: ScalarEvent) -> Json:
    text: str = event.value
    if event.style:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    # `0644` is a mode, and no number that anybody means.
    if _INTEGER.fullmatch(text) and not (len(text.lstrip("+-")) > 1 and text.lstrip("+-").startswith("0")):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _line(event: Event) -> int:
    return cast("yaml.Mark", event.start_mark).line + 1
