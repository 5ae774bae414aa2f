"""A service on loopback that speaks OSV's API, with made-up advisories and the faults that real ones have."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import unquote

Body: TypeAlias = dict[str, Any]

FAULTS = (
    *(
        "hang",
        "drip",
        "429",
        "500",
        "html",
        "wrong-json",
        "wrong-shape",
        "cut",
        "short",
        "errors",
        "redirect",
        "refused",
    ),
)
"""Ways in which a service gives no answer; each is a value of `OsvServer.fault`."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    agent: str
    body: Body


@dataclass
class OsvServer:
    """The service.

    Attributes:
        fault: one of `FAULTS`; empty for none.
        faulty: the one path that has the fault; empty for all.
        fails: how often it has it.
        delay_s: before each answer.
        page: advisories on one page; 0 for all.
        asked: the requests, in their order.
    """

    fault: str = ""
    faulty: str = ""
    fails: int = 10**9
    delay_s: float = 0.0
    retry_after: str = ""
    page: int = 0
    asked: list[Asked] = field(default_factory=list)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    hits: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    url: str = ""

    def add(
        self, name: str, package: tuple[str, str], versions: Sequence[str], *, fixed: str = "", **members: object
    ) -> None:
        """Make versions of a package (ecosystem, name) vulnerable."""
        self.records[name] = record(name, package, versions, fixed=fixed, **members)
        for version in versions:
            self.hits.setdefault((*package, version), []).append(name)

    def paths(self) -> list[str]:
        """The paths asked for, in their order."""
        return [one.path for one in self.asked]

    def find(self, query: Body) -> list[str]:
        package = query["package"]
        return self.hits.get((package["ecosystem"], package["name"], query["version"]), [])


def record(
    name: str, package: tuple[str, str], versions: Sequence[str], *, fixed: str = "", **members: object
) -> dict[str, Any]:
    """An advisory as OSV writes it; `members` are set on it."""
    ecosystem, named = package
    events = [{"introduced": "0"}, *([{"fixed": fixed}] if fixed else [])]
    span = [{"type": "SEMVER" if ecosystem in {"npm", "Go", "crates.io"} else "ECOSYSTEM", "events": events}]
    affected = {
        "package": {"ecosystem": ecosystem, "name": named},
        "versions": list(versions),
        "ranges": span if fixed else [],
    }
    return {"id": name, "modified": "2026-01-02T00:00:00Z", "affected": [affected], **members}


class _Listener(ThreadingHTTPServer):
    """Listens for one service; a client that went away is no news."""

    daemon_threads = True

    def __init__(self, served: OsvServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.served, self.ended = served, threading.Event()

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self._answer({})

    def _answer(self, body: Body) -> None:
        served = self.server.served
        served.asked.append(Asked(self.path, self.headers["User-Agent"], body))
        self.server.ended.wait(served.delay_s)
        if served.fault and served.faulty in {"", self.path} and served.fails > 0:
            served.fails -= 1
            self._fail(served.fault, body)
            self.close_connection = True
        elif self.path == "/v1/querybatch":
            self._json({"results": [_page(served, query) for query in body["queries"]]})
        elif self.path == "/v1/query":
            found = [served.records[name] for name in served.find(body)]
            self._json({"vulns": found} if found else {})
        elif (name := unquote(self.path.removeprefix("/v1/vulns/"))) in served.records:
            self._json(served.records[name])
        else:
            self._send(404, b"{}")

    def _fail(self, fault: str, body: Body) -> None:
        match fault:
            case "hang":
                self.server.ended.wait(60)
            case "drip":
                self._drip()
            case "429" | "500":
                after = self.server.served.retry_after
                self._send(int(fault), b"{}", {"Retry-After": after} if after else {})
            case "html":
                self._send(200, b"<html>log in</html>", {"Content-Type": "text/html"})
            case "wrong-json":
                self._send(200, b'{"results": [{"vulns"')
            case "wrong-shape":
                self._json({"results": "none", "vulns": "none"})
            case "short":
                self._json({"results": [{} for _ in body.get("queries", [])][1:], "vulns": 1})
            case "errors":
                self._json({"results": [{"code": 8, "message": "busy"} for _ in body.get("queries", [])]})
            case "redirect":
                self._send(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"})
            case _:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):
            while not self.server.ended.wait(0.2):
                self.wfile.write(b"X")

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode())

    def _send(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _page(served: OsvServer, query: Body) -> dict[str, object]:
    """The ids for one query of a batch, from where its token says."""
    found = served.find(query)
    if not found:
        return {}
    start, size = int(query.get("page_token", "0")), served.page or len(found)
    listed = [{"id": name, "modified": "2026-01-02T00:00:00Z"} for name in found[start : start + size]]
    more = {"next_page_token": str(start + size)} if start + size < len(found) else {}
    return {"vulns": listed, **more}


@contextmanager
def serve_osv() -> Iterator[OsvServer]:
    """A service that answers while the context lasts."""
    served = OsvServer()
    listener = _Listener(served)
    served.url = f"http://127.0.0.1:{listener.server_port}"
    threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield served
    finally:
        listener.ended.set()
        listener.shutdown()
        listener.server_close()


def free_url() -> str:
    """An address where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
