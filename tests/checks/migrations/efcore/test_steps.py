"""Migrations against the snapshot, their order, edits and risks."""

from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.efcore.project import BASE, PATH, Files, code, judge, migration, snapshot, told

AGE = '\n                    b.Property<int>("Age")\n                        .HasColumnType("integer");\n'
ADD = (
    '            migrationBuilder.AddColumn<int>(name: "Age", table: "Orders", type: '
    '"integer", nullable: false, defaultValue: 0);'
)
AGED = snapshot(AGE)
CODE = code(more="public int Age { get; set; }")
GOOD: Files = {**BASE, **CODE, PATH: AGED, **migration("20240202000000", "Age", ADD, AGED)}
INDEX = snapshot(AGE, '\n                    b.HasIndex("Age");\n')


def test_a_migration_with_its_snapshot_is_quiet() -> None:
    assert told(judge(BASE, GOOD)) == []


@pytest.mark.parametrize(
    ("head", "found"),
    [
        pytest.param(
            {**BASE, **CODE, PATH: AGED},
            [
                (
                    "efcore-snapshot-without-migration: the snapshot says: column Orders.Age is new "
                    "(integer); the change brings no migration that does that"
                )
            ],
            id="a snapshot without a migration",
        ),
        pytest.param(
            {**GOOD, PATH: snapshot()},
            [
                (
                    "efcore-migration-adds: the snapshot says: column Orders.Age is gone from the "
                    "schema; the migrations of the change do not do that"
                ),
                "efcore-missing-column: column Orders.Age is new (integer)",
            ],
            id="a migration without its snapshot",
        ),
        pytest.param(
            {**GOOD, **migration("20240202000000", "Age", "", AGED)},
            [
                (
                    "efcore-migration-lacks: the snapshot says: column Orders.Age is new (integer); "
                    "the migrations of the change do not do that"
                )
            ],
            id="an empty migration",
        ),
        pytest.param(
            {**GOOD, **migration("20240202000000", "Age", ADD.replace('"Age"', '"Aeg"'), AGED)},
            [
                (
                    "efcore-migration-adds: the snapshot says: column Orders.Aeg is gone from the "
                    "schema; the migrations of the change do not do that"
                ),
                (
                    "efcore-migration-lacks: the snapshot says: column Orders.Age is new (integer); "
                    "the migrations of the change do not do that"
                ),
            ],
            id="another column",
        ),
        pytest.param(
            {**GOOD, **migration("20240202000000", "Age", ADD)},
            [
                (
                    "efcore-designer-differs: the snapshot says: column Orders.Age is new (integer); "
                    "the model of 20240202000000_Age"
                )
            ],
            id="a target model of before",
        ),
        pytest.param(
            {key: text for key, text in GOOD.items() if not key.endswith("Age.Designer.cs")},
            ["efcore-no-designer: 20240202000000_Age has no [Migration] attribute: EF Core does not see it"],
            id="no target model",
        ),
        pytest.param(
            {**GOOD, **code(more="public long Age { get; set; }")},
            ["efcore-missing-type: the type of Orders.Age is now bigint (was integer)"],
            id="an edit after the migration",
        ),
        pytest.param(
            {
                **GOOD,
                **code(more="public int Age { get; set; }", calls="modelBuilder.Entity<Order>().HasIndex(o => o.Age);"),
            },
            ["efcore-missing-index: index IX_Orders_Age of Orders is new"],
            id="an index that the migration lacks",
        ),
        pytest.param(
            {
                **GOOD,
                PATH: INDEX,
                **code(more="public int Age { get; set; }", calls="modelBuilder.Entity<Order>().HasIndex(o => o.Age);"),
            },
            [
                (
                    "efcore-migration-lacks: the snapshot says: index IX_Orders_Age of Orders is "
                    "new; the migrations of the change do not do that"
                ),
                (
                    "efcore-designer-differs: the snapshot says: index IX_Orders_Age of Orders is "
                    "new; the model of 20240202000000_Age"
                ),
            ],
            id="an index in the snapshot alone",
        ),
    ],
)
def test_a_wrong_migration_is_found(head: Files, found: list[str]) -> None:
    assert sorted(told(judge(BASE, head))) == sorted(found)


def test_sql_that_may_do_it_is_unknown() -> None:
    up = '            migrationBuilder.Sql("ALTER TABLE \\"Orders\\" ADD COLUMN \\"Age\\" integer");'
    head = {**GOOD, **migration("20240202000000", "Age", up, AGED)}

    [said] = told(judge(BASE, head))
    assert said.startswith("? column Orders.Age is new (integer) in the snapshot; an operation of 20240202000000_Age")


def test_a_migration_without_a_way_up_is_told() -> None:
    files = migration("20240202000000", "Data", "")
    path = "src/Shop/Migrations/20240202000000_Data.cs"
    files = {**files, path: files[path].replace("void Up(", "void Apply(")}

    assert told(judge(BASE, {**BASE, **files})) == ["? no class of a migration with an `Up` is seen in it"]


def test_a_migration_of_data_alone_is_quiet() -> None:
    up = '            migrationBuilder.Sql("UPDATE \\"Orders\\" SET \\"Name\\" = \'x\'");'

    assert told(judge(BASE, {**BASE, **migration("20240202000000", "Data", up)})) == []


def test_a_rename_is_followed() -> None:
    head = {
        **BASE,
        PATH: snapshot().replace('("Note")', '("Remark")'),
        "src/Shop/Order.cs": BASE["src/Shop/Order.cs"].replace("Note", "Remark"),
    }
    up = '            migrationBuilder.RenameColumn(name: "Note", table: "Orders", newName: "Remark");'

    assert told(judge(BASE, {**head, **migration("20240202000000", "Rename", up, head[PATH])})) == []


def test_a_deleted_snapshot_is_found() -> None:
    head = {key: text for key, text in BASE.items() if key != PATH}

    assert [one.rule for one in judge(BASE, head).findings[Question.CONFLICTS]] == ["efcore-snapshot-deleted"]


@pytest.mark.parametrize(
    ("old", "new", "did"),
    [
        pytest.param('type: "text", nullable: true', 'type: "text", nullable: false', ["edited"], id="an edit"),
        pytest.param("// none", "// none", [], id="nothing"),
        pytest.param(
            "            migrationBuilder.CreateTable(",
            "            // made by hand\n            migrationBuilder.CreateTable(",
            [],
            id="a comment",
        ),
        pytest.param("namespace Shop.Migrations", "namespace Shop.Data.Migrations", [], id="another namespace"),
    ],
)
def test_what_is_done_to_a_merged_migration(old: str, new: str, did: list[str]) -> None:
    path = "src/Shop/Migrations/20240101000000_Init.cs"
    head = {**BASE, path: BASE[path].replace(old, new)}

    assert [one.rule.rpartition("-")[2] for one in judge(BASE, head).findings[Question.EDITED]] == did


def test_a_move_is_no_edit_and_a_deletion_is() -> None:
    moved = {key.replace("Migrations/2024", "Migrations/Old/2024"): text for key, text in BASE.items()}
    gone = {key: text for key, text in BASE.items() if "20240101000000_Init" not in key}

    assert judge(BASE, moved).findings[Question.EDITED] == ()
    assert [one.rule for one in judge(BASE, gone).findings[Question.EDITED]] == ["efcore-merged-migration-deleted"]


def test_a_migration_that_sorts_early_is_a_note() -> None:
    head = {**GOOD, **migration("20230101000000", "Age", ADD, AGED)}
    head = {key: text for key, text in head.items() if "20240202000000" not in key}

    [one] = judge(BASE, head).findings[Question.CONFLICTS]
    assert (one.rule, one.certainty.value) == ("efcore-order", "note")


def test_two_migrations_of_one_name_clash() -> None:
    head = {**GOOD, **migration("20240303000000", "Init", "")}

    assert "efcore-same-name" in [one.rule for one in judge(BASE, head).findings[Question.CONFLICTS]]


def test_risks_name_what_loses_data_or_locks() -> None:
    up = """            migrationBuilder.DropColumn(name: "Note", table: "Orders");
            migrationBuilder.AddColumn<int>(name: "Age", table: "Orders", type: "integer", nullable: false);
            migrationBuilder.CreateIndex(name: "IX_Orders_Name", table: "Orders", column: "Name");
            migrationBuilder.Sql("DELETE FROM lines");"""
    found = judge(BASE, {**BASE, **migration("20240202000000", "Risk", up)}).findings[Question.RISKY]

    assert [(one.rule, one.line) for one in found] == [
        ("efcore-drop-column", 7),
        ("efcore-not-null-without-default", 8),
        ("efcore-lock-index", 9),
        ("efcore-delete-rows", 10),
    ]
