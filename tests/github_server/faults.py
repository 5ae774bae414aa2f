"""Faults that a test injects: what GitHub, a proxy or the network does on a bad day."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.github_server.description import Object
from tests.github_server.wire import JSON, Answer, RefusalError

UNICORN = "<!DOCTYPE html>\n<html><head><title>Unicorn! · GitHub</title></head><body>no answer</body></html>"
"""What stands in for the pages that GitHub's edge answers with where the API itself does not answer."""


@dataclass(kw_only=True)
class Fault:
    """What happens to the requests that it fits.

    Attributes:
        method: of HTTP, or `*`.
        path: a pattern of the path below the API's root, `*` for any characters.
        skip: fitting requests that pass before the first that fails.
        times: requests that fail; None for all.
        status: of the answer; None to answer as if nothing were wrong (a delay only).
        body: text goes out as HTML, an object as JSON; None for GitHub's usual error.
        done: whether the request is carried out before its answer is lost.
        drop: whether the connection is closed without an answer.
        delay_s: seconds that pass first.
    """

    method: str
    path: str
    skip: int = 0
    times: int | None = 1
    status: int | None = None
    body: Object | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False
    drop: bool = False
    delay_s: float = 0.0

    def fits(self, method: str, path: str) -> bool:
        """Whether a request is to fail, counting it."""
        if self.method not in {"*", method} or not fnmatch.fnmatchcase(path, self.path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0

    def answer(self) -> Answer | None:
        """The answer that takes the place of the true one, or None."""
        if self.status is None:
            return None
        if isinstance(self.body, str):
            return Answer(self.status, self.body, self.headers, "text/html; charset=utf-8")
        return Answer(self.status, self.body or RefusalError(self.status, "Server Error").body, self.headers, JSON)


def secondary_limit(retry_after: int | None = None, status: int = 403) -> Object:
    """The answer to too many requests at once, as arguments of `fail`; GitHub does not always say when to come back.

    Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api (read 2026-11-25)
    """
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    about = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"
    body = {"documentation_url": about, "message": message}
    return {
        "status": status,
        "body": body,
        "headers": {} if retry_after is None else {"Retry-After": str(retry_after)},
    }
