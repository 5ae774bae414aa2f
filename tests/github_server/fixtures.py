"""pytest fixtures: a running GitHub, which must have been asked and have answered as GitHub describes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.github_server.description import DescriptionMissingError

if TYPE_CHECKING:
    from tests.github_server.handle import GitHub


def skip_or_fail(reason: str) -> NoReturn:
    """Skip a test whose real part cannot be had; where GONOGO_REQUIRE_ALL=1, that is a failure."""
    if os.environ.get("GONOGO_REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A running GitHub with one public repository, `acme/shop`."""
    # A second's import: only the tests that use the server pay for it.
    from tests.github_server import handle

    try:
        server = handle.GitHub()
    except DescriptionMissingError as error:
        skip_or_fail(str(error))
    with server:
        yield server
    assert server.violations == []
