from __future__ import annotations

import pytest

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.laravel import ORM
from bot.model import Certainty
from tests.checks.migrations.django.memory import make_change

FIRST = "database/migrations/2024_01_01_000000_create_users_table.php"
SECOND = "database/migrations/2024_02_02_000000_change_users.php"
DOWN = "    public function down(): void { Schema::dropIfExists('users'); }\n"


def migration(up: str, head: str = "return new class extends Migration", end: str = ";", down: str = DOWN) -> str:
    return f"<?php\n\n{head}\n{{\n    public function up(): void\n    {{\n        {up}\n    }}\n{down}}}{end}\n"


def named(name: str, up: str = "") -> str:
    return migration(up, f"class {name} extends Migration", "")


CREATE = "Schema::create('users', function (Blueprint $table) { $table->id(); $table->string('name'); });"
BASE = {FIRST: migration(CREATE), "app/Models/User.php": "<?php\n"}


def judge(head: dict[str, str], base: dict[str, str] = BASE) -> Answer:
    return ORM.judge(make_change(base, head), ())


def rules(answer: Answer, question: Question) -> list[str]:
    return [one.rule for one in answer.findings[question]]


def table(line: str) -> str:
    return f"Schema::table('users', function (Blueprint $table) {{ {line} }});"


def test_nothing_can_be_missing_and_that_is_said() -> None:
    answer = judge({**BASE, SECOND: migration(table("$table->string('nick')->nullable();"))})

    assert answer.undeclared is not None
    assert Question.MISSING not in answer.findings


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        (SECOND, named("AddUsers"), "laravel-class-name"),
        ("modules/a/database/migrations/2024_01_01_000000_create_users_table.php", migration(""), "laravel-same-name"),
    ],
)
def test_names_that_clash_are_found(path: str, text: str, rule: str) -> None:
    assert rule in rules(judge({**BASE, path: text}), Question.CONFLICTS)


def test_a_class_that_is_there_already_is_found() -> None:
    base = {FIRST: named("CreateUsersTable")}
    again = FIRST.replace("2024_01_01", "2024_03_03")

    assert rules(judge({**base, again: named("CreateUsersTable")}, base), Question.CONFLICTS) == ["laravel-same-class"]
    assert rules(judge({**base, again: migration("")}, base), Question.CONFLICTS) == []


def test_one_that_sorts_before_a_merged_one_is_a_note() -> None:
    answer = judge({**BASE, SECOND.replace("2024_02", "2023_02"): migration("")})

    [late] = answer.findings[Question.CONFLICTS]
    assert (late.rule, late.certainty) == ("laravel-late", Certainty.NOTE)


def test_two_new_migrations_of_one_table_are_found() -> None:
    head = {**BASE, SECOND: migration("Schema::create('cats', fn (Blueprint $table) => $table->id());")}
    head[SECOND.replace("02_02", "03_03")] = head[SECOND]

    assert "laravel-table-twice" in rules(judge(head), Question.CONFLICTS)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (migration(CREATE.replace("name", "title")), 1),
        (migration(CREATE.replace(" $table->id", "\n            // the key\n            $table->id")), 0),
        (None, 1),
    ],
)
def test_merged_migrations_stay_as_they_are(text: str | None, count: int) -> None:
    head = {**BASE, FIRST: text} if text is not None else {"app/Models/User.php": "<?php\n"}

    assert len(judge(head).findings[Question.EDITED]) == count


def test_what_a_dump_of_the_schema_names_may_be_pruned() -> None:
    name = FIRST.rpartition("/")[2].removesuffix(".php")
    dump = f"CREATE TABLE users (id int);\nINSERT INTO migrations VALUES (1,'{name}',1);\n"

    assert rules(judge({"database/schema/mysql-schema.sql": dump}), Question.EDITED) == []


@pytest.mark.parametrize(
    ("up", "found"),
    [
        (table("$table->dropColumn(['name', 'nick']);"), ["laravel-drop-column"]),
        (table("$table->renameColumn('name', 'nick');"), ["laravel-rename-column"]),
        (table("$table->string('name', 50)->nullable()->change();"), ["laravel-change-column"]),
        (table("$table->string('nick');"), ["laravel-not-null-without-default"]),
        (table("if (! Schema::hasColumn('users', 'x')) { $table->dropColumn('x'); }"), ["laravel-drop-column"]),
        ("Schema::dropIfExists('users');", ["laravel-drop-table"]),
        ("Schema::connection('other')->rename('users', 'people');", ["laravel-rename-table"]),
        ("DB::table('users')->truncate();", ["laravel-delete-rows"]),
        ("DB::statement('ALTER TABLE users DROP COLUMN name');", ["laravel-drop-column"]),
        ('DB::statement("ALTER TABLE {$name} DROP COLUMN name");', ["laravel-computed-sql"]),
        (table("$table->string('nick')->nullable(); $table->index('nick'); $table->timestamps();"), []),
        ("Schema::create('cats', function (Blueprint $table) { $table->string('name'); });", []),
        ("DB::table('users')->where('id', 1)->delete();", []),
    ],
)
def test_steps_that_need_care_get_advice(up: str, found: list[str]) -> None:
    assert rules(judge({**BASE, SECOND: migration(up)}), Question.RISKY) == found


def test_a_migration_without_a_way_back_is_advice_where_others_have_one() -> None:
    assert rules(judge({**BASE, SECOND: migration("", down="")}), Question.RISKY) == ["laravel-no-down"]

    base = {FIRST: migration(CREATE, down="")}
    assert rules(judge({**base, SECOND: migration("", down="")}, base), Question.RISKY) == []


@pytest.mark.parametrize(
    "text", ["<?php\nreturn 1;\n", "<?php\nreturn new class extends Migration { public function up( {"]
)
def test_a_file_that_cannot_be_read_is_no_pass(text: str) -> None:
    assert judge({**BASE, SECOND: text}).unknowns[Question.CONFLICTS]


@pytest.mark.parametrize(
    ("up", "rule"),
    [
        ("DB::transaction(function () { Schema::drop('users'); });", "drop-table"),
        ("DB::transaction(fn () => Schema::drop('users'));", "drop-table"),
        ("Schema::withoutForeignKeyConstraints(function () { Schema::drop('users'); });", "drop-table"),
        ("collect(['a', 'users'])->each(function ($name) { Schema::drop($name); });", "drop-table"),
        (
            "Schema::whenTableHasColumn('users', 'name', function (Blueprint $t) { $t->dropColumn('name'); });",
            "drop-column",
        ),
        ("$this->clear();", "drop-table"),
    ],
)
def test_steps_within_functions_are_seen(up: str, rule: str) -> None:
    more = "    private function clear(): void { Schema::drop('users'); $this->clear(); }\n"

    answer = judge({**BASE, SECOND: migration(up, down=DOWN + more)})

    assert rules(answer, Question.RISKY) == [f"laravel-{rule}"]


@pytest.mark.parametrize(
    "text",
    [
        "<?php Schema::drop('users');",
        migration("Schema::drop('users'"),
        "<?php return new class extends Migration { public function down(): void {} };",
        migration("Schema::a(fn () => " * 20_000),
    ],
)
def test_a_migration_that_cannot_be_read_is_not_safe(text: str) -> None:
    answer = judge({**BASE, SECOND: text})

    assert len(answer.unknowns[Question.RISKY]) == 1


def test_a_file_that_has_the_name_of_one_that_is_gone_is_read_unless_it_is_that_one() -> None:
    moved = {path: text for path, text in BASE.items() if path != FIRST}
    path = FIRST.replace("2024_01_01", "2024_03_03")

    assert rules(judge({**moved, path: BASE[FIRST] + "// moved\n"}), Question.RISKY) == []
    assert rules(judge({**moved, path: migration(table("$table->dropColumn('name');"))}), Question.RISKY) == [
        "laravel-drop-column"
    ]


@pytest.mark.parametrize(
    "up",
    [
        "S::table('users', function ($t) { $t->dropColumn('name'); });",
        "DB::connection('x')->getSchemaBuilder()->table('users', fn ($t) => $t->dropColumn('name'));",
        "$this->schema->table('users', function ($t) { $t->dropColumn('name'); });",
        "Schema::dropAllTables();",
        "DB::getSchemaBuilder()->drop('users');",
        "DB::select('DROP TABLE users');",
        "DB::connection()->getPdo()->exec('DROP TABLE users');",
        "DB::affectingStatement('ALTER TABLE users DROP COLUMN name');",
        "$db = DB::connection(); $db->statement('DROP TABLE users');",
        "app('db')->unprepared($sql);",
        "$schema = Schema::connection('x'); $schema->drop('users');",
        "User::truncate();",
        "User::query()->delete();",
        table("$table->dropConstrainedForeignIdFor(Team::class);"),
        table("$table->drop();"),
    ],
)
def test_steps_under_other_names_get_advice(up: str) -> None:
    assert rules(judge({**BASE, SECOND: migration(up)}), Question.RISKY)


@pytest.mark.parametrize(
    "up",
    [
        "Artisan::call('migrate:fresh');",
        "Artisan::call($command);",
        "exec('mysql < x.sql');",
        "`mysql < x.sql`;",
        "$this->dropIt();",
        "call_user_func([Schema::class, 'drop'], 'users');",
        "$verb = 'drop'; Schema::$verb('users');",
        "(new Dropper)->run();",
        table("$table->dropUserstamps();"),
        table("Columns::drop($table);"),
        table(f"Columns::drop($table, '{'x' * 600}');"),
        table("drop_columns($table);"),
        "Schema::table('users', function (Blueprint $t) { new Columns([$t]); });",
        "Schema::table('users', fn ($t) => Columns::drop($t));",
        "parent::up();",
        "static::dropIt();",
        "$drop = 'drop_users'; $drop();",
        "require __DIR__ . '/x.php';",
        "app(Dropper::class)->run();",
        "app()->make(Dropper::class)->run();",
        "resolve(Dropper::class)->anything();",
        "\\App::make('dropper')->run();",
        "$this->app->make(Dropper::class)->run();",
        "$dropper = app(Dropper::class); $dropper->run();",
        "$dropper = new Dropper(); $dropper->run();",
        "with(new Dropper)->run();",
        "(new Dropper)();",
        "app(Dropper::class)();",
        "app('db.schema')->drop('users');",
        "dispatch_sync(new DropUsers);",
        "DropUsers::dispatchSync();",
        "\\App\\Support\\Dropper::run();",
        "drop_user_table();",
        "DB::connection()->getDoctrineSchemaManager()->dropTable('users');",
    ],
)
def test_what_stands_elsewhere_is_not_taken_to_be_safe(up: str) -> None:
    [unknown] = judge({**BASE, SECOND: migration(up)}).unknowns[Question.RISKY]

    assert unknown.path == SECOND


@pytest.mark.parametrize(
    "up",
    [
        "User::query()->update(['name' => 'x']);",
        "app('cache')->store('x')->forget('a');",
        "app()['cache']->forget('a');",
        "app(\\Spatie\\Permission\\PermissionRegistrar::class)->forgetCachedPermissions();",
        "$user = new User(); $user->name = 'x'; $user->save();",
        "User::all()->each(fn ($user) => $user->save());",
        "array_column([], 'name');",
        "DB::connection()->getDoctrineSchemaManager()->listTableIndexes('users');",
        "$this->schema->table('users', function ($table) { $table->string('x')->nullable(); });",
        "Artisan::call('db:seed', ['--class' => 'Users']);",
        "DB::select('SELECT 1');",
        table("$table->dropIndex('i'); $table->dropForeignIdFor(User::class);"),
        "$this->fill(); } private function fill(): void { User::query()->update(['name' => 'x']);",
    ],
)
def test_rows_and_keys_are_quiet(up: str) -> None:
    answer = judge({**BASE, SECOND: migration(up)})

    assert (rules(answer, Question.RISKY), answer.unknowns[Question.RISKY]) == ([], ())


@pytest.mark.parametrize(
    "path",
    ["database/migrations/drop_users.php", "packages/a/src/migrations/2024_02_02_000000_x.php",
     "app/Migrations/2024_02_02_000000_x.php", "database/migrations/2024_02_02_000000_drop-users.php"],
)  # fmt: skip
def test_migrations_are_seen_by_what_laravel_runs(path: str) -> None:
    assert rules(judge({**BASE, path: migration("Schema::drop('users');")}), Question.RISKY) == ["laravel-drop-table"]


def test_code_around_the_class_is_told() -> None:
    text = migration("").replace("<?php", "<?php\nSchema::drop('users');")
    inner = (
        "class extends Migration { public function __construct() { Schema::drop('users'); } public function up() {} };"
    )

    assert judge({**BASE, SECOND: text}).unknowns[Question.RISKY]
    assert "laravel-drop-table" in rules(judge({**BASE, SECOND: f"<?php\nreturn new {inner}\n"}), Question.RISKY)


@pytest.mark.parametrize("around", ["tap(%s)", "(%s)", "once(%s)"])
def test_an_object_that_is_handed_back_however_deep_is_told(around: str) -> None:
    before, _, after = around.partition("%s")
    up = f"{before * 5_000}new Service{after * 5_000}->run();"

    assert judge({**BASE, SECOND: migration(up)}).unknowns[Question.RISKY]
