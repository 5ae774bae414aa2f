"""GitHub's own hash of a line, by which code scanning knows an alert again: `primaryLocationLineHash`.

Rule: of the text from the start of the line onwards, without blanks and tabs and with every line break as LF, the first
100 UTF-16 units are the digits of a number to the base 37, modulo 2^64. The end of the file counts as unit 65535, what
is after it as zeros. The suffix counts the lines with that hash from the file's start on.
Source: https://github.com/github/codeql-action/blob/main/src/fingerprints.ts (read 2026-11-29)
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice

_WINDOW = 100
_BASE = 37
_MODULUS = 2**64
_END = "\uffff"
_LINE_BREAK = re.compile(r"\r\n?")
_BLANKS = str.maketrans("", "", " \t")
_BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")


def hash_lines(content: bytes, lines: Collection[int]) -> dict[int, str]:
    """The hashes of some lines of a file, 1-based; lines past its end have none."""
    text = _LINE_BREAK.sub("\n", content.decode("utf-8", "replace")).translate(_BLANKS)
    text = _BEYOND_16_BITS.sub(_as_units, text) + _END
    last = max(lines, default=0)
    # Twice over the text: only windows that are asked for are kept, or a long file would be held a hundred times.
    asked = {number: window for number, window in enumerate(islice(_windows(text), last), 1) if number in lines}
    seen = dict.fromkeys(asked.values(), 0)
    hashes: dict[int, str] = {}
    for number, window in enumerate(islice(_windows(text), last), 1):
        if window in seen:
            seen[window] += 1
            if number in asked:
                hashes[number] = f"{_hash(window):x}:{seen[window]}"
    return hashes


def _windows(text: str) -> Iterator[str]:
    """What is hashed of each line, without the zeros after the end."""
    start = 0
    while True:
        yield text[start : start + _WINDOW]
        start = text.find("\n", start) + 1
        if not start:
            return


def _as_units(match: re.Match[str]) -> str:
    point = ord(match[0]) - 0x10000
    return chr(0xD800 + (point >> 10)) + chr(0xDC00 + (point & 0x3FF))


def _hash(window: str) -> int:
    value = 0
    for character in window.ljust(_WINDOW, "\0"):
        value = (value * _BASE + ord(character)) % _MODULUS
    return value
