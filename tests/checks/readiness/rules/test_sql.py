"""The rule `sql-injection`: how many places there are is a number that may not grow."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask, ask_item

_GO = (
    'package main\nimport _ "github.com/lib/pq"\n'
    'func (s *S) Find(name string) { s.db.RawQuery("SELECT a FROM b WHERE name = \'" + name + "\'") }\n'
)
_SAFE = _GO.replace('\'" + name + "\'"', '?", name')
_FORMATTED = (
    'package main\nimport "github.com/jmoiron/sqlx"\n'
    "func (s *S) Find(path string, table string) {\n\tvar own string\n"
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


_LAYER = """from sqlalchemy import create_engine
class Layer:
    def __init__(self, url):
        self.engine = create_engine(url)
    async def find(self, ids):
        query = VALUE
        return await self.execute_sql(query)
"""


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ('f"SELECT a FROM b WHERE c = {ids}"', State.FAIL),
        ('"SELECT a FROM b WHERE c = :c"', State.PASS),
    ],
)
def test_where_nothing_is_loaded_that_speaks_for_it_what_is_not_loaded_speaks_against_it(
    value: str, state: State
) -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='chat', packages=['chat'])\n",
        "requirements.txt": "sqlalchemy\nfastapi\n",
        "chat/server.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef f(): ...\n",
        "chat/data/layer.py": _LAYER.replace("VALUE", value),
    }

    assert ask("sql-injection", files, table="orm", strength="configured").state is state


def test_what_takes_part_in_a_query_builder_is_shown_where_it_takes_it_in() -> None:
    go = 'package main\nimport (\n\t"fmt"\n\n\tsq "github.com/Masterminds/squirrel"\n)\n'
    main = 'func main() {\n\tfmt.Println("a")\n\thttp.ListenAndServe(":1", nil)\n}\nfunc take(b sq.SelectBuilder) {}\n'
    said = ask("code", {"go.mod": "module m\n", "main.go": go + main}, table="orm", applies="always")

    assert [(one.path, one.line) for one in said.evidence] == [("main.go", 5)]


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("Orders.CONFIRMED", State.PASS),
        ("CONFIRMED", State.PASS),
        ("order.name", State.FAIL),
        ("Orders.name()", State.PASS),
    ],
)
def test_a_constant_of_another_type_is_no_value(value: str, state: State) -> None:
    java = (
        "import org.postgresql.Driver;\nimport org.jooq.impl.DSL;\nclass A {\n  void a(Order order) {\n"
        '    db.prepareStatement("select a from b where c in (" + VALUE + ")");\n  }\n}\n'
    ).replace("VALUE", value)
    pom = "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>"

    assert ask("sql-injection", {"pom.xml": pom, "A.java": java}, table="orm", strength="configured").state is state


_CASES = """class A < ApplicationRecord
  STATES = %w[a b].freeze
  def self.order_of(values)
    sql = %(CASE "a"."b" )
    sql << MADE
    Arel.sql(sql)
  end
end
"""
_JOINED = _PYTHON.replace("name = MADE", "made = ' '.join(MADE for v in names)").replace("c = {name}", "c = 1 {made}")


@pytest.mark.parametrize(
    ("text", "made", "state"),
    [
        (_CASES, """values.map.with_index { |v, i| "WHEN '#{v}' THEN #{i}" }.join(" ")""", State.FAIL),
        (_CASES, """values.map { |v| "WHERE a = '#{v}'" }.join(" ")""", State.FAIL),
        (_CASES, """STATES.map { |v| "WHEN '#{v}' THEN 1" }.join(" ")""", State.PASS),
        (_CASES, """values.map { |v| "WHEN #{connection.quote(v)} THEN 1" }.join(" ")""", State.PASS),
        (_CASES, """values.map { |v| "WHEN '#{v}' is asked for" }.size""", State.PASS),
        (_JOINED, """f"AND a = '{v}'\"""", State.FAIL),
        (_JOINED, '"AND a = %s"', State.PASS),
    ],
)
def test_a_piece_for_each_of_many_is_put_together(text: str, made: str, state: State) -> None:
    ruby = {"Gemfile": "gem 'rails'\ngem 'pg'\n", "config/application.rb": "class B < Rails::Application\nend\n"}
    python = {"requirements.txt": "psycopg\nsqlalchemy\n", "m.py": "from sqlalchemy import Column\nx = Column(1)\n"}
    name = "app/models/a.rb" if text is _CASES else "main.py"
    files = {**(ruby if text is _CASES else python), name: text.replace("MADE", made)}

    assert ask("sql-injection", files, table="orm", strength="configured").state is state


@pytest.mark.parametrize(
    ("declared", "state"),
    [
        ('public const string Done = "done";', State.PASS),
        ('public static string Done = "done";', State.FAIL),
        ("public static string Done { get; set; }", State.FAIL),
        ('public const string Gone = "gone";', State.FAIL),
        ('public const string Done = "done";\n}\nclass Other { class Status { public string Done; }', State.FAIL),
    ],
)
def test_a_constant_of_another_class_is_no_value(declared: str, state: State) -> None:
    files = {
        "a.csproj": '<PackageReference Include="Dapper" />\n<PackageReference Include="Npgsql" />\n',
        "Program.cs": "using Dapper;\nusing Npgsql;\nvar app = WebApplication.CreateBuilder(a).Build();\n"
        'await connection.QueryAsync<A>("select a from b where c = @c", new { c });\n'
        "await connection.ExecuteAsync($\"delete from jobs where status = '{Status.Done}'\");\n",
        "Status.cs": f"public class Status\n{{\n    {declared}\n}}\n",
    }

    assert ask("sql-injection", files, table="orm", strength="configured").state is state


_PHP = {
    "composer.json": '{"require": {"laravel/framework": "^11"}}',
    "routes/web.php": "<?php\nRoute::get('/a', [A::class, 'b']);\n",
    "app/Models/A.php": "<?php\nclass A extends Model {\n  protected $table = 'a';\n}\n",
}
_ACCOUNT = "<?php\nclass Accounts {{\n  public function make($name, $secret) {{\n    {}\n  }}\n}}\n"


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (r"""$this->run(sprintf('CREATE USER `%s` IDENTIFIED BY \'%s\'', $name, $secret));""", 1),
        (r"""$said = 'CREATE USER `%s` IDENTIFIED BY \'%s\''; return $this->run(sprintf($said, $name, $secret));""", 1),
        (r"""$this->run("ALTER USER $name IDENTIFIED BY '$secret'");""", 1),
        # Quoted by the driver, given as a parameter, or no account at all.
        (r"""$this->run("CREATE USER a IDENTIFIED BY " . $pdo->quote($secret));""", 0),
        (r"""$this->run('CREATE USER a IDENTIFIED BY ?', [$secret]);""", 0),
        (r"""throw new E(sprintf('No user identified by "%s"', $name));""", 0),
        (r"""$this->info(sprintf('Created user %s with password "%s".', $name, $secret));""", 0),
    ],
)
def test_a_password_of_an_account_is_a_value(code: str, number: int) -> None:
    said = ask_item("security.sql-injection", {**_PHP, "app/Accounts.php": _ACCOUNT.format(code)})

    assert [one.value for one in said.measures.values()] == [number]
