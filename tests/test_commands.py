"""Commands in comments, and their answers, as text."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import Explain, Misread, Recheck, Waive, answer_command, is_command, parse_command
from bot.model import Answer, Finding, State, Verdict
from tests.render.reports import item, report

_TODAY = date(2026, 11, 29)
_FOUND = [
    Finding(rule="r", message=f"fault {number}", path="a.py", fingerprint=f"{number:016x}") for number in range(12)
]
_REPORT = report(
    Verdict.NO_GO,
    item("secrets.added", "No secret", State.FAIL, "twelve", findings=_FOUND),
    item("policy.changed", "P", State.PASS, "fine"),
)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/gonogo recheck", Recheck()),
        ("\n  /gonogo   recheck  \nthanks", Recheck()),
        ("/gonogo explain secrets.added", Explain("secrets.added")),
        (
            "/gonogo waive secrets.added until 2027-01-31: a test key",
            Waive("secrets.added", date(2027, 1, 31), "a test key", "@bob"),
        ),
        ("/gonogo", Misread("that is no command")),
        ("/gonogo waive x until 2027-13-01: y", Misread("2027-13-01 is no day")),
        ("/gonogo explain Secrets", Misread("that is no command")),
    ],
)
def test_a_command_is_read_from_the_first_line(text: str, command: object) -> None:
    assert is_command(text)
    assert parse_command(text, "bob") == command


@pytest.mark.parametrize("text", ["", "hello", "please /gonogo recheck", "/gonogorecheck", "> /gonogo recheck", "\n\n"])
def test_other_comments_are_no_commands(text: str) -> None:
    assert not is_command(text)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_command_has_an_answer_or_needs_none(text: str) -> None:
    command = parse_command(f"/gonogo {text}", "bob")
    answer = answer_command(command, _REPORT, _TODAY)

    assert (answer is None) == isinstance(command, Recheck)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_whatever_the_reason_the_waiver_is_yaml_that_says_it(reason: str) -> None:
    answer = answer_command(Waive("secrets.added", date(2027, 1, 31), reason, "@bob"), _REPORT, _TODAY)

    assert answer is not None
    entries = yaml.safe_load(answer.code)["waivers"]
    assert [entry["fingerprint"] for entry in entries] == [finding.fingerprint for finding in _FOUND[:10]]
    assert {entry["owner"] for entry in entries} == {"@bob"}
    assert all(isinstance(entry["reason"], str) for entry in entries)
    assert "2 more findings are not in it" in answer.lines


def test_what_an_item_fails_for_is_explained_with_its_place() -> None:
    answer = answer_command(Explain("secrets.added"), _REPORT, _TODAY)

    assert isinstance(answer, Answer)
    assert answer.title == "secrets.added: No secret"
    assert answer.lines[0] == "fail: twelve"
    assert "fails for: fault 0 (a.py)" in answer.lines


def test_an_item_without_findings_has_nothing_to_waive() -> None:
    answer = answer_command(Waive("policy.changed", date(2027, 1, 31), "x", "@bob"), _REPORT, _TODAY)

    assert answer == Answer(title="No waiver for policy.changed", lines=["it has no finding that a waiver could name"])
