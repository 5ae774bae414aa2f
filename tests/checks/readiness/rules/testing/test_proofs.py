from __future__ import annotations

import pytest

from bot.model import Strength
from tests.checks.readiness.look import ask, places

SERVED = {
    "main.py": "@app.get('/healthz')\ndef health(): ...\n",
    "Dockerfile": "FROM python\nHEALTHCHECK CMD curl -f localhost:8000/healthz\n",
    "tests/test_health.py": "def test_health(client):\n    assert client.get('/healthz').status_code == 200\n",
}
RUN = {".github/workflows/ci.yml": "on: pull_request\njobs: {t: {steps: [{run: pytest}]}}\n"}


def test_a_test_that_a_pipeline_runs_verifies_what_is_wired() -> None:
    judged = ask("health-endpoints", {**SERVED, **RUN}, table="health-endpoints", strength="verified")

    assert (judged.state, judged.strength) == ("pass", Strength.VERIFIED)
    assert (places(judged)[0], places(judged)[-1]) == ("Dockerfile:2", "tests/test_health.py:2")


@pytest.mark.parametrize(
    "files",
    [
        SERVED,
        {**SERVED, **RUN, "tests/test_health.py": "def test_health(client):\n    # client.get('/healthz')\n    pass\n"},
        {**SERVED, ".github/workflows/ci.yml": RUN[".github/workflows/ci.yml"].replace("pytest", "pytest || true")},
        {**SERVED, ".github/workflows/ci.yml": RUN[".github/workflows/ci.yml"].replace("pytest", "npx vitest run")},
    ],
    ids=["run by nothing", "a comment", "a failure that is passed over", "another runner"],
)
def test_a_test_that_holds_nothing_verifies_nothing(files: dict[str, str]) -> None:
    judged = ask("health-endpoints", files, table="health-endpoints")

    assert (judged.state, judged.strength) == ("pass", Strength.WIRED)


def test_a_test_that_asks_an_endpoint_shows_it_also_where_no_probe_does() -> None:
    judged = ask("health-endpoints", {**SERVED, **RUN, "Dockerfile": "FROM python\n"}, table="health-endpoints")

    assert (judged.state, places(judged)) == ("pass", ["main.py:1", "tests/test_health.py:2"])


def test_a_pipeline_that_asks_what_it_started_shows_the_endpoint() -> None:
    steps = "{t: {steps: [{run: './serve &'}, {run: 'curl -f http://localhost:8000/healthz'}]}}"
    files = {"main.py": SERVED["main.py"], ".github/workflows/ci.yml": f"on: pull_request\njobs: {steps}\n"}

    assert places(ask("health-endpoints", files, table="health-endpoints"))[-1] == ".github/workflows/ci.yml:2"


def test_a_probe_that_goes_is_a_lower_number_though_a_test_still_asks() -> None:
    before = ask("health-endpoints", {**SERVED, **RUN}, table="health-endpoints")
    after = ask("health-endpoints", {**SERVED, **RUN, "Dockerfile": "FROM python\n"}, table="health-endpoints")

    assert [[one.value for one in judged.measures.values()] for judged in (before, after)] == [[1, 1], [0]]
    assert "HEALTHCHECK asks /healthz in Dockerfile" in before.measures


def test_a_path_in_a_table_of_another_test_asks_nothing() -> None:
    test = "def test_open():\n    for path in ['/login', '/healthz']:\n        assert is_open(path)\n"
    judged = ask("health-endpoints", {**SERVED, **RUN, "tests/test_health.py": test}, table="health-endpoints")

    assert judged.strength is Strength.WIRED
