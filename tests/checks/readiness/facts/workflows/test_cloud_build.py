"""Builds of Google Cloud Build, and what skaffold runs in them."""

from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.workflows import Workflows
from tests.checks.readiness.look import look

_TRIGGER = """\
resource "google_cloudbuild_trigger" "ci" {{
  github {{
    {on} {{
      branch = ".*"
    }}
  }}
  filename = "{name}"
}}
"""


def _ran(files: dict[str, str]) -> list[tuple[str, bool]]:
    return [
        (f"{one.place.path}:{one.place.line} {one.folder}> {one.text}", one.guards)
        for one in Workflows(look(files).files).ran
    ]


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("name: python\n    entrypoint: pytest\n    args: ['-q']", "pytest -q"),
        ("name: gcr.io/cloud-builders/mvn:3\n    args: [verify]", "mvn verify"),
        ("name: gcr.io/x/skaffold@sha256:1\n    args: [skaffold, build]", "skaffold build"),
        ("name: python\n    entrypoint: bash\n    args: ['-c', 'cd a && pytest']", "pytest"),
        ("name: python\n    script: pytest -q", "pytest -q"),
    ],
)
def test_a_step_runs_its_script_or_its_image_s_program(step: str, text: str) -> None:
    [(found, _)] = [one for one in _ran({"cloudbuild.yaml": f"steps:\n  - {step}\n"}) if "cd " not in one[0]]

    assert found.partition("> ")[2] == text


@pytest.mark.parametrize(
    ("on", "name", "guards"),
    [
        ("pull_request", "ci/cloudbuild.yaml", True),
        ("push", "ci/cloudbuild.yaml", True),
        ("push", "${local.team}/cloudbuild.yaml", True),
        ("pull_request", "other/cloudbuild.yaml", False),
    ],
)
def test_terraform_says_what_starts_it(on: str, name: str, guards: bool) -> None:  # noqa: FBT001 - a row of the table
    files = {
        "ci/cloudbuild.yaml": "steps:\n  - name: python\n    script: pytest\n",
        "iac/ci.tf": _TRIGGER.format(on=on, name=name),
    }

    assert _ran(files) == [("ci/cloudbuild.yaml:3 > pytest", guards)]


def test_a_build_without_a_trigger_waits_for_a_hand() -> None:
    assert _ran({"cloudbuild.yaml": "steps:\n  - name: go\n    args: [test, ./...]\n"}) == [
        ("cloudbuild.yaml:3 > go test ./...", False)
    ]


def _workflow(command: str) -> dict[str, str]:
    return {".github/workflows/ci.yml": f"on: pull_request\njobs:\n  t:\n    steps:\n      - run: {command}\n"}


_SKAFFOLD = {
    "skaffold.yaml": "requires:\n- configs: [api]\n  path: src/api/skaffold.yaml\n",
    "src/api/skaffold.yaml": (
        "build:\n  artifacts:\n  - image: e2e\n    context: ../../tests\n"
        "test:\n- image: api\n  context: .\n  custom:\n  - command: |\n      pytest -q\n  - command: pylint .\n"
        "verify:\n- name: e2e\n  container:\n    name: e2e\n    image: e2e\n"
    ),
    "tests/Dockerfile": 'FROM cypress\nENTRYPOINT ["/bin/bash", "-c", "./run.sh"]\n',
    "tests/run.sh": "set -e\ncypress run\n",
}


def test_skaffold_s_tests_are_followed_into_the_files_it_requires() -> None:
    found = [text for text, _ in _ran(_SKAFFOLD | _workflow("skaffold test --build-artifacts=a.json"))]

    assert found[1:] == [
        "src/api/skaffold.yaml:9 src/api> pytest -q",
        "src/api/skaffold.yaml:11 src/api> pylint .",
    ]


def test_skaffold_s_checks_start_the_containers_that_it_builds() -> None:
    found = [text for text, _ in _ran(_SKAFFOLD | _workflow("skaffold verify -f src/api/skaffold.yaml"))]

    assert found[-1] == "tests/run.sh:2 tests> cypress run"


@pytest.mark.parametrize("command", ["skaffold build", "skaffold deploy", "skaffold test -f gone.yaml"])
def test_what_skaffold_builds_and_deploys_is_no_test(command: str) -> None:
    assert len(_ran(_SKAFFOLD | _workflow(command))) == 1


def test_files_of_skaffold_that_require_each_other_end() -> None:
    files = {"skaffold.yaml": "requires:\n- path: b\n", "b/skaffold.yaml": "requires:\n- path: ..\n"}

    assert len(_ran(files | _workflow("skaffold test"))) == 1


def test_a_trigger_that_is_switched_off_starts_nothing() -> None:
    trigger = _TRIGGER.format(on="pull_request", name="cloudbuild.yaml").replace(
        "  github", "  disabled = true\n  github"
    )
    files = {"cloudbuild.yaml": "steps:\n  - name: python\n    script: pytest\n", "ci.tf": trigger}

    assert _ran(files) == [("cloudbuild.yaml:3 > pytest", False)]


def test_many_documents_of_skaffold_are_read_in_seconds() -> None:
    started = time.process_time()
    found = _ran(_workflow("skaffold verify") | {"skaffold.yaml": "---\nverify: [{container: {image: a}}]\n" * 8_000})

    assert len(found) == 1
    assert time.process_time() - started < 20
