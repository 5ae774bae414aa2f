"""What a check gets and gives, and what it says of its items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.model.advisories import Advisories
from bot.model.attested import Attested
from bot.model.change import Change
from bot.model.engines import Tools
from bot.model.reports import Reports
from bot.model.results import Json, Outcome

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True, kw_only=True)
class ItemRequest:
    """What a policy asks of one item of a check.

    Attributes:
        settings: an instance of the check's settings model, validated.
        matches: whether a path is in the item's `paths`.
    """

    id: str
    settings: BaseModel
    matches: Callable[[str], bool]


class Made(Protocol):
    """What is made beside a check, thing by thing, each by its number."""

    def take(self, number: int) -> object:
        """A thing; None for what is not made, and never will be from here on: the check makes it itself."""
        ...

    def want(self, numbers: Iterable[int]) -> None:
        """Say what will be taken next, the first one first: such things are made before others."""
        ...


class Ahead(Protocol):
    """The door to a second processor."""

    def start(self, make: Callable[[int], object], count: int) -> Made:
        """Begin to make things that have numbers from 0 on; `make` sees the process as it was at this call."""
        ...


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a check gets: the change, what is asked of it, and the door to the engines.

    Attributes:
        salt: the policy's public salt, for fingerprints of secrets.
        deadline_s: seconds that the check has, from its start.
        coverage: the coverage reports that the project's own tests wrote.
        sarif: the SARIF files that other tools wrote.
        attested: what people and other systems say of the head.
        advisories: None where nobody allowed a connection nor gave a folder.
        ahead: None where all is made by the check itself.
    """

    change: Change
    items: Sequence[ItemRequest]
    tools: Tools
    salt: bytes
    deadline_s: float
    coverage: Reports = field(default_factory=Reports)
    sarif: Reports = field(default_factory=Reports)
    advisories: Advisories | None = None
    attested: Attested = field(default_factory=Attested)
    ahead: Ahead | None = None


@dataclass(frozen=True)
class CheckResult:
    """What a check gives back.

    Attributes:
        outcomes: one for each item asked for, and one for each part of an item (`<item>#<part>`).
        masks: values of secrets found, to be masked in every text of every outcome; the runner does that and
            drops them, so that no report ever holds them.
    """

    outcomes: Sequence[Outcome]
    masks: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class ItemSpec:
    """An item that a check can answer: its id, its default title, and the pydantic model of its settings."""

    id: str
    title: str
    settings: type[BaseModel]


class UnknownKind(Exception):  # noqa: N818 - it is no failure of gonogo's, a policy's error is made of it
    """An item's settings name no kind of item that a check has.

    Attributes:
        key: of the settings.
        name: what they say; None where the key is missing.
        known: what they could say.
    """

    def __init__(self, key: str, name: str | None, known: Sequence[str]) -> None:
        super().__init__(key)
        self.key, self.name, self.known = key, name, known


@dataclass(frozen=True, kw_only=True)
class ItemSource:
    """Whoever answers items of a policy: a check, or the deploy gate.

    Attributes:
        spec: makes an item of an id that begins with the source's name, out of its settings, where a policy may have
            items of its own; it raises `UnknownKind`. Its last argument says whether all of the item is shipped with
            gonogo: its settings are then known to be right, and may be kept as they are until they are used.
        kinds: what the settings of such items may name, each with the model of its settings.
        audits: whether it can judge a revision by itself, with no change to look at.
    """

    name: str
    items: Callable[[], Sequence[ItemSpec]]
    spec: Callable[[str, Mapping[str, Json], bool], ItemSpec] | None = None
    kinds: Callable[[], Sequence[ItemSpec]] = tuple
    audits: bool = False


@dataclass(frozen=True, kw_only=True)
class Check(ItemSource):
    """One check: its name, the items it answers, and the function that answers them.

    `run` is pure but for the tree it reads and the tools it is given. It may raise: the runner makes that
    `not-checked` for each of its items.
    """

    run: Callable[[Request], CheckResult]
