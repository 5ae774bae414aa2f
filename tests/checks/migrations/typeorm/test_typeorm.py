from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.typeorm.project import body, files, judge, migration, told

USER = """import { Column, Entity, Index, ManyToOne, PrimaryGeneratedColumn } from "typeorm";

@Entity()
export class User {
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  name: string;
}
"""
CREATE = (
    'CREATE TABLE "user" ("id" SERIAL NOT NULL, "name" character varying NOT NULL, '
    'CONSTRAINT "PK_cace4a159ff9f2512dd42373760" PRIMARY KEY ("id"))'
)
FIRST = migration(1, CREATE, name="Init")
BASE = files("postgres", USER, FIRST)


def _with(line: str, text: str = USER) -> str:
    return text.replace("  name: string;\n", f"  name: string;\n\n  {line}\n")


def _head(entities: str, *migrations: tuple[str, str], **more: str) -> dict[str, str]:
    return files("postgres", entities, FIRST, *migrations, **more)


AGE = _with("@Column({ nullable: true })\n  age: number;")


def test_a_new_column_without_a_migration_is_reported_with_its_line_and_the_command() -> None:
    answer = judge(BASE, _head(AGE))
    [found] = answer.findings[Question.MISSING]

    assert (found.rule, found.path, found.line) == ("typeorm-missing-column", "src/entities.ts", 12)
    assert found.message == "column user.age is new (INT), and no migration of the change does that"
    assert "typeorm migration:generate" in (found.fix or "")


@pytest.mark.parametrize(
    "up",
    [
        'await queryRunner.query(`ALTER TABLE "user" ADD "age" integer`);',
        'await queryRunner.query(\'ALTER TABLE "user" ADD COLUMN IF NOT EXISTS "age" integer\');',
        'await queryRunner.addColumn("user", new TableColumn({ name: "age", type: "int", isNullable: true }));',
        'await queryRunner.addColumns("user", [new TableColumn({ name: "age", type: "int", isNullable: true })]);',
        'const table = "user"; await queryRunner.query(`ALTER TABLE "${table}" ADD "age" integer`);',
        'for (const name of ["age"]) { await queryRunner.query(`ALTER TABLE "user" ADD "${name}" integer`); }',
        'if (!(await queryRunner.hasColumn("user", "age"))) await queryRunner.query(`ALTER TABLE "user" ADD age int`);',
        "await this.add(queryRunner); }" + 'async add(q) { await q.query(`ALTER TABLE "user" ADD "age" integer`);',
        'try { await queryRunner.query(`ALTER TABLE "user" ADD "age" integer`); } catch (e) { console.log(e); }',
        'await Promise.all([queryRunner.query(`ALTER TABLE "user" ADD "age" integer`)]);',
        'await Promise.all(["age"].map((name) => queryRunner.query(`ALTER TABLE "user" ADD "${name}" integer`)));',
        'await queryRunner.manager.query(`ALTER TABLE "user" ADD "age" integer`);',
    ],
)
def test_a_migration_that_adds_the_column_is_enough_however_it_is_written(up: str) -> None:
    path = "src/migrations/1700000000002-Age.ts"

    assert told(judge(BASE, _head(AGE, (path, body(up, 1700000000002, "Age"))))) == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("SELECT 1", "typeorm-missing-column 12"),
        ('ALTER TABLE "user" ADD "years" integer', "typeorm-missing-column 12"),
        ('ALTER TABLE "other" ADD "age" integer', "typeorm-missing-column 12"),
        ('ALTER TABLE "user" ADD "age" integer NOT NULL DEFAULT 0', "typeorm-missing-nullable 12"),
        ('ALTER TABLE "user" ADD "age" text', "typeorm-missing-type 12"),
    ],
)
def test_a_migration_that_does_something_else_is_reported(statement: str, rule: str) -> None:
    assert rule in told(judge(BASE, _head(AGE, migration(2, statement))))


@pytest.mark.parametrize(
    "entities",
    [
        USER.replace("@Entity()", "// a comment\n@Entity()"),
        USER.replace("@Column()", "@Column({ nullable: false })"),
        USER.replace("@Column()", '@Column("varchar")'),
        USER.replace("@Column()", '@Column({ name: "name", select: false })'),
        USER.replace("@Entity()", '@Entity("user")'),
        USER.replace("@Entity()", '@Entity({ name: "user", orderBy: { id: "ASC" } })'),
        _with("get label(): string { return this.name; }"),
        _with("cached?: string;"),
        _with("@IsString()\n  label: string;"),
        _with("@VirtualColumn({ query: (alias) => `SELECT 1` })\n  count: number;"),
        _with("@OneToMany(() => Post, (post) => post.author)\n  posts: Post[];"),
        USER.replace("name: string", "readonly name!: string"),
    ],
)
def test_what_makes_no_column_is_quiet(entities: str) -> None:
    assert told(judge(BASE, _head(entities))) == []


@pytest.mark.parametrize(
    ("entities", "rules"),
    [
        (USER.replace("@Column()", "@Column({ nullable: true })"), ["typeorm-missing-nullable 9"]),
        (USER.replace("@Column()", "@Column({ length: 20 })"), ["typeorm-missing-type 9"]),
        (USER.replace("@Column()", "@Column({ default: 'x' })"), ["typeorm-missing-default 9"]),
        (USER.replace("@Column()", "@Column({ unique: true })"), ["typeorm-missing-index 9"]),
        (USER.replace("@Column()", "@Index()\n  @Column()"), ["typeorm-missing-index 8"]),
        (USER.replace("@Column()", '@Column({ name: "full_name" })'),
         ["typeorm-extra-column 9", "typeorm-missing-column 9"]),
        (USER.replace("name: string", "name: number"), ["typeorm-missing-type 9"]),
        (USER.replace("@Entity()", '@Entity("people")'), ["typeorm-missing-table 4"]),
        (_with("@ManyToOne(() => User)\n  boss: User;"),
         ["typeorm-missing-column 12", "typeorm-missing-foreign-key 12"]),
        (_with('@ManyToOne(() => require("./entities").User)\n  boss: User;'),
         ["typeorm-missing-column 12", "typeorm-missing-foreign-key 12"]),
        (_with("@CreateDateColumn()\n  createdAt: Date;", USER.replace("Column,", "Column, CreateDateColumn,")),
         ["typeorm-missing-column 12"]),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_reported(entities: str, rules: list[str]) -> None:
    assert told(judge(BASE, _head(entities))) == rules


def test_a_column_of_a_base_class_in_another_file_counts_for_every_entity() -> None:
    base_class = 'import { Column } from "typeorm";\nexport abstract class Base {\n  @Column()\n  note: string;\n}\n'
    entities = USER.replace("class User", "class User extends Base") + '\nimport { Base } from "./base";\n'
    before = base_class.replace("  @Column()\n  note: string;\n", "")

    old = _head(entities, **{"src__base.ts": before})
    new = _head(entities, **{"src__base.ts": base_class})

    assert [(one.rule, one.path) for one in judge(old, new).findings[Question.MISSING]] == [
        ("typeorm-missing-column", "src/base.ts")
    ]


def test_a_member_of_an_enumeration_in_another_file_is_a_change_of_the_schema() -> None:
    roles = 'export enum Role { A = "a" }\n'
    entities = _with("@Column({ type: 'enum', enum: Role })\n  role: Role;") + '\nimport { Role } from "./roles";\n'
    statements = ['CREATE TYPE "public"."user_role_enum" AS ENUM(\'a\')']
    statements.append('ALTER TABLE "user" ADD "role" "public"."user_role_enum" NOT NULL')
    old = _head(entities, migration(2, *statements), **{"src__roles.ts": roles})
    more = {"src__roles.ts": 'export enum Role { A = "a", B = "b" }\n'}
    added = migration(3, 'ALTER TYPE "public"."user_role_enum" ADD VALUE \'b\'')

    assert told(judge(old, _head(entities, migration(2, *statements), **more))) == ["typeorm-missing-enum-value 12"]
    assert told(judge(old, _head(entities, migration(2, *statements), added, **more))) == []


def test_an_entity_schema_is_read_like_a_class() -> None:
    text = """import { EntitySchema } from "typeorm";
const shared = { id: { type: Number, primary: true, generated: true } } as const;
export const UserEntity = new EntitySchema<User>({
  name: "user",
  columns: { ...shared, name: { type: String }, %s },
});
"""
    old = files("postgres", text % "", FIRST)

    assert told(judge(old, files("postgres", text % "age: { type: Number, nullable: true }", FIRST))) == [
        "typeorm-missing-column 5"
    ]
    assert told(judge({}, old)) == []


def test_snake_case_names_are_those_of_the_usual_package() -> None:
    source = "import { SnakeNamingStrategy } from 'typeorm-naming-strategies';\n"
    source += "import { DataSource } from 'typeorm';\n"
    source += "export const db = new DataSource({ namingStrategy: new SnakeNamingStrategy() });\n"
    more = {"src__data-source.ts": source}
    entities = _with("@Column()\n  firstName: string;")
    wrong = migration(2, 'ALTER TABLE "user" ADD "firstName" character varying NOT NULL')
    right = migration(2, 'ALTER TABLE "user" ADD "first_name" character varying NOT NULL')

    assert told(judge(_head(USER, **more), _head(entities, wrong, **more))) == ["typeorm-missing-column 12"]
    assert told(judge(_head(USER, **more), _head(entities, right, **more))) == []


def test_a_strategy_of_the_projects_own_leaves_it_open() -> None:
    source = "import { DefaultNamingStrategy } from 'typeorm';\n"
    source += "export class Own extends DefaultNamingStrategy { columnName(a: string) { return a.slice(1); } }\n"
    source += "export const namingStrategy = new Own();\n"
    more = {"src__naming.ts": source}

    [said] = told(judge(_head(USER, **more), _head(AGE, **more)))
    assert said.startswith("? column user.age is new")


DIALECTS = {
    "postgres": 'ALTER TABLE "user" ADD "age" integer',
    "mysql": "ALTER TABLE `user` ADD `age` int NULL",
}


def _two(entities: str, *folders: str) -> dict[str, str]:
    created = {
        "postgres": CREATE,
        "mysql": "CREATE TABLE `user` (`id` int NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(255) NOT NULL)",
    }
    found = files("postgres", entities)
    for folder, statement in created.items():
        found[f"src/migrations/{folder}/1700000000001-Init.ts"] = migration(1, statement, name="Init")[1]
    for folder in folders:
        found[f"src/migrations/{folder}/1700000000002-Age.ts"] = migration(2, DIALECTS[folder], name="Age")[1]
    return found


def test_a_migration_that_one_dialect_lacks_is_missing_there() -> None:
    [found] = judge(_two(USER), _two(AGE, "postgres")).findings[Question.MISSING]

    assert found.rule == "typeorm-missing-column"
    assert found.message.endswith("(src/migrations/mysql)")
    assert told(judge(_two(USER), _two(AGE, "postgres", "mysql"))) == []


def test_a_migration_that_the_list_does_not_name_is_not_run() -> None:
    listed = 'import { Init1700000000001 } from "./1700000000001-Init";\nimport { Two1700000000002 } from '
    listed += '"./1700000000002-Two";\nexport const migrations = [Init1700000000001, Two1700000000002];\n'
    two = ("src/migrations/1700000000002-Two.ts", migration(2, "SELECT 1", name="Two")[1])
    three = ("src/migrations/1700000000003-Age.ts", migration(3, DIALECTS["postgres"], name="Age")[1])
    more = {"src__migrations__index.ts": listed}
    named = listed.replace("export const", 'import { Age1700000000003 } from "./1700000000003-Age";\nexport const')
    unused, named = named, named.replace("2];", "2, Age1700000000003];")
    base = _head(USER, two, **more)

    assert told(judge(base, _head(AGE, two, three, **more))) == ["typeorm-missing-column 12", "typeorm-not-listed 3"]
    assert told(judge(base, _head(AGE, two, three, **{"src__migrations__index.ts": unused})))
    whole = _head(AGE, two, three, **{"src__migrations__index.ts": named})
    assert told(judge(base, whole)) == []
    assert told(judge(whole, _head(AGE, two, three, **more))) == ["typeorm-taken-out 3"]


def test_a_list_of_one_and_a_barrel_count_too() -> None:
    age = migration(2, DIALECTS["postgres"], name="Age")
    barrel = {"src__migrations__index.ts": "export * from './1700000000001-Init';\n"}
    source = 'import { Init1700000000001 } from "./migrations/1700000000001-Init";\n'
    single = {"src__data-source.ts": source + "new DataSource({ migrations: [Init1700000000001] });\n"}

    for more in (barrel, single):
        assert told(judge(_head(USER, **more), _head(AGE, age, **more))) == [
            "typeorm-missing-column 12",
            "typeorm-not-listed 3",
        ]


def test_a_migration_is_known_by_what_it_implements_and_inherits_and_by_its_export() -> None:
    path, text = migration(2, DIALECTS["postgres"], name="Age")
    elsewhere = ("src/db/changes/1700000000002-Age.ts", text)
    base_class = "export abstract class Base {\n  async up(q) { await q.query(this.sql()); }\n}\n"
    inherited = "export class Age1700000000002 extends Base {\n"
    inherited += '  sql() { return `ALTER TABLE "user" ADD "age" integer`; }\n}\n'

    assert told(judge(BASE, _head(AGE, elsewhere))) == []
    assert told(judge(BASE, _head(AGE, (path, base_class + inherited)))) == []
    assert told(judge(BASE, _head(AGE, (path, text.replace("export class", "class"))))) == ["typeorm-missing-column 12"]


def test_entities_of_a_shared_package_count_for_the_projects_that_import_it() -> None:
    def project(entities: str, *migrations: tuple[str, str]) -> dict[str, str]:
        other_entity = USER.replace("User", "Other")
        own = {f"apps/a/{path}": text for path, text in files("postgres", "import { User } from '@x/shared';").items()}
        other = {f"apps/b/{path}": text for path, text in files("postgres", other_entity, FIRST).items()}
        more = {f"apps/a/{path}": text for path, text in (FIRST, *migrations)}
        shared = {"libs/shared/package.json": '{"name": "@x/shared", "main": "src/index.ts"}'}
        shared |= {"libs/shared/src/index.ts": "export * from './user';\n", "libs/shared/src/user.ts": entities}
        own["apps/a/src/entities.ts"] += "\nimport 'typeorm';\n@Entity()\nexport class Own {}\n"
        return {**own, **other, **more, **shared}

    age = migration(2, DIALECTS["postgres"], name="Age")
    assert "typeorm-missing-column 12" in told(judge(project(USER), project(AGE)))
    assert told(judge(project(USER), project(AGE, age))) == []


def test_two_migrations_of_one_time_and_one_without_a_time_are_conflicts() -> None:
    twice = ("src/migrations/1700000000001-Other.ts", migration(1, "SELECT 1", name="Other")[1])
    bare = ("src/migrations/1700000000009-Bare.ts", body("", name="Bare").replace("Bare1700000000000", "Bare"))

    assert told(judge(BASE, _head(USER, twice)), Question.CONFLICTS) == ["typeorm-same-timestamp 3"]
    assert told(judge(BASE, _head(USER, bare)), Question.CONFLICTS) == ["typeorm-no-timestamp 3"]


def test_an_edited_merged_migration_is_found_and_its_comments_layout_and_way_back_are_free() -> None:
    path, text = FIRST
    edited = {**BASE, path: text.replace("character varying", "text")}
    free = text.replace("await", "// said\n        await").replace(
        "QueryRunner): Promise<void> {\n    }", "QueryRunner) {}"
    )

    assert told(judge(BASE, edited), Question.EDITED) == ["typeorm-merged-migration-edited None"]
    assert told(judge(BASE, {**BASE, path: free}), Question.EDITED) == []


def test_a_deleted_merged_migration_is_found() -> None:
    second = migration(2, "SELECT 1")

    assert told(judge(_head(USER, second), BASE), Question.EDITED) == ["typeorm-merged-migration-deleted None"]


def test_what_cannot_be_followed_leaves_the_question_open() -> None:
    up = "await helper(queryRunner, 'user');"
    lost = ("src/migrations/1700000000002-Age.ts", body(up, 1700000000002, "Age"))

    [said] = told(judge(BASE, _head(AGE, lost)))
    assert said.startswith("? column user.age is new (INT); `a call that cannot be followed`")


def test_options_that_cannot_be_told_are_not_checked_where_they_change_and_silent_where_they_do_not() -> None:
    odd = _with("@Column(money({ scale: 2 }))\n  price: number;") + '\nimport { money } from "columns";\n'
    added = migration(2, 'ALTER TABLE "user" ADD "price" numeric NOT NULL')
    base = _head(odd, added)

    assert told(judge(base, _head(odd.replace("@Entity", "// more\n@Entity"), added))) == []
    [said] = told(judge(base, _head(odd.replace("scale: 2", "scale: 4"), added)))
    assert said.startswith("? user.price: ")
    assert told(judge(_head(USER), base)) == []


def test_a_project_without_migrations_is_synchronised() -> None:
    answer = judge(files("postgres", USER), files("postgres", AGE))

    assert answer.absent_reason == "no migrations of TypeORM: its schema is synchronised, or made elsewhere"


def test_old_drift_is_not_the_changes() -> None:
    drifted = _with("@Column()\n  never: string;")

    assert told(judge(_head(drifted), _head(drifted.replace("@Entity", "// more\n@Entity")))) == []
    assert told(judge(_head(drifted), _head(USER))) == []


def test_steps_that_lose_data_are_advice() -> None:
    gone = USER.replace("  @Column()\n  name: string;\n", "")
    answer = judge(BASE, _head(gone, migration(2, 'ALTER TABLE "user" DROP COLUMN "name"')))

    assert told(answer) == []
    assert [one.rule for one in answer.findings[Question.RISKY]] == ["typeorm-drop-column"]


@pytest.mark.parametrize("text", ["@Entity(", "export class {", "\0", "@Entity() class A { @Column( }"])
def test_broken_files_leave_the_rest_its_answer(text: str) -> None:
    new = {**_head(AGE), "src/other.ts": 'import "typeorm";\n' + text}

    assert "typeorm-missing-column 12" in told(judge(BASE, new))


MIXED = """import { Column, CreateDateColumn, PrimaryColumn, Entity } from "@n8n/typeorm";
const { type: dbType } = Container.get(Config);
const now = { sqlite: "STRFTIME('NOW')", postgresdb: "CURRENT_TIMESTAMP(3)" }[dbType];
const times = { precision: 3, default: () => now, type: dbType === "sqlite" ? "datetime" : "timestamptz" };
const json = dbType === "sqlite" ? "simple-json" : "json";
export function JsonColumn(options) { return Column({ ...options, type: json }); }
function withTime(base) {
  class Derived extends base {
    @CreateDateColumn(times)
    createdAt: Date;
  }
  return Derived;
}
class Nothing {}
@Entity({ name: "thing" })
export class Thing extends withTime(Nothing) {
  @PrimaryColumn("varchar")
  id: string;

  @JsonColumn({ nullable: true })
  data: object;
}
"""


def _built(*lines: str, number: int = 2) -> str:
    context = "{ schemaBuilder: { createTable, addColumns, column }, tablePrefix, runQuery, escape }: MigrationContext"
    body_lines = "\n".join(f"    {one}" for one in lines)
    return f"export class Built170000000000{number} {{\n  async up({context}) {{\n{body_lines}\n  }}\n}}\n"


MADE = _built(
    'await createTable("thing").withColumns(column("id").varchar().primary,',
    '  column("data").json, column("createdAt").timestamp(3).notNull.default("NOW()"));',
    number=1,
)
ADDED = 'await addColumns("thing", [column("data").json]);'


@pytest.mark.parametrize("dialect", ["postgresdb", "sqlite"])
@pytest.mark.parametrize(
    ("line", "missing"),
    [
        (ADDED, ()),
        ('await runQuery(`ALTER TABLE ${escape.tableName("thing")} ADD COLUMN "data" text`);', ("postgresdb",)),
        ("const nothing = 1;", ("postgresdb", "sqlite")),
    ],
)
def test_a_schema_builder_decorators_of_the_projects_own_and_mixins_are_followed(
    dialect: str, line: str, missing: tuple[str, ...]
) -> None:
    before = MIXED.replace("  @JsonColumn({ nullable: true })\n  data: object;\n", "")
    folder = f"src/migrations/{dialect}"
    base = files("postgres", before) | {f"{folder}/1700000000001-Built.ts": MADE.replace('column("data").json, ', "")}
    head = {**base, "src/entities.ts": MIXED, f"{folder}/1700000000002-Built.ts": _built(line)}

    assert bool(told(judge(base, head))) is (dialect in missing)
    assert told(judge({}, {**base, "src/entities.ts": MIXED, f"{folder}/1700000000001-Built.ts": MADE})) == []


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ('@Index("a_idx")\n  @Column()', '@Index("b_idx")\n  @Column()', ["typeorm-missing-index-name 8"]),
        ("@Column()", '@Column({ collation: "C" })', ["typeorm-missing-collation 9"]),
        ('@Column({ collation: "C" })', "@Column()", ["typeorm-extra-collation 9"]),
    ],
)
def test_what_an_entity_itself_calls_otherwise_needs_a_migration(old: str, new: str, rules: list[str]) -> None:
    before = _head(USER.replace("@Column()", old), migration(2, 'CREATE INDEX "a_idx" ON "user" ("name")'))
    after = _head(USER.replace("@Column()", new), migration(2, 'CREATE INDEX "a_idx" ON "user" ("name")'))

    assert told(judge(before, after)) == rules


def test_a_check_that_is_called_otherwise_needs_a_migration_and_a_unique_constraint_does_not() -> None:
    checked = USER.replace("Column, Entity", "Check, Column, Entity, Unique").replace("@Entity()", "%s\n@Entity()")
    made = migration(2, 'ALTER TABLE "user" ADD CONSTRAINT "c1" CHECK ("id" > 0)')
    one = migration(2, 'ALTER TABLE "user" ADD CONSTRAINT "u1" UNIQUE ("name")')
    old, new = (checked % f"@Check('{name}', `\"id\" > 0`)" for name in ("c1", "c2"))

    assert told(judge(_head(old, made), _head(new, made))) == ["typeorm-missing-check 3"]
    assert (
        told(judge(_head(checked % "@Unique('u1', ['name'])", one), _head(checked % "@Unique('u2', ['name'])", one)))
        == []
    )


def test_a_migration_by_hand_may_call_an_index_otherwise() -> None:
    head = _head(
        USER.replace("@Column()", "@Index()\n  @Column()"), migration(2, 'CREATE INDEX "own" ON "user" ("name")')
    )

    assert told(judge(BASE, head)) == []


def test_a_collation_that_sql_gives_is_enough() -> None:
    step = migration(2, 'ALTER TABLE "user" ALTER COLUMN "name" TYPE character varying COLLATE "C"')

    assert told(judge(BASE, _head(USER.replace("@Column()", '@Column({ collation: "C" })'), step))) == []


def test_another_expression_of_a_generated_column_needs_a_migration() -> None:
    line = '@Column({ type: "varchar", generatedType: "STORED", asExpression: "%s" })\n  up: string;'
    made = 'ALTER TABLE "user" ADD "up" character varying GENERATED ALWAYS AS (upper(name)) STORED NOT NULL'
    old = _head(_with(line % "upper(name)"), migration(2, made))
    new = _with(line % "lower(name)")
    steps = ('ALTER TABLE "user" DROP COLUMN "up"', made.replace("upper", "lower"))

    assert told(judge(old, _head(new, migration(2, made)))) == ["typeorm-missing-default 12"]
    assert told(judge(old, _head(new, migration(2, made), migration(3, *steps)))) == []
