"""One request: bounded in time, bytes and connections, at an address that was looked at, without any redirect.

No proxy, cookie or `.netrc` of the environment takes part. Trusted authorities are the system's (`SSL_CERT_FILE`
names others).
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, cast

from bot import __version__
from bot.gate.resolver import Resolver, Unreachable
from bot.gate.urls import Url
from bot.settings import MIB

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DEFAULT_TIMEOUT_S = 10.0
DEFAULT_MAX_BYTES = 4 * MIB
MAX_CONNECTIONS = 64
"""Connections that are open at a time."""


class Trouble(Enum):
    """Why there is no answer."""

    REFUSED = "refused"  # not asked, for safety
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request. Header values may be secret."""

    url: Url
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout_s: float = DEFAULT_TIMEOUT_S
    max_bytes: int = DEFAULT_MAX_BYTES


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        headers: names in lower case, in their order; one may be there more than once.
        seconds: from the request, sent over a connection that stood, to the last byte.
        whole: False where the body was longer than asked for, and was cut.
    """

    url: Url
    status: int
    headers: Sequence[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float
    whole: bool = True

    def header(self, name: str) -> str | None:
        """The values of a header, joined as HTTP joins them; None where it is not there."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None

    @property
    def media_type(self) -> str:
        """The content's type in lower case, without parameters; empty where none is told."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Whether it is a page, whatever its type says; frameworks send a plain `OK` as text/html, too."""
        start = self.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        tagged = "html" in self.media_type and b"<" in start
        return tagged or start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


@dataclass(frozen=True)
class NoAnswer:
    """Why nothing came back, in words that hold nothing of what was sent or received."""

    url: Url
    trouble: Trouble
    reason: str


@dataclass(frozen=True)
class Handshake:
    """What TLS agreed on: the protocol (`TLSv1.3`), and the certificate as `ssl` reads it; empty if not verified."""

    version: str
    certificate: Mapping[str, object]


class Client:
    """Sends requests to the hosts that its resolver knows."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._context = ssl.create_default_context()
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def send(self, ask: Ask) -> Answer | NoAnswer:
        """Ask once."""
        with self._slots:
            deadline = time.monotonic() + ask.timeout_s
            try:
                connected = self._connect(ask.url, self._context, deadline)
                if isinstance(connected, NoAnswer):
                    return connected
                with connected:
                    return _exchange(ask, connected, deadline)
            except (OSError, http.client.HTTPException, ValueError) as error:
                return NoAnswer(ask.url, *_describe(error, ask.timeout_s))

    def handshake(self, url: Url, context: ssl.SSLContext | None = None) -> Handshake | NoAnswer:
        """Shake hands and hang up; without a context as for a request."""
        with self._slots:
            try:
                connected = self._connect(url, context or self._context, time.monotonic() + DEFAULT_TIMEOUT_S)
                if isinstance(connected, NoAnswer):
                    return connected
                with connected:
                    if not isinstance(connected, ssl.SSLSocket):
                        return NoAnswer(url, Trouble.PROTOCOL, "it is served without TLS")
                    return Handshake(connected.version() or "none", connected.getpeercert() or {})
            except (OSError, ValueError) as error:
                return NoAnswer(url, *_describe(error, DEFAULT_TIMEOUT_S))

    def _connect(self, url: Url, context: ssl.SSLContext, deadline: float) -> socket.socket | NoAnswer:
        addresses = self.resolver.resolve(url.host)
        if isinstance(addresses, Unreachable):
            return NoAnswer(url, Trouble.REFUSED if addresses.refused else Trouble.UNREACHABLE, addresses.reason)
        plain = _first_connection(addresses, url.port, deadline)
        if url.scheme != "https":
            return plain
        try:
            plain.settimeout(_left(deadline))
            return context.wrap_socket(plain, server_hostname=url.host)
        except BaseException:
            plain.close()
            raise


def _first_connection(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    for number, address in enumerate(addresses):
        # Each gets its share, so that one that swallows packets leaves time for the next.
        share_s = _left(deadline) / (len(addresses) - number)
        try:
            return socket.create_connection((address, port), timeout=share_s)
        except OSError:
            if number + 1 == len(addresses):
                raise
    raise OSError("no address")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Bounded(io.RawIOBase):
    """Reads a socket until a moment, however slowly it drips."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv_into(cast("bytearray", buffer))


class _Wire:
    """As much of a socket as `http.client` needs."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, content: bytes) -> None:
        self._socket.settimeout(_left(self._deadline))
        self._socket.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Bounded(self._socket, self._deadline))

    def close(self) -> None:
        """Whoever opened the socket closes it."""


def _exchange(ask: Ask, connected: socket.socket, deadline: float) -> Answer:
    url = ask.url
    connection = http.client.HTTPConnection(url.host, url.port)
    connection.sock = cast("socket.socket", _Wire(connected, deadline))
    own = {"Host": url.origin.partition("://")[2], "User-Agent": f"gonogo/{__version__}", "Accept-Encoding": "identity"}
    given = {name.lower() for name in ask.headers}
    own |= {"Accept": "*/*", "Connection": "close"}
    headers = {**{name: value for name, value in own.items() if name.lower() not in given}, **ask.headers}
    started = time.perf_counter()
    connection.request(ask.method, url.path, body=ask.body, headers=headers)
    response = connection.getresponse()
    body = response.read(ask.max_bytes + 1)
    seconds = time.perf_counter() - started
    declared = response.length
    if declared and len(body) <= ask.max_bytes:
        raise http.client.IncompleteRead(b"")
    return Answer(
        url=url,
        status=response.status,
        headers=[(name.lower(), value) for name, value in response.getheaders()],
        body=body[: ask.max_bytes],
        seconds=seconds,
        whole=len(body) <= ask.max_bytes,
    )


def _describe(error: Exception, timeout_s: float) -> tuple[Trouble, str]:
    match error:
        case ssl.SSLCertVerificationError():
            return Trouble.CERTIFICATE, f"its certificate is not valid: {error.verify_message}"
        case TimeoutError():
            return Trouble.TIMEOUT, f"no whole answer within {timeout_s:g} s"
        case ssl.SSLError():
            return Trouble.PROTOCOL, f"TLS failed: {(error.reason or 'unknown').replace('_', ' ').lower()}"
        case OSError():
            return Trouble.UNREACHABLE, f"no connection: {(error.strerror or 'it was closed').lower()}"
        case _:
            # The words of the others can hold what was sent or received.
            return Trouble.PROTOCOL, f"no answer of HTTP ({type(error).__name__})"
