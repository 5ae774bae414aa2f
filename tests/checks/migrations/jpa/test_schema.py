from __future__ import annotations

from dataclasses import replace

import pytest

from bot.checks.migrations.face import Question
from bot.checks.migrations.jpa import ORM
from bot.model import NotRead
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
    project,
    unread,
)
from tests.checks.readiness.look import MemoryTree as TreeWithGaps

NOTED = entity(f"{ORDER_FIELDS}    private String note;\n")
MISSING = "Order.note: no migration adds column shop_order.note"
XML = '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">{}</databaseChangeLog>'
TABLE = """\
<changeSet id="1" author="ada"><createTable tableName="shop_order">
<column name="id" type="bigint"><constraints primaryKey="true"/></column>
<column name="customer_name" type="varchar(50)"><constraints nullable="false"/></column>
<column name="total" type="decimal(12,2)"/><column name="status" type="varchar(20)"/>
<column name="created_at" type="${stamp}"/><column name="amount" type="int"><constraints nullable="false"/></column>
</createTable></changeSet>"""
ADDED = {
    "xml": XML.format(
        '<changeSet id="2" author="ada"><addColumn tableName="shop_order"><column name="note" type="varchar(255)"/>'
        "</addColumn></changeSet>"
    ),
    "yaml": """\
databaseChangeLog:
- changeSet:
    id: 2
    author: ada
    changes:
    - addColumn:
        tableName: shop_order
        columns:
        - column: {name: note, type: varchar(255)}
""",
    "json": '{"databaseChangeLog": [{"changeSet": {"id": "2", "author": "ada", "changes": [{"addColumn": {"tableName": '
    '"shop_order", "columns": [{"column": {"name": "note", "type": "varchar(255)"}}]}}]}}]}',
    "sql": "--liquibase formatted sql\n--changeset ada:2 runInTransaction:true\n"
    "alter table shop_order add note varchar(255);\n"
    "--rollback alter table shop_order drop column note;\n",
}


def liquibase(**files: str) -> dict[str, str]:
    """The project with changelogs, instead of Flyway's folder; more of them by their names."""
    made = {path: text for path, text in project().items() if not path.startswith(FLYWAY)}
    master = '<property name="stamp" value="timestamp"/><include file="db/changelog/order.xml"/>{}'
    more = "".join(f'<include file="{name.replace("_", ".")}" relativeToChangelogFile="true"/>' for name in files)
    made[f"{CHANGELOG}/master.xml"] = XML.format(master.format(more))
    made[f"{CHANGELOG}/order.xml"] = XML.format(TABLE)
    made.update({f"{CHANGELOG}/{name.replace('_', '.')}": text for name, text in files.items()})
    return made


@pytest.mark.parametrize("ending", ADDED)
def test_changelogs_of_every_format_are_read(ending: str) -> None:
    name = f"note_{ending}"
    head = {**liquibase(**{name: ADDED[ending]}), f"{MODELS}/Order.java": NOTED}

    assert failing(ask(liquibase(), head)) == unread(ask(liquibase(), head)) == []
    without = {**liquibase(), f"{MODELS}/Order.java": NOTED}
    assert failing(ask(liquibase(), without)) == [MISSING]
    empty = {**head, f"{CHANGELOG}/note.{ending}": ADDED[ending].replace("note", "other")}
    assert failing(ask(liquibase(), empty)) == [MISSING]


@pytest.mark.parametrize("folder", [CHANGELOG, "other/db/changelog"])
def test_a_changelog_that_none_includes_is_run_by_nobody(folder: str) -> None:
    head = {**liquibase(), f"{MODELS}/Order.java": NOTED, f"{folder}/note.xml": ADDED["xml"]}

    assert failing(ask(liquibase(), head)) == [MISSING]


def test_sql_that_a_changelog_includes_runs() -> None:
    head = {**liquibase(note_sql="alter table shop_order add note varchar(9);"), f"{MODELS}/Order.java": NOTED}

    assert failing(ask(liquibase(), head)) == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ('<renameColumn tableName="shop_order" oldColumnName="total" newColumnName="note"/>', True),
        ("<sql>alter table shop_order add note varchar(255)</sql>", False),
        ('<sqlFile path="note.sql" relativeToChangelogFile="true"/>', False),
        ('<dropTable tableName="shop_order"/>', True),
        ('<renameTable oldTableName="shop_order" newTableName="orders"/>', True),
        ('<insert tableName="shop_order"><column name="note" value="x"/></insert>', True),
    ],
)  # fmt: skip
def test_change_types_do_what_liquibase_does(change: str, missing: bool) -> None:  # noqa: FBT001 - a parameter
    more = XML.format(f'<changeSet id="2" author="ada">{change}</changeSet>')
    head = {**liquibase(more_xml=more), f"{MODELS}/Order.java": NOTED}
    head[f"{CHANGELOG}/note.sql"] = "ALTER TABLE shop_order ADD COLUMN note varchar(255);"

    assert bool(failing(ask(liquibase(), head))) is missing


@pytest.mark.parametrize(
    ("attributes", "conditions", "missing"),
    [
        ('dbms="postgresql"', "", False),
        ('dbms="oracle"', "", True),
        ('dbms="!oracle"', "", False),
        ("", '<preConditions onFail="MARK_RAN"><tableExists tableName="shop_order"/></preConditions>', False),
        ("", '<preConditions onFail="MARK_RAN"><not><tableExists tableName="shop_order"/></not></preConditions>', True),
        (
            "",
            '<preConditions onFail="MARK_RAN"><sqlCheck expectedResult="0">select 1</sqlCheck></preConditions>',
            False,
        ),
    ],
)
def test_change_sets_run_where_their_conditions_hold(attributes: str, conditions: str, missing: bool) -> None:  # noqa: FBT001
    add = '<addColumn tableName="shop_order"><column name="note" type="varchar(255)"/></addColumn>'
    more = XML.format(f'<changeSet id="2" author="ada" {attributes}>{conditions}{add}</changeSet>')
    settings = {"app/src/main/resources/application.properties": "spring.datasource.url=jdbc:postgresql://db/shop"}
    head = {**liquibase(more_xml=more), f"{MODELS}/Order.java": NOTED, **settings}

    assert (failing(ask({**liquibase(), **settings}, head)) == [MISSING]) is missing


def test_code_that_liquibase_runs_may_do_it() -> None:
    more = XML.format('<changeSet id="2" author="ada"><customChange class="org.shop.Change"/></changeSet>')
    answer = ask(liquibase(), {**liquibase(more_xml=more), f"{MODELS}/Order.java": NOTED})

    assert failing(answer) == []
    [reason] = unread(answer)
    assert "customChange org.shop.Change" in reason


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><databaseChangeLog>&b;</databaseChangeLog>',
        "<databaseChangeLog><changeSet>",
        "<databaseChangeLog>" + "<a>" * 100 + "</databaseChangeLog>",
    ],
)
def test_changelogs_that_are_hostile_or_broken_are_not_a_pass(text: str) -> None:
    answer = ask(liquibase(), {**liquibase(more_xml=text), f"{MODELS}/Order.java": NOTED})

    assert any("more.xml" in (one.path or "") for one in answer.unknowns[Question.MISSING])


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mysql", "ALTER TABLE `shop_order` ADD (`note` varchar(255) DEFAULT NULL, x int) ;"),
        ("mysql", "ALTER TABLE shop_order ADD COLUMN a int AFTER id, ADD COLUMN note varchar(255);"),
        ("oracle", "ALTER TABLE SHOP_ORDER ADD (NOTE VARCHAR2(255 CHAR));"),
        ("oracle", 'ALTER TABLE "SHOP_ORDER" ADD "NOTE" VARCHAR2(255);'),
        ("sqlserver", "ALTER TABLE [dbo].[shop_order] ADD [x] int, [note] nvarchar(255) NULL\nGO\n"),
        ("postgresql", "ALTER TABLE public.shop_order ADD COLUMN IF NOT EXISTS note text;"),
        (
            "postgresql",
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN ALTER TABLE shop_order ADD note text; END IF; END $$;",
        ),
        ("h2", "alter table SHOP_ORDER add column NOTE varchar(255);"),
        ("postgresql", "alter table ${schema}.shop_order add note text;"),
        ("postgresql", "alter table shop_order rename status to note; alter table shop_order add status varchar(20);"),
        (
            "mysql",
            "alter table shop_order change column total note varchar(255); alter table shop_order add total double;",
        ),
    ],
)
def test_sql_of_every_dialect_is_read(dialect: str, sql: str) -> None:
    base = {path: text for path, text in project().items() if not path.startswith(FLYWAY)}
    base[f"{FLYWAY}/{dialect}/V1__order.sql"] = ORDER_SQL
    head = {**base, f"{MODELS}/Order.java": NOTED}

    assert failing(ask(base, head)) == [MISSING]
    assert failing(ask(base, {**head, f"{FLYWAY}/{dialect}/V2__note.sql": sql})) == []


def test_each_database_needs_its_migration() -> None:
    base = {path: text for path, text in project().items() if not path.startswith(FLYWAY)}
    base.update({f"{FLYWAY}/{name}/V1__order.sql": ORDER_SQL for name in ("mysql", "postgresql")})
    sql = "alter table shop_order add note varchar(255);"
    head = {**base, f"{MODELS}/Order.java": NOTED, f"{FLYWAY}/mysql/V2__note.sql": sql}

    assert failing(ask(base, head)) == [f"{MISSING} on postgresql"]
    assert failing(ask(base, {**head, f"{FLYWAY}/common/V2__note.sql": sql})) == []


def test_versions_are_ordered_as_numbers() -> None:
    base = project()
    base[f"{FLYWAY}/V9__gone.sql"] = "alter table shop_order drop column total;"
    base[f"{FLYWAY}/V10__back.sql"] = "alter table shop_order add total numeric(12, 2);"

    assert failing(ask(base, {**base, f"{MODELS}/Order.java": entity(f"{ORDER_FIELDS} transient int x;")})) == []
    assert failing(ask(base, {**base, f"{MODELS}/Order.java": NOTED})) == [MISSING]


def test_a_renamed_table_is_followed() -> None:
    base = project()
    base[f"{FLYWAY}/V1__order.sql"] = ORDER_SQL.replace("shop_order", "old_order")
    base[f"{FLYWAY}/V2__rename.sql"] = "ALTER TABLE old_order RENAME TO shop_order;"

    assert failing(ask(base, {**base, f"{MODELS}/Order.java": NOTED})) == [MISSING]


def test_a_migration_in_code_may_do_it() -> None:
    path = "app/src/main/java/db/migration/V2__Note.java"
    text = 'class V2__Note extends BaseJavaMigration { String s = "alter table shop_order add note text"; }'
    answer = ask(project(), {**project(), f"{MODELS}/Order.java": NOTED, path: text})

    assert failing(answer) == []
    assert len(unread(answer)) == 1


def test_a_view_has_no_columns_to_add() -> None:
    base = project()
    base[f"{FLYWAY}/V1__order.sql"] = "create view shop_order as select * from elsewhere;"

    assert failing(ask(base, {**base, f"{MODELS}/Order.java": NOTED})) == []


def test_a_schema_that_hibernate_makes_needs_no_migrations() -> None:
    files = {
        **BOOT,
        f"{MODELS}/Order.java": entity(),
        "app/src/main/resources/application.yml": "spring:\n  jpa:\n    hibernate:\n      ddl-auto: update\n",
    }
    change = make_change(files, {**files, f"{MODELS}/Order.java": NOTED})

    assert ORM.is_present(change) is not None
    reason = ORM.judge(change, ()).absent_reason
    assert reason is not None
    assert "Hibernate makes the schema: update" in reason


def test_a_repository_without_entities_has_nothing_to_compare() -> None:
    base = {f"{FLYWAY}/V1__order.sql": ORDER_SQL, "app/src/main/java/Main.java": "class Main {}"}
    answer = ask(base, {**base, f"{FLYWAY}/V2__more.sql": "alter table shop_order add x int;"})

    assert answer.undeclared == "no class of the repository is a JPA entity"


def test_a_repository_without_java_has_none_of_it() -> None:
    files = {f"{FLYWAY}/V1__order.sql": ORDER_SQL}

    assert ORM.is_present(make_change({}, files)) is None


def test_migrations_that_are_not_read_are_not_none() -> None:
    head = {**project(), f"{MODELS}/Order.java": entity(f"{ORDER_FIELDS} String note;")}
    gap = TreeWithGaps({**head, f"{FLYWAY}/V1__order.sql": NotRead("too large", "raise the limit")})
    answer = ORM.judge(replace(make_change(project(), head), head=gap), ())

    assert answer.absent_reason is None
    assert unread(answer) == ["too large"]
