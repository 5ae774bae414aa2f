"""Whether code stands behind a `return` that nothing asks for, so that it never runs.

Rule: a line of the same function says nothing but that it returns a plain value, is indented as the code or as a
statement around it, and no line between them is indented less.
Out of sight: code that is not indented as it is nested, and values of more than a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.source.elements import Element, SourceFile

_RETURNS = re.compile(r"return(?:[ \t]+\(?[\w.]{1,40}\)?)?[ \t]*;?[ \t]*")
# Of a statement without braces, or of a value that goes on, the next line is a part.
_LEADS_ON = re.compile(r"(?:\)|\belse|\bdo|=>|&&|\|\||[,({\[?+=])$")
_GOES_ON = re.compile(r"(?:[.?:&|+*,)\]}=]|\bif\b|\bunless\b|case\b|default\b|\w{1,40}:(?!:))")
_MAX_LINES, _MAX_LINE = 300, 400


def is_behind_return(file: SourceFile, element: Element) -> bool:
    """Whether the function of an element returns before it, whatever is asked."""
    function = next(iter(file.functions_around(element)), None)
    if function is None or element.line - function.line > _MAX_LINES:
        return False
    lines = [one[:_MAX_LINE].expandtabs(4) for one in file.code.split("\n")[function.line : element.line]]
    lines = [one.rstrip() for one in lines if one.strip()]
    if not any(_RETURNS.fullmatch(one.strip()) for one in lines[:-1]):
        return False
    around = _indented(lines[-1])
    for at in range(len(lines) - 2, -1, -1):
        if _indented(lines[at]) == around and _leaves(lines, at):
            return True
        around = min(around, _indented(lines[at]))
    return False


def _leaves(lines: Sequence[str], at: int) -> bool:
    """Whether a line is a statement by itself that returns."""
    alone = _RETURNS.fullmatch(lines[at].strip()) is not None and not _GOES_ON.match(lines[at + 1].lstrip())
    return alone and not (at and _LEADS_ON.search(lines[at - 1]) and _indented(lines[at - 1]) >= _indented(lines[at]))


def _indented(line: str) -> int:
    return len(line) - len(line.lstrip())
