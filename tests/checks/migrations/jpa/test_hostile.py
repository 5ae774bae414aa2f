from __future__ import annotations

import time

import pytest

from tests.checks.migrations.jpa.project import FLYWAY, HEAD, MODELS, ask, entity, failing, project, unread

_CONSTANTS = "\n".join(f"    static final String C{at} = C{at + 1} + C{at + 1};" for at in range(60))  # fmt: skip
_SELF = "\n".join(f"    private Loop a{at};" for at in range(60))
_CASES = {
    "constants that double": {"Order": entity(f"{_CONSTANTS}\n @Id Long id; @Column(name = C0) String x;")},
    "an embedded class of itself": {
        "Loop": f"{HEAD}@Embeddable public class Loop {{ {_SELF} }}",
        "Order": entity("@Id Long id; @Embedded Loop loop;"),
    },
    "keys in a circle": {
        "Order": entity("@Id @OneToOne private Item item;"),
        "Item": f"{HEAD}@Entity public class Item {{ @Id @ManyToOne private Order order; }}",
    },
    "classes that extend each other": {
        "Order": entity("@Id Long id;", mark="@Entity").replace("Order {", "Order extends Item {"),
        "Item": f"{HEAD}@Entity public class Item extends Order {{ private int x; }}",
    },
    "deep nesting": {"Order": entity('@Id Long id; @Column(name = "a"' + ' + "b"' * 3_000 + ") String x;")},
    "many classes": {
        "Order": entity("@Id Long id;\n" + "\n".join(f"class X{at} {{ X{at} a; }}" for at in range(3_000)))
    },
    "a number without end": {"Order": entity(f"@Id Long id; @Column(length = {'9' * 5_000}) String x;")},
    "no end": {"Order": entity("@Id Long id; @Column(" * 2_000)},
}
_SQL = {
    "one long word": "-- rename\n" + "a" * 300_000,
    "many delimiters": "\n".join(f"DELIMITER x{at}" for at in range(5_000)),
    "brackets": "alter table shop_order add " + "(" * 20_000,
    "blanks": "alter table shop_order rename" + " " * 300_000,
    "dots": "shop_order." * 30_000,
    "batches": "GO" + " " * 30_000 + "shop_order",
    "empty lines of a changelog": "--liquibase formatted sql\n" + "\n" * 30_000,
}


@pytest.mark.parametrize("name", _CASES)
def test_entities_that_are_made_to_hold_a_run_end_soon(name: str) -> None:
    started = time.process_time()
    ask(project(), project(**_CASES[name]))

    assert time.process_time() - started < 15


@pytest.mark.parametrize("name", _SQL)
def test_migrations_that_are_made_to_hold_a_run_end_soon(name: str) -> None:
    started = time.process_time()
    ask(project(), {**project(), f"{FLYWAY}/V2__x.sql": _SQL[name], f"{MODELS}/Order.java": entity("@Id long id;")})

    assert time.process_time() - started < 15


def test_a_file_in_another_language_is_looked_at_once() -> None:
    started = time.process_time()
    ask(project(), {**project(), "app/src/main/kotlin/a.kt": "persistence " * 80_000})

    assert time.process_time() - started < 5


def test_a_name_that_grows_with_every_constant_is_not_put_together() -> None:
    constants = f'static final String A = "{"a" * 5_000}"; static final String B = A + A + A + A;\n'
    answer = ask(project(), project(Order=entity(f"{constants} @Id Long id; @Column(name = B) String x;")))

    assert unread(answer) == ["Order.x: the name of its column is none that can be read, and the change touches it"]


def test_a_length_with_thousands_of_digits_is_none_that_is_compared() -> None:
    sql = f"ALTER TABLE shop_order ALTER COLUMN customer_name TYPE varchar({'9' * 5_000});"

    assert failing(ask(project(), {**project(), f"{FLYWAY}/V2__x.sql": sql})) == []
