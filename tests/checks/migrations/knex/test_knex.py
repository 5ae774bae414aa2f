from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.knex import ORM
from tests.checks.migrations.django.memory import make_change

FIRST = """exports.up = async function (knex) {
  await knex.schema
    .createTable('users', (table) => {
      table.increments('id')
      table.string('name', 255).notNullable()
    })
    .createTable('posts', function (t) {
      t.increments()
      t.integer('user_id').unsigned().references('id').inTable('users').onDelete('CASCADE')
      t.timestamps(true, true)
    })
}

exports.down = (knex) => knex.schema.dropTable('posts').dropTable('users')
"""
FILES = {
    "package.json": '{"dependencies": {"knex": "^3.1.0", "pg": "^8.11.0"}}',
    "migrations/20240101000000_first.js": FIRST,
    "src/models/user.js": "class User extends require('objection').Model { static tableName = 'users' }\n",
}  # fmt: skip


def _step(up: str, name: str = "20240202000000_step.ts") -> dict[str, str]:
    text = f"export async function up(knex: Knex): Promise<void> {{\n  {up}\n}}\nexport async function down() {{}}\n"
    return {f"migrations/{name}": f"import type {{ Knex }} from 'knex'\n{text}"}


def _judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    return ORM.judge(make_change(base, head), ())


def _told(answer: Answer, *questions: Question) -> list[str]:
    asked: Sequence[Question] = questions or (Question.CONFLICTS,)
    found = [f"{one.rule} {one.line}" for question in asked for one in answer.findings[question]]
    return [*found, *(f"? {one.reason}" for question in asked for one in answer.unknowns[question])]


@pytest.mark.parametrize(
    "up",
    [
        "await knex.schema.alterTable('users', (table) => { table.string('name') })",
        "await knex.schema.createTable('posts', (table) => { table.increments() })",
        "await knex.schema.table('users', (t) => t.dropColumn('mail'))",
        "await knex.schema.alterTable('users', (t) => { t.renameColumn('mail', 'email') })",
        "await knex.schema.alterTable('users', (t) => { t.text('mail').alter() })",
        "await knex.transaction(async (trx) => { await trx.schema.alterTable('users', (t) => t.text('name')) })",
        "await knex.schema.withSchema('public').alterTable('users', (t) => { t.text('name') })",
        "return knex.schema.table('posts', (t) => t.text('x')).then(() => knex.schema.createTable('users', (t) => {}))",
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_done_after_the_merged_ones_is_reported(up: str) -> None:
    assert _told(_judge(FILES, FILES | _step(up))) == ["knex-refused 3"]


@pytest.mark.parametrize(
    "up",
    [
        "await knex.schema.alterTable('users', (table) => { table.string('email').unique() })",
        "if (!(await knex.schema.hasTable('users'))) await knex.schema.createTable('users', (t) => {})",
        "await knex.schema.createTableIfNotExists('users', (t) => { t.increments() })",
        "await knex.schema.alterTable('users', (t) => { t.string('name', 100).notNullable().alter() })",
        """await knex.schema.alterTable('users', (t) => { t.dropColumn('name') })
        await knex.schema.alterTable('users', (t) => { t.text('name') })""",
        """await knex.schema.raw('ALTER TABLE users ADD COLUMN mail text')
        await knex.schema.alterTable('users', (t) => { t.dropColumn('mail') })""",
        "await knex('users').insert({ name: 'x' })",
        "await knex.schema.alterTable('elsewhere', (t) => { t.dropColumn('x') })",
        "await knex.schema.renameTable('users', 'people')\n  await knex.schema.createTable('users', (t) => {})",
        "for (const name of names) await knex.schema.alterTable(name, (t) => t.dropColumn('x'))",
        "if (await knex.schema.hasTable('users')) return\n  await knex.schema.createTable('users', (t) => {})",
        "const had = await knex.schema.hasTable('users')\n  had || await knex.schema.createTable('users', (t) => {})",
        "await knex.schema.withSchema('other').createTable('users', (t) => { t.text('name') })",
        "await knex.schema.withSchema(mine).alterTable('users', (t) => { t.text('name') })",
        """await knex.raw('ALTER TABLE ?? ADD COLUMN ?? text DEFAULT ?', ['users', 'mail', ''])
        await knex.schema.alterTable('users', (t) => t.dropColumn('mail'))""",
        """await knex.raw('ALTER TABLE :table: ADD COLUMN mail text', { table: 'users' })
        await knex.schema.alterTable('users', (t) => t.dropColumn('mail'))""",
        """await knex.raw('ALTER TABLE ?? ADD COLUMN mail text', [mine])
        await knex.schema.alterTable('users', (t) => t.dropColumn('mail'))""",
        "throw new Error('later')\n  await knex.schema.createTable('users', (t) => {})",
    ],
)  # fmt: skip
def test_a_step_that_can_be_done_is_quiet(up: str) -> None:
    assert _told(_judge(FILES, FILES | _step(up))) == []


def test_a_name_that_sorts_before_a_merged_one_or_has_its_number_is_a_note() -> None:
    up = "await knex.schema.alterTable('users', (t) => { t.text('a') })"
    late = FILES | _step(up, "20230101000000_step.ts")
    twin = FILES | _step(up, "20240101000000_other.ts")

    assert _told(_judge(FILES, late)) == ["knex-late 1"]
    assert _told(_judge(FILES, twin)) == ["knex-same-number 1"]


def test_a_merged_migration_that_is_edited_moved_or_deleted_is_found() -> None:
    path = "migrations/20240101000000_first.js"
    gone = {one: text for one, text in FILES.items() if one != path}
    edited = FILES | {path: FIRST.replace("'name', 255", "'name', 100")}
    free = FILES | {path: f"// x\n{FIRST}".replace("dropTable('posts')", "dropTable('p')")}

    assert _told(_judge(FILES, edited), Question.EDITED) == ["knex-merged-migration-edited None"]
    assert _told(_judge(FILES, free), Question.EDITED) == []
    [one] = _judge(FILES, gone).findings[Question.EDITED]
    assert one.rule == "knex-merged-migration-deleted"
    assert "directory is corrupt" in one.message


def test_steps_that_lose_data_or_lock_tables_are_advised_on() -> None:
    up = (
        "await knex.schema.alterTable('users', (t) => {\n"
        "    t.dropColumn('name')\n    t.integer('age').notNullable()\n"
        "    t.integer('size').notNullable().defaultTo(1)\n"
        "    t.index(['age'])\n    t.string('x').nullable()\n  })\n"
        "  await knex.schema.dropTable('posts')\n  await knex.raw('TRUNCATE users')\n"
        "  await knex.schema.createTable('new', (t) => { t.integer('a').notNullable(); t.index('a') })"
    )

    found = _judge(FILES, FILES | _step(up)).findings[Question.RISKY]
    assert [one.rule for one in found] == [
        "knex-drop-column",
        "knex-not-null-without-default",
        "knex-lock-index",
        "knex-drop-table",
        "knex-delete-rows",
    ]


def test_missing_migrations_do_not_apply_and_the_reason_is_said() -> None:
    answer = _judge(FILES, FILES | {"src/models/user.js": "// x\n"})

    assert "has no models" in (answer.undeclared or "")
    assert answer.findings[Question.MISSING] == ()


def test_it_is_seen_by_its_package_or_its_file() -> None:
    assert ORM.is_present(make_change({}, FILES)) is not None
    assert ORM.is_present(make_change({}, {"knexfile.ts": ""})) is not None
    assert ORM.is_present(make_change({}, {"package.json": '{"dependencies": {}}'})) is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "knex; exports.up = " + "[" * 50_000,
        "\0knex",
        "exports.up = (knex) => { while (1) knex.schema.x() }",
    ],
)
def test_hostile_scripts_are_never_a_crash(text: str) -> None:
    answer = _judge(FILES, FILES | {"migrations/20250101000000_x.js": text})

    assert answer.present is not None


def test_a_migration_without_a_way_up_is_not_checked() -> None:
    head = FILES | {"migrations/20250101000000_x.js": "module.exports = make(require('knex'))\n"}

    assert _told(_judge(FILES, head)) == ["? it has no `up` that can be found"]


def test_a_merged_migration_that_rests_on_what_is_changed_is_found() -> None:
    names = "exports.column = '%s'\n"
    text = FIRST.replace("'name', 255", "require('../names').column")
    base = FILES | {"migrations/20240101000000_first.js": text, "names.js": names % "name"}

    assert _told(_judge(base, base | {"names.js": names % "label"}), Question.EDITED) == [
        "knex-merged-migration-shaken 1"
    ]
    assert _told(_judge(base, base | {"names.js": "// said\n" + names % "name"}), Question.EDITED) == []


def test_what_goes_round_more_often_than_is_followed_is_no_pass() -> None:
    up = "const f = async (i) => { if (i === 5) await knex.schema.dropTable('users'); else await f(i + 1) }; await f(0)"

    assert _told(_judge(FILES, FILES | _step(up)), Question.RISKY) == ["? it is nested deeper than is followed"]


def test_a_merged_migration_that_is_not_followed_may_do_something_else_when_what_it_imports_is_changed() -> None:
    step = _step("const f = async (i) => { if (i > 5) await add(knex); else await f(i + 1) }; await f(0)")
    [path] = step
    helper = "export const add = (knex) => knex.schema.table('users', (t) => { t.%s('x') })\n"
    base = {**FILES, path: "import { add } from './add'\n" + step[path], "migrations/add.ts": helper % "text"}

    [said] = _told(_judge(base, {**base, "migrations/add.ts": helper % "integer"}), Question.EDITED)

    assert said.startswith(f"? {path} was merged before and cannot be followed")
