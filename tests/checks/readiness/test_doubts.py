"""What was not looked at: neither a pass that says that something is nowhere, nor an item that does not apply."""

from __future__ import annotations

import pytest

from bot.model import NotRead, State
from tests.checks.readiness.look import Content, ask, look

_NODE: dict[str, Content] = {
    "package.json": '{"dependencies": {"knex": "3", "pg": "8", "express": "4"}, "main": "server.js"}',
    "server.js": (
        'const app = require("express")(); const knex = require("knex"); const db = knex({ client: "pg" });\n'
        'require("./users")(app, db);\n'
        'app.get("/orders", async (req, res) => res.json(await db("orders").where({ id: 1 }).select()));\n'
        "app.listen(3000);\n"
    ),
}
_USERS = 'module.exports = (app, db) => app.get("/u", () => db.raw("SELECT * FROM u WHERE id = ?", [1]));\n'
_PYTHON: dict[str, Content] = {
    "requirements.txt": "flask\nsqlalchemy\n",
    "app.py": (
        "from flask import Flask\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.orm import sessionmaker\n"
        "app = Flask(__name__)\nengine = create_engine(URL)\nmake = sessionmaker(engine)\n\n"
        "@app.get('/orders')\ndef orders():\n    return make().query(Order).all()\n"
    ),
}
_DEEP = f"// SELECT\n{'[' * 500}{']' * 500};\n"


@pytest.mark.parametrize(
    "files",
    [
        {**_NODE, "users.js": _USERS + _DEEP},
        {**_NODE, "users.js": f"{_USERS}// {'x' * 600_000}\n"},
        {**_NODE, "users.js": NotRead("too large", "split it")},
        {**_PYTHON, "users.py": "# SELECT a FROM b\nx = " + "[" * 500 + "]" * 500 + "\n"},
        {**_PYTHON, "users.py": NotRead("too large", "split it")},
    ],
)
def test_no_sql_is_put_together_only_where_all_of_it_was_read(files: dict[str, Content]) -> None:
    judged = ask("sql-injection", files, table="orm")

    assert judged.state is State.NOT_CHECKED
    assert [unknown.path for unknown in judged.unknowns] == [path for path in files if path.startswith("users.")]


@pytest.mark.parametrize("files", [{**_NODE, "users.js": _USERS}, _PYTHON])
def test_all_that_was_read_passes(files: dict[str, Content]) -> None:
    assert ask("sql-injection", files, table="orm").state is State.PASS


_PHOENIX: dict[str, Content] = {
    "mix.exs": 'defp deps do [{:phoenix, "~> 1.7"}, {:ecto_sql, "~> 3.0"}] end\n',
    "lib/web/router.ex": 'get "/users", UserController, :index\n',
}
_KOTLIN: dict[str, Content] = {
    "build.gradle.kts": "plugins { }\n",
    "src/main/kotlin/App.kt": "fun main() { serve() }\n",
}


@pytest.mark.parametrize("files", [_PHOENIX, _KOTLIN])
@pytest.mark.parametrize("rule", ["cors", "jwt-jwks", "pagination", "sql-injection", "health-endpoints", "unit-tests"])
def test_nothing_is_said_to_be_missing_of_a_language_that_is_not_read(rule: str, files: dict[str, Content]) -> None:
    judged = ask(rule, files)

    assert judged.state is State.NOT_CHECKED
    assert "is not read" in judged.reason


def test_what_is_declared_is_known_of_a_language_whose_manifests_are_read() -> None:
    server = {
        "build.gradle.kts": 'dependencies { implementation("org.springframework.boot:spring-boot-starter-web") }\n',
        "Web.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web">',
    }

    assert ask("code", {**_KOTLIN, **server}, table="nats", applies="nats").state is State.NOT_APPLICABLE


_BROKEN = "openapi: 3.1.0\npaths:\n  {{- if .Users }}\n  /users: {}\n  {{- end }}\n"


def test_a_broken_document_is_no_doubt_of_who_only_looks_for_words_in_it() -> None:
    revision = look({"api/openapi.yml": _BROKEN, "main.py": "import os\nu = os.environ.get('A_URL', 'x')\n"})

    with revision.files.recording() as values:
        assert revision.files.parsed("api/openapi.yml") is None
    with revision.files.recording() as words:
        assert "paths" in (revision.files.text("api/openapi.yml") or "")

    assert [one.path for one in revision.files.doubts(values)] == ["api/openapi.yml"]
    assert revision.files.doubts(words) == []


def test_whether_a_broken_description_is_complete_is_not_known() -> None:
    routes = "import express from 'express'\nconst app = express()\napp.get('/users', f)\n"
    judged = ask("api-complete", {"server.ts": routes, "openapi.yml": _BROKEN}, table="openapi", share=0.9)

    assert (judged.state, [one.path for one in judged.unknowns]) == (State.NOT_CHECKED, ["openapi.yml"])
