"""The action's inputs and the runner's variables: strict, and silent about their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.inputs import Inputs, parse_inputs, parse_runner
from bot.settings import Limits

_RUNNER = {
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_EVENT_PATH": "/github/workflow/event.json",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_WORKSPACE": "/github/workspace",
}


def test_what_is_empty_or_not_there_is_the_default() -> None:
    given = parse_inputs({"INPUT_POLICY": "", "INPUT_NUMBER": " ", "INPUT_UNKNOWN": "x", "PATH": "/bin"})

    assert given == Inputs.model_validate({})
    assert given.limits() == Limits()


def test_names_have_hyphens_in_the_environment_too() -> None:
    given = parse_inputs({"INPUT_MAX-FILE-BYTES": "10", "INPUT_CHECK-RUN": "False", "INPUT_TIME-BUDGET": "7"})

    assert (given.max_file_bytes, given.check_run) == (10, False)
    assert given.limits() == Limits(max_file_bytes=10, budget_s=7.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMENT", "yes"),
        ("COMMENT", "1"),
        ("STATUS", "on"),
        ("NUMBER", "0"),
        ("NUMBER", "1.5"),
        ("NUMBER", "seven"),
        ("NUMBER", "9" * 30),
        ("NAME", "-->"),
        ("NAME", "a\nb"),
        ("NAME", "a" * 51),
        ("NAME", "(x)"),
        ("DIRECTORY", "/etc"),
        ("DIRECTORY", "a/../../b"),
        ("DIRECTORY", "a\0b"),
        ("MAX-FILE-BYTES", "-1"),
        ("TIME-BUDGET", "100000"),
    ],
)
def test_a_value_that_cannot_be_is_one_line_that_names_the_input(name: str, value: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_inputs({f"INPUT_{name}": value})

    assert str(raised.value).startswith(f"input `{name.lower()}`: ")
    assert "\n" not in str(raised.value)
    assert value not in str(raised.value).removeprefix(f"input `{name.lower()}`: ") or value in {"1", "on", "0"}


def test_the_token_shows_in_no_representation() -> None:
    given = parse_inputs({"INPUT_TOKEN": "ghs_secret"})

    assert "ghs_secret" not in f"{given!r} {given} {given.model_dump()}"
    assert given.token.get_secret_value() == "ghs_secret"


def test_addresses_follow_the_server() -> None:
    runner = parse_runner({**_RUNNER, "GITHUB_SERVER_URL": "https://git.acme.example/", "GITHUB_RUN_ID": "12"})

    assert runner.repository_url == "https://git.acme.example/acme/shop"
    assert runner.run_url == "https://git.acme.example/acme/shop/actions/runs/12"
    assert (runner.output, runner.workspace) == (None, Path("/github/workspace"))


@pytest.mark.parametrize("name", list(_RUNNER))
def test_a_variable_of_the_runner_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is not set; `gonogo action` runs inside GitHub Actions"):
        parse_runner({key: value for key, value in _RUNNER.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_REPOSITORY", "acme"),
        ("GITHUB_REPOSITORY", "acme/shop/../../other"),
        ("GITHUB_API_URL", "file:///etc"),
        ("GITHUB_API_URL", "https://api.github.com/?x"),
        ("GITHUB_RUN_ID", "one"),
    ],
)
def test_a_variable_of_the_runner_that_cannot_be_is_named(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"^{name}: "):
        parse_runner({**_RUNNER, name: value})
