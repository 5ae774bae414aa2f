from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from bot.gate.client import Ask, Client, NoAnswer, Trouble
from bot.gate.resolver import Resolver, Unreachable
from bot.gate.rules.address import find_refusal
from bot.gate.settings import TargetsSettings
from bot.gate.urls import Url
from tests.gate.certificates import Authority
from tests.gate.run import gate, policy
from tests.gate.service import Service, serve

TARGETS = "gate.targets"
ANYWHERE = TargetsSettings(allow_networks=("0.0.0.0/0", "::/0")).networks()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert find_refusal(address, ())


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254", "100.100.100.200"]
)
def test_a_metadata_service_is_refused_whatever_the_policy_allows(address: str) -> None:
    assert "metadata" in str(find_refusal(address, ANYWHERE))


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_asked(address: str) -> None:
    assert find_refusal(address, ()) is None


def test_an_allowed_network_is_asked_and_its_neighbour_is_not() -> None:
    allowed = TargetsSettings(allow_networks=("10.1.0.0/16",)).networks()

    assert find_refusal("10.1.2.3", allowed) is None
    assert find_refusal("10.2.2.3", allowed)


@pytest.mark.parametrize(
    "text",
    [
        "shop.example.org", "ftp://x", "https://user:secret@x", "https://x:0", "https://x:99999", "https://x/#a",
        "https://x y", "https://", "https://-x", "file:///etc/passwd", "https://x\\@y", "https://x/\r\nHost: y", "https://é",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused_and_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    assert gate(tmp_path, policy({}), "--url", text).status == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "secret" not in said


def test_a_private_address_is_refused_unless_the_policy_allows_it(tmp_path: Path, service: Service) -> None:
    refused = gate(tmp_path, policy({}, targets={"allow_networks": []}), "--url", service.url)

    assert (refused.status, refused.state(TARGETS), service.requests) == (1, "fail", [])
    assert gate(tmp_path, policy({}), "--url", service.url).state(TARGETS) == "pass"


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    refused = Resolver(frozenset({"x"}), ()).resolve("x")

    assert isinstance(refused, Unreachable)
    assert refused.refused


def test_a_name_that_answers_otherwise_a_moment_later_reaches_the_address_that_was_looked_at(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = Url.parse(service.url).port
    asked: list[str] = []

    def rebind(host: str, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    client = Client(Resolver(frozenset({"localhost"}), TargetsSettings(allow_networks=("127.0.0.0/8",)).networks()))
    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    connected: list[str] = []
    connect = socket.create_connection

    def note(to: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(to[0])
        return connect(to, timeout)

    monkeypatch.setattr(socket, "create_connection", note)
    for _ in range(2):
        client.send(Ask(url=Url("https", "localhost", port, "/health")))

    assert (asked.count("localhost"), set(connected)) == (1, {"127.0.0.1"})


def test_a_host_that_nobody_named_is_never_asked() -> None:
    answer = Client(Resolver(frozenset({"localhost"}), ANYWHERE)).send(Ask(url=Url.parse("http://127.0.0.1:9")))

    assert isinstance(answer, NoAnswer)
    assert answer.trouble is Trouble.REFUSED


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path, service: Service) -> None:
    service.say("/health", "", 302, location="http://169.254.169.254/latest/meta-data")

    assert gate(tmp_path, policy({"readiness.verify.health": {}}), "--url", service.url).status == 1
    assert {request.path.partition("gonogo")[0] for request in service.requests} == {"/health"}


def test_without_any_service_it_is_an_error_of_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(tmp_path, policy({})).status == 2
    assert "--url" in capsys.readouterr().err


def test_a_policy_can_name_the_service(tmp_path: Path, service: Service) -> None:
    result = gate(tmp_path, policy({"readiness.verify.health": {}}, targets={"urls": [service.url]}))

    assert (result.status, result.report["targets"]) == (0, [service.url + "/"])


@pytest.mark.parametrize(
    "settings",
    [{"urls": ["x"]}, {"urls": ["https://u:p@x"]}, {"allow_networks": ["10.0.0.1/8"]}, {"selector": "job=x"}],
)
def test_a_policy_that_names_no_plain_address_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: dict[str, object]
) -> None:
    assert gate(tmp_path, policy({}, targets=settings), "--url", "https://x").status == 2
    assert "gate.yml:1:" in capsys.readouterr().err


def test_nothing_is_asked_over_a_certificate_that_is_not_valid(tmp_path: Path, authority: Authority) -> None:
    health = "readiness.verify.health"
    with serve(Service(), authority.issue(hosts=("shop.example.org",))) as service:
        result = gate(tmp_path, policy({health: {}}), "--url", service.url)

    assert (result.state(health), service.requests) == ("fail", [])
    assert "certificate" in result.reason(health)
