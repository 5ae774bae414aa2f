"""pytest fixtures: a running GitHub, which must have been asked and have answered as GitHub describes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.github_server.description import DescriptionMissingError, require

if TYPE_CHECKING:
    from tests.github_server.events import Events
    from tests.github_server.handle import GitHub


@pytest.fixture
def github() -> Iterator[GitHub]:
    """A running GitHub with one public repository, `acme/shop`."""
    try:
        require()
    except DescriptionMissingError as error:
        pytest.skip(str(error))
    # A second's import: only the tests that use the server pay for it.
    from tests.github_server import handle

    with handle.GitHub() as server:
        yield server
    assert server.violations == []


@pytest.fixture
def events(github: GitHub) -> Events:
    """Makes payloads of the events of `github`."""
    from tests.github_server import events as module

    return module.Events(github)


@pytest.fixture
def event_file(tmp_path: Path) -> Callable[[object], Path]:
    """Writes a payload to the file that GITHUB_EVENT_PATH is to name."""

    def write(payload: object) -> Path:
        path = tmp_path / "event.json"
        path.write_text(json.dumps(payload), encoding="utf-8")
        return path

    return write
