"""A secret where it was found, before it is known whether the change added it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.checks.secrets.values import is_key_body

_PIECES = re.compile(r"[\r\n]+|\\[nrt]|[\"'`]\s*[+.&,]?\s*[\"'`]")
_AROUND_PIECES = " \t\"'`+,.#/*;|\\"


@dataclass(frozen=True)
class Hit:
    """One value at one place of one content.

    Attributes:
        rule: stable id, such as `github-pat`.
        line: 1-based; None where the content has no lines of its own (an archive).
        column: 1-based, in characters; None with `line`.
        value: the secret.
        needle: a distinctive piece of it as it stands in the content, without a line break: what is searched for in
            the base. It differs from the value for keys of several lines, encoded and split values.
        certain: whether it is a secret beyond reasonable doubt.
        generic: found by its context, not by a form that a provider gave it.
    """

    rule: str
    line: int | None
    column: int | None
    value: str = field(repr=False)
    needle: str = field(repr=False)
    certain: bool
    generic: bool = False

    def masks(self) -> list[str]:
        """What must stand in no report: the value, or each line of a key (its first and last are no secret)."""
        lines = self.value.splitlines()
        return [self.needle, *([self.value] if len(lines) == 1 else filter(is_key_body, map(str.strip, lines)))]

    def overlaps(self, other: Hit) -> bool:
        """Whether both speak of one secret: one value holds the other, on one line."""
        return self.line == other.line and (self.value in other.value or other.value in self.value)


def distinctive_piece(value: str) -> str:
    """The longest piece of a value between line breaks (real or escaped) and joints of string literals."""
    pieces = _PIECES.split(value)
    return max((piece.strip(_AROUND_PIECES) for piece in pieces), key=len) if len(pieces) > 1 else value


def merge(hits: list[Hit]) -> list[Hit]:
    """One hit for each secret and line: the surest, then the one whose form names a provider, then the first."""
    kept: dict[int | None, list[Hit]] = {}
    for hit in sorted(hits, key=lambda hit: (not hit.certain, hit.generic)):
        rivals = kept.setdefault(hit.line, [])
        if not any(hit.overlaps(rival) for rival in rivals):
            rivals.append(hit)
    return sorted((hit for rivals in kept.values() for hit in rivals), key=lambda hit: (hit.line or 0, hit.column or 0))
