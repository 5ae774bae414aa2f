from __future__ import annotations

from typing import Any

import pytest

from bot.checks.readiness.check import judge
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.rule import load_rule
from bot.model import Attested, JobResult, State, Unknown
from tests.checks.readiness.look import Content, ask, ask_item, look

_CI = """\
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    strategy: {matrix: {python: ["3.11", "3.12"]}}
    steps:
      - run: pytest -q
"""
_GRADLE = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./gradlew %s\n"
_IMPLIED: dict[str, Any] = {
    "runs": r"\bspotless\w*",
    "implied": {"runs": r"\bgradlew?\b.*\bcheck\b", "files": ["build.gradle"], "line": r"^\s*id\W.*\bspotless\b"},
}
_TREE: dict[str, Content] = {".github/workflows/ci.yml": _CI, "app.py": "x = 1\n"}


def _job(conclusion: str | None, **changes: str) -> JobResult:
    given: dict[str, Any] = {
        "name": "test (3.12)",
        "app": "github-actions",
        "workflow": ".github/workflows/ci.yml",
        "conclusion": conclusion,
        "url": "https://github.com/acme/shop/actions/runs/1/job/2",
    }
    return JobResult(**given | changes)


def _judged(
    files: dict[str, Content],
    jobs: object,
    *,
    edited: frozenset[str] = frozenset(),
    **settings: Any,  # noqa: ANN401 - a rule's own settings
) -> Judged:
    seen = look(files)
    attested: Any = {"jobs": jobs}
    seen.attested, seen.edited = Attested(**attested), edited
    given = {"rule": "check-run", "runs": r"\bpytest\b", "strength": "verified", "fix": "mend it", **settings}
    judged, _ = judge(seen, load_rule("check-run").settings.model_validate(given))
    return judged


@pytest.mark.parametrize(
    "job",
    [
        _job("success"),
        _job("success", name="test"),
        _job("success", name="call / test", workflow=".github/workflows/caller.yml"),
    ],
)
def test_a_job_that_succeeded_for_the_commit_passes(job: JobResult) -> None:
    judged = _judged(_TREE, [job])

    assert judged.state is State.PASS
    assert [(seen.path, seen.line) for seen in judged.evidence] == [(".github/workflows/ci.yml", 7)]


@pytest.mark.parametrize(
    ("jobs", "state"),
    [
        ([_job("success"), _job("failure", name="test (3.11)")], State.FAIL),
        ([_job("success"), _job(None, name="test (3.11)")], State.PENDING),
        ([_job("skipped")], State.NOT_CHECKED),
        ([_job("neutral")], State.NOT_CHECKED),
        ([_job("success", name="lint")], State.NOT_CHECKED),
        ([_job("success", workflow=".github/workflows/other.yml")], State.NOT_CHECKED),
        ([_job("success", app="somebody-else")], State.NOT_CHECKED),
        ([], State.NOT_CHECKED),
        (Unknown(reason="GitHub refused", settle="give `actions: read`"), State.NOT_CHECKED),
    ],
)
def test_what_is_no_success_of_that_very_job_is_no_pass(jobs: object, state: State) -> None:
    assert _judged(_TREE, jobs).state is state


def test_without_a_connection_it_is_not_checked_and_decides_nothing() -> None:
    judged = _judged(_TREE, None)

    assert (judged.state, judged.needs_network) == (State.NOT_CHECKED, True)


def test_a_change_that_edits_the_workflow_is_told() -> None:
    judged = _judged(_TREE, [_job("success")], edited=frozenset({".github/workflows/ci.yml"}))

    assert "the change itself edits .github/workflows/ci.yml" in judged.reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pytest -q", "echo nothing"),
        ("      - run: pytest -q", "      # - run: pytest -q\n      - run: echo nothing"),
        ("on: pull_request", "on: workflow_dispatch"),
        ("- run: pytest -q", "- run: pytest -q\n        continue-on-error: true"),
        ("runs-on:", "if: false\n    runs-on:"),
    ],
)
def test_what_no_change_starts_or_whose_failure_is_passed_over_fails(old: str, new: str) -> None:
    judged = _judged(_TREE | {".github/workflows/ci.yml": _CI.replace(old, new)}, [_job("success")])

    assert (judged.state, [found.fix for found in judged.missing]) == (State.FAIL, ["mend it"])


def test_it_may_apply_to_some_projects_only_and_leave_the_rest_to_a_person() -> None:
    assert _judged(_TREE, None, applies_with=["tsconfig.json"]).state is State.NOT_APPLICABLE
    assert _judged({"app.py": ""}, None, otherwise="needs-sign-off").state is State.NEEDS_SIGN_OFF


_BROWSER = {
    "spec/system/sign_in_spec.rb": "RSpec.describe 'sign in', type: :system do\n  it 'works' do\n  end\nend\n",
    ".github/workflows/ci.yml": "on: pull_request\njobs: {t: {steps: [{run: bundle exec rspec}]}}\n",
}


def test_end_to_end_tests_that_the_runner_of_all_tests_collects_are_asked_for_by_it() -> None:
    judged = ask("check-run", _BROWSER, runs="playwright", tests="e2e", strength="verified")

    assert judged.state is State.NOT_CHECKED
    assert "ci.yml" in judged.reason


def test_without_end_to_end_tests_there_is_nothing_to_pass() -> None:
    judged = ask("check-run", {"e2e/README.md": "# none\n", "a.py": "x = 1\n"}, runs="playwright", tests="e2e")

    assert judged.state is State.NOT_APPLICABLE


def test_what_hooks_or_a_service_may_run_is_left_open() -> None:
    files = {".pre-commit-config.yaml": "repos:\n  - repo: x\n    hooks:\n      - id: ruff\n", "a.py": "x = 1\n"}
    judged = ask("check-run", files, runs="ruff", elsewhere=[".pre-commit-config.yaml"])

    assert (judged.state, [(one.path, one.line) for one in judged.unknowns]) == (
        State.NOT_CHECKED,
        [(".pre-commit-config.yaml", 4)],
    )
    assert ask("check-run", files, runs="mypy", elsewhere=[".pre-commit-config.yaml"]).state is State.FAIL


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("mvn -B package", State.PASS),
        ("mvn -B package -DskipTests", State.FAIL),
        ("mvn verify -Dmaven.test.skip=true", State.FAIL),
        ("mvn dependency:resolve", State.FAIL),
    ],
)
def test_a_build_that_runs_the_tests_is_a_run_of_tests(command: str, state: State) -> None:
    files: dict[str, Content] = {
        ".github/workflows/ci.yml": _CI.replace("pytest -q", command),
        "pom.xml": "<project></project>\n",
        "src/test/java/ATest.java": "class ATest { @Test void a() { } }\n",
    }

    judged = _judged(files, [_job("success")], runs=r"\b(?:pytest|mvn\b.*\bverify)\b", tests="unit")

    assert judged.state is state


@pytest.mark.parametrize(
    ("command", "build", "state"),
    [
        ("clean check", "plugins {\n  id 'com.diffplug.spotless'\n}\n", State.PASS),
        ("spotlessCheck", "plugins { }\n", State.PASS),
        ("clean check", "plugins {\n  // id 'com.diffplug.spotless'\n}\n", State.FAIL),
        ("assemble", "plugins {\n  id 'com.diffplug.spotless'\n}\n", State.FAIL),
    ],
)
def test_a_command_runs_what_the_build_adds_to_it(command: str, build: str, state: State) -> None:
    files: dict[str, Content] = {".github/workflows/ci.yml": _GRADLE % command, "build.gradle": build}

    assert _judged(files, [_job("success", name="test")], **_IMPLIED).state is state


@pytest.mark.parametrize(
    ("step", "found"),
    [("run: npx wait-on http://localhost:3000", True), ("uses: acme/wait-on-check-action@v1", False)],
    ids=["a server", "another job"],
)
def test_to_wait_for_another_job_tries_nothing_out(step: str, found: bool) -> None:  # noqa: FBT001 - of a table
    judged = ask_item("verify.smoke", {".github/workflows/ci.yml": _CI.replace("run: pytest -q", step)})

    assert bool(judged.evidence) is found


@pytest.mark.parametrize(
    ("item", "command", "state"),
    [
        ("step.build", "docker-compose build", State.NOT_CHECKED),
        ("step.build", "docker compose -f a.yml build web", State.NOT_CHECKED),
        ("step.build", "docker buildx bake", State.NOT_CHECKED),
        ("step.build", "docker build --check .", State.FAIL),
        ("step.build", "docker-compose up", State.FAIL),
        ("step.lint", "cargo clippy", State.NOT_CHECKED),
        ("step.lint", "rustup component add clippy", State.FAIL),
    ],
)
def test_a_build_and_a_lint_are_told_from_what_only_looks_like_one(item: str, command: str, state: State) -> None:
    workflow = f"on: push\njobs:\n  a:\n    steps:\n      - run: {command}\n"

    assert ask_item(item, {".github/workflows/ci.yml": workflow, "app.py": "x = 1\n"}).state is state
