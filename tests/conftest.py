"""Fixtures for all tests."""

from __future__ import annotations

pytest_plugins = ["tests.all_required", "tests.fixtures", "tests.github_server.fixtures"]
