"""Edits of made-up entities, whatever the ORM: of one of their columns, of one of them, of a column's flags."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    class _Col(DataclassInstance, Protocol):
        @property
        def flags(self) -> tuple[str, ...]: ...

    class _Spec(DataclassInstance, Protocol):
        @property
        def entities(self) -> tuple[Any, ...]: ...


C = TypeVar("C", bound="_Col")
S = TypeVar("S", bound="_Spec")


def swap(spec: S, at: int, ent: object) -> S:
    """The specification with another entity in a place."""
    return replace(spec, entities=(*spec.entities[:at], ent, *spec.entities[at + 1 :]))


def on_column(change: Callable[[S, random.Random, Any], Any]) -> Callable[[S, random.Random], S | None]:
    """An edit that changes one column of one entity; none where the change gives None."""

    def edit(spec: S, chance: random.Random) -> S | None:
        at = chance.randrange(len(spec.entities))
        ent = spec.entities[at]
        number = chance.randrange(len(ent.cols))
        made = change(spec, chance, ent.cols[number])
        if made is None:
            return None
        return swap(spec, at, replace(ent, cols=(*ent.cols[:number], made, *ent.cols[number + 1 :])))

    return edit


def on_entity(change: Callable[[S, random.Random, Any], Any]) -> Callable[[S, random.Random], S | None]:
    """An edit that changes one entity; none where the change gives None."""

    def edit(spec: S, chance: random.Random) -> S | None:
        at = chance.randrange(len(spec.entities))
        made = change(spec, chance, spec.entities[at])
        return swap(spec, at, made) if made is not None else None

    return edit


def toggle(col: C, flag: str) -> C:
    """The column with a flag, or without it where it has it."""
    flags = tuple(one for one in col.flags if one != flag) if flag in col.flags else (*col.flags, flag)
    return replace(col, flags=flags)
