from __future__ import annotations

import pytest

from tests.checks.migrations.jpa.project import (
    FLYWAY,
    HEAD,
    MODELS,
    ORDER_FIELDS,
    ask,
    entity,
    failing,
    notes,
    project,
    unread,
)

ITEM = entity("    @Id private Long id;\n{}", name="Item", mark="@Entity")
# What an attribute is written as, and the column that it needs.
COLUMNS = {
    "private String note;": "note",
    "private boolean isPaid;": "is_paid",
    '@Column(name = "remark") private String note;': "remark",
    '@Column(name = "paidAt") private Instant paid;': "paid_at",
    "@Column(name = Names.NOTE) private String note;": "note_text",
    '@Column(name = Names.PREFIX + "x") private String note;': "note_x",
    "@Lob private String text;": "text",
    "@Version private Long version;": "version",
    "@ManyToOne private Customer customer;": "customer_code",
    '@ManyToOne @JoinColumn(name = "buyer") private Customer customer;': "buyer",
    '@JoinColumn(referencedColumnName = "other") @OneToOne private Customer customer;': "customer_other",
    "@Embedded private Address address;": "street",
    "private Address address;": "street",
    '@AttributeOverride(name = "street", column = @Column(name = "home")) private Address address;': "home",
    "@Convert(converter = Foo.class) private List<String> tags;": "tags",
    "@JdbcTypeCode(SqlTypes.JSON) private Map<String, Object> data;": "data",
    "private Status other;": "other",
}  # fmt: skip
NO_COLUMNS = (
    "@Transient private String note;",
    "private transient String note;",
    "private static String NOTE;",
    "public static final int LIMIT = 3;",
    '@Formula("1 + 1") private int sum;',
    '@OneToMany(mappedBy = "order") private List<Item> items;',
    '@OneToOne(mappedBy = "order") private Item item;',
    "public String getLabel() { return id + status.name(); }",
    "// private String note;",
    "@Override public String toString() { return null; }",
)
BESIDE = {
    "Customer": f"{HEAD}@Entity public class Customer {{ @Id private String code; }}",
    "Address": f"{HEAD}@Embeddable public class Address {{ private String street; }}",
    "Names": 'package org.shop.model;\ninterface Names { String NOTE = PREFIX + "text"; String PREFIX = "note_"; }',
}  # fmt: skip
BESIDE_SQL = {f"{FLYWAY}/V0__customer.sql": "create table customer (code varchar(255) primary key);"}


def _with(attribute: str) -> str:
    return entity(f"{ORDER_FIELDS}\n    {attribute}\n")


@pytest.mark.parametrize("attribute", COLUMNS)
def test_an_attribute_without_its_column_is_missing(attribute: str) -> None:
    base = {**project(**BESIDE), **BESIDE_SQL}
    answer = ask(base, {**base, f"{MODELS}/Order.java": _with(attribute)})

    [message] = failing(answer)
    assert message.endswith(f": no migration adds column shop_order.{COLUMNS[attribute]}")
    assert unread(answer) == []


@pytest.mark.parametrize("attribute", COLUMNS)
def test_an_attribute_with_its_column_is_quiet(attribute: str) -> None:
    base = {**project(**BESIDE), **BESIDE_SQL}
    sql = f"ALTER TABLE shop_order ADD COLUMN {COLUMNS[attribute]} varchar(255);"
    kind = {"isPaid": "boolean", "paid;": "timestamp", "version;": "bigint", " other;": "integer"}
    for end, other in kind.items():
        sql = sql.replace("varchar(255)", other) if end in attribute else sql
    answer = ask(base, {**base, f"{MODELS}/Order.java": _with(attribute), f"{FLYWAY}/V2__more.sql": sql})

    assert failing(answer) == notes(answer) == unread(answer) == []


@pytest.mark.parametrize("attribute", NO_COLUMNS)
def test_what_is_no_column_is_quiet(attribute: str) -> None:
    answer = ask(project(), {**project(), f"{MODELS}/Order.java": _with(attribute)})

    assert failing(answer) == notes(answer) == unread(answer) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("private int amount;", "private int amount = 3;"),
        ("@Id @GeneratedValue private", "@GeneratedValue @Id @Access(AccessType.FIELD) private"),
        ("@Column(nullable = false, length = 50)", "@Column(length = 25 + 25, nullable = Names.NO)"),
        ("    private BigDecimal total;\n\n", ""),
        ("private LocalDateTime createdAt;", "@JsonIgnore @Getter private LocalDateTime createdAt; // in UTC"),
    ],
)
def test_edits_that_ask_for_the_same_are_quiet(old: str, new: str) -> None:
    constants = "package org.shop.model;\npublic class Names { static final boolean NO = false; }"
    fields = ORDER_FIELDS.replace(old, new)
    if not new:
        fields += "    BigDecimal total;\n"
    base = project(Names=constants)
    answer = ask(base, {**base, f"{MODELS}/Order.java": entity(fields)})

    assert failing(answer) == notes(answer) == unread(answer) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "private BigDecimal total;",
            "@Column(nullable = false) private BigDecimal total;",
            "Order.total: column shop_order.total is NULL in the migrations and NOT NULL in the entity",
        ),
        (
            "private BigDecimal total;",
            "@NotNull private BigDecimal total;",
            "Order.total: column shop_order.total is NULL in the migrations and NOT NULL in the entity",
        ),
        (
            "nullable = false, length = 50",
            "length = 50",
            "Order.customerName: column shop_order.customer_name is NOT NULL in the migrations and NULL in the entity",
        ),
        (
            "nullable = false, length = 50",
            "nullable = false, length = 80",
            "Order.customerName: column shop_order.customer_name has length 50 in the migrations and 80 in the entity",
        ),
        (
            "nullable = false, length = 50",
            "nullable = false",
            "Order.customerName: column shop_order.customer_name has length 50 in the migrations and 255 in the entity",
        ),
        (
            "private int amount;",
            "private long amount;",
            "Order.amount: column shop_order.amount is INT in the migrations, which does not fit int64",
        ),
        (
            "@Enumerated(EnumType.STRING)",
            "@Enumerated",
            "Order.status: column shop_order.status is VARCHAR(20) in the migrations, which does not fit enum-number",
        ),
        (
            "@Column(length = 20)",
            "@Column(length = 20, unique = true)",
            "Order.status: no migration makes (status) of shop_order unique",
        ),
        (
            "private BigDecimal total;",
            "@Column(precision = 14, scale = 2) private BigDecimal total;",
            "Order.total: column shop_order.total has (12, 2) digits in the migrations and (14, 2) in the entity",
        ),
        (
            "@Column(nullable = false, length = 50)",
            "@Lob @Column(nullable = false)",
            (
                "Order.customerName: column shop_order.customer_name is VARCHAR(50) in the migrations, "
                "which does not fit long-text"
            ),
        ),
        (
            "private BigDecimal total;",
            "private UUID total;",
            "Order.total: column shop_order.total is DECIMAL(12, 2) in the migrations, which does not fit uuid",
        ),
        ("private BigDecimal total;", "private BigDecimal sum;", "Order.sum: no migration adds column shop_order.sum"),
    ],
)
def test_an_attribute_that_asks_for_more_is_missing(old: str, new: str, message: str) -> None:
    answer = ask(project(), {**project(), f"{MODELS}/Order.java": entity(ORDER_FIELDS.replace(old, new))})

    assert failing(answer) == [message]


def test_an_attribute_that_goes_is_a_note() -> None:
    fields = ORDER_FIELDS.replace("    private BigDecimal total;\n", "")
    answer = ask(project(), {**project(), f"{MODELS}/Order.java": entity(fields)})

    assert failing(answer) == []
    assert notes(answer) == ["column shop_order.total is no longer mapped, and stays in the database"]


def test_a_new_entity_without_its_table_is_missing() -> None:
    answer = ask(project(), project(OrderLine=entity("@Id Long id;", name="OrderLine", mark="@Entity")))

    assert failing(answer) == ["OrderLine: no migration makes table order_line"]


def test_a_column_that_a_migration_takes_away_while_it_is_mapped_is_missing() -> None:
    answer = ask(project(), {**project(), f"{FLYWAY}/V2__drop.sql": "alter table shop_order drop column total;"})

    assert failing(answer) == ["Order.total: no migration adds column shop_order.total"]


def test_what_was_missing_before_counts_for_nothing() -> None:
    base = project(Order=_with("private String note;"))
    answer = ask(base, {**base, f"{MODELS}/Order.java": _with("private String note; private transient int x;")})

    assert failing(answer) == []


def test_a_superclass_of_the_repository_reaches_every_table() -> None:
    above = f"{HEAD}@MappedSuperclass public abstract class Base<K> {{{{ @Id private K id; {{}} }}}}"
    files = {
        "Base": above.format(""),
        "Item": f"{HEAD}@Entity public class Item extends Base<Long> {{ private String name; }}",
    }
    sql = {f"{FLYWAY}/V2__item.sql": "create table item (id bigint primary key, name varchar(255));"}
    base = {**project(**files), **sql}
    answer = ask(base, {**base, f"{MODELS}/Base.java": above.format("private Instant changedAt;")})

    assert failing(answer) == ["Item.changedAt: no migration adds column item.changed_at"]


def test_a_superclass_that_is_not_in_the_repository_is_not_a_pass() -> None:
    item = f"{HEAD}import org.other.Foreign;\n@Entity public class Item extends Foreign {{ private String name; }}"
    sql = {f"{FLYWAY}/V2__item.sql": "create table item (name varchar(255));"}

    assert unread(ask(project(), {**project(Item=item), **sql})) == [
        "Item: Foreign is not in the repository, and the change touches it"
    ]


@pytest.mark.parametrize(
    ("strategy", "missing"),
    [
        ("", ["Car.doors: no migration adds column vehicle.doors"]),
        ("@Inheritance(strategy = InheritanceType.JOINED)", ["Car.doors: no migration adds column car.doors"]),
        ("@Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)", ["Car.doors: no migration adds column car.doors"]),
    ],
)
def test_subclasses_have_their_attributes_where_the_strategy_says(strategy: str, missing: list[str]) -> None:
    car = "{}@Entity public class Car extends Vehicle {{ private String plate; {} }}"
    vehicle = f"{HEAD}@Entity {strategy} public class Vehicle {{ @Id Long id; }}"
    sql = """\
    create table vehicle (id bigint primary key, dtype varchar(31), plate varchar(255));
    create table car (id bigint primary key, plate varchar(255));
    """
    base = {**project(Vehicle=vehicle, Car=car.format(HEAD, "")), f"{FLYWAY}/V2__car.sql": sql}
    answer = ask(base, {**base, f"{MODELS}/Car.java": car.format(HEAD, "private int doors;")})

    assert failing(answer) == missing


@pytest.mark.parametrize(
    ("attribute", "table", "columns"),
    [
        ("@ManyToMany private Set<Customer> buyers;", "shop_order_buyers", "order_id bigint, buyers_code varchar(9)"),
        (
            (
                '@ManyToMany @JoinTable(name = "o_c", joinColumns = @JoinColumn(name = "o"), '
                'inverseJoinColumns = @JoinColumn(name = "c")) private Set<Customer> buyers;'
            ),
            "o_c",
            "o bigint, c varchar(9)",
        ),
        ("@ElementCollection private Set<String> tags;", "order_tags", "order_id bigint, tags varchar(255)"),
        (
            '@ElementCollection @CollectionTable(name = "tags") @Column(name = "tag") @OrderColumn List<String> l;',
            "tags",
            "order_id bigint, tag varchar(255), l_order integer",
        ),
        (
            "@ElementCollection private Map<String, Address> at;",
            "order_at",
            "order_id bigint, at_key varchar(255), street varchar(255)",
        ),
    ],
)
def test_collections_have_tables(attribute: str, table: str, columns: str) -> None:
    base = {**project(**BESIDE), **BESIDE_SQL}
    head = {**base, f"{MODELS}/Order.java": _with(attribute)}

    [message] = failing(ask(base, head))
    assert message.endswith(f"no migration makes table {table}")
    made = {**head, f"{FLYWAY}/V2__more.sql": f"create table {table} ({columns});"}
    assert failing(ask(base, made)) == unread(ask(base, made)) == []
    less = columns.rpartition(", ")[0]
    lacking = {**head, f"{FLYWAY}/V2__more.sql": f"create table {table} ({less});"}
    assert len(failing(ask(base, lacking))) == 1


def test_getters_are_mapped_where_the_identifier_is_at_one() -> None:
    text = "private Long id; private String helper; @Id public Long getId() {{ return id; }} {}"
    base = project(Item=entity(text.format(""), name="Item", mark="@Entity"))
    base[f"{FLYWAY}/V2__item.sql"] = "create table item (id bigint primary key);"
    head = {**base, f"{MODELS}/Item.java": ITEM}
    head[f"{MODELS}/Item.java"] = entity(
        text.format("public String getTitle() { return null; } @Transient public int getX() { return 1; }"),
        name="Item",
        mark="@Entity",
    )

    assert failing(ask(base, head)) == ["Item.title: no migration adds column item.title"]


@pytest.mark.parametrize(
    "attribute", ["@Column(name = Elsewhere.NAME) private String x;", "private Money price;", "@Any private Object x;"]
)
def test_an_attribute_that_cannot_be_read_is_not_a_pass(attribute: str) -> None:
    answer = ask(project(), {**project(), f"{MODELS}/Order.java": _with(attribute)})

    assert failing(answer) == []
    assert len(unread(answer)) == 1


def test_an_attribute_that_cannot_be_read_and_is_as_it_was_is_quiet() -> None:
    base = project(Order=_with("@Any private Object x;"))
    answer = ask(base, {**base, f"{MODELS}/Order.java": _with("@Any private Object x; // this")})

    assert unread(answer) == failing(answer) == []


def test_a_file_that_cannot_be_parsed_is_not_a_pass() -> None:
    broken = {**project(), f"{MODELS}/Order.java": entity("@Id Long id; private ++ String;")}

    assert unread(ask(project(), broken)) == ["a syntax that cannot be read, in a file that declares entities"]


def test_names_are_as_written_without_spring() -> None:
    base = project()
    del base["app/pom.xml"]
    base[f"{FLYWAY}/V1__order.sql"] = "create table shop_order (id bigint, customerName varchar(50));"
    base[f"{MODELS}/Order.java"] = entity("@Id Long id; private String customerName;")
    head = {**base, f"{MODELS}/Order.java": entity("@Id Long id; private String customerName; private int someNumber;")}

    assert failing(ask(base, head)) == ["Order.someNumber: no migration adds column shop_order.somenumber"]
    head[f"{FLYWAY}/V2__x.sql"] = "alter table shop_order add someNumber int;"
    assert failing(ask(base, head)) == []


@pytest.mark.parametrize("path", ["app/src/main/kotlin/Order.kt", "app/src/main/resources/Order.hbm.xml"])
def test_mappings_in_other_languages_are_not_a_pass(path: str) -> None:
    text = (
        "import jakarta.persistence.*\n@Entity class Order(@Id val id: Long)"
        if path.endswith("kt")
        else "<hibernate-mapping/>"
    )

    assert len(unread(ask(project(), {**project(), path: text}))) == 1


@pytest.mark.parametrize(
    ("attribute", "missing"),
    [
        ("private String note;", ["Order.note: no migration adds column shop_order_aud.note"]),
        ("@NotAudited private String note;", []),
        ("@Version private Integer note;", []),
    ],
)
def test_the_history_of_an_audited_entity_needs_the_column_too(attribute: str, missing: list[str]) -> None:
    mark = '@Entity @Audited @Table(name = "shop_order")'
    history = "create table shop_order_aud (id bigint, rev integer, customer_name varchar(50), total numeric(12, 2), "
    history += "status varchar(20), created_at timestamp, amount integer);"
    base = {**project(Order=entity(mark=mark)), f"{FLYWAY}/V1_1__aud.sql": history}
    head = {**base, f"{MODELS}/Order.java": entity(f"{ORDER_FIELDS} {attribute}", mark=mark)}
    kind = "integer" if "Integer" in attribute else "varchar(255)"
    head[f"{FLYWAY}/V2__note.sql"] = f"alter table shop_order add note {kind};"

    assert failing(ask(base, head)) == missing
    del head[f"{FLYWAY}/V1_1__aud.sql"], base[f"{FLYWAY}/V1_1__aud.sql"]
    assert failing(ask(base, head)) == []
