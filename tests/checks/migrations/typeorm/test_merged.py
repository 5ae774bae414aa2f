"""Merged migrations that a change lays out anew, edits, moves or copies to another dialect."""

from __future__ import annotations

from dataclasses import replace

from bot.checks.migrations.face import Question
from bot.checks.migrations.typeorm import ORM
from bot.model import Status
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.typeorm.project import files, judge, migration, told

USER = """import { Column, CreateDateColumn, Entity, ObjectIdColumn, PrimaryColumn } from "typeorm";

@Entity()
export class User {
  @PrimaryColumn()
  id: number;

  @Column({ nullable: true })
  age: number;
}
"""
FIRST = migration(1, 'CREATE TABLE "user" ("id" integer PRIMARY KEY NOT NULL, "old" integer)', name="Init")
COPY = 'CREATE TABLE "new_user" ("id" integer PRIMARY KEY NOT NULL)'
SECOND = migration(2, COPY, 'DROP TABLE "user"', 'ALTER TABLE "new_user" RENAME TO "user"', name="Copy")
THIRD = migration(3, 'ALTER TABLE "user" ADD "age" integer', name="Age")
BASE = files("sqlite", USER, FIRST, SECOND, THIRD)


def test_old_migrations_that_are_only_laid_out_anew_are_not_done_once_more() -> None:
    path, text = SECOND
    formatted = text.replace("implements MigrationInterface", "\n  implements MigrationInterface\n")

    assert told(judge(BASE, {**BASE, path: formatted})) == []
    assert told(judge(BASE, {**BASE, path: formatted.replace("down(", "down(  ")})) == []


def test_an_edited_migration_is_done_in_its_place() -> None:
    path, text = SECOND
    column = "  @Column({ nullable: true })\n  note: string;\n}\n"
    entities = USER.removesuffix("}\n") + column
    edited = {**BASE, "src/entities.ts": entities, path: text.replace("NOT NULL)", 'NOT NULL, "note" varchar)')}

    assert told(judge(BASE, edited)) == []
    assert told(judge(BASE, edited), Question.EDITED) == ["typeorm-merged-migration-edited None"]
    assert told(judge(BASE, {**BASE, "src/entities.ts": entities, path: text.replace("new_", "next_")})) == [
        "typeorm-missing-column 11"
    ]


def test_the_folder_of_another_dialect_has_an_order_of_its_own() -> None:
    create = "CREATE TABLE `user` (`id` int NOT NULL PRIMARY KEY, `age` int NULL)"
    text = migration(1, create, name="Init")[1]
    base = {**files("mysql", USER), "src/migrations/mysql/1700000000001-Init.ts": text}

    assert told(judge(base, {**base, "src/migrations/mariadb/1700000000001-Init.ts": text})) == []


def test_the_last_decorator_says_what_a_column_is() -> None:
    entities = USER.replace("@Column({ nullable: true })", '@Column({ type: "datetime" })\n  @CreateDateColumn()')
    changed = migration(4, 'ALTER TABLE "user" DROP COLUMN "age"', name="Gone")
    added = migration(5, """ALTER TABLE "user" ADD "age" datetime NOT NULL DEFAULT (datetime('now'))""", name="Made")

    assert told(judge(BASE, files("sqlite", entities, FIRST, SECOND, THIRD, changed, added))) == []


def test_a_decorator_that_is_chosen_is_the_one_for_databases_with_tables() -> None:
    chosen = USER.replace("@PrimaryColumn()", "@Id()") + "const Id = process.env.X ? ObjectIdColumn : PrimaryColumn;\n"

    assert told(judge(BASE, {**BASE, "src/entities.ts": chosen})) == []
    assert told(judge({**BASE, "src/entities.ts": chosen}, BASE)) == []


def test_a_decorator_that_is_made_is_not_checked() -> None:
    made = USER.replace("@Column({", "@Made({") + "const Made = wrap(Column);\n"

    assert told(judge(BASE, {**BASE, "src/entities.ts": made})) == [
        "? user: a decorator of age is not in the repository, and the change touches it"
    ]


def test_a_change_that_takes_all_migrations_away_is_found() -> None:
    bare = {path: text for path, text in BASE.items() if "migrations/" not in path}

    assert told(judge(BASE, bare)) == ["? all migrations are gone, and entities are left"]
    assert told(judge(BASE, bare), Question.EDITED) == ["typeorm-merged-migration-deleted None"] * 3


def test_migrations_that_move_to_another_folder_are_not_new() -> None:
    old, bare = FIRST[0], FIRST[1].replace("Init1700000000001", "Init0")
    base = {**BASE, old: bare}
    moved = {path.replace("src/migrations", "src/db/migrations"): text for path, text in base.items()}
    change = make_change(base, moved)
    named = {file.new_oid: file for file in change.files if file.status is Status.ADDED}
    files = [replace(named[one.old_oid], status=Status.RENAMED, old_path=one.path, old_oid=one.old_oid)
             for one in change.files if one.status is Status.DELETED]  # fmt: skip

    assert told(ORM.judge(replace(change, files=files), ())) == []


def test_a_merged_migration_that_rests_on_what_is_changed_is_found() -> None:
    path, text = THIRD
    up = text.replace("await queryRunner.query(", "await run(queryRunner, ").replace("integer`", "${KIND}`")
    helper = "export const KIND = '%s';\nexport const run = async (q, sql) => { await q.query(sql); };\n"
    base = {**BASE, path: "import { KIND, run } from '../helper';\n" + up, "src/helper.ts": helper % "integer"}

    assert told(judge(base, {**base, "src/helper.ts": helper % "text"}), Question.EDITED) == [
        "typeorm-merged-migration-shaken 1"
    ]
    assert told(judge(base, {**base, "src/helper.ts": "// said\n" + helper % "integer"}), Question.EDITED) == []
