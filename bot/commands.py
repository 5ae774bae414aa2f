"""What people may ask for in a comment on a pull request, and the answers.

In the first line: `/gonogo recheck`, `/gonogo explain ITEM`, `/gonogo waive ITEM until YYYY-MM-DD: REASON`.
A command never changes what counts: a waiver is given as text that somebody has to commit at the base.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias, assert_never

from bot.model import Answer, Item, Report

_NAME: Final = "/gonogo"
_ITEM: Final = r"(?P<item>[a-z0-9][a-z0-9._#-]{0,99})"
_EXPLAIN: Final = re.compile(rf"explain\s+{_ITEM}")
_WAIVE: Final = re.compile(
    rf"waive\s+{_ITEM}\s+until\s+(?P<day>\d{{4}}-\d{{2}}-\d{{2}})\s*:\s*(?P<reason>\S.{{0,299}})"
)
_USAGE: Final = (
    "/gonogo recheck: judges again",
    "/gonogo explain ITEM: says what an item rests on and what would settle it",
    "/gonogo waive ITEM until YYYY-MM-DD: REASON: gives the lines to add to the policy at the base",
)
_MAX_SHOWN: Final = 10


@dataclass(frozen=True)
class Recheck:
    """Judge again."""


@dataclass(frozen=True)
class Explain:
    """Say more of an item."""

    item: str


@dataclass(frozen=True)
class Waive:
    """Give the text of a waiver, for which `owner` answers."""

    item: str
    until: date
    reason: str
    owner: str


@dataclass(frozen=True)
class Misread:
    """No command that is known."""

    reason: str


Command: TypeAlias = Recheck | Explain | Waive | Misread


def is_command(text: str) -> bool:
    """Whether a comment's first line is meant for gonogo."""
    return _words(text) is not None


def parse_command(text: str, login: str) -> Command:
    """The command in a comment that is one; `login` wrote it."""
    words = _words(text) or ""
    if words == "recheck":
        return Recheck()
    if found := _EXPLAIN.fullmatch(words):
        return Explain(found["item"])
    if found := _WAIVE.fullmatch(words):
        try:
            return Waive(found["item"], date.fromisoformat(found["day"]), found["reason"].strip(), f"@{login}")
        except ValueError:
            return Misread(f"{found['day']} is no day")
    return Misread("that is no command")


def _words(text: str) -> str | None:
    """What stands after `/gonogo` in the first line; None where it does not begin so."""
    first = next((line.strip() for line in text[:5_000].splitlines() if line.strip()), "")
    name, _, words = first.partition(" ")
    return words.strip() if name == _NAME else None


def answer_command(command: Command, report: Report, today: date) -> Answer | None:
    """What to say in the comment; None where the report itself is the answer."""
    match command:
        case Recheck():
            return None
        case Explain():
            return _explain(command.item, report)
        case Waive():
            return _waive(command, report, today)
        case Misread():
            return Answer(title=f"gonogo did not understand: {command.reason}", lines=_USAGE)
    assert_never(command)


def _find(name: str, report: Report) -> Item | None:
    return next((item for item in report.items if item.id == name), None)


def _unknown_item(name: str, report: Report) -> Answer:
    known = [item.id for item in report.items if item.id.startswith(name.partition(".")[0])] or [
        item.id for item in report.items
    ]
    return Answer(title=f"There is no item {name} here", lines=[f"there is {one}" for one in known[:_MAX_SHOWN]])


def _explain(name: str, report: Report) -> Answer:
    item = _find(name, report)
    if item is None:
        return _unknown_item(name, report)
    return Answer(title=f"{item.id}: {item.title}", lines=list(_explanation(item, report)))


def _explanation(item: Item, report: Report) -> Iterator[str]:
    outcome = item.outcome
    yield f"{outcome.state}: {outcome.reason}"
    decides = "decides" if item.required else "does not decide"
    yield f"it {decides} the verdict, says the policy {report.policy.name} ({report.policy.source})"
    yield from (f"waits for the list's line: {row}" for row in outcome.rows[:_MAX_SHOWN])
    yield from (f"rests on: {seen.text}{_at(seen.path, seen.line)}" for seen in outcome.evidence[:_MAX_SHOWN])
    for unknown in outcome.unknowns[:_MAX_SHOWN]:
        yield f"not looked at: {unknown.reason}{_at(unknown.path, unknown.line)}; to settle it: {unknown.settle}"
    for finding in [finding for finding in outcome.findings if finding.fails][:_MAX_SHOWN]:
        fix = f"; to fix it: {finding.fix.splitlines()[0]}" if finding.fix else ""
        yield f"fails for: {finding.message}{_at(finding.path, finding.line)}{fix}"


def _at(path: str | None, line: int | None) -> str:
    return "" if path is None else f" ({path}{f':{line}' if line else ''})"


def _waive(asked: Waive, report: Report, today: date) -> Answer:
    item = _find(asked.item, report)
    if item is None:
        return _unknown_item(asked.item, report)
    if asked.until < today:
        return Answer(title=f"No waiver for {asked.item}", lines=[f"{asked.until.isoformat()} is over"])
    marks = [finding.fingerprint for finding in item.outcome.findings if finding.fails and finding.fingerprint]
    if not marks:
        return Answer(title=f"No waiver for {asked.item}", lines=["it has no finding that a waiver could name"])
    left = f"{len(marks) - _MAX_SHOWN} more findings are not in it" if len(marks) > _MAX_SHOWN else ""
    return Answer(
        title=f"The text of a waiver for {asked.item}",
        lines=[
            "it waives nothing yet: add it to .github/gonogo.yml on the base branch, in a change of its own",
            *([left] if left else []),
        ],
        code="waivers:\n" + "".join(_entry(asked, mark) for mark in dict.fromkeys(marks[:_MAX_SHOWN])),
    )


def _entry(asked: Waive, fingerprint: str) -> str:
    # JSON's quotes are YAML's, and hold what the commenter wrote together.
    owner, reason = json.dumps(asked.owner), json.dumps(asked.reason)
    return (
        f"  - item: {asked.item}\n    fingerprint: {json.dumps(fingerprint)}\n    owner: {owner}\n"
        f"    reason: {reason}\n    expires: {asked.until.isoformat()}\n"
    )
