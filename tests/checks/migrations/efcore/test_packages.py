"""What packages and older versions of EF Core do: Identity, former names, owned types, sequences, other providers."""

from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.efcore.project import (
    BASE,
    CREATE,
    FIRST,
    PATH,
    Files,
    code,
    judge,
    migration,
    snapshot,
    told,
)

USERS = """
            modelBuilder.Entity("Shop.User", b =>
                {
                    b.Property<string>("Id").HasColumnType("text");
                    b.Property<string>("UserName").HasMaxLength(256).HasColumnType("character varying(256)");
                    b.Property<string>("City").HasColumnType("text");
                    b.HasKey("Id");
                    b.ToTable("AspNetUsers");
                });
"""
USER = "namespace Shop;\npublic class User : IdentityUser { public string? City { get; set; } }\n"


def _identity(base: str, name: str = "Shop") -> Files:
    made = code(User=USER)
    made["src/Shop/ShopContext.cs"] = made["src/Shop/ShopContext.cs"].replace(
        " : DbContext(options)", f" : {base}(options)"
    )
    made["src/Shop/User.cs"] = made["src/Shop/User.cs"].replace("namespace Shop", f"namespace {name}")
    made["src/Shop/ShopContext.cs"] = f"using {name};\n" + made["src/Shop/ShopContext.cs"]
    return {**BASE, **made, PATH: snapshot(more=USERS)}


CONTEXTS = ["IdentityDbContext<User>", "ApiAuthorizationDbContext<User>", "CompanyDbContext<User>"]


@pytest.mark.parametrize("base", CONTEXTS)
def test_the_class_of_users_is_known_where_only_the_head_has_it(base: str) -> None:
    bare = {path: text for path, text in BASE.items() if path not in FIRST and path != PATH}
    head = {**_identity(base), **migration("20240101000000", "Init", "", snapshot(more=USERS))}

    assert [one for one in told(judge(bare, head)) if "AspNetUsers" in one and "missing" in one] == []
    assert [one for one in told(judge(bare, head)) if "table AspNetUsers is gone" in one] == []


@pytest.mark.parametrize("base", CONTEXTS)
def test_a_property_of_the_class_of_users_is_missing(base: str) -> None:
    old = _identity(base)
    head = {
        **old,
        "src/Shop/User.cs": old["src/Shop/User.cs"].replace("? City", "? Street { get; set; } public string? City"),
    }

    assert told(judge(old, head)) == ["efcore-missing-column: column AspNetUsers.Street is new (text)"]


@pytest.mark.parametrize("base", CONTEXTS[:2])
def test_a_class_that_moves_to_another_namespace_keeps_what_packages_bring(base: str) -> None:
    assert told(judge(_identity(base), _identity(base, "Shop.Identity"))) == []


def test_a_global_using_behind_a_byte_order_mark_is_seen() -> None:
    usings = {"src/Shop/Usings.cs": "\ufeffglobal using Common;\n"}
    entity = "namespace Shop;\npublic class Order : Named { public string? Note { get; set; } }\n"
    members = 'public int Id { get; set; } public string Name { get; set; } = "";'
    named = f"namespace Common;\npublic abstract class Named {{ {members} }}\n"
    old = {**BASE, "src/Shop/Else.cs": "class Else { }"}

    assert told(judge(old, {**old, **code(order=entity, Named=named), **usings})) == []


HILO = 'modelBuilder.Entity<Order>().Property(o => o.Id).{}("order_numbers");'
SEQUENCE = "            modelBuilder.HasAnnotation(\"Relational:Sequence:.order_numbers\", \"'order_numbers', ''\");\n"


def test_a_sequence_stands_in_the_annotations_of_older_snapshots() -> None:
    old = {**BASE, **code(calls=HILO.format("ForSqlServerUseSequenceHiLo")), PATH: snapshot(more=SEQUENCE)}

    assert told(judge(old, {**old, **code(calls=HILO.format("UseHiLo"))})) == []
    assert told(judge(BASE, {**BASE, **code(calls=HILO.format("ForNpgsqlUseSequenceHiLo"))})) == [
        "efcore-missing-sequence: sequence order_numbers is new"
    ]


def test_a_table_that_differed_before_is_no_convention() -> None:
    renamed = code(calls='modelBuilder.Entity<Order>().ToTable("Sales");')
    old = {**BASE, **renamed}
    to = snapshot().replace('ToTable("Orders")', 'ToTable("Sales")')
    up = 'migrationBuilder.RenameTable(name: "Orders", newName: "Sales");'

    assert told(judge(old, {**old, PATH: to, **migration("20240202000000", "Sales", up, to)})) == []


OWNED = """
            modelBuilder.Entity("Shop.Order", b =>
                {
                    b.OwnsOne("Shop.Address", "Ship", b1 =>
                        {
                            b1.Property<int>("OrderId").HasColumnType("integer");
                            b1.Property<string>("City").IsRequired().HasColumnType("character varying(9)");
                            b1.HasKey("OrderId");
                            b1.ToTable("Orders");
                            b1.WithOwner().HasForeignKey("OrderId");
                        });
                });
"""
ADDRESS = "namespace Shop;\npublic class Address { public string? City { get; set; } }\n"
CALLS = (
    "modelBuilder.Entity<Order>().OwnsOne(o => o.Ship);"
    " modelBuilder.Entity<Address>().Property(a => a.City).IsRequired().HasMaxLength(9);"
)


def _owned(version: str, up: str) -> Files:
    target = snapshot(more=OWNED).replace("8.0.0", version)
    made = code(more="public Address Ship { get; set; } = null!;", calls=CALLS, Address=ADDRESS)
    return {**BASE, **made, PATH: target, **migration("20240202000000", "Ship", up, target)}


@pytest.mark.parametrize(("version", "nullable"), [("2.2.6-servicing-10079", "false"), ("3.1.0", "true")])
def test_a_class_that_is_owned_has_no_table_of_its_own(version: str, nullable: str) -> None:
    up = (
        'migrationBuilder.AddColumn<string>(name: "Ship_City", table: "Orders", type: "character varying(9)", '
        f"nullable: {nullable});"
    )
    head = _owned(version, up)
    if version.startswith("3"):
        head["src/Shop/Order.cs"] = head["src/Shop/Order.cs"].replace("public Address Ship", "public Address? Ship")

    assert told(judge(BASE, head)) == []


@pytest.mark.parametrize(("version", "said"), [("2.2.6", 0), ("5.0.17", 0), ("6.0.0", 1)])
def test_restrict_was_written_for_no_action_in_older_versions(version: str, said: int) -> None:
    reference = """
            modelBuilder.Entity("Shop.Order", b =>
                {
                    b.Property<int?>("ParentId").HasColumnType("integer");
                    b.HasIndex("ParentId");
                    b.HasOne("Shop.Order", null).WithMany().HasForeignKey("ParentId");
                });
"""
    target = snapshot(more=reference).replace("8.0.0", version)
    up = """
            migrationBuilder.AddColumn<int>(name: "ParentId", table: "Orders", type: "integer", nullable: true);
            migrationBuilder.CreateIndex(name: "IX_Orders_ParentId", table: "Orders", column: "ParentId");
            migrationBuilder.AddForeignKey(name: "FK_Orders_Orders_ParentId", table: "Orders", column: "ParentId",
                principalTable: "Orders", principalColumn: "Id", onDelete: ReferentialAction.Restrict);"""
    calls = "modelBuilder.Entity<Order>().HasOne<Order>().WithMany().HasForeignKey(o => o.ParentId);"
    made = code(more="public int? ParentId { get; set; }", calls=calls)
    head = {**BASE, **made, PATH: target, **migration("20240202000000", "Parent", up, target)}

    assert len(told(judge(BASE, head))) == said


def test_a_package_s_name_for_all_configurations_of_the_assembly_is_followed() -> None:
    configuration = (
        "namespace Shop;\npublic class OrderConfiguration : IEntityTypeConfiguration<Order>\n{\n"
        "    public void Configure(EntityTypeBuilder<Order> builder) =>"
        " builder.Property(o => o.Name).HasMaxLength(30);\n}\n"
    )
    calls = "modelBuilder.ApplyAllConfigurationsFromCurrentAssembly();"

    assert told(judge(BASE, {**BASE, **code(calls=calls, OrderConfiguration=configuration)})) == [
        "efcore-missing-type: the type of Orders.Name is now character varying(30) (was text)"
    ]


def lite(text: str) -> str:
    """The same for SQLite."""
    return text.replace('"text"', '"TEXT"').replace('"integer"', '"INTEGER"').replace("Npgsql", "X")


LITE = lite(snapshot())


def test_a_snapshot_of_another_provider_is_one_finding() -> None:
    assert told(judge(BASE, {**BASE, PATH: LITE})) == [
        "efcore-snapshot-of-another-provider: the snapshot is now SQLite's and was PostgreSQL's"
    ]


def test_a_snapshot_that_is_again_of_its_migrations_provider_is_quiet() -> None:
    assert told(judge({**BASE, PATH: LITE}, BASE)) == []


def test_migrations_on_the_way_to_another_provider_are_not_compared() -> None:
    head = {**BASE, PATH: LITE, **migration("20240202000000", "Lite", "", LITE)}

    assert told(judge(BASE, head)) == [
        "? the snapshot is now SQLite's and was PostgreSQL's: what its migrations do is not compared with it"
    ]


@pytest.mark.parametrize("name", ["Init", "InitialCreate"])
def test_migrations_that_begin_anew_must_lead_there_from_nothing(name: str) -> None:
    kept = {path: text for path, text in BASE.items() if path not in FIRST}
    again = {**kept, PATH: LITE, **migration("20250101000000", name, lite(CREATE), LITE)}
    empty = {**kept, PATH: LITE, **migration("20250101000000", name, "", LITE)}

    assert told(judge(BASE, again), Question.MISSING) == []
    assert [one.partition(",")[0] for one in told(judge(BASE, empty), Question.MISSING)] == [
        "efcore-migration-lacks: the snapshot says: table Orders is new; the migrations of the change do not do that"
    ]


def test_folders_of_two_providers_hold_migrations_of_one_name() -> None:
    second = {path.replace("Migrations/", "Sqlite/"): text for path, text in FIRST.items()}
    base = {**BASE, **second, PATH.replace("Migrations/", "Sqlite/"): LITE}
    path = "src/Shop/Migrations/20240101000000_Init.cs"
    head = {**base, path: base[path].replace("nullable: true", "nullable: false")}
    both = {**head, **{key: text.replace("nullable: true", "nullable: false") for key, text in second.items()}}

    assert [[one.path for one in judge(base, each).findings[Question.EDITED]] for each in (head, both)] == [
        [path],
        [path, path.replace("Migrations/", "Sqlite/")],
    ]


def test_a_context_that_is_gone_with_its_migrations_is_a_note() -> None:
    gone = {path: text for path, text in BASE.items() if "Migrations" not in path and "Context" not in path}
    kept = {**gone, "src/Shop/ShopContext.cs": BASE["src/Shop/ShopContext.cs"]}

    found = [judge(BASE, head).findings[Question.EDITED][0].certainty.value for head in (gone, kept)]
    assert found == ["note", "certain"]


def test_a_folder_that_moves_is_held_against_its_migrations() -> None:
    age = snapshot('\n                    b.Property<int>("Age").HasColumnType("integer");\n')
    moved = {path.replace("Migrations/", "Data/Migrations/"): text for path, text in BASE.items()}
    head = {**moved, **code(more="public int Age { get; set; }"), PATH.replace("Migrations/", "Data/Migrations/"): age}

    assert told(judge(BASE, moved)) == []
    assert [one.partition(":")[0] for one in told(judge(BASE, head))] == ["efcore-snapshot-without-migration"]
