from __future__ import annotations

import pytest

from bot.model import NotRead, State
from tests.checks.readiness.look import ask, places

_TREE = {
    "src/app.py": "x = 1\nlimit(app)\n# other(app)\n",
    "tests/app.py": "other(app)\n",
    "empty.toml": "\n",
}


def test_a_line_of_a_file_is_evidence_with_its_place() -> None:
    judged = ask("files", _TREE, files=["*.py"], pattern=r"LIMIT\(", strength="configured")

    assert (judged.state, places(judged)) == (State.PASS, ["src/app.py:2"])


@pytest.mark.parametrize(
    "settings", [{"files": ["*.py"], "pattern": r"other\("}, {"files": ["*.go"]}, {"files": ["*.toml"]}]
)
def test_comments_tests_and_empty_files_are_none(settings: dict[str, object]) -> None:
    judged = ask("files", _TREE, strength="configured", **settings)

    assert (judged.state, [found.fix for found in judged.missing]) == (State.FAIL, ["mend it"])


def test_less_than_what_is_asked_fails_and_says_so() -> None:
    judged = ask("files", _TREE, files=["*.py"], pattern="limit", strength="wired")

    assert judged.state is State.FAIL
    assert judged.reason.startswith("configured, not wired: ")
    assert [(found.path, found.line) for found in judged.missing] == [("src/app.py", 2)]


def test_a_file_that_is_not_read_is_told() -> None:
    judged = ask("files", {"a.py": NotRead("too large", "raise the limit")}, files=["*.py"], pattern="x")

    assert (judged.state, [unknown.path for unknown in judged.unknowns]) == (State.FAIL, ["a.py"])


def test_it_may_ask_for_a_person_instead() -> None:
    assert ask("files", {}, files=["*.py"], otherwise="needs-sign-off").state is State.NEEDS_SIGN_OFF
