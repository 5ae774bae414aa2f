"""A baseline as `gonogo coverage record` keeps it: what a report says, by paths of the repository, a line a file.

The first line is a JSON object with totals and measure, each further one a JSON object of a file: its path, a digit a
line (the states of `bot.checks.coverage.lines`, from line 1), and hit and total branches by line. A report of 50 MB is
some 1.5 MB of this, which git packs to a few hundred kilobytes. It is read as a stranger's, like any report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.checks.coverage.known import Side
from bot.checks.coverage.lines import Arms, FileLines, Format, Headline, Measure, Ratio

VERSION = 1
_DIGITS = bytes.maketrans(b"\0\1\2\3", b"0123")
_STATES = bytes.maketrans(b"0123", b"\0\1\2\3")
_MAX_FILES = 100_000
_MAX_LINE = 1_000_000
_Count = Annotated[int, Field(ge=0, le=2**53)]
_Name = Annotated[str, Field(max_length=4096)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Header(_Strict):
    """The first line. Enumerations are told by their value, ratios as hit and total."""

    version: Annotated[int, Field(ge=VERSION, le=VERSION)]
    reports: Annotated[list[_Name], Field(max_length=1000)]
    formats: Annotated[list[str], Field(max_length=100)]
    measure: str | None
    decimals: int | None
    totals: dict[str, tuple[_Count, _Count]]

    @property
    def percent(self) -> float | None:
        """The share that is covered, in the tool's own measure."""
        hit, total = self.totals.get(self.measure or Measure.LINES.value, (0, 0))
        return 100 * hit / total if total else None


class _File(_Strict):
    path: _Name
    lines: Annotated[str, Field(pattern=r"^[0-3]*$", max_length=_MAX_LINE)]
    arms: dict[str, tuple[_Count, _Count]] = {}


class NotStoredError(ValueError):
    """A text is no stored baseline."""


def encode(side: Side) -> bytes:
    """A revision's coverage as text in UTF-8. A path that is not UTF-8 is left out."""
    header = Header(
        version=VERSION,
        reports=list(side.names),
        formats=sorted(side.formats),
        measure=side.headline.measure.value if side.headline else None,
        decimals=side.headline.decimals if side.headline else None,
        totals={measure.value: (ratio.hit, ratio.total) for measure, ratio in side.totals.items()},
    )
    rows = [header.model_dump_json(), *_rows(side)]
    return "".join(f"{row}\n" for row in rows).encode("utf-8", "backslashreplace")


def _rows(side: Side) -> Iterator[str]:
    for path, lines in sorted(side.files.items()):
        if not path.isascii() and path != path.encode("utf-8", "replace").decode():
            continue
        digits = lines.lines[1:].translate(_DIGITS).decode().rstrip("0")
        arms = {str(line): [arms.hit, arms.total] for line, arms in sorted(lines.arms.items())}
        row = {"path": path, "lines": digits, **({"arms": arms} if arms else {})}
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def decode_header(content: bytes) -> Header:
    """The first line.

    Raises:
        NotStoredError: it is none.
    """
    try:
        return Header.model_validate_json(content.partition(b"\n")[0])
    except ValidationError:
        raise NotStoredError("its first line is not that of a baseline") from None


def decode(content: bytes) -> Side:
    """What `encode` has made.

    Raises:
        NotStoredError: it has another shape, or is over a limit.
    """
    header = decode_header(content)
    rows = content.split(b"\n")[1:-1]
    if len(rows) > _MAX_FILES:
        raise NotStoredError(f"it has more than {_MAX_FILES:,} files")
    try:
        files = {row.path: _to_lines(row) for row in map(_File.model_validate_json, rows)}
        totals = {Measure(name): _to_ratio(ratio) for name, ratio in header.totals.items()}
        formats = frozenset(map(Format, header.formats))
        measure = Measure(header.measure) if header.measure is not None else None
    except ValueError:
        raise NotStoredError("it is damaged") from None
    headline = Headline(measure, totals[measure], header.decimals) if measure in totals and measure else None
    return Side(names=header.reports, formats=formats, files=files, totals=totals, headline=headline)


def _to_lines(row: _File) -> FileLines:
    arms = {int(line): Arms(*_to_ratio(ratio)) for line, ratio in row.arms.items() if line.isascii() and line.isdigit()}
    return FileLines(lines=bytearray(1) + row.lines.encode().translate(_STATES), arms=arms)


def _to_ratio(ratio: Sequence[int]) -> Ratio:
    hit, total = ratio
    if hit > total:
        raise NotStoredError("more is covered than there is")
    return Ratio(hit, total)
