"""Compares the findings of merge base and head, as multisets, in four passes.

Old is what can be paired: (1) in the same file, under the same rule and message, on the same text in the same
function; (2) without the function; (3) on text that is much alike in the same function; (4) in any file, on the same
text. What head has left is new, what the base has left is fixed. Why: https://semgrep.dev/docs/semgrep-ci/findings-ci
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import islice

MIN_SIMILARITY = 0.6
# Likeness compares each with each, and letter with letter: so many of one rule in one function, and so many letters in
# all. What is not compared any more is new.
_MAX_ALIKE, _MAX_LETTERS = 30, 20_000_000
_COMMENT = re.compile(r"(?<=\s)(#|//).*$")
_SCOPE = re.compile(r"(async\s+def|def|class)\s+(\w+)")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What an engine says of one place of one revision.

    Attributes:
        pair: what the file is called at head, on both sides, where it is the same file.
        text: the line, without blanks and comments.
        scope: name of the function or class around it, empty at the top.
        relaxed: whether it lies where faults are advice (vendored, generated).
        own: whether it lies in the project's own code that runs; one that does not is no excuse for one that does.
    """

    rule: str
    message: str
    severity: str
    path: str
    pair: str
    line: int
    end_line: int
    column: int | None = None
    text: str = ""
    scope: str = ""
    relaxed: bool = False
    own: bool = True
    help: str | None = None
    certain: bool = True


@dataclass(frozen=True)
class Compared:
    """What head adds, what it mends, and how many findings both have."""

    new: Sequence[Hit]
    fixed: Sequence[Hit]
    known: int


@dataclass
class _Rest:
    base: list[Hit]
    head: list[Hit]
    known: int = field(default=0)
    letters: int = field(default=0)

    def is_alike(self, old: str, new: str) -> bool:
        """Whether two lines are much the same; False once too much was compared."""
        self.letters += len(old) * len(new)
        if self.letters > _MAX_LETTERS:
            return False
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        return matcher.quick_ratio() >= MIN_SIMILARITY and matcher.ratio() >= MIN_SIMILARITY


def compare(base: Iterable[Hit], head: Iterable[Hit]) -> Compared:
    """Pair the findings of both sides; each pairs at most once."""
    rest = _Rest(list(base), list(head))
    _pair(rest, lambda hit: (hit.pair, hit.rule, hit.message, hit.text, hit.scope))
    _pair(rest, lambda hit: (hit.pair, hit.rule, hit.message, hit.text))
    _pair(rest, lambda hit: (hit.pair, hit.rule, hit.message, hit.scope), alike=True)
    _pair(rest, lambda hit: (hit.rule, hit.message, hit.text))
    return Compared(rest.head, rest.base, rest.known)


def _pair(rest: _Rest, key: Callable[[Hit], Hashable], *, alike: bool = False) -> None:
    waiting: dict[Hashable, deque[Hit]] = defaultdict(deque)
    for hit in rest.base:
        waiting[key(hit)].append(hit)
    left: list[Hit] = []
    for hit in rest.head:
        candidates = waiting[key(hit)]
        near = (one for one in islice(candidates, _MAX_ALIKE if alike else None) if one.own or not hit.own)
        old = next((one for one in near if not alike or rest.is_alike(one.text, hit.text)), None)
        if old is None:
            left.append(hit)
        else:
            candidates.remove(old)
            rest.known += 1
    rest.base, rest.head = [hit for hits in waiting.values() for hit in hits], left


def split_lines(text: str) -> list[str]:
    """Lines as the engines count them: no other character than CR and LF ends one."""
    return _LINE_BREAK.split(text)


def normalise(lines: Sequence[str], line: int) -> str:
    """The 1-based line without its blanks and comment; empty past the end."""
    if not 0 < line <= len(lines):
        return ""
    return "".join(_COMMENT.sub("", lines[line - 1][:1000]).split())


def find_scopes(lines: Sequence[str]) -> list[str]:
    """Of each line of Python, the function or class around it, by indentation; empty at the top."""
    scopes: list[str] = []
    # How deep each enclosing definition is indented, and its name.
    around: list[tuple[int, str]] = []
    for text in lines:
        body = text.lstrip()
        depth = len(text) - len(body)
        while body and around and depth <= around[-1][0]:
            around.pop()
        scopes.append(around[-1][1] if around else "")
        if found := _SCOPE.match(body):
            around.append((depth, found[2]))
    return scopes


def fingerprints(hits: Sequence[Hit]) -> list[str]:
    """One for each: of rule, text and function, and which of several equal ones; 32 hexadecimal digits."""
    seen: dict[tuple[str, ...], int] = defaultdict(int)
    made = []
    for hit in hits:
        key = (hit.rule, hit.text, hit.scope)
        seen[key] += 1
        digest = hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "surrogateescape"))
        made.append(digest.hexdigest()[:32])
    return made
