from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from bot.model import Certainty
from tests.checks.migrations.rails.project import (
    BASE,
    FIRST,
    SECOND,
    USERS,
    change,
    files,
    judge,
    migration,
    schema,
    told,
)

AGE = USERS.replace('"name"\n', '"name"\n    t.integer "age"\n')


def _users(*lines: str, options: str = "force: :cascade") -> str:
    inner = "".join(f"    {line}\n" for line in ('t.string "name"', *lines))
    return f'create_table "users", {options} do |t|\n{inner}  end'


# Instructions of a migration, the lines that Rails then writes into the table, and what follows the table.
WRITTEN = [
    pytest.param("add_column :users, :age, :integer", ['t.integer "age"'], [], id="a column"),
    pytest.param("add_column 'users', 'age', :integer, limit: 8", ['t.bigint "age"'], [], id="a wide number"),
    pytest.param("add_column :users, :age, :decimal, default: 0", ['t.decimal "age", default: "0.0"'], [], id="sum"),
    pytest.param(
        "add_column :users, :on, :boolean, { default: false, null: false }",
        ['t.boolean "on", default: false, null: false'],
        [],
        id="options in braces",
    ),
    pytest.param("add_column :users, :at, :datetime", ['t.datetime "at"'], [], id="a time"),
    pytest.param(
        "change_table :users, bulk: true do |t|\n  t.timestamps\n  t.string :a, :b\nend",
        [
            't.datetime "created_at", null: false',
            't.datetime "updated_at", null: false',
            't.string "a"',
            't.string "b"',
        ],
        [],
        id="a changed table",
    ),
    pytest.param(
        "add_reference :users, :users, foreign_key: { on_delete: :cascade }",
        ['t.bigint "users_id"', 't.index ["users_id"], name: "index_users_on_users_id"'],
        ['add_foreign_key "users", "users", column: "users_id", on_delete: :cascade'],
        id="a reference",
    ),
    pytest.param(
        "add_reference :users, :owner, polymorphic: true, null: false",
        [
            't.string "owner_type", null: false',
            't.bigint "owner_id", null: false',
            't.index ["owner_type", "owner_id"], name: "index_users_on_owner"',
        ],
        [],
        id="a polymorphic reference",
    ),
    pytest.param(
        "%i[a b].each { |name| add_column :users, name, :text, array: true, default: [] }",
        ['t.text "a", default: [], array: true', 't.text "b", default: [], array: true'],
        [],
        id="a loop",
    ),
    pytest.param(
        "reversible do |dir|\n  dir.up { add_column :users, :a, :jsonb, default: '{}' }\n  dir.down { 1 }\nend",
        ['t.jsonb "a", default: {}'],
        [],
        id="one direction of two",
    ),
    pytest.param(
        "return if column_exists?(:users, :age)\nsafety_assured { add_column :users, :age, :integer }",
        ['t.integer "age"'],
        [],
        id="a guard and a wrapper",
    ),
    pytest.param(
        "add_index :users, 'lower(name)', unique: true, algorithm: :concurrently, where: \"name <> ''\"",
        [
            ('t.index "lower((name)::text)", name: "index_users_on_lower_name", unique: true, '
            "where: \"((name)::text <> ''::text)\"")
        ],
        [],
        id="an index of an expression",
    ),
    pytest.param(
        "add_check_constraint :users, 'length(name) > 3', name: 'long_name'",
        ['t.check_constraint "length(name::text) > 3", name: "long_name"'],
        [],
        id="a check",
    ),
    pytest.param(
        "create_enum :mood, %w[sad happy]\nadd_column :users, :mood, :enum, enum_type: :mood, default: 'sad'",
        ['t.enum "mood", default: "sad", enum_type: "mood"'],
        ['create_enum "mood", ["sad", "happy"]'],
        id="an enumeration",
    ),
    pytest.param(
        "create_join_table :users, :users_groups, table_name: :members",
        [],
        [('create_table "members", id: false, force: :cascade do |t|\n    t.bigint "user_id", null: false\n'
         '    t.bigint "users_group_id", null: false\n  end')],
        id="a table between two",
    ),
    pytest.param(
        "execute <<~SQL\n  ALTER TABLE users ADD COLUMN age integer;\n  CREATE INDEX by_age ON users (age);\nSQL",
        ['t.integer "age"', 't.index ["age"], name: "by_age"'],
        [],
        id="SQL",
    ),
    pytest.param("User.where(name: nil).update_all(name: 'x')", [], [], id="rows alone"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "lines", "after"), WRITTEN)
def test_a_migration_and_what_rails_writes_for_it_agree(body: str, lines: list[str], after: list[str]) -> None:
    assert told(change(body, _users(*lines), *after)) == []


@pytest.mark.parametrize(("body", "lines", "after"), WRITTEN[:-1])
def test_a_schema_that_was_not_written_after_the_migration_is_found(
    body: str, lines: list[str], after: list[str]
) -> None:
    del lines, after
    found = told(change(body, USERS, version=20240101000000))

    assert found[0].startswith("rails-schema-lacks")
    assert found[-1] == "rails-schema-version 1"


@pytest.mark.parametrize(("body", "lines", "after"), WRITTEN[:-1])
def test_a_schema_without_its_migration_is_found(body: str, lines: list[str], after: list[str]) -> None:
    del body
    found = told(judge(BASE, files(schema(_users(*lines), *after))))

    assert found
    assert all(one.startswith("rails-missing-") for one in found)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("add_column :users, :age, :integer", 't.string "age"'),
        ("add_column :users, :age, :integer, null: false", 't.integer "age"'),
        ("add_column :users, :age, :integer", 't.integer "age", default: 1'),
        ("add_column :users, :age, :datetime", 't.datetime "age", precision: nil'),
        ("add_column :users, :age, :string, limit: 10", 't.string "age", limit: 20'),
    ],
)
def test_a_column_that_is_not_as_the_migration_says_is_found(body: str, line: str) -> None:
    assert told(change(body, _users(line))) == ["rails-schema-differs 4"]


@pytest.mark.parametrize(
    "head",
    [
        schema(USERS).replace("do |t|", "do |t| # people"),
        schema(USERS.replace("force: :cascade", "comment: nil, force: :cascade")),
        "# a comment\n" + schema(USERS),
        schema('enable_extension "plpgsql"', USERS).replace('  enable_extension "plpgsql"\n\n', ""),
    ],
)
def test_comments_and_layout_of_the_schema_are_quiet(head: str) -> None:
    assert told(judge(BASE, files(head))) == []


def test_what_a_new_version_of_rails_writes_in_other_words_is_quiet() -> None:
    old = schema(_users('t.datetime "at"', 't.datetime "fine", precision: 6'), rails="7.0").replace(
        "Schema[7.0]", "Schema"
    )
    new = schema(_users('t.datetime "at", precision: nil', 't.datetime "fine"'), rails="7.0")

    assert told(judge(files(old), files(new))) == []


def test_a_version_that_no_migration_has_is_found() -> None:
    assert told(judge(BASE, files(schema(USERS, version=20240303000000)))) == ["rails-schema-version 1"]


def test_a_migration_that_is_older_than_the_schema_needs_no_new_version() -> None:
    base = files(schema(USERS, version=20240303000000), v20240303000000_other=migration("", "Other"))
    head = {**base, SECOND: migration("add_column :users, :age, :integer")}
    head["db/schema.rb"] = schema(AGE, version=20240303000000)

    assert told(judge(base, head), Question.MISSING) == []
    [late] = judge(base, head).findings[Question.CONFLICTS]
    assert (late.rule, late.certainty) == ("rails-late", Certainty.NOTE)


@pytest.mark.parametrize(
    "body",
    [
        "add_vectors_from_a_gem :users, :name",
        "add_column :users, column_name, :integer",
        'execute "ALTER TABLE #{table} ADD COLUMN age integer"',
        "revert CreateUsers",
    ],
)
def test_what_cannot_be_read_is_no_pass(body: str) -> None:
    [one] = told(change(body, AGE))

    assert one.startswith("? ")


def test_a_condition_that_is_not_known_is_quiet_where_the_schema_is_what_it_may_make() -> None:
    assert told(change("add_column :users, :age, :integer if ENV['AGES']", AGE)) == []
    assert told(change("add_column :users, :age, :integer if ENV['AGES']", USERS))[0].startswith("? ")


def test_what_cannot_be_read_and_was_not_dumped_is_no_pass() -> None:
    found = told(change("add_vectors_from_a_gem :users, :name", USERS, version=20240101000000))

    assert [one.partition(" ")[0] for one in found] == ["rails-schema-version", "?"]


def test_a_file_that_cannot_be_parsed_is_no_pass() -> None:
    head = files(schema(AGE, version=20240202000000), v20240202000000_change_users="class ChangeUsers < (\n")

    assert any(one.startswith("? ") for one in told(judge(BASE, head)))


def test_each_database_has_its_own_schema_and_migrations() -> None:
    base = {**BASE, "db/animals_schema.rb": schema('create_table "cats", force: :cascade do |t|\n  end')}
    base["db/animals_migrate/20240101000000_create_cats.rb"] = migration("create_table :cats", "CreateCats")
    new = {"db/animals_migrate/20240202000000_create_dogs.rb": migration("create_table :dogs", "CreateDogs")}

    assert told(judge(base, {**base, **new})) == ["rails-schema-lacks 3", "rails-schema-version 1"]


def test_without_a_schema_nothing_is_told_for_sure() -> None:
    base = {FIRST: BASE[FIRST]}

    [one] = told(judge(base, {**base, SECOND: migration("add_column :users, :age, :integer")}))

    assert one.startswith("? neither schema.rb nor structure.sql")


@pytest.mark.parametrize(
    ("name", "rule"),
    [("20240101000000_more", "rails-same-version"), ("20240202000000_create_users", "rails-same-name")],
)
def test_versions_and_names_are_used_once(name: str, rule: str) -> None:
    words = "".join(part.capitalize() for part in name.split("_")[1:])
    answer = judge(BASE, {**BASE, f"db/migrate/{name}.rb": migration("", words)})

    assert [one.rule for one in answer.findings[Question.CONFLICTS]] == [rule]


def test_a_class_that_is_not_named_as_its_file_is_found() -> None:
    answer = judge(BASE, files(schema(AGE), v20240202000000_change_users=migration("", "AddAge")))

    assert [one.rule for one in answer.findings[Question.CONFLICTS]] == ["rails-class-name"]


@pytest.mark.parametrize("text", [migration("create_table(:users) { |t| t.text :name }", "CreateUsers"), None])
def test_a_merged_migration_that_is_edited_or_gone_is_found(text: str | None) -> None:
    head = {path: content for path, content in BASE.items() if path != FIRST}
    answer = judge(BASE, {**head, FIRST: text} if text is not None else head)

    assert len(answer.findings[Question.EDITED]) == 1


def test_a_comment_in_a_merged_migration_is_quiet() -> None:
    answer = judge(BASE, {**BASE, FIRST: "# frozen_string_literal: true\n\n" + BASE[FIRST]})

    assert told(answer, *Question) == []


def test_old_migrations_may_be_squashed() -> None:
    base = files(schema(USERS, version=20240303000000), v20240202000000_a=migration("", "A"))
    base["db/migrate/20240303000000_b.rb"] = migration("", "B")
    head = {path: text for path, text in base.items() if "202401" not in path and "202402" not in path}

    assert told(judge(base, head), *Question) == []


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("remove_column :users, :name, :string", ["rails-remove-column"]),
        ("change_table(:users) { |t| t.remove :name }", ["rails-remove-column"]),
        ("rename_column :users, :name, :title", ["rails-rename-column"]),
        ("change_column_null :users, :name, false", ["rails-set-not-null"]),
        ("add_index :users, :name", ["rails-lock-index"]),
        ("add_index :users, :name, algorithm: :concurrently", ["rails-in-transaction"]),
        ("add_column :users, :age, :integer, null: false", ["rails-not-null-without-default"]),
        ("execute 'ALTER TABLE users DROP COLUMN name'", ["rails-drop-column"]),
        ("safety_assured { remove_column :users, :name }", []),
        ("add_column :users, :age, :integer, null: false, default: 0", []),
        ("create_table(:cats) { |t| t.string :name, null: false, index: true }", []),
        ("add_foreign_key :users, :users, column: :name, validate: false", []),
    ],
)
def test_steps_that_need_care_get_advice(body: str, rules: list[str]) -> None:
    assert [one.rule for one in change(body, USERS).findings[Question.RISKY]] == rules


def _model(*lines: str, parent: str = "ApplicationRecord", name: str = "User") -> str:
    return "\n".join([f"class {name} < {parent}", *(f"  {line}" for line in lines), "end\n"])


@pytest.mark.parametrize(
    "line",
    [
        "belongs_to :group",
        "belongs_to :owner, class_name: 'Group', foreign_key: :group_id, optional: true",
        "enum :status, { open: 0 }",
        "enum status: %i[open closed], _prefix: true",
        "has_secure_password",
    ],
)
def test_a_model_that_needs_a_column_that_is_not_there_is_found(line: str) -> None:
    base = {**BASE, "app/models/user.rb": _model()}

    [one] = judge(base, {**base, "app/models/user.rb": _model(line)}).findings[Question.MISSING]
    assert (one.rule, one.line, one.certainty) == ("rails-model-column", 2, Certainty.LIKELY)
    assert (
        told(judge({**base, "app/models/user.rb": _model(line)}, {**base, "app/models/user.rb": _model(line, "# x")}))
        == []
    )


@pytest.mark.parametrize(
    "text",
    [
        _model("belongs_to :named, foreign_key: :name"),
        _model("attribute :status, :integer", "enum :status, { open: 0 }"),
        _model("belongs_to :group", parent="Person"),
        _model("belongs_to :group", name="Elsewhere"),
        _model("has_many :groups", "validates :nick, presence: true", "scope :named, -> { where(name: 1) }"),
        _model("self.table_name = 'elsewhere'", "belongs_to :group"),
    ],
)
def test_models_that_need_no_other_column_are_quiet(text: str) -> None:
    assert told(judge(BASE, {**BASE, "app/models/user.rb": text})) == []


NICK = USERS.replace("  end", '  t.string "nick"\n  end')


@pytest.mark.parametrize(
    "body",
    [
        "columns = []\ncolumns << :nick\ncolumns.each { |name| add_column :users, name, :string }",
        "columns = {}\ncolumns[:nick] = :string\ncolumns.each { |name, type| add_column :users, name, type }",
        "sql = 'ALTER TABLE users '\nsql << 'ADD nick text'\nexecute sql",
        "disable_statement_timeout do\n  add_column :users, :nick, :string\nend",
    ],
)
def test_what_is_put_together_step_by_step_is_followed(body: str) -> None:
    assert told(change(body, NICK)) == []
    assert told(change(body, USERS))[0].startswith("rails-schema-lacks")


@pytest.mark.parametrize(
    "body",
    [
        "%w[nick nack].each_slice(1) { |names| add_column :users, names.first, :string }",
        "loop do\n  add_column :users, :nick, :string\n  break\nend",
    ],
)
def test_a_block_that_may_be_run_is_no_pass(body: str) -> None:
    assert told(change(body, USERS))[0].startswith("? ")


@pytest.mark.parametrize(
    "body",
    [
        "SchemaTools.add_audit_columns(:users)",
        "SchemaTools.run(self)",
        "change_table(:users) { |t| t.userstamps }",
        "change_table(:users) { |t| common_columns(t) }",
    ],
)
def test_what_others_may_do_to_the_schema_is_not_held_against_it(body: str) -> None:
    assert told(change(body, NICK))[0].startswith("? column users.nick: ")
    # It is there to change the schema, and the schema does not show it.
    assert told(change(body, USERS))[0].startswith("? `")


def test_a_table_that_the_schema_does_not_have_is_no_pass() -> None:
    assert told(change("add_column :userss, :nick, :string", USERS))[0].startswith("? the schema has no table userss")
    assert told(change("remove_column :userss, :nick, if_exists: true", USERS)) == []
    assert told(change("add_column 'audit.logs', :nick, :string", USERS)) == []


@pytest.mark.parametrize("text", ["class X < ActiveRecord::Migration[7.1]\n def change\n remove_column(((\n", "x = 1"])
def test_a_migration_that_cannot_be_read_is_not_safe(text: str) -> None:
    assert told(judge(BASE, {**BASE, SECOND: text}), Question.RISKY)[0].startswith("? ")


def test_advice_needs_no_schema() -> None:
    base = {FIRST: BASE[FIRST]}
    answer = judge(base, {**base, SECOND: migration("change_table(:users) { |t| t.remove :name }")})

    assert told(answer, Question.RISKY) == ["rails-remove-column 3"]


def test_migrations_of_other_tools_are_none_of_rails() -> None:
    base = {"db/migrate/001_a.rb": "Sequel.migration do\n  change { create_table(:a) { primary_key :id } }\nend\n"}
    answer = judge(base, {**base, "db/migrate/002_b.rb": base["db/migrate/001_a.rb"]})

    assert answer.undeclared is not None
    assert told(answer) == []


def test_a_table_that_is_computed_may_be_any() -> None:
    body = "[User].each do |model|\n  add_column model.table_name, :nick, :string\n"
    body += "  add_index model.table_name, :nick\nend"
    index = 't.index ["nick"], name: "index_users_on_nick"'

    said = told(change(body, _users('t.string "nick"', index)))
    assert said
    assert all(one.startswith("? ") for one in said)


def test_a_view_that_sql_drops_or_makes_is_followed() -> None:
    view = 'create_view "names", sql_definition: <<-SQL\n    SELECT name FROM users\n  SQL'
    base = files(schema(USERS, view))
    drop = migration('execute "DROP VIEW names"')
    path = "db/migrate/20240202000000_change_users.rb"

    assert told(judge(base, {**files(schema(USERS, version=20240202000000)), path: drop})) == []
    assert told(judge(base, {**files(schema(USERS, view, version=20240202000000)), path: drop}))
    assert told(change('execute "CREATE VIEW names AS SELECT name FROM users"', USERS, view)) == []


def test_an_index_that_mysql_makes_for_a_key_is_no_difference() -> None:
    mysql = {"Gemfile.lock": "    mysql2 (0.5)\n"}
    key = 'add_foreign_key "users", "users", column: "boss_id"'
    index = 't.index ["boss_id"], name: "fk_rails_0123456789"'
    body = "add_reference :users, :boss, index: false, foreign_key: { to_table: :users }"
    base = {**files(schema(USERS)), **mysql}
    path = "db/migrate/20240202000000_change_users.rb"
    head = {**files(schema(_users('t.bigint "boss_id"', index), key, version=20240202000000)), **mysql}

    assert told(judge(base, {**head, path: migration(body)})) == []
    other = head["db/schema.rb"].replace("fk_rails_0123456789", "by_boss")
    assert told(judge(base, {**head, "db/schema.rb": other, path: migration(body)}))


def test_migrations_that_are_kept_aside_are_not_run() -> None:
    aside = {"db/old_migrations/20230101000000_drop_users.rb": migration("drop_table :users", "DropUsers")}
    config = {"config/database.yml": "production:\n  migrations_paths: [db/migrate, db/old_migrations]\n"}

    assert told(judge(BASE, {**BASE, **aside})) == []
    run = {path.replace("old_migrations", "migrate"): text for path, text in aside.items()}
    assert told(judge({**BASE, **aside}, {**BASE, **run}))
    assert told(judge({**BASE, **config}, {**BASE, **config, **aside}))
