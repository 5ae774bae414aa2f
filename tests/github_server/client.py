"""A plain HTTP client, for tests of the server itself."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from tests.github_server.handle import GitHub

HEAD = "a" * 40
COMMENTS = "/repos/acme/shop/issues/7/comments"


class Http:
    """A client with one token; paths are below the API's root, and redirects are not followed."""

    def __init__(self, github: GitHub, token: str | None) -> None:
        self._root = github.api_url
        self._headers = {"User-Agent": "test"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __call__(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send a request; the body goes as JSON."""
        return requests.request(
            method,
            self._root + path,
            json=body,
            headers={**self._headers, **(headers or {})},
            allow_redirects=False,
            timeout=10,
        )
