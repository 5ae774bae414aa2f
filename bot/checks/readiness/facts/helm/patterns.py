"""Regular expressions of Go templates: RE2's syntax by Python's engine, which takes time where RE2 does not.

A pattern is refused where it could cost more than its text is worth: Python goes back, RE2 never does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from bot.checks.readiness.facts.helm.faults import FunctionFault
from bot.checks.readiness.facts.helm.values import Budget

_MOST_WORK = 5_000_000
_LONGEST = 500
_CLASSES = {"[:alnum:]": "0-9A-Za-z", "[:alpha:]": "A-Za-z", "[:digit:]": "0-9", "[:lower:]": "a-z"} | {
    "[:upper:]": "A-Z", "[:space:]": r"\s", "[:word:]": r"\w", "[:xdigit:]": "0-9A-Fa-f", "[:punct:]": r"!-/:-@\[-`{-~"
}  # fmt: skip
_UNIT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_OTHER_SIGNS = re.compile(r"[^()*+?{|]")
_INNERMOST = re.compile(r"\(([^()]*)\)([*+{]?)")
_REPEAT = re.compile(r"[*+?{]")
_GROUP_NAME = re.compile(r"\$\{?(\w+)\}?")


@lru_cache(maxsize=500)
def _compiled(pattern: str) -> tuple[re.Pattern[str], int]:
    """The pattern, and how many repetitions it has side by side."""
    if len(pattern) > _LONGEST:
        raise FunctionFault("a very long regular expression")
    for name, members in _CLASSES.items():
        pattern = pattern.replace(name, members)
    pattern = pattern.replace(r"\z", r"\Z")
    repeats = _count_repeats(pattern)
    try:
        return re.compile(pattern, re.ASCII), repeats
    except (re.error, OverflowError, RecursionError):
        raise FunctionFault("a regular expression that cannot be read") from None


def _count_repeats(pattern: str) -> int:
    """How many repetitions there are.

    Raises:
        FunctionFault: one holds another, or a choice: such may take exponential time.
    """
    # Only the signs that group, choose and repeat are kept; `#` is a group that holds some of them.
    rest = _OTHER_SIGNS.sub("x", _UNIT.sub("x", pattern)).replace("(?", "(")
    count = 0
    while found := _INNERMOST.search(rest):
        holds = _REPEAT.search(found[1]) or "|" in found[1] or "#" in found[1]
        if holds and found[2]:
            raise FunctionFault("a regular expression that may take exponential time")
        count += len(_REPEAT.findall(found[1]))
        rest = rest[: found.start()] + ("#" if holds else "x") + found[2] + rest[found.end() :]
    return count + len(_REPEAT.findall(rest))


def _matcher(budget: Budget, pattern: str, text: str) -> re.Pattern[str]:
    compiled, repeats = _compiled(pattern)
    work = (len(text) + 1) ** min(repeats + 1, 9)
    # An anchored pattern starts at one place alone.
    if pattern.startswith("^"):
        work //= len(text) + 1
    if work > _MOST_WORK:
        raise FunctionFault("a regular expression over a long text")
    budget.step(1 + len(text) // 50)
    return compiled


def _find_all(budget: Budget, pattern: str, text: str, count: object) -> list[object]:
    found = [one.group() for one in _matcher(budget, pattern, text).finditer(text)]
    return [*found] if not isinstance(count, int) or count < 0 else [*found[:count]]


def _replace(budget: Budget, pattern: str, text: str, by: str) -> str:
    template = _GROUP_NAME.sub(r"\\g<\1>", by.replace("\\", r"\\"))
    return _matcher(budget, pattern, text).sub(template, text)


def _find(budget: Budget, pattern: str, text: str) -> str:
    found = _matcher(budget, pattern, text).search(text)
    return found.group() if found else ""


PATTERNS: Mapping[str, Callable[..., object]] = {
    "regexMatch": lambda budget, pattern, text: bool(_matcher(budget, pattern, text).search(text)),
    "regexFind": _find,
    "regexFindAll": _find_all,
    "regexReplaceAll": _replace,
    "regexReplaceAllLiteral": lambda budget, pattern, text, by: _matcher(budget, pattern, text).sub(lambda _: by, text),
    "regexSplit": lambda budget, pattern, text, _count: _matcher(budget, pattern, text).split(text),
    "regexQuoteMeta": lambda _budget, text: re.escape(text),
}
