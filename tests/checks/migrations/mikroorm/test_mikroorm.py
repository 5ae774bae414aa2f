from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bot.checks.migrations.face import Question
from bot.checks.migrations.mikroorm import ORM, fields
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.hidden_sql import KEEPS_LATER, TAKES_AWAY, TAKES_LATER, TAKES_NOTHING
from tests.checks.migrations.mikroorm.project import SNAPSHOT, body, files, judge, migration, told
from tests.checks.migrations.rounds import DOES_NOTHING_MORE, REACHES_A_STEP

USER = """import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Rel, Unique } from '@mikro-orm/core';

@Entity()
export class User {
  @PrimaryKey()
  id!: number;

  @Property()
  fullName!: string;
}
"""
CREATE = 'create table "user" ("id" serial primary key, "full_name" varchar(255) not null);'
ADD = 'alter table "user" add column "age" int null;'
FIRST = migration(1, CREATE)


def column(name: str, kind: str, mapped: str, **more: object) -> dict[str, Any]:
    """A column of a snapshot."""
    usual = {"unsigned": False, "autoincrement": False, "primary": False, "nullable": False, "enumItems": []}
    return {"name": name, "type": kind, "mappedType": mapped, **usual, **more}


def snapshot(*more: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, Any]:
    """The snapshot of the table `user` with more columns, and of other tables."""
    own = [
        column("id", "serial", "integer", primary=True, autoincrement=True),
        column("full_name", "varchar(255)", "string", length=255),
        *more,
    ]
    key = {"keyName": "pkey", "columnNames": ["id"], "primary": True, "unique": True, "constraint": True}
    found = [
        {
            "name": name,
            "schema": "public",
            "columns": {one["name"]: one for one in columns},
            "indexes": [key],
            "checks": [],
            "foreignKeys": {},
        }
        for name, columns in {"user": own, **tables}.items()
    ]
    return {"namespaces": ["public"], "name": "public", "tables": found, "nativeEnums": {}}


AGE = column("age", "int", "integer", nullable=True)
BASE = files("postgres", USER, FIRST, snapshot=snapshot())


def _with(line: str, text: str = USER) -> str:
    return text.replace("  fullName!: string;\n", f"  fullName!: string;\n\n  {line}\n")


def _head(
    entities: str,
    *steps: tuple[str, str],
    said: dict[str, Any] | None = None,
    options: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    return files("postgres", entities, FIRST, *steps, snapshot=said or snapshot(), options=options, more=more)


WITH_AGE = _with("@Property({ nullable: true })\n  age?: number;")


def test_a_new_column_without_a_migration_is_reported_with_its_line_and_the_command() -> None:
    [found] = judge(BASE, _head(WITH_AGE)).findings[Question.MISSING]

    assert (found.rule, found.path, found.line) == ("mikroorm-missing-column", "src/entities.ts", 12)
    assert found.message == "column user.age is new (int), and no migration of the change does that"
    assert "npx mikro-orm migration:create" in (found.fix or "")


def test_a_new_column_with_its_migration_and_its_snapshot_is_quiet() -> None:
    head = _head(WITH_AGE, migration(2, ADD), said=snapshot(AGE))

    assert told(judge(BASE, head)) == []


def test_a_migration_by_hand_without_the_snapshot_is_told_apart() -> None:
    [found] = judge(BASE, _head(WITH_AGE, migration(2, ADD))).findings[Question.MISSING]

    assert found.rule == "mikroorm-snapshot-lacks"
    assert found.message == (
        "column user.age is new (int); a migration of the change does that, and the snapshot does not say it"
    )


@pytest.mark.parametrize("step", [None, "select 1", 'alter table "user" add column "years" int null;'])
def test_a_snapshot_without_the_sql_for_it_is_reported(step: str | None) -> None:
    steps = [migration(2, step)] if step else []

    assert "mikroorm-sql-lacks" in " ".join(told(judge(BASE, _head(WITH_AGE, *steps, said=snapshot(AGE)))))


def test_a_snapshot_that_catches_up_with_a_merged_migration_is_quiet() -> None:
    before = _head(WITH_AGE, migration(2, ADD))

    assert told(judge(before, _head(WITH_AGE, migration(2, ADD), said=snapshot(AGE)))) == []


@pytest.mark.parametrize(
    "entities",
    [
        USER.replace("@Entity()", "// a comment\n@Entity()"),
        USER.replace("@Property()", "@Property({ type: 'string' })"),
        USER.replace("@Property()", "@Property({ length: 255, hidden: true })"),
        USER.replace("@Property()", "@Property({ columnType: 'varchar(255)' })"),
        USER.replace("@Property()", "@Property({ fieldName: 'full_name', lazy: true })"),
        USER.replace("fullName!: string", "fullName: Opt<string>"),
        USER.replace("@Entity()", "@Entity({ tableName: 'user', repository: () => Users })"),
        _with("@Property({ persist: false })\n  label?: string;"),
        _with("get label(): string { return this.fullName; }"),
        _with("@OneToMany(() => Post, 'author')\n  posts = new Collection<Post>(this);"),
        _with("cached?: string;"),
    ],
)
def test_what_makes_no_column_is_quiet(entities: str) -> None:
    assert told(judge(BASE, _head(entities))) == []


@pytest.mark.parametrize(
    ("entities", "rules"),
    [
        (USER.replace("@Property()", "@Property({ nullable: true })"), ["mikroorm-missing-nullable 9"]),
        (USER.replace("@Property()", "@Property({ length: 20 })"), ["mikroorm-missing-type 9"]),
        (USER.replace("@Property()", "@Property({ type: 'text' })"), ["mikroorm-missing-type 9"]),
        (USER.replace("fullName!: string", "fullName: string = 'x'"), ["mikroorm-missing-default 9"]),
        (USER.replace("@Property()", "@Property({ unique: true })"), ["mikroorm-missing-index 9"]),
        (USER.replace("@Property()", "@Index()\n  @Property()"), ["mikroorm-missing-index 10"]),
        (USER.replace("@Property()", "@Property({ comment: 'said' })"), ["mikroorm-missing-comment 9"]),
        (USER.replace("fullName!", "wholeName!"), ["mikroorm-extra-column 4", "mikroorm-missing-column 9"]),
        (USER.replace("@Entity()", "@Entity({ tableName: 'people' })"),
         ["mikroorm-extra-table 4", "mikroorm-missing-table 4"]),
        (USER.replace("@Property()", "@Check({ expression: '1 < 2' })\n  @Property()").replace("Enum,", "Check, Enum,"),
         ["mikroorm-missing-check 10"]),
        (_with("@ManyToOne(() => User, { nullable: true })\n  boss?: Rel<User>;"),
         ["mikroorm-missing-column 12", "mikroorm-missing-foreign-key 12"]),
        (_with("@Enum(() => Role)\n  role!: Role;") + "\nexport enum Role { A = 'a', B = 'b' }\n",
         ["mikroorm-missing-column 12"]),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_reported(entities: str, rules: list[str]) -> None:
    assert sorted(told(judge(BASE, _head(entities)))) == sorted(rules)


def test_a_value_of_an_enumeration_in_another_file_is_a_change_of_the_schema() -> None:
    entities = _with("@Enum(() => Role)\n  role!: Role;") + "\nimport { Role } from './roles';\n"
    role = column("role", "text", "enum", enumItems=["a"])
    old = _head(entities, said=snapshot(role), more={"src/roles.ts": "export enum Role { A = 'a' }\n"})
    new = _head(entities, said=snapshot(role), more={"src/roles.ts": "export enum Role { A = 'a', B = 'b' }\n"})

    assert told(judge(old, new)) == ["mikroorm-missing-values 12"]


def test_a_base_class_in_another_file_counts_for_every_entity() -> None:
    entities = USER.replace("class User", "class User extends Base") + "\nimport { Base } from './base';\n"
    base = "import { Property } from '@mikro-orm/core';\nexport abstract class Base {\n%s}\n"
    old = _head(entities, more={"src/base.ts": base % ""})
    new = _head(entities, more={"src/base.ts": base % "  @Property({ nullable: true })\n  age?: number;\n"})

    [found] = judge(old, new).findings[Question.MISSING]
    assert (found.rule, found.path, found.line) == ("mikroorm-missing-column", "src/base.ts", 4)


DEFINED = """import { defineEntity, p } from '@mikro-orm/core';

export const User = defineEntity({
  name: 'User',
  properties: {
    id: p.integer().primary(),
    fullName: p.string(),
  },
});
"""
SCHEMA = """import { EntitySchema } from '@mikro-orm/core';

export const UserSchema = new EntitySchema({
  name: 'User',
  properties: {
    id: { type: 'number', primary: true },
    fullName: { type: 'string' },
  },
});
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "line"),
    [
        (DEFINED, "p.string(),", "p.string(),\n    age: p.integer().nullable(),", 8),
        (SCHEMA, "{ type: 'string' },", "{ type: 'string' },\n    age: { type: 'number', nullable: true },", 8),
    ],
)
def test_schemas_without_decorators_are_read(text: str, old: str, new: str, line: int) -> None:
    base = files("postgres", text, FIRST, snapshot=snapshot())

    assert told(judge(base, base)) == []
    assert told(judge(base, _head(text.replace(old, new)))) == [f"mikroorm-missing-column {line}"]


@pytest.mark.parametrize(
    ("entities", "reason"),
    [
        (_with("@Property({ type: MoneyType })\n  price!: string;") + "\nimport { MoneyType } from 'money';\n",
         "user.price: its type cannot be told"),
        (_with("@Property(options())\n  price!: string;") + "\nimport { options } from 'money';\n",
         "user.price: what its decorator is given cannot be told"),
        (_with("@Property({ fieldName: nameOf('price') })\n  price!: string;") + "\nimport { nameOf } from 'money';\n",
         "user: price: its column's name cannot be told"),
        (_with("@ManyToOne(() => Account)\n  account!: Account;") + "\nimport { Account } from 'accounts';\n",
         "user: account: what it refers to cannot be told"),
        (USER.replace("class User", "class User extends Outside") + "\nimport { Outside } from 'outside';\n",
         "user: it extends what is not in the repository"),
        (_with("@Money()\n  price!: string;") + "\nfunction Money() { return Property({ columnType: 'money' }); }\n",
         "user.price: a decorator of the project's own makes it"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_no_pass_where_the_change_touches_it(entities: str, reason: str) -> None:
    answer = judge(BASE, _head(entities))

    assert f"? {reason}, and the change touches it" in told(answer)
    assert told(judge(_head(entities), _head(entities + "\n// more\n"))) == []


def test_what_a_class_gives_its_properties_is_their_default_unless_it_cannot_be_made_without_arguments() -> None:
    given = USER.replace("fullName!: string;", "fullName: string = 'x';")
    made = given.replace("  @PrimaryKey", "  constructor(dto: Dto) { this.id = dto.id; }\n\n  @PrimaryKey")
    unsure = given.replace("  @PrimaryKey", "  constructor(dto: Dto) { load(this, dto); }\n\n  @PrimaryKey")

    assert told(judge(BASE, _head(given))) == ["mikroorm-missing-default 9"]
    assert told(judge(BASE, _head(made))) == []
    assert told(judge(BASE, _head(unsure))) == [
        "? user.full_name: its default cannot be told, and the change touches it"
    ]


@pytest.mark.parametrize(
    ("annotation", "strict", "kind"),
    [
        ("number", True, "int"),
        ("number | null", False, "int"),
        ("number | null", True, "varchar(255)"),
        ("number & Opt", False, "varchar(255)"),
        ("Opt<number>", True, "int"),
        ("Level", True, "int"),
        ("Level | null", True, "varchar(255)"),
        ("Shape", True, "varchar(255)"),
        ("{ a: string }", True, "varchar(255)"),
        ("number[]", True, "text[]"),
    ],
)
def test_a_type_is_what_the_compiler_writes_for_decorators(annotation: str, strict: bool, kind: str) -> None:  # noqa: FBT001
    rules = {"tsconfig.json": json.dumps({"compilerOptions": {"strict": strict}})}
    entities = _with(f"@Property()\n  size!: {annotation};") + "\ntype Level = 1 | 2;\nexport interface Shape {}\n"
    [found] = judge(_head(USER, more=rules), _head(entities, more=rules)).findings[Question.MISSING]

    assert found.message.startswith(f"column user.size is new ({kind})")


def test_what_a_property_is_given_tells_its_type_before_its_annotation_does() -> None:
    rules = {"tsconfig.json": '{"extends": "./base.json"}', "base.json": '{"compilerOptions": {"strict": true}}'}
    entities = _with("@Property()\n  seen: Date | null = new Date();")
    [found] = judge(_head(USER, more=rules), _head(entities, more=rules)).findings[Question.MISSING]

    assert found.message.startswith("column user.seen is new (timestamptz(6))")


@pytest.mark.parametrize(
    ("option", "rules"),
    [
        ("metadataProvider: TsMorphMetadataProvider", ["mikroorm-missing-nullable 9"]),
        ("metadataProvider: ReflectMetadataProvider", []),
    ],
)
def test_a_question_mark_counts_where_types_come_from_the_sources(option: str, rules: list[str]) -> None:
    old = _head(USER, options=[option])

    assert told(judge(old, _head(USER.replace("fullName!", "fullName?"), options=[option]))) == rules


def test_a_strategy_of_the_projects_own_makes_differences_no_certainty() -> None:
    own = ["namingStrategy: MyNamingStrategy"]
    [unknown] = judge(_head(USER, options=own), _head(WITH_AGE, options=own)).unknowns[Question.MISSING]

    assert "the project names tables and columns by a strategy of its own" in unknown.reason


@pytest.mark.parametrize(
    "up",
    [
        f"this.addSql('{ADD}');",
        f"this.addSql(`{ADD}`);",
        'const table = \'user\'; this.addSql(`alter table "${table}" add column "age" int null`);',
        'for (const name of [\'age\']) { this.addSql(`alter table "user" add column "${name}" int null`); }',
        'this.addAge(); } addAge() { this.addSql(\'alter table "user" add column "age" int null\');',
        'await this.execute(\'alter table "user" add column "age" int null\');',
        'await this.getKnex().raw(\'alter table "user" add column "age" int null\');',
    ],
)
def test_a_migration_that_adds_the_column_is_enough_however_it_is_written(up: str) -> None:
    path, _ = migration(9)

    assert told(judge(BASE, _head(WITH_AGE, (path, body(up)), said=snapshot(AGE)))) == []


@pytest.mark.parametrize(
    "up",
    [
        "await this.getKnex().schema.alterTable('user', (table) => table.integer('age'));",
        "this.addSql(addColumn('user', 'age'));",
        'if (process.env.FULL) { this.addSql(\'alter table "user" drop column "age"\'); }',
    ],
)
def test_a_step_that_cannot_be_followed_is_no_pass(up: str) -> None:
    path, _ = migration(9)
    found = told(judge(BASE, _head(WITH_AGE, (path, body(up)), said=snapshot(AGE))))

    assert [one[:1] for one in found] == ["?"]


PLAIN = files("postgres", USER, FIRST)


def test_without_a_snapshot_the_sql_is_applied_to_what_the_entities_declared() -> None:
    assert told(judge(PLAIN, files("postgres", WITH_AGE, FIRST))) == ["mikroorm-missing-column 12"]
    assert told(judge(PLAIN, files("postgres", WITH_AGE, FIRST, migration(2, ADD)))) == []
    assert told(judge(PLAIN, files("postgres", USER + "\n// said\n", FIRST))) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("@Index({ name: 'a' })", "@Index({ name: 'b' })", "mikroorm-missing-index-name 3"),
        ("@Check({ name: 'c', expression: '1 < 2' })", "@Check({ name: 'c', expression: '1 < 3' })",
         "mikroorm-missing-check 3"),
    ],
)  # fmt: skip
def test_without_a_snapshot_another_name_or_condition_needs_sql(old: str, new: str, rule: str) -> None:
    text = USER.replace("Entity, Enum", "Check, Entity, Enum").replace("@Entity()", "%s\n@Entity()")
    properties = ", properties: ['fullName'] })"
    before, after = (text % one.replace("'a' })", "'a'" + properties).replace("'b' })", "'b'" + properties)
                     for one in (old, new))  # fmt: skip

    assert told(judge(files("postgres", before, FIRST), files("postgres", after, FIRST))) == [rule]


def test_a_table_that_no_snapshot_keeps_is_judged_by_its_entity() -> None:
    post = "\n@Entity()\nexport class Post {\n  @PrimaryKey()\n  id!: number;\n%s}\n"
    old = _head(USER + post % "")
    new = USER + post % "\n  @Property()\n  title!: string;\n"

    assert told(judge(old, _head(new))) == ["mikroorm-missing-column 18"]
    step = migration(2, 'alter table "post" add column "title" varchar(255) not null;')
    assert told(judge(old, _head(new, step))) == []


def test_a_broken_snapshot_is_no_pass() -> None:
    head = {**_head(WITH_AGE, migration(2, ADD)), SNAPSHOT: '{"tables": [{"columns": 1}], "namespaces": []}'}

    assert "? it is no snapshot of MikroORM that is known" in told(judge(BASE, head))


def test_another_dialect_is_no_pass() -> None:
    def project(entities: str) -> dict[str, str]:
        found = files("postgres", entities, FIRST)
        return {path: text.replace("@mikro-orm/postgresql", "@mikro-orm/mssql") for path, text in found.items()}

    assert told(judge(project(USER), project(WITH_AGE))) == [
        "? the migrations of src/migrations are of mssql, which is not followed"
    ]


def test_without_migrations_there_is_nothing_to_compare() -> None:
    base = {path: text for path, text in PLAIN.items() if "igration" not in path}

    assert judge(base, {**base, "src/entities.ts": WITH_AGE}).absent_reason is not None


def test_syntax_that_cannot_be_read_is_no_pass() -> None:
    assert "? a syntax that cannot be read" in told(judge(BASE, _head(WITH_AGE + "\n@Entity( class {{ }\n")))


def test_a_merged_migration_that_is_edited_is_reported_and_its_way_down_is_not() -> None:
    edited = _head(USER, migration(1, CREATE.replace("255", "100")))
    path, text = FIRST
    down = {**BASE, path: text.replace("select 1", 'drop table "user"')}
    gone = {one: text for one, text in BASE.items() if one != path}

    assert told(judge(BASE, edited), Question.EDITED) == ["mikroorm-merged-migration-edited None"]
    assert told(judge(BASE, down), Question.EDITED) == []
    assert told(judge(BASE, gone), Question.EDITED) == ["mikroorm-merged-migration-deleted None"]


def test_a_new_migration_that_no_list_names_is_reported() -> None:
    listed = (
        "import { Migration20240101000001 } from './migrations/Migration20240101000001';\n"
        "export default defineConfig({ migrations: { migrationsList: [Migration20240101000001] } });\n"
        "import { defineConfig } from '@mikro-orm/postgresql';\n"
    )
    old = {**BASE, "src/mikro-orm.config.ts": listed}
    new = {**_head(WITH_AGE, migration(2, ADD), said=snapshot(AGE)), "src/mikro-orm.config.ts": listed}

    assert told(judge(old, new), Question.CONFLICTS) == ["mikroorm-not-listed 1"]


def test_a_migration_that_sorts_before_a_merged_one_is_a_note() -> None:
    late = migration(0, ADD)
    [found] = judge(BASE, _head(WITH_AGE, late, said=snapshot(AGE))).findings[Question.CONFLICTS]

    assert (found.rule, found.certainty.value) == ("mikroorm-late", "note")


def test_steps_that_need_care_are_told_but_for_tables_that_the_change_makes() -> None:
    steps = migration(2, 'alter table "user" drop column "full_name";', 'create table "x" ("a" int);')
    steps = (steps[0], steps[1].replace('("a" int);', '("a" int); alter table "x" drop column "a";'))
    found = judge(BASE, _head(USER, steps)).findings[Question.RISKY]

    assert [one.rule for one in found] == ["mikroorm-drop-column"]


def test_a_type_of_its_own_gains_values_and_never_loses_them() -> None:
    entities = _with("@Enum({ items: () => ['a', 'b'], nativeEnumName: 'mood' })\n  mood!: string;")
    mood = column("mood", "mood", "enum", nativeEnumName="mood", enumItems=["a", "b"])
    said = snapshot(mood)
    said["nativeEnums"] = {"mood": {"name": "mood", "schema": "public", "items": ["a", "b"]}}
    old = _head(entities, said=said)

    assert told(judge(old, _head(entities.replace("'a', 'b'", "'b', 'a', 'c'"), said=said))) == [
        "mikroorm-missing-enum-value 12"
    ]
    assert told(judge(old, _head(entities.replace("'a', 'b'", "'b'"), said=said))) == []
    more = copy.deepcopy(said)
    more["nativeEnums"]["mood"]["items"].append("c")
    step = migration(2, "alter type \"mood\" add value if not exists 'c' after 'b';")
    assert told(judge(old, _head(entities.replace("'b']", "'b', 'c']"), step, said=more))) == []


def test_a_snapshot_that_was_read_from_the_database_names_a_type_of_its_own_with_its_schema() -> None:
    entities = _with("@Enum({ items: () => ['a'], nativeEnumName: 'mood' })\n  mood!: string;")
    named = {"nativeEnums": {"mood": {"name": "mood", "schema": "public", "items": ["a"]}}}
    made = {**snapshot(column("mood", "mood", "enum", nativeEnumName="mood", enumItems=["a"])), **named}
    found = {**snapshot(column("mood", "public.mood", "enum", enumItems=["a"])), **named}

    assert told(judge(_head(entities, said=made), _head(entities, said=found))) == []


def test_true_is_the_default_of_a_flag_that_is_to_have_none_and_false_is_not() -> None:
    entities = _with("@Property()\n  open: boolean = %s;")
    for value, rules in (("true", []), ("false", ["mikroorm-extra-default 12"])):
        said = snapshot(column("open", "boolean", "boolean", default=value))
        old, new = _head(entities % value, said=said), _head(entities.replace(" = %s", ""), said=said)
        assert told(judge(old, new)) == rules


def test_an_index_that_only_sql_makes_stands_beside() -> None:
    step = migration(2, ADD, 'create index "user_trgm" on "user" using gin ("full_name" gin_trgm_ops);')

    assert told(judge(BASE, _head(WITH_AGE, step, said=snapshot(AGE)))) == []


def test_an_index_of_an_expression_is_known_by_its_name() -> None:
    index = (
        "@Index({ name: 'user_low', expression: 'create index user_low on \"user\" (lower(full_name))' })\n@Entity()"
    )
    said = snapshot()
    said["tables"][0]["indexes"].append({"keyName": "user_low", "columnNames": ["full_name"], "unique": False})

    assert told(judge(BASE, _head(USER.replace("@Entity()", index)))) == ["mikroorm-missing-index 3"]
    step = migration(2, 'create index user_low on "user" (lower(full_name))')
    assert told(judge(BASE, _head(USER.replace("@Entity()", index), step, said=said))) == []


def test_what_a_property_says_is_not_to_be_compared_is_not() -> None:
    ignored = USER.replace("@Property()", "@Property({ length: 20, ignoreSchemaChanges: ['type'] })")

    assert told(judge(BASE, _head(ignored))) == []
    assert told(judge(BASE, _head(ignored.replace("length: 20", "nullable: true")))) == ["mikroorm-missing-nullable 9"]


def test_of_a_generated_column_its_expression_alone_counts() -> None:
    line = "@Property({ type: 'text', generated: \"(upper(full_name)) stored\" })\n  up?: string;"
    made = "(upper(full_name)) stored"
    said = snapshot(column("up", "text", "text", generated=made))
    up = f'alter table "user" add column "up" text generated always as {made} null;'

    assert told(judge(BASE, _head(_with(line), migration(2, up), said=said))) == []
    other = _head(_with(line.replace("upper", "lower")), migration(2, up), said=said)
    assert told(judge(_head(_with(line), migration(2, up), said=said), other)) == ["mikroorm-missing-default 12"]


def test_entities_of_a_package_beside_several_with_migrations_are_no_pass() -> None:
    def project(entities: str) -> dict[str, str]:
        found = {f"{name}/{path}": text for name in ("a", "b") for path, text in BASE.items()}
        shared = {"c/package.json": '{"dependencies": {"@mikro-orm/core": "6.0.0"}}', "c/user.entity.ts": entities}
        return {**found, **shared}

    assert told(judge(project(USER), project(WITH_AGE))) == [
        "? which of several folders of migrations its entities belong to cannot be told"
    ]


def test_a_repository_without_mikroorm_is_not_asked() -> None:
    change = make_change({"package.json": "{}"}, {"package.json": json.dumps({"name": "x"})})

    assert ORM.is_present(change) is None
    assert ORM.is_present(make_change({}, BASE)) is not None


def test_hostile_snapshots_and_classes_end() -> None:
    deep = "[" * 100_000
    ring = USER.replace("class User", "class User extends User") + "\n@Entity()\nexport class A extends B {}\n"
    ring += "@Entity()\nexport class B extends A {\n  @ManyToOne(() => B, { primary: true })\n  b!: B;\n}\n"

    assert told(judge(BASE, {**_head(ring), SNAPSHOT: '{"tables": "columns" "namespaces" ' + deep}))


def test_keys_of_keys_and_objects_of_objects_that_double_end_in_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "_MAX_COLUMNS", 5_000)
    head = ["import { Embeddable, Embedded, Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';"]
    for number in range(40):
        keys = "".join(f"  @ManyToOne(() => K{number + 1}, {{ primary: true }})\n  {one}!: any;\n" for one in "abcd")
        parts = "".join(f"  @Embedded(() => P{number + 1})\n  {one}!: any;\n" for one in "abcdefgh")
        head.append(
            f"@Entity()\nexport class K{number} {{\n{keys}}}\n@Embeddable()\nexport class P{number} {{\n{parts}}}"
        )
    head.append("@Entity()\nexport class K40 {\n  @PrimaryKey()\n  id!: number;\n}")
    head.append("@Embeddable()\nexport class P40 {\n  @Property()\n  id!: number;\n}")
    head.append(
        "@Entity()\nexport class Holder {\n  @PrimaryKey()\n  id!: number;\n  @Embedded(() => P0)\n  p!: P0;\n}"
    )

    assert any(one.startswith("?") for one in told(judge(BASE, _head(USER + "\n".join(head)))))


def _told_of_sql(text: str, *, kept: bool) -> list[str]:
    """What is said of one more migration, where a snapshot is kept or none is."""
    said = snapshot() if kept else None
    step = migration(5, text.replace("%s", "user"))
    return told(
        judge(files("postgres", USER, FIRST, snapshot=said), files("postgres", USER, FIRST, step, snapshot=said))
    )


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("sql", TAKES_AWAY)
def test_sql_that_may_take_away_what_is_declared_is_no_pass(sql: str, *, kept: bool) -> None:
    [one] = _told_of_sql(sql, kept=kept)

    assert one.endswith("may change what the code declares, and is not understood")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("sql", TAKES_NOTHING)
def test_sql_that_is_not_understood_and_takes_nothing_away_is_quiet(sql: str, *, kept: bool) -> None:
    assert _told_of_sql(sql, kept=kept) == []


def test_a_column_that_is_added_under_a_condition_is_not_checked() -> None:
    step = ("src/migrations/Migration20240101000009.ts", body(f"    if (process.env.X) this.addSql('{ADD}');"))

    [one] = told(judge(BASE, _head(WITH_AGE, step, said=snapshot(AGE))))

    assert one.startswith("? `what is done under a condition`")


UNKEPT = files("postgres", USER, FIRST)


def test_a_first_snapshot_hides_nothing_that_the_sql_takes_away() -> None:
    step = migration(2, 'alter table "user" drop column "full_name";')

    assert told(judge(UNKEPT, _head(USER, step))) == ["mikroorm-missing-column 9"]


def test_a_first_snapshot_that_says_more_than_the_sql_does_is_found_once() -> None:
    assert told(judge(UNKEPT, _head(WITH_AGE, said=snapshot(AGE)))) == ["mikroorm-missing-column 12"]
    assert told(judge(UNKEPT, _head(WITH_AGE))) == ["mikroorm-missing-column 12"]


def test_a_first_snapshot_beside_sql_that_does_what_it_says_is_quiet() -> None:
    assert told(judge(UNKEPT, _head(WITH_AGE, migration(2, ADD), said=snapshot(AGE)))) == []
    assert told(judge(UNKEPT, _head(USER))) == []


def test_a_chain_that_is_longer_than_is_followed_is_no_pass() -> None:
    step = ("src/migrations/Migration20240101000009.ts", body(f"    this{'.a()' * 200}.addSql('drop table \"user\"');"))

    [one] = told(judge(BASE, _head(USER, step)))

    assert one.startswith("? `what is nested deeper than is followed`")


@pytest.mark.parametrize(
    ("query", "quiet"),
    [
        ('knex.raw(\'update "user" set "full_name" = 1\')', True),
        ("knex('user').update({ full_name: 1 })", True),
        ("knex.raw('call drop_it()')", False),
        ("knex.schema.dropTable('user')", False),
    ],
)
def test_sql_that_knex_writes_is_looked_at_where_it_may_take_away(query: str, *, quiet: bool) -> None:
    up = f"    const knex = this.getKnex();\n    this.addSql({query}.toQuery());"

    found = told(judge(BASE, _head(USER, ("src/migrations/Migration20240101000009.ts", body(up)))))

    assert (found == []) == quiet


def test_entities_whose_migrations_are_all_gone_are_not_checked() -> None:
    head = {path: text for path, text in BASE.items() if "migrations" not in path}

    assert told(judge(BASE, head)) == ["? all migrations are gone, and entities are left"]


_SCHEMA = "new EntitySchema({ name: 'Inner', properties: { id: { type: 'number', primary: true } } })"
_INNER = "@Entity() class Inner { @PrimaryKey() id!: number; }"


@pytest.mark.parametrize(
    "more",
    [
        f"\nexport function make() {{ {_INNER} return Inner; }}",
        "\nexport namespace N { @Entity() export class Inner { @PrimaryKey() id!: number; } }",
        "\nimport * as orm from '@mikro-orm/core';\nexport const f = () => { @orm.Entity() class Z {} return Z; };",
        "\nimport { Ent } from './orm';\nexport const f = () => { @Ent() class Z {} return Z; };",
        f"\nexport const all = [{_SCHEMA}];",
        f"\nexport const make = () => {_SCHEMA};",
        f"\nregister({_SCHEMA});",
        "\nexport const all = { a: defineEntity({ name: 'Inner', properties: {} }) };",
        "\nProperty({ nullable: true })(User.prototype, 'age');",
        "\n__decorate([Property({ nullable: true })], User.prototype, 'age', void 0);",
    ],
)
def test_an_entity_that_is_declared_out_of_sight_is_not_checked(more: str) -> None:
    user = USER.replace("Entity,", "Entity, EntitySchema, defineEntity,")
    passed_on = {"src/orm.ts": "export { Entity as Ent } from '@mikro-orm/core';\n"}

    [said] = told(judge(BASE, _head(user + more, more=passed_on)))

    assert said.startswith("? ")
    assert "is not followed" in said
    assert told(judge(_head(user + more, more=passed_on), _head(user + more + "\n// a comment", more=passed_on))) == []
    assert "gone" in told(judge(_head(user + more, more=passed_on), _head(user, more=passed_on)))[0]


@pytest.mark.parametrize("made", [f"export const Inner = {_SCHEMA};", f"export default {_SCHEMA} as any;"])
def test_a_schema_that_is_a_constant_of_its_module_is_followed(made: str) -> None:
    user = USER.replace("Entity,", "Entity, EntitySchema,")

    assert told(judge(BASE, _head(f"{user}\n{made}\n"))) == ["mikroorm-missing-table 12"]


def test_what_a_compiler_makes_of_decorators_is_not_checked() -> None:
    text = (
        "const core_1 = require('@mikro-orm/core');\nlet Inner = class Inner {};\n"
        "Inner = __decorate([(0, core_1.Entity)()], Inner);\nexports.Inner = Inner;\n"
    )

    assert told(judge(BASE, _head(USER, more={"src/inner.js": text}))) == [
        "? decorators that were compiled, which is not followed"
    ]


def test_decorators_that_a_module_passes_on_make_entities_too() -> None:
    more = {"src/orm.ts": "export * from '@mikro-orm/core';\n"}
    base = files("postgres", USER.replace("@mikro-orm/core", "./orm"), FIRST, snapshot=snapshot(), more=more)

    assert told(judge(base, _head(WITH_AGE.replace("@mikro-orm/core", "./orm"), more=more))) == [
        "mikroorm-missing-column 12"
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps(snapshot())[:60], json.dumps(snapshot())[:-9]])
@pytest.mark.parametrize("base", [BASE, files("postgres", USER, FIRST)])
def test_a_snapshot_that_is_emptied_or_cut_is_not_checked(base: dict[str, str], text: str) -> None:
    assert told(judge(base, {**BASE, SNAPSHOT: text})) == ["? it is no snapshot of MikroORM that is known"]


@pytest.mark.parametrize("more", [{}, {"src/migrations/old.txt": BASE[SNAPSHOT]}])
def test_a_snapshot_that_is_gone_is_not_checked(more: dict[str, str]) -> None:
    left = {path: text for path, text in BASE.items() if path != SNAPSHOT}
    other = SNAPSHOT.replace("app", "shop")

    [said] = told(judge(BASE, {**left, **more}))

    assert said == f"? the snapshot {SNAPSHOT} is gone: what the next migration is compared with cannot be told"
    assert told(judge(left, {**left, **more})) == []
    assert told(judge(BASE, {**left, other: BASE[SNAPSHOT]})) == []


def test_a_snapshot_without_a_table_lacks_those_of_the_entities() -> None:
    said = {"namespaces": ["public"], "name": "public", "tables": [], "nativeEnums": {}}

    assert told(judge(BASE, _head(USER, said=said))) == ["mikroorm-missing-table 4"]


@pytest.mark.parametrize("package", ["./foo", "@app/foo", "class-validator", "their-mikro-orm", ""])
def test_a_member_whose_decorator_is_not_in_the_repository_may_be_a_column(package: str) -> None:
    by_foo = _with("@Foo()\n  age?: number;") + (f"\nimport {{ Foo }} from '{package}';\n" if package else "")
    add = migration(2, ADD)
    was = _head(WITH_AGE, add, said=snapshot(AGE))

    for base in (was, BASE):
        said = told(judge(base, _head(by_foo, add, said=snapshot(AGE))))
        assert said[0].startswith(
            "? column user.age is gone from the schema; a decorator that is not in the repository"
        )
    assert bool(told(judge(BASE, _head(by_foo)))) is ("." in package or "mikro" in package)
    assert told(judge(_head(by_foo, add, said=snapshot(AGE)), _head(by_foo + "\n", add, said=snapshot(AGE)))) == []


ODD = USER.replace("class User {", "class User extends Base {") + "\nimport { Base } from 'elsewhere';\n"


@pytest.mark.parametrize(
    ("old", "new"), [("@Property()", "@Property({ nullable: true })"), ("  @Property()\n  fullName!: string;\n", "")]
)
def test_a_change_of_what_rests_on_something_that_cannot_be_told_is_not_checked(old: str, new: str) -> None:
    base = files("postgres", ODD, FIRST, snapshot=snapshot())

    [said] = told(judge(base, _head(ODD.replace(old, new))))

    assert said.startswith("? ")
    assert said.endswith("it extends what is not in the repository")
    assert told(judge(base, _head(ODD + "\n"))) == []


@pytest.mark.parametrize("up", REACHES_A_STEP)
def test_what_goes_round_more_often_than_is_followed_is_no_pass(up: str) -> None:
    step = ("src/migrations/Migration20240101000009.ts", body(up % "this.addSql('drop table \"user\"')"))

    [said] = told(judge(BASE, _head(USER, step)))

    assert said.startswith("? `what is nested deeper than is followed`")


@pytest.mark.parametrize("up", DOES_NOTHING_MORE)
def test_what_goes_round_and_does_nothing_else_each_time_is_quiet(up: str) -> None:
    step = ("src/migrations/Migration20240101000009.ts", body(up))

    assert told(judge(BASE, _head(USER, step)), Question.MISSING, Question.RISKY) == []


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(("made", "passes"), [(TAKES_LATER, False), (KEEPS_LATER, True)])
def test_a_function_that_a_merged_migration_made_may_take_away_what_is_declared(
    made: str, *, passes: bool, kept: bool
) -> None:
    said = snapshot() if kept else None
    merged = (FIRST, migration(4, made % "user"))
    base = files("postgres", USER, *merged, snapshot=said)

    answer = told(judge(base, files("postgres", USER, *merged, migration(5, "select take()"), snapshot=said)))

    assert answer == (
        [] if passes else ["? `select take ( )` may change what the code declares, and is not understood"]
    )
