"""One service that speaks OSV's API: where it is, and requests to it within one budget of time.

Proxies and authorities of the environment count (`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`); its `.netrc` does not, and a
redirect is no answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import requests

from bot import __version__
from bot.errors import GonogoError, UsageError
from bot.settings import MIB

PUBLIC_URL: Final = "https://api.osv.dev"
"""https://google.github.io/osv.dev/api/"""
REQUEST_TIMEOUT_S: Final = 7.0
_MAX_TRIES: Final = 4
_FIRST_WAIT_S: Final = 0.5
_MAX_BYTES: Final = 32 * MIB
_CHUNK_BYTES: Final = 1 << 16
_AGAIN: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT})


class ServiceError(GonogoError):
    """The service gave no answer that can be used; the message says why, never what it said."""


def parse_service_url(text: str, option: str) -> str:
    """The root of a service, from its address or that of one of its methods; empty is the public one.

    Raises:
        UsageError: it is no address of HTTP, or holds more than host, port and path. It is named as `option`.
    """
    try:
        parts = urlsplit(text or PUBLIC_URL)
        plain = parts.port != 0 and not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        plain = False
    readable = text.isprintable() and " " not in text
    if not (plain and readable) or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{option}: not an address such as {PUBLIC_URL}, without user, query and fragment")
    path = parts.path.rstrip("/")
    for end in ("/querybatch", "/query", "/v1"):
        path = path.removesuffix(end)
    return f"{parts.scheme}://{parts.netloc}{path}"


@dataclass(frozen=True)
class _Refusal:
    """Why a try brought nothing; `wait_s` before another one, None where that is of no use."""

    reason: str
    wait_s: float | None = None


class Service:
    """Sends requests until its time is up.

    Attributes:
        root: as `parse_service_url` gives it.
        until: when its time is up, by `time.monotonic`.
    """

    def __init__(self, root: str, *, until: float, pause: Callable[[float], None] = time.sleep) -> None:
        self.root, self.until, self._pause = root, until, pause
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": f"gonogo/{__version__}", "Accept": "application/json"})
        self._session.auth = _send_as_it_is

    @property
    def host(self) -> str:
        """What to call it."""
        return urlsplit(self.root).netloc

    def post(self, path: str, body: object) -> bytes:
        """The answer to a JSON text.

        Raises:
            ServiceError: there is none.
        """
        return self._send("POST", path, json.dumps(body).encode())

    def get(self, path: str) -> bytes:
        """The content of a path.

        Raises:
            ServiceError: there is none.
        """
        return self._send("GET", path, None)

    def _send(self, verb: str, path: str, body: bytes | None) -> bytes:
        tries = 1
        while not isinstance(answer := self._try(verb, path, body), bytes):
            wait_s = self._wait_s(answer, tries)
            if wait_s is None:
                raise ServiceError(f"{self.host} {answer.reason}")
            self._pause(wait_s)
            tries += 1
        return answer

    def _wait_s(self, refusal: _Refusal, tries: int) -> float | None:
        """Seconds until the next try; None where there is none."""
        if refusal.wait_s is None or tries == _MAX_TRIES:
            return None
        wait_s = max(refusal.wait_s, _FIRST_WAIT_S * 2 ** (tries - 1))
        return wait_s if time.monotonic() + wait_s < self.until else None

    def _try(self, verb: str, path: str, body: bytes | None) -> bytes | _Refusal:
        left = self.until - time.monotonic()
        if left <= 0:
            return _Refusal("gave no answer in time")
        timeout = min(REQUEST_TIMEOUT_S, left)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            with self._session.request(
                verb, self.root + path, data=body, headers=headers, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                return self._read(response)
        except requests.Timeout:
            return _Refusal("gave no answer in time", 0.0)
        except (requests.RequestException, OSError) as error:
            # The kind alone is told: the words can hold a proxy's address with its password.
            return _Refusal(f"could not be asked ({type(error).__name__})", 0.0)

    def _read(self, response: requests.Response) -> bytes | _Refusal:
        status = response.status_code
        if status in _AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _Refusal(f"answered with {status}", _retry_after_s(response))
        if status != HTTPStatus.OK:
            return _Refusal(f"answered with {status}")
        content = bytearray()
        for chunk in response.iter_content(_CHUNK_BYTES):
            content += chunk
            if len(content) > _MAX_BYTES:
                return _Refusal(f"answered with more than {_MAX_BYTES // MIB} MiB")
            if time.monotonic() > self.until:
                return _Refusal("gave no answer in time")
        return bytes(content)


def _retry_after_s(response: requests.Response) -> float:
    """Seconds to wait at least. A date, which the header may hold too, is left to the usual pause."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < len("10000") else 0.0


def _send_as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps the user's `.netrc` out of it."""
    return request
