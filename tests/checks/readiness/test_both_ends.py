"""Items judged on a second processor as well: the outcomes are the same, whatever becomes of that."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest

from bot.checks import CHECKS
from bot.checks.readiness import both_ends
from bot.checks.readiness.check import check_readiness
from bot.checks.readiness.judged import Judged
from bot.model import Ahead, CheckResult, ItemRequest, Request, State
from bot.policy.load import shipped_policy
from tests.fixtures import ReadChange
from tests.repo import GitRepo

_BASE: dict[str, str | bytes | None] = {
    "package.json": '{"dependencies": {"express": "5", "helmet": "8", "express-rate-limit": "7"}, "main": "server.js"}',
    "server.js": (
        'const app = require("express")();\nconst helmet = require("helmet");\n'
        'const limit = require("express-rate-limit");\napp.use(helmet());\n'
        "app.use(limit({ windowMs: 60000, max: 100 }));\n"
        'app.get("/health", (req, res) => res.send("ok"));\napp.listen(3000);\n'
    ),
    "Dockerfile": "FROM node:22 AS build\nFROM node:22-slim\nCOPY --from=build /a /a\nHEALTHCHECK CMD curl /health\n",
}
_EDIT: dict[str, str | bytes | None] = {
    "server.js": 'const app = require("express")();\napp.get("/a", (req, res) => res.send("ok"));\napp.listen(3000);\n',
    "Dockerfile": "FROM node:22\n",
}


class _Second:
    """Makes some things at once, and hands them over as another process would."""

    def __init__(self, makes: Callable[[int], bool]) -> None:
        self._makes = makes
        self.taken = 0

    def start(self, make: Callable[[int], object], count: int) -> Self:
        self._made = {number: pickle.dumps(make(number)) for number in range(count) if self._makes(number)}
        return self

    def take(self, number: int) -> object:
        self.taken += number in self._made
        return pickle.loads(self._made.pop(number)) if number in self._made else None  # noqa: S301 - its own

    def want(self, numbers: Iterable[int]) -> None:
        pass


class _Forked(_Second):
    """Makes them from the last one on, in a process that shares nothing with the check but what was known before."""

    def start(self, make: Callable[[int], object], count: int) -> Self:
        ready, told = os.pipe()
        if not os.fork():
            with os.fdopen(told, "wb") as pipe:
                pickle.dump({number: pickle.dumps(make(number)) for number in reversed(range(count))}, pipe)
            os._exit(0)
        os.close(told)
        with os.fdopen(ready, "rb") as pipe:
            self._made = pickle.load(pipe)  # noqa: S301 - its own
        os.wait()
        return self


@pytest.fixture
def ask(tmp_path: Path, read_change: ReadChange) -> Callable[[Ahead | None], CheckResult]:
    repo = GitRepo(tmp_path / "shop")
    repo.commit(_BASE)
    repo.branch("change")
    repo.commit(_EDIT)
    items = shipped_policy("production-readiness", CHECKS).items
    asked = [ItemRequest(id=item.id, settings=item.settings, matches=item.matches) for item in items]
    tools: Any = None

    def run(ahead: Ahead | None, *, audit: bool = False) -> CheckResult:
        change = read_change(repo.folder)
        change = replace(change, audit=True, files=()) if audit else change
        return check_readiness(Request(change=change, items=asked, tools=tools, salt=b"", deadline_s=60, ahead=ahead))

    return run


@pytest.mark.parametrize("makes", [lambda _: True, lambda number: number % 2 > 0, lambda _: False])
def test_the_outcomes_are_the_same_whoever_judges(
    makes: Callable[[int], bool], ask: Callable[[Ahead | None], CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both_ends, "_WORTH_FILES", 0)
    second = _Second(makes)

    alone, helped = ask(None), ask(second)

    assert {one.item for one in alone.outcomes if one.regressed} >= {
        "readiness.security.rate-limiting",
        "readiness.security.security-headers",
    }
    assert helped == alone
    assert (second.taken > 0) == makes(1)


def test_where_there_is_little_to_judge_nothing_is_begun(ask: Callable[[Ahead | None], CheckResult]) -> None:
    second = _Second(lambda _: pytest.fail("something is made"))

    assert ask(second) == ask(None)


def test_what_ended_early_beside_is_judged_here(
    ask: Callable[[Ahead | None], CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    class EndsEarly(_Second):
        def take(self, number: int) -> object:
            made: Any = super().take(number)
            if made is None:
                return None
            return Judged(state=State.NOT_CHECKED, reason=""), replace(made[1], ended_early=True)

    monkeypatch.setattr(both_ends, "_WORTH_FILES", 0)
    second = EndsEarly(lambda _: True)

    assert ask(second) == ask(None)
    assert second.taken


@pytest.mark.parametrize("makes", [lambda _: True, lambda number: number % 2 > 0])
def test_an_audit_is_the_same_whoever_judges(
    makes: Callable[[int], bool], ask: Callable[..., CheckResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both_ends, "_WORTH_FILES", 0)
    second = _Second(makes)

    assert ask(second, audit=True) == ask(None, audit=True)
    assert second.taken


def test_where_something_is_broken_each_item_hears_of_it_that_does_without_help(
    tmp_path: Path, read_change: ReadChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(both_ends, "_WORTH_FILES", 0)
    repo = GitRepo(tmp_path / "shop")
    repo.commit({**_BASE, "package.json": "{", "web/package.json": "{"})
    repo.branch("change")
    repo.commit(_EDIT)
    items = shipped_policy("production-readiness", CHECKS).items
    asked = [ItemRequest(id=item.id, settings=item.settings, matches=item.matches) for item in items]
    change = replace(read_change(repo.folder), audit=True, files=())
    tools: Any = None

    def run(ahead: Ahead | None) -> CheckResult:
        return check_readiness(Request(change=change, items=asked, tools=tools, salt=b"", deadline_s=60, ahead=ahead))

    assert run(_Forked(lambda _: True)) == run(None)
