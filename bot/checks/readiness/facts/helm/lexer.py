"""Go templates cut into text and actions, and actions into words.

Source: https://pkg.go.dev/text/template and its lexer, `text/template/parse/lex.go` (read 2026-11-29).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.readiness.facts.helm.nodes import TemplateFault

_SPACE = " \t\r\n"
_WORD = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<raw>`[^`]*`)
    |(?P<char>'(?:[^'\\\n]|\\.)*')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|(?:[0-9][0-9_]*)?\.?[0-9][0-9_]*\.?(?:[eE][+-]?[0-9]+)?))
    |(?P<field>\.[^\W\d]\w*)
    |(?P<variable>\$\w*)
    |(?P<name>[^\W\d]\w*)
    |(?P<declare>:=)
    |(?P<sign>[|(),=.])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[abfnrtv\\'\"])")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an action; `spaced` tells whether white space stands before it, `value` is a constant's."""

    kind: str
    text: str
    line: int
    spaced: bool
    value: object = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, or an action as its words (None for text)."""

    line: int
    text: str
    words: tuple[Word, ...] | None = None


def cut(text: str) -> Iterator[Piece]:
    """Yield the pieces of a template in order; comments are left out, trim marks are obeyed.

    Raises:
        TemplateFault: an action or a comment does not end, or has a character that no word begins with.
    """
    at, line, trims = 0, 1, False
    while True:
        start = text.find("{{", at)
        plain = text[at:] if start < 0 else text[at:start]
        trims_before = (
            start >= 0 and text[start + 2 : start + 3] == "-" and text[start + 3 : start + 4] in tuple(_SPACE)
        )
        yield from _plain(plain, line, left=trims, right=trims_before)
        if start < 0:
            return
        line += plain.count("\n")
        inside = start + (3 if trims_before else 2)
        end, words = _action(text, inside, line)
        if words is not None:
            yield Piece(line, "", words)
        line += text.count("\n", start, end)
        trims = text[end - 3 : end - 2] == "-" and text[end - 4 : end - 3] in tuple(_SPACE)
        at = end


def _plain(plain: str, line: int, *, left: bool, right: bool) -> Iterator[Piece]:
    kept = plain.lstrip(_SPACE) if left else plain
    line += plain.count("\n", 0, len(plain) - len(kept))
    kept = kept.rstrip(_SPACE) if right else kept
    if kept:
        yield Piece(line, kept)


def _action(text: str, at: int, line: int) -> tuple[int, tuple[Word, ...] | None]:
    """Where the action's closing braces end, and its words; None for a comment."""
    begin = at
    while begin < len(text) and text[begin] in _SPACE:
        begin += 1
    if text.startswith("/*", begin):
        close = text.find("*/", begin)
        end = text.find("}}", close) if close >= 0 else -1
        if end < 0 or text[close + 2 : end].strip(_SPACE) not in {"", "-"}:
            raise TemplateFault(line, "a comment that does not end")
        return end + 2, None
    words: list[Word] = []
    spaced = False
    while True:
        if text.startswith("}}", at):
            return at + 2, tuple(words)
        if spaced and text.startswith("-}}", at):
            return at + 3, tuple(words)
        found = _WORD.match(text, at)
        if found is None:
            raise TemplateFault(line, "an action that cannot be read")
        kind = str(found.lastgroup)
        if kind != "space":
            words.append(_word(kind, found.group(), line, spaced=spaced))
        spaced = kind == "space"
        line += found.group().count("\n")
        at = found.end()


def _word(kind: str, text: str, line: int, *, spaced: bool) -> Word:
    try:
        match kind:
            case "string":
                return Word("constant", text, line, spaced, _unquote(text[1:-1]))
            case "raw":
                return Word("constant", text, line, spaced, text[1:-1].replace("\r", ""))
            case "char":
                return Word("constant", text, line, spaced, ord(_unquote(text[1:-1])))
            case "number":
                return Word("constant", text, line, spaced, _number(text))
    except (ValueError, TypeError, SyntaxError):
        raise TemplateFault(line, "a constant that cannot be read") from None
    return Word(kind, text, line, spaced)


def _unquote(text: str) -> str:
    return _ESCAPE.sub(lambda found: str(ast.literal_eval(f'"{found.group()}"')), text)


def _number(text: str) -> int | float:
    plain = text.replace("_", "")
    if "x" in plain or "X" in plain:
        return int(plain, 16)
    if "." in plain or "e" in plain or "E" in plain:
        return float(plain)
    digits = plain.lstrip("+-")
    return int(plain, 8) if len(digits) > 1 and digits.startswith("0") else int(plain)
