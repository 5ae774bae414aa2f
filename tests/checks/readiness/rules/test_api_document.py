"""Whether the document of an API is complete, where there is much of it, or part of it is not read."""

from __future__ import annotations

import time

from bot.model import State
from tests.checks.readiness.look import ask_item

_ITEM = "docs.api-complete"
_SECONDS = 5.0
_SAID = "get: {summary: a, responses: {400: {description: b}}}"


def _server(routes: int, path: str = "/a{}") -> dict[str, str]:
    declared = "".join(f"app.get('{path.format(number)}', f);\n" for number in range(routes))
    return {"server.js": f"const express = require('express');\nconst app = express();\n{declared}"}


def _document(paths: int) -> str:
    return "openapi: 3.0.0\npaths:\n" + "".join(f"  /a{number}:\n    {_SAID}\n" for number in range(paths))


def test_each_path_of_a_long_document_counts() -> None:
    judged = ask_item(_ITEM, {**_server(1_300), "openapi.yaml": _document(1_300)})

    assert (judged.state, judged.missing) == (State.PASS, [])


def test_what_one_document_lacks_may_stand_in_another_that_is_not_read() -> None:
    judged = ask_item(_ITEM, {**_server(6, "/b{}"), "openapi.yaml": _document(2), "other/openapi.yaml": "a: ["})

    assert (judged.state, [one.path for one in judged.unknowns]) == (State.NOT_CHECKED, ["other/openapi.yaml"])


def test_what_is_documented_needs_no_other_document() -> None:
    judged = ask_item(_ITEM, {**_server(6), "openapi.yaml": _document(6), "other/openapi.yaml": "a: ["})

    assert judged.state is State.PASS


def test_many_routes_beside_many_paths_are_told_in_seconds() -> None:
    files = {**_server(6_000, "/b{}"), "openapi.yaml": _document(6_000)}
    started = time.process_time()

    states = [ask_item(item, files).state for item in (_ITEM, "api.openapi", "api.rest-design")]

    assert states == [State.FAIL, State.FAIL, State.PASS]
    assert time.process_time() - started < _SECONDS


def test_what_a_path_refers_to_is_read_where_it_stands_in_another_file_or_the_same() -> None:
    referring = (
        "openapi: 3.0.0\npaths:\n  /a0:\n    $ref: 'paths/a.yaml#/first~1a'\n  /a1:\n    $ref: '#/x-items/b'\n"
        f"x-items:\n  b:\n    {_SAID}\n"
    )
    files = {**_server(2), "openapi.yaml": referring}

    assert ask_item(_ITEM, {**files, "paths/a.yaml": f"first/a:\n  {_SAID}\n"}).state is State.PASS
    assert ask_item(_ITEM, {**files, "paths/a.yaml": f"second/a:\n  {_SAID}\n"}).state is State.FAIL


_RSWAG = {
    "Gemfile": "gem 'rails'\ngem 'rswag'\n",
    "config/application.rb": "module A\n  class Application < Rails::Application\n  end\nend\n",
    "config/initializers/rswag_api.rb": "Rswag::Api.configure do |c|\n  c.openapi_root = 'swagger'\nend\n",
    "config/routes.rb": (
        "Rails.application.routes.draw do\n  resources :orders\n  resources :users\n"
        "  namespace :api do\n    get 'shops', to: 'shops#index'\n    get 'carts', to: 'carts#index'\n  end\nend\n"
    ),
    "app/views/orders/index.html.erb": "<p>Orders</p>\n",
}


def test_of_pages_beside_an_api_no_document_tells_whatever_makes_it() -> None:
    document = f"openapi: 3.0.1\npaths:\n  /api/shops:\n    {_SAID}\n"
    whole = f"{document}  /api/carts:\n    {_SAID}\n"

    assert ask_item(_ITEM, {**_RSWAG, "swagger/v1/swagger.yaml": whole}).state is State.PASS
    assert ask_item(_ITEM, {**_RSWAG, "swagger/v1/swagger.yaml": document}).state is State.FAIL
    assert ask_item(_ITEM, _RSWAG).state is State.FAIL
