"""Models and associations as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.checks.migrations.script.values import Entry, Value


@dataclass(frozen=True, kw_only=True)
class Association:
    """An association of a model: what kind, with which other model, and how."""

    kind: str
    source: str
    target: str
    options: dict[str, Value]
    path: str
    line: int


@dataclass(kw_only=True)
class Model:
    """A model.

    Attributes:
        attributes: in order; an entry without a key is one that cannot be told.
        options: as they are given; one without a key where they cannot be told.
        paths: key of an attribute to the file that has it, where that is another than the model's.
        implied: keys whose type follows from TypeScript's annotation.
        foreign: key of an attribute to the model whose key it holds, as `@ForeignKey` says.
    """

    name: str
    path: str
    line: int
    attributes: list[Entry]
    options: dict[str, Value]
    paths: dict[str, str] = field(default_factory=dict)
    implied: set[str] = field(default_factory=set)
    foreign: dict[str, str] = field(default_factory=dict)
