"""Clients for the tests of the server itself; pull request 7 of `feat/x` is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from github import Auth, Github

from tests.github_server.client import Http
from tests.github_server.handle import GitHub

if TYPE_CHECKING:
    from github.Repository import Repository


@pytest.fixture
def http(github: GitHub) -> Http:
    """A plain client with the token that gonogo's workflow has."""
    github.add_pull(7, head_ref="feat/x")
    return Http(github, github.token())


@pytest.fixture
def repo(github: GitHub) -> Repository:
    """PyGithub's client, without the waits that spare the real GitHub."""
    github.add_pull(7, head_ref="feat/x")
    client = Github(
        auth=Auth.Token(github.token()),
        base_url=github.api_url,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    return client.get_repo(github.repository)
