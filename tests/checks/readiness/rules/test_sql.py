"""The rule `sql-injection`: how many places there are is a number that may not grow."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask

_GO = (
    'package main\nimport _ "github.com/lib/pq"\n'
    'func (s *S) find(name string) { s.db.RawQuery("SELECT a FROM b WHERE name = \'" + name + "\'") }\n'
)
_SAFE = _GO.replace('\'" + name + "\'"', '?", name')
_FORMATTED = (
    'package main\nimport "github.com/jmoiron/sqlx"\n'
    "func (s *S) find(path string, table string) {\n\tvar own string\n"
    '\tif a {\n\t\town = "$.b"\n\t} else {\n\t\town = "b"\n\t}\n'
    '\tother = "a" + path\n'
    "\ts.db.Queryx(fmt.Sprintf(`SELECT a FROM b WHERE c ->> '%s' = '%s'`, GIVEN), path)\n}\n"
)
_MOD = "module m\nrequire github.com/lib/pq v1.0.0\n"


@pytest.mark.parametrize(
    ("files", "state", "number"),
    [
        ({"main.go": "package main\nfunc main() { http.ListenAndServe(a, b) }\n"}, State.NOT_APPLICABLE, 0),
        ({"go.mod": _MOD, "main.go": _SAFE}, State.FAIL, 0),
        ({"go.mod": _MOD, "main.go": _GO}, State.FAIL, 1),
        ({"go.mod": _MOD, "main.go": _GO, "b.go": _GO}, State.FAIL, 2),
    ],
)
def test_each_place_counts(files: dict[str, str], state: State, number: int) -> None:
    said = ask("sql-injection", files, table="orm", strength="configured")

    assert said.state is state
    assert [one.value for one in said.measures.values()] == [number]


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ("path", State.FAIL),
        ("path,\n", State.FAIL),
        ("other", State.FAIL),
        ("table,\n", State.PASS),
        ("own", State.PASS),
        ("own, path", State.FAIL),
    ],
)
def test_what_the_code_itself_puts_in_is_let_pass(given: str, state: State) -> None:
    files = {
        "go.mod": "module m\nrequire github.com/jmoiron/sqlx v1.0.0\n",
        "main.go": _FORMATTED.replace("GIVEN", given),
    }

    assert ask("sql-injection", files, table="orm", strength="configured").state is state


_RUBY = """class A < ApplicationRecord
  def f(name)
    name = MADE
    sql = "SELECT a FROM b WHERE c = #{name}"
    connection.execute(sql)
  end
end
"""
_PYTHON = """import psycopg
from fastapi import FastAPI
app = FastAPI()
@app.get('/x')
def f(name):
    name = MADE
    cursor.execute(f"SELECT a FROM b WHERE c = {name}")
"""


@pytest.mark.parametrize(
    ("text", "made", "state"),
    [
        (_RUBY, "ActiveRecord::Base.connection.quote(name)", State.PASS),
        (_RUBY, "connection.quote_table_name(name)", State.PASS),
        (_RUBY, "clean(name)", State.FAIL),
        (_PYTHON, "quote_ident(name, cursor)", State.PASS),
        (_PYTHON, "urllib.parse.quote(name)", State.FAIL),
    ],
)
def test_what_was_quoted_for_sql_is_let_pass(text: str, made: str, state: State) -> None:
    ruby = {"Gemfile": "gem 'rails'\ngem 'pg'\n", "config/application.rb": "class B < Rails::Application\nend\n"}
    python = {"requirements.txt": "psycopg\nsqlalchemy\n", "m.py": "from sqlalchemy import Column\nx = Column(1)\n"}
    name = "app/models/a.rb" if text is _RUBY else "main.py"
    files = {**(ruby if text is _RUBY else python), name: text.replace("MADE", made)}

    assert ask("sql-injection", files, table="orm", strength="configured").state is state
