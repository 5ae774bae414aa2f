from __future__ import annotations

import pytest

from bot.model import State, Strength
from tests.checks.readiness.look import ask, ask_item, places

PYTHON = {"app.py": "x = 1\n", "tests/test_a.py": "def test_a():\n    assert 1\n"}
NODE = {"src/a.ts": "export const a = 1\n", "src/a.test.ts": "it('a', () => {})\n"}


def workflow(command: str, on: str = "[pull_request]", extra: str = "") -> dict[str, str]:
    text = f"on: {on}\njobs:\n  t:\n{extra}    steps:\n      - run: {command}\n"
    return {".github/workflows/ci.yml": text}


@pytest.mark.parametrize(
    ("files", "command"), [(PYTHON, "poetry run pytest"), (NODE, "npx vitest run"), (PYTHON, "tox -e py")]
)
def test_tests_that_a_pipeline_runs_on_each_change_pass(files: dict[str, str], command: str) -> None:
    judged = ask("unit-tests", {**files, **workflow(command), "tox.ini": "[testenv]\ncommands = pytest\n"})

    assert (judged.state, judged.strength) == (State.PASS, Strength.WIRED)
    assert places(judged)[0] in {"tests/test_a.py:1", "src/a.test.ts:1"}
    assert ".github/workflows/ci.yml:5" in places(judged)


_E2E = {"tests/e2e/test_b.py": "from playwright.sync_api import Page\ndef test_b():\n    page.goto('/')\n"}


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("python manage.py test tests.unit --keepdb", State.FAIL),
        ("python3 manage.py test tests/unit", State.FAIL),
        ("python manage.py test tests.e2e", State.PASS),
        ("python manage.py test", State.PASS),
        ("python3 tests/e2e/test_b.py", State.PASS),
        ("python3 tests/unit/test_a.py", State.FAIL),
        ("python3 tests/gone_test.py", State.FAIL),
    ],
)
def test_django_s_labels_and_files_that_start_their_runner_are_run_alone(command: str, state: State) -> None:
    server = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef f(): ...\n"}
    files = {"app.py": "x = 1\n", "tests/unit/test_a.py": "def test_a():\n    assert 1\n", **server, **_E2E}

    assert ask("e2e-tests", {**files, **workflow(command)}).state is state


def test_azure_s_task_runs_the_projects_that_it_names() -> None:
    tests = {
        f"src/{name}/ATests.cs": "using Xunit;\npublic class ATests\n{\n    [Fact]\n    public void A() { }\n}\n"
        for name in ("A.Tests", "B.Tests")
    }
    task = (
        "steps:\n- task: DotNetCoreCLI@2\n  inputs:\n    command: test\n    projects: |\n      src/A.Tests/*.csproj\n"
        "    arguments: '/p:CollectCoverage=true \"/p:Include=[A]*\"'\n"
    )
    judged = ask("unit-tests", {"src/A/A.cs": "class A { }\n", **tests, "azure-pipelines.yml": task})

    assert judged.state is State.PASS
    assert not any(one.startswith("src/B.Tests") for one in places(judged))


RUBY = {"app/models/a.rb": "class A\nend\n", "spec/models/a_spec.rb": 'it "a" do\nend\n'}
_SPLITS = """#!/bin/bash
if [ -z "$TOKEN" ]; then
  KNAPSACK_PRO_FORK=1 \\
    bundle exec rake knapsack_pro:rspec
else
  bundle exec rake knapsack_pro:rspec
fi
"""


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({**RUBY, "bin/knapsack_pro_rspec": _SPLITS}, "RUBYOPT='-W:no' bin/knapsack_pro_rspec"),
        (RUBY, "bundle exec rake knapsack_pro:queue:rspec"),
        (RUBY, "bundle exec rake parallel:spec"),
        (RUBY, "bundle exec turbo_tests"),
        (NODE, "npx knapsack-pro-jest --ci"),
    ],
)
def test_what_splits_a_suite_between_machines_runs_it(files: dict[str, str], command: str) -> None:
    assert ask("unit-tests", {**files, **workflow(command)}).state is State.PASS


@pytest.mark.parametrize("command", ["bundle exec rake knapsack_pro:encrypted_test_file_names", "rake parallel:create"])
def test_other_tasks_of_what_splits_a_suite_run_no_tests(command: str) -> None:
    assert ask("unit-tests", {**RUBY, **workflow(command)}).state is State.FAIL


RUST = {"Cargo.toml": "[package]\n", "src/a.rs": "fn a() {}\n#[cfg(test)]\nmod tests {\n  #[test]\n  fn b() {}\n}\n"}


@pytest.mark.parametrize("command", ["cargo test --features a,b", "cargo test --all-features", "cargo nextest run"])
def test_features_of_cargo_are_no_end_to_end_tests(command: str) -> None:
    judged = ask("unit-tests", {**RUST, **workflow(command)})

    assert (judged.state, places(judged)[0]) == (State.PASS, "src/a.rs:4")
    assert ask("e2e-tests", {**RUST, **workflow(command)}).state is not State.PASS


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "run by no pipeline"),
        (workflow("npx vitest run"), "run by no pipeline"),
        (workflow("pytest", on="workflow_dispatch"), "no pipeline on a pull request or push"),
        (workflow("pytest", extra="    if: false\n"), "no pipeline on a pull request or push"),
        (workflow("pytest || true"), "does not mind their failure"),
        (workflow("pytest", extra="    continue-on-error: true\n"), "does not mind their failure"),
        (workflow("echo pytest"), "run by no pipeline"),
    ],
)
def test_tests_that_no_pipeline_holds_a_change_to_are_configured_and_fail(files: dict[str, str], reason: str) -> None:
    judged = ask("unit-tests", {**PYTHON, **files})

    assert (judged.state, judged.strength, places(judged)) == (State.FAIL, Strength.CONFIGURED, ["tests/test_a.py:1"])
    assert reason in judged.reason


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": "x = 1\n", "pytest.ini": "[pytest]\n"},
        {"app.py": "x = 1\n", "e2e/a.spec.ts": "test('a', () => {})\n"},
        {"app.py": "x = 1\n", "docs/testing.md": "def test_a(): ...\n"},
        {"app.py": "x = 1\n", "tests/test_a.py": "# def test_a(): ...\n"},
    ],
    ids=["a runner configured", "end-to-end tests alone", "docs", "commented out"],
)
def test_without_a_file_of_unit_tests_it_fails_with_a_fix(files: dict[str, str]) -> None:
    judged = ask("unit-tests", {**files, **workflow("pytest")})

    assert (judged.state, [one.fix for one in judged.missing]) == (State.FAIL, ["mend it"])


def test_a_folder_of_units_is_shown_before_others() -> None:
    test = "def test_a():\n    assert f()\n"
    folders = ["tests/feature", "tests/integration", "tests/other", "tests/unit"]
    judged = ask(
        "unit-tests",
        {"app.py": "x = 1\n", **{f"{one}/test_a.py": test for one in folders}, **workflow("pytest && npx jest")}
        | {"lib/unit/a.test.js": "test('a', () => {})\n"},
    )

    assert places(judged)[:2] == ["tests/unit/test_a.py:1", "tests/other/test_a.py:1"]


def test_what_integrates_in_a_folder_of_units_is_shown_last() -> None:
    test = "def test_a(client: TestClient):\n    assert client.get('/')\n"
    folders = ["tests/api", "tests/unit"]
    judged = ask(
        "integration-tests",
        {"app.py": "x = 1\n", **{f"{one}/test_a.py": test for one in reversed(folders)}, **workflow("pytest")},
    )

    assert places(judged)[:2] == ["tests/api/test_a.py:1", "tests/unit/test_a.py:1"]


def test_without_code_tests_do_not_apply() -> None:
    judged = ask("unit-tests", {"README.md": "# x\n"})

    assert (judged.state, judged.reason) == (State.NOT_APPLICABLE, "no source code to test; 1 files searched")


@pytest.mark.parametrize(
    "files",
    [
        workflow("make test") | {"Makefile": "test:\n\tpytest\n"},
        {".gitlab-ci.yml": "t:\n  script:\n    - cargo test\n"},
        workflow("npm test") | {"package.json": '{"scripts": {"test": "jest"}}'},
        workflow("./mvnw -B verify"),
    ],
)
def test_a_job_that_runs_tests_on_each_change_passes(files: dict[str, str]) -> None:
    assert ask("ci-workflows", files).state is State.PASS


@pytest.mark.parametrize(
    "files",
    [
        {},
        workflow("npm run build") | {"package.json": '{"scripts": {"build": "tsc", "test": "jest"}}'},
        workflow("mvn -B package -DskipTests"),
        workflow("pytest --collect-only"),
        workflow("pytest", on="workflow_dispatch"),
        workflow("pytest", extra="    if: false\n"),
        workflow("pytest", extra="    continue-on-error: true\n"),
        {"docs/ci.yml": workflow("pytest")[".github/workflows/ci.yml"]},
    ],
    ids=["none", "build only", "skipped", "collected only", "by hand", "off", "soft", "docs"],
)
def test_a_pipeline_that_does_not_run_tests_on_a_change_fails(files: dict[str, str]) -> None:
    judged = ask("ci-workflows", files)

    assert judged.state is State.FAIL
    assert judged.missing[0].fix


def test_a_broken_workflow_leaves_it_open_what_runs() -> None:
    judged = ask("unit-tests", {**PYTHON, ".github/workflows/ci.yml": "on: [push\n"})

    assert [one.path for one in judged.unknowns] == [".github/workflows/ci.yml"]


@pytest.mark.parametrize(
    "on", ["push", "{push: {branches: ['**']}}", "{pull_request: {types: [closed, labeled]}}", "merge"]
)
def test_tests_that_no_pull_request_starts_are_configured(on: str) -> None:
    judged = ask("ci-workflows", workflow("pytest", on=on))

    assert (judged.state, judged.strength) == (State.FAIL, Strength.CONFIGURED)


def test_what_starts_on_pull_requests_is_shown_before_what_starts_on_pushes() -> None:
    pushed = {".github/workflows/a.yml": "on: push\njobs: {t: {steps: [{run: pytest}]}}\n"}

    assert places(ask("ci-workflows", {**pushed, **workflow("pytest")})) == [".github/workflows/ci.yml:5"]


_ELSEWHERE = "on: pull_request\njobs:\n  t:\n    uses: acme/ci/.github/workflows/{}.yml@v2\n"


@pytest.mark.parametrize("rule", ["ci-workflows", "unit-tests"])
def test_a_workflow_of_another_repository_may_run_the_tests(rule: str) -> None:
    judged = ask(rule, {**PYTHON, ".github/workflows/ci.yml": _ELSEWHERE.format("python")})

    assert (judged.state, [(one.path, one.line) for one in judged.unknowns]) == (
        State.NOT_CHECKED,
        [(".github/workflows/ci.yml", 3)],
    )


def test_a_workflow_of_another_repository_that_releases_runs_no_tests() -> None:
    judged = ask("ci-workflows", {**PYTHON, ".github/workflows/ci.yml": _ELSEWHERE.format("release-docker")})

    assert judged.state is State.FAIL


_TWO = {
    "sdk/tests/test_b.py": "def test_b():\n    assert 1\n",
    "server/tests/e2e/test_a.py": "def test_a():\n    assert 1\n",
}


@pytest.mark.parametrize(
    ("files", "folder", "state"),
    [
        (_TWO, "sdk", State.FAIL),
        (_TWO, "server", State.PASS),
        (_TWO, ".", State.PASS),
        ({**_TWO, "sdk/tests/test_b.py": ""}, "$DIR", State.PASS),
        ({path: text for path, text in _TWO.items() if "sdk" not in path}, "sdk", State.PASS),
    ],
    ids=["another package", "its own", "all", "a variable", "a folder without tests"],
)
def test_a_run_in_a_package_runs_the_tests_of_that_alone(files: dict[str, str], folder: str, state: State) -> None:
    run = workflow(f"pytest\n        working-directory: {folder}")
    judged = ask("e2e-tests", {**files, **run, "app.py": "from flask import Flask\nFlask(__name__)\n"})

    assert judged.state is state


@pytest.mark.parametrize(
    ("step", "strength"),
    [
        ("pytest docs/", Strength.CONFIGURED),
        ("pytest shop/", Strength.WIRED),
        ("go test ./...\n        working-directory: tools", Strength.CONFIGURED),
        ("go test ./...", Strength.WIRED),
    ],
)
def test_what_a_run_names_or_stands_in_is_all_that_it_collects(step: str, strength: Strength) -> None:
    files = {
        "docs/api.md": "x",
        "tools/go.mod": "module tools\n",
        "tools/main.go": "package main\n",
        "shop/tests/test_a.py": "def test_a():\n    assert 1\n",
        "shop/a_test.go": "package shop\nfunc TestA(t *testing.T) { t.Fail() }\n",
    }
    other = "_test.go" if step.startswith("pytest") else ".py"
    kept = {path: text for path, text in files.items() if not path.endswith(other)}

    assert ask("unit-tests", {**kept, **workflow(step)}).strength is strength


@pytest.mark.parametrize(
    ("makefile", "state"),
    [
        ("test:\n\tpytest\n", State.PASS),
        (".IGNORE:\ntest:\n\tpytest\n", State.FAIL),
        (".IGNORE: test\ntest:\n\tpytest \\\n\t  -q\n", State.FAIL),
        (".IGNORE: clean\ntest:\n\tpytest\n", State.PASS),
    ],
)
def test_what_make_is_told_to_ignore_holds_nothing_up(makefile: str, state: State) -> None:
    assert ask("ci-workflows", {**PYTHON, "Makefile": makefile, **workflow("make test")}).state is state


def test_a_target_of_make_runs_tests_in_a_shell_of_its_own() -> None:
    files = {
        "Makefile": "test:\n\t(cd ui && CI=true yarn test)\n\t(cd api && poetry run pytest)\n",
        "ui/package.json": '{"scripts": {"test": "vitest"}, "devDependencies": {"vitest": "1", "puppeteer": "1"}}',
        "ui/src/a.test.ts": "import puppeteer from 'puppeteer'\nit('a', async () => { await puppeteer.launch() })\n",
        "api/pyproject.toml": "[project]\nname = 'a'\n",
        "api/tests/test_a.py": PYTHON["tests/test_a.py"],
        "api/app.py": "x = 1\n",
        **workflow("make test"),
    }

    assert ask("unit-tests", files).strength is Strength.WIRED
    assert ask("e2e-tests", files).strength is Strength.WIRED
    assert places(ask("e2e-tests", files))[0].startswith("ui/src/a.test.ts:")


_ACTION = {
    ".github/actions/test/action.yml": (
        "inputs:\n  tests: {default: unit}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: |\n"
        "        cd src\n        cd ${{ inputs.tests }}\n        %s\n"
    )
}
_CALLED = {
    ".github/workflows/test.yml": (
        "on:\n  workflow_call:\n    inputs:\n      tests: {type: string, default: unit}\njobs:\n  a:\n    runs-on: x\n"
        "    steps:\n      - run: %s\n        working-directory: src/${{ inputs.tests }}\n"
    )
}
_NET = {
    "src/integration/BTests.cs": "class BTests {\n  [Fact]\n  public void A() { new WebApplicationFactory<P>(); }\n}\n",
    "src/unit/ATests.cs": "class ATests {\n  [Fact]\n  public void A() { }\n}\n",
    "src/app/P.cs": 'var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet("/a", f);\n',
}
_PY = {
    "src/integration/test_b.py": "from testcontainers.postgres import PostgresContainer\n\ndef test_b(): ...\n",
    "src/unit/test_a.py": "def test_a(): ...\n",
    "src/app.py": "import psycopg\n",
}


def _caller(uses: str, tests: str) -> dict[str, str]:
    """A workflow that calls an action or a workflow, with a folder that one of its variables holds."""
    step = f"{uses}\n        with: {{tests: '{tests}'}}" if tests else uses
    job = f"uses: {step}" if uses.endswith(".yml") else f"runs-on: x\n    steps:\n      - uses: {step}"
    return {
        ".github/workflows/ci.yml": f"on: pull_request\nenv:\n  TESTS: integration\njobs:\n  t:\n    {job}\n".replace(
            "        with", "    with" if uses.endswith(".yml") else "        with"
        )
    }


@pytest.mark.parametrize(
    ("tests", "state"),
    [("", State.FAIL), ("unit", State.FAIL), ("integration", State.PASS), ("${{ matrix.tests }}", State.PASS)],
    ids=["the default", "another folder", "its own", "what is not known"],
)
@pytest.mark.parametrize(("files", "command"), [(_NET, "dotnet test"), (_PY, "pytest")])
@pytest.mark.parametrize(
    ("called", "uses"), [(_ACTION, "./.github/actions/test"), (_CALLED, "./.github/workflows/test.yml")]
)
def test_an_action_runs_the_tests_of_the_folder_that_it_is_given(
    called: dict[str, str], uses: str, files: dict[str, str], command: str, tests: str, state: State
) -> None:
    parts = {path: text % command for path, text in called.items()}

    assert ask("integration-tests", {**files, **parts, **_caller(uses, tests)}).state is state


def test_a_variable_of_the_workflow_is_an_input() -> None:
    files = {**_PY, **{path: text % "pytest" for path, text in _ACTION.items()}}
    caller = _caller("./.github/actions/test", "${{ env.TESTS }}")

    assert ask("integration-tests", {**files, **caller}).state is State.PASS
    other = {path: text.replace("TESTS: integration", "TESTS: unit") for path, text in caller.items()}
    assert ask("integration-tests", {**files, **other}).state is State.FAIL


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ("cd src && cd unit && pytest", State.FAIL),
        ("cd src && cd integration && pytest", State.PASS),
        ("cd src/integration && pip install . && cd - && cd src/unit && pytest", State.FAIL),
        ("(cd src/unit && pip install .); cd src/integration && pytest", State.PASS),
    ],
)
def test_a_script_runs_the_tests_of_the_folder_that_it_goes_to(script: str, state: State) -> None:
    assert ask("integration-tests", {**_PY, **workflow(script)}).state is state


def test_an_action_that_is_given_one_folder_and_another_runs_the_tests_of_both() -> None:
    action = {path: text % "pytest" for path, text in _ACTION.items()}
    steps = "".join(
        f"      - uses: ./.github/actions/test\n        with: {{tests: {one}}}\n" for one in ("unit", "integration")
    )
    caller = {".github/workflows/ci.yml": f"on: pull_request\njobs:\n  t:\n    runs-on: x\n    steps:\n{steps}"}

    assert ask("integration-tests", {**_PY, **action, **caller}).state is State.PASS


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("import { Builder } from 'selenium-webdriver'\nit('a', async () => {})\n", Strength.WIRED),
        ("const { chromium } = require('playwright')\nit('a', async () => {})\n", Strength.WIRED),
        ("import { test } from '@playwright/test'\ntest('a', async () => {})\n", Strength.CONFIGURED),
        ("it('a', () => { cy.visit('/') }) // from 'puppeteer'\n", Strength.CONFIGURED),
    ],
)
def test_what_drives_a_browser_by_a_library_is_run_by_any_runner(text: str, strength: Strength) -> None:
    files = {"src/a.ts": "export const a = 1\n", "e2e/a.test.ts": text, "server.js": "app.get('/a', f)\n"}

    assert ask("e2e-tests", {**files, **workflow("npx jest")}, strength="configured").strength is strength


def test_a_command_of_two_pipelines_is_one_of_pull_requests_where_either_is() -> None:
    files = {
        "package.json": '{"scripts": {"test": "vitest run"}}',
        "src/a.test.ts": "it('a', () => {})\n",
        ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm test\n",
        ".github/workflows/b.yml": "on: pull_request\njobs:\n  b:\n    runs-on: x\n    steps:\n      - run: npm test\n",
    }

    assert places(ask("ci-workflows", files))[0].startswith(".github/workflows/b.yml")


@pytest.mark.parametrize(
    ("condition", "called", "state"),
    [
        ("github.repository == 'acme/shop'", "acme/shop", State.PASS),
        # Whose workflow it is nobody says here.
        ("github.repository == 'acme/shop'", "acme/tools", State.NOT_CHECKED),
        ("always()", "acme/shop", State.NOT_CHECKED),
    ],
)
def test_a_workflow_that_is_called_by_its_whole_name_is_read_where_it_is_the_repository_s(
    condition: str, called: str, state: State
) -> None:
    files = {
        "src/a.py": "def a(): ...\n",
        "tests/test_a.py": "def test_a(): ...\n",
        ".github/workflows/ci.yml": (
            f"on: pull_request\njobs:\n  a:\n    if: {condition}\n    uses: {called}/.github/workflows/t.yml@main\n"
        ),
        ".github/workflows/t.yml": "on: [workflow_call]\njobs: {t: {runs-on: x, steps: [{run: pytest}]}}\n",
    }

    assert ask_item("testing.ci-workflows", files).state is state
