"""A tracker of errors counts in the program that serves."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_NODE = {
    "package.json": '{"dependencies": {"express": "4"}, "scripts": {"start": "node server.js"}}',
    "server.js": "const app = require('express')();\napp.get('/x', h);\napp.listen(3000);\n",
}
_GO = {
    "setup/go.mod": "module setup\n\nrequire github.com/bugsnag/bugsnag-go v1.0.0\n",
    "setup/main.go": 'package main\n\nimport (\n\t"net/http"\n\n\t"github.com/bugsnag/bugsnag-go"\n)\n\nfunc main() {\n'
    "\tbugsnag.Configure(bugsnag.Configuration{APIKey: key})\n\tREST\n}\n",
}


@pytest.mark.parametrize(
    ("rest", "state"),
    [("ask()", State.FAIL), ('http.HandleFunc("/x", h)\n\thttp.ListenAndServe(":80", nil)', State.PASS)],
)
def test_the_tracker_of_a_program_beside_the_server_is_not_the_server_s(rest: str, state: State) -> None:
    go = {path: text.replace("REST", rest) for path, text in _GO.items()}

    assert ask_item("monitoring.error-tracking", {**_NODE, **go}).state is state


def test_a_tracker_in_the_language_of_the_server_counts() -> None:
    files = {
        "requirements.txt": "fastapi\nsentry-sdk\n",
        "main.py": "import sentry_sdk\nfrom fastapi import FastAPI\nsentry_sdk.init(dsn=DSN)\napp = FastAPI()\n"
        '@app.get("/x")\ndef x():\n    return 1\n',
        "Dockerfile": "FROM python\nCMD uvicorn main:app\n",
    }

    assert ask_item("monitoring.error-tracking", files).state is State.PASS
