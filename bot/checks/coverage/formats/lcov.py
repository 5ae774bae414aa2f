"""LCOV tracefiles, by lcov, coverage.py, Istanbul, c8, llvm-cov, SimpleCov and others.

Rule: `DA` lines count, and nothing else is a line (`FN` alone is none). The sums `LF`, `LH`, `BRF` and `BRH` are
optional and often wrong: all is counted anew. A file that occurs several times (tests, shards) is united. An arm
that was never reached (`-`) was not taken.
Source: https://github.com/linux-test-project/lcov/blob/master/man/geninfo.1 (read 2026-11-25)
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from bot.checks.coverage.formats.bounds import Files, Refused, Source, new_ran
from bot.checks.coverage.lines import HIT, MISSED, FileLines, Format, Headline, Measure, Report, count

_BLOCK_BYTES = 1 << 18
_MAX_RECORD_BYTES = 16 << 20
_END = b"end_of_record"
_CLOSED = re.compile(rb"^end_of_record[ \t\r]*\n", re.MULTILINE)
# Most lines are of these two shapes, which are taken out of a record without a look at each line.
_PLAIN_MISSED = re.compile(rb"^DA:([0-9]{1,7}),0\r?$", re.MULTILINE)
_PLAIN_HIT = re.compile(rb"^DA:([0-9]{1,7}),[1-9][0-9]{0,19}\r?$", re.MULTILINE)
_DA = re.compile(rb"DA:(-?[0-9]+),([^,\s]+)(?:,([^\s]*))?\s*")
_BRDA = re.compile(rb"BRDA:(-?[0-9]+),(e?[^,\s]*),(.*),(-|[^,\s]+)\s*")
_OTHER = re.compile(rb"(?:TN|VER|FN|FNDA|FNF|FNH|FNL|FNA|LF|LH|BRF|BRH|MCDC|MCF|MRF|MCH):.*|#.*|\s*")
_NAMED = re.compile(rb"^SF:(.*?)[\r\t ]*$", re.MULTILINE)
_SPECIAL = re.compile(rb"^(?!SF:|DA:[0-9]{1,7},(?:0|[1-9][0-9]{0,19})\r?$).+", re.MULTILINE)
_MD5_BYTES = 16


def read_lcov(source: Source, name: str) -> Report:
    """Read a tracefile.

    Raises:
        Refused: it is damaged, truncated, or over a limit.
    """
    reader = _Reader()
    for record in _split(source):
        reader.add(record)
    files = reader.files.by_name
    if not files:
        raise Refused("it has no record of a file")
    totals = {Measure.LINES: count(files.values(), Measure.LINES)}
    if any(file.arms for file in files.values()):
        totals[Measure.BRANCHES] = count(files.values(), Measure.BRANCHES)
    headline = Headline(Measure.LINES, totals[Measure.LINES])
    return Report(
        name=name, format=Format.LCOV, headline=headline, totals=totals, files=files, notes=reader.files.notes()
    )


def _split(source: Source) -> Iterator[bytes]:
    """Yield records, each up to the line of its end; the last may have none."""
    parts: list[bytes] = []
    size = 0
    while block := source.read(_BLOCK_BYTES):
        seam = (parts[-1] if parts else b"")[-len(_END) :]
        parts.append(block)
        size += len(block)
        if _END in seam + block:
            rest, end = b"".join(parts), 0
            for end_of in _CLOSED.finditer(rest):
                yield rest[end : end_of.end()]
                end = end_of.end()
            parts, size = [rest[end:]], len(rest) - end
        if size > _MAX_RECORD_BYTES:
            raise Refused(f"a record is longer than {_MAX_RECORD_BYTES >> 20} MiB")
    rest = b"".join(parts)
    if rest.strip():
        yield rest if rest.endswith(b"\n") else rest + b"\n"


class _Reader:
    def __init__(self) -> None:
        self.files = Files()
        self._ran = new_ran()
        self._line = 1

    def add(self, record: bytes) -> None:
        """Add one record: from its `TN` or `SF` up to `end_of_record`."""
        names = _NAMED.findall(record)
        if not record.rstrip().endswith(_END):
            if names:
                raise Refused("it ends too early: its last record has no end", self._line)
            self._add_slow(record, FileLines())
            return
        if len(names) != 1:
            raise Refused("a record has no file, or several" if names else "a record has no file", self._line)
        try:
            file = self.files.get(names[0].decode("utf-8", "surrogateescape"))
            self.files.mark(file, map(int, _PLAIN_MISSED.findall(record)), MISSED)
            self.files.mark(file, map(int, _PLAIN_HIT.findall(record)), HIT)
        except Refused as refused:
            raise Refused(refused.reason, refused.line or self._line) from None
        self._add_slow(record, file)
        self._line += record.count(b"\n")

    def _add_slow(self, record: bytes, file: FileLines) -> None:
        """What is no plain line: branches, checksums, unusual counts, and faults."""
        arms: dict[int, dict[str, bool]] = {}
        for found in _SPECIAL.finditer(record):
            try:
                self._one(found[0], file, arms)
            except Refused as refused:
                raise Refused(refused.reason, self._line + record.count(b"\n", 0, found.start())) from None
        self.files.add_taken(file, arms)

    def _one(self, text: bytes, file: FileLines, arms: dict[int, dict[str, bool]]) -> None:
        if branch := _BRDA.fullmatch(text):
            self._branch(branch, arms)
        elif line := _DA.fullmatch(text):
            self._plain(line, file)
        elif not _OTHER.fullmatch(text) and text.strip() != _END:
            raise Refused("it is no line of an LCOV tracefile")

    def _plain(self, line: re.Match[bytes], file: FileLines) -> None:
        number, ran = _to_line(line[1]), self._ran[line[2].decode("ascii", "replace")]
        self.files.mark(file, (number,), HIT if ran else MISSED)
        if digest := _to_digest(line[3]):
            file.digests = {} if file.digests is None else file.digests
            file.digests[number] = digest

    def _branch(self, branch: re.Match[bytes], arms: dict[int, dict[str, bool]]) -> None:
        number = _to_line(branch[1])
        taken = branch[4] != b"-" and self._ran[branch[4].decode("ascii", "replace")]
        arm = f"{branch[2].decode(errors='replace')},{branch[3].decode(errors='replace')}"
        of_line = arms.setdefault(number, {})
        of_line[arm] = taken or of_line.get(arm, False)


def _to_line(digits: bytes) -> int:
    if len(digits) > 9:  # noqa: PLR2004 - more than any limit, and no work for `int`
        raise Refused("a line number is negative" if digits.startswith(b"-") else "a line number is absurd")
    return int(digits)


def _to_digest(field: bytes | None) -> str | None:
    """The MD5 of a line's text, which lcov and coverage.py write in base64 without its padding."""
    if not field:
        return None
    try:
        digest = base64.b64decode(field + b"=" * (-len(field) % 4), validate=True)
    except binascii.Error:
        return None
    return digest.hex() if len(digest) == _MD5_BYTES else None
