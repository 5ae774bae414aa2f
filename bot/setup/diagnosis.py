"""One thing that `gonogo doctor` has to say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.render.escape import printable


class Level(StrEnum):
    """How things stand."""

    OK = "ok"
    NOTE = "note"
    MEND = "mend"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Diagnosis:
    """What is so, and what to do about it."""

    level: Level
    words: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.level:<8} {printable(self.words + remedy)}"


def ok(words: str) -> Diagnosis:
    """As it should be."""
    return Diagnosis(Level.OK, words)


def note(words: str) -> Diagnosis:
    """Good to know."""
    return Diagnosis(Level.NOTE, words)


def mend(words: str, remedy: str) -> Diagnosis:
    """Not as it should be, and what to do."""
    return Diagnosis(Level.MEND, words, remedy)


def unknown(words: str) -> Diagnosis:
    """What could not be looked at, and why."""
    return Diagnosis(Level.UNKNOWN, words)
