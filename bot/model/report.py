"""The report: items with their outcomes, the verdict, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.results import PART, Level, Outcome, State, Verdict


@dataclass(frozen=True, kw_only=True)
class Item:
    """An outcome as the policy judges it."""

    id: str
    section: str
    title: str
    level: Level
    outcome: Outcome

    @property
    def required(self) -> bool:
        """Whether the item decides the verdict."""
        return self.level is Level.BLOCK and not self.is_part

    @property
    def is_part(self) -> bool:
        """Whether it is a part of another item, which has the same id before `#`."""
        return PART in self.id

    @property
    def is_as_before(self) -> bool:
        """Whether it was compared with the merge base, and nothing was lost: a reader of the change need not look."""
        return self.outcome.regressed is False


@dataclass(frozen=True, kw_only=True)
class PolicyName:
    """Which policy judged: its name, where it was read (`.github/gonogo.yml at <sha>`), SHA-256 of what it says."""

    name: str
    source: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A ticked box of the comment: a person's word for an item, for one head alone.

    Attributes:
        by: the login of whoever ticked it; empty where that is not known.
        fault: why it does not count; empty where it does.
    """

    item: str
    by: str = ""
    at: datetime | None = None
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said to a command in a comment: lines in plain words, and text to copy."""

    title: str
    lines: Sequence[str]
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that rendering and publishing see.

    Attributes:
        repository: `owner/name` on GitHub, or the folder's name on a laptop.
        url: the repository's web address, for links; None on a laptop.
        base_name: the base as the user knows it, a branch or a revision.
        sections: id to title, in the order of the comment.
        notes: what a reader must know of the whole, such as that nothing needing the network was asked.
        targets: the addresses of the running service that a deploy gate asked; empty where a change was judged. Then
            `head` is the deployed commit, or empty where nobody said it, and there is no base.
        seconds: wall time from start to verdict.
        audit: whether the head was judged by itself; base and merge base are the head then.
        authors: of the change, in lower case: names, addresses, logins.
        author_may_sign_off: whether the policy lets them sign off what the change needs.
        ticks: those of the comment that count for the head.
        answer: to the command that started the run; None where none did, or none is due.
        line_hashes: GitHub's hashes (`primaryLocationLineHash`) of lines at head that findings name, by path and line.
    """

    tool: str
    repository: str
    url: str | None
    pull_request: int | None
    base: str
    base_name: str
    merge_base: str
    head: str
    policy: PolicyName
    verdict: Verdict
    sections: Mapping[str, str]
    items: Sequence[Item]
    notes: Sequence[str] = ()
    targets: Sequence[str] = ()
    seconds: float = 0.0
    commits: int = 0
    files: int = 0
    audit: bool = False
    authors: frozenset[str] = frozenset()
    author_may_sign_off: bool = False
    ticks: Sequence[Tick] = ()
    answer: Answer | None = None
    line_hashes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def counts(self) -> dict[State, int]:
        """Items by state, each state there."""
        counts = dict.fromkeys(State, 0)
        for item in self.items:
            counts[item.outcome.state] += 1
        return counts
