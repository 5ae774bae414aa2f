"""Validators of input that are known by the way in which their guides call them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item


def _express(dependency: str, code: str) -> Mapping[str, str]:
    return {
        "package.json": f'{{"dependencies": {{"express": "4", "{dependency}": "1"}}}}',
        "server.js": f"const app = require('express')()\n{code}\napp.listen(1)\n",
    }


def _posted(check: str) -> str:
    return f"app.post('/x', (req, res) => {{ {check}; save(req.body); res.end() }})"


def _flask(code: str) -> Mapping[str, str]:
    return {
        "requirements.txt": "flask\n",
        "main.py": f"from flask import Flask\napp = Flask(__name__)\n{code}\n",
    }


_NINJA = {
    "requirements.txt": "django\ndjango-ninja\n",
    "manage.py": "main()\n",
    "a/urls.py": "from a.api import api\nurlpatterns = [path('api/', api.urls)]\n",
    "a/api.py": """from ninja import NinjaAPI
api = NinjaAPI()
@api.post('/x')
def x(request, data: Order):
    save(data)
""",
}
_DOCUMENT = (
    "const v = require('express-openapi-validator')\napp.use(v.middleware({{ apiSpec, validateRequests: {} }}))\n"
)
_PARSER = (
    "from flask_restful import reqparse\np = reqparse.RequestParser()\n{}\n@app.post('/y')\ndef y():\n    save(p)\n"
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (_express("superstruct", _posted("assert(req.body, Order)")), State.PASS),
        (_express("superstruct", _posted("assert(user, Order)")), State.FAIL),
        (_express("@sinclair/typebox", _posted("if (!Value.Check(Order, req.body)) return")), State.PASS),
        (_express("io-ts", _posted("const o = Order.decode(req.body)")), State.PASS),
        (_express("io-ts", _posted("const o = Buffer.from(req.body)")), State.FAIL),
        (_express("express-openapi-validator", _DOCUMENT.format("true") + _posted("f()")), State.PASS),
        (_express("express-openapi-validator", _DOCUMENT.format("false") + _posted("f()")), State.FAIL),
        (_NINJA, State.PASS),
        ({**_NINJA, "a/api.py": _NINJA["a/api.py"].replace("from ninja import NinjaAPI", "import api")}, State.FAIL),
        (_flask(_PARSER.format("p.add_argument('a', required=True)")), State.PASS),
        (_flask(_PARSER.format("p.add_argument('a')")), State.FAIL),
    ],
)
def test_what_checks_a_request_counts_and_what_checks_something_else_does_not(
    files: Mapping[str, str], expected: State
) -> None:
    assert ask_item("security.input-validation", files).state is expected
