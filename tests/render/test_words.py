"""Every format says the verdict in the same words and links to the same places."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from bot.model import Certainty, Finding, Item, Level, Report, Severity, State, Verdict
from bot.render.words import (
    commit_place,
    count,
    finding_place,
    finding_rank,
    open_items,
    place,
    settled_items,
    shorten,
    state_word,
    verdict_reason,
)
from tests.render.reports import BASE, GO, HEAD, NO_GO, OLDER, TOKEN_IN_HISTORY, item, report

BLOB = f"https://github.com/octo/shop/blob/{HEAD}"


def required(*states: State) -> list[Item]:
    return [item(f"a.{number}", f"Item {number}", state, "so") for number, state in enumerate(states)]


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        (report(Verdict.GO, *required(State.PASS)), "the one required item passes"),
        (report(Verdict.GO, *required(State.PASS, State.PASS)), "both required items pass"),
        (
            report(Verdict.GO, *required(State.PASS, State.PASS, State.WAIVED, State.NOT_APPLICABLE)),
            "2 of 4 required items pass, 1 is waived, 1 does not apply",
        ),
        (
            report(Verdict.GO, *required(State.NOT_APPLICABLE, State.NOT_APPLICABLE)),
            "no required item applies to this change",
        ),
        (
            report(Verdict.GO, *required(State.PASS, State.NOT_CHECKED)),
            "1 of 2 required items passes, 1 was not checked",
        ),
        (report(Verdict.NO_GO, *required(State.FAIL)), "the one required item fails"),
        (report(Verdict.NO_GO, *required(State.FAIL, State.PASS, State.PASS)), "1 of 3 required items fails"),
        (report(Verdict.NO_GO, *required(State.FAIL, State.FAIL, State.PASS)), "2 of 3 required items fail"),
        (
            report(Verdict.NO_GO, *required(State.FAIL, State.NOT_CHECKED, State.NEEDS_SIGN_OFF, State.PENDING)),
            "1 of 4 required items fails, 1 was not checked, 1 needs a sign-off, 1 is waiting for a result",
        ),
        (
            report(Verdict.PENDING, *required(State.PENDING, State.PASS)),
            "1 of 2 required items is waiting for a result",
        ),
        (report(Verdict.GO, commits=0, files=0), "there is nothing to check, the change is empty"),
        (report(Verdict.GO), "the policy requires no item"),
        (report(Verdict.NO_GO, *required(State.PASS)), "the one required item passes"),
    ],
)
def test_the_verdict_is_said_in_plain_words(judged: Report, words: str) -> None:
    assert verdict_reason(judged) == words


def test_an_item_that_is_not_required_is_not_counted_and_its_failure_is_a_warning() -> None:
    warned = item("a.9", "Nine", State.FAIL, "so", level=Level.WARN)

    assert verdict_reason(report(Verdict.GO, *required(State.PASS), warned)) == "the one required item passes"
    assert state_word(warned) == "warning"
    assert state_word(replace(warned, level=Level.BLOCK)) == "fail"


def test_what_stands_in_the_way_comes_first_then_warnings_then_the_rest() -> None:
    warned = item("a.1", "One", State.FAIL, "so", level=Level.WARN)
    passed = item("a.2", "Two", State.PASS, "so")
    failed = item("a.3", "Three", State.NOT_CHECKED, "so")
    unasked = item("a.4", "Four", State.FAIL, "so", level=Level.OFF)
    judged = report(Verdict.NO_GO, warned, passed, failed, unasked)

    assert open_items(judged) == [failed, warned]
    assert settled_items(judged) == [passed]


def test_findings_are_ranked_worst_first() -> None:
    ranked = [
        Finding(rule="r", message="m", severity=Severity.CRITICAL),
        Finding(rule="r", message="m", severity=Severity.HIGH, path="a", line=1),
        Finding(rule="r", message="m", severity=Severity.HIGH, path="a", line=2),
        Finding(rule="r", message="m", severity=Severity.HIGH, certainty=Certainty.LIKELY),
        Finding(rule="r", message="m", severity=Severity.LOW),
        Finding(rule="r", message="m", severity=Severity.CRITICAL, fails=False),
    ]

    assert sorted([*ranked[3:], *ranked[:3]], key=finding_rank) == ranked


@pytest.mark.parametrize(
    ("path", "line", "end_line", "url"),
    [
        ("src/app.py", None, None, f"{BLOB}/src/app.py"),
        ("src/app.py", 3, None, f"{BLOB}/src/app.py#L3"),
        ("src/app.py", 3, 3, f"{BLOB}/src/app.py#L3"),
        ("src/app.py", 3, 5, f"{BLOB}/src/app.py#L3-L5"),
        ("README.md", 3, None, f"{BLOB}/README.md?plain=1#L3"),
        ("a b#?.py", 1, None, f"{BLOB}/a%20b%23%3F.py#L1"),
        (os.fsdecode(b"\xff"), None, None, f"{BLOB}/%FF"),
        ("../../../evil/repo", None, None, None),
        ("/etc/passwd", None, None, None),
        ("a/./b", None, None, None),
        ("x" * 2000, None, None, None),
    ],
)
def test_a_place_links_to_its_lines_at_the_head(
    path: str, line: int | None, end_line: int | None, url: str | None
) -> None:
    found = place(GO, path, line, end_line)

    assert found is not None
    assert found.url == url
    assert found.text == (path if line is None else f"{path}:{line}")


def test_a_finding_that_left_the_files_links_to_its_commit() -> None:
    found = finding_place(NO_GO, TOKEN_IN_HISTORY)

    assert found is not None
    assert found.url == f"https://github.com/octo/shop/blob/{OLDER}/scripts/deploy.sh#L7"


def test_on_a_laptop_and_for_a_made_up_commit_there_are_no_links() -> None:
    assert place(replace(GO, url=None), "a", 1) == place(replace(GO, head="HEAD"), "a", 1)
    assert commit_place(GO, "../../evil").url is None
    assert commit_place(replace(GO, url="javascript:alert(1)//"), BASE).url is None


def test_numbers_and_object_ids_are_written_as_people_do() -> None:
    assert [count(number, "file") for number in (0, 1, 2, 1000)] == ["0 files", "1 file", "2 files", "1,000 files"]
    assert shorten(f".github/gonogo.yml at {BASE}") == ".github/gonogo.yml at 4b825dc"
