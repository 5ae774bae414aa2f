"""The names under which gonogo writes on GitHub, and the mark by which it finds its comment again."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(
    r"<!-- gonogo:1 head=(?P<head>[0-9a-f]{40}(?:[0-9a-f]{24})?) run=(?P<run>\d{1,20}) attempt=(?P<attempt>\d{1,6})"
    r" at=(?P<at>\d{1,12})(?: name=(?P<name>[A-Za-z0-9][A-Za-z0-9 ._/-]*))? -->",
    re.ASCII,
)


def status_context(name: str) -> str:
    """The commit status: `gonogo/verdict`, or `gonogo/verdict (name)`."""
    return _suffixed("gonogo/verdict", name)


def check_run_name(name: str) -> str:
    """The check run: `gonogo/report`, or `gonogo/report (name)`."""
    return _suffixed("gonogo/report", name)


def _suffixed(stem: str, name: str) -> str:
    return f"{stem} ({name})" if name else stem


@dataclass(frozen=True)
class Mark:
    """The hidden first line of a comment: which of several it is, and what it speaks of.

    Attributes:
        name: the input `name`; empty for none.
        head: the commit that was judged.
        run: the id of the workflow run that wrote it.
        attempt: counts the times that the run was started, from 1.
        at: when the attempt began, in seconds since 1970; what began later says what is newer. (Ids of runs do not
            tell: a run that is started again keeps its id.)
    """

    name: str
    head: str
    run: int
    attempt: int
    at: int

    def __str__(self) -> str:
        name = f" name={self.name}" if self.name else ""
        return f"<!-- gonogo:1 head={self.head} run={self.run} attempt={self.attempt} at={self.at}{name} -->"


def parse_mark(body: str) -> Mark | None:
    """The mark of a comment; None for a comment without one in its first line."""
    found = _MARK.fullmatch(body.partition("\n")[0].strip())
    if found is None:
        return None
    numbers = (int(found[part]) for part in ("run", "attempt", "at"))
    return Mark(found["name"] or "", found["head"], *numbers)
