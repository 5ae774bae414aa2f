"""What answers requests in a way that no rule reads is unknown, and neither nothing nor a failure."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, look


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": '{"dependencies": {"moleculer-web": "1"}}', "a.js": "require('moleculer-web')\n"},
        {"package.json": '{"dependencies": {"@strapi/strapi": "1"}}', "src/a.js": "module.exports = {}\n"},
        {
            "go.mod": "module a\nrequire github.com/go-kratos/kratos/v2 v2.0.0\n",
            "a.go": 'package main\nimport "github.com/go-kratos/kratos/v2/transport/http"\nfunc main() {}\n',
        },
        {"serverless.yml": "functions:\n  a:\n    events:\n      - http: {path: a}\n", "a.py": "def a(): pass\n"},
        {
            "template.yaml": "Resources:\n  A:\n    Properties:\n      Events:\n        A:\n          Type: HttpApi\n",
            "a.py": "def a(): pass\n",
        },
    ],
)
@pytest.mark.parametrize("item", ["infrastructure.health-endpoints", "security.auth-middleware"])
def test_a_framework_that_is_not_read_leaves_an_item_open(files: dict[str, str], item: str) -> None:
    assert ask_item(item, files).state is State.NOT_CHECKED


def test_what_is_declared_is_known_all_the_same() -> None:
    files = {"package.json": '{"dependencies": {"moleculer-web": "1"}}', "a.js": "require('moleculer-web')\n"}

    assert ask_item("cache.redis", files).state is State.NOT_APPLICABLE


def test_routes_that_are_read_are_judged_beside_a_framework_that_is_not() -> None:
    files = {
        "package.json": '{"dependencies": {"payload": "1", "express": "1"}}',
        "a.js": "require('payload')\nconst app = require('express')()\napp.get('/items', list)\napp.listen(1)\n",
    }

    assert ask_item("infrastructure.health-endpoints", files).state is State.FAIL


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": "{}", "a.ts": "import {startStandaloneServer} from 'x'\nstartStandaloneServer(server)\n"},
        {"package.json": "{}", "a.ts": "export default {\n  async fetch(request, env) {\n  },\n}\n"},
        {
            "go.mod": "module a\nrequire github.com/valyala/fasthttp v1.0.0\n",
            "a.go": 'package main\nimport "github.com/valyala/fasthttp"\nvar s = fasthttp.Server{Handler: handle}\n',
        },
        {"a.py": "import functions_framework\n@functions_framework.http\ndef a(request):\n    pass\n"},
        {"a.py": "import azure.functions as func\napp = func.FunctionApp()\n"},
        {"composer.json": "{}", "a.php": "<?php\n$pdo->exec($_POST['a']);\n"},
    ],
)
def test_a_server_without_a_framework_is_one(files: dict[str, str]) -> None:
    assert look(files).project.server is not None


_SERVES = "import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nuvicorn.run(app)\n"
_ROUTES = "".join(f"@app.get('/a{one}')\ndef a{one}(): pass\n" for one in range(6))
_BUILT = "[build-system]\nrequires = []\n[project]\nname = 'a'\ndependencies = ['fastapi']\n"


@pytest.mark.parametrize(
    ("manifest", "code", "library"),
    [
        (_BUILT + "[project.scripts]\na = 'a:main'\n", _SERVES + _ROUTES, False),
        (_BUILT, _SERVES + _ROUTES, True),
        (_BUILT + "[project.scripts]\na = 'a:main'\n", _SERVES, True),
        (_BUILT + "[project.scripts]\na = 'a:main'\n", "from fastapi import APIRouter as app\n" + _ROUTES, True),
    ],
)
def test_a_package_that_installs_a_server_is_no_library(manifest: str, code: str, library: bool) -> None:  # noqa: FBT001
    assert (look({"pyproject.toml": manifest, "a/app.py": code}).project.library is not None) is library


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": "{}", "a.ts": "export const send = async (request: Request) => await fetch(request)\n"},
        {
            "go.mod": "module a\nrequire github.com/valyala/fasthttp v1.0.0\n",
            "a.go": 'package main\nimport "github.com/valyala/fasthttp"\nfunc main() { fasthttp.Get(nil, "a") }\n',
        },
    ],
)
def test_what_only_sends_requests_is_no_server(files: dict[str, str]) -> None:
    assert look(files).project.server is None


_SINATRA = "class App < Sinatra::Base\n" + "".join(f"  get '/a{one}' do\n  end\n" for one in range(6)) + "end\n"


@pytest.mark.parametrize(
    ("files", "library"),
    [
        ({"a.gemspec": "s.executables << 'a'\n", "config.ru": "run App\n"}, False),
        ({"a.gemspec": "s.add_dependency 'sinatra'\n", "config.ru": "run App\n"}, True),
        ({"a.gemspec": "s.executables << 'a'\n"}, True),
        ({"a.gemspec": "s.executables << 'a'\n", "spec/dummy/config.ru": "run App\n"}, True),
    ],
)
def test_a_gem_that_installs_a_server_is_no_library(files: dict[str, str], library: bool) -> None:  # noqa: FBT001
    assert (look({"lib/app.rb": _SINATRA, **files}).project.library is not None) is library


def test_what_tests_are_set_up_with_is_no_server() -> None:
    code = "beforeAll(() => server.listen())\n"

    assert look({"package.json": '{"private": true}', "src/setupTests.ts": code}).project.server is None


def test_a_server_of_pekko_is_not_read() -> None:
    code = 'class A { void run() { Http.get(system).newServerAt("0.0.0.0", 80).bind(routes()); } }\n'
    project = look({"Dockerfile": "FROM x\n", "src/main/java/A.java": code}).project

    assert project.server is not None
    assert project.server.path == "src/main/java/A.java"


def test_webmachine_has_its_routes() -> None:
    code = 'Webmachine.build do |app|\n  app.routes do\n    add ["pacts", :id, "tags"], Tags, {a: 1}\n'
    code += "    add([:*], Rest)\n"
    other = 'list.add ["a"], 3\nlist.add(["b"])\n'

    routes = look({"Gemfile": "gem 'webmachine'\n", "lib/api.rb": code + other + "  end\nend\n"}).routes.all

    assert [(one.method, one.path) for one in routes] == [("ANY", "/pacts/:id/tags"), ("ANY", "/:*")]


@pytest.mark.parametrize(
    ("code", "starts"),
    [
        ("gallery.listen('close', f)\n", False),
        ("const o = new MutationObserver(f); o.observe(x)\n", False),
        ("menu.instance.listen()\n", False),
        ("const at = await ctx.serve({ servedir: '.' })\n", False),
        ("history.listen(track)\n", False),
        ("serve({ fetch: app.fetch, port: 1 })\n", True),
        ("made\n  .listen(3000)\n", True),
        ("gateway.listen(where)\n", True),
        ("hot.listen((event) => track(event))\n", False),
        ("x.listen(config.port)\n", True),
        ("adminServer.listen(p)\n", True),
    ],
)
def test_a_server_is_started_by_what_is_called_so(code: str, starts: bool) -> None:  # noqa: FBT001
    assert (look({"package.json": '{"private": true}', "a.ts": code}).project.server is not None) is starts
