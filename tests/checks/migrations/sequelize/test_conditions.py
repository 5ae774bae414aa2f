"""What migrations do under conditions: each way counts, and none passes unseen."""

from __future__ import annotations

import pytest

from tests.checks.migrations.sequelize.project import FILES, USER, judge, migration, told

AGE = FILES | {
    "models/user.js": USER.replace("email: DataTypes.STRING,", "email: DataTypes.STRING, age: DataTypes.INTEGER,")
}
CALL = "queryInterface.addColumn('Users', 'age', { type: Sequelize.INTEGER })"
ADD = f"await {CALL};"


def _told(up: str, **more: str) -> list[str]:
    return told(judge(FILES | more, AGE | migration(up) | more))


@pytest.mark.parametrize(
    "up",
    [
        f"if (process.env.X === 'production') return;\n{ADD}",
        f"if (process.env.X) {{ {ADD} }}",
        f"process.env.X ? {CALL} : null;",
        f"process.env.X && {ADD}",
        f"process.env.X || {ADD}",
        f"switch (process.env.X) {{ case 'a': {ADD} break; }}",
        f"while (more) {{ {ADD} }}",
        f"names.forEach((name) => {CALL});",
        f"const [rows] = await queryInterface.sequelize.query('VALUES (1)'); if (!rows.length) return;\n{ADD}",
        f"const t = await queryInterface.sequelize.transaction(); {ADD} await t.rollback();",
        f"if (queryInterface.sequelize.getDialect() === mine) {{ {ADD} }}",
    ],
)
def test_what_hangs_on_a_condition_that_cannot_be_told_is_not_checked_and_says_where(up: str) -> None:
    [said] = _told(up)

    assert said.startswith(
        "? column Users.age is new (integer); it hangs on a condition that cannot be told, in migrat"
    )


@pytest.mark.parametrize(
    ("driver", "expected"),
    [("pg", ["sequelize-missing-column 11"]), ("none", []), ('mysql2": "3", "pg', []), ("sqlite3", [])],
)
def test_case_counts_in_a_query_only_where_postgresql_is_known_to_run_it(driver: str, expected: list[str]) -> None:
    package = FILES["package.json"].replace('"pg"', f'"{driver}"')
    up = migration("await queryInterface.sequelize.query('ALTER TABLE Users ADD age INTEGER');")
    own = {"package.json": package}

    assert told(judge(FILES | own, AGE | up | own)) == expected


def test_what_one_query_takes_back_itself_is_no_pass() -> None:
    query = "await queryInterface.sequelize.query('BEGIN; ALTER TABLE \"Users\" ADD age INTEGER; ROLLBACK');"
    [said] = _told(query)

    assert said.startswith("? column Users.age is new (integer); `ROLLBACK` in migrations")


@pytest.mark.parametrize(
    "up",
    [
        f"const t = await queryInterface.describeTable('Users'); if (!t.age) {{ {ADD} }}",
        f"const t = await queryInterface.describeTable('Users'); if (t.age) return;\n{ADD}",
        f"const [r] = await queryInterface.sequelize.query(`TABLE information_schema.columns`); if (!r.length) {ADD}",
        f"const has = async (q) => (await q.describeTable('Users')).age; if (!(await has(queryInterface))) {ADD}",
        f"if (!process.env.X) throw new Error('set X');\n{ADD}",
        f"if (process.env.X) {{ {ADD} }} else {{ {ADD} }}",
        f"if (queryInterface.sequelize.getDialect() === 'postgres') {{ {ADD} }}",
        f"switch (queryInterface.sequelize.getDialect()) {{ case 'sqlite': break; case 'postgres': {ADD} break; }}",
        f"if (process.env.X) {{ await queryInterface.bulkInsert('Users', []); }}\n{ADD}",
        f"const t = await queryInterface.sequelize.transaction(); try {{ {ADD} }} catch (e) {{ await t.rollback(); }}",
    ],
)
def test_a_condition_that_asks_for_the_schema_throws_or_changes_rows_alone_is_no_reason(up: str) -> None:
    assert _told(up) == []


@pytest.mark.parametrize(
    "up",
    [
        f"if (queryInterface.sequelize.getDialect() === 'sqlite') {{ {ADD} }}",
        f"throw new Error('later');\n{ADD}",
        f"return;\n{ADD}",
    ],
)
def test_what_is_never_done_is_missing(up: str) -> None:
    assert _told(up) == ["sequelize-missing-column 11"]


@pytest.mark.parametrize(
    "up",
    [
        "await queryInterface.sequelize.query(fs.readFileSync('step.sql', 'utf8'));",
        "const add = queryInterface.addColumn.bind(queryInterface); await add('Users', 'age', {});",
    ],
)
def test_sql_of_a_file_and_a_method_that_is_bound_leave_the_question_open(up: str) -> None:
    [said] = _told(up)

    assert said.startswith("? column Users.age is new (integer); `")
