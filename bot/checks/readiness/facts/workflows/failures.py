"""Whose failure of a shell script's commands counts, and whose is passed over.

Rule: the failure of a command is passed over where an alternative only says so (`|| true`), where it is not the last of
a pipe or of a list and the shell is not told to mind, in the background, and as a condition; that of a group, a loop or
a function likewise, with all within.
Source: https://www.gnu.org/software/bash/manual/bash.html#The-Set-Builtin (read 2026-11-30).
Out of sight: what a `trap` does but for one that ends with 0; a status that the script takes up itself (`$?`) counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from bot.checks.readiness.facts.workflows.parts import CLOSING, ENDS, FUNCTION, Manner, Part, closes

_HARMLESS = frozenset({"true", ":", "echo", "printf", "cat", "sleep", "date", "touch", "ls"})
_ASSIGNMENT = re.compile(r"(?:\(\()?[A-Za-z_]\w*(?:\+?=|\+\+).*", re.DOTALL)
_TAKEN_UP = ("$?", "PIPESTATUS", "${?}")
# How make is told to go on, and what tells a tool itself not to fail.
_IGNORED = re.compile(r"@?-@?\w")
_PIPES = frozenset({"|", "|&"})
_JOINING = frozenset({"|", "|&", "||", "&&", "&"})
_FORGIVES = re.compile(r"\bexit 0 ?;?$")
_MAX_AHEAD = 60
# Deeper, and longer, than anyone writes by hand.
_MAX_DEPTH, _MAX_GROUP = 20, 400


class Failures:
    """Answers for one script, which is gone through from its first part to its last.

    Attributes:
        counts: how often a name stands in it.
    """

    def __init__(self, parts: Sequence[Part], manner: Manner, counts: Counter[str]) -> None:
        self._parts = parts
        self._manner = manner
        self._counts = counts
        self._minds = manner in {Manner.STRICT, Manner.ERREXIT}
        self._minds_pipes = manner is Manner.STRICT
        self._wasted: dict[str, bool] = {}
        self._forgiven = False

    def take_in(self, words: Sequence[str]) -> None:
        """Take in what the script tells its shell."""
        if words[0] == "trap" and _FORGIVES.search(" ".join("".join(words[1:2]).split())):
            self._forgiven = True
        for at, word in enumerate(words) if words[0] == "set" else ():
            on, letters = word[:1] == "-", word[1:]
            if word[:1] not in {"-", "+"}:
                continue
            if "e" in letters:
                self._minds = on
            named = words[at + 1] if "o" in letters and at + 1 < len(words) else ""
            self._minds = on if named == "errexit" else self._minds
            self._minds_pipes = on if named == "pipefail" else self._minds_pipes

    def is_soft(self, at: int, words: Sequence[str], functions: Iterable[str], *, asked: bool) -> bool:
        """Whether a command's failure is passed over: one of some functions, or one that is a condition."""
        if self._forgiven:
            return True
        if asked:
            return not self._ends_badly(at)
        # A shell never ends with what is turned round, and that it fails where the command does not helps nobody.
        if words[0] == "!" or any(map(self._is_wasted, functions)):
            return True
        ignored = self._manner is Manner.LINES and _IGNORED.match(words[0])
        return bool(ignored) or (not self._takes_up(at) and any(map(self._is_lost, [at, *self._closings[at]])))

    def _is_wasted(self, function: str) -> bool:
        """Whether each call of a function is passed over."""
        if function not in self._wasted:
            calls = self._calls.get(function, ())
            ends = [self._ends_of_lists[at] for at in calls]
            # A name that stands elsewhere too may be called there.
            known = bool(calls) and self._counts[function] == len(calls) + 1
            lost = (self._parts[end].sign == "||" and self._passes_over(end + 1) for end in ends)
            self._wasted[function] = known and all(lost)
        return self._wasted[function]

    @cached_property
    def _calls(self) -> Mapping[str, Sequence[int]]:
        """The parts that begin with a word, by that word."""
        found: dict[str, list[int]] = {}
        for at, part in enumerate(self._parts):
            if part.words:
                found.setdefault(part.words[0], []).append(at)
        return found

    @cached_property
    def _closings(self) -> Sequence[Sequence[int]]:
        """For each part the ends of the groups, conditions and loops around it that are part of a pipe or a list."""
        found: list[list[int]] = [[] for _ in self._parts]
        opened: list[tuple[str, int]] = []
        for at, part in enumerate(self._parts):
            words = list(part.words)
            while words and words[0] in {"then", "do", "else", "elif"}:
                words = words[1:]
            if not words:
                continue
            if words[0] in ENDS:
                opened.append((ENDS[words[0]], at))
            elif words[0] == "{" or FUNCTION.fullmatch(words[0]):
                opened.append(("}", at if words[0] == "{" else -1))
            elif words[0].startswith("(") and not words[0].startswith("(("):
                opened.append((")", at))
            closed = ")" if closes(words) else words[0]
            ends = [end for end, _ in opened[-_MAX_DEPTH:]]
            if closed in ends:
                last = len(opened) - 1 - ends[::-1].index(closed)
                begun = opened[last][1]
                del opened[last:]
                if begun >= 0 and part.sign in _JOINING and at - begun <= _MAX_GROUP:
                    for one in found[begun:at]:
                        one.append(at)
        return found

    def _is_lost(self, at: int) -> bool:
        """Whether the shell goes on after a failure, and ends with the status of something else."""
        end, listed = self._ends_of_pipes[at], self._ends_of_lists[at]
        if end > at and not self._minds_pipes and not _fails_with(self._parts[end].words):
            return True
        sign = self._parts[listed].sign
        if sign == "||":
            return self._passes_over(listed + 1)
        if sign == "&":
            return "wait" not in self._counts
        return not (self._minds and listed == end) and not self._is_last(listed)

    def _is_last(self, at: int) -> bool:
        """Whether nothing comes after a part whose status would stand for that of the script, or of its function."""
        if at + 1 >= len(self._parts):
            return True
        following = self._parts[at + 1]
        if self._manner is Manner.LINES and following.line != self._parts[at].line:
            return True
        return not following.words or following.words[0] in {*CLOSING, "else", "elif"}

    @cached_property
    def _ends_of_pipes(self) -> Sequence[int]:
        return self._joined(_PIPES)

    @cached_property
    def _ends_of_lists(self) -> Sequence[int]:
        return self._joined(_PIPES | {"&&"})

    def _joined(self, signs: frozenset[str]) -> Sequence[int]:
        """For each part the last one that these signs join to it."""
        ends = list(range(len(self._parts)))
        for at in range(len(ends) - 2, -1, -1):
            if self._parts[at].sign in signs:
                ends[at] = ends[at + 1]
        return ends

    def _passes_over(self, at: int) -> bool:
        """Whether an alternative lets the script go on as if nothing had failed."""
        grouped = any(part.words and part.words[0].startswith(("{", "(")) for part in self._parts[at : at + 1])
        for part in self._parts[at : at + _MAX_AHEAD]:
            ends_group = closes(part.words)
            bare = (word.lstrip("({").rstrip(")" if ends_group else "") for word in part.words)
            words = [word for word in bare if word not in {"", "}"}]
            ends = ends_group or "}" in part.words
            if words[:1] in (["exit"], ["return"]):
                return words[1:] == ["0"]
            if words[:1] in (["continue"], ["break"]):
                return True
            if words and _ASSIGNMENT.fullmatch(words[0]):
                return not self._ends_badly(at)
            if words and words[0] not in _HARMLESS:
                # Where it fails too, the next alternative is asked.
                if part.sign == "||" and not grouped:
                    continue
                return False
            if ends or (not grouped and part.sign not in {"&&", "||"}):
                return True
        return True

    def _ends_badly(self, at: int) -> bool:
        """Whether the script may end with a failure of its own making, later on."""
        return self._last_exit > at

    @cached_property
    def _last_exit(self) -> int:
        """Where a part last ends the script with a failure."""
        failing = self._failing
        ends = (at for at, part in enumerate(self._parts) if _fails(part.words) or "".join(part.words[:1]) in failing)
        return max(ends, default=-1)

    @cached_property
    def _failing(self) -> Collection[str]:
        """The functions of the script that end it with a failure."""
        found: set[str] = set()
        name, depth = "", 0
        for part in self._parts:
            words = part.words
            head = FUNCTION.fullmatch("".join(words[1:2] if words[:1] == ["function"] else words[:1]))
            if head is not None or words[:1] == ["function"]:
                name, depth = head[1] if head else "".join(words[1:2]), 0
            depth += words.count("{") - words.count("}")
            if name and "exit" in words and _fails(words):
                found.add(name)
            name = name if depth > 0 or head is not None else ""
        return found

    def _takes_up(self, at: int) -> bool:
        """Whether the script looks at a status, later on."""
        return self._last_taken_up > at

    @cached_property
    def _last_taken_up(self) -> int:
        """Where a part last looks at a status."""
        found = (
            at for at, part in enumerate(self._parts) if any(sign in word for word in part.words for sign in _TAKEN_UP)
        )
        return max(found, default=-1)


def _fails_with(words: Sequence[str]) -> bool:
    """Whether a program that shows results of tests fails where they do."""
    name = "".join(words[:1]).rpartition("/")[2]
    return name == "tparse" or (name == "go-junit-report" and "-set-exit-code" in words)


def _fails(words: Sequence[str]) -> bool:
    """Whether words end a script with a failure."""
    for at, word in enumerate(words):
        if word in {"exit", "return"}:
            return words[at + 1 : at + 2] != ["0"]
    return "false" in words
