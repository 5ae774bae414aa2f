"""The options of an INI file with the line of each value, which the standard library's reader does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_SECTION: Final = re.compile(r"\[([^\]]*)\]")
_OPTION: Final = re.compile(r"([^\s=:][^=:]*)[=:]\s*(.*)")


class Value(NamedTuple):
    """One line of an option's value; `key` is in lower case."""

    section: str
    key: str
    text: str
    line: int


def read_ini(text: str) -> Iterator[Value]:
    """Yield each line of each option's value; what is neither is passed over, as are comments."""
    section = key = ""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip()
        value = line.strip()
        if not value or value.startswith(("#", ";")):
            continue
        if found := _SECTION.match(line):
            section, key = found[1].strip(), ""
            continue
        if not line[0].isspace() and (found := _OPTION.match(line)):
            key, value = found[1].rstrip().lower(), found[2]
        if value and key:
            yield Value(section, key, value, number)
