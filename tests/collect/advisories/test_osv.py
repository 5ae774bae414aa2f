"""Questions to a service that speaks OSV's API, on loopback: what it answers, and what is known when it does not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.collect.advisories.osv import OsvClient
from bot.collect.advisories.service import Service, parse_service_url
from bot.errors import UsageError
from bot.model import Package, PackageAnswer, Severity
from tests.osv_server import FAULTS, OsvServer, free_url, serve_osv

LODASH = Package(ecosystem="npm", name="lodash", version="4.17.20")
CVSS = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@pytest.fixture
def server() -> Iterator[OsvServer]:
    with serve_osv() as server:
        server.add("GHSA-aaaa", ("npm", "lodash"), ["4.17.20"], fixed="4.17.21", aliases=["CVE-1"], summary="One")
        yield server


def _ask(server: OsvServer, *packages: Package, budget_s: float = 5.0) -> list[PackageAnswer]:
    answers = OsvClient(Service(server.url, until=time.monotonic() + budget_s)).ask(packages)
    return [answers[package] for package in packages]


def _npm(name: str, version: str = "1.0.0") -> Package:
    return Package(ecosystem="npm", name=name, version=version)


def test_an_advisory_comes_with_all_that_it_says(server: OsvServer) -> None:
    server.records["GHSA-aaaa"]["severity"] = [{"type": "CVSS_V3", "score": CVSS}]

    [answer] = _ask(server, LODASH)

    [advisory] = answer.advisories
    assert answer.gap is None
    assert (advisory.id, advisory.aliases, advisory.summary) == ("GHSA-aaaa", ["CVE-1"], "One")
    assert (advisory.severity, advisory.detailed) == (Severity.CRITICAL, True)
    assert [list(span.events) for span in advisory.ranges] == [[("introduced", "0"), ("fixed", "4.17.21")]]


def test_a_package_without_advisories_has_an_answer_without_a_gap(server: OsvServer) -> None:
    assert _ask(server, _npm("left-pad")) == [PackageAnswer(advisories=[], gap=None)]


def test_nobody_is_asked_about_nothing(server: OsvServer) -> None:
    assert _ask(server) == []
    assert server.asked == []


def test_an_advisory_of_many_packages_is_fetched_once(server: OsvServer) -> None:
    for name in ("a", "b"):
        server.hits["npm", name, "1.0.0"] = ["GHSA-aaaa"]

    answers = _ask(server, _npm("a"), _npm("b"))

    assert [len(answer.advisories) for answer in answers] == [1, 1]
    assert server.paths() == ["/v1/querybatch", "/v1/vulns/GHSA-aaaa"]


def test_three_thousand_packages_are_asked_in_batches_of_a_thousand(server: OsvServer) -> None:
    packages = [_npm(f"p{number}") for number in range(3_000)]

    answers = _ask(server, LODASH, *packages)

    assert [len(answers[0].advisories), sum(len(one.advisories) for one in answers)] == [1, 1]
    assert [answer for answer in answers if answer.gap] == []
    assert sorted(len(one.body["queries"]) for one in server.asked if one.body) == [1, 1_000, 1_000, 1_000]


def test_all_pages_are_read(server: OsvServer) -> None:
    server.page = 1
    for number in range(3):
        server.add(f"GHSA-{number}", ("npm", "lodash"), ["4.17.20"])

    [answer] = _ask(server, LODASH)

    assert (len(answer.advisories), answer.gap) == (4, None)


def test_more_pages_than_anybody_reads_are_a_gap(server: OsvServer) -> None:
    server.page = 1
    for number in range(40):
        server.add(f"GHSA-{number}", ("npm", "lodash"), ["4.17.20"])

    [answer] = _ask(server, LODASH)

    assert answer.gap is not None
    assert "pages" in answer.gap.reason


def test_more_advisories_of_a_package_than_anybody_has_are_a_gap(server: OsvServer) -> None:
    server.hits["npm", "lodash", "4.17.20"] = [f"X-{number}" for number in range(2_500)]

    [answer] = _ask(server, LODASH, budget_s=1)

    assert answer.gap is not None
    assert (answer.gap.reason, len(answer.advisories)) == ("more than 2,000 advisories are listed", 2_000)


def test_a_withdrawn_advisory_does_not_count(server: OsvServer) -> None:
    server.records["GHSA-aaaa"]["withdrawn"] = "2026-02-01T00:00:00Z"

    assert _ask(server, LODASH) == [PackageAnswer(advisories=[], gap=None)]


@pytest.mark.parametrize("content", [None, {"id": "GHSA-other"}, {"id": "GHSA-aaaa", "aliases": 3}])
def test_an_advisory_that_cannot_be_read_still_counts(server: OsvServer, content: dict[str, object] | None) -> None:
    if content is None:
        del server.records["GHSA-aaaa"]
    else:
        server.records["GHSA-aaaa"] = content

    [answer] = _ask(server, LODASH)

    assert [(one.id, one.detailed, one.severity) for one in answer.advisories] == [("GHSA-aaaa", False, None)]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "refused"])
def test_a_service_that_does_not_answer_is_a_gap_for_each_package(server: OsvServer, fault: str) -> None:
    server.fault = fault
    started = time.monotonic()

    answers = _ask(server, LODASH, _npm("left-pad"), budget_s=1.5)

    assert [answer.gap is not None for answer in answers] == [True, True]
    assert [list(answer.advisories) for answer in answers] == [[], []]
    assert time.monotonic() - started < 4


def test_a_service_that_is_not_there_is_a_gap(server: OsvServer) -> None:
    server.url = free_url()

    [answer] = _ask(server, LODASH, budget_s=1.5)

    assert answer.gap is not None
    assert "could not be asked" in answer.gap.reason


@pytest.mark.parametrize("fault", ["500", "429", "cut"])
def test_a_fault_that_passes_is_got_over(server: OsvServer, fault: str) -> None:
    server.fault, server.fails = fault, 2

    [answer] = _ask(server, LODASH)

    assert (len(answer.advisories), answer.gap) == (1, None)


def test_the_service_is_asked_again_when_it_says_and_not_before(server: OsvServer) -> None:
    server.fault, server.fails, server.retry_after = "429", 1, "1"
    started = time.monotonic()

    [answer] = _ask(server, LODASH)

    assert (answer.gap, time.monotonic() - started >= 1) == (None, True)


def test_a_wait_longer_than_the_budget_is_not_waited(server: OsvServer) -> None:
    server.fault, server.retry_after = "429", "3600"
    started = time.monotonic()

    [answer] = _ask(server, LODASH)

    assert answer.gap is not None
    assert (len(server.asked), time.monotonic() - started < 2) == (1, True)


def test_a_slow_service_is_waited_for(server: OsvServer) -> None:
    server.delay_s = 0.5

    [answer] = _ask(server, LODASH)

    assert (len(answer.advisories), answer.gap) == (1, None)


def test_one_batch_that_fails_leaves_the_others_theirs(server: OsvServer) -> None:
    server.fault, server.fails = "html", 1
    packages = [_npm(f"p{number}") for number in range(1_500)]

    gaps = [answer.gap is not None for answer in _ask(server, *packages)]

    assert sum(gaps) in {500, 1_000}


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", "https://api.osv.dev"),
        ("https://osv.acme.example", "https://osv.acme.example"),
        ("https://osv.acme.example/v1/query", "https://osv.acme.example"),
        ("https://acme.example/osv/v1/querybatch", "https://acme.example/osv"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ],
)
def test_an_address_may_be_the_root_or_a_method(text: str, root: str) -> None:
    assert parse_service_url(text, "--osv-url") == root


@pytest.mark.parametrize(
    "text",
    [
        "osv.dev",
        "ftp://osv.dev",
        "https://",
        "https://u:secret@osv.dev",
        "https://osv.dev?k=secret",
        "http://[",
        "http://a b",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(UsageError, match=r"^--osv-url: not an address") as refused:
        parse_service_url(text, "--osv-url")

    assert "secret" not in str(refused.value)


def test_an_advisory_that_never_comes_is_waited_for_some_seconds(server: OsvServer) -> None:
    server.fault, server.faulty = "hang", "/v1/vulns/GHSA-aaaa"
    started = time.monotonic()

    [answer] = _ask(server, LODASH, budget_s=1)

    assert ([one.detailed for one in answer.advisories], answer.gap) == ([False], None)
    assert time.monotonic() - started < 6
