"""git over smart HTTP for the one repository: git's own `http-backend`, read-only, with a token as GitHub takes it.

Source: https://git-scm.com/docs/git-http-backend; GitHub allows filters and any object that a ref reaches.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

_SETTINGS = {
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "uploadpack.hideRefs": "refs/internal",
    "safe.directory": "*",
}


def serve_git(request: Request, repository: Path, path: str) -> Response:
    """Answer a request of git's; `path` begins after the repository's name."""
    if "git-receive-pack" in (path.lstrip("/"), request.args.get("service", "")):
        return Response("this server is read-only\n", 403)
    settings = {"GIT_CONFIG_COUNT": str(len(_SETTINGS))}
    for index, (name, value) in enumerate(_SETTINGS.items()):
        settings |= {f"GIT_CONFIG_KEY_{index}": name, f"GIT_CONFIG_VALUE_{index}": value}
    body = request.get_data()
    done = subprocess.run(
        ["git", "http-backend"],
        env={
            **settings,
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_PROJECT_ROOT": str(repository),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "PATH_INFO": path,
            "QUERY_STRING": request.query_string.decode(),
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
        },
        input=body,
        capture_output=True,
        check=False,
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = Headers(
        [(name, value) for name, _, value in (line.partition(": ") for line in head.decode().split("\r\n"))]
    )
    status = headers.pop("Status", "200 OK" if done.returncode == 0 else "500 git failed")
    return Response(content, status, headers)
