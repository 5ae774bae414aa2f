"""What every probe gets: the service's addresses, the client, and what the policy and the command line told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

from bot.gate.client import MAX_CONNECTIONS, Client
from bot.gate.urls import Url

if TYPE_CHECKING:
    from pydantic import BaseModel

    from bot.gate.notes import Notes

A = TypeVar("A")
B = TypeVar("B")
_MAX_TOKEN = 8_192


class Phase(IntEnum):
    """When an item is asked, so that no probe disturbs another."""

    WATCH = 0  # in every round, until it is stable
    ONCE = 1  # after that
    MEASURE = 2  # alone, so that times are the service's
    BURST = 3  # last: whoever is limited is answered nothing else


def _stopwatch() -> Callable[[], float]:
    started = time.monotonic()
    return lambda: time.monotonic() - started


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One run of the gate.

    Attributes:
        targets: the service's addresses, each without a last `/` of its path.
        prometheus: where its metrics are kept; None where nobody says.
        sha: the commit that was deployed; None where nobody says.
        environment: for the variables that the policy names.
        settings: of every item of the policy, by id.
        secrets: values to be masked in every text; it grows.
        elapsed: seconds since the gate began.
    """

    client: Client
    targets: Sequence[Url]
    prometheus: Url | None
    sha: str | None
    environment: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, BaseModel]
    secrets: set[str] = field(default_factory=set, repr=False)
    elapsed: Callable[[], float] = field(default_factory=_stopwatch, repr=False)

    def secret(self, variable: str) -> str | None:
        """A variable's value; None where it is not set, is empty, or cannot stand in a header."""
        value = self.environment.get(variable, "").strip()
        if not value or len(value) > _MAX_TOKEN or not (value.isascii() and value.isprintable()):
            return None
        self.secrets.add(value)
        return value

    def places(self, routes: Iterable[str]) -> list[Url]:
        """Each route at each of the service's addresses; one that is an address itself stands once."""
        found = [target.join(route) for route in routes for target in self.targets if route.startswith("/")]
        return [*dict.fromkeys([*found, *(Url.parse(route) for route in routes if not route.startswith("/"))])]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """An item that the gate can answer.

    Attributes:
        answer: fills in the notes and says in a line what a pass rests on.
        rows: the lines of the production-readiness list that it answers.
    """

    id: str
    title: str
    settings: type[BaseModel]
    answer: Callable[[Scene, Any, Notes], str]
    phase: Phase = Phase.ONCE
    rows: Sequence[str] = ()


def side_by_side(function: Callable[[A], B], arguments: Iterable[A]) -> list[B]:
    """The results in the order of the arguments, each computed in a thread of its own."""
    given = list(arguments)
    if len(given) <= 1:
        return [function(argument) for argument in given]
    with ThreadPoolExecutor(max_workers=min(len(given), MAX_CONNECTIONS)) as pool:
        return list(pool.map(function, given))
