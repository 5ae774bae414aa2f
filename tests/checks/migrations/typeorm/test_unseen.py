"""What cannot be told of an entity, and where it may hide: a change of it is never a pass."""

from __future__ import annotations

import time

import pytest

from tests.checks.migrations.hidden_sql import KEEPS_LATER, TAKES_AWAY, TAKES_LATER, TAKES_NOTHING
from tests.checks.migrations.typeorm.project import body, files, judge, migration, told

NAMES = "Column, Entity, JoinColumn, JoinTable, ManyToMany, ManyToOne, PrimaryGeneratedColumn, ViewEntity"
USER = f"""import {{ {NAMES} }} from "typeorm";
@Entity()
export class User {{
  @PrimaryGeneratedColumn()
  id: number;

  @Column()
  name: string;
}}
"""
FIRST = migration(1, 'CREATE TABLE "user" ("id" SERIAL PRIMARY KEY, "name" character varying NOT NULL)', name="Init")
BOSS = migration(
    2,
    'ALTER TABLE "user" ADD "bossId" integer',
    'ALTER TABLE "user" ADD CONSTRAINT "FK_1" FOREIGN KEY ("bossId") REFERENCES "user" ("id") ON DELETE CASCADE',
    name="Boss",
)


def _with(line: str) -> str:
    return USER.replace("  name: string;\n", f"  name: string;\n\n  {line}\n")


def _told(old: str, new: str, **more: str) -> list[str]:
    return told(judge(files("postgres", old, FIRST, BOSS), files("postgres", new, FIRST, BOSS, **more)))


@pytest.mark.parametrize(
    "option",
    ["unique: f()", "array: f()", "primary: f()", "comment: f()", "nullable: f()", "['nullable']: f()", "[KEY]: 1"],
)
def test_an_option_that_bears_on_the_schema_and_cannot_be_told_is_not_checked(option: str) -> None:
    [said] = _told(USER, USER.replace("@Column()", f"@Column({{ {option} }})"))

    assert said == "? user.name: an option of it cannot be told, and the change touches it"


@pytest.mark.parametrize("option", ["select: f()", "transformer: new T()", "update: X.y"])
def test_an_option_that_does_not_bear_on_it_is_quiet(option: str) -> None:
    assert _told(USER, USER.replace("@Column()", f"@Column({{ {option} }})")) == []


RELATION = _with("@ManyToOne(() => User, { onDelete: 'CASCADE' })\n  boss: User;")


@pytest.mark.parametrize(
    "written",
    [
        "@ManyToOne(() => User, options())",
        "@ManyToOne(() => User, { onDelete: process.env.X })",
        "@ManyToOne(() => User, { ...more, onDelete: 'CASCADE' })",
        "@ManyToOne(() => User, { onDelete: 'CASCADE', nullable: X.y })",
        "@ManyToOne(() => User, { onDelete: 'CASCADE', createForeignKeyConstraints: f() })",
        "@ManyToOne(() => User, { onDelete: 'CASCADE' })\n  @JoinColumn(f())",
        "@ManyToOne(() => User, { onDelete: 'CASCADE' })\n  @JoinColumn({ name: f() })",
    ],
)
def test_a_relation_whose_options_cannot_be_told_is_not_checked(written: str) -> None:
    said = _told(RELATION, RELATION.replace("@ManyToOne(() => User, { onDelete: 'CASCADE' })", written))

    assert said
    assert all(one.startswith("? user") for one in said)


@pytest.mark.parametrize(
    "more",
    [
        "\n@Entity({ synchronize: f() })\nexport class Z { @PrimaryGeneratedColumn() id: number; }",
        "\nexport namespace N { @Entity() export class Z { @PrimaryGeneratedColumn() id: number; } }",
        "\nexport const make = () => { @Entity() class Z { @PrimaryGeneratedColumn() id: number; } return Z; };",
        "\nColumn({ type: 'int' })(User.prototype, 'age');",
        "\nclass Z {}\nEntity('z')(Z);",
        "\n__decorate([Column({ type: 'int' })], User.prototype, 'age', void 0);",
        '\n@ViewEntity({ expression: "SELECT 1" })\nexport class V {}',
        "\nimport * as orm from 'typeorm';\nexport const f = () => { @orm.Entity() class Z {} return Z; };",
        "\nimport { EntitySchema } from 'typeorm';\nexport const all = [new EntitySchema({ name: 'z', columns: {} })];",
        "\nimport { EntitySchema as E } from 'typeorm';\nexport const f = () => new E({ name: 'z', columns: {} });",
    ],
)
def test_an_entity_that_is_declared_out_of_sight_is_not_checked(more: str) -> None:
    [said] = _told(USER, USER + more)

    assert said.startswith("? ")
    assert _told(USER + more, USER + more + "\n// a comment") == []


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("@Col()\n  age: number;", "\nconst Col = Column;\n"),
        ("@Col()\n  age: number;", "\nimport { Column as Col } from './orm';\n"),
        ("@Column(options)\n  age: number;", "\nconst options = Object.freeze({});\noptions.nullable = true;\n"),
        ("@Custom()\n  age: number;", "\nimport { Custom } from 'typeorm-custom';\n"),
    ],
)
def test_a_column_by_another_name_or_of_a_package_does_not_pass(line: str, more: str) -> None:
    assert _told(USER, _with(line) + more, **{"src__orm.ts": "export * from 'typeorm';\n"})


def test_options_that_are_changed_after_they_were_made_are_no_constants() -> None:
    text = USER.replace("@Column()", "@Column(options)") + "\nconst options = {};\n"

    assert _told(text, text + "options.nullable = true;\n") == [
        "? user.name: what its decorator is given cannot be told, and the change touches it"
    ]


def test_a_name_of_a_type_is_looked_up() -> None:
    text = USER.replace("name: string", "name: Label") + "\nimport { Label } from './types';\n"
    more = {"src__types.ts": "export type Label = 'a' | 'b' | Other;\ntype Other = string;\n"}

    assert _told(USER, text, **more) == []
    assert _told(USER, text, **{"src__types.ts": "export type Label = number;\n"}) == ["typeorm-missing-type 8"]


def test_an_application_about_tests_has_its_entities_in_a_folder_of_that_name() -> None:
    quiz = USER.replace("User", "Quiz")
    more = {"src__tests__quiz.entity.ts": quiz, "src__tests__tests.module.ts": "import { Quiz } from './quiz.entity';"}

    assert _told(USER, USER, **more) == []
    assert _told(USER, USER, **more, **{"src__app.ts": "import { Tests } from './tests/tests.module';"}) == [
        "typeorm-missing-table 3"
    ]


def test_a_prefix_of_all_tables_counts() -> None:
    source = "import { DataSource } from 'typeorm';\nnew DataSource({ entityPrefix: 'app_' });\n"

    assert _told(USER, USER, **{"src__source.ts": source})[0] == "typeorm-missing-table 3"


def _sql(text: str) -> tuple[str, str]:
    return migration(5, text.replace("%s", "user"))


@pytest.mark.parametrize("sql", TAKES_AWAY)
def test_sql_that_may_take_away_what_is_declared_is_no_pass(sql: str) -> None:
    [one] = told(judge(files("postgres", USER, FIRST), files("postgres", USER, FIRST, _sql(sql))))

    assert one.endswith("may change what the code declares, and is not understood")


@pytest.mark.parametrize("sql", TAKES_NOTHING)
def test_sql_that_is_not_understood_and_takes_nothing_away_is_quiet(sql: str) -> None:
    assert told(judge(files("postgres", USER, FIRST), files("postgres", USER, FIRST, _sql(sql)))) == []


def test_sql_of_a_way_that_may_not_be_taken_is_no_pass() -> None:
    up = 'if (process.env.X) { f(); } else { await queryRunner.query("CALL drop_it()"); }'
    step = {FIRST[0].replace("1700000000001-Init", "1700000000005-Step"): body(up, 1700000000005)}

    [one] = told(judge(files("postgres", USER, FIRST), files("postgres", USER, FIRST, *step.items())))

    assert one.startswith("? `CALL drop_it()`")


@pytest.mark.parametrize(
    "text",
    [
        "const Col = x ? Col : Col;\n",
        "".join(f"const C{at} = x ? C{at + 1} : C{at + 1};\n" for at in range(40)) + "const C40 = Col, Col = C0;\n",
    ],
)
def test_a_decorator_that_goes_round_in_a_circle_of_conditions_is_followed_to_an_end(text: str) -> None:
    odd = USER.replace("@Entity()", f"{text}@Entity()").replace("@Column()", "@Col()")

    assert any(one.startswith("? user") for one in _told(USER, odd))


def test_a_decorator_that_all_ways_of_conditions_lead_to_is_that_one() -> None:
    text = "".join(f"const C{at} = x ? C{at + 1} : C{at + 1};\n" for at in range(40)) + "const C40 = Column;\n"

    assert _told(USER, USER.replace("@Entity()", f"{text}@Entity()").replace("@Column()", "@C0()")) == []


@pytest.mark.parametrize("links", [40, 400])
def test_a_chain_that_is_longer_than_is_followed_is_no_pass(links: int) -> None:
    up = f"await queryRunner{'.a()' * links}.query('DROP TABLE \"user\"');"
    step = (FIRST[0].replace("1700000000001-Init", "1700000000005-Step"), body(up, 1700000000005))

    [one] = told(judge(files("postgres", USER, FIRST), files("postgres", USER, FIRST, step)))

    assert one.startswith("? `a statement that cannot be followed`")


ODD = USER.replace("class User {", "class User extends Base {") + "\nimport { Base } from 'elsewhere';\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@Column()", "@Column({ nullable: true })"),
        ("name: string", "name: number"),
        ("  @Column()\n  name: string;\n", ""),
    ],
)
def test_a_change_of_what_rests_on_something_that_cannot_be_told_is_not_checked(old: str, new: str) -> None:
    [said] = _told(ODD, ODD.replace(old, new))

    assert said.startswith("? ")
    assert said.endswith("it extends what is not in the repository")
    assert _told(ODD, ODD + "\n") == []


_DROP = 'await queryRunner.query(`DROP TABLE "user"`)'
_GIVES = 'queryRunner.query(`DROP TABLE "user"`)'


def _step(up: str) -> list[str]:
    path, text = migration(3, "SELECT 1", name="Step")
    step = (path, text.replace("await queryRunner.query(`SELECT 1`);", up))
    return told(judge(files("postgres", USER, FIRST, BOSS), files("postgres", USER, FIRST, BOSS, step)))


@pytest.mark.parametrize(
    "up",
    [
        _DROP,
        f"const drop = () => {_GIVES}; await drop()",
        f"const drop = async () => {{ return {_GIVES} }}; await drop()",
        f"const first = async () => {{ await drop() }}; const drop = async () => {{ {_DROP} }}; await first()",
        f"const drop = async () => {{ {_DROP} }}; const first = async (x) => drop(); await first(1)",
        f"const drop = async (i) => {{ if (i.next) await drop(i.next); else {_DROP} }}; await drop({{ next: {{}} }})",
        f"await drop();\n    async function drop() {{ {_DROP} }}",
        f"await (async () => {{ {_DROP} }})()",
        "const { query } = queryRunner; await query('DROP TABLE \"user\"')",
    ],
)
def test_a_function_beside_the_way_up_is_followed_however_it_gets_at_the_runner(up: str) -> None:
    assert _step(up) == ["typeorm-missing-table 3"]


@pytest.mark.parametrize(
    "up",
    [
        f"const o = {{ async drop() {{ {_DROP} }} }}; await o.drop()",
        f"const o = {{ drop: async () => {{ {_DROP} }} }}; await o.drop()",
        f"const drop = async () => {{ {_DROP} }}; await drop.call(this)",
        f"const all = [() => {_GIVES}]; await all[0]()",
        "new Tool(queryRunner).drop()",
        "this.runner = queryRunner; await this.drop()",
        "const query = queryRunner.query.bind(queryRunner); await query('DROP TABLE \"user\"')",
        f"const drop = async (i) => {{ if (i === 5) {_DROP}; else await drop(i + 1) }}; await drop(0)",
        f"const a = (i) => {{ if (i === 99) {_GIVES}; else b(i + 1) }}; const b = (i) => a(i); await a(0)",
    ],
)
def test_what_gets_at_the_runner_and_is_not_followed_is_no_pass(up: str) -> None:
    [said] = _step(up)

    assert said.startswith("? ")


@pytest.mark.parametrize(
    "up",
    [
        "const o = { a: 1, name: (x) => `idx_${x}` }; o.name('a')",
        "const log = (x) => console.log(x); log('a')",
        "const wait = async (n) => { if (await ready()) return; await wait(n - 1) }; await wait(3)",
        "const rows = await queryRunner.query('SELECT 1'); rows.map((one) => one.id)",
        "const all = ['a', 'b']; all[0].trim()",
    ],
)
def test_what_does_not_get_at_the_runner_is_quiet(up: str) -> None:
    assert _step(up) == []


@pytest.mark.parametrize(("made", "passes"), [(TAKES_LATER, False), (KEEPS_LATER, True)])
def test_a_function_that_a_merged_migration_made_may_take_away_what_is_declared(made: str, *, passes: bool) -> None:
    merged = (FIRST, migration(4, made % "user", name="Made"))
    call = migration(5, "SELECT take()")

    said = told(judge(files("postgres", USER, *merged), files("postgres", USER, *merged, call)))

    assert said == ([] if passes else ["? `SELECT take ( )` may change what the code declares, and is not understood"])


def test_long_lists_and_values_that_share_their_parts_are_told_soon() -> None:
    rows = ", ".join(f"{{ a: {at} }}" for at in range(1_000))
    calls = "rows.slice(1); other.put(rows); rows.filter(x).map(y).find(z); " * 100
    begin = time.monotonic()

    assert _step(f"const rows = [{rows}]; {calls}") == []
    assert _step("let b = [q]; " + "b = [b, b]; " * 40 + "b[0](); other.put(b); with (b) { run(b) }") == []
    assert time.monotonic() - begin < 15
