"""What a command of a pipeline does to code: runs its tests, and of which kind. `runners.yml` knows the programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bot.checks.readiness.facts.workflows import Ran

_QUESTIONS = frozenset(
    {"--version", "-V", "--help", "--collect-only", "--co", "--fixtures", "--markers", "--setup-plan", "--setup-only"}
    | {"--list", "--listTests", "--list-tests", "--list-suites", "--list-groups", "--listFiles"}
)


class Kind(StrEnum):
    """What a test run is about."""

    UNIT = "unit"
    E2E = "e2e"
    PERFORMANCE = "performance"


@cache
def _table() -> Mapping[str, Any]:
    text = files("bot.checks.readiness.facts").joinpath("runners.yml").read_text("utf-8")
    table: Mapping[str, Any] = yaml.safe_load(text)
    return table


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The commands of a row of the table, with any folder before the program."""
    return re.compile(rf"(?:\S*/)?(?:{'|'.join(_table()[name])})(?:\s|$)")


@cache
def _built(tool: str, tasks: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\S*/)?(?:{_table()[tool]})\s(?:.*[\s:])?{_table()[tasks]}(?:\s|$)")


@cache
def _aimed() -> re.Pattern[str]:
    around = r"[\s/:=_.\"'-]"
    return re.compile(rf"(?:^|{around})(?:{'|'.join(_table()['e2e_words'])})(?:$|{around})")


@cache
def _endings() -> Sequence[tuple[re.Pattern[str], frozenset[str], re.Pattern[str]]]:
    return [
        (
            re.compile(rf"(?:\S*/)?(?:{row['programs']})(?:\s|$)"),
            frozenset(row["collect"].split()),
            re.compile(row.get("paths", "")),
        )
        for row in _table()["endings"]
    ]


def kinds_of(ran: Ran) -> frozenset[Kind]:
    """What kinds of tests a command or an action runs; empty where it runs none."""
    if ran.action is not None:
        rows = (("e2e_actions", Kind.E2E), ("performance_actions", Kind.PERFORMANCE), ("unit_actions", Kind.UNIT))
        return frozenset(kind for row, kind in rows if _pattern(row).match(ran.text))
    if not _QUESTIONS.isdisjoint(ran.words[1:]):
        return frozenset()
    if _pattern("performance").match(ran.text):
        return frozenset({Kind.PERFORMANCE})
    if _pattern("e2e").match(ran.text):
        return frozenset({Kind.E2E, Kind.UNIT} if _pattern("both").match(ran.text) else {Kind.E2E})
    if not _runs_any(ran):
        return frozenset()
    aimed = _aimed().search(ran.text.partition(" ")[2]) and not leaves_out_e2e(ran)
    return frozenset({Kind.E2E if aimed else Kind.UNIT})


def leaves_out_e2e(ran: Ran) -> bool:
    """Whether a command that runs tests says that it runs no end-to-end tests."""
    return any(re.search(pattern, ran.text) for pattern in _table()["not_e2e"])


def leaves_out_tests(ran: Ran) -> bool:
    """Whether a command that builds says that it runs no tests."""
    return any(re.search(pattern, ran.text) for pattern in _table()["without_tests"])


def _runs_any(ran: Ran) -> bool:
    if leaves_out_tests(ran):
        return False
    if _built("maven", "maven_goals").match(ran.text) or _built("gradle", "gradle_tasks").match(ran.text):
        return True
    return bool(_pattern("unit").match(ran.text))


def collects(ran: Ran, path: str) -> bool:
    """Whether the runner of a command collects such a file, by its ending and place; one of any language does."""
    # Rails runs its system tests where it is told to, and not among the others.
    of_rails = ran.words[0].rpartition("/")[2] in {"rails", "rake"} and "test" in ran.words[1:]
    if of_rails and "test/system/" in path and not re.search("system|test:all", ran.text):
        return False
    for pattern, endings, paths in _endings():
        if pattern.match(ran.text):
            return path.rpartition(".")[2] in endings and paths.search(path) is not None
    return True
