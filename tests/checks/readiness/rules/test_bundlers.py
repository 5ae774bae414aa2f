"""What a bundler is told is no part of the program that serves."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_OWN = {
    "requirements.txt": "tornado\n",
    "main.py": "import tornado.web\nfrom handlers import Hello\n"
    'app = tornado.web.Application([(r"/hello", Hello)], log_function=log_request)\napp.listen(80)\n',
    "handlers.py": "import tornado.web\nclass Hello(tornado.web.RequestHandler):\n    def get(self): ...\n",
}


@pytest.mark.parametrize(
    ("path", "state"), [("jsx/webpack.config.js", State.PASS), ("jsx/server.js", State.FAIL)], ids=["bundler", "server"]
)
def test_what_a_bundler_answers_with_while_pages_are_developed_logs_nothing(path: str, state: State) -> None:
    files = {
        **_OWN,
        "jsx/package.json": '{"scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}',
        path: "const app = require('express')()\napp.post('/a', (req, res) => { console.log(req.url, req.body) })\n",
    }

    assert ask_item("monitoring.request-logging", files).state is state
