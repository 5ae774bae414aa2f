"""What pipelines run, followed through scripts, targets, reusable workflows and composite actions."""

from __future__ import annotations

import json
import re

import pytest

from bot.checks.readiness.facts.workflows import Ran, Workflows
from tests.checks.readiness.look import look

ON_CHANGE = "on: [pull_request]\n"


def job(steps: str, on: str = ON_CHANGE, extra: str = "") -> dict[str, str]:
    return {".github/workflows/ci.yml": f"{on}jobs:\n  test:\n    runs-on: ubuntu-latest\n{extra}    steps:\n{steps}"}


def run(files: dict[str, str]) -> list[Ran]:
    return list(Workflows(look(files).files).ran)


def ran(files: dict[str, str]) -> list[str]:
    return [f"{one.place.path}:{one.place.line} {one.text}" for one in run(files)]


def test_a_step_s_commands_stand_on_their_lines() -> None:
    files = job("      - run: make a\n      - run: |\n          make b\n\n          make c\n")

    assert ran(files) == [
        ".github/workflows/ci.yml:6 make a",
        ".github/workflows/ci.yml:8 make b",
        ".github/workflows/ci.yml:10 make c",
    ]


PACKAGE = json.dumps({"scripts": {"pretest": "tsc", "test": "vitest run", "all": "run-s test lint"}}, indent=1)

SIDE_BY_SIDE = json.dumps(
    {
        "scripts": {
            "start": "node .",
            "test": "vitest run",
            "side": "concurrently -k -s first -n app,test npm:start npm:test",
            "quoted": "concurrently --names a,b \"node .\" 'jest --ci'",
        }
    },
    indent=1,
)


MISE = '[tasks]\nlint = "ruff check"\n[tasks.test]\ndepends = ["lint"]\nrun = ["pytest", "mypy ."]\n'


@pytest.mark.parametrize(
    ("command", "files", "reached"),
    [
        ("mise run test", {"mise.toml": MISE}, "mise.toml:3 pytest"),
        ("mise r -j 2 test --all", {".mise/config.toml": MISE}, ".mise/config.toml:2 ruff check"),
        ("'mise run a ::: lint'", {".mise.toml": MISE}, ".mise.toml:2 ruff check"),
        ("mise run test:unit", {"mise-tasks/test/unit": "#!/bin/sh -e\npytest\n"}, "mise-tasks/test/unit:2 pytest"),
        ("npm test", {"package.json": PACKAGE}, "package.json:4 vitest run"),
        ("npm run all", {"package.json": PACKAGE}, "package.json:4 vitest run"),
        ("npm run side", {"package.json": SIDE_BY_SIDE}, "package.json:4 vitest run"),
        ("npm run quoted", {"package.json": SIDE_BY_SIDE}, "package.json:6 jest --ci"),
        ("yarn test", {"package.json": PACKAGE}, "package.json:4 vitest run"),
        ("yarn jest --ci", {"package.json": PACKAGE}, ".github/workflows/ci.yml:6 jest --ci"),
        ("pnpm --filter web test", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        ("pnpm -r test", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        ("pnpm -F @acme/web... run test", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        ("pnpm --filter ./apps/* test", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        ("pnpm --filter web exec jest", {"apps/web/package.json": PACKAGE}, ".github/workflows/ci.yml:6 jest"),
        ("npm test -w apps/web", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        ("npm exec -w web -- jest --ci", {"apps/web/package.json": PACKAGE}, ".github/workflows/ci.yml:6 jest --ci"),
        ("yarn workspaces foreach -A -j 2 run test", {"a/package.json": PACKAGE}, "a/package.json:4 vitest run"),
        (
            "yarn workspace web playwright test",
            {"a/web/package.json": "{}"},
            ".github/workflows/ci.yml:6 playwright test",
        ),
        ("npx turbo run test --filter=web", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        ("npx turbo run test", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        (
            "npx nx run-many --target=test --all",
            {"apps/a/project.json": '{"targets": {\n"test": {\n"executor": "@nx/jest:jest"}}}'},
            "apps/a/project.json:2 jest",
        ),
        (
            "npx nx affected -t lint e2e --parallel 2",
            {"a/project.json": '{"targets": {"e2e": {"executor": "@nx/playwright:playwright"}}}'},
            "a/project.json:1 playwright test",
        ),
        (
            "npx nx run api:test:ci",
            {
                "api/project.json": (
                    '{"targets": {"test": {"executor": "nx:run-commands", "options": {"commands": ["pytest -q"]}}}}'
                )
            },
            "api/project.json:1 pytest -q",
        ),
        (
            "npx nx test api",
            {"nx.json": '{"plugins": [\n{"plugin": "@nx/jest/plugin", "options": {"targetName": "test"}}]}'},
            "nx.json:2 jest",
        ),
        ("npx nx affected:test", {"apps/web/package.json": PACKAGE}, "apps/web/package.json:4 vitest run"),
        ("npm --prefix ui test", {"ui/package.json": PACKAGE}, "ui/package.json:4 vitest run"),
        ("make ci", {"Makefile": "ci: lint test\nlint:\n\truff\ntest:\n\tpytest -q\n"}, "Makefile:5 pytest -q"),
        ("make -C api", {"api/Makefile": "all:\n\tgo test ./...\n"}, "api/Makefile:2 go test ./..."),
        ("make t", {"Makefile": "t: ## Run the tests\n\tpytest -q\n"}, "Makefile:2 pytest -q"),
        ("just test", {"justfile": "test *args:\n  cargo test {{args}}\n"}, "justfile:2 cargo test {{args}}"),
        # The last recipe of a name is another system's.
        (
            "just t",
            {
                "justfile": "alias t := test\n\n[unix]\ntest: (build 'x')\n  pytest -q\n\n[windows]\n[private]\n"
                "test:\n  echo no\n"
            },
            "justfile:5 pytest -q",
        ),
        (
            "just ci",
            {"justfile": "run := 'npx vitest'\nci: (all 'x') # no other\nall what:\n  {{ run }} run\n"},
            "justfile:4 vitest run",
        ),
        ("tox -e py", {"tox.ini": "[testenv]\ncommands =\n  pytest\n"}, "tox.ini:3 pytest"),
        (
            "tox",
            {"pyproject.toml": '[tool.tox.env_run_base]\ncommands = [["pytest", "-q"]]\n'},
            "pyproject.toml:2 pytest -q",
        ),
        ("nox", {"noxfile.py": 'def t(session):\n    session.run("pytest", "-q")\n'}, "noxfile.py:2 pytest -q"),
        ("bash ci/test.sh", {"ci/test.sh": "#!/bin/bash\nset -e\npytest\n"}, "ci/test.sh:3 pytest"),
        ("bash -ec 'make x; pytest -q'", {}, ".github/workflows/ci.yml:6 pytest -q"),
        ("./scripts/t", {"scripts/t": "#!/bin/sh\npytest\n"}, "scripts/t:2 pytest"),
        ("composer test", {"composer.json": '{"scripts": {"test": ["phpunit"]}}'}, "composer.json:1 phpunit"),
        (
            "composer test",
            {"composer.json": '{"scripts": {"test": "@unit -v", "unit": "phpunit"}}'},
            "composer.json:1 phpunit -v",
        ),
        (
            "composer test --working-dir=$one",
            {"a/b/composer.json": '{"scripts": {"test": "pest"}}'},
            "a/b/composer.json:1 pest",
        ),
        ("composer -d a test", {"a/composer.json": '{"scripts": {"test": "pest"}}'}, "a/composer.json:1 pest"),
        (
            "ci/run.sh pytest -q",
            {"ci/run.sh": 'log() {\n  "$@"\n}\nexec "$@"\n'},
            "ci/run.sh:4 pytest -q",
        ),
        ("bash ci/show.sh pytest -q", {"ci/show.sh": "set -e\n$@ 2>&1\n"}, "ci/show.sh:2 pytest -q 2>&1"),
        (
            "ci/wait.sh npm test",
            {"ci/wait.sh": '#!/bin/sh\nexec "$@"\n', "package.json": PACKAGE},
            "package.json:4 vitest run",
        ),
        ("task t", {"Taskfile.yml": "tasks:\n  t:\n    cmds:\n      - go test\n"}, "Taskfile.yml:4 go test"),
        (
            "node t/a.mjs",
            {"t/a.mjs": 'let a\n// execSync("x")\nexecSync("npm test")\n', "package.json": PACKAGE},
            "package.json:4 vitest run",
        ),
        (
            "./build.sh All --configuration Release",
            {
                ".nuke/parameters.json": "{}",
                "build.sh": "#!/bin/sh\ndotnet run\n",
                "build/Build.cs": (
                    "class Build {\n Target All => _ => _.DependsOn(Lint, Test);\n Target Test => _ => _\n"
                    '  .Executes(() => { DotNetTest(s => s.SetFilter("Unit")); });\n}\n'
                ),
            },
            "build/Build.cs:3 dotnet test --filter Unit",
        ),
        ("node t.js", {"t.js": 'await execa("vitest", ["run", "--coverage"])\n'}, "t.js:1 vitest run --coverage"),
        ("python ci/t.py", {"ci/t.py": 'subprocess.run(["pytest", "-q"], check=True)\n'}, "ci/t.py:1 pytest -q"),
        ("python3 t.py", {"t.py": 'subprocess.check_call("pytest -q", shell=True)\n'}, "t.py:1 pytest -q"),
        ("docker compose run --rm web pytest -q", {}, ".github/workflows/ci.yml:6 pytest -q"),
        ("docker run --rm -v $PWD:/a -w /a node:24 npm test", {"package.json": PACKAGE}, "package.json:4 vitest run"),
        ("docker exec -it web sh -c 'pytest -q'", {}, ".github/workflows/ci.yml:6 pytest -q"),
    ],
)
def test_a_command_is_followed_into_the_repository(command: str, files: dict[str, str], reached: str) -> None:
    assert reached in ran({**job(f"      - run: {command}\n"), **files})


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("python t.py", {"t.py": 'subprocess.run(["pytest", "-q"])\n'}),
        ("node t.js", {"t.js": 'exec("pytest")\n// execSync("pytest")\n'}),
        (
            "./build.sh Pack",
            {".nuke/parameters.json": "{}", "build/B.cs": "Target Pytest => _ => DotNetTest(s => s);\n"},
        ),
        ("./build.sh Pytest", {"build/B.cs": "Target Pytest => _ => DotNetTest(s => s);\n"}),
        ("node --check t.js", {"t.js": 'execSync("pytest")\n'}),
    ],
)
def test_a_program_that_goes_on_after_a_failure_leads_nowhere(command: str, files: dict[str, str]) -> None:
    assert not [
        one for one in ran({**job(f"      - run: {command}\n"), **files}) if re.search(r"pytest|dotnet test", one)
    ]


_SERVICE = "services:\n  app:\n    build: .\n    entrypoint: ['/wait-for-it.sh', 'db:5432', '--', '/app/ci/test.sh']\n"
_PLAIN = "services:\n  app:\n    build: .\n    command: sh -c 'pytest -q'\n  db:\n    image: postgres\n"
_UP = "docker compose up --no-deps"
_BUILT = "services:\n  app:\n    build: {context: ., dockerfile: ci/Dockerfile}\n"
_IMAGE = 'FROM python\nCMD ["pytest", "-q"]\n'


@pytest.mark.parametrize(
    ("command", "files", "reached"),
    [
        (f"{_UP} --exit-code-from app app", {"compose.yml": _PLAIN}, "compose.yml:4 pytest -q"),
        (f"{_UP} --exit-code-from=app", {"docker-compose.override.ci.yml": _SERVICE}, "ci/test.sh:2 pytest"),
        ("docker compose run --rm app", {"compose.yml": _PLAIN}, "compose.yml:4 pytest -q"),
        (f"{_UP} --exit-code-from app", {"compose.yml": _BUILT, "ci/Dockerfile": _IMAGE}, "ci/Dockerfile:2 pytest -q"),
        ("docker-compose -f ci.yml up --build --abort-on-container-exit", {"ci.yml": _PLAIN}, "ci.yml:4 pytest -q"),
        ("docker-compose -f a/ci.yml up --abort-on-container-exit app", {"a/ci.yml": _SERVICE}, "ci/test.sh:2 pytest"),
    ],
)
def test_what_a_service_starts_is_run_where_up_ends_with_it(command: str, files: dict[str, str], reached: str) -> None:
    script = {"ci/test.sh": "#!/bin/sh -e\npytest\n"}

    assert reached in ran({**job(f"      - run: {command}\n"), **files, **script})


@pytest.mark.parametrize(
    "command",
    [
        f"{_UP} app",
        f"{_UP} -d --abort-on-container-exit app",
        f"{_UP} --exit-code-from db app",
        "docker compose -f other.yml up --exit-code-from app",
        "docker up --exit-code-from app",
        f"{_UP} --exit-code-from",
        "docker run app",
        "docker compose run db",
        "docker compose up --abort-on-container-exit",
        "docker compose -f compose.yml up -d --abort-on-container-exit",
    ],
)
def test_what_a_service_starts_is_not_run_where_nobody_waits_for_it(command: str) -> None:
    files = {"compose.yml": _PLAIN, "docker-compose.prod.yml": _PLAIN}

    assert not [one for one in ran({**job(f"      - run: {command}\n"), **files}) if "pytest" in one]


@pytest.mark.parametrize(
    ("command", "text", "reached"),
    [
        (
            "make test",
            "GO ?= go\ntest: lint ## Run all\n\tGO111MODULE=on $(GO) test -race ./...\n",
            "go test -race ./...",
        ),
        ("make test", "GO := $(shell which go 2>/dev/null)\ntest:\n\t@${GO} test ./...\n", "go test ./..."),
        ("make test", "RUN = $(PY) -m\nPY = python3\ntest:\n\t$(RUN) pytest\n", "pytest"),
        ("make test", "BIN := app\ntest: $(BIN)-test\n\napp-test:\n\tgo test ./...\n", "go test ./..."),
        ("make test", "FLAGS = -v \\\n  -race # slow\ntest:\n\tgo test $(FLAGS)\n", "go test -v -race"),
        ("make test", "A = go\nA += test\ntest:\n\t$(A) ./...\n", "go test ./..."),
        ("make all", "all:\n\t$(MAKE) -C $(CURDIR) unit\nunit:\n\tgo test ./...\n", "go test ./..."),
        (
            "make test-unit",
            "test-%: lint\n\tgo test -tags $* ./...\nlint:\n\tgo vet ./...\n",
            "go test -tags unit ./...",
        ),
        ("make test-unit", "%:\n\tgo vet $*\ntest-%: lint-%\nlint-%:\n\tgo test ./$(*)/...\n", "go test ./unit/..."),
        ("make test", "include build/rules.mk\ntest: unit\n", "go vet ./..."),
        ("make test", "test: x\nifdef ICONS\n\tgo vet ./...\nelse\n\tgo test ./...\nendif\n", "go test ./..."),
    ],
)
def test_variables_and_other_files_are_put_into_a_makefile(command: str, text: str, reached: str) -> None:
    files = {"Makefile": text, "build/rules.mk": "unit:\n\tgo vet ./...\n"}

    assert reached in [one.partition(" ")[2] for one in ran({**job(f"      - run: {command}\n"), **files})]


_TESTED = (
    "FROM node AS web\nCOPY package.json ./\nCOPY web .\nRUN npm ci \\\n && npm run lint\n"
    "FROM sdk AS build\nCOPY . .\nRUN --mount=type=cache,target=/a --network=none dotnet test --no-build\n"
    "RUN dotnet publish\n"
    "FROM build AS slow\nRUN pytest -q\n"
    "FROM runtime AS final\nCOPY --from=build /out .\nCOPY --from=web /out ./www\nRUN manage.py migrate --check\n"
)
_BUILDS_IT = "      - uses: docker/build-push-action@v6\n        with: {context: ., push: false}\n"


@pytest.mark.parametrize(
    "steps",
    [
        _BUILDS_IT,
        "      - run: docker build -t x .\n",
        "      - run: docker buildx build --platform linux/amd64 -f Dockerfile --target=final .\n",
    ],
)
def test_what_the_build_of_an_image_checks_is_run(steps: str) -> None:
    files = {"Dockerfile": _TESTED, "web/package.json": '{"scripts": {"lint": "eslint ."}}'}

    reached = ran({**job(steps), **files})

    assert {"Dockerfile:8 dotnet test --no-build", "web/package.json:1 eslint ."} <= set(reached)
    assert not [one for one in reached if "pytest" in one or "migrate" in one or "publish" in one]


@pytest.mark.parametrize(
    "steps",
    [
        "      - run: docker build --target ${{ matrix.target }} .\n",
        "      - run: docker build -f other.Dockerfile .\n",
        "      - run: docker push x\n",
        "      - uses: docker/build-push-action@v6\n        with: {file: other.Dockerfile}\n",
        "      - uses: docker/login-action@v3\n",
    ],
)
def test_what_no_build_that_is_known_needs_is_not_run(steps: str) -> None:
    assert not [one for one in ran({**job(steps), "Dockerfile": _TESTED}) if "dotnet" in one]


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("make test GO=echo", "GO ?= go\ntest:\n\t$(GO) test ./...\n"),
        ("make test", "ifdef CI\nGO = true\nelse\nGO = go\nendif\ntest:\n\t$(GO) test ./...\n"),
        ("make test", "GO != cat tool\ntest:\n\t$(GO) test ./...\n"),
        ("make test", "GO = $(GO)\ntest:\n\t$(GO) test ./...\n"),
        ("make test", "define GO\nGO = go\nendef\ntest:\n\t$(GO) test ./...\n"),
        ("make test", "GO = go\ntest:\n\t$$(GO) test ./...\n"),
    ],
)
def test_a_variable_of_make_without_one_value_stays(command: str, text: str) -> None:
    made = ran({**job(f"      - run: {command}\n"), "Makefile": text})

    assert not [one for one in made if one.partition(" ")[2].startswith("go test")]


def test_variables_of_make_that_grow_end_soon() -> None:
    grown = "".join(f"V{at} = {f'$(V{at + 1})' * 10}\n" for at in range(12))
    text = f"V12 = {'x' * 100}\n{grown}test:\n" + "\tpytest $(V0) $(V11)\n" * 20_000

    assert "Makefile:15 pytest" in [
        one.partition(" $")[0] for one in ran({**job("      - run: make test\n"), "Makefile": text})
    ]


ELSE = json.dumps({"name": "@acme/docs", "scripts": {"test": "jest", "check": "tsc"}})


@pytest.mark.parametrize(
    "command",
    [
        "yarn workspace @acme/web playwright test",
        "yarn workspace web test",
        "pnpm --filter web test",
        "pnpm --filter=!docs test",
        "pnpm --filter ./apps/web test",
        "npm test --workspace=@acme/web",
        "npm run -w apps/web test",
        "bun run --filter web test",
        "turbo run test --filter=web",
        "lerna run test --scope @acme/web",
        "docker build -t run test",
    ],
)
def test_a_script_of_a_package_that_is_not_asked_for_is_not_run(command: str) -> None:
    files = {"docs/package.json": ELSE, "apps/web/package.json": '{"name": "@acme/web", "scripts": {"check": "tsc"}}'}

    assert not [one for one in ran({**job(f"      - run: {command}\n"), **files}) if "jest" in one]


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        ("args: npm run test -- --coverage", "package.json:4 vitest run --coverage"),
        ('args: sh -c "HOME=/root npm test"', "package.json:4 vitest run"),
        ("args: npm test\n          entrypoint: env", "package.json:4 vitest run"),
        ("args: run load.js", ".github/workflows/ci.yml:6 k6 run load.js"),
    ],
)
def test_a_container_s_command_is_run(given: str, reached: str) -> None:
    files = job(f"      - uses: docker://grafana/k6:1.2\n        with:\n          {given}\n")

    assert reached in ran({**files, "package.json": PACKAGE})


@pytest.mark.parametrize(
    ("command", "project"),
    [
        ("nx run-many --target=lint", '{"targets": {"test": {"executor": "@nx/jest:jest"}}}'),
        ("nx run-many -t test", '{"targets": {"test": {"executor": "@acme/own:test"}}}'),
        ("nx run-many -t test", '{"targets": {"test": ["@nx/jest:jest"]}}'),
        ("nx reset", '{"targets": {"test": {"executor": "@nx/jest:jest"}}}'),
        ("nx", "[]"),
    ],
)
def test_nx_runs_no_other_target_and_no_executor_that_is_not_known(command: str, project: str) -> None:
    files = {**job(f"      - run: {command}\n"), "a/project.json": project, "nx.json": '{"plugins": [1, "@nx/x"]}'}

    assert ran(files) == [f".github/workflows/ci.yml:6 {command}"]


def test_a_reusable_workflow_runs_where_it_is_called_and_as_its_caller_starts() -> None:
    files = {
        ".github/workflows/ci.yml": "on: [pull_request]\njobs:\n  t:\n    uses: ./.github/workflows/t.yml\n",
        ".github/workflows/t.yml": "on: [workflow_call]\njobs:\n  t:\n    steps:\n      - run: pytest\n",
    }
    [one] = run(files)

    assert (one.text, one.pipeline.path, one.guards) == ("pytest", ".github/workflows/t.yml", True)


def test_a_workflow_that_is_not_to_be_called_runs_nowhere() -> None:
    files = {
        ".github/workflows/ci.yml": "on: [pull_request]\njobs:\n  t:\n    uses: ./.github/workflows/t.yml\n",
        ".github/workflows/t.yml": "on: workflow_dispatch\njobs:\n  t:\n    steps:\n      - run: pytest\n",
    }

    assert not any(one.guards for one in run(files))


def test_a_composite_action_s_steps_are_run() -> None:
    files = {
        **job("      - uses: ./.github/actions/t\n"),
        ".github/actions/t/action.yml": "runs:\n  using: composite\n  steps:\n    - run: pytest\n      shell: bash\n",
    }

    assert ran(files) == [".github/actions/t/action.yml:4 pytest"]


@pytest.mark.parametrize(
    "files",
    [
        job("      - run: pytest\n", on="on: workflow_dispatch\n"),
        job("      - run: pytest\n", on="on: {schedule: [{cron: '0 0 * * *'}]}\n"),
        job("      - run: pytest\n", on="on: {push: {tags: ['v*']}}\n"),
        job("      - run: pytest\n", extra="    if: false\n"),
        job("      - run: pytest\n", extra="    if: ${{ false }}\n"),
        job("      - run: pytest\n", extra="    continue-on-error: true\n"),
        job("      - run: pytest\n        continue-on-error: true\n"),
        job("      - run: pytest || true\n"),
        job("      - run: pytest\n", extra="    continue-on-error: ${{ true }}\n"),
        job("      - run: pytest\n", extra="    if: github.event_name == 'workflow_dispatch'\n"),
        job("      - run: pytest\n", extra="    if: contains(github.event.pull_request.labels.*.name, 'run')\n"),
        job("      - run: pytest\n        if: failure()\n"),
        job("      - run: pytest | tee out\n"),
        job("      - run: bandit -r . --exit-zero\n"),
        job("      - uses: a/trivy-action@v1\n        with: {exit-code: '0'}\n"),
        job("      - run: pytest\n", on="on: {pull_request: {paths: ['docs/**']}}\n"),
        job("      - run: pytest\n", on="on: {pull_request: {paths-ignore: ['**']}}\n"),
        {".gitlab-ci.yml": "a:\n  only: [tags]\n  script: [pytest]\n"},
        {".gitlab-ci.yml": "a:\n  rules: [{when: never}]\n  script: [pytest]\n"},
        {".gitlab-ci.yml": "a:\n  rules: [{if: $CI_COMMIT_TAG}]\n  script: [pytest]\n"},
        {".gitlab-ci.yml": "a:\n  rules: [{when: manual}]\n  script: [pytest]\n"},
    ],
)
def test_what_holds_no_change_up_does_not_guard(files: dict[str, str]) -> None:
    assert not run(files)[0].guards


SETUP = """setup: true
orbs: {c: circleci/continuation@1}
jobs:
  setup:
    steps:
      - run: ./make.sh
      - c/continue: {configuration_path: .circleci/rest.yml}
"""


def test_circleci_goes_on_with_a_configuration_that_is_committed() -> None:
    rest = "setup: true\njobs:\n  a:\n    steps:\n      - run: pytest\n"
    seen = look({".circleci/config.yml": SETUP, ".circleci/rest.yml": rest}).workflows

    assert [ran.text for ran in seen.ran] == ["pytest", "./make.sh", "c/continue"]
    assert seen.unread == []


@pytest.mark.parametrize(
    ("config", "made"),
    [
        (SETUP, ".circleci/rest.yml"),
        ("setup: true\nworkflows: {a: {jobs: [p/filter]}}\n", ".circleci/continue_config.yml"),
    ],
)
def test_a_configuration_that_circleci_makes_as_it_runs_is_unread(config: str, made: str) -> None:
    [unread] = look({".circleci/config.yml": config}).workflows.unread

    assert unread.reason == f"it goes on with {made}, which is made as it runs"


def test_a_configuration_of_circleci_without_setup_is_read() -> None:
    assert look({".circleci/config.yml": SETUP.replace("true", "false")}).workflows.unread == []


@pytest.mark.parametrize(
    "files",
    [
        job(
            "      - run: pytest\n",
            extra="    if: github.event_name == 'pull_request' || github.ref == 'refs/heads/x'\n",
        ),
        job("      - run: pytest\n", extra="    if: ${{ !cancelled() && needs.a.result == 'success' }}\n"),
        job("      - run: pytest\n", extra="    if: github.actor != 'dependabot[bot]'\n"),
        job("      - run: pytest\n", extra="    if: github.event_name != 'merge_group'\n"),
        job(
            "      - run: pytest\n", extra="    if: contains(github.event.pull_request.labels.*.name, 'no') == false\n"
        ),
        job("      - run: pytest\n", extra="    continue-on-error: ${{ matrix.new }}\n"),
        job("      - run: pytest | tee out\n        shell: bash\n"),
        job("      - run: pytest | tee out\n", extra="    defaults: {run: {shell: bash}}\n"),
        job("      - uses: a/trivy-action@v1\n        with: {exit-code: '0', format: sarif}\n"),
        {
            **job("      - run: pytest\n", on="on: {pull_request: {paths: ['api/**', '!api/docs/**']}}\n"),
            "api/a.py": "x",
        },
        {".gitlab-ci.yml": "a:\n  rules: [{if: $CI_MERGE_REQUEST_ID}, {when: never}]\n  script: [pytest]\n"},
        {".gitlab-ci.yml": "a:\n  rules: [{if: $CI_COMMIT_TAG}, {if: $CI_COMMIT_BRANCH}]\n  script: [pytest]\n"},
    ],
)
def test_what_may_hold_a_change_up_guards(files: dict[str, str]) -> None:
    assert run(files)[0].guards


def test_a_step_that_never_runs_is_not_there() -> None:
    assert run(job("      - run: pytest\n        if: false\n")) == []


@pytest.mark.parametrize(
    ("path", "text", "reached"),
    [
        (".gitlab-ci.yml", "test:\n  script:\n    - pytest\n", ".gitlab-ci.yml:3 pytest"),
        (
            ".gitlab-ci.yml",
            ".base:\n  script:\n    - pytest\ntest:\n  extends: .base\n",
            ".gitlab-ci.yml:3 pytest",
        ),
        (
            ".circleci/config.yml",
            "jobs:\n  t:\n    docker: [{image: x}]\n    steps:\n      - run:\n          command: pytest\n",
            ".circleci/config.yml:6 pytest",
        ),
        # A command of the file's own, with what it is given.
        (
            ".circleci/config.yml",
            (
                "commands:\n  check:\n    parameters: {with: {default: tox}}\n    steps:\n"
                "    - run: << parameters.with >> -q\njobs:\n  t:\n    steps:\n    - check: {with: pytest}\n"
            ),
            ".circleci/config.yml:5 pytest -q",
        ),
        ("azure-pipelines.yml", "steps:\n- script: pytest\n", "azure-pipelines.yml:2 pytest"),
        (".travis.yml", "script:\n  - pytest\n", ".travis.yml:2 pytest"),
        ("Jenkinsfile", "pipeline {\n  // sh 'ruff'\n  sh 'pytest'\n}\n", "Jenkinsfile:3 pytest"),
    ],
)
def test_other_systems_are_read_too(path: str, text: str, reached: str) -> None:
    assert ran({path: text}) == [reached]


def test_commands_of_circleci_that_name_each_other_end_soon() -> None:
    calls = "".join(f"  a{at}:\n    steps:\n{f'    - a{at + 1}{chr(10)}' * 40}" for at in range(12))
    text = f"commands:\n{calls}  a12:\n    steps: []\njobs:\n  t:\n    steps:\n    - a0\n    - run: pytest\n"

    assert len(ran({".circleci/config.yml": text})) < 3_000


def test_jobs_of_circleci_share_the_steps_that_are_read_and_values_make_no_long_ones() -> None:
    command = "commands:\n  a:\n    parameters:\n      p: {default: '" + "x" * 900 + "'}\n    steps:\n"
    text = command + "    - run: echo << parameters.p >> << parameters.p >>\n" * 1_500
    jobs = "".join(f"  j{one}:\n    steps:\n    - a\n" for one in range(50))
    workflows = look({".circleci/config.yml": f"{text}jobs:\n{jobs}"}).workflows

    assert len(workflows.ran) <= 2_500
    assert sum(len(one.text) for one in workflows.ran) < 5_000_000
    assert [one.reason for one in workflows.unread] == ["more than 2,500 steps: not all were read"]


@pytest.mark.parametrize(
    ("task", "reached"),
    [
        (
            "task: DotNetCoreCLI@2\n  inputs: {command: test, projects: 'test/**/*.csproj', arguments: -c Release}",
            ["dotnet test test -c Release"],
        ),
        ("task: DotNetCoreCLI@2\n  inputs: {command: test, projects: '**/*Tests.csproj'}", ["dotnet test"]),
        (
            "task: DotNetCoreCLI@2\n  inputs:\n    command: test\n    projects: |\n      a/B/*.csproj\n      c.csproj",
            ["dotnet test a/B c.csproj"],
        ),
        (
            "task: DotNetCoreCLI@2\n  inputs: {command: custom, custom: tool, arguments: restore}",
            ["dotnet tool restore"],
        ),
        ("task: Maven@4\n  inputs: {goals: verify}", ["mvn verify"]),
        ("task: Gradle@3", ["./gradlew build"]),
        ("task: Npm@1\n  inputs: {command: custom, customCommand: audit}", ["npm audit"]),
        ("task: Bash@3\n  inputs: {targetType: inline, script: pytest}", ["pytest"]),
        ("task: Bash@3\n  enabled: false\n  inputs: {targetType: inline, script: pytest}", []),
        ("task: PublishTestResults@2", []),
        ("bash: pytest\n  condition: false", []),
        ("bash: pytest\n  enabled: 'False'", []),
    ],
)
def test_tasks_of_azure_are_commands(task: str, reached: list[str]) -> None:
    looked = look({"azure-pipelines.yml": f"steps:\n- {task}\n"})

    assert [one.text for one in looked.workflows.ran if one.action is None] == reached


_PASSED_OVER = """\
on: [pull_request]
jobs:
  t:
%s    steps:
      - run: pytest %s|| true
      - run: ruff check . || true
%s
"""


@pytest.mark.parametrize(
    ("reporter", "soft"),
    [
        ("- uses: dorny/test-reporter@v1", False),
        ("- uses: dorny/test-reporter@v1\n        with: {fail-on-error: false}", True),
        (
            "- uses: phoenix-actions/test-reporting@v15\n        if: always()\n        with: {fail-on-error: 'true'}",
            False,
        ),
        ("- uses: dorny/test-reporter@v1\n        if: github.event_name == 'push'", True),
        ("- uses: dorny/test-reporter@v1\n        if: github.event_name == 'pull_request'", False),
        ("- uses: EnricoMi/publish-unit-test-result-action@v2", True),
        ("- uses: EnricoMi/publish-unit-test-result-action@v2\n        with: {action_fail: true}", False),
        ("- uses: mikepenz/action-junit-report@v4\n        with: {fail_on_failure: true}", False),
        (
            (
                "- uses: mikepenz/action-junit-report@v4\n        continue-on-error: true\n"
                "        with: {fail_on_failure: true}"
            ),
            True,
        ),
        ("- uses: actions/upload-artifact@v4", True),
    ],
)
def test_a_report_fails_the_job_that_passes_over_the_failure_of_its_tests(reporter: str, *, soft: bool) -> None:
    text = _PASSED_OVER % ("", "--junitxml=a.xml ", f"      {reporter}")
    ran = [one for one in look({".github/workflows/ci.yml": text}).workflows.ran if one.action is None]

    assert [(one.words[0], one.soft) for one in ran] == [("pytest", soft), ("ruff", True)]


@pytest.mark.parametrize(("job", "options"), [("", ""), ("    continue-on-error: true\n", "--junitxml=a.xml ")])
def test_a_report_of_nothing_and_one_in_a_job_that_may_fail_change_nothing(job: str, options: str) -> None:
    text = _PASSED_OVER % (job, options, "      - uses: dorny/test-reporter@v1")

    assert all(one.soft for one in look({".github/workflows/ci.yml": text}).workflows.ran if one.action is None)


_TESTS = "runs:\n  using: composite\n  steps:\n    - run: pytest --junitxml=a.xml || true\n      shell: bash\n"
_REPORT = "    - uses: dorny/test-reporter@v1\n      if: always()\n"
_NO_REPORT = "    - uses: dorny/test-reporter@v1\n      with: {fail-on-error: false}\n"
_ALONE = "runs:\n  using: composite\n  steps:\n"
_CALLS = "      - uses: ./.github/actions/%s\n"


@pytest.mark.parametrize(
    ("steps", "test", "report", "soft"),
    [
        (_CALLS % "test", _TESTS + _REPORT, "", False),
        (_CALLS % "test", _TESTS + _NO_REPORT, "", True),
        (_CALLS % "test" + "        continue-on-error: true\n", _TESTS + _REPORT, "", True),
        (_CALLS % "test" + _CALLS % "report", _TESTS, _ALONE + _REPORT, False),
        (_CALLS % "report" + _CALLS % "test", _TESTS, _ALONE + _REPORT, True),
        (_CALLS % "test" + _CALLS % "report", _TESTS, _ALONE + _NO_REPORT, True),
        (_CALLS % "test" + _CALLS % "report" + "        if: failure()\n", _TESTS, _ALONE + _REPORT, True),
        (
            _CALLS % "test" + "        continue-on-error: true\n" + _CALLS % "report",
            _TESTS,
            _ALONE + _REPORT,
            False,
        ),
    ],
)
def test_a_report_within_an_action_of_the_repository_fails_its_job(
    steps: str, test: str, report: str, *, soft: bool
) -> None:
    files = {**job(steps), ".github/actions/test/action.yml": test, ".github/actions/report/action.yml": report}

    assert [one.soft for one in run(files) if one.words[0] == "pytest"] == [soft]


def test_a_step_of_azure_that_may_fail_is_soft() -> None:
    looked = look({"azure-pipelines.yml": "steps:\n- script: pytest\n  continueOnError: true\n- script: ruff\n"})

    assert [(one.text, one.soft) for one in looked.workflows.ran] == [("pytest", True), ("ruff", False)]


def test_a_step_of_an_azure_job_that_may_fail_is_soft() -> None:
    steps = "  steps:\n  - script: {}\n"
    jobs = f"jobs:\n- job: a\n  continueOnError: true\n{steps.format('pytest')}- job: b\n{steps.format('ruff')}"
    looked = look({"azure-pipelines.yml": jobs})

    assert [(one.text, one.soft) for one in looked.workflows.ran] == [("pytest", True), ("ruff", False)]


def test_an_input_that_is_a_truth_value_is_put_in_as_github_writes_it() -> None:
    steps = "      - run: pytest --strict=${{ env.STRICT }}\n"

    assert ran(job(steps, on=f"{ON_CHANGE}env:\n  STRICT: true\n")) == [
        ".github/workflows/ci.yml:8 pytest --strict=true"
    ]


@pytest.mark.parametrize(
    ("said", "triggers"),
    [
        ("", {"manual", "push", "pull_request"}),
        ("trigger: none\n", {"manual", "pull_request"}),
        ("trigger: none\npr: none\n", {"manual"}),
        ("trigger: [main]\npr: none\n", {"manual", "push"}),
    ],
)
def test_pipelines_of_azure_are_started_by_what_they_say(said: str, triggers: set[str]) -> None:
    [pipeline] = look({"azure-pipelines.yml": f"{said}steps:\n- script: pytest\n"}).workflows.pipelines

    assert pipeline.triggers == triggers


@pytest.mark.parametrize(
    ("text", "file", "reached"),
    [
        ("language: java\nafter_success: [docker push a]\n", "pom.xml", ["mvn test -B", "docker push a"]),
        ("language: java\n", "gradlew", ["./gradlew check"]),
        ("language: go\n", "go.mod", ["go test -v ./..."]),
        ("language: node_js\nscript: npm run lint\n", "package.json", ["npm run lint"]),
        ("language: java\njobs:\n  include:\n  - script: make\n", "pom.xml", ["make"]),
        ("language: python\n", "setup.py", []),
        ("language: minimal\n", "pom.xml", []),
    ],
)
def test_travis_runs_what_a_language_runs_by_default(text: str, file: str, reached: list[str]) -> None:
    looked = look({".travis.yml": text, file: "module a\n"})

    assert [one.text for one in looked.workflows.ran] == reached


def test_scripts_that_run_each_other_end() -> None:
    files = {"package.json": json.dumps({"scripts": {"a": "npm run b", "b": "npm run a && turbo run a"}})}

    assert len(ran({**job("      - run: npm run a\n"), **files})) < 20


def test_a_workflow_that_is_broken_is_a_fault() -> None:
    looked = look({".github/workflows/ci.yml": "on: [push\n"})
    Workflows(looked.files)

    assert list(looked.files.faults) == [".github/workflows/ci.yml"]
    assert [one.path for one in looked.workflows.unread] == [".github/workflows/ci.yml"]


@pytest.mark.parametrize(
    ("condition", "off"),
    [
        ("github.repository != 'acme/template'", True),
        ("${{ github.event_name == 'push' && github.repository_owner != 'acme' }}", True),
        ("github.repository == 'acme/shop'", False),
        ("'acme/template' != github.repository", True),
        ("!(github.repository == 'acme/template')", True),
        ("!contains(github.repository, 'template')", True),
        ("!(startsWith(github.repository, 'acme/template'))", True),
        ("contains(github.repository, 'template') == false", True),
        ("contains(github.repository, 'shop')", False),
        ("github.event.repository.name != 'template'", True),
        ("'acme/template' != github.repository || github.event_name == 'push'", False),
        ("github.repository != 'acme/template' || github.event_name == 'push'", False),
        ("github.event.pull_request.head.repo.full_name != github.repository", False),
        ("always() && false", True),
        ("(github.event_name == 'push' && true) || (1 == 0)", True),
        ("'a' == 'b'", True),
        ("github.event_name != 'pull_request'", True),
        ("!(github.event_name == 'pull_request')", True),
        ("!(github.event_name != 'pull_request')", False),
        ("!(github.event_name == 'push')", False),
        ("'push' == github.event_name", True),
        ("'refs/heads/main' == github.ref", True),
        (r"contains(fromJSON('[\"push\", \"schedule\"]'), github.event_name)", True),
        (r"contains(fromJSON('[\"push\", \"pull_request\"]'), github.event_name)", False),
        ("github.head_ref == ''", True),
        ("!github.event.pull_request", True),
        ("!github.event.pull_request.number", True),
        ("(! github.event.pull_request.draft)", False),
        ("!github.event.pull_request.head.repo.fork", False),
        ("github.event.pull_request.draft == false", False),
        ("!(github.event_name == 'push' && github.actor == 'a')", False),
        ("'a' == 'a'", False),
        ("1 == 1", False),
    ],
)
def test_the_repository_that_a_condition_leaves_out_by_name_is_this_one(condition: str, *, off: bool) -> None:
    files = job("      - run: make deploy\n", extra=f'    if: "{condition}"\n')

    assert [one.on_change for one in run(files)] == [not off]


@pytest.mark.parametrize(
    ("matrix", "folders"),
    [
        ("{app: [admin, shop]}", ["clients/admin", "clients/shop"]),
        ("{include: [{app: admin}, {app: shop, node: 20}]}", ["clients/admin", "clients/shop"]),
        ("'${{ fromJSON(needs.x.outputs.y) }}'", ["clients/${{ matrix.app }}"]),
    ],
)
def test_a_folder_of_a_matrix_is_each_of_its_folders(matrix: str, folders: list[str]) -> None:
    folder = "'clients/${{ matrix.app }}'"
    extra = f"    strategy: {{matrix: {matrix}}}\n    defaults: {{run: {{working-directory: {folder}}}}}\n"

    assert [one.folder for one in run(job("      - run: npm ci\n", extra=extra))] == folders


@pytest.mark.parametrize("name", ["${{matrix['db']}}", "${{ matrix[ 'db' ] }}", "${{ matrix.db }}"])
def test_an_expression_may_index_the_matrix_by_a_text(name: str) -> None:
    files = {"Makefile": "test-mysql:\n\tgo test ./...\n\ntest-sqlite:\n\tgo vet ./...\n"}
    steps = job(f"      - run: make test-{name}\n", extra="    strategy: {matrix: {db: [mysql, sqlite]}}\n")

    assert [one.text for one in run({**steps, **files}) if "make" not in one.text] == ["go test ./...", "go vet ./..."]


@pytest.mark.parametrize(
    ("checkout", "command", "reached"),
    [
        ("with: {path: shop}", "run: cd shop; make test", True),
        ("with: {path: ./shop/}", "run: cd shop/web/.. && make test", True),
        ("with: {path: shop}", "run: make test\n        working-directory: ./shop", True),
        # The repository stands elsewhere, or another one stands there.
        ("with: {path: shop}", "run: cd shopping; make test", False),
        ("with: {path: shop, repository: other/shop}", "run: cd shop; make test", False),
        ("name: here", "run: cd shop; make test", False),
    ],
)
def test_the_repository_may_stand_in_a_folder_of_the_job(checkout: str, command: str, *, reached: bool) -> None:
    steps = job(f"      - uses: actions/checkout@v4\n        {checkout}\n      - {command}\n")

    found = run({**steps, "Makefile": "test:\n\tgo test ./...\n"})

    assert ("go test ./..." in [one.text for one in found]) is reached


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("docker run --ipc=host -v .:/e2e -w /e2e cypress/included:13.6.0 --record", "cypress run --record"),
        ("docker run --rm cypress/included:13.6.0", "cypress run"),
        ("docker run --rm -v .:/src ghcr.io/a/semgrep:1@sha256:0 --error .", "semgrep --error ."),
        ("docker run -d cypress/included:13.6.0 --record", ""),
        ("docker run --entrypoint ls cypress/included:13.6.0 --all", ""),
        ("docker run --rm cypress/browsers:22 --version", ""),
    ],
)
def test_an_image_with_options_alone_starts_the_program_it_is_named_after(command: str, program: str) -> None:
    texts = [one.text for one in run(job(f"      - run: {command}\n"))]

    assert program in texts if program else not [one for one in texts if one.startswith("cypress run")]


@pytest.mark.parametrize(
    ("folder", "system"),
    [(".gitea", "Gitea Actions"), (".forgejo", "Forgejo Actions"), (".depot", "Depot CI")],
)
def test_systems_that_read_workflows_as_github_does_have_folders_of_their_own(folder: str, system: str) -> None:
    files = {
        f"{folder}/workflows/pr.yaml": f"{ON_CHANGE}jobs:\n  go:\n    uses: ./{folder}/workflows/go.yaml\n",
        f"{folder}/workflows/go.yaml": "on: workflow_call\njobs:\n  t:\n    steps:\n      - run: go test ./...\n",
    }
    [found] = run(files)

    assert (found.text, found.guards, found.pipeline.system) == ("go test ./...", True, system)


def test_a_workflow_of_another_system_s_kind_counts_in_its_folder_alone() -> None:
    assert run({"ci/workflows/pr.yaml": f"{ON_CHANGE}jobs:\n  t:\n    steps:\n      - run: pytest\n"}) == []


def test_tasks_of_mise_that_depend_on_each_other_end() -> None:
    tasks = '[tasks.a]\ndepends = "b"\nrun = "pytest"\n[tasks.b]\ndepends = ["a"]\nrun = "mypy"\n'

    assert [one.text for one in run({**job("      - run: mise run a\n"), "mise.toml": tasks})] == [
        "mise run a",
        "pytest",
        "mypy",
    ]


def test_a_condition_within_a_recipe_does_not_join_it_to_the_next() -> None:
    text = "test:\nifdef A\n\tgo vet ./...\nendif\nother:\n\tgo test ./...\n"

    assert not [one for one in ran({**job("      - run: make test\n"), "Makefile": text}) if "go test" in one]


@pytest.mark.parametrize(
    ("within", "runs"),
    [
        ("ifdef A\n\tgo vet\nelse\n\tgo test ./...\nendif\n", True),
        ("ifdef A\n\tgo vet\nendif\n\tgo test ./...\n", True),
        ("ifeq (0,1)\n\tgo test ./...\nendif\n\tgo vet\n", False),
        ("ifdef A\nifdef B\n\tgo vet\nelse\n\tgo test ./...\nendif\nendif\n", False),
        ("ifdef A\n" * 30_000 + "\tgo test ./...\n" + "endif\n" * 30_000, False),
    ],
)
def test_what_a_recipe_may_leave_out_is_not_known_to_run(within: str, *, runs: bool) -> None:
    found = ran({**job("      - run: make test\n"), "Makefile": f"test:\n{within}"})

    assert any("go test" in one for one in found) is runs


@pytest.mark.parametrize(
    ("image", "reached"),
    [
        ('ENTRYPOINT ["echo"]\nCMD ["pytest"]\n', "echo pytest"),
        ('ENTRYPOINT ["pytest"]\nCMD ["-q"]\n', "pytest -q"),
        ('ENTRYPOINT pytest -x\nCMD ["-q"]\n', "pytest -x"),
        ('CMD ["ls"]\nCMD ["pytest"]\n', "pytest"),
        ('CMD ["mypy"]\nFROM a\nCMD ["pytest"]\n', "mypy"),
    ],
)
def test_an_image_starts_its_entry_point_with_what_it_is_given(image: str, reached: str) -> None:
    target = ", target: a" if "FROM a" in image else ""
    files = {"compose.yml": f"services:\n  app:\n    build: {{context: .{target}}}\n"}
    found = run({**job("      - run: docker compose run --rm app\n"), **files, "Dockerfile": f"FROM b AS a\n{image}"})

    assert [one.text for one in found if one.place.path == "Dockerfile"] == ([reached] if "echo" not in reached else [])


def test_an_action_of_nx_runs_its_targets() -> None:
    step = "      - uses: mansagroup/nrwl-nx-action@v3\n        with:\n          targets: lint,test\n"

    assert "a/package.json:4 vitest run" in ran({**job(step), "a/package.json": PACKAGE})


@pytest.mark.parametrize(("folder", "reached"), [("dir: ${{ matrix.dir }}", True), ("working-directory: b", False)])
def test_an_action_runs_the_commands_that_it_is_given_in_the_folder_that_it_is_given(
    folder: str, *, reached: bool
) -> None:
    given = f"          commands: |\n            npm test\n          {folder}\n"
    step = f"      - uses: acme/test@v1\n        with:\n{given}"
    files = job(step, extra="    strategy: {matrix: {dir: [a, c]}}\n")

    assert ("a/package.json:4 vitest run" in ran({**files, "a/package.json": PACKAGE})) is reached
