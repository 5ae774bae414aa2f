"""String literals that are put together from pieces: `"ghp_" + "abc"`, also over lines.

A secret cut in pieces passes every rule about its form. The joined text keeps its line numbers and stands beside the
original, so that a rule sees the whole value on the line where it begins.
"""

from __future__ import annotations

import re

# A closing and an opening quote with an operator, white space or a line break between them, in the middle of words.
# Possessive, as a run of white space has one reading only: with others to try, a column of blanks would take minutes.
_JOINT = re.compile(
    r"""(?<=[\w/+=.:@-])(?P<quote>["'`])(?:[ \t]{1,200}+|\\?\r?\n|[+.&]|<>|\|\|){1,10}+(?P=quote)(?=[\w/+=.:@-])"""
)
_LIST_JOINT = re.compile(r"""(?<=[\w/+=.:@-])(?P<quote>["'`])\s{0,40},\s{0,80}(?P=quote)(?=[\w/+=.:@-])""")
_JOIN_CALL = re.compile(r"join\(|implode\(|concat\(", re.IGNORECASE)
# Stand for a joint, and for one with a line break in it; neither is a character of any source.
_SAME_LINE, _NEXT_LINE = "\x1e", "\x1f"
_PIECE = re.compile(r"[\w/+=.:@-]{4,}")


def join_literals(text: str) -> str | None:
    """A text's lines that have joined literals, at their numbers, all others empty; None where there are none."""
    joined = _JOINT.sub(_mark, text)
    if _JOIN_CALL.search(text):
        joined = _LIST_JOINT.sub(_mark, joined)
    if joined == text:
        return None
    return "\n".join(_restore(line) for line in joined.split("\n"))


def _mark(match: re.Match[str]) -> str:
    return _NEXT_LINE * match[0].count("\n") or _SAME_LINE


def _restore(line: str) -> str:
    """A joined line and the empty lines that it took the text of; nothing for a line without a joint."""
    taken = line.count(_NEXT_LINE)
    return line.replace(_SAME_LINE, "").replace(_NEXT_LINE, "") + "\n" * taken if taken or _SAME_LINE in line else ""


def find_pieces(lines: list[str], value: str) -> list[tuple[int, int, str]]:
    """The pieces of a joined value in the lines it was joined from: index of the line, 0-based column, the piece."""
    return [
        (index, match.start(), match[0])
        for index, line in enumerate(lines)
        for match in _PIECE.finditer(line)
        if match[0] in value
    ]
