"""Guards and limiters that hand on whatever comes."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_PACKAGE = (
    '{"name": "shop", "main": "server.js", "dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}}'
)
_SERVER = """\
const express = require('express');
const auth = require('./auth');
const app = express();
app.post('/orders', auth('write'), (req, res) => res.send('ok'));
app.listen(80);
"""
_VIEW = """\
from flask import Flask
from shop.limits import ratelimit
app = Flask(__name__)
@app.route("/login", methods=["POST"])
@ratelimit(limit=10)
def login(): return ""
"""
_LIMIT = """\
import functools
def ratelimit(limit=50):
    def decorate(f):
        @functools.wraps(f)
        def wrapped(*args, **kwargs):
            current = cache.get(request.endpoint)
{0}            return f(*args, **kwargs)
        return wrapped
    return decorate
"""


@pytest.mark.parametrize(
    ("guard", "state"),
    [
        ("(right) => (req, res, next) => passport.authenticate('jwt')(req, res, next)", State.PASS),
        ("(right) => (req, res, next) => {\n  if (!req.user) return res.status(401).end();\n  next();\n}", State.PASS),
        ("(right) => (req, res, next) => {\n  if (!may(req)) return;\n  next();\n}", State.PASS),
        ("(right) => (req, res, next) => next()", State.FAIL),
        ("(right) => {\n  return (req, res, next) => {\n    console.log(right);\n    next();\n  };\n}", State.FAIL),
    ],
)
def test_a_guard_that_refuses_nobody_is_none(guard: str, state: State) -> None:
    files = {
        "package.json": _PACKAGE,
        "server.js": _SERVER,
        "auth.js": f"const auth = {guard};\nmodule.exports = auth;\n",
    }

    assert ask_item("security.auth-middleware", files).state is state


@pytest.mark.parametrize(
    ("refuses", "state"),
    [("            if current > limit:\n                return too_many()\n", State.PASS), ("", State.FAIL)],
)
def test_a_limiter_of_ones_own_that_refuses_nobody_is_none(refuses: str, state: State) -> None:
    files = {"requirements.txt": "flask\n", "app.py": _VIEW, "shop/limits.py": _LIMIT.replace("{0}", refuses)}

    assert ask_item("security.rate-limiting", files).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("req.user = requireUser(req);", State.PASS),
        ("ensureMember(req);", State.PASS),
        ("users.current_user_or_401(req);", State.PASS),
        ("console.log(req.url);", State.FAIL),
        ("req.begun = Date.now();", State.FAIL),
    ],
)
def test_a_guard_may_leave_it_to_a_function_to_refuse(line: str, state: State) -> None:
    guard = f"(right) => (req, res, next) => {{\n  {line}\n  next();\n}}"
    files = {
        "package.json": _PACKAGE,
        "server.js": _SERVER,
        "auth.js": f"const auth = {guard};\nmodule.exports = auth;\n",
    }

    assert ask_item("security.auth-middleware", files).state is state
