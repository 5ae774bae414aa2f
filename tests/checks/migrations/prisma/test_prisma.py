from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from bot.checks.migrations.prisma import ORM
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.prisma.project import FIRST, FOLDER, SECOND, USER, files, judge, missing, source, told

ROLE = "enum Role {\n  ADMIN\n  USER\n}\n"
ADD_NAME = 'ALTER TABLE "User" ADD COLUMN "name" TEXT;'

BOSS = 'boss Int?\n  b User? @relation("b", fields: [boss], references: [id])\n  s User[] @relation("b")'
ADD_KEY = (
    'ALTER TABLE "Post" ADD CONSTRAINT "Post_by_fkey" FOREIGN KEY ("by") REFERENCES "User"("id")'
    " ON DELETE CASCADE ON UPDATE CASCADE;"
)
# As Prisma writes it for SQL Server, around the statements.
TRANSACTION = """BEGIN TRY

BEGIN TRAN;

-- AlterTable
{}

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
"""
ADDS = {
    "mysql": "ALTER TABLE `User` ADD COLUMN `name` VARCHAR(191) NULL;",
    "sqlserver": TRANSACTION.format("ALTER TABLE [dbo].[User] ADD [name] NVARCHAR(1000);"),
    "sqlite": 'ALTER TABLE "User" ADD COLUMN "name" TEXT;',
    "cockroachdb": 'ALTER TABLE "User" ADD COLUMN "name" STRING;',
}


def _with(line: str) -> str:
    return USER.replace("age Int?", f"age Int?\n  {line}")


@pytest.mark.parametrize(
    ("head", "sql"),
    [
        pytest.param(_with("name String?"), ADD_NAME, id="a column"),
        pytest.param(_with("name String?"), 'alter table public."User" add "name" text null', id="by hand"),
        pytest.param(
            _with("name String?"), f'BEGIN;\n{ADD_NAME}\nUPDATE "User" SET "name" = \'\';\nCOMMIT;', id="with rows"
        ),
        pytest.param(
            _with("tags String[]"), 'ALTER TABLE "User" ADD COLUMN "tags" TEXT[] NOT NULL', id="a list is never null"
        ),
        pytest.param(
            _with("tags String[] @default([])"),
            'ALTER TABLE "User" ADD COLUMN "tags" TEXT[] DEFAULT \'{}\'',
            id="an empty list in two spellings",
        ),
        pytest.param(
            USER + "model Tag {\n  id Int @id\n}\n",
            'CREATE TABLE IF NOT EXISTS "Tag" ("id" int4 NOT NULL PRIMARY KEY)',
            id="a table by hand",
        ),
        pytest.param(
            _with("@@index([age])"),
            'CREATE INDEX CONCURRENTLY IF NOT EXISTS "User_age_idx" ON "User" USING btree ("age")',
            id="an index made while others write",
        ),
        pytest.param(
            USER,
            'CREATE INDEX "only_here" ON "User" (lower("email")) WHERE "age" > 3',
            id="an index that Prisma cannot see",
        ),
        pytest.param(USER, 'ALTER TABLE "User" ADD CONSTRAINT "age" CHECK ("age" > 0)', id="a check"),
        pytest.param(
            USER, 'CREATE EXTENSION IF NOT EXISTS "citext"; CREATE VIEW v AS SELECT 1', id="views and extensions"
        ),
        pytest.param(USER.replace("age ", "years ").replace("Int?", 'Int? @map("age")'), None, id="a renamed field"),
        pytest.param(f"// about it\n{USER}", None, id="a comment"),
        pytest.param(
            USER.replace("model User {", "model Person {").replace("age Int?", 'age Int?\n  @@map("User")'),
            None,
            id="a renamed model",
        ),
        pytest.param(_with("@@ignore"), None, id="a model that the client leaves out"),
        pytest.param(USER + "view V {\n  id Int @unique\n}\n", None, id="a view"),
    ],
)
def test_what_needs_no_more_is_quiet(head: str, sql: str | None) -> None:
    assert missing(USER, head, sql) == []


@pytest.mark.parametrize(
    ("head", "sql", "expected"),
    [
        pytest.param(_with("name String?"), None, ["prisma-missing-column 8"], id="a column"),
        pytest.param(_with("name String?"), "SELECT 1", ["prisma-missing-column 8"], id="an empty migration"),
        pytest.param(
            _with("name String?"), ADD_NAME.replace("TEXT", "INTEGER"), ["prisma-missing-type 8"], id="another type"
        ),
        pytest.param(_with("name String"), ADD_NAME, ["prisma-missing-nullable 8"], id="another nullability"),
        pytest.param(
            _with("name String?"),
            ADD_NAME.replace("name", "nme"),
            ["prisma-extra-column 4", "prisma-missing-column 8"],
            id="another name",
        ),
        pytest.param(USER.replace("  age Int?\n", ""), None, ["prisma-extra-column 4"], id="a column that goes"),
        pytest.param(USER.replace("@unique", ""), None, ["prisma-extra-index 4"], id="no longer unique"),
        pytest.param(USER.replace("Int?", "Int? @default(3)"), None, ["prisma-missing-default 7"], id="a default"),
        pytest.param(USER.replace("Int?", "BigInt?"), None, ["prisma-missing-type 7"], id="a type"),
        pytest.param(USER + ROLE, None, ["prisma-missing-enum 9"], id="an enumeration"),
        pytest.param(
            _with("@@index([age])"),
            'CREATE INDEX "by_age" ON "User"("age")',
            ["prisma-missing-index-name 8"],
            id="an index of another name",
        ),
        pytest.param(
            _with(BOSS),
            'ALTER TABLE "User" ADD COLUMN "boss" INTEGER',
            ["prisma-missing-foreign-key 9"],
            id="a relation",
        ),
    ],
)  # fmt: skip
def test_what_the_migrations_lack_is_found_at_its_line(head: str, sql: str | None, expected: list[str]) -> None:
    assert sorted(missing(USER, head, sql)) == sorted(expected)


def test_a_value_of_an_enumeration_must_be_added() -> None:
    base = USER + ROLE
    head = base.replace("USER\n", "USER\n  GUEST\n")

    assert missing(base, head) == ["prisma-missing-enum-value 12"]
    assert missing(base, head, "ALTER TYPE \"Role\" ADD VALUE IF NOT EXISTS 'GUEST'") == []


def test_drift_of_the_base_is_not_the_changes() -> None:
    assert (
        missing(
            _with("name String?"), _with("name String?\n  nick String?"), 'ALTER TABLE "User" ADD COLUMN "nick" TEXT'
        )
        == []
    )


def test_a_migration_that_mends_old_drift_is_quiet() -> None:
    assert missing(_with("name String?"), _with("name String?"), ADD_NAME) == []


@pytest.mark.parametrize(
    "sql",
    [
        'DO $$ BEGIN IF now() > now() THEN ALTER TABLE "User" ADD COLUMN "name" TEXT; END IF; END $$;',
        "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN name TEXT', 'User'); END $$;",
        'ALTER TABLE "User" ADD COLUMN "name" TEXT STORED BY MAGIC ((',
    ],
)
def test_sql_that_is_not_understood_is_no_pass_and_no_fail(sql: str) -> None:
    [one] = missing(USER, _with("name String?"), sql)

    assert one.startswith("? column User.name is new (TEXT); ")
    assert SECOND in one


@pytest.mark.parametrize(
    "sql",
    [
        f"BEGIN;\n{ADD_NAME}\nROLLBACK;",
        f"BEGIN;\n{ADD_NAME}\nABORT WORK;",
        f"START TRANSACTION;\n{ADD_NAME}\nROLLBACK AND CHAIN;\nCOMMIT;",
        f"{ADD_NAME}\nROLLBACK;",
        f"BEGIN;\n{ADD_NAME}\nPREPARE TRANSACTION 'x';",
        f"SET search_path TO other, public;\n{ADD_NAME}",
        f"SET LOCAL search_path = 'other';\n{ADD_NAME}",
        f"SET SCHEMA 'other';\n{ADD_NAME}",
        f"SELECT pg_catalog.set_config('search_path', 'other', false);\n{ADD_NAME}",
        f"SET search_path TO other;\nCREATE TABLE z (id int);\nUPDATE a SET b = 1;\n{ADD_NAME}",
        f"SET search_path TO other;\nRESET search_path;\nUSE other;\n{ADD_NAME}",
    ],
)
def test_what_is_taken_back_or_done_elsewhere_is_no_pass(sql: str) -> None:
    [one] = missing(USER, _with("name String?"), sql)

    assert one.startswith("? column User.name is new (TEXT); ")


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE User ADD COLUMN name TEXT;",
        'ALTER TABLE "User" ADD COLUMN "Name" TEXT;',
        "CREATE TABLE User (name TEXT);",
        'ALTER TABLE "User" ADD COLUMN nick TEXT;\nALTER TABLE "User" RENAME nick TO "Name";',
    ],
)
def test_a_name_of_postgresql_without_quotes_is_one_in_lower_case(sql: str) -> None:
    assert "prisma-missing-column 8" in missing(USER, _with("name String?"), sql)


@pytest.mark.parametrize(
    "sql",
    [
        'ALTER TABLE "User" ADD COLUMN NAME TEXT;',
        'alter table public."User" ADD Name Text;',
        'ALTER TABLE "User" ADD COLUMN Nick TEXT;\nALTER TABLE "User" RENAME COLUMN NICK TO Name;',
    ],
)
def test_a_name_without_quotes_fits_one_that_is_in_lower_case(sql: str) -> None:
    assert missing(USER, _with("name String?"), sql) == []


def test_an_enumeration_without_quotes_is_another_one() -> None:
    sql = "ALTER TYPE Role ADD VALUE 'GUEST';"

    assert missing(USER + ROLE, USER + ROLE.replace("USER", "USER\n  GUEST"), sql) != []
    assert missing(USER + ROLE, USER + ROLE.replace("USER", "USER\n  GUEST"), sql.replace("Role", '"Role"')) == []


def test_sqlite_minds_no_case() -> None:
    assert missing(USER, _with("name String?"), "ALTER TABLE user ADD COLUMN Name TEXT;", provider="sqlite") == []


@pytest.mark.parametrize(
    "sql",
    [
        'DO $$ BEGIN EXECUTE \'ALTER TABLE "User" DROP COLUMN "age"\'; END $$;',
        "CALL drop_it();",
        'ALTER TABLE "User" SET SCHEMA old;',
        'SET search_path TO other;\nDROP TABLE "User";',
        'BEGIN;\nDROP TABLE "User";\nROLLBACK;',
        "DROP OWNED BY me;",
    ],
)
def test_what_may_take_away_what_the_schema_declares_is_no_pass(sql: str) -> None:
    [one] = missing(USER, USER, sql)

    assert one.endswith("may change what the code declares, and is not understood")


def test_what_stands_behind_many_statements_that_are_not_understood_is_no_pass() -> None:
    odd = "DO $$ BEGIN IF true THEN ALTER TABLE other DROP COLUMN age; END IF; END $$;\n" * 30

    [one] = missing(USER, USER, f"{odd}CALL drop_it();")

    assert one.startswith("? `CALL drop_it")


@pytest.mark.parametrize(
    "sql",
    [
        'DO $$ BEGIN IF true THEN UPDATE "User" SET age = 1; END IF; END $$;',
        "DO $$ BEGIN IF true THEN ALTER TABLE other DROP COLUMN age; END IF; END $$;",
        "SELECT setval('\"User_id_seq\"', 1);",
        "SET search_path TO other;\nDROP TABLE public.x;",
    ],
)
def test_what_names_no_model_or_changes_rows_alone_is_quiet(sql: str) -> None:
    assert missing(USER, USER, sql) == []


def test_what_is_taken_back_to_a_savepoint_is_missing() -> None:
    sql = f"BEGIN;\nSAVEPOINT a;\n{ADD_NAME}\nROLLBACK TO SAVEPOINT a;\nCOMMIT;"

    assert missing(USER, _with("name String?"), sql) == ["prisma-missing-column 8"]


@pytest.mark.parametrize(
    "sql",
    [
        f"BEGIN;\n{ADD_NAME}\nSAVEPOINT a;\nUPDATE b SET c = 1;\nROLLBACK TO a;\nCOMMIT;",
        f'SET search_path TO "$user", public;\n{ADD_NAME}',
        f"SET search_path = public, other;\n{ADD_NAME}",
        f"SET search_path TO other;\n{ADD_NAME.replace('TABLE ', 'TABLE public.')}",
        f"SET search_path TO other;\nSET search_path TO DEFAULT;\n{ADD_NAME}",
        "SELECT pg_catalog.set_config('search_path', '', false);\n" + ADD_NAME.replace("TABLE ", "TABLE public."),
        f"CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = other AS $$ SELECT 1 $$;\n{ADD_NAME}",
    ],
)
def test_what_is_kept_and_done_in_the_usual_schema_is_quiet(sql: str) -> None:
    assert missing(USER, _with("name String?"), sql) == []


def test_sql_that_is_not_understood_and_names_another_table_hides_nothing() -> None:
    sql = 'DO $$ BEGIN ALTER TABLE "Other" ADD COLUMN "x" TEXT; END $$;'

    assert missing(USER, _with("name String?"), sql) == ["prisma-missing-column 8"]


def test_a_migration_that_the_database_would_refuse_is_found() -> None:
    base = USER + "model Post {\n  id Int @id\n  by Int\n  user User @relation(fields: [by], references: [id])\n}\n"
    base = base.replace("age Int?", "age Int?\n  posts Post[]")
    head = base.replace("references: [id])", "references: [id], onDelete: Cascade)")

    assert missing(base, head, ADD_KEY) == ["prisma-refused 1"]
    assert missing(base, head, f'ALTER TABLE "Post" DROP CONSTRAINT "Post_by_fkey";\n{ADD_KEY}') == []


@pytest.mark.parametrize("provider", ADDS)
def test_other_databases_are_read_too(provider: str) -> None:
    base = USER.replace("Int @id @default(autoincrement())", "BigInt @id")
    head = base.replace("age Int?", "age Int?\n  name String?")

    assert missing(base, head, provider=provider) == ["prisma-missing-column 8"]
    assert missing(base, head, ADDS[provider], provider=provider) == []


def test_an_enumeration_of_mysql_is_a_type_of_its_columns() -> None:
    base = USER.replace("age Int?", "role Role") + ROLE
    head = base.replace("USER\n", "USER\n  GUEST\n")
    sql = "ALTER TABLE `User` MODIFY `role` ENUM('ADMIN', 'USER', 'GUEST') NOT NULL;"

    assert missing(base, head, provider="mysql") == ["prisma-missing-type 7"]
    assert missing(base, head, sql, provider="mysql") == []


def test_a_schema_of_many_files_is_one() -> None:
    base = {"prisma/schema/a.prisma": source("postgresql"), "prisma/schema/models/user.prisma": USER, FIRST: ""}
    head = {**base, "prisma/schema/models/user.prisma": _with("name String?")}

    [one] = judge(base, head).findings[Question.MISSING]

    assert (one.path, one.line) == ("prisma/schema/models/user.prisma", 5)


def test_databases_without_migrations_do_not_apply() -> None:
    base = {"schema.prisma": source("mongodb") + USER.replace("Int @id @default(autoincrement())", "String @id")}

    assert (
        judge(base, {"schema.prisma": base["schema.prisma"] + "// x"}).absent_reason
        == "Prisma keeps no migrations for mongodb"
    )
    pushed = {"prisma/schema.prisma": source("postgresql") + USER}
    assert "is pushed" in (
        judge(pushed, {**pushed, "prisma/schema.prisma": source("postgresql") + ROLE}).absent_reason or ""
    )


def test_a_schema_that_cannot_be_read_is_named_with_its_line() -> None:
    head = files(USER + "model Broken {\n  id Int @id @default(\n}\n")

    [one] = judge(files(USER), head).unknowns[Question.MISSING]

    assert (one.path, one.line) == ("prisma/schema.prisma", 11)


def test_what_rests_on_a_file_that_is_not_read_is_never_a_pass() -> None:
    base = files(USER) | {"prisma/roles.prisma": ROLE + "model {"}
    head = files(_with("role Role?")) | {"prisma/roles.prisma": ROLE + "model {"}

    assert [one.path for one in judge(base, head).unknowns[Question.MISSING]][:1] == ["prisma/roles.prisma"]


def test_a_field_of_a_type_that_nobody_declares_is_not_checked() -> None:
    assert missing(USER, _with("role Role?")) == ["? User.role: Role is no type, model or enumeration that is known"]
    assert missing(_with("role Role?"), _with("role Role?\n  name String?"), ADD_NAME) == []


def test_without_a_datasource_it_does_not_apply_or_is_not_checked() -> None:
    loose = {"lib/user.prisma": USER}
    broken = {"prisma/schema.prisma": "datasource db {", FIRST: "SELECT 1;"}

    assert (
        judge(loose, {"lib/user.prisma": _with("name String?")}).absent_reason == "no `.prisma` file has a datasource"
    )
    assert told(judge(broken, broken | {SECOND: ADD_NAME}))[0].startswith("? ")


@pytest.mark.parametrize("sql", [f"BEGIN\n{ADD_NAME}", 'ALTER TABLE "Account" RENAME TO "Person";'])
def test_statements_behind_one_word_and_tables_from_elsewhere_are_not_passed_over(sql: str) -> None:
    head = USER + "model Person {\n  id Int @id\n}\n" if "Person" in sql else _with("name String?")
    found = missing(USER, head, sql)

    assert {one[0] for one in found} == {"?"}


def test_a_merged_migration_that_is_edited_is_found_unless_it_does_the_same() -> None:
    base = files(USER)

    assert told(judge(base, {**base, FIRST: "-- a comment\nselect  1;"}), Question.EDITED) == []
    assert told(judge(base, {**base, FIRST: "SELECT 2;"}), Question.EDITED)[0].startswith(
        "prisma-merged-migration-edited"
    )


def test_what_is_written_into_a_merged_migration_is_done_and_that_is_found_as_an_edit() -> None:
    answer = judge(files(USER), {**files(_with("name String?")), FIRST: f"SELECT 1;\n{ADD_NAME}"})

    assert told(answer) == []
    assert told(answer, Question.EDITED)[0].startswith("prisma-merged-migration-edited")


def test_what_an_edited_migration_may_have_undone_is_not_claimed() -> None:
    base = {**files(_with("name String?")), FIRST: ADD_NAME}

    [one] = told(judge(base, {**files(USER), FIRST: "SELECT 1;"}))

    assert one == "? column User.name is gone from the schema; a merged migration was edited, which may have done it"


def test_a_folder_of_migrations_that_moves_brings_nothing_new() -> None:
    base = files(USER)
    head = {path.replace(FOLDER, "db/migrations"): text for path, text in base.items()}

    assert told(judge(base, head)) == []


def test_a_migration_that_sorts_before_a_merged_one_is_a_note() -> None:
    base = files(USER)

    answer = judge(base, files(_with("name String?"), **{"20230101000000_late": ADD_NAME}))

    assert told(answer) == []
    assert told(answer, Question.CONFLICTS) == ["prisma-out-of-order 1"]


def test_risky_steps_are_told_but_not_of_new_tables() -> None:
    sql = (
        'ALTER TABLE "User" DROP COLUMN "age"; CREATE TABLE "T" ("id" INT PRIMARY KEY); CREATE INDEX "i" ON "T"("id");'
    )
    answer = judge(files(USER), files(USER, **{"20250101000000_next": sql}))

    assert told(answer, Question.RISKY) == ["prisma-drop-column None"]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        "model A {\n" + "a Int @x(" + "[" * 50_000,
        '"' * 99_999,
        "model A {\n" + "  f Int\n" * 20_000 + "}",
        "x" * 500_000,
        "/*" * 50_000,
        "\0é",
    ],
)
def test_hostile_schemas_are_unread_or_read_and_never_a_crash(text: str) -> None:
    base = files(USER)

    judge(base, {**base, "prisma/schema.prisma": source("postgresql") + text})
    judge(base, {**base, "prisma/other.prisma": text})


@pytest.mark.parametrize(
    "sql", ["(" * 100_000, "'" * 9999, "ALTER TABLE " * 20_000, "SELECT 1;" * 6_000, "\0;", "x" * 2_100_000]
)
def test_hostile_sql_is_not_understood_and_never_a_pass(sql: str) -> None:
    found = missing(USER, _with("name String?"), sql)

    assert found


def test_it_is_seen_by_its_schema_alone() -> None:
    change = make_change({}, files(USER))

    assert ORM.is_present(change) is not None
    assert ORM.is_present(make_change({}, {"node_modules/x/schema.prisma": USER, "a.py": ""})) is None
    assert ORM.concerns("prisma/schema.prisma")
    assert not ORM.concerns("src/app.ts")


def test_a_change_that_takes_all_migrations_away_is_found() -> None:
    base = files(USER)
    bare = {path: text for path, text in base.items() if "migrations/" not in path}
    answer = judge(base, bare)

    assert told(answer) == ["? the migrations of prisma/migrations are gone, and the schema is left"]
    assert told(answer, Question.EDITED) == ["prisma-merged-migration-deleted None"]


@pytest.mark.parametrize(("body", "passes"), [('ALTER TABLE "User" DROP COLUMN age;', False), ("NULL;", True)])
def test_a_function_that_a_merged_migration_made_may_take_away_what_is_declared(body: str, *, passes: bool) -> None:
    made = f"CREATE FUNCTION take() RETURNS void AS $$ BEGIN {body} END $$ LANGUAGE plpgsql;"
    base = files(USER, **{"20240102000000_made": made})

    said = told(judge(base, {**base, f"{FOLDER}/20240103000000_call/migration.sql": "SELECT take();"}))

    assert said == ([] if passes else ["? `SELECT take ( )` may change what the code declares, and is not understood"])
