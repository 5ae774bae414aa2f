"""What `task NAME` runs of a Taskfile."""

from __future__ import annotations

import pytest

from tests.checks.readiness.facts.workflows.test_workflows import job, ran, run

_FILE = """version: '3'
includes:
  web: ./web
  api:
    taskfile: build/api.yml
    dir: api
tasks:
  default: task --list
  all:
    deps: [lint, {task: unit}]
  lint: golangci-lint run
  unit:
    - task: go
  go:
    dir: server
    cmds:
      - cmd: go test ./...
      - defer: rm -r out
  one:
    cmd: pytest -q
  soft:
    cmds:
      - {task: go, ignore_error: true}
      - {cmd: pytest -q, ignore_error: true}
  softer:
    ignore_error: true
    cmds: [pytest -q]
  round:
    cmds: [{task: round}, {task: ':one'}]
"""
_FILES = {
    "Taskfile.yml": _FILE,
    "web/Taskfile.yaml": "tasks:\n  test:\n    cmds: [{task: inner}, {task: ':one'}]\n  inner: vitest run\n",
    "build/api.yml": "tasks:\n  test: cargo test\n",
}


@pytest.mark.parametrize(
    ("command", "reached"),
    [
        ("task all", ["Taskfile.yml:11 golangci-lint run", "Taskfile.yml:17 go test ./..."]),
        ("task unit", ["Taskfile.yml:17 go test ./..."]),
        ("task one -- -k slow", ["Taskfile.yml:20 pytest -q"]),
        ("task --concurrency 2 one X=1", ["Taskfile.yml:20 pytest -q"]),
        ("task web:test", ["Taskfile.yml:20 pytest -q", "web/Taskfile.yaml:4 vitest run"]),
        ("task -t build/api.yml test", ["build/api.yml:2 cargo test"]),
        ("task api:test", ["build/api.yml:2 cargo test"]),
        ("task -d web inner", ["web/Taskfile.yaml:4 vitest run"]),
        ("task round", ["Taskfile.yml:20 pytest -q"]),
    ],
)
def test_a_task_is_followed_to_its_commands(command: str, reached: list[str]) -> None:
    found = ran({**job(f"      - run: {command}\n"), **_FILES})

    assert sorted(one for one in found if not one.startswith(".github/")) == reached


@pytest.mark.parametrize(
    "command",
    ["task", "task soft", "task softer", "task --dry one", "task -n one", "task none", "task web:none", "task x:y"],
)
def test_what_may_fail_or_is_not_run_leads_nowhere(command: str) -> None:
    found = ran({**job(f"      - run: {command}\n"), **_FILES})

    assert not [one for one in found if "test" in one.partition(" ")[2] and not one.startswith(".github/")]


@pytest.mark.parametrize(("shown", "guards"), [("tparse", True), ("tee out", False)])
def test_what_a_template_puts_in_hides_no_command(shown: str, *, guards: bool) -> None:
    commands = f"      - '{{{{.PATH}}}} go test {{{{.A | default 1}}}} | {shown}'\n"
    text = f"tasks:\n  t:\n    dir: '{{{{.ROOT}}}}'\n    cmds:\n{commands}"
    found = [one for one in run({**job("      - run: task t\n"), "Taskfile.yml": text}) if one.words[0] == "go"]

    assert [(one.text, one.folder, one.guards) for one in found] == [("go test ${TASK}", "${TASK}", guards)]
