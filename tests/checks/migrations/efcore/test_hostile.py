"""Code that is made to cost: what is not followed to its end is unknown, and nothing grows without end."""

from __future__ import annotations

import pytest

from bot.checks.migrations.csharp.syntax import read_file
from bot.checks.migrations.efcore import fluent
from bot.checks.migrations.face import Question
from tests.checks.migrations.efcore.project import BASE, PATH, Files, code, judge, migration, snapshot, told

CONTEXT = "src/Shop/ShopContext.cs"
SELF, LOG = "F(b);", "Log(1);"


def _unknown(head: Files) -> bool:
    said = told(judge(BASE, head), Question.MISSING)
    return any(one.startswith("? ") for one in said)


def _method(members: str, calls: str) -> Files:
    head = {**BASE, **code(calls=calls)}
    head[CONTEXT] = head[CONTEXT].replace(
        "    protected override void On", f"{members}\n    protected override void On"
    )
    return head


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("class Abcdefghij{" * 3_000 + "}" * 3_000, id="types within types"),
        pytest.param("namespace Abcdefghij{" * 3_000 + "class A{}" + "}" * 3_000, id="namespaces within namespaces"),
        pytest.param(f"namespace {'a.' * 5_000}b {{ class A {{ }} }}", id="a namespace of many parts"),
    ],
)
def test_names_that_nest_do_not_grow_without_end(text: str) -> None:
    file = read_file("a.cs", text.encode())

    assert file.broken is not None
    assert all(len(one.full_name) < 2_000 for one in file.types)


def test_a_file_with_so_many_usings_is_unknown() -> None:
    usings = "".join(f"using A{number};\n" for number in range(3_000))
    file = read_file("a.cs", f"{usings}class A {{ }}".encode())

    assert (file.broken, len(file.usings), [one.name for one in file.types]) == (2_001, 2_000, ["A"])


@pytest.mark.parametrize(
    ("members", "calls"),
    [
        pytest.param(f"void F(ModelBuilder b) {{ {SELF * 40} }}", "F(modelBuilder);", id="a method that calls itself"),
        pytest.param(f"void F(ModelBuilder b) {{ {SELF * 9}{LOG * 900} }}", "F(modelBuilder);", id="with long bodies"),
        pytest.param(
            "", "modelBuilder.Entity<Order>().HasOne<Order>().WithMany();" * 600, id="relations of one entity type"
        ),
        pytest.param(
            "",
            "".join(f'modelBuilder.Entity<Order>().HasIndex(o => o.Id, "I{number}");' for number in range(1_100)),
            id="indexes of one entity type",
        ),
    ],
)
def test_a_model_of_too_many_steps_is_unknown(monkeypatch: pytest.MonkeyPatch, members: str, calls: str) -> None:
    monkeypatch.setattr(fluent, "_MAX_STEPS", 5_000)

    assert _unknown(_method(members, calls))


def test_members_that_all_lead_to_other_types_are_bounded() -> None:
    assert _unknown({**BASE, **code(more="".join(f"public Order O{number} {{ get; set; }}" for number in range(600)))})


def test_what_is_not_followed_is_said_once_of_each_kind() -> None:
    answer = judge(BASE, {**BASE, **code(calls="modelBuilder.Entity<Order>().HasOne<Order>().WithMany();" * 600)})

    assert len(answer.unknowns[Question.MISSING]) == 1


def test_attributes_for_indexes_are_bounded() -> None:
    order = BASE["src/Shop/Order.cs"].replace("public class", '[Index("Id", "Name")]' * 2_000 + "public class")
    indexes = "".join(f'[Index("Id", Name = "I{number}")]' for number in range(1_100))

    assert not _unknown({**BASE, PATH: BASE[PATH] + "\n", "src/Shop/Order.cs": order})
    assert _unknown(
        {**BASE, "src/Shop/Order.cs": BASE["src/Shop/Order.cs"].replace("public class", f"{indexes}public class")}
    )


def test_a_class_with_so_many_bases_is_unknown() -> None:
    bases = "namespace Shop;\n" + "".join(f"public class B{n} : B{n + 1} {{ }}\n" for n in range(30))
    bases += "public class B30 { public int Hidden { get; set; } }\n"
    order = BASE["src/Shop/Order.cs"].replace("public class Order", "public class Order : B0")

    assert _unknown({**BASE, "src/Shop/Order.cs": order, "src/Shop/Bases.cs": bases})


def test_a_hierarchy_so_deep_in_a_snapshot_is_unknown() -> None:
    more = "".join(
        f'modelBuilder.Entity("S.A{n}", b => {{ b.HasBaseType("S.A{n + 1}"); b.Property<int>("Id"); }});\n'
        for n in range(300)
    )

    assert _unknown({**BASE, PATH: snapshot(more=more)})


def test_types_of_one_name_in_many_namespaces_are_told_apart() -> None:
    others = "".join(
        f"namespace N{number} {{ public class Base {{ public int P{number} {{ get; set; }} }} }}\n"
        for number in range(3_000)
    )
    order = BASE["src/Shop/Order.cs"].replace("namespace Shop;", "using N7;\nnamespace Shop;")
    order = order.replace("public class Order", "public class Order : Base")

    assert told(judge(BASE, {**BASE, "src/Shop/Order.cs": order, "src/Shop/Others.cs": others})) == [
        "efcore-missing-column: column Orders.P7 is new (integer)"
    ]


def test_a_helper_with_a_long_text_is_not_kept_many_times() -> None:
    members = f'        void F(MigrationBuilder m) {{ {"F(m);" * 40} m.Sql("{"x" * 100_000}"); }}\n'
    files = migration("20240202000000", "Age", "F(migrationBuilder);")
    path = "src/Shop/Migrations/20240202000000_Age.cs"
    files[path] = files[path].replace(
        "        protected override void Down", f"{members}        protected override void Down"
    )

    assert _unknown({**BASE, **files})


def test_a_version_column_of_postgresql_needs_no_step() -> None:
    xmin = '\n                    b.Property<uint>("xmin").ValueGeneratedOnAddOrUpdate().HasColumnType("xid");\n'
    calls = "modelBuilder.Entity<Order>().UseXminAsConcurrencyToken();"
    head = {**BASE, **code(calls=calls), PATH: snapshot(xmin)}

    assert told(judge(BASE, head)) == []
    assert told(judge(BASE, {**BASE, **code(calls=calls)})) == [
        "efcore-missing-column: column Orders.xmin is new (xid)"
    ]
