from __future__ import annotations

import json
from typing import Any, TypeAlias

import pytest

from bot.checks.migrations.drizzle import ORM
from bot.checks.migrations.face import Question
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.drizzle.project import files, judge, told

Object: TypeAlias = dict[str, Any]
IMPORTS = "import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'\n"
USERS = (
    IMPORTS + "export const users = pgTable('users', {\n  id: integer('id').primaryKey(),\n  name: text('name'),\n})\n"
)
CREATE = 'CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL, "name" text);'
ADD = 'ALTER TABLE "users" ADD COLUMN "age" integer;'


def _column(name: str, kind: str = "text") -> Object:
    return {"name": name, "type": kind, "primaryKey": False, "notNull": False}


def _snapshot(*columns: Object, table: str = "users") -> Object:
    key = {"name": "id", "type": "integer", "primaryKey": True, "notNull": True}
    members = {one["name"]: one for one in (key, *columns)}
    body = {"name": table, "schema": "", "columns": members, "indexes": {}, "foreignKeys": {}}
    return {"version": "7", "dialect": "postgresql", "tables": {f"public.{table}": body}, "enums": {}}


FIRST = (_snapshot(_column("name")), CREATE)
SECOND = (_snapshot(_column("name"), _column("age", "integer")), ADD)
BASE = files("postgresql", USERS, FIRST)


def _with(line: str, before: str = "") -> str:
    return before + USERS.replace("name: text('name'),", f"name: text('name'),\n  {line}")


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(_with("age: integer('age'),"), id="by a name"),
        pytest.param(_with("age: integer(),"), id="by its key"),
        pytest.param(_with("years: integer('age').$type<Age>(),"), id="with a type of TypeScript"),
        pytest.param(_with("...more,", "const more = { age: integer() }\n"), id="by a spread"),
        pytest.param(
            _with("age: integer()").replace("('users', {", "('users', () => ({").replace("})", "}))"),
            id="by a function",
        ),
        pytest.param(_with("age: integer() satisfies unknown,"), id="with an assertion"),
    ],
)  # fmt: skip
def test_a_new_column_needs_its_migration_however_it_is_written(schema: str) -> None:
    assert told(judge(BASE, files("postgresql", schema, FIRST)))[0].startswith("drizzle-missing-column")
    assert told(judge(BASE, files("postgresql", schema, FIRST, SECOND))) == []


def test_the_finding_names_the_line_in_the_schema() -> None:
    [one] = judge(BASE, files("postgresql", _with("age: integer(),"), FIRST)).findings[Question.MISSING]

    assert (one.path, one.line) == ("src/schema.ts", 5)
    assert one.message == "column users.age is new (integer), and no migration of the change does that"


@pytest.mark.parametrize(
    "schema",
    [
        USERS.replace("text('name')", "text('name').$defaultFn(() => 'x').$onUpdate(() => 'y')"),
        USERS + "export const usersRelations = relations(users, ({ many }) => ({ posts: many(users) }))\n",
        USERS.replace("  name:", "  // about it\n  label:"),
        USERS + "export type User = typeof users.$inferSelect\nconst hidden = pgTable('hidden', { id: integer() })\n",
    ],
)
def test_what_changes_no_table_is_quiet(schema: str) -> None:
    assert told(judge(BASE, files("postgresql", schema, FIRST))) == []


@pytest.mark.parametrize(
    ("start", "made"),
    [
        (
            "export const users = createTable('users', {",
            "const createTable = pgTableCreator((name) => `app_${name}`)\n",
        ),
        ("export const users = createTable('users', {", "const createTable = pgTableCreator(name => `app_${name}`)\n"),
    ],
)
def test_names_of_a_creator_are_followed(start: str, made: str) -> None:
    schema = USERS.replace("export const users = pgTable('users', {", made + start).replace(
        "pgTable,", "pgTableCreator,"
    )
    first = (_snapshot(_column("name"), table="app_users"), CREATE.replace("users", "app_users"))
    base = files("postgresql", schema, first)

    assert told(judge({}, base)) == []
    assert told(judge(base, files("postgresql", schema.replace("name: text('name'),", ""), first))) == [
        "drizzle-extra-column 5"
    ]


def test_modules_are_followed_by_path_by_alias_and_by_package() -> None:
    base = files("postgresql", "export * from './a'\nexport * from '@/b'\nexport { c } from '@acme/db/c'\n", FIRST)
    base |= {
        "src/a.ts": USERS,
        "src/b.ts": IMPORTS + "export const b = pgTable('b', { id: integer() })\n",
        "packages/db/package.json": json.dumps({"name": "@acme/db", "exports": {"./*": "./src/*.ts"}}),
        "packages/db/src/c.ts": IMPORTS + "export const c = pgTable('c', { id: integer() })\n",
    }
    answer = judge({}, base)

    assert sorted(one.path or "" for one in answer.findings[Question.MISSING]) == ["packages/db/src/c.ts", "src/b.ts"]


def test_what_cannot_be_told_is_not_checked_where_it_changes_and_silent_where_it_does_not() -> None:
    odd = _with("age: money('age'),", "import { money } from './columns'\n")
    first = (_snapshot(_column("name"), _column("age", "money")), CREATE)
    base = files("postgresql", odd, first)

    assert told(judge(base, files("postgresql", odd + "// x\n", first))) == []
    [one] = told(judge(base, files("postgresql", odd.replace("money('age')", "money('age', 3)"), first)))
    assert one == "? users.age: its type `money` is not Drizzle's own, and the change touches it"


def test_a_custom_type_is_read_where_it_says_its_type() -> None:
    made = "const money = customType<{ data: number }>({\n  dataType() {\n    return 'money'\n  },\n})\n"
    schema = _with("age: money('age'),", made).replace("pgTable,", "customType, pgTable,")
    second = (_snapshot(_column("name"), _column("age", "money")), ADD.replace("integer", "money"))

    assert told(judge(BASE, files("postgresql", schema, FIRST))) == ["drizzle-missing-column 10"]
    assert told(judge(BASE, files("postgresql", schema, FIRST, second))) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import {{ createTable }} from '@acme/db'\n{}createTable('t', {{ a: text() }})",
            "import {{ createTable }} from '@acme/db'\n{}createTable('t', {{ a: integer() }})",
            id="a call of a package",
        ),
        pytest.param("{}pgTable(name(), {{ a: text() }})", "{}pgTable(name(), {{ b: text() }})", id="a computed name"),
        pytest.param(
            "function stamps() {{ const a = text(); return {{ a }} }}\n{}pgTable('users', {{ ...stamps() }})",
            "function stamps() {{ const a = integer(); return {{ a }} }}\n{}pgTable('users', {{ ...stamps() }})",
            id="what a function of the repository does",
        ),
        pytest.param("{}pgEnum('e', make('a'))", "{}pgEnum('e', make('b'))", id="an enumeration that is computed"),
        pytest.param(
            "{}pgTable('users', {{ a: varchar({{ length: size() }}) }})",
            "{}pgTable('users', {{ a: varchar({{ length: size(2) }}) }})",
            id="a length that is computed",
        ),
    ],
)
def test_what_cannot_be_followed_is_seen_to_change(before: str, after: str) -> None:
    imports = IMPORTS.replace("integer,", "integer, pgEnum, varchar,")
    old, new = (imports + one.format("export const x = ") for one in (before, after))
    base = files("postgresql", old, FIRST)

    assert told(judge(base, files("postgresql", f"{old}\n// x", FIRST))) == []
    assert any(one.startswith("?") for one in told(judge(base, files("postgresql", new, FIRST))))


def test_values_of_an_enumeration_of_typescript_are_followed() -> None:
    role = "export enum Role {\n  Admin = 'admin',\n  User = 'user',\n}\n"
    schema = (
        IMPORTS.replace("integer,", "integer, pgEnum,")
        + role
        + "export const role = pgEnum('role', Object.values(Role))\n"
    )
    sql = "CREATE TYPE \"role\" AS ENUM('admin', 'user');"
    first = (
        {**_snapshot(), "tables": {}, "enums": {"public.role": {"name": "role", "values": ["admin", "user"]}}},
        sql,
    )
    base = files("postgresql", schema, first)
    head = files("postgresql", schema.replace("'user',", "'user',\n  Guest = 'guest',"), first)

    assert told(judge({}, base)) == []
    assert told(judge(base, head)) == ["drizzle-missing-enum-value 7"]


def test_a_length_by_a_constant_is_followed() -> None:
    schema = IMPORTS.replace("integer,", "integer, varchar,") + "const most = 30\n" + USERS.removeprefix(IMPORTS)
    schema = schema.replace("text('name')", "varchar('name', { length: most })")
    first = (_snapshot(_column("name", "varchar(30)")), CREATE)
    base = files("postgresql", schema, first)

    assert told(judge({}, base)) == []
    assert told(judge(base, files("postgresql", schema.replace("30", "40"), first))) == ["drizzle-missing-type 5"]


def test_a_schema_whose_place_is_computed_matters_where_tables_change_and_not_elsewhere() -> None:
    base = BASE | {"drizzle.config.ts": "export default defineConfig(make())", "src/app.ts": "export const a = 1"}

    assert told(judge(base, base | {"src/app.ts": "export const a = 2"})) == []
    assert told(judge(base, base | {"src/schema.ts": _with("age: integer(),")}))[0].startswith("? no `schema`")


def test_without_the_snapshot_of_the_base_nothing_is_claimed() -> None:
    base = BASE | {"drizzle/meta/0000_snapshot.json": "{"}
    head = files("postgresql", _with("age: integer(),"), FIRST)

    [one] = told(judge(base, head), Question.MISSING)
    assert one.startswith("? the newest snapshot of the merge base cannot be read")


def test_a_configuration_that_is_gone_does_not_apply() -> None:
    assert judge(BASE, {"src/schema.ts": USERS}).absent_reason == "no configuration and no journal of Drizzle is left"


def test_a_long_way_of_modules_is_followed_without_end() -> None:
    ways = {f"src/m{number}.ts": f"export * from './m{number + 1}'\n" for number in range(3_000)}
    base = BASE | ways | {"src/m3000.ts": USERS, "src/schema.ts": "export * from './m0'\n"}

    assert told(judge({}, base)) == []


@pytest.mark.parametrize("pattern", ["../../**", "**a", "[", "", "/etc/*", "{a,b", "a\\nb/*.ts"])
def test_odd_patterns_of_a_configuration_are_no_crash(pattern: str) -> None:
    config = BASE["drizzle.config.ts"].replace("./src/schema.ts", pattern).replace("./drizzle", "./drizzle")

    judge(BASE, BASE | {"drizzle.config.ts": config, "src/schema.ts": _with("age: integer(),")})


def test_sql_that_does_less_than_its_snapshot_is_found() -> None:
    schema = _with("age: integer(),")

    assert told(judge(BASE, files("postgresql", schema, FIRST, (SECOND[0], "-- nothing")))) == ["drizzle-sql-lacks 1"]


def test_sql_that_is_not_understood_is_not_checked() -> None:
    odd = (SECOND[0], 'DO $$ BEGIN IF true THEN ALTER TABLE "users" ADD COLUMN "age" integer; END IF; END $$;')
    [one] = told(judge(BASE, files("postgresql", _with("age: integer(),"), FIRST, odd)))

    assert one.startswith("? column users.age is new")


def test_sql_that_may_take_away_what_is_declared_is_no_pass() -> None:
    odd = 'DO $$ BEGIN IF true THEN ALTER TABLE "users" DROP COLUMN "id"; END IF; END $$;'
    head = files("postgresql", _with("age: integer(),"), FIRST, (SECOND[0], f"{ADD}\n{odd}"))
    told_of = told(judge(BASE, head))

    assert [one for one in told_of if one.startswith("? `DO $$")] == told_of != []


def test_a_migration_that_the_journal_does_not_know_is_found() -> None:
    head = BASE | {"drizzle/0001_by_hand.sql": ADD}

    assert told(judge(BASE, head), Question.CONFLICTS) == ["drizzle-not-in-journal 1"]


def test_a_journal_without_its_files_or_with_a_number_twice_is_found() -> None:
    head = files("postgresql", _with("age: integer(),"), FIRST, SECOND)
    lost = {path: text for path, text in head.items() if path != "drizzle/0001_step.sql"}
    journal = json.loads(head["drizzle/meta/_journal.json"])
    journal["entries"][1]["idx"] = 0
    twice = head | {"drizzle/meta/_journal.json": json.dumps(journal)}

    assert told(judge(BASE, lost), Question.CONFLICTS) == ["drizzle-no-sql 1"]
    assert "drizzle-same-index 1" in told(judge(BASE, twice), Question.CONFLICTS)


def test_a_merged_migration_that_is_edited_is_found() -> None:
    head = BASE | {"drizzle/0000_step.sql": CREATE.replace("text", "integer")}

    assert told(judge(BASE, head), Question.EDITED)[0].startswith("drizzle-merged-migration-edited")
    assert told(judge(BASE, BASE | {"drizzle/0000_step.sql": f"-- x\n{CREATE}"}), Question.EDITED) == []


def test_a_schema_that_is_pushed_does_not_apply() -> None:
    base = {path: text for path, text in BASE.items() if not path.startswith("drizzle/")}

    assert "is pushed" in (judge(base, base | {"src/schema.ts": _with("age: integer(),")}).absent_reason or "")


@pytest.mark.parametrize(
    "change",
    [
        {"drizzle.config.ts": "export default defineConfig(make())"},
        {"drizzle/meta/0000_snapshot.json": "{"},
        {"drizzle/meta/_journal.json": "[]"},
        {"src/schema.ts": USERS.replace("})", "")},
    ],
)
def test_what_cannot_be_read_is_never_a_pass(change: dict[str, str]) -> None:
    head = BASE | {"src/schema.ts": _with("age: integer(),")} | change

    assert any(one.startswith("?") for one in told(judge(BASE, head), Question.MISSING))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "export const a = " + "[" * 50_000,
        "x" * 1_100_000,
        "export * from './schema'\n" * 2_000,
        "a.b" * 30_000,
        "\0",
        "`${" * 20_000,
    ],
)
def test_hostile_scripts_are_never_a_crash(text: str) -> None:
    judge(BASE, BASE | {"src/schema.ts": text})
    judge(BASE, BASE | {"drizzle.config.ts": text, "drizzle/meta/0000_snapshot.json": text})


def test_it_is_seen_by_its_configuration_or_its_journal() -> None:
    assert ORM.is_present(make_change({}, BASE)) is not None
    assert ORM.is_present(make_change({}, {"src/schema.ts": USERS})) is None


@pytest.mark.parametrize(
    "schema",
    [
        USERS.replace("text('name')", "text(f())"),
        USERS.replace("text('name')", "text(options)"),
        USERS + "export const more = make('more')\nconst make = (name: string) => pgTable(name, { id: integer() })\n",
        USERS
        + "function make(name: string) { const t = pgTable(name, {}); return t }\nexport const more = make('more')\n",
    ],
)
def test_a_name_that_is_computed_and_a_table_of_a_function_are_not_checked(schema: str) -> None:
    [said] = told(judge(BASE, files("postgresql", schema, FIRST)))

    assert said.startswith("? ")
    assert told(judge(files("postgresql", schema, FIRST), files("postgresql", schema + "// more\n", FIRST))) == []


def test_a_folder_that_is_computed_leaves_the_question_open() -> None:
    config = "export default { dialect: 'postgresql', schema: './src/schema.ts', out: process.env.OUT }\n"
    changed = {**files("postgresql", _with("age: integer(),"), FIRST), "drizzle.config.ts": config}

    [said] = told(judge({**BASE, "drizzle.config.ts": config}, changed))
    assert said.startswith("? no `schema` and `dialect`")


def test_a_merged_snapshot_that_says_something_else_is_found_and_one_that_is_written_anew_is_free() -> None:
    changed = files("postgresql", _with("age: integer(),"), (SECOND[0], CREATE))
    upgraded = files("postgresql", USERS, ({**FIRST[0], "id": "another"}, CREATE))

    assert told(judge(BASE, changed)) == ["drizzle-sql-lacks 1"]
    assert told(judge(BASE, upgraded)) == []


def test_a_change_that_takes_all_migrations_away_is_found() -> None:
    bare = {path: text for path, text in BASE.items() if not path.startswith("drizzle/")}

    assert told(judge(BASE, bare)) == ["? the journal of drizzle is gone, and the schema is left"]
    assert told(judge(BASE, bare), Question.EDITED) == ["drizzle-merged-migration-deleted None"]


@pytest.mark.parametrize(("body", "passes"), [("ALTER TABLE users DROP COLUMN name;", False), ("NULL;", True)])
def test_a_function_that_a_merged_migration_made_may_take_away_what_is_declared(body: str, *, passes: bool) -> None:
    made = f"CREATE FUNCTION take() RETURNS void AS $$ BEGIN {body} END $$ LANGUAGE plpgsql;"
    merged, call = (FIRST, (FIRST[0], made)), (FIRST[0], "SELECT take();")

    said = told(judge(files("postgresql", USERS, *merged), files("postgresql", USERS, *merged, call)))

    assert said == ([] if passes else ["? `SELECT take ( )` may change what the code declares, and is not understood"])
