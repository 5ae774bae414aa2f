"""Parts of a shell script: words up to what ends a command, and how its shell is told to run them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

ENDS = {"if": "fi", "while": "done", "until": "done", "for": "done", "select": "done", "case": "esac"}
CLOSING = frozenset({*ENDS.values(), "}", ")"})
FUNCTION = re.compile(r"([\w:.-]+)\(\)(\{?)")


class Manner(Enum):
    """How a shell is told to run a script."""

    STRICT = auto()
    """It ends with the first failure, also within a pipe: `bash -eo pipefail`."""
    ERREXIT = auto()
    """It ends with the first failure: `bash -e`."""
    LINES = auto()
    """Each line is a script by itself, as of make and npm."""
    PLAIN = auto()
    """It goes on after a failure."""


class Part(NamedTuple):
    """Words up to a sign that ends a command, or to the end of the line; the line counts from 0."""

    words: Sequence[str]
    sign: str
    line: int


def closes(words: Sequence[str]) -> bool:
    """Whether a bracket ends with words that began before them, or with their first one."""
    return bool(words) and words[-1].endswith(")") and brackets(words) <= -(not words[0].startswith("("))


def brackets(words: Sequence[str]) -> int:
    """How many brackets words open, less those that they close."""
    return sum(word.count("(") - word.count(")") for word in words)
