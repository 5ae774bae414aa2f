"""pip-audit itself, run against a service on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.collect.advisories.ask import OnlineAdvisories
from bot.collect.advisories.pip_audit import MAX_PACKAGES, PipAudit
from bot.collect.tools import EngineTools
from bot.model import Completed, Package, PackageAnswer
from bot.versions import find_fixed
from tests.osv_server import OsvServer, serve_osv

DJANGO = Package(ecosystem="PyPI", name="django", version="3.0")
SIX = Package(ecosystem="PyPI", name="six", version="1.17.0")


@pytest.fixture
def server() -> Iterator[OsvServer]:
    with serve_osv() as server:
        server.add("PYSEC-1", ("PyPI", "django"), ["3.0"], fixed="3.0.3", aliases=["CVE-1"], summary="Injection")
        yield server


def _audit(server: OsvServer, folder: Path, *packages: Package, seconds: float = 30) -> dict[Package, PackageAnswer]:
    return PipAudit(EngineTools(folder), server.url, until=time.monotonic() + seconds).ask(packages)


def test_it_asks_the_service_itself_and_its_answer_counts(server: OsvServer, tmp_path: Path) -> None:
    answers = _audit(server, tmp_path, DJANGO, SIX)

    [found] = answers[DJANGO].advisories
    assert (found.id, found.aliases, found.summary) == ("PYSEC-1", ["CVE-1"], "Injection")
    assert (answers[DJANGO].gap, answers[SIX]) == (None, PackageAnswer(advisories=[], gap=None))
    assert {(one.path, one.agent.partition("/")[0]) for one in server.asked} == {("/v1/query", "python-requests")}


def test_versions_that_only_the_file_writes_so_are_audited_as_the_index_has_them(
    server: OsvServer, tmp_path: Path
) -> None:
    local = Package(ecosystem="PyPI", name="django", version="v3.0.0+acme.1")
    server.hits["PyPI", "django", "3.0.0"] = ["PYSEC-1"]

    assert len(_audit(server, tmp_path, local)[local].advisories) == 1


def test_several_versions_of_a_package_are_audited_each(server: OsvServer, tmp_path: Path) -> None:
    newer = Package(ecosystem="PyPI", name="django", version="5.0")

    answers = _audit(server, tmp_path, DJANGO, newer)

    assert [len(answers[one].advisories) for one in (DJANGO, newer)] == [1, 0]
    assert [answers[one].gap for one in (DJANGO, newer)] == [None, None]


@pytest.mark.parametrize("fault", ["500", "429", "html", "wrong-json", "wrong-shape", "cut", "hang"])
def test_a_service_that_does_not_answer_is_a_gap(server: OsvServer, tmp_path: Path, fault: str) -> None:
    server.fault = fault

    answers = _audit(server, tmp_path, DJANGO, seconds=3 if fault == "hang" else 30)

    assert answers[DJANGO].gap is not None


@pytest.mark.parametrize("version", ["latest", "3.0 # x", "3.0\n-r other.txt"])
def test_what_is_no_version_reaches_no_file_and_is_a_gap(server: OsvServer, tmp_path: Path, version: str) -> None:
    odd = Package(ecosystem="PyPI", name="django", version=version)

    answers = _audit(server, tmp_path, odd)

    assert answers[odd].gap is not None
    assert server.asked == []


def test_a_skipped_package_was_not_audited(server: OsvServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    skipped = b'{"dependencies": [{"name": "django", "skip_reason": "not found on the index"}], "fixes": []}'
    monkeypatch.setattr("bot.collect.tools.EngineWorkspace.run", lambda *_, **__: Completed(0, skipped, b""))

    assert _audit(server, tmp_path, DJANGO)[DJANGO].gap is not None


def test_the_service_and_pip_audit_are_asked_both_and_a_fault_is_one(server: OsvServer, tmp_path: Path) -> None:
    answer = OnlineAdvisories(server.url, EngineTools(tmp_path), budget_s=30).ask([DJANGO, SIX], [])

    assert [one.id for one in answer.packages[DJANGO].advisories] == ["PYSEC-1"]
    assert [one.gap for one in answer.packages.values()] == [None, None]
    assert {"/v1/querybatch", "/v1/query"} <= set(server.paths())
    assert "pip-audit about 2 of them" in answer.evidence[0].text


def test_pip_audit_tells_what_the_service_only_names(server: OsvServer, tmp_path: Path) -> None:
    server.fault, server.faulty = "html", "/v1/vulns/PYSEC-1"

    answer = OnlineAdvisories(server.url, EngineTools(tmp_path), budget_s=30).ask([DJANGO], [])

    [advisory] = answer.packages[DJANGO].advisories
    assert (advisory.aliases, advisory.summary, advisory.detailed) == (["CVE-1"], "Injection", False)
    assert find_fixed("PyPI", "3.0", [advisory]) == "3.0.3"


def test_where_pip_audit_gets_no_answer_the_package_has_a_gap(server: OsvServer, tmp_path: Path) -> None:
    server.fault, server.faulty = "500", "/v1/query"

    answer = OnlineAdvisories(server.url, EngineTools(tmp_path), budget_s=30).ask([DJANGO, SIX], [])

    assert [len(answer.packages[one].advisories) for one in (DJANGO, SIX)] == [1, 0]
    assert [one.gap is not None for one in answer.packages.values()] == [True, True]


def test_where_pip_audit_cannot_be_run_the_package_has_a_gap(server: OsvServer, tmp_path: Path) -> None:
    answer = OnlineAdvisories(server.url, EngineTools(tmp_path / "missing"), budget_s=30).ask([SIX], [])

    assert [one.gap is not None for one in answer.packages.values()] == [True]


def test_of_many_packages_pip_audit_confirms_what_the_service_names(server: OsvServer, tmp_path: Path) -> None:
    many = [Package(ecosystem="PyPI", name=f"p{number}", version="1.0") for number in range(MAX_PACKAGES)]

    answer = OnlineAdvisories(server.url, EngineTools(tmp_path), budget_s=30).ask([DJANGO, *many], [])

    assert [one.gap for one in answer.packages.values() if one.gap] == []
    assert [one.body["package"]["name"] for one in server.asked if one.path == "/v1/query"] == ["django"]


def test_it_keeps_the_proxies_of_the_environment_and_nothing_else(
    server: OsvServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Mapping[str, str]] = []

    def run(*_: object, proxies: Mapping[str, str], **__: object) -> Completed:
        seen.append(proxies)
        return Completed(0, b"", b"")

    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("INPUT_TOKEN", "secret")
    monkeypatch.setattr("bot.collect.tools.EngineWorkspace.run", run)

    _audit(server, tmp_path, DJANGO)

    assert [proxies.keys() & {"HTTPS_PROXY", "INPUT_TOKEN"} for proxies in seen] == [{"HTTPS_PROXY"}]
