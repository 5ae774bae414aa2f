"""What of a model cannot be told, and what is done to it once it is there: a change of it is never a pass."""

from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.hidden_sql import KEEPS_LATER, TAKES_AWAY, TAKES_LATER, TAKES_NOTHING
from tests.checks.migrations.rounds import DOES_NOTHING_MORE, REACHES_A_STEP, deep
from tests.checks.migrations.sequelize.project import FILES, USER, judge, migration, told

INIT = "const Sequelize = require('sequelize');\nconst sequelize = new Sequelize('x', %s);\n"
INIT += "module.exports = { User: require('./user')(sequelize, Sequelize.DataTypes) };\n"


def _told(text: str, before: str = USER, **more: str) -> list[str]:
    files = {path.replace("__", "/"): one for path, one in more.items()}
    return told(judge(FILES | {"models/user.js": before}, FILES | {"models/user.js": text} | files))


@pytest.mark.parametrize(
    "option",
    [
        *("tableName: f()", "paranoid: f()", "underscored: f()", "timestamps: f()", "indexes: f()", "...f()"),
        *("indexes: [{ fields: f() }]", "indexes: [{ fields: ['name'], unique: f() }]"),
    ],
)
def test_an_option_of_a_model_that_cannot_be_told_is_not_checked(option: str) -> None:
    assert _told(USER.replace("modelName: 'User'", f"modelName: 'User', {option}")) == [
        "? Users: it is made in a way that cannot be followed, and the change touches it"
    ]


@pytest.mark.parametrize(
    "option", ["allowNull: f()", "unique: f()", "field: f()", "primaryKey: f()", "references: f()"]
)
def test_an_option_of_an_attribute_that_cannot_be_told_is_not_checked(option: str) -> None:
    assert _told(USER.replace("allowNull: false", option), USER.replace("allowNull: false", "")) == [
        "? Users.name: it is made in a way that cannot be followed, and the change touches it"
    ]


@pytest.mark.parametrize("options", ["f()", "{ foreignKey: f() }", "{ as: f() }", "{ foreignKey: { name: f() } }"])
def test_an_association_whose_key_cannot_be_told_is_not_checked(options: str) -> None:
    text = USER.replace("User.hasMany(", f"User.belongsTo(models.User, {options}); User.hasMany(")

    assert _told(text) == ["? Users: it is made in a way that cannot be followed, and the change touches it"]


@pytest.mark.parametrize(
    "line",
    [
        "User.removeAttribute('email')",
        "User.rawAttributes.age = { type: DataTypes.INTEGER }",
        "sequelize.define(process.env.X, {})",
    ],
)
def test_what_is_done_to_a_model_and_a_model_without_a_name_are_not_checked(line: str) -> None:
    [said] = _told(USER.replace("  return User", f"  {line}\n  return User"))

    assert said.startswith("? ")


MADE = USER.replace("User.init({", "const attributes = {").replace(
    "}, { sequelize, modelName", "}\n  User.init(attributes, { sequelize, modelName"
)


def test_attributes_that_are_put_into_an_object_later_count() -> None:
    line = "attributes.age = { type: DataTypes.INTEGER }\n  User.init("

    assert _told(MADE.replace("User.init(", line), MADE) == ["sequelize-missing-column 13"]
    assert _told(MADE.replace("User.init(", f"if (process.env.X) {line}"), MADE) == [
        "? Users: it is made in a way that cannot be followed, and the change touches it"
    ]


def test_columns_that_are_put_into_a_list_are_followed() -> None:
    text = USER.replace("email: DataTypes.STRING,", "email: DataTypes.STRING, age: DataTypes.INTEGER,")
    up = "const names = []; names.push('age');\n"
    up += "for (const one of names) await queryInterface.addColumn('Users', one, { type: Sequelize.INTEGER });"

    assert told(judge(FILES, FILES | {"models/user.js": text} | migration(up))) == []


def test_what_is_said_for_all_models_counts_where_sequelize_is_required() -> None:
    base = FILES | {"models/index.js": INIT % "{}"}

    found = told(judge(base, base | {"models/index.js": INIT % "{ define: { underscored: true } }"}))
    assert "sequelize-missing-table 9" in found


def test_a_merged_migration_that_rests_on_what_is_changed_is_found() -> None:
    text = FILES["migrations/20240101000000-first.js"].replace("Sequelize.STRING }", "require('../kinds').email }")
    kinds = "const { DataTypes } = require('sequelize');\nexports.email = DataTypes.%s;\n"
    base = {**FILES, "migrations/20240101000000-first.js": text, "kinds.js": kinds % "STRING"}

    assert told(judge(base, base | {"kinds.js": kinds % "TEXT"}), Question.EDITED) == [
        "sequelize-merged-migration-shaken 1"
    ]
    assert told(judge(base, base | {"kinds.js": "// said\n" + kinds % "STRING"}), Question.EDITED) == []


def _sql(text: str) -> dict[str, str]:
    return FILES | migration(f"await queryInterface.sequelize.query(`{text.replace('%s', 'Users')}`)")


@pytest.mark.parametrize("sql", TAKES_AWAY)
def test_sql_that_may_take_away_what_is_declared_is_no_pass(sql: str) -> None:
    [one] = told(judge(FILES, _sql(sql)))

    assert one.endswith("may change what the code declares, and is not understood")


@pytest.mark.parametrize("sql", TAKES_NOTHING)
def test_sql_that_is_not_understood_and_takes_nothing_away_is_quiet(sql: str) -> None:
    assert told(judge(FILES, _sql(sql))) == []


@pytest.mark.parametrize("links", [90, 400])
def test_a_chain_that_is_longer_than_is_followed_is_no_pass(links: int) -> None:
    up = f"await queryInterface{'.sequelize.queryInterface' * links}.dropTable('Users')"

    assert told(judge(FILES, FILES | migration(up))) == ["? it is nested deeper than is followed"]


def test_a_long_sum_is_quiet() -> None:
    up = f"console.log({' + '.join(['1'] * 300)})"

    assert told(judge(FILES, FILES | migration(up))) == []


@pytest.mark.parametrize("step", ["addIndex('Users', fields)", "addConstraint('Users', options)"])
def test_a_step_that_only_adds_takes_nothing_away(step: str) -> None:
    assert told(judge(FILES, FILES | migration(f"await queryInterface.{step}"))) == []


@pytest.mark.parametrize("up", REACHES_A_STEP)
def test_what_goes_round_more_often_than_is_followed_is_no_pass(up: str) -> None:
    step = migration(up % "await queryInterface.dropTable('Users')")

    assert told(judge(FILES, FILES | step)) == ["? it is nested deeper than is followed"]


@pytest.mark.parametrize("up", DOES_NOTHING_MORE)
def test_what_goes_round_and_does_nothing_else_each_time_is_quiet(up: str) -> None:
    assert told(judge(FILES, FILES | migration(up))) == []


def test_a_model_that_is_defined_deeper_than_is_followed_is_not_checked() -> None:
    define = "const f = (i) => i.next ? f(i.next) : s.define('Deep', { name: { type: DataTypes.TEXT } })"
    made = f"module.exports = (s) => {{ {define}; return f({deep('{}')}) }}"
    text = f"const {{ DataTypes }} = require('sequelize')\n{made}\n"

    [said] = told(judge(FILES, {**FILES, "models/deep.js": text}))

    assert said.startswith("? ")


@pytest.mark.parametrize(("made", "passes"), [(TAKES_LATER, False), (KEEPS_LATER, True)])
def test_a_function_that_a_merged_migration_made_may_take_away_what_is_declared(made: str, *, passes: bool) -> None:
    base = FILES | migration(f"await queryInterface.sequelize.query(`{made % 'Users'}`)", 20240103000000)
    step = migration("await queryInterface.sequelize.query('SELECT take()')")

    said = told(judge(base, base | step))

    assert said == ([] if passes else ["? `SELECT take ( )` may change what the code declares, and is not understood"])


def test_what_goes_round_with_values_that_share_their_parts_is_told_soon() -> None:
    made = " ".join(f"const b{at + 1} = g(b{at}, b{at});" for at in range(60))

    for call, expected in (("f()", []), ("f(b60)", ["? it is nested deeper than is followed"])):
        up = f"const f = (x) => {{ const b0 = g(x); {made} log(b60); {call} }}; {call}"
        assert told(judge(FILES, FILES | migration(up))) == expected
