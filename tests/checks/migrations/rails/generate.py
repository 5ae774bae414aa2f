"""Made-up migrations: a few tables, then one to three instructions upon them."""

from __future__ import annotations

import random
from collections.abc import Callable

BASE = """create_table :users do |t|
  t.string :name, null: false
  t.string :email, default: ""
  t.integer :age
  t.datetime :seen_at
  t.timestamps
  t.index :email, unique: true
end
create_table :groups, id: :uuid do |t|
  t.text :title, comment: "for people"
  t.decimal :price, precision: 8, scale: 2, default: 1.5
  t.boolean :open, default: true, null: false
end
create_table :posts do |t|
  t.references :user, foreign_key: true
  t.belongs_to :about, polymorphic: true
  t.jsonb :data, default: {}
  t.string :tags, array: true, default: []
  t.index [:user_id, :tags], name: "by_user"
  t.check_constraint "length(tags[1]) < 10", name: "short_tags"
end
"""
TABLES = {
    "users": ["name", "email", "age", "seen_at", "created_at"],
    "groups": ["title", "price", "open"],
    "posts": ["user_id", "about_type", "data", "tags"],
}
TYPES = [
    ("string", ["limit: 40", "default: 'a'", "array: true, default: []", "default: :sym", ""]),
    ("text", ['default: "it\'s"', "limit: 1000", ""]),
    ("integer", ["limit: 8", "limit: 2", "default: '3'", "default: -1", ""]),
    ("bigint", ["default: 0", ""]),
    ("float", ["default: 0", "limit: 24", "default: 1.25"]),
    ("decimal", ["precision: 10", "precision: 10, scale: 2", "default: 0", "default: '1.50', precision: 5, scale: 2"]),
    ("datetime", ["precision: 3", "precision: nil", "default: -> { 'CURRENT_TIMESTAMP' }", "default: -> { 'now()' }"]),
    ("timestamp", ["", "precision: 6"]),
    ("date", ["default: '2020-01-01'", ""]),
    ("time", ["", "default: '10:00:00'"]),
    ("boolean", ["default: 0", "default: false", ""]),
    ("jsonb", ["default: []", "default: '{}'", "default: { a: 1 }"]),
    ("json", ["default: {}", ""]),
    ("uuid", ["default: -> { 'gen_random_uuid()' }", ""]),
    ("binary", ["limit: 100", ""]),
    ("inet", ["", "default: '10.0.0.1'"]),
    ("daterange", [""]),
    ("'varchar(30)'", [""]),
    ("'timestamp with time zone'", [""]),
]  # fmt: skip
NULLS = ["", ", null: false", ", null: true"]


def column(chance: random.Random) -> tuple[str, str]:
    """A type, and options that begin with a comma."""
    kind, options = chance.choice(TYPES)
    given = chance.choice(options)
    kind = kind if kind.startswith("'") else f":{kind}"
    return kind, (f", {given}" if given else "") + chance.choice(NULLS)


def _add(chance: random.Random, table: str, _: str) -> str:
    kind, options = column(chance)
    return f"add_column :{table}, :fresh, {kind}{options}"


def _create(chance: random.Random, _: str, __: str) -> str:
    rows = []
    for number in range(chance.randint(0, 3)):
        kind, options = column(chance)
        rows.append(f"  t.column :c{number}, {kind}{options}")
    options = chance.choice(
        ["", ", id: false", ", id: :uuid", ", id: :integer", ", primary_key: :key", ", id: :string"]
    )
    rows.extend(chance.sample([
        "  t.timestamps", "  t.references :user", "  t.references :user, foreign_key: true, index: false",
        "  t.belongs_to :thing, polymorphic: true, null: false", "  t.timestamps null: true, precision: 3",
        "  t.references :owner, foreign_key: { to_table: :users, on_delete: :cascade }, index: { unique: true }",
        "  t.string :a, :b, index: true",
    ], chance.randint(0, 2)))  # fmt: skip
    return "\n".join([f"create_table :fresh_things{options} do |t|", *rows, "end"])


def _change_table(chance: random.Random, table: str, name: str) -> str:
    kind, options = column(chance)
    inner = chance.choice([
        f"t.remove :{name}", f"t.rename :{name}, :renamed", f"t.column :fresh, {kind}{options}",
        "t.timestamps null: true" if table != "users" else "t.date :day", f"t.index :{name}, name: 'fresh_index'",
        "t.references :parent, index: false",
    ])  # fmt: skip
    return f"change_table :{table} do |t|\n  {inner}\nend"


# Instructions, with `T` for a table, `C` for one of its columns and `_` for one of what follows.
_SAYS: list[tuple[str, list[str]]] = [
    ("remove_column :T, :C", []),
    ("rename_column :T, :C, :renamed", []),
    ("change_column_null :T, :C, _", ["true", "false"]),
    ("change_column_default :T, :C, _", ["nil", "from: 1, to: nil"]),
    ("change_column :users, :name, _", [":text", ":string, limit: 30", ":text, null: true"]),
    ("change_column :users, :age, _", [":bigint", ":integer, default: 2", ":decimal"]),
    ("add_index :T, :C_", ["", ", unique: true", ", name: :named", ", if_not_exists: true"]),
    ("add_index :users, [:name, :age], _", ["order: { age: :desc }", "where: 'age > 1'", "unique: true"]),
    ("add_index :users, 'lower(name)'", []),
    ("remove_index :users, :email", []),
    ("remove_index :posts, name: 'by_user'", []),
    ("rename_index :posts, 'by_user', 'by_users'", []),
    ("rename_table :_, :moved", ["users", "posts", "groups"]),
    ("drop_table :_", ["posts", "groups"]),
    ("drop_table :users, force: :cascade", []),
    (
        "add_reference :groups, :user, _",
        ["foreign_key: true", "null: true", "index: false", "type: :uuid", "polymorphic: true"],
    ),
    ("remove_reference :posts, :user, foreign_key: true", []),
    ("remove_reference :posts, :about, polymorphic: true", []),
    ("add_foreign_key :users, :users, column: :age, _", ["on_delete: :nullify", "validate: false", "name: :named"]),
    ("remove_foreign_key :posts, :users", []),
    ("add_check_constraint :users, 'age > 1'_", ["", ", name: :adult", ", validate: false"]),
    ("remove_check_constraint :posts, name: 'short_tags'", []),
    ("create_join_table :users, :groups", []),
    ("create_join_table :posts, :users_", ["", ", table_name: :likes", ", column_options: { null: true }"]),
    ("change_column_comment :users, :name, _", ["nil", "'a name'"]),
    ("change_table_comment :users, 'people'", []),
    ("remove_timestamps :users", []),
    ("add_timestamps :groups, null: true", []),
    ("enable_extension 'citext'", []),
    ("execute 'ALTER TABLE users ADD COLUMN raw integer NOT NULL DEFAULT 3'", []),
    ("execute 'CREATE UNIQUE INDEX raw ON users (name) WHERE age > 3'", []),
    ("%i[a b].each { |name| add_column :users, name, :string, default: name.to_s }", []),
    ("execute 'UPDATE users SET age = 1'", []),
]
_MADE: list[Callable[[random.Random, str, str], str]] = [_add, _add, _create, _create, _change_table]


def _said(chance: random.Random, table: str, name: str) -> str:
    text, more = chance.choice(_SAYS)
    text = text.replace(":T", f":{table}").replace(":C", f":{name}")
    return text[::-1].replace("_", chance.choice(more)[::-1], 1)[::-1] if more else text


def make(chance: random.Random) -> str:
    """The body of a migration."""
    steps = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        table = chance.choice(sorted(TABLES))
        # The instructions that have more to choose from come oftener.
        edit = chance.choice([*_MADE, *[_said] * 12])
        steps.append(edit(chance, table, chance.choice(TABLES[table])))
    return "\n".join(steps)
