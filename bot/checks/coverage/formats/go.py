"""Go's coverprofile.

Rule: a block counts for its statements, once, however often the profile repeats it (one for each test binary under
`-coverpkg`, or profiles that were joined). A line that a run and a missed block share is partly covered; a block
without statements covers no line.
Source: https://github.com/golang/go/blob/master/src/cmd/cover/profile.go,
https://pkg.go.dev/golang.org/x/tools/cover#ParseProfiles (read 2026-11-25)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.coverage.formats.bounds import MAX_LINES, Files, Refused, Source, new_ran
from bot.checks.coverage.lines import Format, Headline, Measure, Report, Span, count, lay_out

_BLOCK_BYTES = 1 << 20
_MAX_LINE_BYTES = 8192
_MODE = re.compile(r"mode: ?(set|count|atomic)")
_RECORD = re.compile(r"(.+):([0-9]{1,9})\.([0-9]{1,9}),([0-9]{1,9})\.([0-9]{1,9}) ([0-9]{1,6}) (\S+)")


def read_go(source: Source, name: str) -> Report:
    """Read a coverprofile.

    Raises:
        Refused: it is damaged or over a limit.
    """
    files, ran = Files(), new_ran()
    for number, line in enumerate(_lines(source), start=1):
        if number > MAX_LINES:
            raise Refused(f"it has more than {MAX_LINES:,} lines")
        try:
            _add(line, files, ran)
        except Refused as refused:
            raise Refused(refused.reason, number) from None
    for file in files.by_name.values():
        statements = file.statements or {}
        file.lines = lay_out({span: hit for span, hit in statements.items() if span.weight})
    known = files.by_name.values()
    totals = {measure: count(known, measure) for measure in (Measure.STATEMENTS, Measure.LINES)}
    headline = Headline(Measure.STATEMENTS, totals[Measure.STATEMENTS])
    return Report(name=name, format=Format.GO, headline=headline, totals=totals, files=files.by_name)


def _lines(source: Source) -> Iterator[str]:
    rest = b""
    while block := source.read(_BLOCK_BYTES):
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > _MAX_LINE_BYTES:
            raise Refused("a line is too long for a coverprofile")
        for line in lines:
            yield line.decode("utf-8", "surrogateescape").rstrip("\r")
    if rest:
        yield rest.decode("utf-8", "surrogateescape").rstrip("\r")


def _add(line: str, files: Files, ran: dict[str, bool]) -> None:
    found = _RECORD.fullmatch(line) if len(line) <= _MAX_LINE_BYTES else None
    if found is None:
        if line.strip() and not _MODE.fullmatch(line):
            raise Refused("it is no line of a coverprofile: damaged or truncated")
        return
    file = files.get(found[1])
    first, first_column, last, last_column, weight = map(int, found.groups()[1:6])
    if not 1 <= first <= last:
        raise Refused("a block ends before it begins")
    files.grow(file, last)
    span = Span(first, first_column, last, last_column, weight)
    file.spread = True
    file.statements = {} if file.statements is None else file.statements
    file.statements[span] = file.statements.get(span, False) or ran[found[7]]
