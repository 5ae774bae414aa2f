"""Path patterns as ruff reads them: `*` and `?` cross folders, `[a-z]` and `{a,b}` count.

Source: https://docs.rs/globset/latest/globset/#syntax (read 2026-11-30)
"""

from __future__ import annotations

import re
from functools import cache

_PART = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^\]]*\]|\\.|.", re.DOTALL)
_PLAIN = {"**/": "(?:.*/)?", "/**": "/.*", "?": "."}
_BRACES = {"{": "(?:", ",": "|", "}": ")"}


def matches_below(folder: str, pattern: str, path: str) -> bool:
    """Whether a pattern of a settings file in a folder stands for a path, as a whole or by its last name.

    Folders and paths are from the repository's root; the root is the empty text.
    """
    compiled = _compile(pattern.removeprefix("./").removeprefix("/"))
    inside = path.removeprefix(f"{folder}/") if folder else path
    below = not folder or path.startswith(f"{folder}/")
    return (below and compiled.fullmatch(inside) is not None) or compiled.fullmatch(path.rpartition("/")[2]) is not None


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    depth = 0
    for part in _PART.findall(pattern):
        depth += (part == "{") - (part == "}" and depth > 0)
        parts.append(_translate(part, inside=depth > 0 or part == "}"))
    try:
        return re.compile("".join(parts) + ")" * depth, re.DOTALL)
    except re.error:
        return re.compile(r"(?!)")


def _translate(part: str, *, inside: bool) -> str:
    if part in _PLAIN:
        return _PLAIN[part]
    if part in _BRACES and inside:
        return _BRACES[part]
    if part.startswith("*"):
        return ".*"
    if part.startswith("[") and len(part) > 1:
        negated, letters = part.startswith("[!"), part[1:-1].removeprefix("!")
        return "[" + "^" * negated + re.escape(letters).replace(r"\-", "-") + "]"
    return re.escape(part.removeprefix("\\") or part)
