"""The description is pinned, cached, and missed in words that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.github_server import description
from tests.github_server.description import API, PACKAGES, DescriptionMissingError, Object, obtain, require
from tests.github_server.known import known


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(description, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def fake_npm(tmp_path: Path) -> Path:
    """An npm that packs what it must not."""
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho not-a-tarball > package.tgz\n")
    npm.chmod(0o755)
    return npm


def test_what_is_cached_is_not_fetched_again(empty_cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty_cache.mkdir()
    for package in PACKAGES:
        package.cached.write_text("{}")

    description.main()

    assert capsys.readouterr().out.count("already cached") == len(PACKAGES)


def test_a_package_that_is_not_the_pinned_one_is_refused(empty_cache: Path, fake_npm: Path) -> None:
    with pytest.raises(DescriptionMissingError, match="its SHA-512 is not the one pinned here"):
        obtain(API, [str(fake_npm)])

    assert list(empty_cache.iterdir()) == []


def test_an_npm_that_fails_says_so(empty_cache: Path, fake_npm: Path) -> None:
    fake_npm.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")

    with pytest.raises(DescriptionMissingError, match="failed: no network"):
        obtain(API, [str(fake_npm)])

    assert list(empty_cache.iterdir()) == []


@pytest.mark.usefixtures("empty_cache")
def test_a_description_that_is_missing_names_the_command_that_gets_it() -> None:
    with pytest.raises(DescriptionMissingError, match=r"run `python -m tests\.github_server\.description`"):
        require()


@pytest.mark.usefixtures("github")
def test_null_is_allowed_where_the_description_says_nullable() -> None:
    schemas: Object = known()["components"]["schemas"]

    assert None in schemas["check-run"]["properties"]["conclusion"]["enum"]
