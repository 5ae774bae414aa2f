"""JSON with the lines of its keys. The standard library parses; one pass over the text's tokens finds the lines."""

from __future__ import annotations

import json
import re
from typing import Final

from bot.checks.security.text.located import MAX_DEPTH, Lines, Place, UnreadableError

# A string that does not end goes to the end of the text: looking for its end again and again would take the square.
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
# A member comes in one piece where its value is none that nests: key, value, and the comma after it.
_TOKEN: Final = re.compile(
    rf"({_STRING})(\s*+:\s*+(?:(?:{_STRING}|[^\s\"{{}}\[\],:]++)\s*+,?)?)?|[{{}}\[\],]",
    re.DOTALL,
)
_STRING_OR_COMMA: Final = re.compile(rf"({_STRING})|,(?=\s*+[}}\]])", re.DOTALL)


def read_json(text: str, *, trailing_commas: bool = False) -> Place:
    """The root of a JSON text.

    Args:
        text: without a byte order mark.
        trailing_commas: allow one after the last element or member, as Bun writes them.

    Raises:
        UnreadableError: it is no JSON, nested too deep, or no mapping.
    """
    if trailing_commas:
        text = _STRING_OR_COMMA.sub(lambda found: found[1] or " ", text)
    lines = _find_lines(text)
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError(error.lineno, "is not JSON" if text.strip() else "is empty") from None
    except ValueError:
        raise UnreadableError(None, "holds a number of too many digits") from None
    if not isinstance(value, dict):
        raise UnreadableError(1, "is no JSON object")
    return Place(value, lines)


class _Frame:
    """An object or a list that is open: where its lines go, and the key or the number of what comes next."""

    __slots__ = ("index", "is_object", "key", "lines")

    def __init__(self, lines: Lines, *, is_object: bool) -> None:
        self.lines, self.is_object = lines, is_object
        self.key = ""
        self.index = 0


def _find_lines(text: str) -> Lines:
    root = Lines(1)
    top = _Frame(Lines(1), is_object=False)
    stack = [top]
    line, last = 1, 0
    for token in _TOKEN.finditer(text):
        start = token.start()
        first = text[start]
        if first == ",":
            top.index += 1
            continue
        if first in "}]":
            if len(stack) > 1:
                stack.pop()
                top = stack[-1]
            continue
        line += text.count("\n", last, start)
        last = start
        if first == '"':
            string, is_key = token.group(1, 2)
            if is_key:
                key = top.key = string[1:-1] if "\\" not in string else _unescape(string)
                top.lines.children[key] = line
            elif not top.is_object:
                top.lines.children[top.index] = line
            continue
        if len(stack) > MAX_DEPTH:
            raise UnreadableError(line, f"is nested more than {MAX_DEPTH} levels deep")
        lines = Lines(line) if len(stack) > 1 else root
        top.lines.children[top.key if top.is_object else top.index] = lines
        top = _Frame(lines, is_object=first == "{")
        stack.append(top)
    return root


def _unescape(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token
