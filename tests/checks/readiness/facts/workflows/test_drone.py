from __future__ import annotations

import pytest

from bot.checks.readiness.facts.workflows.conditions import EVERY
from bot.model import State
from tests.checks.readiness.look import ask_item, look

_WOODPECKER = """\
when:
  - event: [pull_request, cron]
steps:
  test:
    image: golang:1.26
    commands:
      - go vet ./...
      - go test ./...
  scan:
    image: docker.io/woodpeckerci/plugin-trivy:1.6.0
    settings: {server: scanner}
    failure: ignore
    when:
      - event: tag
      - evaluate: 'CI_COMMIT_PULL_REQUEST_LABELS contains "scan"'
services:
  scanner:
    image: postgres:18
"""
_DRONE = """\
kind: pipeline
name: build
trigger: {event: {exclude: [pull_request]}}
steps:
- name: image
  image: plugins/docker:20
  settings: {dockerfile: a/Dockerfile}
---
kind: pipeline
name: tell
steps:
- name: say
  image: alpine
  commands: [./say]
  when: {status: [failure]}
"""


def test_steps_of_woodpecker_run_commands_and_plugins_on_their_events() -> None:
    [pipeline] = look({".woodpecker/ci.yml": _WOODPECKER}).workflows.pipelines
    [job] = pipeline.jobs
    vet, test, scan = job.steps

    assert pipeline.triggers == {"pull_request", "schedule"}
    assert (vet.script, vet.place.line, test.place.line, test.events) == ("go vet ./...", 7, 8, EVERY)
    assert (scan.uses, scan.given, scan.soft) == ("woodpeckerci/plugin-trivy@1.6.0", {"server": "scanner"}, True)
    assert scan.events == {"tag", "manual"}
    assert job.services == ["postgres:18"]


def test_each_document_of_drone_is_a_pipeline() -> None:
    build, tell = look({".drone.yml": _DRONE}).workflows.pipelines

    assert "pull_request" not in build.triggers
    assert build.jobs[0].steps[0].uses == "plugins/docker@20"
    assert (tell.jobs[0].name, tell.jobs[0].steps[0].after_failure) == ("tell", True)


@pytest.mark.parametrize(
    ("told", "expected"),
    [("", State.PASS), ("    failure: ignore\n", State.FAIL), ("    when: {event: manual}\n", State.FAIL)],
)
def test_a_plugin_that_scans_holds_up_what_it_runs_on(told: str, expected: State) -> None:
    step = f"steps:\n  scan:\n    image: woodpeckerci/plugin-trivy:1\n    settings: {{dir: .}}\n{told}"

    assert ask_item("cicd.security-scanning", {".woodpecker.yml": step}).state is expected


@pytest.mark.parametrize(("image", "expected"), [("plugins/docker", State.PASS), ("plugins/slack", State.FAIL)])
def test_a_plugin_builds_the_image_that_its_settings_name(image: str, expected: State) -> None:
    files = {
        "docker/Dockerfile.web": "FROM golang AS build\nRUN go build -o /a\nFROM scratch\nCOPY --from=build /a /a\n",
        ".drone.yml": f"steps:\n- image: {image}\n  settings: {{dockerfile: docker/Dockerfile.web}}\n",
    }

    assert ask_item("infrastructure.docker-multi-stage", files).state is expected
