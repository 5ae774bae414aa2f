"""`gonogo check` as its users run it, with a service on loopback, a folder, or nobody to ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.checks.security.dependencies.test_part import lock
from tests.osv_server import FAULTS, OsvServer, free_url, record, serve_osv
from tests.repo import GitRepo
from tests.test_cli import gonogo

ITEM = "security.dependencies"


@pytest.fixture
def server() -> Iterator[OsvServer]:
    with serve_osv() as server:
        server.add("GHSA-aaaa", ("npm", "lodash"), ["4.17.20"], fixed="4.17.21", aliases=["CVE-1"], summary="Pollution")
        yield server


@pytest.fixture
def change(repo: GitRepo) -> GitRepo:
    repo.branch("topic")
    repo.commit({"package-lock.json": lock(ms="2.0.0")})
    return repo


def _check(repo: GitRepo, *arguments: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Exit status, report, and the item."""
    done = gonogo("check", "--base", "main", "--only", ITEM, "--format", "json", *arguments, folder=repo.folder)
    assert done.stderr == ""
    report = json.loads(done.stdout)
    [item] = report["items"]
    return done.returncode, report, item


def test_a_vulnerable_version_is_a_no_go_that_names_the_upgrade(change: GitRepo, server: OsvServer) -> None:
    change.commit({"package-lock.json": lock(lodash="4.17.20")})

    status, report, item = _check(change, "--osv-url", server.url)

    assert (status, report["verdict"], item["state"], report["notes"][:-1]) == (1, "no-go", "fail", [])
    [found] = item["findings"]
    assert (found["package"], found["version"], found["fixed_in"]) == ("lodash", "4.17.20", "4.17.21")
    assert found["advisories"] == ["GHSA-aaaa", "CVE-1"]
    assert {one.agent.partition("/")[0] for one in server.asked} == {"gonogo"}


def test_people_read_the_ids_the_versions_and_the_upgrade(change: GitRepo, server: OsvServer) -> None:
    change.commit({"package-lock.json": lock(lodash="4.17.20")})

    for form in ("terminal", "markdown"):
        done = gonogo("check", "--base", "main", "--osv-url", server.url, "--format", form, folder=change.folder)
        text = " ".join(done.stdout.replace("\\", "").split())
        assert [word for word in ("lodash 4.17.20", "GHSA-aaaa", "4.17.21", "Pollution") if word not in text] == []


def test_python_s_packages_are_also_audited_by_pip_audit(repo: GitRepo, server: OsvServer) -> None:
    server.add("PYSEC-1", ("PyPI", "django"), ["3.0"], fixed="3.0.3")
    repo.branch("topic")
    repo.commit({"requirements.txt": "Django==3.0\nsix==1.17.0\n"})

    status, _, item = _check(repo, "--osv-url", f"{server.url}/v1/query")

    assert (status, item["state"], [one["package"] for one in item["findings"]]) == (1, "fail", ["django"])
    agents = {(one.path, one.agent.partition("/")[0]) for one in server.asked}
    assert agents >= {("/v1/querybatch", "gonogo"), ("/v1/query", "python-requests")}


def test_a_harmless_version_is_a_go(change: GitRepo, server: OsvServer) -> None:
    status, report, item = _check(change, "--osv-url", f"{server.url}/v1/query")

    assert (status, report["verdict"], item["state"]) == (0, "go", "pass")
    assert server.paths() == ["/v1/querybatch"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_service_that_does_not_answer_is_a_no_go_within_fifteen_seconds(
    change: GitRepo, server: OsvServer, fault: str
) -> None:
    server.fault, server.retry_after = fault, "60"
    status, _, item = _check(change, "--osv-url", free_url() if fault == "refused" else server.url)

    assert (status, item["state"], item["needs_network"]) == (1, "not-checked", False)
    assert "ms 2.0.0" in item["unknowns"][0]["reason"]
    assert item["seconds"] < 15


def test_without_leave_to_ask_a_laptop_s_verdict_is_without_the_item(change: GitRepo) -> None:
    status, report, item = _check(change)

    assert (status, report["verdict"]) == (0, "go")
    assert (item["state"], item["needs_network"]) == ("not-checked", True)
    assert "no connection was opened: what needs the network is not part of this verdict" in report["notes"]


def test_a_terminal_says_that_an_item_needs_the_network(change: GitRepo) -> None:
    done = gonogo("check", "--base", "main", folder=change.folder)

    assert done.returncode == 0
    assert "needs the network" in done.stdout
    assert "--online" in done.stdout


def test_a_folder_answers_without_a_connection(change: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "X-1.json").write_text(json.dumps(record("X-1", ("npm", "ms"), ["2.0.0"])))

    status, _, item = _check(change, "--advisories", str(tmp_path))

    assert (status, item["state"], item["findings"][0]["advisories"]) == (1, "fail", ["X-1"])


def test_a_folder_without_the_ecosystem_is_not_checked(change: GitRepo, tmp_path: Path) -> None:
    status, _, item = _check(change, "--advisories", str(tmp_path))

    assert (status, item["state"], item["needs_network"]) == (1, "not-checked", False)


def test_a_folder_adds_to_the_service_and_excuses_no_silence_of_it(
    change: GitRepo, server: OsvServer, tmp_path: Path
) -> None:
    (tmp_path / "X-1.json").write_text(json.dumps(record("X-1", ("npm", "qs"), ["1.0.0"])))
    arguments = ("--advisories", str(tmp_path), "--osv-url", server.url)

    up = _check(change, *arguments)
    server.fault = "html"
    down = _check(change, *arguments)

    assert [up[2]["state"], down[2]["state"]] == ["pass", "not-checked"]


@pytest.mark.parametrize("arguments", [["--osv-url", "osv.dev"], ["--advisories", "nowhere"]])
def test_what_stands_for_nothing_is_a_usage_error(change: GitRepo, arguments: list[str]) -> None:
    done = gonogo("check", "--base", "main", *arguments, folder=change.folder)

    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
