"""Reports that are damaged, or made to harm."""

from __future__ import annotations

import io
import time
from typing import BinaryIO

import pytest

from bot.checks.coverage.formats import read_report
from bot.checks.coverage.formats.bounds import MAX_JSON_BYTES, MAX_REPORT_BYTES
from bot.checks.coverage.lines import Unusable
from tests.checks.coverage.formats.read import REPORTS, read, refuse, totals

_NO_REPORT = (
    "it is no coverage report that gonogo knows: Cobertura, Clover, JaCoCo, OpenCover, LCOV, Go's, "
    "or the JSON of coverage.py, Istanbul, SimpleCov, coverlet, llvm-cov or gcovr"
)
_ENCODING = "its encoding is none of UTF-8, ASCII and Latin-1"
_NO_COUNT = "a count is not a number that a counter can hold"
_PY = b'{"meta": {"version": "7"}, '
_TRUNCATED = "it ends too early: truncated"
_CLASS = (
    '<coverage line-rate="1"><packages><package><classes><class filename="a.py"><lines>{}</lines></class></classes>'
)
_COBERTURA = _CLASS + "</package></packages></coverage>"
_BOMB = (
    '<!DOCTYPE coverage [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<coverage line-rate="1"><packages/><x>&b;</x></coverage>'
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\r\n" * 30_000, "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b"hello\n", _NO_REPORT),
        (b"\x1f\x8b\x08\0", "it is a gzip file, no report: give the report itself"),
        (b"PK\x03\x04", "it is a zip file, no report: give the report itself"),
        (b"SQLite format 3\0", "it is a SQLite file, no report: give the report itself"),
        ("<coverage/>".encode("utf-16"), _ENCODING),
        ("<coverage/>".encode("utf-16-le"), _ENCODING),
        ('{"meta": {}}'.encode("utf-16"), _ENCODING),
        (b"<?xml version='1.0' encoding='shift_jis'?><coverage/>", _ENCODING),
        (b'{"a": "\xff"}', "its encoding is not UTF-8"),
        (b"<html/>", _NO_REPORT),
        (b'<coverage version="1"><file path="a"/></coverage>', _NO_REPORT),
        (_BOMB.encode(), "it declares entities or a document type of its own"),
        (
            b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><c>&x;</c>',
            "it declares entities or a document type of its own",
        ),
        (b'<!DOCTYPE c SYSTEM "http://localhost/x.dtd"><coverage line-rate="1">&x;</coverage>', "it declares entities"),
        (b'<coverage line-rate="1"><packages>', _TRUNCATED),
        (b'<coverage line-rate="1"><packages', _TRUNCATED),
        (b'<coverage line-rate="1"><packages></coverage>', "it is no well-formed XML (mismatched tag)"),
        (b'<coverage line-rate="1"/>', "it has no packages: no Cobertura report"),
        (b'<coverage generated="1"/>', "it has no project: no Clover report"),
        (b"<report/>", "it lists no file: nothing was measured"),
        (b'<coverage line-rate="0"><packages/></coverage>', "it lists no file: nothing was measured"),
        (b"mode: set\n", "it lists no file: nothing was measured"),
        (
            b'<report><package name="a"><sourcefile name="b"><line nr="1"/></sourcefile></package></report>',
            "its lines lack `ci` and `mi`, and it has no counters: nothing is known",
        ),
        (_COBERTURA.format('<line number="x" hits="1"/>').encode(), "a line has no number, or no hits"),
        (_COBERTURA.format('<line number="1"/>').encode(), "a line has no number, or no hits"),
        (_COBERTURA.format('<line number="-1" hits="1"/>').encode(), "a line number is negative"),
        (_COBERTURA.format('<line number="1" hits="-1"/>').encode(), "a count is negative"),
        (_COBERTURA.format('<line number="1" hits="much"/>').encode(), _NO_COUNT),
        (_COBERTURA.format('<line number="99999999" hits="1"/>').encode(), "a line number is above 1,000,000"),
        (_COBERTURA.format(f'<line number="1" hits="{"9" * 30}"/>').encode(), _NO_COUNT),
        (
            _COBERTURA.format('<line number="1" hits="1" condition-coverage="200% (4/2)"/>').encode(),
            "more branches are covered than there are",
        ),
        (b"<coverage line-rate='1'>" + b"<a>" * 100_000, "its elements are nested more than 64 deep"),
        (b"<coverage line-rate='1' x='" + b"a" * 9_000_000, "a tag is longer than 4 MiB"),
        (b"SF:a.c\nDA:1,1\n", "it ends too early: its last record has no end"),
        (b"SF:a.c\nDA:1,1\nend_of_record\nSF:b.c\nDA:1", "it ends too early: its last record has no end"),
        (b"TN:\n", "it has no record of a file"),
        (b"TN:\nDA:1,1\nend_of_record\n", "a record has no file"),
        (b"SF:a.c\nSF:b.c\nend_of_record\n", "a record has no file, or several"),
        (b"SF:a.c\nDA:1,-3\nend_of_record\n", "a count is negative"),
        (b"SF:a.c\nDA:-1,3\nend_of_record\n", "a line number is negative"),
        (b"SF:a.c\nDA:9999999,3\nend_of_record\n", "a line number is above 1,000,000"),
        (b"SF:a.c\nDA:99999999999,3\nend_of_record\n", "a line number is absurd"),
        (b"SF:a.c\nDA:1\nend_of_record\n", "it is no line of an LCOV tracefile"),
        (b"SF:a.c\nnonsense\nend_of_record\n", "it is no line of an LCOV tracefile"),
        (b"SF:a\0c\nDA:1,1\nend_of_record\n", "a file has no name, or one that no file can have"),
        (b"mode: set\na.go:1.1,2.2 1 1\na.go:3.1,", "it is no line of a coverprofile: damaged or truncated"),
        (b"mode: set\na.go:3.1,2.2 1 1\n", "a block ends before it begins"),
        (b"mode: set\na.go:1.1,2.2 1 -1\n", "a count is negative"),
        (b"mode: set\na.go:1.1,99999999.2 1 1\n", "a line number is above 1,000,000"),
        (b"{", _TRUNCATED),
        (b"{}", "it is JSON that holds nothing: nothing was measured"),
        (b"[1]", "it is no well-formed JSON, or not of its format's shape"),
        (b'{"a": 1}', "it is JSON, but no coverage report that gonogo knows"),
        (_PY + b'"files": {"a": {"executed_lines": [1', _TRUNCATED),
        (_PY + b'"files": {"a": {"executed_lines": [-1], "missing_lines": []}}}', "a line is negative"),
        (_PY + b'"files": {"a": {}}}', "missing_lines is missing or no list"),
        (_PY + b'"totals": {"covered_lines": 9, "num_statements": 8}}', "covered_lines is more than num_statements"),
        (_PY + b'"files": {"a": {"executed_lines": [NaN]}}}', "a number is NaN or infinite"),
        (b'{"files": [' + b"[" * 100_000, "its values are nested too deep"),
        (b'{"gcovr/format_version": "1", "files": []} trailing', "something follows its end"),
        (
            b'{"gcovr/format_version": "1", "files": [{"file": "a", "lines": [{"count": %s}]}]}' % (b"9" * 5000),
            "a number is larger than any counter holds",
        ),
        (
            b'{"data": [{"files": [{"filename": "a", "segments": [[9,1,1,true,true],[2,1,1,true,true]]}]}]}',
            "its segments are not in order",
        ),
        (b'{"total": {"lines": {"total": 1, "covered": 2}}}', "more lines are covered than there are"),
    ],
)
def test_a_report_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    started = time.process_time()

    assert refuse(content)[0] == reason
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("SF:a.c\nDA:1,1\nend_of_record\nSF:b.c\nDA:1,-1\nend_of_record\n", 5),
        ("mode: set\na.go:1.1,2.2 1 1\nwhat\n", 3),
        ('{"meta": {"version": "7"},\n"files": {"a":\n{"executed_lines": [1,]}}}', 3),
        (_COBERTURA.format('\n\n<line number="1" hits="1"></line></x>'), 3),
    ],
)
def test_a_fault_is_named_with_its_line(content: str, line: int) -> None:
    assert refuse(content)[1] == line


def test_a_reason_never_quotes_the_report() -> None:
    for content in (
        "SF:a.c\nsecret-text\nend_of_record\n",
        '{"secret-text": 1}',
        "<secret-text/>",
        "mode: set\nsecret-text\n",
    ):
        assert "secret-text" not in refuse(content)[0]


class _Endless(io.RawIOBase):
    """A stream that goes on, and tells how much of it was read."""

    def __init__(self, head: bytes, block: bytes) -> None:
        self._head, self._block, self.read_bytes = head, block, 0

    def read(self, size: int = -1, /) -> bytes:
        block, self._head = self._head or self._block[:size], b""
        self.read_bytes += len(block)
        return block


@pytest.mark.parametrize(
    ("head", "block", "reason", "most"),
    [
        (b'{"meta": "', b" " * (1 << 20), "it is larger than 200 MB, the limit for JSON", MAX_JSON_BYTES),
        (b"mode: set\n", b"\n" * (1 << 20), "it has more than 5,000,000 lines", 6 << 20),
        (b"<coverage line-rate='1'>", b" " * (1 << 20), "it is larger than 256 MB", MAX_REPORT_BYTES),
        (b"SF:a.c\n", b"\n" * (1 << 20), "a record is longer than 16 MiB", 17 << 20),
        (b"mode: set\n", b"a" * (1 << 20), "a line is too long for a coverprofile", 2 << 20),
    ],
)
def test_no_more_is_read_than_the_limit(head: bytes, block: bytes, reason: str, most: int) -> None:
    stream = _Endless(head, block)

    found = read_report(_as_binary(stream), "report")

    assert isinstance(found, Unusable)
    assert (found.reason, stream.read_bytes < most + (4 << 20)) == (reason, True)


def _as_binary(stream: io.RawIOBase) -> BinaryIO:
    return stream  # type: ignore[return-value]  # what of it is used is there


def test_more_files_than_the_limit_are_refused() -> None:
    content = "".join(f"SF:{number}\nend_of_record\n" for number in range(100_001))

    assert refuse(content)[0] == "it lists more than 100,000 files"


def test_long_files_together_are_bounded() -> None:
    content = "".join(f"SF:{number}\nDA:1000000,1\nend_of_record\n" for number in range(50))

    assert refuse(content)[0] == "its files have more than 40,000,000 lines together"


def test_long_overlapping_blocks_cost_no_more_than_short_ones() -> None:
    started = time.process_time()
    blocks = "".join(f"a.go:1.1,900000.{number} 1 0\n" for number in range(2000))

    assert totals(read("mode: set\n" + blocks)) == {"statements": (0, 2000), "lines": (0, 900_000)}
    assert time.process_time() - started < 5


def test_line_0_is_no_line() -> None:
    report = read("SF:a.c\nDA:0,1\nDA:1,1\nend_of_record\n")

    assert (totals(report), report.notes) == ({"lines": (1, 1)}, ["1 entries for line 0 were left out"])


@pytest.mark.parametrize("name", sorted(path.name for path in REPORTS.iterdir() if path.suffix != ".txt"))
def test_a_report_cut_anywhere_is_refused_or_whole(name: str) -> None:
    content = (REPORTS / name).read_bytes()
    whole = read(content).totals
    size = len(content.rstrip())

    for cut in sorted({size // 3, size // 2, size - 40, size - 12, size - 1}):
        found = read_report(io.BytesIO(content[:cut]), name)

        # A profile of Go that ends between two lines, or within the last count, cannot be told from a whole one.
        if not name.startswith("go") and cut < size - len(b"end_of_record"):
            assert isinstance(found, Unusable), cut
            assert found.reason
    assert read(content).totals == whole
