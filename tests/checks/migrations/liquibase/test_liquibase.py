from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest

from bot.checks.migrations.changelog.files import Changelogs, read_changelog
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.liquibase import ORM
from bot.model import Certainty, NotRead
from tests.checks.migrations.django.memory import MemoryTree, make_change
from tests.checks.readiness.look import MemoryTree as TreeWithGaps

FOLDER = "src/main/resources/db/changelog"
XML = '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">{}</databaseChangeLog>'
ADD = '<addColumn tableName="a"><column name="b" type="int"/></addColumn>'


def _set(name: str, inner: str = ADD, rest: str = "") -> str:
    return f'<changeSet id="{name}" author="ada" {rest}>{inner}</changeSet>'


def _project(**files: str) -> dict[str, str]:
    """A master changelog that includes files by their names (`one_xml`)."""
    paths = {f"{FOLDER}/{name.replace('_', '.')}": text for name, text in files.items()}
    lines = [f'<include file="{path.removeprefix("src/main/resources/")}"/>' for path in paths]
    return {f"{FOLDER}/master.xml": XML.format("".join(lines)), **paths}


def _ask(base: Mapping[str, str], head: Mapping[str, str]) -> Answer:
    return ORM.judge(make_change(base, head), ())


def _rules(answer: Answer, question: Question) -> list[str]:
    return [one.rule for one in answer.findings.get(question, ()) if one.fails]


BASE = _project(one_xml=XML.format(_set("1") + _set("2")))
YAML = """\
databaseChangeLog:
  - changeSet:
      id: 1
      author: ada
      changes:
        - addColumn:
            tableName: a
            columns:
              - column:
                  name: b
                  type: int
"""
SQL = "--liquibase formatted sql\n\n--changeset ada:1\nALTER TABLE a ADD b int;\n--rollback ALTER TABLE a DROP b;\n"


@pytest.mark.parametrize("tree", [BASE, _project(one_yaml=YAML), _project(one_sql=SQL)])
def test_a_changelog_is_seen(tree: dict[str, str]) -> None:
    assert ORM.is_present(make_change({}, tree)) is not None


@pytest.mark.parametrize("path", ["docs/changelog.yaml", "CHANGELOG.json", "db/migration/V1__a.sql"])
def test_other_files_are_no_changelogs(path: str) -> None:
    assert ORM.is_present(make_change({}, {path: "versions: []"})) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (XML.format(_set("1")), XML.format(f"<!-- why -->\n{_set('1')}")),
        (
            XML.format(_set("1")),
            XML.format('<changeSet author="ada"\n id="1"><comment>x</comment><addColumn tableName="a">\n'
            '<column type="int" name="b"/></addColumn><rollback/></changeSet>'),
        ),
        (XML.format(_set("1")), XML.format(_set("1") + _set("2"))),
        (XML.format(_set("1", "<sql>select 1</sql>")), XML.format(_set("1", "<sql>\n  select  1\n</sql>"))),
        (XML.format(_set("1", rest='runOnChange="true"')), XML.format(_set("1", "<sql>x</sql>", 'runOnChange="true"'))),
        (YAML, YAML.replace("id: 1\n      author: ada", "author: ada # her\n      id: '1'")),
        (SQL, SQL.replace("--rollback", "--comment: why\n--rollback").replace("DROP b", "DROP COLUMN b")),
    ],
)  # fmt: skip
def test_edits_that_leave_the_checksum_are_quiet(old: str, new: str) -> None:
    name = "one_xml" if old.startswith("<") else "one_yaml" if old.startswith("d") else "one_sql"
    answer = _ask(_project(**{name: old}), _project(**{name: new}))

    assert answer.findings[Question.EDITED] == []
    assert answer.findings[Question.CONFLICTS] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (XML.format(_set("1")), XML.format(_set("1").replace('"int"', '"bigint"'))),
        (XML.format(_set("1")), XML.format(_set("1", ADD + ADD.replace('"b"', '"c"')))),
        (YAML, YAML.replace("name: b", "name: c")),
        (SQL, SQL.replace("ADD b int", "ADD b bigint")),
    ],
)
def test_an_edit_that_changes_the_checksum_is_found(old: str, new: str) -> None:
    name = "one_xml" if old.startswith("<") else "one_yaml" if old.startswith("d") else "one_sql"
    answer = _ask(_project(**{name: old}), _project(**{name: new}))

    [found] = answer.findings[Question.EDITED]
    assert (found.rule, found.certainty) == ("liquibase-merged-change-set-edited", Certainty.CERTAIN)


def test_an_edit_with_a_checksum_that_is_valid_is_a_note() -> None:
    new = _set("1", f"<validCheckSum>ANY</validCheckSum>{ADD.replace('int', 'bigint')}") + _set("2")
    answer = _ask(BASE, _project(one_xml=XML.format(new)))

    assert [one.fails for one in answer.findings[Question.EDITED]] == [False]


def test_a_change_set_that_goes_is_found() -> None:
    answer = _ask(BASE, _project(one_xml=XML.format(_set("1"))))

    assert _rules(answer, Question.EDITED) == ["liquibase-merged-change-set-deleted"]


def test_a_file_that_is_written_anew_is_one_finding() -> None:
    base = _project(one_xml=XML.format("".join(_set(str(at)) for at in range(40))))
    answer = _ask(base, _project(one_xml=XML.format("".join(_set(f"new{at}") for at in range(40)))))

    [found] = answer.findings[Question.EDITED]
    assert found.message == "40 change sets of the file that were merged before are edited, moved or deleted"


def test_a_change_set_that_moves_is_found_unless_its_logical_path_stays() -> None:
    moved = _project(one_xml=XML.format(_set("1")), two_xml=XML.format(_set("2")))
    path = f"{FOLDER}/one.xml"
    kept = _project(one_xml=XML.format(_set("1")), two_xml=XML.format(_set("2", rest=f'logicalFilePath="{path}"')))

    assert _rules(_ask(BASE, moved), Question.EDITED) == ["liquibase-merged-change-set-moved"]
    assert _rules(_ask(BASE, kept), Question.EDITED) == []


def test_sql_that_a_merged_change_set_runs_may_not_change() -> None:
    base = _project(one_xml=XML.format(_set("1", '<sqlFile path="a.sql" relativeToChangelogFile="true"/>')))
    base[f"{FOLDER}/a.sql"] = "select 1;"

    assert _rules(_ask(base, {**base, f"{FOLDER}/a.sql": "select 2;"}), Question.EDITED) == [
        "liquibase-merged-change-set-sql-edited"
    ]
    assert _rules(_ask(base, {**base, f"{FOLDER}/a.sql": "select\n1;\n"}), Question.EDITED) == []


def test_one_name_for_two_change_sets_is_found() -> None:
    twice = XML.format(_set("1") + _set("2") + _set("2", "<sql>select 1</sql>"))

    assert _rules(_ask(BASE, _project(one_xml=twice)), Question.CONFLICTS) == ["liquibase-same-id"]


def test_one_name_in_two_files_or_for_two_databases_is_quiet() -> None:
    other = XML.format(_set("2") + _set("3", rest='dbms="h2"') + _set("3", rest='dbms="mysql"'))
    answer = _ask(BASE, _project(one_xml=BASE[f"{FOLDER}/one.xml"], two_xml=other))

    assert _rules(answer, Question.CONFLICTS) == []


def test_a_file_that_is_included_and_not_there_is_found() -> None:
    head = {
        **BASE,
        f"{FOLDER}/master.xml": XML.format('<include file="db/changelog/one.xml"/><include file="no.xml"/>'),
    }
    gone = {path: text for path, text in BASE.items() if not path.endswith("one.xml")}

    assert _rules(_ask(BASE, head), Question.CONFLICTS) == ["liquibase-no-file"]
    assert "liquibase-no-file" in _rules(_ask(BASE, gone), Question.CONFLICTS)


def test_a_file_that_nobody_includes_is_found_beside_those_that_somebody_does() -> None:
    alone = {**BASE, f"{FOLDER}/two.xml": XML.format(_set("3"))}
    whole = {**BASE, f"{FOLDER}/master.xml": XML.format('<includeAll path="db/changelog"/>')}

    assert _rules(_ask(BASE, alone), Question.CONFLICTS) == ["liquibase-not-included"]
    assert _rules(_ask(whole, {**whole, f"{FOLDER}/two.xml": XML.format(_set("3"))}), Question.CONFLICTS) == []


def test_steps_of_new_change_sets_get_advice() -> None:
    steps = (
        '<dropColumn tableName="a" columnName="b"/><createTable tableName="t"/><createIndex tableName="t"/>'
        '<sql>drop table c</sql><addNotNullConstraint tableName="a" columnName="d"/>'
    )
    answer = _ask(BASE, _project(one_xml=XML.format(_set("1") + _set("2") + _set("3", steps))))

    assert [one.rule for one in answer.findings[Question.RISKY]] == [
        "liquibase-drop-column",
        "liquibase-drop-table",
        "liquibase-set-not-null",
    ]


def test_a_changelog_that_cannot_be_read_is_not_a_pass() -> None:
    answer = _ask(BASE, {**BASE, f"{FOLDER}/one.xml": "<databaseChangeLog><changeSet>"})

    for question in (Question.CONFLICTS, Question.EDITED, Question.RISKY):
        [unknown] = answer.unknowns[question]
        assert unknown.path == f"{FOLDER}/one.xml"


LOST = NotRead("too large", "raise the limit")


def test_a_changelog_that_is_not_read_is_open_and_not_deleted() -> None:
    head = {**BASE, f"{FOLDER}/one.xml": BASE[f"{FOLDER}/one.xml"] + "<!-- long -->"}
    change = replace(make_change(BASE, head), head=TreeWithGaps({**head, f"{FOLDER}/one.xml": LOST}))
    answer = ORM.judge(change, ())

    for question in (Question.CONFLICTS, Question.EDITED, Question.RISKY):
        assert not answer.findings[question]
        [unknown] = answer.unknowns[question]
        assert (unknown.path, unknown.reason) == (f"{FOLDER}/one.xml", "too large")


def test_sql_that_is_not_read_is_not_taken_to_be_as_it_was() -> None:
    run = XML.format(_set("1", '<sqlFile path="run.sql" relativeToChangelogFile="true"/>'))
    base = {**_project(one_xml=run), f"{FOLDER}/run.sql": "SELECT 1;"}
    change = make_change(base, {**base, f"{FOLDER}/run.sql": "DROP TABLE a;"})
    lost = {oid: LOST for file in change.files for oid in (file.old_oid, file.new_oid) if oid is not None}

    class Lost:
        def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
            return ((oid, lost[oid]) for oid in oids)

    assert _rules(ORM.judge(replace(change, blobs=Lost()), ()), Question.EDITED) == [
        "liquibase-merged-change-set-sql-edited"
    ]


def test_files_run_in_the_order_in_which_they_are_included() -> None:
    tree = MemoryTree({
        f"{FOLDER}/master.xml": XML.format(
            _set("0") + '<include file="z/one.xml" relativeToChangelogFile="true"/>' + _set("9")
            + '<includeAll path="more" relativeToChangelogFile="true"/>'
        ),
        f"{FOLDER}/z/one.xml": XML.format(_set("1")),
        f"{FOLDER}/more/b.xml": XML.format(_set("3")),
        f"{FOLDER}/more/a.yaml": YAML.replace("id: 1", "id: 2"),
    })  # fmt: skip
    changelogs = Changelogs(tree)

    [root] = changelogs.roots()
    ids = [one.id for piece in changelogs.run_order(root) for one in piece.change_sets()]
    assert ids == ["0", "1", "9", "2", "3"]


def test_files_that_include_each_other_end() -> None:
    tree = MemoryTree(
        {
            f"{FOLDER}/a.xml": XML.format('<include file="b.xml" relativeToChangelogFile="true"/>'),
            f"{FOLDER}/b.xml": XML.format('<include file="a.xml" relativeToChangelogFile="true"/>' + _set("1")),
        }
    )
    changelogs = Changelogs(tree)

    assert len(list(changelogs.run_order(f"{FOLDER}/a.xml"))) < 10


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("a.yaml", "databaseChangeLog:\n" + "- changeSet: {id: 1, author: a}\n" * 200_000, "values"),
        ("a.sql", "--liquibase formatted sql\n" + "--changeset a:1\nSELECT 1;\n" * 200_000, "change sets"),
    ],
)
def test_a_changelog_of_more_than_anybody_writes_is_refused_soon(path: str, text: str, reason: str) -> None:
    started = time.process_time()
    found = read_changelog(path, text.encode())

    assert found.fault is not None
    assert found.fault.reason.endswith(reason)
    assert time.process_time() - started < 15


def test_sql_of_a_new_change_set_that_is_not_there_is_told() -> None:
    new = XML.format(_set("1") + _set("2") + _set("3", '<sqlFile path="${where}/gone.sql"/>'))
    [found] = _ask(BASE, {**BASE, f"{FOLDER}/one.xml": new}).findings[Question.RISKY]

    assert (found.rule, found.message) == ("liquibase-unread-sql", "${where}/gone.sql: is SQL that cannot be read")
