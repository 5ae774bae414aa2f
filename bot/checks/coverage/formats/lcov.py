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
from collections.abc import Iterable, Iterator
from itertools import compress, groupby
from operator import itemgetter
from typing import NamedTuple

from bot.checks.coverage.formats.bounds import MAX_COUNT_DIGITS, Files, Refused, Source, new_ran
from bot.checks.coverage.lines import HIT, MISSED, Arms, FileLines, Format, Headline, Measure, Report, count

_BLOCK_BYTES = 1 << 18
_MAX_RECORD_BYTES = 16 << 20
_END = b"end_of_record"
_CLOSED = re.compile(rb"\nend_of_record[ \t\r]*\n")
# Nearly all lines are of these shapes, which are taken out of a record without a look at each line. A literal at the
# beginning is what `re` searches for fast; a line break at the end is left for the next line.
_PLAIN_MISSED = re.compile(rb"\nDA:([0-9]{1,7}),0(?=\r?\n)")
_PLAIN_HIT = re.compile(rb"\nDA:([0-9]{1,7}),[1-9][0-9]{0,19}(?=\r?\n)")
_PLAIN_ARM = re.compile(rb"\nBRDA:([0-9]{1,7}),(e?[0-9]+,[^\n]+),(?:([0-])|[1-9][0-9]{0,19})(?=\r?\n)")
_PLAIN_OTHER = re.compile(
    rb"\n(?:FN(?:DA|F|H|L|A)?:|LF:|LH:|SF:|TN:|VER:|BRF:|BRH:|MCDC:|MCF:|MRF:|MCH:|end_of_record)"
)
_DA = re.compile(rb"DA:(-?[0-9]+),([^,\s]+)(?:,([^\s]*))?\s*")
_BRDA = re.compile(rb"BRDA:(-?[0-9]+),(e?[^,\s]*),(.*),(-|[^,\s]+)\s*")
_OTHER = re.compile(
    rb"(?:TN|VER|FN|FNDA|FNF|FNH|FNL|FNA|LF|LH|BRF|BRH|MCDC|MCF|MRF|MCH):.*|#.*|\s*|SF:.*|end_of_record\s*", re.DOTALL
)
_NAME_AND_MISSED = itemgetter(1, 2)
_MAX_KNOWN_ARMS = 10_000
_MAX_LINE_DIGITS = 7
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


class _Lines(NamedTuple):
    """The plain `DA` lines of a record, and what of its text is left to look at."""

    missed: list[int]
    hit: list[int]
    rest: bytes

    @property
    def number(self) -> int:
        return len(self.missed) + len(self.hit)

    @classmethod
    def together(cls, text: bytes) -> _Lines | None:
        """Those of a record that has them all in one run, as most tools write them; None where it has not."""
        start, last = text.find(b"\nDA:"), text.rfind(b"\nDA:")
        end = text.find(b"\n", last + 1)
        run = text[start:end].replace(b"\r", b"")
        number = run.count(b"\nDA:")
        if start < 0 or run.count(b"\n") != number or run.count(b",") != number or b",00" in run:
            return None
        fields = run[4:].replace(b"\nDA:", b",").split(b",")
        lines, counts = fields[::2], fields[1::2]
        if max(map(len, lines)) > _MAX_LINE_DIGITS or max(map(len, counts)) > MAX_COUNT_DIGITS:
            return None
        if not all(map(bytes.isdigit, fields)):
            return None
        numbers = list(map(int, lines))
        missed = list(compress(numbers, map(b"0".__eq__, counts)))
        hit = list(compress(numbers, map(b"0".__ne__, counts)))
        return cls(missed, hit, text[:start] + text[end:])

    @classmethod
    def apart(cls, text: bytes) -> _Lines:
        """Those of a record that has other lines between them."""
        missed, hit = _PLAIN_MISSED.findall(text), _PLAIN_HIT.findall(text)
        return cls(list(map(int, missed)), list(map(int, hit)), text)


class _Reader:
    def __init__(self) -> None:
        self.files = Files()
        self._ran = new_ran()
        self._line = 1
        # Lines with the same arms share them: most have two, of the same names.
        self._known: dict[tuple[tuple[bytes, bytes], ...], Arms] = {}

    def add(self, record: bytes) -> None:
        """Add one record: from its `TN` or `SF` up to `end_of_record`."""
        text = b"\n" + record
        names = text.count(b"\nSF:")
        if not record.rstrip().endswith(_END):
            if names:
                raise Refused("it ends too early: its last record has no end", self._line)
            self._add_slow(record, FileLines())
            return
        if names != 1:
            raise Refused("a record has no file, or several" if names else "a record has no file", self._line)
        try:
            start = text.index(b"\nSF:") + 4
            name = text[start : text.index(b"\n", start)].rstrip()
            file = self.files.get(name.decode("utf-8", "surrogateescape"))
            self._add_fast(text, file)
        except Refused as refused:
            raise Refused(refused.reason, refused.line or self._line) from None
        self._line += record.count(b"\n")

    def _add_fast(self, text: bytes, file: FileLines) -> None:
        lines = _Lines.together(text) or _Lines.apart(text)
        found = _PLAIN_ARM.findall(text) if b"\nBRDA:" in text else []
        arms = self._arms_by_line(found)
        known = lines.number + len(found) + len(_PLAIN_OTHER.findall(lines.rest))
        if arms is None or known != text.count(b"\n") - 1:
            self._add_slow(text[1:], file)
            return
        self.files.mark(file, lines.missed, MISSED)
        self.files.mark(file, lines.hit, HIT)
        self.files.add_arms(file, arms)

    def _arms_by_line(self, found: Iterable[tuple[bytes, bytes, bytes]]) -> dict[int, Arms] | None:
        """The arms of each line; None where a line's arms do not follow each other."""
        arms: dict[int, Arms] = {}
        for line, of_line in groupby(found, key=itemgetter(0)):
            number, key = int(line), tuple(map(_NAME_AND_MISSED, of_line))
            if number in arms:
                return None
            known = self._known.get(key)
            arms[number] = known if known is not None else self._remember(key)
        return arms

    def _remember(self, key: tuple[tuple[bytes, bytes], ...]) -> Arms:
        taken: dict[str, bool] = {}
        for name, missed in key:
            text = name.decode(errors="replace")
            taken[text] = not missed or taken.get(text, False)
        arms = Arms.named(taken)
        if len(self._known) < _MAX_KNOWN_ARMS:
            self._known[key] = arms
        return arms

    def _add_slow(self, record: bytes, file: FileLines) -> None:
        """Add a record line by line: checksums, unusual counts, and faults."""
        taken: dict[int, dict[str, bool]] = {}
        for number, text in enumerate(record.split(b"\n"), start=self._line):
            try:
                self._one(text, file, taken)
            except Refused as refused:
                raise Refused(refused.reason, number) from None
        self.files.add_taken(file, taken)

    def _one(self, text: bytes, file: FileLines, arms: dict[int, dict[str, bool]]) -> None:
        if branch := _BRDA.fullmatch(text):
            self._branch(branch, arms)
        elif line := _DA.fullmatch(text):
            self._plain(line, file)
        elif not _OTHER.fullmatch(text):
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
        arm = b",".join(branch.group(2, 3)).decode(errors="replace")
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
