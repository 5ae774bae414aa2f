"""Files that are not read, or cannot be parsed: what rests on them is unknown, and never certain."""

from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.efcore.project import (
    BASE,
    PATH,
    Files,
    code,
    judge,
    judge_hidden,
    migration,
    snapshot,
    told,
)

CUSTOMER = """namespace Shop;
public class Customer
{
    public int Id { get; set; }
}
"""
TABLE = """
            modelBuilder.Entity("Shop.Customer", b =>
                {
                    b.Property<int>("Id").ValueGeneratedOnAdd().HasColumnType("integer");
                    b.HasKey("Id");
                    b.ToTable("Customers");
                });
"""
CREATE = """            migrationBuilder.CreateTable(
                name: "Customers",
                columns: table => new { Id = table.Column<int>(type: "integer", nullable: false) },
                constraints: table => { table.PrimaryKey("PK_Customers", x => x.Id); });"""
SETS = "public DbSet<Customer> Customers => Set<Customer>();"
WITH = snapshot(more=TABLE)
BOTH: Files = {
    **BASE,
    **code(sets=SETS, Customer=CUSTOMER),
    PATH: WITH,
    **migration("20240202000000", "More", CREATE, WITH),
}
CLASS = "src/Shop/Customer.cs"
CONTEXT = "src/Shop/ShopContext.cs"
PROJECT = "src/Shop/Shop.csproj"
ADDED = "src/Shop/Migrations/20240202000000_More.cs"
DESIGNER = "src/Shop/Migrations/20240202000000_More.Designer.cs"


def _only_unknown(said: list[str]) -> bool:
    return bool(said) and all(one.startswith("? ") for one in said)


def test_all_of_it_read_is_quiet() -> None:
    assert told(judge(BASE, BOTH)) == []


@pytest.mark.parametrize("path", [CLASS, CONTEXT, PATH, ADDED, DESIGNER])
def test_a_file_of_the_head_that_is_not_read_makes_nothing_certain(path: str) -> None:
    assert _only_unknown(told(judge_hidden(BASE, BOTH, at_head=[path])))


@pytest.mark.parametrize("path", [CLASS, CONTEXT, PROJECT, PATH])
def test_a_file_of_the_base_that_is_not_read_makes_nothing_certain(path: str) -> None:
    head = {key: text.replace("Enable", "enable").replace(" }\n", "  }\n") + "\n" for key, text in BOTH.items()}
    head[CLASS] = head[CLASS].replace("public int Id", "public string? Name { get; set; }\n    public int Id")

    assert _only_unknown(told(judge_hidden(BOTH, head, at_base=[path])))


def test_a_project_file_that_is_not_read_makes_nothing_certain() -> None:
    head = {**BASE, PROJECT: BASE[PROJECT] + "<!-- -->"}

    assert told(judge_hidden(BASE, head, at_head=[PROJECT])) == ["? it is over a limit"]


def test_a_file_that_is_not_read_and_does_not_concern_the_model_leaves_findings_as_they_are() -> None:
    other = "src/Shop/Other.cs"
    base = {**BASE, other: "namespace Shop;\nclass Other { }"}
    head = {**base, **code(more="public int Age { get; set; }"), other: base[other] + "\n"}

    assert told(judge_hidden(base, head, at_head=[other])) == [
        "efcore-missing-column: column Orders.Age is new (integer)"
    ]


def test_a_new_file_that_is_not_read_may_hold_anything() -> None:
    head = {**BASE, **code(more="public int Age { get; set; }"), "src/Shop/Other.cs": "class Other { }"}

    assert told(judge_hidden(BASE, head, at_head=["src/Shop/Other.cs"])) == ["? it is over a limit"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(CLASS, "public int Id", "public int int Id ((", id="an entity"),
        pytest.param(CONTEXT, "DbSet<Customer> ", "DbSet<Customer>> ", id="the context"),
        pytest.param(PATH, "b.HasKey", "b.HasKey(( ;", id="the snapshot"),
        pytest.param(ADDED, "nullable: false", "nullable: : ((", id="a migration"),
        pytest.param(DESIGNER, "b.HasKey", "b.HasKey(( ;", id="a target model"),
    ],
)
def test_a_file_that_cannot_be_parsed_makes_nothing_certain(path: str, old: str, new: str) -> None:
    head = {**BOTH, path: BOTH[path].replace(old, new)}
    answer = judge(BASE, head)

    assert _only_unknown(told(answer))
    assert path in {one.path for one in answer.unknowns[Question.MISSING] if one.line is not None}


def test_a_migration_that_cannot_be_parsed_is_no_pass_of_its_risks() -> None:
    head = {**BOTH, ADDED: BOTH[ADDED].replace("nullable: false", "nullable: : ((")}

    assert told(judge(BASE, head), Question.RISKY) == ["? a syntax that cannot be read"]


def test_a_merged_migration_that_cannot_be_parsed_any_more_is_unknown() -> None:
    path = "src/Shop/Migrations/20240101000000_Init.cs"
    head = {**BASE, path: BASE[path].replace("nullable: false", "nullable: : ((")}

    assert told(judge(BASE, head), Question.EDITED) == ["? a syntax that cannot be read"]


def test_what_a_snapshot_says_behind_a_condition_is_unknown() -> None:
    head = {**BASE, PATH: snapshot(more="            if (On) {" + TABLE + "            }\n")}

    assert any(one.startswith("? ") for one in told(judge(BASE, head)))


def test_a_snapshot_that_is_broken_and_stays_is_quiet_where_nothing_of_its_context_changes() -> None:
    base = {**BASE, PATH: BASE[PATH].replace("b.HasKey", "b.HasKey(( ;"), "src/Shop/Other.cs": "class Other { }"}

    assert told(judge(base, {**base, "src/Shop/Other.cs": "class Other { int X; }"})) == []
    assert _only_unknown(told(judge(base, {**base, **code(more="public int Age { get; set; }")})))


def test_a_member_behind_a_condition_of_the_compiler_is_unknown() -> None:
    member = "\n#if DEBUG\n    public int Age { get; set; }\n#endif\n"
    base = {**BASE, **code(more=member)}
    head = {**base, **code(more=member + "    public int Size { get; set; }\n")}

    assert told(judge(BASE, base)) == ["? Shop.Order: what stands behind a condition of the compiler is not followed"]
    assert told(judge(base, head)) == ["efcore-missing-column: column Orders.Size is new (integer)"]


def test_a_class_behind_a_condition_of_the_compiler_is_unknown() -> None:
    customer = CUSTOMER.replace("public class", "#if DEBUG\npublic class") + "#endif\n"
    customer = customer.replace("public int Id", "public int Age { get; set; }\n    public int Id")

    assert _only_unknown(told(judge(BOTH, {**BOTH, CLASS: customer})))
