"""Fixtures of the action's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action.world import World
from tests.github_server.events import Events
from tests.github_server.handle import GitHub


@pytest.fixture
def world(github: GitHub, events: Events, tmp_path: Path) -> World:
    """A repository on a running GitHub, and a runner."""
    return World(github, events, tmp_path)
