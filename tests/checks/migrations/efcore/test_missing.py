"""What code says and the snapshot does not. The snapshots are written by hand, as EF Core 8 writes them."""

from __future__ import annotations

import pytest

from bot.checks.migrations.efcore import ORM
from bot.checks.migrations.face import Question
from bot.model import Certainty
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.efcore.project import BASE, PATH, Files, code, judge, migration, snapshot, told

CUSTOMER = """namespace Shop;
public class Customer
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
    public ICollection<Order> Orders { get; } = new List<Order>();
}
"""
LINE = "namespace Shop;\npublic class Line { public int Id { get; set; } public int OrderId { get; set; } }\n"


def _head(**given: str) -> Files:
    return {**BASE, **code(**given)}


@pytest.mark.parametrize(
    ("head", "found"),
    [
        pytest.param(
            _head(more="public int Age { get; set; }"),
            ["efcore-missing-column: column Orders.Age is new (integer)"],
            id="a property",
        ),
        pytest.param(
            _head(more="public State State { get; set; }", State="namespace Shop;\npublic enum State { New, Paid }"),
            ["efcore-missing-column: column Orders.State is new (integer)"],
            id="an enumeration",
        ),
        pytest.param(
            _head(
                more="public State State { get; set; }",
                calls=(
                    "modelBuilder.Entity<Order>().Property(o => "
                    "o.State).HasConversion<string>().HasMaxLength(Limits.Short);"
                ),
                State=(
                    "namespace Shop;\npublic enum State { New, Paid }\n"
                    "public static class Limits { public const int Short = 4 * 4; }"
                ),
            ),
            ["efcore-missing-column: column Orders.State is new (character varying(16))"],
            id="an enumeration that is stored as text, with a constant for its length",
        ),
        pytest.param(
            _head(
                order=(
                    "namespace Shop;\npublic class Order : Base { public int Id { get; set; } public "
                    'string Name { get; set; } = ""; public string? Note { get; set; } }'
                ),
                Base="namespace Shop;\npublic abstract class Base { public DateTime Created { get; private set; } }",
            ),
            ["efcore-missing-column: column Orders.Created is new (timestamp with time zone)"],
            id="a property of a base class",
        ),
        pytest.param(
            _head(
                order=(
                    "namespace Shop;\npublic class Order : Base<Guid> { public int Id { get; set; } "
                    'public string Name { get; set; } = ""; public string? Note { get; set; } }'
                ),
                Base="namespace Shop;\npublic abstract class Base<T> { public T Token { get; set; } }",
            ),
            ["efcore-missing-column: column Orders.Token is new (uuid)"],
            id="a property of a generic base class",
        ),
        pytest.param(
            _head(order=BASE["src/Shop/Order.cs"].replace("string? Note", "string Note")),
            ["efcore-missing-nullable: the nullability of Orders.Note is now NOT NULL (was NULL)"],
            id="a question mark less",
        ),
        pytest.param(
            _head(order=BASE["src/Shop/Order.cs"].replace("public string Name", "[MaxLength(50)] public string Name")),
            ["efcore-missing-type: the type of Orders.Name is now character varying(50) (was text)"],
            id="a length",
        ),
        pytest.param(
            _head(order=BASE["src/Shop/Order.cs"].replace("    public string? Note { get; set; }\n", "")),
            ["efcore-extra-column: column Orders.Note is gone from the schema"],
            id="a property that is gone",
        ),
        pytest.param(
            _head(calls="modelBuilder.Entity<Order>().HasIndex(o => new { o.Name, o.Note }).IsUnique();"),
            ["efcore-missing-index: index IX_Orders_Name_Note of Orders is new"],
            id="an index",
        ),
        pytest.param(
            _head(calls='modelBuilder.Entity<Order>().ToTable("orders");'),
            ["efcore-extra-table: table Orders is gone from the schema", "efcore-missing-table: table orders is new"],
            id="another table",
        ),
        pytest.param(
            _head(sets="public DbSet<Line> Lines { get; set; } = null!;", Line=LINE),
            ["efcore-missing-table: table Lines is new"],
            id="a set",
        ),
        pytest.param(
            _head(more="public List<Line> Lines { get; } = [];", Line=LINE),
            ["efcore-missing-table: table Line is new"],
            id="a type that a navigation leads to",
        ),
        pytest.param(
            _head(
                calls="modelBuilder.ApplyConfigurationsFromAssembly(typeof(ShopContext).Assembly);",
                OrderConfiguration=(
                    "using Microsoft.EntityFrameworkCore;\nnamespace Shop.Configurations;\n"
                    "internal class OrderConfiguration : IEntityTypeConfiguration<Order>\n{\n"
                    "    public void Configure(EntityTypeBuilder<Order> builder) => "
                    'builder.Property<int>("Shadow");\n}\n'
                ),
            ),
            ["efcore-missing-column: column Orders.Shadow is new (integer)"],
            id="a shadow property in a configuration of the assembly",
        ),
        pytest.param(
            _head(
                calls="modelBuilder.Mark();",
                Extensions=(
                    "namespace Shop;\npublic static class Extensions\n{\n"
                    "    public static void Mark(this ModelBuilder builder) => "
                    'builder.Entity<Order>().Property(o => o.Name).HasDefaultValue("x");\n}\n'
                ),
            ),
            ["efcore-missing-default: the default of Orders.Name is now 'x' (was none)"],
            id="an extension of the builder",
        ),
        pytest.param(
            _head(
                more="public Address Ship { get; set; } = null!;",
                calls="modelBuilder.Entity<Order>().OwnsOne(o => o.Ship);",
                Address="namespace Shop;\npublic record Address(string Street, string? City);",
            ),
            [
                "efcore-missing-column: column Orders.Ship_City is new (text)",
                "efcore-missing-column: column Orders.Ship_Street is new (text)",
            ],
            id="an owned type",
        ),
        pytest.param(
            _head(calls='modelBuilder.Entity<Order>().HasData(new Order { Id = 1, Name = "a" });'),
            ["efcore-missing-seed: the rows that HasData gives to Shop.Order change"],
            id="rows",
        ),
        pytest.param(
            _head(
                calls=(
                    "if (Database.IsNpgsql()) { modelBuilder.Entity<Order>().Property(o => "
                    'o.Note).HasColumnType("citext"); }'
                )
            ),
            ["efcore-missing-type: the type of Orders.Note is now citext (was text)"],
            id="what is said for the provider",
        ),
    ],
)
def test_what_the_code_adds_is_missing_in_the_snapshot(head: Files, found: list[str]) -> None:
    assert told(judge(BASE, head)) == found


def test_a_relation_is_a_column_an_index_and_a_foreign_key() -> None:
    head = _head(more="public Customer Customer { get; set; } = null!;", Customer=CUSTOMER)

    assert told(judge(BASE, head)) == [
        "efcore-missing-table: table Customer is new",
        "efcore-missing-column: column Orders.CustomerId is new (integer)",
        "efcore-missing-foreign-key: foreign key FK_Orders_Customer_CustomerId of Orders is new",
        "efcore-missing-index: index IX_Orders_CustomerId of Orders is new",
    ]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(_head(more="// public int Age { get; set; }"), id="a comment"),
        pytest.param(_head(more="public int Age => 3;"), id="a computed property"),
        pytest.param(_head(more="public int Age { get; }"), id="a property without a setter"),
        pytest.param(_head(more="[NotMapped] public int Age { get; set; }"), id="a property that is not mapped"),
        pytest.param(_head(more="public static int Age { get; set; }"), id="a static property"),
        pytest.param(_head(more="private int _age; internal int Age { get; set; }"), id="members that are not public"),
        pytest.param(_head(more="public void Rename(string name) => Name = name;"), id="a method"),
        pytest.param(
            _head(more="public int Age { get; set; }", calls="modelBuilder.Entity<Order>().Ignore(o => o.Age);"),
            id="an ignored property",
        ),
        pytest.param(_head(calls="modelBuilder.Entity<Order>().HasQueryFilter(o => o.Id > 0);"), id="a query filter"),
        pytest.param(
            _head(calls='modelBuilder.Entity<Order>().Property(o => o.Name).IsRequired().HasColumnType("text");'),
            id="what the conventions give, spelled out",
        ),
        pytest.param(
            _head(calls='modelBuilder.Entity<Order>(b => { b.HasKey(o => o.Id); b.ToTable("Orders"); });'),
            id="a key and a table as they are",
        ),
        pytest.param(
            _head(calls="if (Database.IsSqlServer()) { modelBuilder.Entity<Order>().HasIndex(o => o.Name); }"),
            id="what is said for another provider",
        ),
        pytest.param(
            _head(order=BASE["src/Shop/Order.cs"].replace("public string Name", "[Required] public String Name")),
            id="the same in other words",
        ),
        pytest.param(
            _head(
                order=BASE["src/Shop/Order.cs"].replace("Name { get; set; }", "Title { get; set; }"),
                calls='modelBuilder.Entity<Order>().Property(o => o.Title).HasColumnName("Name");',
            ),
            id="a rename that keeps the column",
        ),
        pytest.param(
            _head(
                calls=(
                    "foreach (var type in modelBuilder.Model.GetEntityTypes()) "
                    "{ modelBuilder.Entity(type.ClrType).HasQueryFilter(Filter(type)); }"
                )
            ),
            id="a loop of query filters",
        ),
        pytest.param(
            _head(Other="namespace Shop;\npublic class Other { public int Id { get; set; } }"),
            id="a class that nobody names",
        ),
    ],
)
def test_what_makes_no_migration_is_quiet(head: Files) -> None:
    assert told(judge(BASE, head)) == []


def test_what_differed_before_is_no_fault_of_the_change() -> None:
    base = {**BASE, **code(more="public int Age { get; set; }")}

    assert told(judge(base, {**base, **code(more="public int Age { get; set; }\n    public int Size;")})) == []


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(
            "foreach (var type in modelBuilder.Model.GetEntityTypes()) { type.SetTableName(type.ShortName()); }",
            id="a loop over the model",
        ),
        pytest.param("if (Flags.On) { modelBuilder.Entity<Order>().HasIndex(o => o.Name); }", id="a condition"),
        pytest.param("modelBuilder.UseSomePackage();", id="a call of a package"),
        pytest.param(
            "modelBuilder.Entity<Order>().Property(o => o.Name).HasSomething();", id="a call of a package on a property"
        ),
        pytest.param("var kept = On ? modelBuilder.Entity<Order>().HasIndex(o => o.Name) : null;", id="a choice"),
        pytest.param(
            "\n#if X\nmodelBuilder.Entity<Order>().HasIndex(o => o.Name);\n#endif\n", id="a compiler's condition"
        ),
        pytest.param("void F() { modelBuilder.Entity<Order>().HasIndex(o => o.Name); } F();", id="a local function"),
        pytest.param("Names.ToList().ForEach(n => modelBuilder.Entity<Order>().HasIndex(n));", id="a lambda for each"),
        pytest.param("_all[0].Configure(modelBuilder);", id="an element of a list"),
        pytest.param("new Unknown().Configure(modelBuilder.Entity<Order>());", id="an object of a package"),
        pytest.param(
            "foreach (var a in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }) " * 6 + "{ }", id="loops that take too many turns"
        ),
    ],
)
def test_what_cannot_be_read_is_unknown(calls: str) -> None:
    answer = judge(BASE, _head(calls=calls))

    assert any(said.startswith("?") for said in told(answer))


def test_what_cannot_be_read_and_stays_is_quiet() -> None:
    base = {**BASE, **code(calls="modelBuilder.UseSomePackage();")}

    assert told(judge(base, {**base, **code(calls="modelBuilder.UseSomePackage(); // and more")})) == []


def test_a_broken_class_of_the_model_is_unknown() -> None:
    head = _head(more="public int Age { get set; } }} public")

    assert any(said.startswith("? a syntax that cannot be read") for said in told(judge(BASE, head)))


def test_the_snapshot_says_which_names_the_project_gives() -> None:
    properties = (
        '\n                    b.Property<int>("LineCount")\n'
        '                        .HasColumnType("integer")\n'
        '                        .HasColumnName("line_count");\n'
    )
    snake = snapshot(properties).replace('"text");', '"text")\n.HasColumnName("x");')
    for name in ("Id", "Name", "Note"):
        snake = snake.replace(f'("{name}")\n', f'("{name}").HasColumnName("{name.lower()}")\n', 1)
    snake = snake.replace('\n.HasColumnName("x")', "").replace('"Orders"', '"orders"')
    base = {**BASE, **code(more="public int LineCount { get; set; }"), PATH: snake}
    head = {**base, **code(more="public int LineCount { get; set; }\n    public int ItemCount { get; set; }")}

    assert told(judge(base, head)) == ["efcore-missing-column: column orders.item_count is new (integer)"]


def test_a_project_without_a_snapshot_is_not_there() -> None:
    files = code()

    assert ORM.is_present(make_change({}, files)) is None


OTHER = """namespace Shop;
public class OtherContext : DbContext
{
    public DbSet<Line> Lines => Set<Line>();
}
"""


def test_a_new_context_without_a_migration_is_likely_missing() -> None:
    answer = judge(BASE, {**BASE, **code(OtherContext=OTHER, Line=LINE)})

    assert told(answer) == ["efcore-missing-snapshot: the context OtherContext is new"]
    assert [one.certainty.value for one in answer.findings[Question.MISSING]] == ["likely"]


def test_a_second_provider_whose_snapshot_stays_lacks_a_migration() -> None:
    lite = PATH.replace("Migrations/", "Sqlite/")
    base = {
        **BASE,
        lite: snapshot().replace('"text"', '"TEXT"').replace('"integer"', '"INTEGER"').replace("Npgsql", "X"),
    }
    aged = '\n                    b.Property<int>("Age")\n                        .HasColumnType("integer");\n'
    add = 'migrationBuilder.AddColumn<int>(name: "Age", table: "Orders", type: "integer", nullable: false);'
    made = migration("20240202000000", "Age", add, snapshot(aged))
    head = {**base, **code(more="public int Age { get; set; }"), PATH: snapshot(aged), **made}

    assert told(judge(base, head)) == ["efcore-missing-column: column Orders.Age is new (integer)"]


def test_a_context_that_is_not_in_the_repository_is_unknown_where_its_classes_change() -> None:
    base = {key: text for key, text in BASE.items() if "ShopContext.cs" not in key}
    head = {**base, "src/Shop/Order.cs": base["src/Shop/Order.cs"].replace("Note", "Remark")}

    assert told(judge(base, head)) == ["? the context ShopContext of the snapshot is not in the repository"]
    assert told(judge(base, {**base, "src/Shop/Else.cs": "class Else { }"})) == []


def test_calls_that_nest_too_deep_end_in_an_unknown() -> None:
    deep = "modelBuilder.Entity<Order>().Property(o => o.Name)" + ".IsRequired()" * 4_000 + ".HasMaxLength(7);"

    assert any(said.startswith("? an expression") for said in told(judge(BASE, _head(calls=deep))))


def test_a_configuration_that_is_called_by_itself_is_followed() -> None:
    configuration = """namespace Shop;
public class OrderConfiguration : IEntityTypeConfiguration<Order>
{
    public void Configure(EntityTypeBuilder<Order> builder) => builder.Property(o => o.Name).HasMaxLength(30);
}
"""
    calls = "new OrderConfiguration().Configure(modelBuilder.Entity<Order>());"

    assert told(judge(BASE, _head(calls=calls, OrderConfiguration=configuration))) == [
        "efcore-missing-type: the type of Orders.Name is now character varying(30) (was text)"
    ]


def test_a_context_that_is_taken_away_is_unknown() -> None:
    head = {path: text for path, text in BASE.items() if path != "src/Shop/ShopContext.cs"}

    assert told(judge(BASE, head)) == ["? the context ShopContext of the snapshot is not in the repository"]


def test_a_snapshot_that_cannot_be_parsed_is_unknown_and_not_deleted() -> None:
    head = {**BASE, PATH: BASE[PATH].replace('b.HasKey("Id");', 'b.HasKey(("Id"; {')}

    answer = judge(BASE, head)

    assert told(answer, Question.MISSING) == ["? a syntax that cannot be read"]
    assert [(one.path, one.line) for one in answer.unknowns[Question.MISSING]] == [(PATH, 28)]
    assert answer.findings[Question.CONFLICTS] == ()


def test_beside_a_new_call_that_may_give_all_a_difference_is_likely() -> None:
    answer = judge(BASE, _head(more="public int Age { get; set; }", calls="modelBuilder.UseSomePackage();"))

    assert [one.certainty for one in answer.findings[Question.MISSING]] == [Certainty.LIKELY]


def test_a_set_that_is_renamed_renames_its_table() -> None:
    head = {**BASE, "src/Shop/ShopContext.cs": BASE["src/Shop/ShopContext.cs"].replace("> Orders =>", "> Sales =>")}

    assert told(judge(BASE, head)) == [
        "efcore-extra-table: table Orders is gone from the schema",
        "efcore-missing-table: table Sales is new",
    ]


@pytest.mark.parametrize(
    ("condition", "told_of"),
    [
        ('(Database.ProviderName ?? "").Contains("Npgsql")', True),
        ('Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL"', True),
        ('Database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite"', False),
        ("_isSqlite", False),
        ("!Database.IsSqlite() && Settings.UsePostgres", True),
    ],
)
def test_a_condition_on_the_provider_is_decided(condition: str, *, told_of: bool) -> None:
    head = _head(calls=f"if ({condition}) {{ modelBuilder.Entity<Order>().HasIndex(o => o.Name); }}")

    assert told(judge(BASE, head)) == (
        ["efcore-missing-index: index IX_Orders_Name of Orders is new"] if told_of else []
    )


def test_a_derived_type_with_a_table_of_its_own_refers_to_its_base() -> None:
    sale = "namespace Shop;\npublic class Sale : Order { public int Discount { get; set; } }"
    entity = """
            modelBuilder.Entity("Shop.Sale", b =>
                {
                    b.HasBaseType("Shop.Order");
                    b.Property<int>("Discount").HasColumnType("integer");
                    b.ToTable("Sales");
                });
            modelBuilder.Entity("Shop.Sale", b =>
                {
                    b.HasOne("Shop.Order", null).WithOne().HasForeignKey("Shop.Sale", "Id")
                        .OnDelete(DeleteBehavior.Cascade).IsRequired();
                });
"""
    calls = 'modelBuilder.Entity<Sale>().ToTable("Sales");'
    base = {**BASE, **code(calls=calls, Sale=sale), PATH: snapshot(more=entity)}
    head = {**base, "src/Shop/Sale.cs": sale.replace("}", "} public int Count { get; set; }", 1)}

    [said] = told(judge({**base, PATH: snapshot()}, base))

    assert said.startswith("efcore-snapshot-without-migration: the snapshot says: table Sales is new")
    assert told(judge(base, head)) == ["efcore-missing-column: column Sales.Count is new (integer)"]


def test_classes_of_the_snapshot_are_compared_where_a_loop_registers_them() -> None:
    loop = "foreach (var type in Types()) { modelBuilder.Entity(type); }"
    base = {**BASE, **code(calls=loop)}
    base["src/Shop/ShopContext.cs"] = base["src/Shop/ShopContext.cs"].replace(
        "public DbSet<Order> Orders => Set<Order>();", ""
    )
    head = {
        **base,
        "src/Shop/Order.cs": base["src/Shop/Order.cs"].replace("? Note", "? Note { get; set; } public int? Age"),
    }

    assert told(judge(base, head)) == ["efcore-missing-column: column Orders.Age is new (integer)"]
