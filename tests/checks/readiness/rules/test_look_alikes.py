"""What only looks like an item's evidence, of several items: names, defaults of a framework, and what is of others."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_GO = "package main\n\nfunc Handle(w http.ResponseWriter, r *http.Request) {{\n{}}}\n"
_GO_SERVER = 'package main\nfunc main() {\n\thttp.HandleFunc("/items", Handle)\n\thttp.ListenAndServe(":80", nil)\n}\n'
_LARAVEL = {
    "composer.json": '{"require": {"laravel/framework": "11"}}',
    "artisan": "<?php\n",
    "routes/api.php": "<?php\nRoute::get('/items', [ItemController::class, 'index']);\n",
    "resources/js/app.js": "import axios from 'axios'\n",
}
_CONFIG = "<?php\nreturn [\n    'asset_url' => env({}),\n];\n"
_PAGES = (
    "<?php\nclass {}\n{{\n    public function all()\n    {{\n        return Item::cursorPaginate(50);\n    }}\n}}\n"
)
_WORKFLOW = "on: pull_request\njobs:\n  t:\n    runs-on: x\n    steps:\n      - run: npx jest tests/e2e\n"
_CHART = "```mermaid\ngraph TD\n  api --> database\n  api --> queue\n```\n"
_EXPRESS = "import express from 'express'\nconst app = express()\n{}\napp.post('/items', create)\napp.listen(3000)\n"


_CHI = (
    'package main\nimport (\n\t"net/http"\n\t"github.com/go-chi/chi/v5"\n\t"github.com/go-chi/chi/v5/middleware"\n)\n'
    "func main() {{\n\tr := chi.NewRouter()\n"
    "\tstack := chi.Middlewares{{\n\t\tmiddleware.RequestID,\n\t\tmiddleware.Recoverer,\n"
    '\t}}\n\t{}\n\tr.Get("/items", list)\n\thttp.ListenAndServe(":80", r)\n}}\n'
)
_JDBC = {
    "pom.xml": "<project><dependencies><dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId>"
    "</dependency></dependencies></project>\n"
}
_STATEMENT = (
    "package a;\nclass A {{\n  public static void main(String[] args) throws Exception {{\n    String name = args[0];\n"
    "    var one = connection.prepareStatement({});\n    one.setString(1, name);\n    one.executeQuery();\n  }}\n}}\n"
)


def _stating(text: str) -> dict[str, str]:
    return {"src/main/java/a/A.java": _STATEMENT.format(text)}


def _with_aspect(annotation: str) -> dict[str, str]:
    times = '    long start = System.nanoTime();\n    log.info("{}", System.nanoTime() - start);\n'
    return {
        "src/main/java/a/App.java": '@RestController\nclass App {\n  @GetMapping("/items")\n  String all() {}\n}\n',
        "src/main/java/a/TimingAspect.java": f"@Aspect\n{annotation}class TimingAspect {{\n"
        f'  @Around("within(a..*)")\n  Object time(Point p) {{\n{times}    return p.proceed();\n  }}\n}}\n',
    }


@pytest.mark.parametrize(
    ("item", "files", "state"),
    [
        # How long the program runs, and how long a request took.
        (
            "api.response-time",
            {"main.go": _GO_SERVER, "metrics.go": _GO.format("\tlog.Println(time.Since(app.ServerStart))\n")},
            State.FAIL,
        ),
        (
            "api.response-time",
            {"main.go": _GO_SERVER, "logger.go": _GO.format("\tlog.Println(time.Since(start))\n")},
            State.PASS,
        ),
        # What works through a table, and what answers a list.
        ("api.pagination", {**_LARAVEL, "app/Jobs/Clean.php": _PAGES.format("Clean")}, State.FAIL),
        # A line that each new project of Laravel has, and one that somebody wrote.
        ("performance.cdn", {**_LARAVEL, "config/app.php": _CONFIG.format("'ASSET_URL'")}, State.NEEDS_SIGN_OFF),
        ("performance.cdn", {**_LARAVEL, "config/app.php": _CONFIG.format("'ASSET_URL', null")}, State.NEEDS_SIGN_OFF),
        (
            "performance.cdn",
            {**_LARAVEL, "config/app.php": _CONFIG.format("'ASSET_URL', 'https://cdn.example.org'")},
            State.PASS,
        ),
        # How people draw with the product, and how the product is made.
        ("docs.architecture-diagrams", {**_LARAVEL, "docs/Mermaid-Diagram.md": _CHART}, State.FAIL),
        ("docs.architecture-diagrams", {**_LARAVEL, "docs/design.md": _CHART}, State.PASS),
        # Apps that a platform starts for others, and what it runs itself.
        (
            "log-aggregation.centralized-storage",
            {**_LARAVEL, "templates/compose/a.yaml": "services:\n  logs:\n    image: grafana/loki:3\n"},
            State.NEEDS_SIGN_OFF,
        ),
        # A test of what end-to-end tests are made of, and one of them.
        (
            "testing.e2e-tests",
            {
                "package.json": '{"dependencies": {"express": "5"}}',
                "src/a.js": _EXPRESS.format(""),
                "tests/e2eTokens.test.js": "test('a', () => {\n  expect(tokens()).toBe(1)\n})\n",
                ".github/workflows/ci.yml": _WORKFLOW,
            },
            State.FAIL,
        ),
        (
            "testing.e2e-tests",
            {
                "package.json": '{"dependencies": {"express": "5"}}',
                "src/a.js": _EXPRESS.format(""),
                "tests/e2e/tokens.test.js": "test('a', () => {\n  expect(tokens()).toBe(1)\n})\n",
                ".github/workflows/ci.yml": _WORKFLOW,
            },
            State.PASS,
        ),
        # An aspect that Spring knows, and one that it does not.
        ("api.response-time", _with_aspect("@Component\n"), State.PASS),
        ("api.response-time", _with_aspect(""), State.FAIL),
        # A list of middlewares.
        ("api.error-handling", {"main.go": _CHI.format("r.Use(stack...)")}, State.PASS),
        ("api.request-id", {"main.go": _CHI.format("r.Use(stack...)")}, State.PASS),
        # Statements whose parameters are set, and one that is put together.
        ("security.sql-injection", {**_JDBC, **_stating('"select a from b where c = ?"')}, State.PASS),
        ("security.sql-injection", {**_JDBC, **_stating('"select a from b where c = " + name')}, State.FAIL),
        # Services of a pipeline.
        (
            "infrastructure.docker-compose",
            {**_LARAVEL, ".github/workflows/mysql/docker-compose.yml": "services:\n  db:\n    image: mysql:8\n"},
            State.FAIL,
        ),
        # A module that puts its routes into the app, whatever it is called.
        (
            "security.auth-middleware",
            {"package.json": '{"dependencies": {"express": "5"}}', "src/api/index.ts": _EXPRESS.format("auth(app)")},
            State.FAIL,
        ),
    ],
)
def test_an_item_takes_what_it_is_about_and_not_what_looks_like_it(
    item: str, files: dict[str, str], state: State
) -> None:
    assert ask_item(item, files).state is state


_FLASK_LOGS = (
    "from {} import {}\napp = Flask(__name__)\nlog_function = print\n@app.route('/x')\ndef x():\n  return 'x'\n"
)
_REST = """\
ROOT_URLCONF = 'app.urls'
REST_FRAMEWORK = {{
    'DEFAULT_PERMISSION_CLASSES': ['{}'],
}}
"""


def test_a_variable_of_the_name_that_tornado_has_is_no_function_of_its_log() -> None:
    files = {"requirements.txt": "flask\n", "app.py": _FLASK_LOGS.format("flask", "Flask")}

    assert ask_item("monitoring.request-logging", files).state is State.FAIL


@pytest.mark.parametrize(
    ("permission", "state"),
    [
        ("rest_framework.permissions.BasePermission", State.FAIL),
        ("core.permissions.PublicPermission", State.FAIL),
        ("core.permissions.NoPermission", State.FAIL),
        ("core.permissions.MemberPermission", State.PASS),
        ("core.permissions.TokenPermissions", State.PASS),
    ],
)
def test_a_class_of_permissions_that_asks_for_none(permission: str, state: State) -> None:
    files = {
        "requirements.txt": "django\ndjangorestframework\n",
        "manage.py": "import django\n",
        "app/urls.py": "from django.urls import path\nurlpatterns = [path('x', v)]\n",
        "app/settings.py": _REST.format(permission),
    }

    assert ask_item("security.auth-middleware", files).state is state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("user!.password", State.FAIL),
        ("user?.password", State.FAIL),
        ("req.session!.user!.password", State.FAIL),
        ("!user.password", State.PASS),
        ("!!user.password", State.PASS),
    ],
)
def test_a_password_behind_a_sign_that_somebody_is_there(said: str, state: State) -> None:
    server = _EXPRESS.format("import morgan from 'morgan'\napp.use(morgan('combined'))")
    server = server.replace(
        "app.listen", f"app.post('/in', (req, res) => {{\n  console.log('in', {said})\n}})\napp.listen"
    )
    files = {"package.json": '{"dependencies": {"express": "4", "morgan": "1"}}', "src/app.ts": server}

    assert ask_item("monitoring.request-logging", files).state is state


_FINDS = """package main
import "github.com/gin-gonic/gin"
func main() {{
  r := gin.Default()
  r.GET("/items", list)
  r.Run()
}}
func list(c *gin.Context) {{
  q := &ItemQuery{{Value: c.Query("{}")}}
  c.JSON(200, find(q))
}}
"""


@pytest.mark.parametrize(
    ("name", "state"),
    [("branch", State.PASS), ("id", State.FAIL), ("access_token", State.FAIL), ("api_key", State.FAIL)],
)
def test_what_names_one_thing_or_who_asks_filters_no_list(name: str, state: State) -> None:
    files = {"go.mod": "module x\n\ngo 1.22\nrequire github.com/gin-gonic/gin v1.9.0\n", "main.go": _FINDS.format(name)}

    assert ask_item("api.filtering-sorting", files).state is state


@pytest.mark.parametrize(
    ("call", "state"),
    [("agenda.now('mail', {})", State.PASS), ("prisma.agenda.create({ data })", State.FAIL)],
)
def test_a_calendar_s_table_is_no_queue(call: str, state: State) -> None:
    server = _EXPRESS.format(
        "import { Worker } from 'bullmq'\nconst worker = new Worker('mail', send)\n"
        f"app.post('/in', async (req, res) => {{\n  await {call}\n}})"
    )
    files = {"package.json": '{"dependencies": {"express": "4", "bullmq": "5"}}', "src/app.ts": server}

    assert ask_item("messaging.publishing", files).state is state


_RAILS = {
    "Gemfile": 'gem "rails"\n',
    "config/application.rb": "module A\n  class Application < Rails::Application\n  end\nend\n",
    "config/routes.rb": "Rails.application.routes.draw do\n  get '/a', to: 'a#b'\nend\n",
}


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("license_key: <%= ENV['KEY'] %>", State.PASS),
        ("license_key: 0a1b2c3d", State.PASS),
        ("license_key: ''", State.FAIL),
        ('license_key:  ""', State.FAIL),
        ("license_key: ~", State.FAIL),
        ("license_key: YOUR_LICENSE_KEY", State.FAIL),
    ],
)
def test_a_tracker_s_key_that_is_none(line: str, state: State) -> None:
    files = {**_RAILS, "config/newrelic.yml": f"production:\n  {line}\n"}

    assert ask_item("monitoring.error-tracking", files).state is state


@pytest.mark.parametrize(
    ("guard", "state"),
    [
        ("auth:sanctum", State.PASS),
        ("auth.basic", State.PASS),
        ("auth.session", State.FAIL),
        ("auth.guest", State.FAIL),
    ],
)
def test_a_guard_of_laravel_that_lets_everybody_in(guard: str, state: State) -> None:
    routes = (
        f"<?php\nRoute::middleware(['{guard}'])->group(function () {{\n  Route::get('/a', [A::class, 'b']);\n}});\n"
    )

    assert ask_item("security.auth-middleware", {**_LARAVEL, "routes/api.php": routes}).state is state


@pytest.mark.parametrize(
    ("item", "body", "state"),
    [
        ("monitoring.metrics-collection", "import logfire\nlogfire.instrument_fastapi(app)\n", State.PASS),
        (
            "monitoring.metrics-collection",
            "import logfire\nfrom collections import Counter\nCounter('ab')\n",
            State.FAIL,
        ),
        ("security.rate-limiting", "import pyrate_limiter\nlimiter.try_acquire('a')\n", State.PASS),
        ("security.rate-limiting", "import pyrate_limiter\nimport httpx\nlimiter.try_acquire('a')\n", State.FAIL),
        ("monitoring.error-tracking", "import raygun4py\nraygun.init_app(app)\n", State.PASS),
        ("monitoring.error-tracking", "import raygun4py\ndb.init_app(app)\n", State.FAIL),
    ],
)
def test_what_another_library_calls_the_same(item: str, body: str, state: State) -> None:
    app = f"from fastapi import FastAPI\napp = FastAPI()\n{body}"
    files = {"requirements.txt": "fastapi\nlogfire\npyrate_limiter\nraygun4py\nhttpx\n", "main.py": app}

    assert ask_item(item, files).state is state


_HONO = "import { OpenAPIHono } from '@hono/zod-openapi'\nimport { serve } from '@hono/node-server'\n"


@pytest.mark.parametrize(
    ("item", "body", "state"),
    [
        ("api.openapi", f"{_HONO}const app = new OpenAPIHono()\napp.doc('/doc', {{}})\nserve(app)\n", State.PASS),
        (
            "api.openapi",
            f"{_HONO}const app = new OpenAPIHono()\napp.get('/a', b)\ndb.doc('users/1')\nserve(app)\n",
            State.FAIL,
        ),
        ("monitoring.error-tracking", "const raygun = require('raygun')\nnew raygun.Client().init({})\n", State.PASS),
        ("monitoring.error-tracking", "const r = require('raygun')\nraygunClient.init({})\n", State.PASS),
        ("monitoring.error-tracking", "const r = require('raygun')\ni18n.init({})\n", State.FAIL),
    ],
)
def test_what_another_package_calls_the_same(item: str, body: str, state: State) -> None:
    served = "const app = require('express')()\napp.get('/a', b)\napp.listen(1)\n" if "openapi" not in item else ""
    needs = '"express": "4", "raygun": "1", "@hono/zod-openapi": "1", "@hono/node-server": "1"'
    files = {"package.json": f'{{"scripts": {{"start": "node a.js"}}, "dependencies": {{{needs}}}}}'}

    assert ask_item(item, {**files, "a.js": body + served}).state is state
