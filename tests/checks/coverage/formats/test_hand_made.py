"""Formats whose tools cannot be had for a test: reports made by hand, to the documented shape; and shapes that vary."""

from __future__ import annotations

import json

import pytest

from bot.checks.coverage.lines import Format
from tests.checks.coverage.formats.read import missed, partial, read, totals

_OPENCOVER = """\ufeff<?xml version="1.0" encoding="utf-8"?>
<CoverageSession xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Summary numSequencePoints="4" visitedSequencePoints="3" numBranchPoints="2" visitedBranchPoints="1"/>
  <Modules>
    <Module skippedDueTo="Filter"><Files><File uid="9" fullPath="C:\\x.cs"/></Files></Module>
    <Module hash="0">
      <Files><File uid="1" fullPath="D:\\a\\shop\\shop\\src\\Cart.cs"/></Files>
      <Classes><Class><FullName>Shop.Cart</FullName><Methods><Method visited="true">
        <FileRef uid="1"/>
        <SequencePoints>
          <SequencePoint vc="2" uspid="1" sl="5" sc="9" el="5" ec="20" fileid="1"/>
          <SequencePoint vc="1" uspid="2" sl="6" sc="9" el="7" ec="20"/>
          <SequencePoint vc="0" uspid="3" sl="9" sc="9" el="9" ec="20" fileid="1"/>
          <SequencePoint vc="0" uspid="4" sl="16707566" sc="0" el="16707566" ec="0" fileid="1"/>
        </SequencePoints>
        <BranchPoints>
          <BranchPoint vc="1" sl="5" path="0" offset="3" offsetend="8" fileid="1"/>
          <BranchPoint vc="0" sl="5" path="1" offset="3" offsetend="12" fileid="1"/>
        </BranchPoints>
      </Method><Method visited="true">
        <FileRef uid="1"/>
        <SequencePoints><SequencePoint vc="3" sl="5" sc="9" el="5" ec="20" fileid="1"/></SequencePoints>
      </Method></Methods></Class></Classes>
    </Module>
  </Modules>
</CoverageSession>
"""
_COVERLET = {
    "Shop.dll": {
        "/_/src/Cart.cs": {
            "Shop.Cart": {
                "System.Void Shop.Cart::Add()": {
                    "Lines": {"5": 2, "6": 1, "9": 0},
                    "Branches": [
                        {"Line": 5, "Offset": 3, "EndOffset": 8, "Path": 0, "Ordinal": 0, "Hits": 1},
                        {"Line": 5, "Offset": 3, "EndOffset": 12, "Path": 1, "Ordinal": 1, "Hits": 0},
                    ],
                }
            },
            "Shop.Cart/<>c": {"System.Void Shop.Cart/<>c::<Add>b__0()": {"Lines": {"9": 4}, "Branches": []}},
        }
    }
}
_NO_LINES: dict[str, list[int]] = {"executed_lines": [], "missing_lines": []}
_SIMPLECOV = {
    "meta": {"simplecov_version": "0.22.0"},
    "coverage": {
        "/r/lib/a.rb": {
            "lines": [1, None, 0, "ignored", 2],
            "branches": [
                {"type": "then", "start_line": 5, "end_line": 5, "coverage": 0},
                {"type": "else", "start_line": 5, "end_line": 5, "coverage": 2},
                {"type": "else", "start_line": 4, "end_line": 4, "coverage": "ignored"},
            ],
        }
    },
    "groups": {},
}


def test_opencover_counts_points_and_hides_what_is_hidden() -> None:
    report = read(_OPENCOVER)

    assert (report.format, missed(report), partial(report)) == (
        Format.OPENCOVER,
        {"D:\\a\\shop\\shop\\src\\Cart.cs": [9]},
        {"D:\\a\\shop\\shop\\src\\Cart.cs": [5]},
    )
    assert totals(report) == {"lines": (3, 4), "statements": (3, 4), "branches": (1, 2)}


def test_coverlet_unites_methods_that_share_a_line() -> None:
    report = read(json.dumps(_COVERLET))

    assert (report.format, missed(report), partial(report)) == (Format.COVERLET, {}, {"Cart.cs": [5]})
    assert totals(report) == {"lines": (3, 3), "branches": (1, 2)}


def test_simplecov_leaves_out_ignored_lines_and_arms() -> None:
    report = read(json.dumps(_SIMPLECOV))

    assert (report.format, report.nocov) == (Format.SIMPLECOV, False)
    assert (missed(report), partial(report), totals(report)) == (
        {"a.rb": [3]},
        {"a.rb": [5]},
        {"lines": (2, 3), "branches": (1, 2)},
    )


def test_suites_of_simplecov_are_united_old_and_new_shapes_alike() -> None:
    suites = {
        "rspec": {"coverage": {"/r/a.rb": {"lines": [1, 0, None, 0]}}, "timestamp": 1},
        "old": {"coverage": {"/r/a.rb": [0, 3, None, 0]}, "timestamp": 2},
    }

    assert totals(read(json.dumps(suites))) == {"lines": (2, 3)}


@pytest.mark.parametrize(
    ("report", "of"),
    [
        ({"files": {"a.py": _NO_LINES}, "meta": {"version": "7"}, "totals": {}}, Format.COVERAGE_PY_JSON),
        ({"files": [{"file": "a.c", "lines": []}], "gcovr/format_version": "0.15"}, Format.GCOVR),
        (
            {"type": "llvm.coverage.json.export", "data": [{"files": [{"filename": "a.c", "segments": []}]}]},
            Format.LLVM,
        ),
        ({"/a.js": {"all": False, "statementMap": {}, "s": {}}}, Format.ISTANBUL),
        ({"/a.js": {"data": {"path": "/a.js", "statementMap": {}, "s": {}}}}, Format.ISTANBUL),
        ({"Empty.dll": {}, "Shop.dll": {"/_/a.cs": {}}}, Format.COVERLET),
    ],
)
def test_a_format_is_told_by_its_members_in_any_order(report: dict[str, object], of: Format) -> None:
    assert read(json.dumps(report)).format is of


def test_vitests_places_without_ends_count_as_istanbul_counts_them() -> None:
    entry = {
        "path": "/a.ts",
        "statementMap": {
            "0": {"start": {"line": 1, "column": 0}, "end": {"line": 1, "column": None}},
            "1": {"start": {"line": 1, "column": 0}, "end": {"line": 1, "column": None}},
            "2": {"start": {"line": 3, "column": 2}, "end": {"line": 3, "column": 9}},
        },
        "s": {"0": 1, "1": 0, "2": 0},
        "branchMap": {"0": {"type": "if", "line": 3, "loc": {"start": {"line": 3}}, "locations": [{}, {}]}},
        "b": {"0": [1, 0]},
    }

    report = read(json.dumps({"/a.ts": entry}))

    assert totals(report) == {"lines": (1, 2), "statements": (1, 3), "branches": (1, 2)}


@pytest.mark.parametrize(
    ("lines", "hit", "branches"),
    [
        ("SF:a.c\nDA:1,0\nDA:2,5\nend_of_record\n", (1, 2), None),
        ("TN:x\r\nSF:a.c\r\nDA:1,0\r\nDA:2,5\r\nend_of_record\r\n", (1, 2), None),
        ("SF:a.c\nDA:1,0\nend_of_record\nTN:b\nSF:a.c\nDA:1,3\nend_of_record", (1, 1), None),
        ("SF:a.c\nDA:1,18446744073709551615\nDA:2,1.8e+19\nend_of_record\n", (2, 2), None),
        ("SF:a.c\nFN:7,main\nFNDA:0,main\nFNL:0,7,9\nFNA:0,0,main\nVER:1\nDA:1,1\nend_of_record\n", (1, 1), None),
        ("SF:a.c\nDA:1,1\nLF:99\nLH:98\nBRF:9\nBRH:9\nMCDC:1,2,t,0,0,a,b\nend_of_record\n", (1, 1), None),
        ("SF:a.c\nDA:1,1\nBRDA:1,0,0,-\nBRDA:1,0,1,4\nBRDA:1,e0,a, b,0\nend_of_record\n", (1, 1), (1, 3)),
        ("SF:empty.py\nend_of_record\nSF:a.c\nDA:1,1\nend_of_record\n", (1, 1), None),
        ("# made by hand\nSF:a.c\nDA:1,1\nend_of_record\n", (1, 1), None),
    ],
)
def test_lcov_is_counted_anew(lines: str, hit: tuple[int, int], branches: tuple[int, int] | None) -> None:
    found = totals(read(lines))

    assert (found.get("lines"), found.get("branches")) == (hit, branches)


def test_arms_of_shards_unite_by_their_names() -> None:
    one = "SF:a.c\nDA:1,1\nBRDA:1,0,0,1\nBRDA:1,0,1,0\nend_of_record\n"
    other = "SF:a.c\nDA:1,1\nBRDA:1,0,0,0\nBRDA:1,0,1,1\nend_of_record\n"

    assert totals(read(one + other)) == {"lines": (1, 1), "branches": (2, 2)}


_COBERTURA = (
    '<?xml version="1.0"?><!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">'
    '<coverage line-rate="NaN" {root}><sources><source>C:\\</source></sources><packages><package><classes>{classes}'
    "</classes></package></packages></coverage>"
)


def test_a_cobertura_class_counts_its_own_lines_and_its_methods_only_where_it_has_none() -> None:
    classes = (
        '<class filename="a.js"><methods><method><lines><line number="1" hits="1"/></lines></method></methods>'
        '<lines><line number="2" hits="0"/><line number="3" hits="1" branch="True" '
        'condition-coverage="50% (1/2)"/></lines></class>'
        '<class filename="a.js"><lines><line number="2" hits="1"/></lines></class>'
        '<class filename="b.js"><methods><method><lines><line number="1" hits="0"/></lines></method></methods></class>'
    )

    report = read(_COBERTURA.format(root='lines-valid="99" lines-covered="98"', classes=classes))

    assert (missed(report), partial(report)) == ({"b.js": [1]}, {"a.js": [3]})
    assert totals(report) == {"lines": (2, 3), "branches": (1, 2)}
    assert report.notes == ["it lists 2 of 3 lines as covered, and says 98 of 99"]


def test_missing_branches_unite_exactly_across_classes() -> None:
    line = '<line number="3" hits="1" branch="true" condition-coverage="50% (1/2)" missing-branches="{}"/>'
    classes = "".join(f'<class filename="a.py"><lines>{line.format(arm)}</lines></class>' for arm in ("exit", "5"))

    assert totals(read(_COBERTURA.format(root="", classes=classes))) == {"lines": (1, 1), "branches": (2, 2)}


def test_cobertura_of_many_lines_in_one_class_is_read_whole() -> None:
    lines = "".join(f'<line number="{n}" hits="{n % 2}"/>' for n in range(1, 50_001))
    classes = f'<class filename="a.py"><lines>{lines}</lines></class>'

    assert totals(read(_COBERTURA.format(root="", classes=classes))) == {"lines": (25_000, 50_000)}


def test_groups_of_jacoco_keep_equal_packages_apart() -> None:
    line = '<line nr="1" mi="{}" ci="1" mb="0" cb="0"/>'
    package = f'<package name="org"><sourcefile name="A.java">{line}</sourcefile></package>'
    report = read(
        '<?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="all">'
        f'<group name="core">{package.format(0)}</group><group name="web">{package.format(2)}</group></report>'
    )

    assert sorted(report.files) == ["core/org/A.java", "web/org/A.java"]
    assert totals(report) == {"lines": (2, 2), "instructions": (2, 4)}


def test_go_profiles_that_were_joined_repeat_their_mode() -> None:
    profile = "mode: set\nm/a.go:1.1,3.2 2 {}\nm/a.go:3.2,4.2 1 0\nm/a.go:6.13,6.14 0 0\n"

    report = read(profile.format(0) + profile.format(1))

    assert totals(report) == {"statements": (2, 3), "lines": (3, 4)}
    assert (missed(report), partial(report)) == ({"a.go": [4]}, {"a.go": [3]})


def test_openclover_counts_both_sides_of_a_condition() -> None:
    report = read(
        '<coverage generated="1" clover="4.4"><project name="shop"><file name="A.java" path="/r/A.java">'
        '<line num="1" type="method" count="1"/><line num="2" type="cond" truecount="3" falsecount="0"/>'
        '<line num="3" type="stmt" count="0"/></file></project></coverage>'
    )

    assert (missed(report), partial(report)) == ({"A.java": [3]}, {"A.java": [2]})
    assert totals(report) == {"lines": (1, 2), "branches": (1, 2)}
