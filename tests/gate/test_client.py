"""Services that drip, flood, lie about lengths or speak no HTTP: the client ends in time and repeats nothing."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest

from bot.gate.client import Answer, Ask, Client, NoAnswer, Trouble
from bot.gate.resolver import Resolver
from bot.gate.settings import TargetsSettings
from bot.gate.urls import Url

LOOPBACK = TargetsSettings(allow_networks=("127.0.0.0/8", "::1")).networks()
OK = b"HTTP/1.1 200 OK\r\n"


class Server(ThreadingTCPServer):
    """Shut down, it listens no more: a thread left in `accept` would take the connections of the next server."""

    daemon_threads = True
    block_on_close = False


@contextmanager
def listen(talk: Callable[[socket.socket], None]) -> Iterator[Url]:
    """A server that says to each connection what `talk` sends."""

    class Speaker(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.request.recv(65_536)
                talk(self.request)

    with Server(("127.0.0.1", 0), Speaker) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield Url("http", "localhost", server.server_address[1])
        finally:
            server.shutdown()


def send(url: Url, *, timeout_s: float = 1.0, max_bytes: int = 1000) -> Answer | NoAnswer:
    client = Client(Resolver(frozenset({"localhost"}), LOOPBACK))
    return client.send(Ask(url=url, timeout_s=timeout_s, max_bytes=max_bytes))


def drip(start: bytes, each: bytes) -> Callable[[socket.socket], None]:
    def talk(connected: socket.socket) -> None:
        connected.sendall(start)
        while True:
            time.sleep(0.05)
            connected.sendall(each)

    return talk


def flood(start: bytes, each: bytes) -> Callable[[socket.socket], None]:
    def talk(connected: socket.socket) -> None:
        connected.sendall(start)
        while True:
            connected.sendall(each * 1000)

    return talk


def silence(_: socket.socket) -> None:
    time.sleep(5)


@pytest.mark.parametrize(
    "talk",
    [
        silence,
        drip(b"", b"H"),
        drip(OK, b"A: b\r\n"),
        drip(OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
        drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_who_drips_is_left_when_the_time_is_up(talk: Callable[[socket.socket], None]) -> None:
    started = time.monotonic()
    with listen(talk) as url:
        answer = send(url)

    assert isinstance(answer, NoAnswer)
    assert answer.trouble in {Trouble.TIMEOUT, Trouble.PROTOCOL}
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("talk", "whole"),
    [
        (flood(OK + b"\r\n", b"x"), False),
        (flood(OK + b"Content-Length: 999999999\r\n\r\n", b"x"), False),
        (flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), False),
        (flood(b"HTTP/1.1 204 No Content\r\n\r\n", b"x"), True),
    ],
)
def test_of_a_flood_only_so_much_is_read(talk: Callable[[socket.socket], None], *, whole: bool) -> None:
    with listen(talk) as url:
        answer = send(url, timeout_s=10)

    assert isinstance(answer, Answer)
    assert (answer.whole, len(answer.body) <= 1000) == (whole, True)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00" * 100,
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 200" + b"x" * 100_000,
        OK + b"A: " + b"x" * 100_000 + b"\r\n\r\n",
        OK + b"A: b\r\n" * 1000 + b"\r\n",
        OK + b"Content-Length: 10\r\n\r\nshort",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_what_is_no_whole_answer_is_none_and_is_not_repeated(said: bytes) -> None:
    with listen(lambda connected: connected.sendall(said)) as url:
        answer = send(url, timeout_s=5)

    assert isinstance(answer, NoAnswer)
    assert answer.trouble in {Trouble.PROTOCOL, Trouble.UNREACHABLE}
    assert "SSH" not in answer.reason
    assert "xxx" not in answer.reason


def test_a_handshake_that_never_ends_is_left_when_the_time_is_up() -> None:
    started = time.monotonic()
    with listen(silence) as url:
        answer = send(Url("https", url.host, url.port))

    assert isinstance(answer, NoAnswer)
    assert time.monotonic() - started < 4


def test_a_server_without_tls_is_no_answer_over_tls() -> None:
    with listen(lambda connected: connected.sendall(OK + b"\r\n")) as url:
        answer = send(Url("https", url.host, url.port), timeout_s=5)

    assert isinstance(answer, NoAnswer)
    assert answer.trouble is Trouble.PROTOCOL


def test_a_proxy_of_the_environment_takes_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with listen(lambda connected: connected.sendall(OK + b"Content-Length: 2\r\n\r\nok")) as url:
        answer = send(url)

    assert isinstance(answer, Answer)
    assert answer.body == b"ok"


def test_nothing_that_was_sent_or_received_is_in_a_repr() -> None:
    with listen(
        lambda connected: connected.sendall(OK + b"Set-Cookie: s3cret\r\nContent-Length: 6\r\n\r\ns3cret")
    ) as url:
        ask = Ask(url=url, headers={"Authorization": "Bearer s3cret"}, body=b"s3cret")
        answer = send(url)

    assert "s3cret" not in repr((ask, answer))


@pytest.mark.parametrize("header", ["x\r\nInjected: 1", "x\ny"])
def test_a_header_that_would_be_two_is_not_sent(header: str) -> None:
    with listen(lambda connected: connected.sendall(OK + b"\r\n")) as url:
        answer = Client(Resolver(frozenset({"localhost"}), LOOPBACK)).send(Ask(url=url, headers={"X-A": header}))

    assert isinstance(answer, NoAnswer)


def test_who_is_trusted_is_not_up_to_the_service() -> None:
    context = Client(Resolver(frozenset(), ()))._context  # noqa: SLF001 - what every request is made with

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
