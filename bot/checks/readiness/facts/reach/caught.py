"""Whether what is raised somewhere is taken up again by a handler around it that lets the program go on.

Rule: of Python by its indentation, of languages with braces by `try {` and the `catch` behind it; a handler that
raises, or exits, lets nothing go on.
Out of sight: handlers of whoever calls; exceptions that the handler is not for, but for those that it names.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.source.elements import SourceFile

_TRY = re.compile(rb"\btry\s*\{")
_CATCH = re.compile(rb"(?<!\s)\s*+(?:catch|rescue)\b[^{]{0,200}\{")
_GOES_ON_NOT = re.compile(rb"\bthrow\b|\braise\b|exit\(|abort\(|Fatal|panic")
_EVERY = re.compile(rb"except\s*(?:\(?\s*(?:\w+\s*,\s*)*(?:Base)?Exception\b|:)")
_BRACE = re.compile(rb"[{}]")
_ENDS_FUNCTION = re.compile(rb"(?:async\s+)?def\s|class\s")
# Deeper, and longer, than anyone writes a handler.
_MAX_LINES, _MAX_TRIES = 200, 50


def is_caught(file: SourceFile, at: int) -> bool:
    """Whether what is raised at a byte of a file stops nothing."""
    return (
        _caught_by_indentation(file.content, at) if file.language == "python" else _caught_in_braces(file.content, at)
    )


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())


def _caught_by_indentation(content: bytes, at: int) -> bool:
    before, after = content[:at].split(b"\n"), content[at:].split(b"\n")
    level = _indent(before[-1] + after[0])
    for line in reversed(before[-_MAX_LINES:-1]):
        said = line.strip()
        if not said or _indent(line) >= level:
            continue
        level = _indent(line)
        if _ENDS_FUNCTION.match(said):
            return False
        if said == b"try:" and _handler_goes_on(after[1:_MAX_LINES], level):
            return True
    return False


def _handler_goes_on(lines: list[bytes], level: int) -> bool:
    """Whether the first handler of everything, of a `try` of that indentation, neither raises nor exits."""
    inside = False
    for line in lines:
        if not line.strip() or _indent(line) > level:
            if inside and _GOES_ON_NOT.search(line):
                return False
            continue
        if inside or _indent(line) < level:
            return inside
        inside = bool(_EVERY.match(line.strip()))
        if not line.strip().startswith((b"except", b"else", b"finally")):
            return inside
    return inside


def _caught_in_braces(content: bytes, at: int) -> bool:
    for opened in list(_TRY.finditer(content, 0, at))[-_MAX_TRIES:]:
        end = _closing(content, opened.end())
        if end <= at or (caught := _CATCH.match(content, end)) is None:
            continue
        if not _GOES_ON_NOT.search(content, caught.end(), _closing(content, caught.end())):
            return True
    return False


def _closing(content: bytes, at: int) -> int:
    """Behind the brace that closes what is open at a byte."""
    depth = 1
    for found in _BRACE.finditer(content, at):
        depth += 1 if found[0] == b"{" else -1
        if depth == 0:
            return found.end()
    return len(content)
