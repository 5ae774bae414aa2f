"""Changelogs of Liquibase that seem to do one thing to what is mapped, and do another."""

from __future__ import annotations

import pytest

from tests.checks.migrations.jpa.project import CHANGELOG, MODELS, ask, failing, unread
from tests.checks.migrations.jpa.test_schema import MISSING, NOTED, TABLE, XML, liquibase

ADD = '<addColumn tableName="shop_order"><column name="note" type="varchar(255)"/></addColumn>'
DROP = "ALTER TABLE shop_order DROP COLUMN total"
TOTAL = ["Order.total: no migration adds column shop_order.total"]


def _with(inner: str, rest: str = "", **files: str) -> dict[str, str]:
    return {**liquibase(more_xml=XML.format(f'<changeSet id="9" author="ada" {rest}>{inner}</changeSet>')), **files}


def _noted(inner: str, rest: str = "") -> dict[str, str]:
    return {**_with(inner, rest), f"{MODELS}/Order.java": NOTED}


@pytest.mark.parametrize(
    "inner",
    [
        '<dropColumn tableName="&quot;SHOP_ORDER&quot;" columnName="`total`"/>',
        '<dropColumn tableName="public.shop_order"><column name="[total]"/></dropColumn>',
        f"<createProcedure>{DROP}</createProcedure>",
        '<sql endDelimiter="GO">ALTER TABLE shop_order DROP total\nGO\n</sql>',
    ],
)
def test_what_drops_a_column_in_other_words_is_found(inner: str) -> None:
    assert failing(ask(liquibase(), _with(inner))) == TOTAL


@pytest.mark.parametrize(
    "inner",
    [
        '<dropColumn tableName="${table}" columnName="total"/>',
        '<markUnused tableName="shop_order" columnName="total"/>',
        '<alterTable tableName="shop_order">DROP COLUMN total</alterTable>',
        "<sql>DROP SCHEMA public CASCADE</sql>",
        "<sql>DROP TYPE money_kind CASCADE</sql>",
        f"<createFunction>CREATE FUNCTION f() RETURNS int AS $$ {DROP} $$</createFunction><sql>SELECT f()</sql>",
        f'{ADD}<modifySql><replace replace="ADD note" with="DROP COLUMN total"/></modifySql>',
        f'{ADD}<modifySql><append value="; DROP TABLE shop_order"/></modifySql>',
        '<sqlFile path="elsewhere/x.txt"/>',
    ],
)
def test_what_may_drop_a_column_is_no_pass(inner: str) -> None:
    assert unread(ask(liquibase(), _with(inner)))


@pytest.mark.parametrize(
    "inner",
    [
        '<rollback><dropColumn tableName="shop_order" columnName="total"/></rollback>',
        f'{ADD}<modifySql dbms="mysql"><append value=" engine innodb"/></modifySql>',
        "<createProcedure>CREATE PROCEDURE p() LANGUAGE sql AS $$ UPDATE shop_order SET total = 1 $$</createProcedure>",
        '<createTable tableName="${table}_more"><column name="id" type="int"/></createTable>'.replace("${table}", "x"),
    ],
)
def test_what_takes_nothing_away_is_quiet(inner: str) -> None:
    answer = ask(liquibase(), _with(inner))

    assert (failing(answer), unread(answer)) == ([], [])


@pytest.mark.parametrize(
    ("rest", "conditions"),
    [
        ('context="never"', ""),
        ('contextFilter="never"', ""),
        ('labels="later"', ""),
        ('dbms="oracle"', ""),
        ("", '<preConditions onFail="MARK_RAN"><sqlCheck expectedResult="0">select 1</sqlCheck></preConditions>'),
        ("", '<preConditions onError="MARK_RAN"><sqlCheck expectedResult="0">select x</sqlCheck></preConditions>'),
    ],
)
def test_a_change_set_that_may_not_run_is_no_migration_for_sure(rest: str, conditions: str) -> None:
    head = _noted(conditions + ADD, rest)

    [reason] = unread(ask(liquibase(), head))
    assert reason.startswith(f"{MISSING} unless a change set runs")
    # Where merged change sets are marked so, it is the project's way.
    base = _with('<createTable tableName="other"><column name="id" type="int"/></createTable>', rest)
    if rest:
        more = f'<changeSet id="10" author="ada" {rest}>{ADD}</changeSet></databaseChangeLog>'
        path = f"{CHANGELOG}/more.xml"
        head = {**base, path: base[path].replace("</databaseChangeLog>", more), f"{MODELS}/Order.java": NOTED}
        assert failing(ask(base, head)) == unread(ask(base, head)) == []


def test_an_include_with_a_context_may_not_be_run() -> None:
    head = _noted(ADD)
    path = f"{CHANGELOG}/master.xml"
    head[path] = head[path].replace('<include file="more.xml"', '<include context="never" file="more.xml"')

    assert len(unread(ask(liquibase(), head))) == 1


def test_a_merged_change_set_with_another_checksum_did_what_it_did() -> None:
    edited = TABLE.replace("<createTable", "<validCheckSum>ANY</validCheckSum><createTable")
    edited = edited.replace("</createTable>", '<column name="note" type="varchar(255)"/></createTable>')
    head = {**liquibase(), f"{CHANGELOG}/order.xml": XML.format(edited), f"{MODELS}/Order.java": NOTED}

    assert failing(ask(liquibase(), head)) == [MISSING]


def test_a_property_of_another_file_is_known() -> None:
    one = XML.format('<property name="table" value="shop_order"/>')
    two = XML.format('<changeSet id="9" author="ada"><dropColumn tableName="${table}" columnName="total"/></changeSet>')

    assert failing(ask(liquibase(), liquibase(one_xml=one, two_xml=two))) == TOTAL
