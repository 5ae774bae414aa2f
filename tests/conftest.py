"""Fixtures for all tests."""

from __future__ import annotations

from hypothesis import settings

pytest_plugins = ["tests.all_required", "tests.fixtures", "tests.github_server.fixtures"]

# How long an example takes is the machine's, and no fault.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
