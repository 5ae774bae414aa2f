"""Reports that real tools wrote: make_reports.sh says how, and reports/printed.txt what the tools printed."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from bot.checks.coverage.fit import measure_fit
from bot.checks.coverage.lines import Format, Measure
from tests.checks.coverage.formats.read import REPORTS, SOURCES, missed, partial, read_file, totals

_PY = {"calc.py": [11, 12, 13, 29, 30], "text.py": [12, 13]}
_PY_PARTIAL = {"calc.py": [9, 23], "text.py": [2]}
_GCC = {"calc.c": [9, 15, 18, 19]}
_GCC_PARTIAL = {"calc.c": [5, 8]}
_LLVM = {"calc.c": [9, 10, 16, 18, 19, 20]}
_LLVM_PARTIAL = {"calc.c": [5, 8], "main.c": [11]}
_JS = {"calc.js": [7, 12, 13, 21, 23]}
_JS_PARTIAL = {"calc.js": [4, 17, 18]}
_C8 = {"calc.js": [11, 12, 13, 14, 23]}
_C8_PARTIAL = {"calc.js": [7, 17, 21, 22]}
_GO = {"shop.go": [9, 11, 12, 18, 19, 20, 21, 22, 23]}
_GO_PARTIAL = {"shop.go": [8, 10]}


class Said(NamedTuple):
    """What the tool says of its report: the headline as it prints it, how much it counts, which lines it misses."""

    format: Format
    headline: str
    lines: tuple[int, int] | None
    branches: tuple[int, int] | None
    missed: dict[str, list[int]]
    partial: dict[str, list[int]]


_SAID = {
    "coverage-py.json": Said(Format.COVERAGE_PY_JSON, "74", (20, 27), None, _PY, {}),
    "coverage-py.xml": Said(Format.COVERAGE_PY_XML, "74", (20, 27), None, _PY, {}),
    "coverage-py.lcov": Said(Format.LCOV, "74", (20, 27), None, _PY, {}),
    "coverage-py-branch.json": Said(Format.COVERAGE_PY_JSON, "68", (20, 27), (5, 10), _PY, _PY_PARTIAL),
    "coverage-py-branch.xml": Said(Format.COVERAGE_PY_XML, "68", (20, 27), (5, 10), _PY, _PY_PARTIAL),
    # LCOV has no word on the percentage that coverage.py prints.
    "coverage-py-branch.lcov": Said(Format.LCOV, "74", (20, 27), (5, 10), _PY, _PY_PARTIAL),
    "coverage-py-twins.xml": Said(Format.COVERAGE_PY_XML, "43", (3, 7), None, {"util.py": [2, 3]}, {}),
    "gcovr.json": Said(Format.GCOVR, "71.4", (10, 14), (6, 8), _GCC, _GCC_PARTIAL),
    "gcovr.lcov": Said(Format.LCOV, "71.4", (10, 14), (6, 8), _GCC, _GCC_PARTIAL),
    "gcovr-cobertura.xml": Said(Format.COBERTURA, "71.4", (10, 14), (6, 8), _GCC, _GCC_PARTIAL),
    "gcovr-clover.xml": Said(Format.CLOVER, "71.4", (10, 14), None, _GCC, {}),
    "gcovr-jacoco.xml": Said(Format.JACOCO, "71.4", (10, 14), (6, 8), {}, {}),
    "lcov.info": Said(Format.LCOV, "71.4", (10, 14), (6, 8), _GCC, _GCC_PARTIAL),
    "llvm.json": Said(Format.LLVM, "70.00", (14, 20), (7, 10), _LLVM, _LLVM_PARTIAL),
    "llvm.lcov": Said(Format.LCOV, "70.00", (14, 20), (7, 10), _LLVM, _LLVM_PARTIAL),
    "llvm-summary.json": Said(Format.LLVM, "70.00", (14, 20), (7, 10), {}, {}),
    "go.out": Said(Format.GO, "50.0", (9, 20), None, _GO | {"inner.go": [7, 8]}, _GO_PARTIAL),
    "go-coverpkg.out": Said(Format.GO, "58.3", (11, 20), None, _GO, _GO_PARTIAL),
    "simplecov.resultset.json": Said(
        Format.SIMPLECOV, "78.6", (11, 14), (2, 4), {"calc.rb": [7, 12, 17]}, {"calc.rb": [4, 22]}
    ),
    "phpunit-clover.xml": Said(Format.CLOVER, "40.00", (2, 5), None, {"Calc.php": [13, 18, 20]}, {}),
    "phpunit-cobertura.xml": Said(Format.COBERTURA, "40.00", (2, 5), None, {"Calc.php": [13, 18, 20]}, {}),
    "jacoco.xml": Said(Format.JACOCO, "61", (9, 14), (1, 4), {"Calc.java": [11, 15, 16, 19, 20]}, {"Calc.java": [8]}),
    "nyc-coverage-final.json": Said(Format.ISTANBUL, "61.53", (8, 13), (4, 10), _JS, _JS_PARTIAL),
    "nyc-coverage-summary.json": Said(Format.ISTANBUL_SUMMARY, "61.53", (8, 13), (4, 10), {}, {}),
    "nyc-lcov.info": Said(Format.LCOV, "61.5", (8, 13), (4, 10), _JS, _JS_PARTIAL),
    "nyc-cobertura-coverage.xml": Said(Format.COBERTURA, "61.5", (8, 13), (4, 10), _JS, _JS_PARTIAL),
    "nyc-clover.xml": Said(Format.CLOVER, "61.53", (8, 13), (4, 10), _JS, _JS_PARTIAL),
    "jest-coverage-final.json": Said(Format.ISTANBUL, "61.53", (8, 13), (4, 10), _JS, _JS_PARTIAL),
    "jest-lcov.info": Said(Format.LCOV, "61.5", (8, 13), (4, 10), _JS, _JS_PARTIAL),
    "jest-clover.xml": Said(Format.CLOVER, "61.53", (8, 13), (4, 10), _JS, _JS_PARTIAL),
    "vitest-coverage-final.json": Said(Format.ISTANBUL, "61.53", (8, 13), (5, 10), _JS, {"calc.js": [4, 18]}),
    "vitest-lcov.info": Said(Format.LCOV, "61.5", (8, 13), (5, 10), _JS, {"calc.js": [4, 18]}),
    "c8-coverage-final.json": Said(Format.ISTANBUL, "83.87", (26, 31), (5, 10), _C8, _C8_PARTIAL),
    "c8-coverage-summary.json": Said(Format.ISTANBUL_SUMMARY, "83.87", (26, 31), (5, 10), {}, {}),
    "c8-lcov.info": Said(Format.LCOV, "83.9", (26, 31), (5, 10), _C8, _C8_PARTIAL),
    "c8-cobertura-coverage.xml": Said(Format.COBERTURA, "83.9", (26, 31), (5, 10), _C8, _C8_PARTIAL),
    "c8-clover.xml": Said(Format.CLOVER, "83.87", (26, 31), (5, 10), _C8, _C8_PARTIAL),
}


def test_every_report_has_its_expectation() -> None:
    assert {path.name for path in REPORTS.iterdir()} - {"printed.txt"} == set(_SAID)


@pytest.mark.parametrize("name", _SAID)
def test_a_report_says_what_its_tool_prints(name: str) -> None:
    report = read_file(name)

    assert report.headline is not None
    decimals = len(_SAID[name].headline.partition(".")[2])
    assert (
        Said(
            report.format,
            f"{report.headline.percent:.{decimals}f}",
            report.totals.get(Measure.LINES),
            report.totals.get(Measure.BRANCHES),
            missed(report),
            partial(report),
        )
        == _SAID[name]
    )


def test_coverage_py_counts_branches_in_its_headline() -> None:
    assert (
        totals(read_file("coverage-py-branch.json"))
        == totals(read_file("coverage-py-branch.xml"))
        == {
            "lines": (20, 27),
            "statements": (20, 27),
            "branches": (5, 10),
            "statements and branches": (25, 37),
        }
    )


def test_a_file_that_coverage_py_drops_is_told_by_its_totals() -> None:
    report = read_file("coverage-py-twins.xml")

    assert (len(report.roots), report.unlisted) == (2, 4)
    assert report.notes == ["it lists 1 of 3 lines as covered, and says 3 of 7"]


def test_go_counts_statements_and_a_repeated_block_once() -> None:
    assert totals(read_file("go-coverpkg.out")) == {"statements": (7, 12), "lines": (11, 20)}


def test_istanbul_counts_statements_apart_from_lines() -> None:
    assert totals(read_file("nyc-coverage-final.json"))["statements"] == (9, 15)


def test_jacoco_shows_instructions_first() -> None:
    assert totals(read_file("jacoco.xml")) == {"instructions": (25, 41), "branches": (1, 4), "lines": (9, 14)}


def test_a_jacoco_report_without_instructions_has_totals_alone() -> None:
    report = read_file("gcovr-jacoco.xml")

    assert (report.files, report.notes) == ({}, ["its lines lack `ci` and `mi`, so that only its totals are known"])


@pytest.mark.parametrize("name", [name for name in _SAID if not name.startswith("simplecov")])
def test_a_report_fits_the_text_that_was_measured_and_no_other(name: str) -> None:
    for path, file in read_file(name).files.items():
        last = path.rpartition("/")[2]
        folder = "twins/b" if "twins" in name else "*/**"
        [source] = [*SOURCES.glob(f"{folder}/{last}"), *SOURCES.glob(f"{folder}/{last}.txt")]
        content = source.read_bytes()

        assert measure_fit(file, content, path).fits
        if file.lines:
            assert not measure_fit(file, content.partition(b"\n")[0], path).fits


@pytest.mark.parametrize("name", ["gcovr.json", "lcov.info", "coverage-py.lcov"])
def test_digests_of_lines_tell_another_text(name: str) -> None:
    [file] = [file for path, file in read_file(name).files.items() if path.rpartition("/")[2].startswith("calc.")]
    content = (SOURCES / ("py/pkg/calc.py.txt" if "py" in name else "c/calc.c")).read_bytes()

    assert measure_fit(file, content, "calc").changed == []
    assert measure_fit(file, content.replace(b"return", b"RETURN"), "calc").changed != []
