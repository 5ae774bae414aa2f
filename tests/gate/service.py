"""A small real service over HTTP and HTTPS, whose routes a test can break one by one."""

from __future__ import annotations

import json
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Request:
    """What a route sees: header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Reply:
    """What a route says. A value that is no bytes and no text goes out as JSON; `None` hangs up without a word."""

    body: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Route: TypeAlias = Callable[[Request], Reply | None]

SAFE = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


class Service:
    """Routes by path; a path that nobody made answers 404. `headers` go with every answer, unless a route sets them."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.headers: dict[str, str] = dict(SAFE)
        self.requests: list[Request] = []
        self.url = ""

    def say(self, path: str, body: Any = "", status: int = 200, **headers: str) -> None:  # noqa: ANN401 - JSON
        """Let a path say always the same."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = lambda _: Reply(body, status, dict(named))

    def in_turn(self, path: str, *replies: Reply) -> None:
        """Let a path give these replies one after the other, and begin anew."""
        turn = iter(range(10**9))
        self.routes[path] = lambda _: replies[next(turn) % len(replies)]

    def answer(self, request: Request) -> Reply | None:
        """What is said to a request."""
        self.requests.append(request)
        path = request.path.partition("?")[0]
        route = self.routes.get(path) or self.routes.get("*")
        return route(request) if route else Reply("not found", 404)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "service"
    sys_version = ""
    timeout = 10
    service: Service

    def _handle(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.service.answer(Request(self.command, self.path, headers, self.rfile.read(length)))
        if reply is None:
            self.close_connection = True
        else:
            self._reply(reply)

    def _reply(self, reply: Reply) -> None:
        body, kind = reply.body, "text/plain"
        if not isinstance(body, bytes | str):
            body, kind = json.dumps(body), "application/json"
        content = body.encode() if isinstance(body, str) else body
        given = {name.lower(): value for name, value in {**self.service.headers, **reply.headers}.items()}
        self.send_response_only(reply.status)
        for name, value in {"content-type": kind, "content-length": str(len(content)), **given}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_OPTIONS = do_PUT = do_DELETE = _handle  # noqa: N815 - as http.server wants it

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    context: ssl.SSLContext | None = None

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no error of the test's."""

    def finish_request(self, request: Any, address: Any) -> None:  # noqa: ANN401 - as socketserver wants it
        # In the request's own thread, so that a handshake keeps nobody else waiting.
        if self.context is not None:
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, address)


@contextmanager
def serve(service: Service, certificate: Path | None = None, *, tls: ssl.TLSVersion | None = None) -> Iterator[Service]:
    """Serve on a free port of the loopback address; `tls` is the newest version that is spoken."""
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service})) as server:
        server.context = _context(certificate, tls) if certificate else None
        service.url = f"{'https' if certificate else 'http'}://localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield service
        finally:
            server.shutdown()


def _context(certificate: Path, newest: ssl.TLSVersion | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if newest is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = newest
    return context
