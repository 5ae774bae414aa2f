"""Reads a coverage report of any known format. The format is told by what the file holds, never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO
from xml.parsers import expat

from bot.checks.coverage.formats.bounds import MAX_FILES, Refused, Source
from bot.checks.coverage.formats.clover import Clover
from bot.checks.coverage.formats.cobertura import Cobertura
from bot.checks.coverage.formats.events import XmlReader, read_xml
from bot.checks.coverage.formats.jacoco import Jacoco
from bot.checks.coverage.formats.opencover import OpenCover
from bot.checks.coverage.lines import Report, Unusable

__all__ = ["MAX_FILES", "read_report"]

_HEAD_BYTES = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PACKED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"SQLite format 3": "SQLite"}
# What is said of files that need not be reports at all.
_FOREIGN = ("no coverage report that gonogo knows", "it is empty", "it is JSON that holds nothing")
_KNOWN = (
    "Cobertura, Clover, JaCoCo, OpenCover, LCOV, Go's, "
    "or the JSON of coverage.py, Istanbul, SimpleCov, coverlet, llvm-cov or gcovr"
)


def read_report(stream: BinaryIO, name: str) -> Report | Unusable:
    """Read one report.

    `stream` is read once, from where it stands, in blocks; it stays open. `name` is the file's name in the answer.
    Nothing of the file is run, and nothing that it names is opened.
    """
    try:
        report = _read(stream, name)
    except Refused as refused:
        return Unusable(name, refused.reason, refused.line, foreign=any(words in refused.reason for words in _FOREIGN))
    except MemoryError:
        return Unusable(name, "it needs more memory than a check has")
    if not report.files and not any(ratio.total for ratio in report.totals.values()):
        return Unusable(name, "it lists no file: nothing was measured")
    return report


def _read(stream: BinaryIO, name: str) -> Report:
    source = Source(stream)
    head = source.read(_HEAD_BYTES).removeprefix(_BYTE_ORDER_MARK)
    while not head.strip() and (block := source.read(_HEAD_BYTES)):
        head = block
    if not head.strip():
        raise Refused("it is empty")
    for mark, kind in _PACKED.items():
        if head.startswith(mark):
            raise Refused(f"it is a {kind} file, no report: give the report itself")
    first = head.lstrip()[:1]
    if head.startswith(_UTF_16) or b"\0" in head[:4]:
        raise Refused("its encoding is none of UTF-8, ASCII and Latin-1")
    source.put_back(head.lstrip() if first == b"<" else head)
    if first == b"<":
        return read_xml(source, name, _choose)
    if first in {b"{", b"["}:
        from bot.checks.coverage.formats.recognise import read_json

        return read_json(source, name)
    if head.lstrip().startswith(b"mode:"):
        from bot.checks.coverage.formats.go import read_go

        return read_go(source, name)
    if head.lstrip().startswith((b"TN:", b"SF:", b"VER:", b"#")):
        from bot.checks.coverage.formats.lcov import read_lcov

        return read_lcov(source, name)
    raise Refused(f"it is no coverage report that gonogo knows: {_KNOWN}", 1)


def _choose(tag: str, attributes: Mapping[str, str], parser: expat.XMLParserType) -> XmlReader:
    match tag:
        case "coverage" if "clover" in attributes or "generated" in attributes:
            return Clover()
        case "coverage" if attributes.keys() & {"line-rate", "lines-valid", "branch-rate"} or not attributes:
            return Cobertura(parser)
        case "report":
            return Jacoco()
        case "CoverageSession":
            return OpenCover()
    raise Refused(f"it is no coverage report that gonogo knows: {_KNOWN}")
