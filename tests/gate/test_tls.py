from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.gate.certificates import Authority
from tests.gate.run import Result, gate, policy
from tests.gate.service import Service, serve

TLS = "readiness.deploy.ssl-tls"


def ask(tmp_path: Path, certificate: Path | None, *, tls: ssl.TLSVersion | None = None) -> Result:
    with serve(Service(), certificate, tls=tls) as service:
        return gate(tmp_path, policy({TLS: {}}), "--url", service.url)


def test_a_sound_certificate_passes(tmp_path: Path, certificate: Path) -> None:
    result = ask(tmp_path, certificate)

    assert result.state(TLS) == "pass"
    assert [round(figure["days"]) for figure in result.item(TLS)["figures"].values()] == [90]


@pytest.mark.parametrize(
    ("days", "state"), [((-90, -1), "fail"), ((1, 90), "fail"), ((-1, 20.9), "fail"), ((-1, 21.2), "pass")]
)
def test_a_certificate_counts_for_its_days(
    tmp_path: Path, authority: Authority, days: tuple[float, float], state: str
) -> None:
    assert ask(tmp_path, authority.issue(days=days)).state(TLS) == state


def test_a_certificate_that_nobody_trusted_has_signed_fails(tmp_path: Path, authority: Authority) -> None:
    assert ask(tmp_path, authority.self_signed()).state(TLS) == "fail"


def test_a_certificate_for_another_host_fails(tmp_path: Path, authority: Authority) -> None:
    result = ask(tmp_path, authority.issue(hosts=("shop.example.org",)))

    assert result.state(TLS) == "fail"
    assert "mismatch" in result.reason(TLS).lower()


def test_a_service_without_tls_fails(tmp_path: Path) -> None:
    assert ask(tmp_path, None).state(TLS) == "fail"


def test_a_service_that_still_speaks_tls_1_1_fails(tmp_path: Path, certificate: Path) -> None:
    result = ask(tmp_path, certificate, tls=ssl.TLSVersion.TLSv1_3)

    assert result.state(TLS) == "fail"
    assert "accepts TLSv1.1" in result.reason(TLS)


def test_a_service_that_speaks_nothing_newer_is_not_a_pass(tmp_path: Path, certificate: Path) -> None:
    assert ask(tmp_path, certificate, tls=ssl.TLSVersion.TLSv1_1).state(TLS) != "pass"


def test_nobody_there_is_not_a_pass(tmp_path: Path) -> None:
    assert gate(tmp_path, policy({TLS: {}}), "--url", "https://localhost:9").state(TLS) == "not-checked"
