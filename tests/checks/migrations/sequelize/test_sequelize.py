from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from bot.checks.migrations.sequelize import ORM
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.sequelize.project import FILES, FIRST, POST, USER, judge, migration, told

ADD_AGE = "await queryInterface.addColumn('Users', 'age', { type: Sequelize.INTEGER })"


def _user(line: str, **more: str) -> dict[str, str]:
    text = USER.replace("    email: DataTypes.STRING,\n", f"    email: DataTypes.STRING,\n    {line}\n")
    assert text != USER
    return FILES | {"models/user.js": text} | more


AGE = _user("age: DataTypes.INTEGER,")


@pytest.mark.parametrize(
    "line",
    [
        "age: DataTypes.INTEGER,",
        "age: { type: DataTypes.INTEGER },",
        "years: { type: DataTypes.INTEGER, field: 'age' },",
        "'age': { type: require('sequelize').INTEGER, validate: { min: 0 } },",
        "...{ age: DataTypes.INTEGER },",
    ],
)
def test_a_new_attribute_needs_its_migration_however_it_is_written(line: str) -> None:
    head = _user(line)

    assert told(judge(FILES, head)) == ["sequelize-missing-column 12"]
    assert told(judge(FILES, head | migration(ADD_AGE))) == []


@pytest.mark.parametrize(
    "up",
    [
        "return queryInterface.addColumn('Users', 'age', Sequelize.INTEGER).then(() => console.log('done'))",
        """await queryInterface.sequelize.transaction(async (transaction) => {
          await queryInterface.addColumn('Users', 'age', { type: Sequelize.INTEGER }, { transaction })
        })""",
        "await queryInterface.sequelize.query('ALTER TABLE \"Users\" ADD COLUMN \"age\" INTEGER')",
        "for (const name of ['age', 'size']) await queryInterface.addColumn('Users', name, Sequelize.INTEGER)",
        "await Promise.all(['age'].map((name) => queryInterface.addColumn('Users', name, Sequelize.INTEGER)))",
        """const t = await queryInterface.describeTable('Users')
        if (!t.age) { await queryInterface.addColumn({ tableName: 'Users' }, 'age', Sequelize.DataTypes.INTEGER) }""",
        """const add = (name) => queryInterface.addColumn('Users', name, { type: Sequelize.INTEGER })
        await add('age')""",
        "try { await queryInterface.addColumn('Users', `a${'ge'}`, Sequelize.INTEGER) } catch (e) { throw e }",
        """await queryInterface.addColumn('Users', 'years', Sequelize.INTEGER)
        await queryInterface.renameColumn('Users', 'years', 'age')""",
    ],
)  # fmt: skip
def test_a_migration_is_followed_however_it_is_written(up: str) -> None:
    assert told(judge(FILES, AGE | migration(up))) == []


@pytest.mark.parametrize(
    ("up", "rule"),
    [
        ("await queryInterface.addColumn('Users', 'agee', Sequelize.INTEGER)", "sequelize-missing-column"),
        ("await queryInterface.addColumn('Posts', 'age', Sequelize.INTEGER)", "sequelize-missing-column"),
        ("await queryInterface.addColumn('Users', 'age', Sequelize.STRING)", "sequelize-missing-type"),
        ("", "sequelize-missing-column"),
        (f"{ADD_AGE}\nawait queryInterface.removeColumn('Users', 'age')", "sequelize-missing-column"),
    ],
)  # fmt: skip
def test_a_migration_that_does_something_else_is_reported(up: str, rule: str) -> None:
    assert told(judge(FILES, AGE | migration(up))) == [f"{rule} 12"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("email: DataTypes", "// mail\n    email: DataTypes"),
        ("DataTypes.STRING, allowNull", "DataTypes.STRING, validate: { len: [1, 9] }, allowNull"),
        ("modelName: 'User'", "modelName: 'User', scopes: { a: {} }, hooks: { beforeSave() {} }"),
        ("static associate", "get shown() { return 1 }\n    static associate"),
        ("email: DataTypes.STRING", "mail: { type: DataTypes.STRING(255), field: 'email' }"),
        ("modelName: 'User'", "modelName: 'User', tableName: 'Users'"),
        ("DataTypes.STRING,\n  }", "DataTypes.STRING(255),\n  }"),
        ("email:", "shown: { type: DataTypes.VIRTUAL, get() { return this.name } },\n    email:"),
        ("email:", "shown: new DataTypes.VIRTUAL(DataTypes.STRING, ['name']),\n    email:"),
        ("const { Model }", "const Sequelize = require('sequelize')\nconst { Model }"),
    ],
)
def test_what_changes_no_table_is_quiet(before: str, after: str) -> None:
    assert before in USER
    assert told(judge(FILES, FILES | {"models/user.js": USER.replace(before, after)})) == []


def test_what_is_beside_the_models_is_quiet() -> None:
    assert (
        told(judge(FILES, FILES | {"models/post.js": POST.replace("'userId' })", "'userId', as: 'author' })")})) == []
    )
    assert told(judge(FILES, FILES | {"models/index.ts": "export const a = 1"})) == []


@pytest.mark.parametrize(
    ("before", "after", "rule", "up"),
    [
        ("email: DataTypes.STRING", "email: DataTypes.STRING(100)", "sequelize-missing-type",
         "await queryInterface.changeColumn('Users', 'email', { type: Sequelize.STRING(100) })"),
        ("email: DataTypes.STRING", "email: DataTypes.TEXT", "sequelize-missing-type",
         "await queryInterface.changeColumn('Users', 'email', Sequelize.TEXT)"),
        ("email: DataTypes.STRING", "email: { type: DataTypes.STRING, allowNull: false }", "sequelize-missing-nullable",
         "await queryInterface.changeColumn('Users', 'email', { type: Sequelize.STRING, allowNull: false })"),
        ("email: DataTypes.STRING", "email: { type: DataTypes.STRING, unique: true }", "sequelize-missing-index",
         "await queryInterface.addConstraint('Users', { fields: ['email'], type: 'unique', name: 'users_email' })"),
        ("modelName: 'User'", "modelName: 'User', indexes: [{ fields: ['name', 'email'] }]", "sequelize-missing-index",
         "await queryInterface.addIndex('Users', ['name', 'email'])"),
        ("    email: DataTypes.STRING,\n", "", "sequelize-extra-column",
         "await queryInterface.removeColumn('Users', 'email')"),
        ("modelName: 'User'", "modelName: 'User', paranoid: true", "sequelize-missing-column",
         "await queryInterface.addColumn('Users', 'deletedAt', Sequelize.DATE)"),
    ],
)  # fmt: skip
def test_each_kind_of_change_needs_its_own_step(before: str, after: str, rule: str, up: str) -> None:
    head = FILES | {"models/user.js": USER.replace(before, after)}

    assert [one.split()[0] for one in told(judge(FILES, head))] == [rule]
    assert told(judge(FILES, head | migration(up))) == []


def test_a_new_model_needs_its_table_with_all_columns() -> None:
    head = FILES | {
        "models/order-line.js": "module.exports = (sequelize, DataTypes) =>\n"
        "  sequelize.define('OrderLine', { note: DataTypes.STRING }, { underscored: true, timestamps: false })\n"
    }
    create = "await queryInterface.createTable('order_lines', { id: { type: Sequelize.INTEGER, primaryKey: true }{} }})"

    assert told(judge(FILES, head)) == ["sequelize-missing-table 2"]
    assert told(judge(FILES, head | migration(create.replace("{} }}", " }")))) == ["sequelize-missing-column 2"]
    assert told(judge(FILES, head | migration(create.replace("{} }}", ", note: Sequelize.STRING }")))) == []


def test_an_association_makes_a_column_and_a_table() -> None:
    head = FILES | {
        "models/post.js": POST.replace(
            "{ Post.belongsTo(", "{ Post.belongsToMany(models.User, { through: 'PostEditors' })\n    Post.belongsTo("
        ).replace("Post.associate", "Post.parent = 1\n  Post.associate"),
        "models/user.js": USER.replace(
            "User.hasMany(", "User.belongsTo(models.User, { as: 'boss' })\n      User.hasMany("
        ),
    }

    assert sorted(told(judge(FILES, head))) == ["sequelize-missing-column 6", "sequelize-missing-table 4"]


def test_a_column_that_a_migration_takes_away_while_the_model_has_it_is_reported() -> None:
    head = FILES | migration("await queryInterface.removeColumn('Users', 'email')")

    assert told(judge(FILES, head)) == ["sequelize-missing-column 11"]
    assert told(judge(FILES, FILES | migration(ADD_AGE))) == []


def test_what_cannot_be_followed_is_not_checked_where_it_changes_and_silent_where_it_does_not() -> None:
    odd = _user("age: { type: make(DataTypes) },")
    head = _user("age: { type: make(DataTypes, 2) },")

    assert told(judge(odd, odd | {"models/user.js": odd["models/user.js"] + "// x\n"})) == []
    assert told(judge(odd, head)) == [
        "? Users.age: it is made in a way that cannot be followed, and the change touches it"
    ]
    changed = "await queryInterface.changeColumn('Users', 'age', { type: Sequelize.INTEGER })"
    assert told(judge(odd, head | migration(changed))) == []


@pytest.mark.parametrize(
    "up",
    [
        "await helper(queryInterface, 'Users')",
        'await queryInterface.sequelize.query(`ALTER TABLE "Users" ADD COLUMN ${name} INTEGER`)',
        "await queryInterface.addColumn(table, 'age', Sequelize.INTEGER)",
    ],
)
def test_a_step_that_cannot_be_told_leaves_it_open(up: str) -> None:
    [one] = told(judge(FILES, AGE | migration(up)))

    assert one.startswith("? column Users.age is new (integer); `")


def test_a_table_that_no_migration_made_is_held_against_what_the_change_does() -> None:
    base = {path: text for path, text in FILES.items() if "first" not in path} | migration("await queryInterface.x()")
    head = base | {"models/user.js": AGE["models/user.js"]}

    assert told(judge(base, head)) == ["sequelize-missing-column 12"]
    assert told(judge(base, head | migration(ADD_AGE, 20250101000000))) == []


DECORATED = """import { AllowNull, Column, DataType, ForeignKey, BelongsTo, Table } from 'sequelize-typescript'
import Base from './base'
import { Team } from './team'

@Table({ tableName: 'people', underscored: true })
export class Person extends Base {
  @AllowNull(false)
  @Column(DataType.STRING)
  firstName: string

  @Column
  age: number

  @ForeignKey(() => Team)
  @Column(DataType.UUID)
  teamId: string

  @BelongsTo(() => Team)
  team: Team

  @Column(DataType.VIRTUAL)
  get shown() { return this.firstName }
}
"""
DECORATED_FILES = {
    "package.json": FILES["package.json"],
    "src/models/person.ts": DECORATED,
    "src/models/base.ts": "import { Column, DataType, Model, PrimaryKey } from 'sequelize-typescript'\n"
    "export default class Base extends Model {\n  @PrimaryKey\n  @Column(DataType.UUID)\n  id: string\n}\n",
    "src/models/team.ts": "import { Table } from 'sequelize-typescript'\nimport Base from './base'\n@Table\n"
    "export class Team extends Base {}\n",
    "src/migrations/1-first.ts": "export const up = async ({ context: qi }) => {\n"
    "  await qi.createTable('people', { id: { type: DataTypes.UUID, primaryKey: true },\n"
    "    first_name: { type: DataTypes.STRING, allowNull: false }, age: DataTypes.INTEGER, team_id: DataTypes.UUID,\n"
    "    created_at: DataTypes.DATE, updated_at: DataTypes.DATE })\n"
    "  await qi.sequelize.query('SELECT 1')\n}\n",
}


def test_models_with_decorators_are_read() -> None:
    base = DECORATED_FILES
    field = "  @Column\n  nickName: string\n\n"
    head = base | {"src/models/person.ts": DECORATED.replace("  @ForeignKey", f"{field}  @ForeignKey")}
    up = "export async function up({ context: qi }) { await qi.addColumn('people', 'nick_name', DataTypes.STRING) }\n"

    assert told(judge(base, base | {"src/models/person.ts": f"// x\n{DECORATED}"})) == []
    assert told(judge(base, head)) == ["sequelize-missing-column 15"]
    assert told(judge(base, head | {"src/migrations/2-nick.ts": up})) == []


def test_a_field_of_a_base_class_and_a_constant_elsewhere_reach_the_table() -> None:
    base = DECORATED_FILES | {
        "src/roles.ts": "export enum Role { A = 'a', B = 'b' }\n",
        "src/models/person.ts": DECORATED.replace("  @ForeignKey", "  @Column(DataType.ENUM(...Object.values(Role)))\n"
        "  role: Role\n\n  @ForeignKey", 1).replace("import Base", "import { Role } from '../roles'\nimport Base"),
        "src/migrations/1-first.ts": DECORATED_FILES["src/migrations/1-first.ts"].replace(
            "age:", "role: DataTypes.ENUM('a', 'b'), age:"
        ),
    }  # fmt: skip
    more = base | {"src/roles.ts": "export enum Role { A = 'a', B = 'b', C = 'c' }\n"}
    stamped = base["src/models/base.ts"].replace("  @PrimaryKey", "  @Column\n  note: string\n\n  @PrimaryKey")
    add = (
        "export const up = ({ context }) => context.sequelize.query(`ALTER TYPE \"enum_people_role\" ADD VALUE 'c'`)\n"
    )

    assert [one.split()[0] for one in told(judge(base, more))] == ["sequelize-missing-enum-value"]
    assert told(judge(base, more | {"src/migrations/2-role.ts": add})) == []
    assert told(judge(base, base | {"src/models/base.ts": stamped})) == ["sequelize-missing-column 4"] * 2


def test_a_merged_migration_that_is_edited_is_found_and_its_layout_and_way_down_are_free() -> None:
    path = "migrations/20240101000000-first.js"
    edited = FILES | {path: FIRST.replace("Sequelize.TEXT", "Sequelize.STRING")}
    free = FILES | {
        path: f"// x\n{FIRST}".replace("'Posts')", '"Posts");').replace("dropTable('Users')", "dropTable('U')")
    }

    assert told(judge(FILES, edited), Question.EDITED) == ["sequelize-merged-migration-edited None"]
    assert told(judge(FILES, free), Question.EDITED) == []
    gone = {one: text for one, text in FILES.items() if one != path}
    assert told(judge(FILES, gone), Question.EDITED) == ["sequelize-merged-migration-deleted None"]


def test_a_name_that_sorts_before_a_merged_one_is_a_note() -> None:
    head = FILES | migration(ADD_AGE, 20230101000000)

    assert told(judge(FILES, head), Question.CONFLICTS) == ["(sequelize-late 1)"]
    assert told(judge(FILES, FILES | migration(ADD_AGE)), Question.CONFLICTS) == []


def test_steps_that_lose_data_are_advised_on() -> None:
    up = (
        "await queryInterface.removeColumn('Users', 'email')\n"
        "await queryInterface.sequelize.query('DROP TABLE \"Posts\"')\n"
        "await queryInterface.createTable('New', {})\nawait queryInterface.addIndex('New', ['a'])"
    )

    found = judge(FILES, FILES | migration(up)).findings[Question.RISKY]
    assert [one.rule for one in found] == ["sequelize-drop-column", "sequelize-drop-table"]


def test_a_project_without_migrations_does_not_apply() -> None:
    base = {path: text for path, text in FILES.items() if not path.startswith("migrations/")}
    head = base | {"models/user.js": AGE["models/user.js"]}

    assert "no migrations of Sequelize" in (judge(base, head).absent_reason or "")


def test_it_is_seen_by_its_package() -> None:
    assert ORM.is_present(make_change({}, FILES)) is not None
    assert ORM.is_present(make_change({}, {"package.json": "{}", "models/user.js": USER})) is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "sequelize.define('a', " + "[" * 50_000,
        "DataTypes; sequelize.define(" + "a + " * 20_000,
        "const f = () => f(f())\nmodule.exports = { up: (queryInterface) => { f(); for (;;) f() } }",
        "const a = [1,1,1,1,1,1,1,1]\nexports.up = async (queryInterface) => {"
        + " for (const x of a)" * 12 + " await queryInterface.addColumn('Users', x, x) }",
        "export * from './user'\nDataTypes.define( @Table",
        "\0",
        "`${" * 20_000,
    ],
)  # fmt: skip
def test_hostile_scripts_are_never_a_crash_and_never_a_pass(text: str) -> None:
    judge(FILES, FILES | {"models/user.js": text})
    head = AGE | {"migrations/20240202000000-step.js": text}

    assert told(judge(FILES, head)) != []


def test_a_function_without_a_name_and_a_call_with_types_define_a_model() -> None:
    text = (
        "import { Sequelize, DataTypes } from 'sequelize'\nexport default (sequelize: Sequelize) => {\n"
        "  return sequelize.define<Row, Row>('User', {\n    name: { type: DataTypes.STRING, allowNull: false },\n"
        "    email: DataTypes.STRING,\n  })\n}\n"
    )
    base = {path: one for path, one in FILES.items() if path != "models/user.js"} | {"models/user.ts": text}
    head = base | {"models/user.ts": text.replace("email:", "age: DataTypes.INTEGER,\n    email:")}

    assert told(judge(base, head)) == ["sequelize-missing-column 5"]
    assert told(judge(base, head | migration(ADD_AGE))) == []


def test_migrations_without_numbers_are_read_where_none_has_one() -> None:
    base = {path.replace("20240101000000-first", "create-all"): text for path, text in FILES.items()}
    head = base | {"models/user.js": AGE["models/user.js"]}
    [(_, step)] = migration(ADD_AGE).items()

    assert told(judge(base, head)) == ["sequelize-missing-column 12"]
    assert told(judge(base, head | {"migrations/more-columns.js": step, "migrations/helpers.js": ""})) == []


def test_tables_that_sync_alters_are_not_compared_and_the_reason_is_said() -> None:
    base = FILES | {
        "models/index.js": "const { Sequelize } = require('sequelize')\nconst sequelize = new Sequelize('x')\n"
        "sequelize.sync({ alter: true })\n"
    }
    answer = judge(base, base | {"models/user.js": AGE["models/user.js"]})

    assert told(answer) == []
    assert answer.undeclared == "models/index.js:3 lets sync({ alter: true }) change the tables"


@pytest.mark.parametrize(
    "up",
    [
        "await queryInterface.addColumn('Users', 'email', Sequelize.STRING)",
        "await queryInterface.removeColumn('Users', 'mail')",
        "await queryInterface.renameColumn('Users', 'mail', 'post')",
    ],
)
def test_a_step_that_cannot_be_done_after_the_merged_ones_is_reported(up: str) -> None:
    assert told(judge(FILES, FILES | migration(up)), Question.CONFLICTS) == ["sequelize-refused 3"]


@pytest.mark.parametrize(
    "up",
    [
        ADD_AGE,
        """const t = await queryInterface.describeTable('Users')
        if (!t.email) { await queryInterface.addColumn('Users', 'email', Sequelize.STRING) }""",
        """await queryInterface.removeColumn('Users', 'email')
        await queryInterface.addColumn('Users', 'email', Sequelize.TEXT)""",
        "await queryInterface.removeColumn('Elsewhere', 'x')",
        """await queryInterface.sequelize.query('ALTER TABLE "Users" ADD mail text')
        await queryInterface.removeColumn('Users', 'mail')""",
    ],
)  # fmt: skip
def test_a_step_that_can_be_done_is_no_conflict(up: str) -> None:
    assert told(judge(FILES, FILES | migration(up)), Question.CONFLICTS) == []


def test_models_of_one_name_in_two_projects_are_kept_apart() -> None:
    base = {f"{app}/{path}": text for app in ("api", "jobs") for path, text in FILES.items()}
    head = base | {"jobs/models/user.js": AGE["models/user.js"]}
    [(path, step)] = migration(ADD_AGE).items()

    assert told(judge(base, head)) == ["sequelize-missing-column 12"]
    assert told(judge(base, head | {f"jobs/{path}": step})) == []
    assert told(judge(base, head | {f"api/{path}": step})) == ["sequelize-missing-column 12"]


def test_a_script_that_cannot_be_parsed_and_shows_no_model_is_not_checked() -> None:
    broken = FILES | {"models/user.js": USER.replace("User.init({", "User.init({ = ( }")}

    assert any(one.startswith("? a syntax") for one in told(judge(FILES, broken)))
    assert any(
        one.startswith("? a syntax")
        for one in told(judge(broken, broken | {"models/user.js": f"{broken['models/user.js']} "}))
    )


SHARED = """const { Model } = require('sequelize')
module.exports = (sequelize, DataTypes) => {
  class User extends Model {}
  User.init({
    name: { type: DataTypes.STRING, allowNull: false%s },
    email: { type: DataTypes.STRING%s },
  }, { sequelize, modelName: 'User'%s })
  return User
}
"""


def _shared(name: str = "", email: str = "", options: str = "") -> dict[str, str]:
    return FILES | {"models/user.js": SHARED % (name, email, options)}


@pytest.mark.parametrize(
    ("head", "up"),
    [
        (_shared(email=", unique: 'u_email'"), "addIndex('Users', ['email'], { unique: true })"),
        (_shared(email=", unique: { msg: 'taken' }"), "addIndex('Users', ['email'], { unique: true })"),
        (_shared(", unique: 'both'", ", unique: 'both'"), "addIndex('Users', ['name', 'email'], { unique: true })"),
        (_shared(options=", indexes: [{ fields: ['email'], where: { name: 'x' } }]"),
         "addIndex('Users', ['email'], { where: { name: 'x' } })"),
        (_shared(options=", version: true"),
         "addColumn('Users', 'version', { type: Sequelize.INTEGER, allowNull: false, defaultValue: 0 })"),
        (_shared(options=", version: 'revision'"),
         "addColumn('Users', 'revision', { type: Sequelize.INTEGER, allowNull: false, defaultValue: 0 })"),
    ],
)  # fmt: skip
def test_named_unique_keys_partial_indexes_and_versions_need_a_migration(head: dict[str, str], up: str) -> None:
    assert told(judge(_shared(), head)) != []
    assert told(judge(_shared(), head | migration(f"await queryInterface.{up}"))) == []


@pytest.mark.parametrize(
    ("default", "given", "rules"),
    [
        ("3", "4", ["sequelize-missing-default 12"]),
        ("'x'", "'y'", ["sequelize-missing-default 12"]),
        ("true", "false", ["sequelize-missing-default 12"]),
        ("3", "3", []),
        ("1.0", "1", []),
        ("3", "undefined", []),
        ("() => 3", "4", []),
    ],
)
def test_a_migration_that_gives_a_new_column_another_default_is_reported(
    default: str, given: str, rules: list[str]
) -> None:
    head = _user(f"size: {{ type: DataTypes.INTEGER, defaultValue: {default} }},")
    up = f"await queryInterface.addColumn('Users', 'size', {{ type: Sequelize.INTEGER, defaultValue: {given} }})"

    assert told(judge(FILES, head | migration(up))) == rules
