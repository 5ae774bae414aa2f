"""What commands lead to that name a task: of project managers' tables, of tasks in code, of Earthfiles and others."""

from __future__ import annotations

import time

import pytest

from bot.model import State
from tests.checks.readiness.facts.workflows.test_workflows import job, run
from tests.checks.readiness.look import ask_item

_PROJECT = """[tool.pdm.scripts]
test = "pytest -q"
shell = {shell = "pytest -k pdm"}
all = {composite = ["lint", "test"]}
lint = {cmd = ["ruff", "check"]}
[tool.rye.scripts]
check = {chain = ["unit"]}
unit = ["pytest", "-k", "rye"]
[tool.hatch.envs.default.scripts]
test = "pytest -k hatch"
[tool.hatch.envs.ci.scripts]
cov = ["pytest --cov", "test-again"]
[tool.poe.tasks]
test = ["unit"]
unit = "pytest -k poe"
soft = {sequence = ["unit"], ignore_fail = true}
[tool.taskipy.tasks]
test = "pytest -k taskipy"
"""
_MAGE = """package main
func Lint() error { return sh.Run("golangci-lint", "run") }
func (Test) UnitOnly() error {
    mg.Deps(Lint)
    return sh.RunWithV(map[string]string{"A": "1"}, "go", "test", "./...")
}
"""
_INVOKE = """from invoke import task

@task
def lint(c):
    c.run("ruff check")

@task(pre=[lint])
def unit_tests(c):
    # c.run("pytest --never")
    c.run(f"pytest -q")

@task
def other(c):
    c.run("mypy")
"""
_CAKE = """Task("Build").Does(() => DotNetBuild("./A.sln"));
Task("Test").IsDependentOn("Build").Does(() => {
    DotNetTest("./A.sln");
});
Task("Default").IsDependentOn("Test");
Task("Pack").Does(() => DotNetPack("./A.sln"));
"""
_EARTH = """VERSION 0.8
FROM python:3.12
deps:
    RUN --mount=type=cache,target=/root pip install .
test:
    FROM +deps
    RUN pytest \\
        -q
all:
    BUILD ./web+unit
lint:
    RUN ruff check
"""
_SCRIPTS = """{"scripts": {"test": "run-s 'test:*'", "test:unit": "jest", "lint": "eslint", "both": "wireit", "x": "y"},
 "wireit": {"both": {"command": "mocha", "dependencies": ["one"]}, "one": {"command": "ava"}}}"""
_FILES = {
    "pyproject.toml": _PROJECT,
    "Pipfile": '[scripts]\ntest = "pytest -k pipenv"\n',
    "pixi.toml": '[tasks]\ntest = {cmd = "pytest -k pixi", depends-on = ["lint"]}\nlint = "ruff check"\n',
    "deno.json": '{"tasks": {"test": "deno test -A", "all": {"dependencies": ["test"]}}}',
    "tox.toml": "[env_run_base]\ncommands = [['pytest', '-k', 'tox']]\n",
    "magefiles/test.go": _MAGE,
    "tasks.py": _INVOKE,
    "build.cake": _CAKE,
    "Earthfile": _EARTH,
    "web/Earthfile": "unit:\n    RUN vitest run\n",
    "package.json": _SCRIPTS,
}


def _run(command: str) -> dict[str, str]:
    return job(f"      - run: |\n          {command}\n")


@pytest.mark.parametrize(
    ("command", "reached"),
    [
        ("pdm run test", ["pytest -q"]),
        ("pdm run -p . shell", ["pytest -k pdm"]),
        ("pdm run all", ["ruff check", "pytest -q"]),
        ("pdm run pytest tests", ["pytest tests"]),
        ("rye run check", ["pytest -k rye"]),
        ("hatch run test", ["pytest -k hatch"]),
        ("hatch run ci:cov", ["pytest --cov"]),
        ("hatch run mypy:none", []),
        ("poetry run poe test", ["pytest -k poe"]),
        ("poe soft", []),
        ("uv run task test", ["pytest -k taskipy"]),
        ("pipenv run test", ["pytest -k pipenv"]),
        ("pixi run -e dev test", ["pytest -k pixi", "ruff check"]),
        ("deno task all", ["deno test -A"]),
        ("tox -e py", ["pytest -k tox"]),
        ("mage -v test:unitonly", ["golangci-lint run", "go test ./..."]),
        ("mage build", []),
        ("inv unit-tests", ["ruff check", "pytest -q"]),
        ("dotnet cake", ["dotnet test"]),
        ("dotnet cake --target Pack", []),
        ("earthly --ci +test", ["pip install .", "pytest -q"]),
        ("earthly +all", ["vitest run"]),
        ("npm test", ["jest"]),
        ("npm cit", ["jest"]),
        ("npm run both", ["mocha", "ava"]),
        ("npx start-server-and-test start http://localhost:3000 'npm run test:unit'", ["jest"]),
        ("firebase emulators:exec --only firestore 'npm run test:unit'", ["jest"]),
        ("nix-shell --run 'pytest -q'", ["pytest -q"]),
        ("circleci tests run --command='xargs rspec'", ["rspec"]),
        ("env-cmd -f .env jest", ["jest"]),
        ("pytest `ls tests | grep -v slow` -q", ["pytest `ls tests | grep -v slow` -q"]),
    ],
)
def test_a_named_task_is_followed_to_its_commands(command: str, reached: list[str]) -> None:
    found = [one.text for one in run({**_FILES, **_run(command)})]
    known = (
        "pytest",
        "ruff",
        "go ",
        "golangci",
        "dotnet test",
        "pip ",
        "vitest",
        "jest",
        "mocha",
        "ava",
        "rspec",
        "deno test",
    )
    assert sorted({one for one in found if one.startswith(known)}) == sorted(reached)


_TESTED = {"a.go": "package a\n", "a_test.go": "package a\nfunc TestA(t *testing.T) {\n\tt.Fatal()\n}\n"}


@pytest.mark.parametrize(
    "files",
    [
        {".cirrus.yml": "task:\n  unit_script: go test ./...\n"},
        {"appveyor.yml": "test_script:\n  - cmd: go test ./...\n"},
        {".buildkite/pipeline.yml": "steps:\n  - command: go test ./...\n"},
        {".semaphore/semaphore.yml": "blocks:\n  - task:\n      jobs:\n        - commands: ['go test ./...']\n"},
    ],
)
def test_files_of_more_systems_are_pipelines(files: dict[str, str]) -> None:
    assert ask_item("testing.unit-tests", {**_TESTED, **files}).state is State.PASS


@pytest.mark.parametrize(
    "files",
    [
        {".cirrus.yml": "task:\n  allow_failures: true\n  unit_script: go test ./...\n"},
        {".cirrus.yml": "task:\n  trigger_type: manual\n  unit_script: go test ./...\n"},
        {".cirrus.yml": "task:\n  only_if: false\n  unit_script: go test ./...\n"},
        {".cirrus.yml": "task:\n  on_failure:\n    unit_script: go test ./...\n"},
        {"appveyor.yml": "deploy_script:\n  - ps: go test ./...\n"},
        {".buildkite/pipeline.yml": "steps:\n  - command: go test ./...\n    soft_fail: [{exit_status: 1}]\n"},
        {".buildkite/pipeline.yml": "steps:\n  - command: go test ./...\n    skip: true\n"},
        {".semaphore/deploy.yml": "blocks:\n  - task:\n      jobs:\n        - commands: ['go test ./...']\n"},
        {".semaphore/semaphore.yml": "after:\n  epilogue:\n    on_fail:\n      commands: ['go test ./...']\n"},
    ],
)
def test_what_is_left_out_or_may_fail_in_them_holds_nothing_up(files: dict[str, str]) -> None:
    assert ask_item("testing.unit-tests", {**_TESTED, **files}).state is State.FAIL


@pytest.mark.parametrize(
    ("matrix", "state"),
    [
        ("cmd: ['go vet', 'go test ./...']", State.PASS),
        ("include: [{cmd: go test ./...}]", State.PASS),
        ("cmd: ['go vet']", State.FAIL),
        ("cmd: ['go vet', 'go test ./...'], exclude: [{cmd: go test ./...}]", State.FAIL),
        ("os: [a, b], cmd: ['go test ./...'], exclude: [{os: a, cmd: go test ./...}]", State.PASS),
        ("other: ['go test ./...']", State.FAIL),
    ],
)
def test_commands_stand_in_a_matrix(matrix: str, state: State) -> None:
    text = f"on: pull_request\njobs:\n  t:\n    strategy: {{matrix: {{{matrix}}}}}\n    steps:\n"
    files = {**_TESTED, ".github/workflows/ci.yml": f"{text}      - run: ${{{{ matrix.cmd }}}}\n"}
    assert ask_item("testing.unit-tests", files).state is state


@pytest.mark.parametrize(
    ("name", "text", "command"),
    [
        ("magefile.go", "package main\n" + 'func A() { sh.Run("a", ' * 20_000, "mage a"),
        ("tasks.py", "@task\ndef a(c):\n" + "  c.run('x'\n" * 18_000, "inv a"),
        ("build.cake", 'Task("A").IsDependentOn("A")\n' * 6_000, "dotnet cake --target=A"),
        ("Earthfile", "a:\n" + "    RUN x \\\n" * 19_000, "earthly +a"),
        ("Earthfile", "a:\n" + "    BUILD +a\n" * 14_000, "earthly +a"),
        ("pyproject.toml", '[tool.poe.tasks]\na = ["a"' + ', "a"' * 30_000 + "]\n", "poe a"),
        ("pixi.toml", "".join(f'[feature.f{one}.tasks]\na = "a"\n' for one in range(3_000)), "pixi run a"),
    ],
)
def test_a_costly_file_of_tasks_costs_little(name: str, text: str, command: str) -> None:
    begun = time.process_time()
    run({name: text, **_run(command)})
    assert time.process_time() - begun < 3


_PYTHON = {"app.py": "def f():\n    return 1\n", "test_app.py": "def test_f():\n    assert f() == 1\n"}
_CODE = {
    "A.cs": "class A { }\n",
    "tests/ATests.cs": "public class ATests\n{\n    [Fact]\n    public void T()\n    {\n    }\n}\n",
}
_POE = {"pyproject.toml": '[tool.poe.tasks]\ntest = "pytest"\n'}
_MAGE_OF = "package main\nfunc (Lint) All() error {{\n\treturn nil\n}}\nfunc Test() error {{\n\t{}\n}}\n"


def _invoke(call: str) -> dict[str, str]:
    return {"tasks.py": f"@task\ndef test(c):\n    {call}\n"}


def _mage(body: str) -> dict[str, str]:
    return {"magefile.go": _MAGE_OF.format(body)}


def _cake(task: str) -> dict[str, str]:
    return {"build.cake": f'Task("Default"){task}.Does(() => {{ DotNetTest("./A.sln"); }});\n'}


def _hatch(told: str) -> dict[str, str]:
    return {"pyproject.toml": f"[tool.hatch.envs.default.scripts]\ntest = {told}\n"}


_TOX = {
    "tox.ini": "[testenv]\ncommands =\n    {tests,unit}: python -m pytest {posargs:-n {env:N:2}}\n"
    "    lint: {posargs:ruff check}\n"
    "[testenv:docs]\ncommands = sphinx-build docs out\n"
}


def _earth(body: str) -> dict[str, str]:
    return {"Earthfile": f"test:\n{body}"}


@pytest.mark.parametrize(
    ("command", "files", "state"),
    [
        ("hatch run test", _hatch('"pytest"'), State.PASS),
        ("hatch run test", _hatch('"- pytest"'), State.FAIL),
        ("hatch run test", _hatch('["- pytest", "echo"]'), State.FAIL),
        ("tox", {"tox.ini": "[testenv]\ncommands =\n    - ruff check\n    pytest\n"}, State.PASS),
        ("tox", {"tox.ini": "[testenv]\ncommands =\n    - pytest\n"}, State.FAIL),
        # Lines of some environments, and sections of their own.
        ("tox -qe tests", _TOX, State.PASS),
        ("tox -e lint", _TOX, State.FAIL),
        ("tox -e py311-unit", _TOX, State.PASS),
        ("tox -e docs", _TOX, State.FAIL),
        ("tox -e tests -- --collect-only", _TOX, State.FAIL),
        ("tox -e ${{ matrix.env }}", _TOX, State.PASS),
        (
            "tox -e py39",
            {"tox.ini": "[testenv]\ncommands = pytest\n[testenv:lint]\ncommands = ruff check\n"},
            State.PASS,
        ),
        (
            "tox -e lint",
            {"tox.ini": "[testenv]\ncommands = pytest\n[testenv:lint]\ncommands = ruff check\n"},
            State.FAIL,
        ),
        ("poe test", _POE, State.PASS),
        ("poe -q test -q", _POE, State.PASS),
        ("poe -d test", _POE, State.FAIL),
        ("poe test --collect-only", _POE, State.FAIL),
        ("poe t", {"pyproject.toml": '[tool.poe.tasks.t]\ncmd = "pytest"\nignore_fail = true\n'}, State.FAIL),
        ("poe t", {"pyproject.toml": '[tool.poe.tasks.t]\ncmd = "pytest"\nignore_fail = [1]\n'}, State.PASS),
        ("inv test", _invoke('c.run("pytest", pty=True)'), State.PASS),
        ("inv test", _invoke('c.run("pytest", env=dict(a=1), warn=True)'), State.FAIL),
        ("inv --list test", _invoke('c.run("pytest")'), State.FAIL),
        ("inv test", _invoke('c.run("a", warn=True)\n    c.run("pytest")'), State.PASS),
        ("mage test", _mage('return sh.RunV("go", "test", "./...")'), State.PASS),
        ("mage test", _mage('if err := sh.RunV("go", "test", "./..."); err != nil {'), State.PASS),
        ("mage test", _mage('_ = sh.RunV("go", "test", "./...")'), State.FAIL),
        ("mage lint:all", {"magefile.go": _MAGE_OF.format("") + _MAGE.replace("UnitOnly", "All")}, State.FAIL),
        ("dotnet cake", _cake(""), State.PASS),
        ("dotnet cake --dryrun", _cake(""), State.FAIL),
        ("dotnet cake", _cake(".ContinueOnError()"), State.FAIL),
        ("dotnet cake", _cake('.WithCriteria(HasArgument("tests"))'), State.FAIL),
        ("earthly +test", _earth("    WITH DOCKER\n        RUN go test ./...\n    END\n"), State.PASS),
        ("earthly +test", _earth("    IF [ $A ]\n        RUN a\n    END\n    RUN go test ./...\n"), State.PASS),
        ("earthly +test", _earth("    IF [ $A = b ]\n        RUN go test ./...\n    END\n"), State.FAIL),
        ("earthly ls +test", _earth("    RUN go test ./...\n"), State.FAIL),
    ],
)
def test_a_task_whose_failure_counts_runs_tests(command: str, files: dict[str, str], state: State) -> None:
    tested = _CODE if "cake" in command else _TESTED if command.startswith(("mage", "earthly")) else _PYTHON

    assert ask_item("testing.unit-tests", {**tested, **files, **_run(command)}).state is state


_PUSHED = "on: [push, pull_request]\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {}\n"


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ("@ go test ./...", State.PASS),
        ("+ go test ./...", State.PASS),
        ("@+go test ./...", State.PASS),
        ("@ - go test ./...", State.FAIL),
        ("- go test ./...", State.FAIL),
    ],
)
def test_signs_before_a_command_of_make_may_stand_by_themselves(recipe: str, expected: State) -> None:
    files = {
        "go.mod": "module m\n",
        "a_test.go": "package m\nfunc TestA(t *testing.T) {}\n",
        "Makefile": f"tests:\n\t{recipe}\n",
        ".github/workflows/a.yml": _PUSHED.format("make tests"),
    }

    assert ask_item("testing.ci-workflows", files).state is expected


_BULLSEYE = """\
using static Bullseye.Targets;
const string Build = "build";
Target(Build, () => Run("dotnet", "build -c Release"));
Target("test", [Build], () => Run("dotnet", $"test {solution} -c Release"));
Target("pack", DependsOn("test"), () => Run("dotnet", "pack"));
Target("default", [Build]);
await RunTargetsAndExitAsync(args);
"""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("dotnet run --project build -- test", State.PASS),
        ("dotnet run -p build/build.csproj -c Release -- pack", State.PASS),
        ("dotnet run --project build", State.FAIL),
        ("dotnet run --project build -- Build", State.FAIL),
        ("dotnet run --project src -- test", State.FAIL),
        ("dotnet build --project build -- test", State.FAIL),
    ],
)
def test_targets_of_bullseye_run_what_they_need(command: str, expected: State) -> None:
    files = {
        "src/src.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>',
        "tests/A/A.csproj": '<Project><PackageReference Include="xunit"/></Project>',
        "tests/A/T.cs": "class T { [Fact] public void A() {} }\n",
        "build/build.csproj": '<Project><PackageReference Include="Bullseye" Version="5"/></Project>',
        "build/Program.cs": _BULLSEYE,
        ".github/workflows/a.yml": _PUSHED.format(command),
    }

    assert ask_item("testing.ci-workflows", files).state is expected
