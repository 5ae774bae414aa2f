"""What a report may hold at most, and what its numbers may be. A report is a stranger's file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from bot.checks.coverage.lines import HIT, MISSED, Arms, FileLines

MAX_REPORT_BYTES = 256_000_000
MAX_JSON_BYTES = 200_000_000
MAX_FILES = 100_000
MAX_LINES = 5_000_000
# The longest generated sources that are compiled at all have some hundred thousand lines.
MAX_LINE_NUMBER = 1_000_000
MAX_NAME = 4096
MAX_COUNT_DIGITS = 20  # a 64-bit counter

# Perl's tools write large counts as 1.5e+15.
_COUNT = re.compile(r"[0-9]+(\.[0-9]+)?([eE]\+?[0-9]{1,2})?")


class Refused(Exception):  # noqa: N818 - it is an answer
    """A report that is not read: why, without its text, and its 1-based line where known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


class Source:
    """A report's bytes, no more than allowed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._head, self._read = stream, b"", 0

    def put_back(self, head: bytes) -> None:
        """Have `read` give these bytes first."""
        self._head = head

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end.

        Raises:
            Refused: the report is over the limit.
        """
        if self._head:
            block, self._head = self._head, b""
            return block
        block = self._stream.read(size)
        self._read += len(block)
        if self._read > MAX_REPORT_BYTES:
            raise Refused(f"it is larger than {MAX_REPORT_BYTES // 10**6} MB")
        return block

    def read_all(self, max_bytes: int) -> bytes:
        """The rest.

        Raises:
            Refused: the report is larger than `max_bytes`.
        """
        blocks: list[bytes] = []
        while block := self.read(1 << 20):
            blocks.append(block)
            if self._read > max_bytes:
                raise Refused(f"it is larger than {max_bytes // 10**6} MB, the limit for JSON")
        return b"".join(blocks)


class _Ran(dict[str, bool]):
    """Whether a count, as text, is more than nothing. The usual ones are looked up."""

    def __missing__(self, text: str) -> bool:
        if text.startswith("-"):
            raise Refused("a count is negative")
        digits, _, _ = text.partition(".")
        if not _COUNT.fullmatch(text) or len(digits) > MAX_COUNT_DIGITS:
            raise Refused("a count is not a number that a counter can hold")
        ran = float(text) > 0
        if len(self) < MAX_FILES:
            self[text] = ran
        return ran


def new_ran() -> dict[str, bool]:
    """A mapping from a count's text to whether it is more than nothing; a text that is no count is `Refused`."""
    return _Ran()


def to_number(text: str | None, what: str) -> int:
    """A number of zero or more, from text.

    Raises:
        Refused: it is not one.
    """
    # Eighteen digits are more than any report counts, and cost nothing.
    if text is None or not text.isascii() or not text.isdigit() or len(text) > MAX_COUNT_DIGITS:
        raise Refused(f"{what} is missing or no number of zero or more")
    return int(text)


class Files:
    """The files of a report while it is read, within the limits."""

    def __init__(self) -> None:
        self.by_name: dict[str, FileLines] = {}
        self.lines = 0
        self.off_file = 0

    def get(self, name: str | None) -> FileLines:
        """The file of that name, made at its first use.

        Raises:
            Refused: there are too many, or it is no name.
        """
        file = self.by_name.get(name or "")
        if file is None:
            if not name or len(name) > MAX_NAME or "\0" in name:
                raise Refused("a file has no name, or one that no file can have")
            if len(self.by_name) >= MAX_FILES:
                raise Refused(f"it lists more than {MAX_FILES:,} files")
            file = self.by_name[name] = FileLines()
        return file

    def mark(self, file: FileLines, numbers: Iterable[int], state: int) -> None:
        """Set lines to a state, unless they have a higher one. Line 0, which some tools write, is no line.

        Raises:
            Refused: a number is no line's.
        """
        numbers = list(numbers)
        if not numbers:
            return
        top = max(numbers)
        self.check_line(min(numbers))
        self.grow(file, top)
        lines = file.lines
        # The general rule is `max`; for the two states of nearly all lines there is something faster.
        if state == HIT:
            for number in numbers:
                lines[number] = HIT
        elif state == MISSED:
            for number in numbers:
                lines[number] = lines[number] or MISSED
        else:
            for number in numbers:
                lines[number] = max(lines[number], state)
        if lines[0]:
            self.off_file += numbers.count(0)
            lines[0] = 0

    def mark_counts(self, file: FileLines, numbers: Iterable[int], ran: Iterable[bool]) -> None:
        """Set lines to run or missed.

        Raises:
            Refused: a number is no line's.
        """
        hit: list[int] = []
        missed: list[int] = []
        for number, yes in zip(numbers, ran, strict=True):
            (hit if yes else missed).append(number)
        self.mark(file, missed, MISSED)
        self.mark(file, hit, HIT)

    def add_taken(self, file: FileLines, taken: Mapping[int, Mapping[str, bool]]) -> None:
        """Add branches: for each line its arms by name, and whether each was taken.

        Arms of line 0 have no place, and are counted all the same.

        Raises:
            Refused: a number is no line's.
        """
        self.add_arms(file, {line: Arms.named(arms) for line, arms in taken.items()})

    def add_arms(self, file: FileLines, arms: Mapping[int, Arms]) -> None:
        """Add branches: for each line its arms.

        Raises:
            Refused: a number is no line's.
        """
        self.check_line(min(arms, default=0))
        self.check_line(max(arms, default=0))
        if not file.arms:
            file.arms.update(arms)
            return
        for line, of_line in arms.items():
            file.add_arms(line, of_line)

    def grow(self, file: FileLines, line: int) -> None:
        """Make room up to a line.

        Raises:
            Refused: the line, or all lines together, are over the limit.
        """
        self.check_line(line)
        more = line + 1 - len(file.lines)
        if more > 0:
            self.lines += more
            # Arrays are as long as files, of which usually every second or third line counts.
            if self.lines > 8 * MAX_LINES:
                raise Refused(f"its files have more than {8 * MAX_LINES:,} lines together")
            file.lines.extend(bytes(more))

    @staticmethod
    def check_line(number: int) -> None:
        """Refuse a number that is no line's.

        Raises:
            Refused: it is negative, or past any file's end.
        """
        if number < 0:
            raise Refused("a line number is negative")
        if number > MAX_LINE_NUMBER:
            raise Refused(f"a line number is above {MAX_LINE_NUMBER:,}")

    def notes(self) -> list[str]:
        """What of the lines was left out, in words."""
        return [f"{self.off_file:,} entries for line 0 were left out"] if self.off_file else []
