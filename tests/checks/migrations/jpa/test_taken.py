"""Migrations that take away what is mapped, in ways that are not plain SQL of a new file."""

from __future__ import annotations

import time

import pytest

from bot.checks.migrations.face import Question
from bot.checks.migrations.jpa import ORM
from bot.model import Certainty
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.jpa.project import (
    BOOT,
    CHANGELOG,
    FLYWAY,
    MODELS,
    ORDER_FIELDS,
    ORDER_SQL,
    ask,
    entity,
    failing,
    notes,
    project,
    unread,
)
from tests.checks.migrations.jpa.test_schema import XML, liquibase

DROP = "alter table shop_order drop column total"
NOTED = entity(f"{ORDER_FIELDS}    private String note;\n")
CODE = "app/src/main/java/db/migration/V2__x.java"


def _migrated(text: str, name: str = "V2__x.sql") -> dict[str, str]:
    return {**project(), f"{FLYWAY}/{name}": text}


_ROWS = 'run("UPDATE shop_order SET total = 0");'


def _program(body: str) -> str:
    return f"class V2__x extends BaseJavaMigration {{ public void migrate(Context context) {{ {body} }} }}"


@pytest.mark.parametrize(
    "text",
    [
        f"DO $$ BEGIN EXECUTE '{DROP}'; END $$;",
        "DO $$ BEGIN EXECUTE 'alter table ' || 'shop_' || 'order' || ' drop column ' || 'total'; END $$;",
        "DO $$ BEGIN PERFORM drop_it(); END $$;",
        f"CREATE FUNCTION f() RETURNS void AS $$ BEGIN {DROP}; END $$ LANGUAGE plpgsql;\nSELECT f();",
        "CALL drop_it();",
        "ALTER TABLE shop_order SET SCHEMA old;",
        "DROP OWNED BY CURRENT_USER;",
        f"/*!99999 {DROP} */;",
        "BEGIN;\nALTER TABLE shop_order ADD x int;\nROLLBACK;",
        "ALTER TABLE ${table} DROP COLUMN total;",
        "ALTER TABLE ${schema}.${table} DROP COLUMN total;",
        "DROP SCHEMA public CASCADE;",
        "DROP DOMAIN IF EXISTS money_kind CASCADE;",
    ],
)
def test_a_statement_that_may_take_a_column_away_is_no_pass(text: str) -> None:
    base, rows = _migrated(text), "UPDATE shop_order SET total = 1;"

    assert any("V2__x.sql" in (one.path or "") for one in ask(project(), base).unknowns[Question.MISSING])
    assert unread(ask(base, {**base, f"{FLYWAY}/V3__y.sql": rows})) == []


def test_a_function_of_an_older_migration_that_is_called_is_no_pass() -> None:
    base = _migrated(f"CREATE FUNCTION shop_drop() RETURNS void AS $$ BEGIN {DROP}; END $$ LANGUAGE plpgsql;")

    assert unread(ask(base, {**base, f"{FLYWAY}/V3__y.sql": "SELECT shop_drop();"}))
    assert unread(ask(base, {**base, f"{FLYWAY}/V3__y.sql": "SELECT setval('a_seq', 1);"})) == []


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE shop_order SET total = 0;",
        "ALTER TABLE ${schema}.other ADD x int; DROP TYPE IF EXISTS mood;",
        "CREATE MATERIALIZED VIEW sums AS SELECT sum(total) FROM shop_order;",
        "CREATE TABLE other (id int); DO $$ BEGIN ALTER TABLE other ADD x int; END $$;",
        "GRANT SELECT ON shop_order TO reader; CREATE INDEX i ON shop_order (total);",
        "CREATE TRIGGER t BEFORE INSERT ON shop_order FOR EACH ROW EXECUTE FUNCTION f();",
    ],
)
def test_other_statements_are_quiet(text: str) -> None:
    answer = ask(project(), _migrated(text))

    assert (failing(answer), unread(answer)) == ([], [])


@pytest.mark.parametrize(
    "body",
    [
        f'run("{DROP}");',
        'run("al" + "ter table shop_order dr" + "op column total");',
        'ScriptUtils.executeSqlScript(connection, new ClassPathResource("x.sql"));',
        "helper.migrate(context);",
        # What looks like the end of a text, or its begin, and is none.
        f"""b.append('"').append("{DROP}"); {_ROWS}""",
        f"""/* " */ run("{DROP}"); {_ROWS}""",
    ],
)
@pytest.mark.parametrize("path", [CODE, "app/src/main/kotlin/db/migration/V2__x.kt"])
def test_a_migration_in_code_that_may_take_a_column_away_is_no_pass(body: str, path: str) -> None:
    assert unread(ask(project(), {**project(), path: _program(body)}))
    assert unread(ask({**project(), path: _program(body)}, {**project(), path: _program(body), "x.txt": ""})) == []


@pytest.mark.parametrize("quotes", ["'", "'''", '"', '"""'])
def test_a_text_of_groovy_is_read_in_any_quotes(quotes: str) -> None:
    body = f"run({quotes}{DROP}{quotes}); {_ROWS}"

    assert unread(ask(project(), {**project(), "app/src/main/groovy/db/migration/V2__x.groovy": _program(body)}))


def test_quotes_that_do_not_end_cost_no_square() -> None:
    begin = time.monotonic()

    assert unread(ask(project(), {**project(), CODE: _program('"' + '\\"' * 200_000)}))
    assert time.monotonic() - begin < 5


def test_a_migration_in_code_that_writes_rows_is_quiet() -> None:
    text = _program('jdbc.update("UPDATE shop_order SET total = 0 WHERE total IS NULL");')

    assert unread(ask(project(), {**project(), CODE: text})) == []


def test_code_that_a_new_change_set_runs_is_no_pass() -> None:
    custom = '<changeSet id="2" author="ada"><customChange class="org.shop.Change"/></changeSet>'
    base = liquibase()
    head = liquibase(more_xml=XML.format(custom))

    assert len(unread(ask(base, head))) == 1
    more = f'{custom}<changeSet id="3" author="ada"><sql>UPDATE shop_order SET total = 1</sql></changeSet>'  # noqa: S608 - a fixture
    assert unread(ask(head, {**head, f"{CHANGELOG}/more.xml": XML.format(more)})) == []


@pytest.mark.parametrize(
    ("attribute", "certainty"),
    [
        ("private String note;", Certainty.NOTE),
        ("@Column(nullable = true) private String note;", Certainty.LIKELY),
    ],
)
def test_a_column_that_a_migration_makes_not_null_is_said(attribute: str, certainty: Certainty) -> None:
    base = {
        **_migrated("ALTER TABLE shop_order ADD note varchar(255);"),
        f"{MODELS}/Order.java": entity(f"{ORDER_FIELDS}    {attribute}\n"),
    }
    answer = ask(base, {**base, f"{FLYWAY}/V3__y.sql": "ALTER TABLE shop_order ALTER COLUMN note SET NOT NULL;"})

    [found] = answer.findings[Question.MISSING]
    assert (found.rule, found.certainty) == ("jpa-missing-nullable", certainty)


def test_a_column_that_a_migration_makes_nullable_is_a_note() -> None:
    answer = ask(project(), _migrated("ALTER TABLE shop_order ALTER COLUMN customer_name DROP NOT NULL;"))

    assert failing(answer) == []
    assert len(notes(answer)) == 1


def test_a_view_that_goes_is_found() -> None:
    base = {
        **_migrated("CREATE VIEW shop_sum AS SELECT 1 AS id;"),
        f"{MODELS}/Sum.java": entity("@Id private Long id;", name="Sum", mark='@Entity @Table(name = "shop_sum")'),
    }

    assert failing(ask(base, {**base, f"{FLYWAY}/V3__y.sql": "DROP VIEW shop_sum;"})) == [
        "Sum: no migration makes table shop_sum"
    ]


def test_migrations_that_are_all_taken_away_are_no_reason_to_look_at_nothing() -> None:
    head = {path: text for path, text in project(Order=NOTED).items() if not path.endswith(".sql")}
    answer = ask(project(), head)

    assert answer.absent_reason is None
    assert len(unread(answer)) == 1


def test_migrations_of_a_part_that_are_taken_away_are_told() -> None:
    other = {"pay/src/main/resources/db/migration/V1__pay.sql": "CREATE TABLE payment (id bigint PRIMARY KEY);"}
    base = {**project(), **other}
    head = {path: text for path, text in {**project(Order=NOTED), **other}.items() if not path.startswith(FLYWAY)}

    assert unread(ask(base, head))


def test_another_way_to_make_names_is_no_pass() -> None:
    path = "app/src/main/resources/application.properties"
    strategy = "org.hibernate.boot.model.naming.PhysicalNamingStrategyStandardImpl"
    setting = f"spring.jpa.hibernate.naming.physical-strategy={strategy}\n"

    assert len(unread(ask(project(), {**project(), path: setting}))) == 1
    assert unread(ask({**project(), path: setting}, {**project(), path: f"{setting}server.port=80\n"})) == []


def test_configuration_that_is_too_long_is_told() -> None:
    path = "app/src/main/resources/application.properties"

    assert unread(ask(project(), {**project(), path: "x" * 2_000_001}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("afterMigrate.sql", f"{DROP};"),
        ("afterMigrate.SQL", f"{DROP};"),
        ("beforeEachMigrate__x.sql", "ALTER/**/TABLE shop_order RENAME COLUMN total TO sum;"),
        ("afterVersioned__a_b.sql", "DO $$ BEGIN PERFORM drop_it(); END $$;"),
        ("afterMigrateApplied.sql", "SELECT id INTO shop_copy FROM shop_order;"),
        ("afterMigrate.sql", "GRANT SELECT ON shop_order TO a; '"),
        ("V2__x.SQL", f"{DROP};"),
        ("V2__x.Sql", f"{DROP};"),
    ],
)
def test_a_file_that_flyway_may_run_beside_its_migrations_is_no_pass(name: str, text: str) -> None:
    head = _migrated(text, name)

    assert unread(ask(project(), head))
    assert ORM.concerns(f"db/{name}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("afterMigrate.sql", "GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO reader;\n-- never drop table a\n"),
        ("afterMigrate__rows.sql", "INSERT INTO shop_order (id) VALUES (1) ON CONFLICT DO NOTHING;"),
        ("afterMigrate.sql", "CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();"),
        ("afterClean.sql", "DROP TABLE shop_order;"),
        ("afterMigration.sql", "DROP TABLE shop_order;"),
    ],
)
def test_a_callback_that_leaves_tables_alone_is_quiet(name: str, text: str) -> None:
    answer = ask(project(), _migrated(text, name))

    assert (failing(answer), unread(answer)) == ([], [])


ADDED = "ALTER TABLE shop_order ADD COLUMN note varchar(255);"


@pytest.mark.parametrize(
    "text",
    [
        f"SET search_path TO other;\n{ADDED}",
        f"-- x\n set local search_path = 'other', public; {ADDED}",
        f"SET SCHEMA 'other';\n{ADDED}",
        f"SELECT pg_catalog.set_config('search_path', 'other', false);\n{ADDED}",
    ],
)
def test_a_column_of_a_schema_that_no_merged_migration_leads_to_is_no_pass(text: str) -> None:
    noted = {f"{MODELS}/Order.java": NOTED}
    base = project()
    [said] = unread(ask(base, {**base, **noted, f"{FLYWAY}/V2__x.sql": text}))
    base = {**base, f"{FLYWAY}/V0__x.sql": "SET search_path TO other;"}

    assert "SET search_path TO other" in said
    assert unread(ask(base, {**base, **noted, f"{FLYWAY}/V2__x.sql": text})) == []


@pytest.mark.parametrize(
    "text",
    [
        f'SET search_path TO "$user", public;\n{ADDED}',
        f"SELECT pg_catalog.set_config('search_path', '', false);\n{ADDED}",
        f"CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = other AS $$ SELECT 1 $$;\n{ADDED}",
    ],
)
def test_the_usual_schema_is_quiet(text: str) -> None:
    head = {**_migrated(text), f"{MODELS}/Order.java": NOTED}

    assert (failing(ask(project(), head)), unread(ask(project(), head))) == ([], [])


def test_a_column_that_a_callback_may_add_is_not_said_to_be_missing() -> None:
    text = "ALTER TABLE shop_order ADD COLUMN IF NOT EXISTS note varchar(255);"
    answer = ask(project(), {**_migrated(text, "afterMigrate.sql"), f"{MODELS}/Order.java": NOTED})

    assert failing(answer) == []
    assert any("is a callback of Flyway" in one for one in unread(answer))


def test_migrations_that_all_end_in_capitals_are_read() -> None:
    base = {path.replace(".sql", ".SQL"): text for path, text in project().items()}
    added = {f"{FLYWAY}/V2__x.SQL": "ALTER TABLE shop_order ADD COLUMN note varchar(255);"}
    noted = {f"{MODELS}/Order.java": NOTED}

    assert failing(ask(base, {**base, **noted})) == ["Order.note: no migration adds column shop_order.note"]
    answer = ask(base, {**base, **noted, **added})
    assert (failing(answer), unread(answer)) == ([], [])


def test_a_column_that_only_a_file_of_an_odd_ending_adds_is_no_pass() -> None:
    text = "ALTER TABLE shop_order ADD COLUMN note varchar(255);"
    answer = ask(project(), {**_migrated(text, "V2__x.SQL"), f"{MODELS}/Order.java": NOTED})

    assert any("sqlMigrationSuffixes" in one for one in unread(answer))


def test_a_repository_whose_migrations_are_all_in_code_is_no_pass() -> None:
    base = {**BOOT, f"{MODELS}/Order.java": entity(), CODE: _program(f'run("{ORDER_SQL}");')}
    change = make_change(base, {**base, CODE.replace("V2", "V3"): _program(f'run("{DROP}");')})

    assert ORM.judge(change, ()).unknowns[Question.MISSING]
