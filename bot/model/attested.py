"""What people and other systems say of a head: sign-offs, jobs, the deploy gate's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.model.results import Evidence, State, Unknown


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """A person's word that an item is done, which no file can show.

    Attributes:
        by: a person, such as `@ada`.
        on: the day of the word.
        link: where it can be read up.
        expires: the last day on which it counts; None leaves that to the item.
        path: the policy file that holds it, with its 1-based line.
    """

    by: str
    on: date
    link: str
    expires: date | None
    path: str
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """A check run of the head.

    Attributes:
        name: of the job, as whoever wrote the workflow named it: proof of nothing by itself.
        app: who made it, such as `github-actions`.
        workflow: the path of the workflow file whose run it is of; None where another app made it.
        conclusion: None while it runs.
    """

    name: str
    app: str
    workflow: str | None
    conclusion: str | None
    url: str


@dataclass(frozen=True, kw_only=True)
class LiveAnswer:
    """What the deploy gate says of an item, for the head."""

    state: State
    reason: str
    evidence: Sequence[Evidence] = ()


@dataclass(frozen=True, kw_only=True)
class Attested:
    """What is known of the head besides its files.

    Attributes:
        today: the day on which it is judged; None counts no sign-off.
        signoffs: by item, from the base.
        authors: of the change, in lower case: names, addresses, logins. Their own sign-offs do not count.
        author_may_sign_off: whether they do all the same.
        jobs: the check runs of the head, or why there are none; None where nobody asked.
        live: what the deploy gate says, by item.
        live_fault: why a given report of the gate does not count; empty where it does or none is given.
    """

    today: date | None = None
    signoffs: Mapping[str, SignOff] = field(default_factory=dict)
    authors: frozenset[str] = frozenset()
    author_may_sign_off: bool = False
    jobs: Sequence[JobResult] | Unknown | None = None
    live: Mapping[str, LiveAnswer] = field(default_factory=dict)
    live_fault: str = ""
