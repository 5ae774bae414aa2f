"""TOML to values, and the lines of its tables and keys."""

from __future__ import annotations

import re
import tomllib
from typing import TypeAlias, cast

from bot.checks.readiness.facts.document_error import DocumentError
from bot.model import Json

Place: TypeAlias = tuple[str | int, ...]

_LINE = re.compile(r"at line (\d+)")
_HEADER = re.compile(r"\s*(\[\[?)([^\]]++)\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_MAX_DOTS = 500
_MAX_DOTS_SQUARED = 4_000_000


def parse_toml(text: str) -> Json:
    """The value of a text.

    Raises:
        DocumentError: it is broken or nested too deep.
    """
    spent = 0
    for number, line in enumerate(text.split("\n"), start=1):
        # Dotted keys cost tomllib their square.
        dots = line.count(".")
        spent += dots * dots
        if dots > _MAX_DOTS or spent > _MAX_DOTS_SQUARED:
            raise DocumentError(number, "too many dots in long lines")
    try:
        return cast("Json", tomllib.loads(text.replace("\r\n", "\n")))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        found = _LINE.search(str(error))
        raise DocumentError(int(found[1]) if found else 1, "not TOML") from None


def find_toml_lines(text: str) -> dict[Place, int]:
    """The 1-based line of each table and key, by place, of a text that is TOML.

    A line within a text of several lines may look like a key: it has a place then that no value has.
    """
    lines: dict[Place, int] = {(): 1}
    table: Place = ()
    counts: dict[Place, int] = {}
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if header := _HEADER.fullmatch(line):
            table = tuple(part.strip("\"'") for part in _KEY_PART.findall(header[2]))
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                lines.setdefault(table, number)
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *(part.strip("\"'") for part in _KEY_PART.findall(key[1]))), number)
    return lines
