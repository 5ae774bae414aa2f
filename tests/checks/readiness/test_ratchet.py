from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.checks import CHECKS
from bot.checks.readiness.check import check_readiness
from bot.model import CheckResult, ItemRequest, Level, Outcome, Request, State
from bot.policy.load import parse_policy
from tests.fixtures import ReadChange
from tests.repo import GitRepo

_POLICY = """\
name: ours
sections: {ready: Ready}
items:
  readiness.ours.limiter:
    section: ready
    required: warn
    settings: {rule: files, strength: configured, files: ["*.py"], pattern: "limit\\\\(", fix: limit it}
  readiness.ours.diagram:
    section: ready
    required: block
    settings: {rule: files, strength: configured, files: ["*.puml"], roles: [docs, product], fix: draw it}
"""
_BASE: dict[str, str | bytes | None] = {
    "README.md": "# Shop\n",
    "shop/app.py": "import x\n\n\nlimit(app)\nrun(app)\n",
    "docs/shop.puml": "@startuml\n@enduml\n",
    "shop/other.py": "y = 1\n",
}

Judge = Callable[[dict[str, str | bytes | None]], dict[str, Outcome]]


@pytest.fixture
def judge(tmp_path: Path, read_change: ReadChange) -> Judge:
    def run(edit: dict[str, str | bytes | None]) -> dict[str, Outcome]:
        repo = GitRepo(tmp_path / "shop")
        repo.commit(_BASE)
        repo.branch("change")
        repo.commit(edit)
        items = parse_policy(_POLICY.encode(), "ours.yml", CHECKS).items
        result = _ask(
            read_change(repo.folder), [ItemRequest(id=i.id, settings=i.settings, matches=i.matches) for i in items]
        )
        return {outcome.item.removeprefix("readiness.ours."): outcome for outcome in result.outcomes}

    return run


def _ask(change: Any, items: list[ItemRequest]) -> CheckResult:  # noqa: ANN401 - a change
    tools: Any = None
    return check_readiness(Request(change=change, items=items, tools=tools, salt=b"", deadline_s=60))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import x\n\n\nrun(app)\n", 3),
        ("import x\n\n\n# limit(app)\nrun(app)\n", 4),
        ("import x\nimport y\n\n\n# limit(app)\nrun(app)\n", 5),
    ],
)
def test_a_pass_that_is_taken_away_is_lost_at_the_line_that_took_it(judge: Judge, text: str, line: int) -> None:
    lost = judge({"shop/app.py": text})["limiter"]

    assert (lost.state, lost.regressed) == (State.FAIL, True)
    found = lost.findings[0]
    assert (found.rule, found.path, found.line, found.fix) == ("regressed", "shop/app.py", line, "limit it")
    assert found.details == {"base": {"path": "shop/app.py", "line": 4}}


def test_what_went_with_its_file_is_named_where_it_was(judge: Judge) -> None:
    lost = judge({"shop/app.py": None, "docs/shop.puml": None})

    assert all(outcome.regressed for outcome in lost.values())
    assert [(f.path, f.line, f.in_head) for f in lost["diagram"].findings[:1]] == [("docs/shop.puml", 1, False)]


@pytest.mark.parametrize(
    "edit",
    [
        {"shop/app.py": "import x\nlimit(app)\n"},
        {"shop/app.py": None, "web/app.py": "limit(app)\n"},
        {"shop/other.py": "y = 2\n"},
        {"shop/new.py": "z = 2\n"},
    ],
)
def test_what_takes_nothing_away_is_as_before(judge: Judge, edit: dict[str, str | bytes | None]) -> None:
    outcomes = judge(edit)

    assert {outcome.regressed for outcome in outcomes.values()} == {False}
    assert outcomes["limiter"].state is State.PASS


def test_what_was_missing_before_is_not_lost(tmp_path: Path, read_change: ReadChange) -> None:
    repo = GitRepo(tmp_path / "shop")
    repo.commit({"shop/app.py": "run(app)\n"})
    repo.branch("change")
    repo.commit({"shop/app.py": "run(app, 2)\n"})
    [item, _] = parse_policy(_POLICY.encode(), "ours.yml", CHECKS).items

    [outcome] = _ask(
        read_change(repo.folder), [ItemRequest(id=item.id, settings=item.settings, matches=item.matches)]
    ).outcomes

    assert (outcome.state, outcome.regressed) == (State.FAIL, False)


def test_a_change_of_prose_asks_of_documents_alone(judge: Judge) -> None:
    quiet = judge({"README.md": "# The shop\n"})

    assert {outcome.state for outcome in quiet.values()} == {State.NOT_APPLICABLE}
    assert {outcome.regressed for outcome in quiet.values()} == {False}


def test_by_the_ratchet_what_is_lost_blocks_and_nothing_else() -> None:
    items = parse_policy(_POLICY.encode(), "ours.yml", CHECKS).items

    assert [(item.level, item.ratchet) for item in items] == [(Level.WARN, True), (Level.BLOCK, True)]


@pytest.mark.parametrize(
    ("readiness", "expected"),
    [
        ("{mode: enforce}", [(Level.WARN, False), (Level.BLOCK, False)]),
        ("{mode: enforce, enforce: [readiness.ours.limiter]}", [(Level.BLOCK, False), (Level.WARN, False)]),
        ("{enforce: [readiness.ours.limiter]}", [(Level.BLOCK, False), (Level.BLOCK, True)]),
        ("{mode: report}", [(Level.WARN, False), (Level.WARN, False)]),
    ],
)
def test_a_policy_says_how_its_list_counts(readiness: str, expected: list[tuple[Level, bool]]) -> None:
    items = parse_policy(f"{_POLICY}readiness: {readiness}\n".encode(), "ours.yml", CHECKS).items

    assert [(item.level, item.ratchet) for item in items] == expected
