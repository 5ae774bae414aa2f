"""One request to GitHub's API: sent, repeated while GitHub asks for patience, and its refusal put in words.

PyGithub carries the requests: token, connections, proxies, certificates (`REQUESTS_CA_BUNDLE` names an authority of
one's own). Its retries are off, because they know no budget, no 429 and no answer that is not JSON.

Rule: one request at a time; wait as long as GitHub says, and a minute and more for a secondary limit that says nothing.
Source: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api (read 2026-11-25)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import github
import requests
from pydantic import ValidationError

from bot import __version__
from bot.errors import GonogoError
from bot.github.answers import Message
from bot.model import Json

REQUEST_TIMEOUT_S: Final = 15
SECONDARY_WAIT_S: Final = 60.0
_FIRST_WAIT_S: Final = 1.0
_MAX_TRIES: Final = 5


class GitHubError(GonogoError):
    """GitHub did not do what it was asked for: what, why, and what to do about it."""

    exit_status = 3


class RefusedError(GitHubError):
    """The token may not do it. The message names the permission that is missing, where GitHub's answer tells."""


class MissingError(GitHubError):
    """There is no such thing, or the token may not see it."""


@dataclass(frozen=True)
class Ask:
    """What a request is for, in words (`read the pull request`), and the permission that it needs."""

    words: str
    permission: str


@dataclass(frozen=True)
class Response:
    """What came back: header names are lower case. Status 0 is no answer; `text` then names what happened."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def good(self) -> bool:
        """Whether it is a success of the API, rather than of something on the way that speaks HTML."""
        success = HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES
        return self.status == HTTPStatus.NO_CONTENT or (success and self.text.startswith(("{", "[")))

    @property
    def message(self) -> str:
        """GitHub's own words, cut; a stand-in where the answer is not GitHub's."""
        if not self.status:
            return f"no answer: {self.text}"
        try:
            words = Message.model_validate_json(self.text).message
        except ValidationError:
            words = "not an answer of the API"
        return f"{self.status}: {words[:200]}"

    def wait_s(self, tries: int, now: float) -> float | None:
        """Seconds to wait before the next try; None where another try is of no use."""
        if self.status in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
            return self._limit_wait_s(tries, now)
        if HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        return self._retry_after_s() or _FIRST_WAIT_S * 2 ** (tries - 1)

    def _limit_wait_s(self, tries: int, now: float) -> float | None:
        after = self._retry_after_s()
        if after is not None:
            return after
        reset = _seconds(self.headers.get("x-ratelimit-reset"))
        if self.headers.get("x-ratelimit-remaining") == "0" and reset is not None:
            return max(reset - now, 0.0) + 1
        if self.status == HTTPStatus.TOO_MANY_REQUESTS or "rate limit" in self.message.lower():
            return SECONDARY_WAIT_S * 2.0 ** (tries - 1)
        return None

    def _retry_after_s(self) -> float | None:
        return _seconds(self.headers.get("retry-after"))


class Transport:
    """Sends requests with one token to one server.

    Attributes:
        requests: how many were sent, the repeated ones too.
        budget_s: seconds that may still be waited before requests are repeated, in all.
    """

    def __init__(self, api_url: str, token: str, *, budget_s: float, pause: Callable[[float], None]) -> None:
        self.requests = 0
        self.budget_s = budget_s
        self._pause = pause
        client = github.Github(
            auth=github.Auth.Token(token) if token else None,
            base_url=api_url.rstrip("/"),
            timeout=REQUEST_TIMEOUT_S,
            user_agent=f"gonogo/{__version__}",
            retry=None,
            # GitHub asks for a second between a large number of writes; a run makes a handful.
            seconds_between_requests=None,
            seconds_between_writes=None,
        )
        self._requester = client.requester
        self.graphql_path = self._requester.graphql_url

    def send(
        self, ask: Ask, verb: str, path: str, *, body: Json = None, query: Mapping[str, str] | None = None
    ) -> Response:
        """Send a request, and again while there is hope and budget; return the answer of a success.

        Raises:
            RefusedError: the token may not do it.
            MissingError: what it is about is not there.
            GitHubError: anything else.
        """
        return self._send(ask, lambda: self._try(verb, path, body, query), lambda response: response.good)

    def locate(self, ask: Ask, path: str) -> str:
        """Ask for something that GitHub keeps on another host; return its address there, which must get no token.

        Raises:
            GitHubError: as from `send`.
        """
        response = self._send(
            ask, lambda: self._try("GET", path, None, None), lambda response: response.status == HTTPStatus.FOUND
        )
        return response.headers.get("location", "")

    def _send(self, ask: Ask, send: Callable[[], Response], is_done: Callable[[Response], bool]) -> Response:
        for tries in range(1, _MAX_TRIES + 1):
            response = send()
            if is_done(response):
                return response
            wait_s = response.wait_s(tries, time.time())
            if wait_s is None or wait_s > self.budget_s or tries == _MAX_TRIES:
                break
            self.budget_s -= wait_s
            self._pause(wait_s)
        raise _refusal(ask, response)

    def _try(self, verb: str, path: str, body: Json, query: Mapping[str, str] | None) -> Response:
        self.requests += 1
        try:
            status, headers, text = self._requester.requestJson(verb, path, dict(query or {}), input=body)
        except (requests.RequestException, RuntimeError, ValueError) as error:
            # PyGithub's own are RuntimeError (a redirect elsewhere) and ValueError (a header that is no number). The
            # kind alone is told: the words can hold a proxy's address with its password.
            return Response(0, {}, type(error).__name__)
        return Response(status, headers, str(text))


def _refusal(ask: Ask, response: Response) -> GitHubError:
    """The error that says what GitHub did not do, why, and what to do."""
    said = response.message
    text = f"GitHub did not {ask.words} ({said})"
    if response.status == HTTPStatus.UNAUTHORIZED:
        return RefusedError(f"{text}; the input `token` is not valid")
    if "authenticate via a GitHub App" in said:
        return RefusedError(f"{text}; only the token of a workflow or of a GitHub App may do that")
    if response.status == HTTPStatus.FORBIDDEN and "not accessible" in said:
        return RefusedError(f"{text}; give the job the permission `{ask.permission}`")
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return MissingError(f"{text}; it is not there, or the token lacks the permission `{ask.permission}`")
    return GitHubError(text)


def _seconds(header: str | None) -> float | None:
    """A header that holds a whole number of seconds, as GitHub writes them."""
    return float(header) if header is not None and header.isascii() and header.isdigit() else None
