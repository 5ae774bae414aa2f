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
    ("matrix", "state"),
    [
        ("cmd: ['go vet', 'go test ./...']", State.PASS),
        ("include: [{cmd: go test ./...}]", State.PASS),
        ("cmd: ['go vet']", State.FAIL),
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
