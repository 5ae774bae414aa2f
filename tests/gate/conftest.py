from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.certificates import Authority
from tests.gate.run import SHA
from tests.gate.service import Service, serve


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests' authority be the one that is trusted, as a company's own would be."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    for name in ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> Path:
    return authority.issue()


@pytest.fixture
def service(certificate: Path) -> Iterator[Service]:
    """A service that is well."""
    service = Service()
    service.say("/health", {"status": "ok", "checks": {"database": "up", "redis": {"status": "up"}}})
    service.say("/version", {"commit": SHA})
    service.say("/", "<!doctype html><title>Shop</title>", content_type="text/html")
    with serve(service, certificate):
        yield service
