from __future__ import annotations

import pytest

from bot.model import State, Strength
from tests.checks.readiness.look import ask, places
from tests.checks.readiness.rules.testing.test_suites import workflow

APP = {
    "requirements.txt": "fastapi\npsycopg\n",
    "app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/items')\ndef items(): ...\n",
    "Dockerfile": "FROM python\nCMD uvicorn app.main:app\n",
}
CLIENT = {"tests/test_api.py": "from fastapi.testclient import TestClient\n\ndef test_a(client: TestClient): ...\n"}
BROWSER = {"e2e/a.spec.ts": "import { test } from '@playwright/test'\n\ntest('a', () => {})\n"}
SYSTEM = {"test/system/a_test.rb": 'class ATest < ApplicationSystemTestCase\n  test "a" do\n  end\nend\n'}
LIBRARY = {
    "pyproject.toml": "[project]\nname = 'lib'\n[build-system]\nrequires = ['hatchling']\n",
    "src/lib/__init__.py": "x = 1\n",
}
K6 = "import http from 'k6/http'\nexport const options = {\n  thresholds: { http_req_duration: ['p(95)<500'] },\n}\n"


JEST = {"api/test/a.e2e-spec.ts": "import * as request from 'supertest'\n\nit('a', () => request(app).get('/'))\n"}
AGENT = {"e2e/login.e2e.ts": "import { agent } from '@acme/testing'\nit('a', () => agent.post('/login').expect(401))\n"}
POSTMAN = {"api/a.postman_collection.json": '{"exec": [\n  "pm.test(\\"ok\\", () => {})",\n  ""\n]}\n'}
DREDD = {".dredd/dredd.ci.yml": "language: go\nblueprint: api-docs.yml\n", "api-docs.yml": "swagger: '2.0'\n"}
CYPRESS = {"ui/cypress/e2e/a.cy.js": "it('a', () => cy.visit('/'))\n"}


@pytest.mark.parametrize(
    ("rule", "files", "command", "place"),
    [
        ("e2e-tests", {**JEST, **CYPRESS}, "npx cypress run", "ui/cypress/e2e/a.cy.js:1"),
        ("integration-tests", CLIENT, "pytest", "tests/test_api.py:3"),
        ("integration-tests", AGENT, "npx mocha 'e2e/**/*.e2e.ts'", "e2e/login.e2e.ts:2"),
        (
            "integration-tests",
            {"src/test/java/AIT.java": "@SpringBootTest\nclass AIT {\n  @Test\n  void a() {}\n}\n"},
            "./mvnw verify",
            "src/test/java/AIT.java:3",
        ),
        ("e2e-tests", BROWSER, "npx playwright test", "e2e/a.spec.ts:3"),
        ("e2e-tests", {"spec/system/a_spec.rb": 'it "a" do\nend\n'}, "bundle exec rspec", "spec/system/a_spec.rb:1"),
        ("e2e-tests", SYSTEM, "bin/rails test:system", "test/system/a_test.rb:2"),
        ("e2e-tests", POSTMAN, "npx newman run api/a.postman_collection.json", "api/a.postman_collection.json:2"),
        ("e2e-tests", DREDD, "npx dredd --config .dredd/dredd.ci.yml", ".dredd/dredd.ci.yml:2"),
        (
            "integration-tests",
            DREDD,
            "./web/node_modules/.bin/dredd --config .dredd/dredd.ci.yml",
            ".dredd/dredd.ci.yml:2",
        ),
        ("e2e-tests", {"api/a.hurl": "GET {{host}}/a\nHTTP 200\n"}, "hurl --test api/*.hurl", "api/a.hurl:2"),
        ("performance-tests", {"load/api.js": K6}, "k6 run load/api.js", "load/api.js:3"),
    ],
)
def test_tests_from_outside_that_a_pipeline_runs_pass(
    rule: str, files: dict[str, str], command: str, place: str
) -> None:
    judged = ask(rule, {**APP, **files, **workflow(command)})

    assert (judged.state, judged.strength, places(judged)[0]) == (State.PASS, Strength.WIRED, place)


@pytest.mark.parametrize(
    ("rule", "files", "command"),
    [
        ("integration-tests", CLIENT, "ruff check"),
        ("e2e-tests", BROWSER, "npx vitest run"),
        ("e2e-tests", JEST, "npx cypress run"),
        ("e2e-tests", SYSTEM, "bin/rails test"),
        ("e2e-tests", POSTMAN, "pytest"),
        ("e2e-tests", DREDD, "go test ./..."),
        ("e2e-tests", {"tests/e2e/test_a.py": "def test_a(): ...\n"}, "pytest -m 'not e2e'"),
        ("performance-tests", {"load/api.js": K6}, "pytest"),
    ],
)
def test_tests_that_no_pipeline_runs_are_configured_and_fail(rule: str, files: dict[str, str], command: str) -> None:
    judged = ask(rule, {**APP, **files, **workflow(command)})

    assert (judged.state, judged.strength) == (State.FAIL, Strength.CONFIGURED)


@pytest.mark.parametrize(
    ("rule", "files"),
    [
        ("integration-tests", {"tests/test_integration_names.py": "x = 1\n"}),
        ("e2e-tests", {"load/locustfile.py": "from locust import HttpUser\n"}),
        ("e2e-tests", {"playwright.config.ts": "export default {}\n"}),
        ("performance-tests", {"load/api.js": K6.replace("thresholds", "// thresholds")}),
        ("performance-tests", {"load/locustfile.py": "from locust import HttpUser\n"}),
        ("performance-tests", {}),
    ],
)
def test_what_is_only_named_so_or_has_no_limit_fails_with_a_fix(rule: str, files: dict[str, str]) -> None:
    judged = ask(rule, {**APP, **files, **workflow("pytest && locust && k6 run load/api.js")})

    assert judged.state is State.FAIL
    assert judged.missing[0].fix


@pytest.mark.parametrize(
    ("asserted", "expected"),
    [
        ('"assertions": {"categories:performance": ["error", {"minScore": 0.9}]}', State.PASS),
        ('"preset": "lighthouse:recommended"', State.PASS),
        ('"assertions": {"categories:performance": "warn", "speed-index": "off"}', State.FAIL),
        ('"assertions": {"categories:accessibility": ["error", {"minScore": 1}]}', State.FAIL),
    ],
)
def test_of_lighthouse_what_holds_the_speed_is_a_limit(asserted: str, expected: State) -> None:
    files = {"lighthouserc.json": f'{{"ci": {{"assert": {{{asserted}}}}}}}\n'}
    judged = ask("performance-tests", {**APP, **files, **workflow("npx lhci autorun")})

    assert judged.state is expected


@pytest.mark.parametrize("rule", ["integration-tests", "e2e-tests", "performance-tests"])
def test_of_a_library_they_are_not_asked(rule: str) -> None:
    judged = ask(rule, {**LIBRARY, **workflow("pytest")})

    assert judged.state is State.NOT_APPLICABLE
    assert judged.reason.startswith("no ")


_LEFT = """import { test } from '@playwright/test'
import { prisma } from '@acme/db'
test('a', async () => {
  await prisma.user.findFirst()
})
"""
_ASKED = (
    "import { test } from '@playwright/test'\ntest('a', async ({ request }) => {\n  await request.post('/api/a')\n})\n"
)
_SHOWN = "import { test } from '@playwright/test'\ntest('a', async ({ page }) => {\n  await page.goto('/')\n})\n"


@pytest.mark.parametrize(
    ("files", "command", "state"),
    [
        ({"e2e/a.spec.ts": _LEFT}, "npx playwright test", State.PASS),
        ({"e2e/a.spec.ts": _ASKED}, "npx playwright test", State.PASS),
        (JEST, "npx jest", State.PASS),
        ({"e2e/a.spec.ts": _SHOWN}, "npx playwright test", State.FAIL),
        (
            {"e2e/a.spec.ts": _ASKED.replace("  await", "  await page.goto('/')\n  await")},
            "npx playwright test",
            State.FAIL,
        ),
        ({"e2e/a.spec.ts": _LEFT}, "npx vitest run src", State.FAIL),
    ],
    ids=["the database", "the API", "the app", "a page", "a page and the API", "run by nothing"],
)
def test_what_reaches_the_app_or_its_database_from_outside_integrates(
    files: dict[str, str], command: str, state: State
) -> None:
    server = {"server.ts": "import express from 'express'\nexpress().get('/a', f)\n"}

    assert ask("integration-tests", {**server, **files, **workflow(command)}).state is state


_CONTAINER = "from testcontainers.postgres import PostgresContainer\n\ndef test_a(): ...\n"
_UNIT = {"tests/unit/test_b.py": "def test_b(): ...\n"}
_MARKED = "import pytest\nimport testcontainers\n\n@pytest.mark.slow\ndef test_a(): ...\n"
_TAGGED = '//go:build integration\n\npackage a\nimport _ "testcontainers"\nfunc TestA(t *testing.T) {}\n'
_OF_SPRING = "@SpringBootTest\nclass A {\n  @Test\n  void a() {}\n}\n"
_OF_NET = "class A : IClassFixture<WebApplicationFactory<P>> {\n  [Fact]\n  void A() {}\n}\n"
_OF_LARAVEL = "<?php\nclass ATest extends TestCase {\n  use RefreshDatabase;\n  function test_a() {}\n}\n"
_OF_RUST = "#[sqlx::test]\nasync fn a() {}\n"
_OF_NODE = "import request from 'supertest'\n\ntest('a', () => {})\n"


@pytest.mark.parametrize(
    ("files", "running", "not_running"),
    [
        ({"tests/db/test_a.py": _CONTAINER, **_UNIT}, "pytest tests/db -v", "pytest tests/unit"),
        ({"tests/db/test_a.py": _CONTAINER, **_UNIT}, "pytest --cov app", "pytest -v tests/unit"),
        ({"tests/test_a.py": _MARKED}, "pytest -m slow", "pytest -m 'not slow'"),
        ({"a_test.go": _TAGGED, "go.mod": "module a\n"}, "go test -tags=integration ./...", "go test ./..."),
        ({"src/test/java/AIT.java": _OF_SPRING}, "mvn verify", "mvn test"),
        ({"src/test/java/AIT.java": _OF_SPRING}, "mvn verify", "mvn verify -DskipITs"),
        ({"src/integrationTest/java/ATest.java": _OF_SPRING}, "./gradlew integrationTest", "./gradlew test"),
        (
            {"tests/I/I.csproj": "<P/>", "tests/I/ATests.cs": _OF_NET, "tests/U/U.csproj": "<P/>"}
            | {"tests/U/BTests.cs": "class B {\n  [Fact]\n  void B() {}\n}\n"},
            "dotnet test A.sln",
            "dotnet test tests/U/U.csproj",
        ),
        ({"tests/Feature/ATest.php": _OF_LARAVEL}, "php artisan test", "vendor/bin/phpunit --testsuite Unit"),
        ({"tests/a.rs": _OF_RUST, "Cargo.toml": "[package]\n"}, "cargo test", "cargo test --lib"),
        ({"test/db/a.test.js": _OF_NODE}, "npx vitest run", "npx vitest run --dir src"),
        ({"test/db/a.test.js": _OF_NODE}, "npx jest test/db", "npx jest src/"),
    ],
)
def test_a_command_runs_what_it_collects(files: dict[str, str], running: str, not_running: str) -> None:
    judged = [ask("integration-tests", {**APP, **files, **workflow(command)}) for command in (running, not_running)]

    assert [one.strength for one in judged] == [Strength.WIRED, Strength.CONFIGURED]


DUSK = {"tests/Browser/ATest.php": "<?php\nclass ATest extends DuskTestCase {\n  function test_a() {}\n}\n"}


@pytest.mark.parametrize(
    ("files", "running", "not_running"),
    [
        (SYSTEM, "bin/rails db:test:prepare test test:system", "bin/rails db:test:prepare test"),
        (DUSK, "php artisan dusk", "php artisan test"),
        (
            {"spec/system/a_spec.rb": 'it "a" do\nend\n'},
            "bundle exec rspec",
            "bundle exec rspec --exclude-pattern 'spec/system/**/*_spec.rb'",
        ),
    ],
)
def test_a_command_drives_what_it_is_told_to(files: dict[str, str], running: str, not_running: str) -> None:
    judged = [ask("e2e-tests", {**APP, **files, **workflow(command)}) for command in (running, not_running)]

    assert [one.strength for one in judged] == [Strength.WIRED, Strength.CONFIGURED]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/integration/test_a.py", "from unittest.mock import Mock\n\ndef test_a():\n    repo = Mock()\n"),
        (
            "app/tests.py",
            "from django.test import SimpleTestCase\n\nclass A(SimpleTestCase):\n    def test_a(self): ...\n",
        ),
    ],
)
def test_what_reaches_nothing_is_no_integration_test(path: str, text: str) -> None:
    assert ask("integration-tests", {**APP, path: text, **workflow("pytest")}).state is State.FAIL


@pytest.mark.parametrize(
    ("path", "text", "command"),
    [
        ("src/a.test.ts", "test('a', async () => {\n  await app.request('/items')\n})\n", "npx vitest run"),
        ("spec/a_spec.rb", "include Rack::Test::Methods\nit 'a' do\nend\n", "bundle exec rspec"),
        ("tests/a.rs", "#[tokio::test]\nasync fn a() { app().oneshot(r).await; }\n", "cargo test"),
    ],
)
def test_requests_to_the_app_itself_are_integration_tests(path: str, text: str, command: str) -> None:
    assert ask("integration-tests", {**APP, path: text, **workflow(command)}).state is State.PASS


def test_integration_tests_of_folders_that_say_so_are_shown_first() -> None:
    spec = "RSpec.describe 'a' do\n  it 'is kept' do\n    create(:user)\n  end\nend\n"
    request = "RSpec.describe 'a', type: :request do\n  it 'answers' do\n    get '/a'\n  end\nend\n"
    files = {
        "Gemfile": "gem 'rails'\ngem 'pg'\n",
        "config/application.rb": "module A\n  class Application < Rails::Application\n  end\nend\n",
        "spec/decorators/a_spec.rb": request,
        "spec/mailers/b_spec.rb": spec,
        "spec/requests/c_spec.rb": request,
        **workflow("bundle exec rspec", on="pull_request"),
    }
    judged = ask("integration-tests", files)

    assert (judged.state, judged.evidence[0].path) == (State.PASS, "spec/requests/c_spec.rb")
