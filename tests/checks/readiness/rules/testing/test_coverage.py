from __future__ import annotations

import pytest

from bot.model import State, Strength
from tests.checks.readiness.look import ask, places
from tests.checks.readiness.rules.testing.test_suites import workflow

CODE = {"app.py": "x = 1\n"}


@pytest.mark.parametrize(
    ("command", "files", "place", "percent"),
    [
        ("pytest --cov", {"pyproject.toml": "[tool.coverage.report]\nfail_under = 80\n"}, "pyproject.toml:2", 80),
        (
            "coverage report",
            {".coveragerc": "[run]\nbranch = true\n[report]\nfail_under = 71.5\n"},
            ".coveragerc:4",
            71.5,
        ),
        ("pytest", {"setup.cfg": "[tool:pytest]\naddopts = --cov --cov-fail-under=90\n"}, "setup.cfg:2", 90),
        ("pytest --cov=x --cov-fail-under=85", {}, ".github/workflows/ci.yml:5", 85),
        ("npx c8 --100 node --test", {}, ".github/workflows/ci.yml:5", 100),
        (
            "npx ng test",
            {"karma.conf.js": "c.set({\n  coverageReporter: { check: { global: { lines: 81 } } }\n})\n"},
            "karma.conf.js:2",
            81,
        ),
        (
            "./cover.sh",
            {"cover.sh": "#!/bin/bash -e\ntotal=$(go tool cover -func c.out)\nif [ $total -lt 82 ]; then exit 1; fi\n"},
            "cover.sh:3",
            82,
        ),
        (
            "npx jest --coverage",
            {
                "jest.config.js": (
                    "module.exports = {\n  coverageThreshold: { global: { lines: 80, branches: 60 } },\n}\n"
                )
            },
            "jest.config.js:2",
            60,
        ),
        (
            "npx vitest run --coverage",
            {"vitest.config.ts": "export default {\n test: { coverage: {\n thresholds: { lines: 75 } } } }\n"},
            "vitest.config.ts:3",
            75,
        ),
        (
            "bundle exec rspec",
            {"spec/spec_helper.rb": "SimpleCov.start do\n  minimum_coverage 95\nend\n"},
            "spec/spec_helper.rb:2",
            95,
        ),
        (
            "./gradlew check",
            {"build.gradle": "plugins { id 'jacoco' }\nlimit {\n  minimum = 0.8\n}\n"},
            "build.gradle:3",
            80,
        ),
        ("dotnet test", {"a.csproj": "<Project>\n<Threshold>70</Threshold>\n</Project>\n"}, "a.csproj:2", 70),
        ("dotnet test /p:Threshold=60", {}, ".github/workflows/ci.yml:5", 60),
        ("cargo llvm-cov --fail-under-lines 50", {}, ".github/workflows/ci.yml:5", 50),
        ("npx c8 --check-coverage --lines 80 node --test", {}, ".github/workflows/ci.yml:5", 80),
        ("node --test --experimental-test-coverage --test-coverage-lines=80", {}, ".github/workflows/ci.yml:5", 80),
        ("vitest run --coverage --coverage.thresholds.lines=80", {}, ".github/workflows/ci.yml:5", 80),
        ("vendor/bin/coverage-check clover.xml 80", {}, ".github/workflows/ci.yml:5", 80),
        # What stands behind a script's name is given to its program.
        (
            "npm test -- --coverage",
            {
                "package.json": '{"scripts": {"test": "jest"}}',
                "jest.config.js": "module.exports = { coverageThreshold: { global: { lines: 80 } } };\n",
            },
            "jest.config.js:1",
            80,
        ),
        (
            "codecov upload",
            {"codecov.yml": "coverage:\n  status:\n    project:\n      default:\n        target: 80%\n"},
            "codecov.yml:4",
            80,
        ),
    ],
)
def test_a_limit_that_a_pipeline_holds_passes(command: str, files: dict[str, str], place: str, percent: float) -> None:
    judged = ask("coverage-thresholds", {**CODE, **files, **workflow(command)})

    assert (judged.state, judged.strength, places(judged)[0]) == (State.PASS, Strength.WIRED, place)
    assert [one.value for one in judged.measures.values()] == [percent]


@pytest.mark.parametrize(
    ("conf", "state"),
    [
        ("coverageIstanbulReporter: { thresholds: { global: { lines: 81 } } }", State.PASS),
        ("coverageIstanbulReporter: { thresholds: { emitWarning: true, global: { lines: 81 } } }", State.FAIL),
        ("coverageReporter: { check: { emitWarning: true, global: { lines: 81 } } }", State.PASS),
        ("lint: { check: { lines: 81 } }", State.FAIL),
    ],
)
def test_a_limit_of_karma_is_one_of_its_reporters_that_fails(conf: str, state: State) -> None:
    files = {"karma.conf.js": f"c.set({{ {conf} }})\n"}

    assert ask("coverage-thresholds", {**CODE, **files, **workflow("npx ng test")}).state is state


def test_a_comparison_in_a_script_is_a_limit() -> None:
    script = "|\n          total=$(go tool cover -func=c.out)\n          if [ $total -lt 70 ]; then exit 1; fi"
    judged = ask("coverage-thresholds", {**CODE, **workflow(script)})

    assert (judged.state, places(judged)) == (State.PASS, [".github/workflows/ci.yml:7"])


@pytest.mark.parametrize(
    "comparison",
    [
        'awk "BEGIN { exit !(${LINE} >= ${MIN_LINE}) }" || { echo below; exit 1; }',
        "awk -v p=$PCT 'BEGIN { exit (p < 70) }'",
    ],
)
def test_a_program_that_ends_by_a_comparison_is_a_limit(comparison: str) -> None:
    script = f"|\n          LINE=$(grep coverage report.txt)\n          {comparison}"
    judged = ask("coverage-thresholds", {**CODE, **workflow(script)})

    assert (judged.state, places(judged)) == (State.PASS, [".github/workflows/ci.yml:7"])


@pytest.mark.parametrize(
    ("given", "percent"), [("env:\n  MIN_LINE: '80'\n", [80]), ("env:\n  MIN_LINE: ${{ vars.LEAST }}\n", [])]
)
def test_a_limit_that_a_variable_holds_is_measured(given: str, percent: list[float]) -> None:
    script = """|\n          LINE=$(grep coverage report.txt)
          awk "BEGIN { exit !(${LINE} >= ${MIN_LINE}) }" || exit 1"""
    [(path, text)] = workflow(script).items()
    judged = ask("coverage-thresholds", {**CODE, path: given + text})

    assert judged.state is State.PASS
    assert [one.value for one in judged.measures.values()] == percent


@pytest.mark.parametrize(
    "program", ["awk '{ print $3 }' coverage.txt", "awk '$1 > 3 { print }' coverage.txt || exit 1"]
)
def test_a_program_that_only_prints_is_no_limit(program: str) -> None:
    judged = ask("coverage-thresholds", {**CODE, **workflow(f"|\n          {program}\n          exit 1")})

    assert judged.state is State.FAIL


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"pyproject.toml": "[tool.coverage.report]\nfail_under = 80\n"}, "pytest"),
        ({"jest.config.js": "module.exports = { coverageThreshold: { global: { lines: 80 } } }\n"}, "npx jest"),
    ],
)
def test_a_limit_that_nothing_measures_is_configured_and_fails(files: dict[str, str], command: str) -> None:
    judged = ask("coverage-thresholds", {**CODE, **files, **workflow(command)})

    assert (judged.state, judged.strength) == (State.FAIL, Strength.CONFIGURED)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[tool.coverage.report]\n# fail_under = 80\nfail_under = 0\n"},
        {"codecov.yml": "coverage:\n  status:\n    project:\n      default:\n        informational: true\n"},
        {"codecov.yml": "coverage:\n  status:\n    project:\n      default:\n        threshold: 10%\n"},
        {"codecov.yml": "coverage:\n  status:\n    project:\n      api:\n        paths: [api/]\n"},
        {"jest.config.js": "module.exports = {\n  // coverageThreshold: { global: { lines: 80 } },\n}\n"},
        {"README.md": "fail_under = 80\n"},
        {"vitest.config.ts": "export default { test: { coverage: { thresholds: { lines: 0 } } } }\n"},
        {},
    ],
    ids=[
        "zero",
        "informational",
        "tolerant",
        "for one folder",
        "commented out",
        "prose",
        "zero in JS",
        "uploaded only",
    ],
)
def test_what_holds_no_coverage_up_fails(files: dict[str, str]) -> None:
    judged = ask(
        "coverage-thresholds", {**CODE, **files, **workflow("pytest --cov && npx jest --coverage && codecov upload")}
    )

    assert judged.state is State.FAIL
    assert all(one.fix for one in judged.missing)


def test_without_code_there_is_nothing_to_cover() -> None:
    assert ask("coverage-thresholds", {"README.md": "# x\n"}).state is State.NOT_APPLICABLE


def test_a_limit_of_one_small_package_holds_nothing_of_the_others() -> None:
    limit = {"packages/a/vitest.config.ts": "export default { test: { coverage: { thresholds: { lines: 90 } } } }\n"}
    runs = workflow("npx vitest run --coverage")
    tests = {f"packages/{name}.test.ts": "it('a', () => {})\n" for name in ("a/a", "b/a", "b/b")}
    judged = ask("coverage-thresholds", {**limit, **runs, **tests})

    assert (judged.state, "1 of 3 files of tests" in judged.reason) == (State.FAIL, True)
    del tests["packages/b/b.test.ts"]
    assert ask("coverage-thresholds", {**limit, **runs, **tests}).state is State.PASS


@pytest.mark.parametrize(
    ("limits", "state"),
    [
        ("{ 'modules/auth/**': { lines: 80 } }", State.FAIL),
        ("{ lines: 60, 'modules/auth/**': { lines: 80 } }", State.PASS),
        ("{ global: { lines: 60 } }", State.PASS),
        ("{ './src/api/': { lines: 80 } }", State.FAIL),
    ],
)
def test_a_limit_of_some_paths_alone_holds_nothing(limits: str, state: State) -> None:
    config = {
        "jest.config.js": f"module.exports = {{ coverageThreshold: {limits} }}\n",
        "a.test.js": "it('a', () => {})\n",
    }

    assert ask("coverage-thresholds", {**config, **workflow("npx jest --coverage")}).state is state


def test_a_limit_that_holds_nothing_is_counted_and_may_go() -> None:
    codecov = "coverage:\n  status:\n    project:\n      default:\n        target: 60%\n        threshold: 10%\n"
    judged = ask("coverage-thresholds", {"a.py": "x = 1\n", "codecov.yml": codecov})

    assert judged.state is State.FAIL
    assert [(one.value, one.may_go) for one in judged.measures.values()] == [(60, True)]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ("fail_below_min: true\n          thresholds: '60 80'", State.PASS),
        ("thresholds: '60 80'", State.FAIL),
    ],
)
def test_an_action_holds_a_limit_where_it_fails_below_it(given: str, state: State) -> None:
    action = f"      - uses: irongut/CodeCoverageSummary@v1\n        with:\n          {given}\n"
    files = workflow("dotnet test")
    files = {path: f"{text.rstrip()}\n{action}" for path, text in files.items()}

    assert ask("coverage-thresholds", {**CODE, **files}).state is state


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("pytest --no-cov", {"pytest.ini": "[pytest]\naddopts = --cov --cov-fail-under=80\n"}),
        (
            "mvn verify",
            {"pom.xml": "<p>jacoco\n<haltOnFailure>false</haltOnFailure>\n<minimum>0.8</minimum>\n</p>\n"},
        ),
        # That awk takes a number out of a report fails nothing.
        ("|\n          total=$(go tool cover | awk '{print $3}')\n          [ $total -lt 70 ] && echo low", {}),
    ],
)
def test_a_limit_below_which_the_build_goes_on_is_none(command: str, files: dict[str, str]) -> None:
    judged = ask("coverage-thresholds", {**CODE, **files, **workflow(command)})

    assert judged.state is State.FAIL, judged


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("pytest --cov --cov-fail-under=8.0.0", {}),
        ("pytest --cov --cov-fail-under=.", {}),
        ("pytest --cov", {"pytest.ini": "[pytest]\naddopts = --cov --cov-fail-under=..\n"}),
        ("coverage report", {".coveragerc": "[report]\nfail_under = 1.2.3\n"}),
        ("dotnet test", {"a.csproj": "<Threshold>...</Threshold>\n"}),
        ("vitest --coverage", {"vitest.config.ts": "export default { coverage: { thresholds: { lines: 1e999 } } }\n"}),
    ],
)
def test_what_is_no_number_is_no_limit(command: str, files: dict[str, str]) -> None:
    assert ask("coverage-thresholds", {**CODE, **files, **workflow(command)}).state is State.FAIL


@pytest.mark.parametrize(("script", "state"), [("exit 1", State.PASS), ("echo low", State.FAIL)])
def test_a_step_that_fails_under_a_condition_of_coverage_is_a_limit(script: str, state: State) -> None:
    step = f"pytest --cov\n      - if: steps.cov.outputs.coverage-overall < 80\n        run: {script}"

    assert ask("coverage-thresholds", {**CODE, **workflow(step)}).state is state


@pytest.mark.parametrize(("path", "state"), [("codecov.yml", State.PASS), ("web/codecov.yml", State.FAIL)])
def test_codecov_reads_no_settings_of_another_folder(path: str, state: State) -> None:
    status = "coverage: {status: {project: {default: {target: 80%}}}}\n"
    uploads = "pytest --cov\n      - uses: codecov/codecov-action@v4"

    assert ask("coverage-thresholds", {**CODE, path: status, **workflow(uploads)}).state is state
