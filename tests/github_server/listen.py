"""The ports that the server listens on: GitHub's own, and that of the host where artifacts are kept."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.github_server.state import State

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Storage:
    """The other host, where artifacts are kept: it takes the address's signature, and nothing else."""

    def __init__(self, state: State, violations: list[str]) -> None:
        self._state, self._violations = state, violations

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer with an archive; a token sent here has leaked."""
        request = Request(environ)
        if "Authorization" in request.headers:
            self._violations.append(f"a token was sent to another host: {request.url}")
            return Response("InvalidAuthenticationInfo", 401)(environ, start)
        identity = request.path.strip("/").removesuffix(".zip")
        archive = self._state.archives.get(int(identity)) if identity.isdecimal() else None
        if archive is None:
            return Response("BlobNotFound", 404)(environ, start)
        return Response(archive, 200, content_type="application/zip")(environ, start)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Print nothing: requests are recorded."""


class Listener:
    """A WSGI application on a port of this machine's own, from `start` to `stop`."""

    def __init__(self) -> None:
        self._server: BaseWSGIServer | None = None
        # Bound here, as the application's objects name the address.
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self, application: Any) -> None:  # noqa: ANN401 - a WSGI application
        """Serve an application in threads of their own."""
        self._server = make_server(
            "127.0.0.1", 0, application, threaded=True, request_handler=_Quiet, fd=self._socket.fileno()
        )
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        self._socket.close()
