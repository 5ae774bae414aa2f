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
