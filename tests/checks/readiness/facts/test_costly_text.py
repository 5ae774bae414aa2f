"""Text that is made to cost: it is read in time that grows with its length, and what is left out is told."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from bot.checks.readiness.facts.reach.standing import SERVER
from tests.checks.readiness.look import Content, look

_SECONDS = 5.0
_LONG = 60_000
_NESTED = "".join(f"k{n}: &k{n} [{f'*k{n - 1}' if n else '1'}]\n" for n in range(1_000))
_CALLS = "runs:\n  using: composite\n  steps:\n" + "    - uses: ./.github/actions/b\n" * 60


def _workflow(script: str) -> dict[str, Content]:
    return {
        ".github/workflows/ci.yml": f"on: pull_request\njobs:\n  a:\n    steps:\n      - run: |\n          {script}\n"
    }


@pytest.mark.parametrize(
    ("fact", "files"),
    [
        ("terraform", {"a.tf": 'resource "a" "b" {' + '"' * _LONG}),
        ("terraform", {"a.tf": 'resource "a" "b" {}\n' * 20_000}),
        ("images", {"Dockerfile": "FROM a\n" + "RUN a <<E\n" * 2_900}),
        ("workflows", _workflow("${{" * 20_000)),
        ("workflows", _workflow("$(" * 20_000)),
        ("workflows", {**_workflow("make test"), "Makefile": " " * _LONG + "\n" + "test:\n\techo\n"}),
        ("workflows", {**_workflow("tox"), "tox.ini": "commands =" + "\n" * _LONG}),
        ("workflows", {"Jenkinsfile": "sh" + " " * _LONG}),
        ("dependencies", {"a.toml": "[" + " " * _LONG}),
        ("dependencies", {"build.gradle": "implementation" + " " * _LONG}),
        ("dependencies", {"build.gradle": "\n" * _LONG}),
    ],
)
def test_it_is_read_in_seconds(fact: str, files: Mapping[str, Content]) -> None:
    seen = look(files)
    started = time.process_time()

    getattr(seen, fact)
    for path in files:
        seen.files.parsed(path)

    assert time.process_time() - started < _SECONDS


@pytest.mark.parametrize(
    ("fact", "files", "path"),
    [
        ("terraform", {"a.tf": "# x\n" * 200_000}, "a.tf"),
        ("images", {"Dockerfile": "FROM a\n" + "RUN b\n" * 4_000}, "Dockerfile"),
        (
            "workflows",
            {
                ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n"
                + "      - uses: ./.github/actions/a\n" * 60,
                ".github/actions/a/action.yml": _CALLS,
                ".github/actions/b/action.yml": "runs:\n  using: composite\n  steps:\n    - run: echo\n",
            },
            ".github/workflows/ci.yml",
        ),
    ],
)
def test_what_is_too_long_to_be_followed_is_told(fact: str, files: Mapping[str, Content], path: str) -> None:
    seen = look(files)

    getattr(seen, fact)

    assert path in seen.files.faults


def test_aliases_deepen_a_document_as_what_they_stand_for_does() -> None:
    seen = look({"a.yml": _NESTED})

    assert seen.files.parsed("a.yml") is None
    assert "levels deep" in seen.files.faults["a.yml"].reason


def test_whether_a_file_of_empty_lines_runs_on_a_server_is_told_in_seconds() -> None:
    started = time.process_time()

    assert not SERVER.search("\n" * _LONG)
    assert time.process_time() - started < _SECONDS
