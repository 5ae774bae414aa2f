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
POSTMAN = {"api/a.postman_collection.json": '{"exec": [\n  "pm.test(\\"ok\\", () => {})",\n  ""\n]}\n'}
CYPRESS = {"ui/cypress/e2e/a.cy.js": "it('a', () => cy.visit('/'))\n"}


@pytest.mark.parametrize(
    ("rule", "files", "command", "place"),
    [
        ("e2e-tests", {**JEST, **CYPRESS}, "npx cypress run", "ui/cypress/e2e/a.cy.js:1"),
        ("integration-tests", CLIENT, "pytest", "tests/test_api.py:3"),
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
