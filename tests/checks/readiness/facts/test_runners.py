"""Which commands run tests, and which only have the word among what they are told."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_WORKFLOW = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: %s\n"
_RAILS = {
    "Gemfile": 'gem "rails"\n',
    "app/models/item.rb": "class Item; end\n",
    "test/models/item_test.rb": 'class ItemTest < TestCase\n  test "x" do\n    assert true\n  end\nend\n',
}
_JAVA = {
    "build.gradle": 'plugins { id "java" }\n',
    "src/main/java/Item.java": "class Item { }\n",
    "src/test/java/ItemTest.java": "import org.junit.jupiter.api.Test;\nclass ItemTest {\n  @Test void x() { }\n}\n",
}


def _state(files: dict[str, str], command: str) -> State:
    return ask_item("testing.unit-tests", {**files, ".github/workflows/ci.yml": _WORKFLOW % command}).state


@pytest.mark.parametrize(
    "command",
    [
        "bin/rails test",
        "bin/rails db:test:prepare test",
        "rails db:create RAILS_ENV=test test",
        "rails test:models test/x",
    ],
)
def test_rails_runs_tests_behind_other_tasks(command: str) -> None:
    assert _state(_RAILS, command) is State.PASS


@pytest.mark.parametrize(
    "command",
    [
        "bin/rails db:migrate -e test",
        "bin/rails server -e test",
        "rails generate model test",
        "rails db:prepare",
        "rails test:prepare",
    ],
)
def test_what_rails_is_told_of_tests_runs_none(command: str) -> None:
    assert _state(_RAILS, command) is State.FAIL


@pytest.mark.parametrize("task", ["test", "integrationTest", ":app:jvmTest", "cleanTest test"])
def test_gradle_runs_the_tests_of_a_task(task: str) -> None:
    assert _state(_JAVA, f"./gradlew {task}") is State.PASS


@pytest.mark.parametrize(
    "task", ["checkstyleTest", "cleanTest", ":app:pmdTest", "runKtlintCheckOverTest", "compileTest"]
)
def test_what_gradle_does_with_the_sources_of_tests_runs_none(task: str) -> None:
    assert _state(_JAVA, f"./gradlew {task}") is State.FAIL


_PYTHON = {"app/a.py": "x = 1\n", "tests/test_a.py": "def test_a():\n    assert 1\n"}


@pytest.mark.parametrize(
    ("command", "state"), [("stestr run", State.PASS), ("stestr last", State.FAIL), ("stestr list", State.FAIL)]
)
def test_what_stestr_shows_of_earlier_runs_is_no_run(command: str, state: State) -> None:
    assert _state(_PYTHON, command) is state


_RUST = {"Cargo.toml": "[package]\n", "src/lib.rs": "#[test]\nfn a() { assert!(true) }\n"}


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("cargo insta test --workspace", State.PASS),
        ("cargo hack --each-feature test", State.PASS),
        ("cargo insta review", State.FAIL),
        ("cargo hack check --tests", State.FAIL),
        ("cargo build --tests", State.FAIL),
    ],
)
def test_what_runs_cargo_s_tests_by_another_name(command: str, state: State) -> None:
    assert _state(_RUST, command) is state


_GO = {"a.go": "package a\n", "a_test.go": "package a\nfunc TestA(t *testing.T) {\n\tt.Fatal()\n}\n"}
_SCRIPT = {"a.ts": "export const a = 1\n", "a.test.ts": "test('a', () => { expect(a).toBe(1) })\n"}


@pytest.mark.parametrize(
    ("command", "files", "state"),
    [
        ("python setup.py develop test", _PYTHON, State.PASS),
        ("python setup.py sdist upload -r test", _PYTHON, State.FAIL),
        ("pytest --fixtures", _PYTHON, State.FAIL),
        ("npx lab -t 100", _SCRIPT, State.PASS),
        ("npx lab", _SCRIPT, State.PASS),
        ("lab ci status", _SCRIPT, State.FAIL),
        ("deno test -A", _SCRIPT, State.PASS),
        ("deno test --no-run", _SCRIPT, State.FAIL),
        ("go test -cover ./...", _GO, State.PASS),
        ("go test -c ./...", _GO, State.FAIL),
        ("go test -list . ./...", _GO, State.FAIL),
        ("cargo hack -p a --each-feature test", _RUST, State.PASS),
        ("cargo hack build -p test", _RUST, State.FAIL),
        ("cargo miri setup test", _RUST, State.FAIL),
        ("cargo nextest run", _RUST, State.PASS),
        ("cargo nextest archive", _RUST, State.FAIL),
    ],
)
def test_what_lists_or_builds_tests_runs_none(command: str, files: dict[str, str], state: State) -> None:
    assert _state(files, command) is state


@pytest.mark.parametrize(
    ("command", "files", "state"),
    [
        ("npx nyc --reporter=lcov mocha", _SCRIPT, State.PASS),
        ("npx c8 vitest run", _SCRIPT, State.PASS),
        ("npx nyc instrument src build", _SCRIPT, State.FAIL),
        ("npx nyc --cwd=. report", _SCRIPT, State.FAIL),
        ("npx c8 report", _SCRIPT, State.FAIL),
        ("cargo llvm-cov --workspace", _RUST, State.PASS),
        ("cargo llvm-cov report --lcov", _RUST, State.FAIL),
        ("cargo llvm-cov clean --workspace", _RUST, State.FAIL),
        ("cargo llvm-cov show-env --export-prefix", _RUST, State.FAIL),
    ],
)
def test_what_only_prepares_or_shows_coverage_runs_no_tests(command: str, files: dict[str, str], state: State) -> None:
    assert _state(files, command) is state


@pytest.mark.parametrize(("command", "state"), [("siege -c10 http://a", State.FAIL), ("npx vitest run", State.PASS)])
def test_load_alone_is_no_run_of_tests(command: str, state: State) -> None:
    files = {**_SCRIPT, ".github/workflows/ci.yml": _WORKFLOW % command}

    assert ask_item("testing.ci-workflows", files).state is state
