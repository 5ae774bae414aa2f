"""Handlers of errors that are for development, or for what other programs answer."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_NODE = '{"dependencies": {"express": "4", "errorhandler": "1"}}'
_APP = "import express from 'express'\n%s\nconst app = express()\napp.get('/a', list)\napp.use(%s)\napp.listen(3)\n"
_FLASK = """\
from flask import Flask
from shop.api import Shop

app = Flask(__name__)
api = Shop(app)


@app.route('/a')
def a():
    return 'a'
"""
_HANDLER = """\
from flask_restful import Api


class Shop(Api):
    def handle_error(%s):
        return {'error': 'x'}, 500
"""


@pytest.mark.parametrize(
    ("imported", "used", "state"),
    [
        ("import errorhandler from 'errorhandler'", "errorhandler()", State.FAIL),
        ("import errorHandler from 'errorhandler'", "errorHandler({ log: false })", State.FAIL),
        ("import errorhandler from './errorhandler'", "errorhandler()", State.PASS),
        ("import errorhandler from 'errorhandler'", "answerError", State.PASS),
    ],
)
def test_a_package_that_shows_stacks_is_for_development(imported: str, used: str, state: State) -> None:
    assert ask_item("api.error-handling", {"package.json": _NODE, "app.ts": _APP % (imported, used)}).state is state


@pytest.mark.parametrize(
    ("parameters", "state"),
    [
        ("self, response", State.FAIL),
        ("self, request, client_address", State.FAIL),
        ("self, e", State.PASS),
        ("self, error: Exception", State.PASS),
    ],
)
def test_a_hook_of_a_client_handles_no_errors_of_routes(parameters: str, state: State) -> None:
    files = {"requirements.txt": "flask\n", "main.py": _FLASK, "shop/api.py": _HANDLER % parameters}

    assert ask_item("api.error-handling", files).state is state


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("if (res.statusCode === 200) { count(err) }\n  next(err)", State.FAIL),
        ("res.statusCode = 500\n  res.end()\n  next(err)", State.PASS),
    ],
)
def test_what_only_looks_at_the_answer_hands_errors_on(body: str, state: State) -> None:
    head = "export const countErrors = () => (err: Error, { query }: Request, res: Response, next) => {"
    handler = f"{head}\n  {body}\n}}\n"
    app = _APP % ("import { countErrors } from './errors'", "countErrors()")

    assert ask_item("api.error-handling", {"package.json": _NODE, "app.ts": app, "errors.ts": handler}).state is state


_HEADERS = "middleware::DefaultHeaders::new().add((CACHE_CONTROL, value))"
_ACTIX = """\
use actix_web::{web, App, HttpServer, middleware};
use actix_web::http::header::CACHE_CONTROL;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().wrap(%s).route("/a", web::get().to(list))).bind(("0.0.0.0", 80))?.run().await
}
"""


def test_what_takes_the_status_out_of_the_answer_hands_errors_on() -> None:
    head = "export const countErrors = () => (err: Error, req: Request, { statusCode }: Response, next) => {"
    handler = f"{head}\n  count(err, statusCode)\n  next(err)\n}}\n"
    app = _APP % ("import { countErrors } from './errors'", "countErrors()")

    files = {"package.json": _NODE, "app.ts": app, "errors.ts": handler}
    assert ask_item("api.error-handling", files).state is State.FAIL


@pytest.mark.parametrize(
    ("mounted", "state"),
    [(_HEADERS, State.PASS), (f"middleware::Condition::new(enabled, {_HEADERS})", State.FAIL)],
)
def test_a_middleware_of_actix_on_a_condition_may_be_off(mounted: str, state: State) -> None:
    files = {"Cargo.toml": '[package]\nname = "a"\n[dependencies]\nactix-web = "4"\n', "src/main.rs": _ACTIX % mounted}

    assert ask_item("performance.response-caching", files).state is state
