"""What is built to take long, or to look as if it ran something, costs little and runs nothing."""

from __future__ import annotations

import time

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_WORKFLOW = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
_CODE = {
    "app/items.py": "def count():\n    return 1\n",
    "tests/test_items.py": "def test_count():\n    assert count() == 1\n",
    "requirements.txt": "pytest\n",
}
_STAGES = "FROM python AS base\nCOPY . .\nFROM base\nRUN pytest\n"
_COMPOSE = "services:\n  db: {image: postgres}\n  checks: {build: ., command: pytest}\n"
_TASKS = {"Taskfile.yml": "tasks:\n  test: pytest\n", "sub/Taskfile.yml": "tasks:\n  test: echo\n"}


def _state(files: dict[str, str], *commands: str) -> State:
    workflow = _WORKFLOW + "".join(f"          {one}\n" for one in commands)
    return ask_item("testing.unit-tests", {**_CODE, **files, ".github/workflows/ci.yml": workflow}).state


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"Dockerfile": _STAGES}, "docker build --check ."),
        ({"Dockerfile": _STAGES}, "docker build --call=check ."),
        ({"compose.yml": _COMPOSE}, "docker compose run --entrypoint true checks"),
        ({"compose.yml": _COMPOSE}, "docker compose up --no-start --exit-code-from checks"),
        (_TASKS, "task --taskfile=sub/Taskfile.yml test"),
        (_TASKS, "task --dir=sub test"),
        (_TASKS, "task --dir sub test"),
        ({"mise.toml": '[tasks]\ntest = "pytest"\n'}, "mise run --dry-run test"),
    ],
)
def test_what_is_told_to_run_nothing_runs_no_tests(files: dict[str, str], command: str) -> None:
    assert _state(files, command) is State.FAIL


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"Dockerfile": _STAGES}, "docker build ."),
        ({"compose.yml": _COMPOSE}, "docker compose run --rm checks"),
        ({"compose.yml": _COMPOSE}, "docker compose up --exit-code-from checks"),
        (_TASKS, "task test"),
        ({"ci/Taskfile.yml": "tasks:\n  test: pytest\n"}, "task --dir=ci test"),
        ({"mise.toml": '[tasks]\ntest = "pytest"\n'}, "mise run test"),
    ],
)
def test_what_is_told_to_run_tests_runs_them(files: dict[str, str], command: str) -> None:
    assert _state(files, command) is State.PASS


_MANY = " ".join(f"a{at}" for at in range(40_000))
_RUNS = [f"make test V={at}" for at in range(400)]


@pytest.mark.parametrize(
    ("files", "commands"),
    [
        ({"Makefile": "test:\n\ttrue\n" + "".join(f" a{at}: b\n" for at in range(60_000))}, ["make test"]),
        ({"Makefile": f"{_MANY}: {_MANY}\n\ttrue\n"}, ["make a1"]),
        ({"Makefile": "test:\n\ttrue\n" + "a: b\n\tc\n" * 50_000}, _RUNS),
        ({"compose.yml": f"services:\n  checks:\n    command: {'/a' * 200_000}\n"}, ["docker compose run checks"]),
        ({"Dockerfile": "FROM x\nCOPY " + "a " * 40 + "/\n" + "RUN lint a\n" * 2_900}, ["docker build ."]),
        ({"Taskfile.yml": f"tasks:\n  test:\n    deps: [{', '.join(_MANY.split())}]\n"}, ["task test"]),
    ],
    ids=["rules-in-recipes", "targets-and-needs", "sets-of-variables", "long-path", "checks-of-image", "needs-of-task"],
)
def test_files_that_are_built_to_take_long_cost_little(files: dict[str, str], commands: list[str]) -> None:
    started = time.process_time()

    assert _state({**files, **{f"src/a{at}/b.py": "" for at in range(500)}}, *commands) is not State.PASS
    assert time.process_time() - started < 8
