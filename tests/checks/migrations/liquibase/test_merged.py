"""What a change may do to merged change sets beside changing what they do."""

from __future__ import annotations

import time

import pytest

from bot.checks.migrations.changelog.apply import GrowsError, Run
from bot.checks.migrations.changelog.files import Changelogs, as_utf_8
from bot.checks.migrations.face import Question
from bot.checks.migrations.liquibase import ORM
from bot.model import Certainty
from tests.checks.migrations.django.memory import make_change
from tests.checks.migrations.liquibase.test_liquibase import ADD, FOLDER, XML, _ask, _project, _rules, _set
from tests.checks.readiness.look import MemoryTree

DROP = ADD.replace("addColumn", "dropColumn")
KIND = '<property name="kind" value="{}"/>'
USING = ADD.replace('"int"', '"${kind}"')


@pytest.mark.parametrize(
    ("rest", "inner", "certainty"),
    [
        ('runOnChange="true"', DROP, Certainty.LIKELY),
        ('runAlways="true"', DROP, Certainty.LIKELY),
        ('runAlways="true"', ADD, Certainty.LIKELY),
        ('dbms="h2"', ADD, Certainty.LIKELY),
        ('ignore="true"', ADD, Certainty.LIKELY),
        ('runOnChange="true"', ADD, Certainty.NOTE),
        ('context="prod"', ADD, Certainty.NOTE),
        ('labels="x"', ADD, Certainty.NOTE),
        ("", f'<preConditions onFail="MARK_RAN"><sqlCheck>select 0</sqlCheck></preConditions>{ADD}', Certainty.NOTE),
    ],
)
def test_where_and_when_a_merged_change_set_runs_counts(rest: str, inner: str, certainty: Certainty) -> None:
    head = _project(one_xml=XML.format(_set("1", inner, rest)))
    [found] = _ask(_project(one_xml=XML.format(_set("1"))), head).findings[Question.EDITED]

    assert (found.certainty, found.fails) == (certainty, certainty is not Certainty.NOTE)


def test_one_that_ran_when_it_changed_and_does_not_any_more_is_an_edit_like_others() -> None:
    base = _project(one_xml=XML.format(_set("1", rest='runOnChange="true"')))

    assert _rules(_ask(base, _project(one_xml=XML.format(_set("1", DROP)))), Question.EDITED)
    assert _rules(_ask(base, _project(one_xml=XML.format(_set("1")))), Question.EDITED) == []


def test_a_property_that_merged_change_sets_use_counts_as_an_edit() -> None:
    base = _project(one_xml=XML.format(KIND.format("int")), two_xml=XML.format(_set("1", USING)))
    path = f"{FOLDER}/one.xml"
    [found] = _ask(base, {**base, path: XML.format(KIND.format("bigint"))}).findings[Question.EDITED]

    assert (found.rule, found.path) == ("liquibase-merged-change-set-property", path)
    other = XML.format(KIND.format("int") + KIND.replace("kind", "other").format("x"))
    assert _rules(_ask(base, {**base, path: other}), Question.EDITED) == []
    # The first definition counts.
    assert _rules(_ask(base, {**base, path: XML.format(KIND.format("int") + KIND.format("x"))}), Question.EDITED) == []


def test_a_property_in_another_s_value_counts_too() -> None:
    outer = '<property name="kind" value="${{inner}}"/><property name="inner" value="{}"/>'
    base = _project(one_xml=XML.format(outer.format("int") + _set("1", USING)))

    assert _rules(_ask(base, _project(one_xml=XML.format(outer.format("text") + _set("1", USING)))), Question.EDITED)


def test_the_value_of_a_property_written_out_is_no_edit() -> None:
    base = _project(one_xml=XML.format(KIND.format("int") + _set("1", USING)))

    assert _rules(_ask(base, _project(one_xml=XML.format(KIND.format("int") + _set("1")))), Question.EDITED) == []


def test_a_merged_file_that_is_not_included_any_more_is_found() -> None:
    base = _project(one_xml=XML.format(_set("1")), two_xml=XML.format(_set("2")))
    master = f"{FOLDER}/master.xml"
    without = base[master].replace('<include file="db/changelog/two.xml"/>', "")
    whole = XML.format('<includeAll path="db/changelog"/>')

    [found] = _ask(base, {**base, master: without}).findings[Question.EDITED]
    assert (found.rule, found.path) == ("liquibase-merged-change-set-not-included", master)
    assert _rules(_ask(base, {**base, master: whole}), Question.EDITED) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_changelog_in_another_encoding_is_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + XML.format(_set("1"))
    path = f"{FOLDER}/a.xml"
    found = Changelogs(MemoryTree({path: text.encode(encoding)})).get(path)

    assert found is not None
    assert [one.id for one in found.change_sets()] == ["1"]


def test_a_changelog_begins_where_it_begins() -> None:
    text = f"<!-- {'licence ' * 5_000} -->" + XML.format(_set("1"))

    assert ORM.is_present(make_change({}, {f"{FOLDER}/a.xml": text})) is not None
    assert as_utf_8("a.xml", b"<a/>") == b"<a/>"


def test_a_file_that_is_included_too_deep_is_told() -> None:
    files = {
        f"{FOLDER}/{at}.xml": XML.format(f'<include file="{at + 1}.xml" relativeToChangelogFile="true"/>')
        for at in range(30)
    }
    changelogs = Changelogs(MemoryTree({**files, f"{FOLDER}/30.xml": XML.format(_set("1"))}))
    changelogs.files(f"{FOLDER}/0.xml")

    [unread] = changelogs.unread
    assert unread.path == f"{FOLDER}/21.xml"


def test_properties_that_grow_are_not_put_together() -> None:
    started = time.process_time()
    run = Run(dbms="h2", names=(), read=lambda *_: None, properties={"a": "${b}" * 5_000, "b": "x" * 5_000})

    with pytest.raises(GrowsError):
        run.expand("${a}" * 100_000)
    assert time.process_time() - started < 10
