"""What of `Up` is done: conditions, ways out, loops, helpers and names that are computed."""

from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.efcore.project import BASE, PATH, Files, code, judge, migration, snapshot, told

AGE = '\n                    b.Property<int>("Age")\n                        .HasColumnType("integer");\n'
AGED = snapshot(AGE)
AGED_PATH = "src/Shop/Migrations/20240202000000_Age.cs"
ADD = 'migrationBuilder.AddColumn<int>(name: "Age", table: "Orders", type: "integer", nullable: false);'
HELP = ADD.replace("migrationBuilder", "m")
NAMED = HELP.replace('"Age"', "name")
LACKS = "efcore-migration-lacks: the snapshot says: column Orders.Age is new (integer)"
ROWS = 'if (On) { migrationBuilder.InsertData("Orders", "Name", "x"); }'


def _with(up: str, members: str = "") -> Files:
    files = migration("20240202000000", "Age", up, AGED)
    text = files[AGED_PATH].replace(
        "        protected override void Down", f"{members}        protected override void Down"
    )
    return {**BASE, **code(more="public int Age { get; set; }"), PATH: AGED, **files, AGED_PATH: text}


def _without(up: str) -> Files:
    """The same steps, where neither code nor snapshot has the column."""
    return {**BASE, **migration("20240202000000", "Age", up)}


MAYBE = [
    pytest.param(f"\n#if DEBUG\n{ADD}\n#endif\n", id="a condition of the compiler"),
    pytest.param(f"\n#if DEBUG\nreturn;\n#endif\n{ADD}", id="a way out behind a condition of the compiler"),
    pytest.param(f"if (On) {{ return; }} {ADD}", id="a way out behind a condition"),
    pytest.param(f'if (On) throw new System.Exception("no"); {ADD}', id="an error behind a condition"),
    pytest.param(f"if (On) {{ {ADD} }}", id="a condition"),
    pytest.param(f"if (On) {{ }} else {{ {ADD} }}", id="the other way of a condition"),
    pytest.param(f"if (On) {{ if (Off) {{ return; }} }} {ADD}", id="a way out behind two conditions"),
    pytest.param(f"while (On) {{ {ADD} }}", id="a loop with a condition"),
    pytest.param(f"foreach (var one in Names) {{ {ADD} }}", id="a loop over what is not known"),
    pytest.param(f"foreach (var one in Names) {{ return; }} {ADD}", id="a way out in a loop"),
    pytest.param(f"switch (On) {{ case true: return; }} {ADD}", id="a way out in a switch"),
    pytest.param(f"try {{ {ADD} }} catch {{ }}", id="an attempt"),
    pytest.param(f"void F() {{ {ADD} }} F();", id="a function within"),
    pytest.param(f"Names.ToList().ForEach(one => {ADD[:-1]});", id="a lambda"),
    pytest.param(f"_ = On ? {ADD[:-1]} : null;", id="a choice"),
    pytest.param(f'_ = On ? "{"x" * 900}" : {ADD[:-1]};', id="a long choice"),
    pytest.param(f"{ADD} migrationBuilder.Operations.Clear();", id="operations that are taken away"),
    pytest.param(ADD.replace('"Age"', "Column"), id="a name that is computed"),
    pytest.param(ADD.replace('"Orders"', '$"Ord{x}"'), id="a text with holes"),
    pytest.param(ADD.replace("nullable: false", "nullable: On"), id="a nullability that is computed"),
]


@pytest.mark.parametrize("up", MAYBE)
def test_a_step_that_may_not_be_done_is_unknown(up: str) -> None:
    for head in (_with(up), _without(up)):
        said = told(judge(BASE, head))

        assert said
        assert all(one.startswith("? ") for one in said)


@pytest.mark.parametrize(
    "up",
    [
        pytest.param(f"return; {ADD}", id="a way out"),
        pytest.param(f'throw new System.Exception("no"); {ADD}', id="an error"),
        pytest.param(f"if (migrationBuilder.IsNpgsql()) {{ return; }} {ADD}", id="a way out for the provider"),
        pytest.param(f"if (migrationBuilder.IsSqlite()) {{ {ADD} }}", id="another provider"),
    ],
)
def test_what_stands_behind_a_way_out_is_not_done(up: str) -> None:
    [said] = told(judge(BASE, _with(up)))

    assert said.startswith(LACKS)
    assert told(judge(BASE, _without(up))) == []


@pytest.mark.parametrize(
    ("up", "members"),
    [
        pytest.param(ADD + " return;", "", id="a way out at the end"),
        pytest.param(f"if (migrationBuilder.IsSqlite()) {{ return; }} {ADD}", "", id="a way out for another provider"),
        pytest.param(
            f'if (ActiveProvider == "Npgsql.EntityFrameworkCore.PostgreSQL") {{ {ADD} }}', "", id="the active provider"
        ),
        pytest.param(f"var b = migrationBuilder; {ADD.replace('migrationBuilder', 'b')}", "", id="another name"),
        pytest.param("Add(migrationBuilder);", f"void Add(MigrationBuilder m) {{ {HELP} }}", id="a helper"),
        pytest.param(
            'Add(migrationBuilder, "Age");',
            f"void Add(MigrationBuilder m, string name) {{ {NAMED} }}",
            id="a helper that is given a name",
        ),
        pytest.param(
            ADD.replace('"Orders"', "Table"),
            'private const string Table = "Ord" + "ers";',
            id="a constant of the class",
        ),
        pytest.param('const string table = "Orders"; ' + ADD.replace('"Orders"', "table"), "", id="a variable"),
        pytest.param(f"{{ {ADD} }}", "", id="a block"),
        pytest.param(f"{ADD} {ROWS}", "", id="rows behind a condition"),
        pytest.param(f"{ADD} if (On) {{ return; }}", "", id="a way out with nothing behind it"),
    ],
)
def test_steps_that_are_done_are_seen(up: str, members: str) -> None:
    assert told(judge(BASE, _with(up, members))) == []


def test_the_class_that_has_the_id_counts() -> None:
    files = _with("")
    path = "src/Shop/Migrations/20240202000000_Age.cs"
    other = f"class Other {{ void Up(MigrationBuilder migrationBuilder) {{ {ADD} }} }}\n    public partial class Age"
    files[path] = files[path].replace("public partial class Age", other)

    [said] = told(judge(BASE, files))

    assert said.startswith(LACKS)


def test_helpers_that_call_themselves_end() -> None:
    members = "void F(MigrationBuilder m) { F(m); F(m); F(m); m.DropTable(Name); }"
    said = told(judge(BASE, _with(f"F(migrationBuilder); {ADD}", members)))

    assert said
    assert all(one.startswith("? ") for one in said)


@pytest.mark.parametrize(
    ("up", "members"),
    [
        pytest.param("Helper.F(migrationBuilder);", "", id="a helper elsewhere"),
        pytest.param("base.Up(migrationBuilder);", "", id="the base's"),
        pytest.param("_m = migrationBuilder; F();", 'void F() { _m.DropTable("Orders"); }', id="a member"),
        pytest.param("this._m = migrationBuilder; F();", 'void F() { _m.DropTable("Orders"); }', id="a member of this"),
        pytest.param('try { migrationBuilder.DropTable("Orders"); } catch { }', "", id="an attempt"),
    ],
)
def test_what_is_done_elsewhere_may_take_data_away(up: str, members: str) -> None:
    answer = judge(BASE, _with(ADD + up, f"{members}\n"))

    assert [one.path for one in answer.unknowns[Question.RISKY]] == [AGED_PATH]


def test_what_names_no_builder_takes_no_data_away() -> None:
    answer = judge(BASE, _with(ADD + ' var m = migrationBuilder; System.Console.WriteLine("done");'))

    assert answer.unknowns[Question.RISKY] == ()


STOP = 'throw new System.Exception("no");'


@pytest.mark.parametrize(
    ("up", "members"),
    [
        pytest.param(f"Stop(); {ADD}", f"void Stop() {{ {STOP} }}\n", id="a helper"),
        pytest.param(
            f"this.Stop(); {ADD}", f"void Stop() {{ Again(); }} void Again() {{ {STOP} }}\n", id="two helpers"
        ),
        pytest.param(f"var x = Stop(); {ADD}", f"int Stop() {{ {STOP} }}\n", id="a helper that gives something"),
        pytest.param(
            f"Stop(migrationBuilder); {ADD}", f"void Stop(MigrationBuilder m) {{ {STOP} }}\n", id="one with the builder"
        ),
        pytest.param(
            "Go(migrationBuilder);",
            f"void Go(MigrationBuilder m) {{ Stop(); {HELP} }} void Stop() {{ {STOP} }}\n",
            id="one within another",
        ),
    ],
)
def test_an_error_in_a_method_that_is_called_ends_all(up: str, members: str) -> None:
    [said] = told(judge(BASE, _with(up, members)))

    assert said.startswith(LACKS)


@pytest.mark.parametrize(
    ("up", "members"),
    [
        pytest.param(f"Stop(); {ADD}", f"void Stop() {{ if (On) {STOP} }}\n", id="behind a condition"),
        pytest.param(f"Stop(); {ADD}", 'void Stop() => throw new System.Exception("no");\n', id="an expression"),
        pytest.param(f"if (On) {{ Stop(); }} {ADD}", f"void Stop() {{ {STOP} }}\n", id="a helper behind a condition"),
        pytest.param(f"Stop(); {ADD}", f"void Stop() {{ try {{ X(); }} catch {{ {STOP} }} }}\n", id="an attempt"),
        pytest.param(f"_ = y ?? throw new System.Exception(); {ADD}", "", id="an expression of its own"),
    ],
)
def test_an_error_that_may_be_in_a_method_that_is_called_leaves_all_open(up: str, members: str) -> None:
    said = told(judge(BASE, _with(up, members)))

    assert said
    assert all(one.startswith("? ") for one in said)


@pytest.mark.parametrize(
    ("up", "members"),
    [
        (f"Stop(migrationBuilder); {ADD}", "void Stop(MigrationBuilder m) { return; }\n"),
        (f'Log("throw "); {ADD}', "void Log(string text) { }\n"),
        (f"Again(); {ADD}", "void Again() { Again(); }\n"),
    ],
)
def test_a_method_that_comes_back_ends_nothing(up: str, members: str) -> None:
    assert told(judge(BASE, _with(up, members))) == []
