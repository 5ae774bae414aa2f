"""What migrations do under conditions, and how they come by the database: each way counts, and none passes unseen."""

from __future__ import annotations

import pytest

from tests.checks.migrations.typeorm.project import body, files, judge, migration, told

USER = """import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class User {
  @PrimaryGeneratedColumn()
  id: number;
}
"""
AGE = USER.replace("  id: number;\n", "  id: number;\n\n  @Column({ nullable: true })\n  age: number;\n")
CREATE = 'CREATE TABLE "user" ("id" SERIAL NOT NULL, PRIMARY KEY ("id"))'
FIRST = migration(1, CREATE, name="Init")
DO = 'queryRunner.query(`ALTER TABLE "user" ADD "age" integer`)'
ADD = 'await queryRunner.query(`ALTER TABLE "user" ADD "age" integer`);'
COLUMN = 'new TableColumn({ name: "age", type: "int", isNullable: true })'


def _told(up: str) -> list[str]:
    path = "src/migrations/1700000000002-Age.ts"
    head = files("postgres", AGE, FIRST, (path, body(up, 1700000000002, "Age")))
    return told(judge(files("postgres", USER, FIRST), head))


@pytest.mark.parametrize(
    "up",
    [
        f"if (process.env.X === 'production') return;\n{ADD}",
        f"if (process.env.X) {{ {ADD} }}",
        f"if (!(await queryRunner.query('VALUES (1)')).length) return;\n{ADD}",
        f'if (process.env.X) {{ await queryRunner.addColumn("user", {COLUMN}); }}',
        f'process.env.X ? await queryRunner.addColumn("user", {COLUMN}) : null;',
        f"process.env.X && {ADD}",
        f"process.env.X || {ADD}",
        f"{ADD} await queryRunner.rollbackTransaction();",
    ],
)
def test_what_hangs_on_a_condition_that_cannot_be_told_is_not_checked_and_says_where(up: str) -> None:
    [said] = _told(up)

    assert said.startswith("? column user.age is new (INT); it hangs on a condition that cannot be told, in src/migr")


def test_what_one_query_takes_back_itself_is_no_pass() -> None:
    [said] = _told(ADD.replace("ALTER", "BEGIN; ALTER").replace("integer", "integer; ROLLBACK"))

    assert said.startswith("? column user.age is new (INT); `ROLLBACK` in src/migrations")


@pytest.mark.parametrize(
    "up",
    [
        f"if (await queryRunner.hasColumn('user', 'age')) return;\n{ADD}",
        f"const [row] = await queryRunner.query(`TABLE information_schema.columns`); if (!row) {{ {ADD} }}",
        f"const rows = await queryRunner.query('PRAGMA table_info(user)'); if (rows.length > 0) return;\n{ADD}",
        f"if (await this.has(queryRunner)) return;\n{ADD} }}\nasync has(q) {{ return q.hasColumn('user', 'age');",
        f"if (!process.env.X) throw new Error('set X');\n{ADD}",
        f"if (process.env.X) {{ {ADD} }} else {{ {ADD} }}",
        f"const rows = await queryRunner.query('VALUES (1)'); if (rows.length) {{ work(rows); }}\n{ADD}",
    ],
)
def test_a_condition_that_asks_for_the_schema_throws_or_changes_rows_alone_is_no_reason(up: str) -> None:
    assert _told(up) == []


@pytest.mark.parametrize(
    "up",
    [
        "const { manager } = queryRunner; " + ADD.replace("queryRunner", "manager"),
        "const own = queryRunner.connection.createQueryRunner(); " + ADD.replace("queryRunner", "own"),
        "await queryRunner.manager.transaction(async (m) => { " + ADD.replace("queryRunner", "m") + " });",
        "return queryRunner.query('SELECT 1').then(() => " + DO + ");",
        ADD.replace("`);", "`).catch(() => {});"),
        "const all = []; all.push(() => 1); for (const one of [`SELECT 1`]) all.push(one);\n" + ADD,
        'const all = []; all.push(`ALTER TABLE "user" ADD age int`); for (const a of all) await queryRunner.query(a);',
        "await this.add(queryRunner); }\nadd = async (q) => { "
        + ADD.replace("queryRunner", "q")
        + " };\nasync more() {",
    ],
)
def test_a_database_that_is_come_by_in_another_way_is_followed(up: str) -> None:
    assert _told(up) == []


@pytest.mark.parametrize(
    "up",
    [
        "await queryRunner.query('SELECT 1').catch(() => " + DO + ");",
        f"return;\n{ADD}",
        f"try {{ await queryRunner.query('SELECT 1'); }} catch (e) {{ {ADD} }}",
    ],
)
def test_what_is_never_done_is_missing(up: str) -> None:
    assert _told(up) == ["typeorm-missing-column 9"]


@pytest.mark.parametrize("up", ["await run({ db: queryRunner });", "await all.map((one) => queryRunner.query(one));"])
def test_a_runner_that_goes_where_it_cannot_be_followed_leaves_the_question_open(up: str) -> None:
    [said] = _told(up)

    assert said.startswith("? column user.age is new (INT); `a call that cannot be followed`")
