"""Comments in Python that silence security rules.

Sources: https://docs.astral.sh/ruff/linter/#error-suppression, https://bandit.readthedocs.io/en/latest/config.html#suppressing-individual-lines.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARKS = re.compile(
    r"#\s*(?P<nosec>nosec)\b(?P<tests>[:\s]*(?:B\d{3}|[a-z_]+)(?:[,\s]+B\d{3})*)?"
    r"|#\s*(?:ruff|flake8):\s*(?P<kind>noqa|ignore|disable|file-ignore)\b(?P<codes>[:\s\[]*[A-Z]+\d+[\w,\s]*)?"
    r"|#\s*(?P<noqa>noqa)\b(?P<own>\s*:\s*[A-Z]+\d*[\w,\s]*)?"
    r"|#\s*(?P<other>nosemgrep)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b([SB])(\d{0,3})\b")


@dataclass(frozen=True)
class Comment:
    """One comment that silences.

    Attributes:
        rules: codes that it names, as ruff has them (`S602`); empty for all rules.
        whole_file: whether it counts for the file.
    """

    line: int
    text: str
    rules: tuple[str, ...]
    whole_file: bool
    code: str


def find_comments(text: str) -> list[Comment]:
    """The silencing comments of a Python file; what stands in a string is none.

    A file that breaks off gives those of its start.
    """
    found: list[Comment] = []
    if "#" not in text:
        return found
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found.extend(_read(token))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return found


def _read(token: tokenize.TokenInfo) -> Iterator[Comment]:
    for match in _MARKS.finditer(token.string):
        named = match["tests"] or match["codes"] or match["own"] or ""
        # In `noqa` a B is a rule of flake8-bugbear, in `nosec` one of bandit.
        letter = "B" if match["tests"] else "S"
        codes = tuple(f"S{digits}" for kind, digits in _CODE.findall(named) if kind == letter)
        others = letter == "S" or re.search(r"[A-Z]+\d", named) is not None
        if named and others and not codes:
            continue
        kind = (match["kind"] or "").lower()
        code = "".join(token.line[: token.start[1]].split())
        yield Comment(token.start[0], match[0].strip(), codes, kind in {"noqa", "disable", "file-ignore"}, code)


def covers(comments: Sequence[Comment], rule: str, line: int, end_line: int) -> str | None:
    """The comment that asks to ignore a rule on the lines of a statement; None where there is none."""
    number = rule[1:]
    for comment in comments:
        named = not comment.rules or any(number.startswith(code[1:]) for code in comment.rules)
        if named and (comment.whole_file or line <= comment.line <= end_line):
            return comment.text
    return None


def find_standing(base: Sequence[Comment], head: Sequence[Comment]) -> list[Comment]:
    """The comments of a file at head that its base had as well, on the same code.

    Left out, so that they excuse nothing: copies beyond the base's count, ranges (`ruff: disable`, which may be moved
    over other code), marks for a file that stand behind code, and tests of bandit by name.
    """
    had, has = Counter(map(_identity, base)), Counter(map(_identity, head))
    return [one for one in head if has[_identity(one)] <= had[_identity(one)] and _is_plain(one)]


def _identity(comment: Comment) -> tuple[str, str]:
    return "".join(comment.text.split()), comment.code


def _is_plain(comment: Comment) -> bool:
    if comment.whole_file:
        return not comment.code and "disable" not in comment.text.lower()
    return bool(comment.rules) or re.search(r"\w\W+\w", comment.text) is None
