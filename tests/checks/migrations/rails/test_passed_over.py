"""What a migration does in words that the reader does not know, and what it may hide behind."""

from __future__ import annotations

import time

import pytest

from bot.checks.migrations.face import Question
from bot.checks.migrations.rails.computed import Kind, read_pieces
from bot.checks.migrations.rails.modules import find_overridden
from bot.checks.migrations.rails.ruby import parse
from tests.checks.migrations.efcore.project import Hidden
from tests.checks.migrations.rails.project import (
    BASE,
    FIRST,
    USERS,
    change,
    files,
    judge,
    migration,
    schema,
    told,
)
from tests.checks.migrations.rails.test_structure import change as change_sql
from tests.checks.migrations.rails.test_structure import dump

GONE = USERS.replace('    t.string "name"\n', "")
DROP = "remove_column :users, :name"
SQL = "ALTER TABLE users DROP COLUMN name"


@pytest.mark.parametrize(
    "body",
    [
        f"self.{DROP}",
        f"send(:{DROP.replace(' ', ', ', 1)})",
        "public_send('remove_column', 'us' + 'ers', :name)",
        f"ActiveRecord::Migration.{DROP}",
        f"connection.send(:{DROP.replace(' ', ', ', 1)})",
        "drop = ->(name) { remove_column :users, name }\ndrop.call(:name)",
        "change_table(:users) { |t| t.send(:remove, :name) }",
        f"execute <<~UPDATE\n  {SQL}\nUPDATE",
        f"User.connection.select_all('{SQL}')",
        "execute ['ALTER TABLE', 'users', 'DROP COLUMN name'].join(' ')",
        '%w[users].each { |name| execute "ALTER TABLE #{name} DROP COLUMN name" }',
        f"begin\n  {DROP}\nensure\n  puts 1\nend",
        f"connection.raw_connection.exec('{SQL}')",
        "[:name].each { remove_column :users, _1 }",
        "[:name].each { remove_column :users, it }",
        "change_table(:users) { _1.remove :name }",
        "drop = lambda { |name| remove_column :users, name }\ndrop[:name]",
        f"connection.execute_batch(['SELECT 1', '{SQL}'])",
    ],
)
def test_what_drops_a_column_in_other_words_is_followed(body: str) -> None:
    assert told(change(body, GONE)) == []
    assert told(change(body, USERS))[0].startswith("rails-schema-")


@pytest.mark.parametrize(
    "body",
    [
        "drop_it",
        "drop_it :users, :name",
        f"eval('{DROP}')",
        f"instance_eval '{DROP}'",
        'send("remove_#{KIND}", :users, :name)',
        "method(:remove_column).call(:users, :name)",
        "[:users].each(&method(:drop_table))",
        "super",
        f"execute 'CREATE FUNCTION f() RETURNS void AS $$ BEGIN {SQL}; END $$'\nexecute 'SELECT f()'",
        "revert OtherMigration",
        "case [KIND, 1]\nin [a, b]\n  remove_column :users, :name\nend",
        f"begin\n  puts 1\nrescue StandardError\n  {DROP}\nend",
        f"ActiveRecord::Base.connection_pool.with_connection {{ |it| it.{DROP} }}",
        f"unless_there(:users) do\n  {DROP}\nend",
        "tap { |migration| migration.drop_table :users }",
        f"klass = Class.new(ActiveRecord::Migration[7.1]) {{ def change = {DROP} }}\nklass.migrate(:up)",
        'execute "ALTER TABLE #{table} DROP COLUMN name"',
        "execute <<~UPDATE\n  ALTER TABLE #{table} DROP COLUMN name\nUPDATE",
        "execute format('ALTER TABLE %s DROP COLUMN name', table)",
        f"execute \"DO $$ BEGIN IF 1 > 0 THEN EXECUTE '{SQL} ' || 'CASCADE'; END IF; END $$\"",
        "execute 'ALTER TABLE %s DROP COLUMN name' % table",
        'execute "SELECT 1; DROP TABLE #{table}"',
        "Runner.new.call('DROP TABLE ' + table)",
        "backfill_names batch_size: 100",
        "execute File.read('db/names.sql')",
        "load 'db/helper.rb'",
        "Rake::Task['db:names'].invoke",
        "system('psql', '-c', 'x')",
        "binding.eval('x')",
        f"`psql -c '{SQL}'`",
        f"{DROP} if Rails.env.production?",
        f"begin\n  raise 'x'\nrescue StandardError\n  {DROP}\nend",
        f"raise('x') rescue {DROP}",
        f"execute 'SET search_path TO old'\n{DROP}",
        "drop_schema NAME",
        "drop_schema 'public'",
        "execute 'DROP TYPE mood CASCADE'",
    ],
)
def test_what_may_drop_a_column_is_no_pass_of_a_schema_that_keeps_it(body: str) -> None:
    # What says nothing of a schema is doubted where the schema was not written after it.
    old = body.startswith("execute 'CREATE FUNCTION")
    said = told(change(body, USERS, version=20240101000000 if old else 20240202000000))

    assert any(one.startswith("? ") for one in said), said


UP = "  def change\n  end\n"


@pytest.mark.parametrize(
    "text",
    [
        f"ActiveRecord::Base.connection.{DROP}\n{migration('')}",
        f"class ChangeUsers < ActiveRecord::Migration[7.1]\n  connection.{DROP}\n{UP}end\n",
        f"class ChangeUsers < ActiveRecord::Migration[7.1]\n  prepend Helper\n{UP}end\n",
        f"class ChangeUsers < ActiveRecord::Migration[7.1]\n{UP}  def migrate(_)\n    {DROP}\n  end\nend\n",
        f"class ChangeUsers < ActiveRecord::Migration[7.1]\n{UP}  def exec_migration(one, _)\n    one.x\n  end\nend\n",
        f"class ChangeUsers < BaseMigration\n{UP}end\n",
        f"class ChangeUsers < ActiveRecord::Migration[7.1]\n  define_method(:change) {{ {DROP} }}\nend\n",
    ],
)
def test_what_stands_around_the_migration_is_no_pass(text: str) -> None:
    head = {**files(schema(USERS, version=20240202000000)), "db/migrate/20240202000000_change_users.rb": text}

    assert any(one.startswith("? ") for one in told(judge(BASE, head)))


def test_sql_in_a_schema_is_done_to_its_tables() -> None:
    head = files(schema(USERS, "execute 'ALTER TABLE users ADD nick text'"))

    assert told(judge(BASE, head))[0].startswith("rails-missing-column")


def test_a_schema_that_is_deleted_is_no_pass() -> None:
    head = {path: text for path, text in BASE.items() if path != "db/schema.rb"}

    assert told(judge(BASE, head))[0].startswith("? the file of the schema is deleted")


@pytest.mark.parametrize(
    "body",
    [
        "say_with_time('names') { User.update_all(name: 'x') }",
        "execute \"UPDATE users SET name = '#{name}' WHERE id = 1\"",
        "execute <<~SQL.squish\n  INSERT INTO users (name) SELECT 'create' FROM users WHERE name = #{quote(name)}\nSQL",
        "User.find_each { |user| user.update!(name: user.name.strip) }",
        "users = select_values('SELECT name FROM users')\nusers.each { |name| puts name }",
        "execute format('DELETE FROM users WHERE id = %d', id)",
        "User.reset_column_information\nUser.in_batches(of: 100) { |batch| batch.update_all(name: nil) }",
        "return if Rails.env.test?\nputs 1",
        "adapter_name\nputs columns(:users).size",
        "transaction do\n  User.delete_all\nend",
    ],
)
def test_what_changes_rows_alone_is_quiet(body: str) -> None:
    assert told(change(body, USERS)) == []


def test_a_method_of_the_file_runs_the_block_that_it_is_given() -> None:
    more = "  def each_table\n    %i[users].each { |name| yield name }\n  end\n"
    head = files(schema(USERS, version=20240202000000))
    text = migration("each_table { |name| remove_column name, :name }", more=more)
    path = "db/migrate/20240202000000_change_users.rb"

    assert told(judge(BASE, {**head, path: text}))[0].startswith("rails-schema-")


def test_a_file_that_has_the_name_of_one_that_is_gone_is_read_unless_it_is_that_one() -> None:
    moved = {path: text for path, text in BASE.items() if path != FIRST}
    moved["db/schema.rb"] = schema(USERS, version=20240303000000)
    path = "db/migrate/20240303000000_create_users.rb"
    other = migration("drop_table :accounts\nadd_column :users, :age, :integer", "CreateUsers")

    assert told(judge(BASE, {**moved, path: f"# moved\n{BASE[FIRST]}"}), Question.MISSING) == []
    assert told(judge(BASE, {**moved, path: other}), Question.MISSING) == ["rails-schema-lacks 4"]


@pytest.mark.parametrize(
    "body",
    [
        "add_column 'us' + 'ers', :age, :integer",
        "drop_table 'us' + 'ers'",
        "rename_table 'us' + 'ers', :people",
        "execute 'ALTER TABLE us' + 'ers ADD age int'",
        "drop_table('us' + 'ers') if table_exists?('us' + 'ers')",
        "names = %w[us ers]\nadd_column names.join, :age, :integer",
    ],
)
def test_a_name_that_is_put_together_is_a_table_of_the_dump(body: str) -> None:
    quiet = ', force: :cascade do |t|\n    t.string "key"\n  end\n\n  create_table "users", force: :cascade do |t|'
    parts = [USERS.replace("users", "cats").replace(", force: :cascade do |t|", quiet)]
    base = files(schema(*parts))
    path = "db/migrate/20240202000000_change_them.rb"
    head = files(schema(*parts, version=20240202000000))

    assert told(change_sql(body, dump("", "", "20240202000000")))[0].startswith("rails-schema-")
    assert told(judge(base, {**head, path: migration(body, "ChangeThem")}))[0].startswith("rails-schema-")


@pytest.mark.parametrize("line", ["belongs_to :group", "enum :status, { open: 0 }"])
def test_a_model_that_cannot_be_read_is_no_pass(line: str) -> None:
    path = "app/models/user.rb"
    text = f"class User < ApplicationRecord\n  {line}\n  def a(((\nend\n"
    base = {**BASE, path: "class User < ApplicationRecord\nend\n"}

    assert told(judge(base, {**base, path: text}))[0].startswith("? a syntax that cannot be read")
    assert told(judge({**base, path: text}, {**base, path: text + "\n# more\n"})) == []


def test_a_schema_that_is_dropped_is_advice() -> None:
    rules = [one.rule for one in change("drop_schema :old", USERS).findings[Question.RISKY]]

    assert rules == ["rails-drop-table"]


def test_comments_that_do_not_end_cost_no_square() -> None:
    begin = time.monotonic()

    assert read_pieces("CREATE TABLE a" + " /*" * 200_000).kind is Kind.TABLES
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize(
    "lead",
    [
        "connection.schema_search_path = 'other'",
        "ActiveRecord::Base.connection.schema_search_path = path",
        "ActiveRecord::Base.table_name_prefix = 'x_'",
    ],
)
def test_what_stands_behind_names_that_are_led_to_other_tables_is_not_known(lead: str) -> None:
    for parts in ((GONE,), (USERS,)):
        said = told(change(f"{lead}\n{DROP}", *parts), Question.MISSING)

        assert said[0].startswith("? ")
        assert "after which names stand for other tables" in said[0]


def test_names_that_are_led_back_stand_for_themselves() -> None:
    assert told(change(f"connection.schema_search_path = 'public'\n{DROP}", GONE)) == []


@pytest.mark.parametrize("takes_in", ["include Helper", "extend Helper", "include A::Helper"])
@pytest.mark.parametrize("defined", ["def say(text)", "def self.say(text)", "define_method(:say)"])
def test_a_word_that_a_module_defines_anew_is_not_known(takes_in: str, defined: str) -> None:
    path = "lib/a/helper.rb" if "::" in takes_in else "lib/helper.rb"
    more = {path: f"module Helper\n  {defined}\n  end\nend\n"}
    step = migration("say 'x'", more=f"  {takes_in}\n")
    head = {**files(schema(USERS, version=20240202000000), v20240202000000_change_users=step), **more}

    for question in (Question.MISSING, Question.RISKY):
        [said] = told(judge({**BASE, **more}, head), question)
        assert said == f"? `say`, which {takes_in.split()[1]} of {path} defines anew"


def test_a_module_that_is_taken_in_behind_many_others_counts_and_is_told_once() -> None:
    names = [*(f"A{at}" for at in range(600)), "Helper"]
    more = {f"{lib}/helper.rb": "module Helper\n  def say(text)\n  end\nend\n" for lib in ("app", "lib")}
    source = parse(FIRST, migration("say 'x'", more="".join(f"  include {name}\n" for name in names)).encode())
    tree = Hidden(more | {f"lib/{at}/{'x/' * 50}y.rb": "" for at in range(1_000)}, frozenset())
    begin = time.monotonic()

    assert list(find_overridden(tree, source)) == [(604, "`say`, which Helper of app/helper.rb defines anew")]
    assert time.monotonic() - begin < 2


def test_a_module_that_is_not_read_is_no_pass() -> None:
    source = parse(FIRST, migration("say 'x'", more="  include Helper\n").encode())
    tree = Hidden({"lib/helper.rb": ""}, frozenset({"lib/helper.rb"}))

    assert list(find_overridden(tree, source)) == [(2, "Helper of lib/helper.rb, which is not read")]


def test_a_module_that_defines_other_words_is_quiet() -> None:
    more = {"lib/helper.rb": "module Helper\n  def other\n  end\nend\n"}
    step = migration("say 'x'", more="  include Helper\n")
    head = {**files(schema(USERS, version=20240202000000), v20240202000000_change_users=step), **more}

    assert told(judge({**BASE, **more}, head), Question.MISSING, Question.RISKY) == []


@pytest.mark.parametrize(("body", "passes"), [(f"{SQL};", False), ("NULL;", True)])
def test_a_function_that_a_merged_migration_made_may_take_away_what_the_schema_has(body: str, *, passes: bool) -> None:
    made = migration(f"execute 'CREATE FUNCTION take() RETURNS void AS $$ BEGIN {body} END $$'", "MakeTake")
    merged = {"db/migrate/20240102000000_make_take.rb": made}
    base = {**files(schema(USERS, version=20240102000000)), **merged}
    step = migration("execute 'SELECT take()'")
    head = {**files(schema(USERS, version=20240102000000), v20240202000000_change_users=step), **merged}

    said = [one for one in told(judge(base, head), Question.MISSING) if "not understood" in one]

    assert bool(said) is not passes
