"""What is known of an item: states, findings, evidence, and what could not be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


PART = "#"
"""Stands between an item's id and the name of one of its parts, which are shown after it and decide nothing."""


class State(StrEnum):
    """What is known of an item. Only an answer counts as `pass`."""

    PASS = "pass"  # noqa: S105 - a state, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    NOT_CHECKED = "not-checked"
    PENDING = "pending"
    NEEDS_SIGN_OFF = "needs-sign-off"
    WAIVED = "waived"


class Verdict(StrEnum):
    """The one answer."""

    GO = "go"
    NO_GO = "no-go"
    PENDING = "pending"


class Level(StrEnum):
    """What a policy makes of an item: it decides the verdict, it is shown, or it is not asked."""

    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Severity(StrEnum):
    """How bad a finding is if it is true."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Certainty(StrEnum):
    """How sure a check is of a finding."""

    CERTAIN = "certain"
    LIKELY = "likely"
    NOTE = "note"


class Strength(StrEnum):
    """How far evidence goes: a file says so, the code that runs uses it, a test or a report proves it."""

    CONFIGURED = "configured"
    WIRED = "wired"
    VERIFIED = "verified"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One fault and its place.

    Attributes:
        rule: stable id of the rule, such as `aws-access-token`.
        message: one line in plain words, without the value of a secret.
        path: None where the fault has no file.
        commit: the first commit of the range that has it, where a check knows.
        fingerprint: survives moved lines and renamed files; waivers name it.
        fix: what to do next, in one or a few lines.
        help: an address that explains the rule.
        suppression: what in the tree asks to ignore the finding, where something does (`# nosec`).
        in_head: False where only an older commit of the range has it; None where the check does not tell.
        fails: whether the finding makes its item fail; False for advice.
        details: further members of the JSON object, by the check that makes them.
    """

    rule: str
    message: str
    severity: Severity = Severity.HIGH
    certainty: Certainty = Certainty.CERTAIN
    path: str | None = None
    line: int | None = None
    end_line: int | None = None
    column: int | None = None
    commit: str | None = None
    fingerprint: str | None = None
    fix: str | None = None
    help: str | None = None
    suppression: str | None = None
    in_head: bool | None = None
    fails: bool = True
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Something that could not be looked at: why, and what would settle it."""

    reason: str
    settle: str
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a state rests on, in words, with its place where it has one."""

    text: str
    path: str | None = None
    line: int | None = None
    strength: Strength | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one check says about one item. It does not know whether that blocks.

    Attributes:
        item: the item's id, such as `secrets.added`.
        reason: the state in one line of plain words.
        figures: numbers of the item, as the contract names them.
        regressed: whether the change took away what was there before; None where the check compared nothing, or cannot
            tell.
        rows: the lines of a checklist that the item answers.
        needs_network: it was not checked for the one reason that nobody allowed a connection: it then decides nothing.
        seconds: wall time, set by the runner.
    """

    item: str
    state: State
    reason: str
    findings: Sequence[Finding] = ()
    unknowns: Sequence[Unknown] = ()
    evidence: Sequence[Evidence] = ()
    figures: Mapping[str, Json] = field(default_factory=dict)
    rows: Sequence[str] = ()
    regressed: bool | None = None
    needs_network: bool = False
    seconds: float = 0.0
