"""What of a shell script's commands may run, and whose failure counts.

Rule: after an `exit` or an `exec` that is come by whatever happens, behind a condition that is never met, and in a
function that nobody calls, nothing runs; what a script defines itself stands for what it is called by. The failure of a
command is passed over where an alternative only says so (`|| true`), where it is not the last of a pipe or of a list
and the shell is not told to mind, in the background, and as a condition; that of a group, a loop or a function
likewise, with all within.
Source: https://www.gnu.org/software/bash/manual/bash.html#The-Set-Builtin (read 2026-11-30).
Out of sight: what a `trap` does but for one that ends with 0; a status that the script takes up itself (`$?`) counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple


class Manner(Enum):
    """How a shell is told to run a script."""

    STRICT = auto()
    """It ends with the first failure, also within a pipe: `bash -eo pipefail`."""
    ERREXIT = auto()
    """It ends with the first failure: `bash -e`."""
    LINES = auto()
    """Each line is a script by itself, as of make and npm."""
    PLAIN = auto()
    """It goes on after a failure."""


class Part(NamedTuple):
    """Words up to a sign that ends a command, or to the end of the line; the line counts from 0."""

    words: Sequence[str]
    sign: str
    line: int


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """One command: its words, its line (from 0, within the script), and whether its failure is passed over.

    Attributes:
        depth: how many shells of their own (brackets) are open around it, those aside that it opens itself.
        opens: how many it opens.
    """

    words: Sequence[str]
    line: int
    soft: bool
    depth: int = 0
    opens: int = 0


@dataclass
class _Block:
    """Something that ends later: a condition, a loop, a group, a function.

    Attributes:
        choosing: within a `case`, whether the patterns of an arm are read, which are no commands.
        sure: whether what is read of it runs whenever the block is come by.
    """

    end: str
    function: str = ""
    asking: bool = False
    known: bool | None = None
    dead: bool = False
    choosing: bool = False
    sure: bool = False


_ENDS = {"if": "fi", "while": "done", "until": "done", "for": "done", "select": "done", "case": "esac"}
_CLOSING = frozenset({*_ENDS.values(), "}", ")"})
_FUNCTION = re.compile(r"([\w:.-]+)\(\)(\{?)")
_COMPARED = re.compile(r"(?:\[{1,2}|test) ([^\s$]*) (?:==?|-eq) ([^\s$\]]*)(?: \]{1,2})?")
_HARMLESS = frozenset({"true", ":", "echo", "printf", "cat", "sleep", "date", "touch", "ls"})
_ASSIGNMENT = re.compile(r"(?:\(\()?[A-Za-z_]\w*(?:\+?=|\+\+).*", re.DOTALL)
_NAMES = re.compile(r"[\w:.-]+")
_TAKEN_UP = ("$?", "PIPESTATUS", "${?}")
# How make is told to go on, and what tells a tool itself not to fail.
_IGNORED = re.compile(r"@?-@?\w")
_GIVEN = ("$@", "$*", "$1", "${@", "${1")
_ARM_ENDS = frozenset({";;", ";&", ";;&"})
_PIPES = frozenset({"|", "|&"})
_JOINING = frozenset({"|", "|&", "||", "&&", "&"})
# An `exec` of redirections alone goes on with the script.
_REDIRECTS = re.compile(r"(?:\d{0,3}|\{\w+\})(?:[<>]{1,2}|>\||&>)(.*)", re.DOTALL)
_FORGIVES = re.compile(r"\bexit 0 ?;?$")
_MAX_AHEAD = 60
# Deeper, and longer, than anyone writes by hand.
_MAX_DEPTH, _MAX_GROUP = 20, 400


class Flow:
    """One script, read once from its first part to its last."""

    def __init__(self, parts: Sequence[Part], manner: Manner) -> None:
        self._parts = parts
        self._manner = manner
        self._minds = manner in {Manner.STRICT, Manner.ERREXIT}
        self._minds_pipes = manner is Manner.STRICT
        self._blocks: list[_Block] = []
        self._pending = ""
        self._status: bool | None = None
        self._wasted: dict[str, bool] = {}
        self._forgiven = False
        # Brackets that are open: what ends within them ends no more than a shell of its own.
        self._depth = 0
        self._enders: set[str] = set()

    def run(self) -> Iterator[ShellCommand]:
        """Yield the commands that may run."""
        sign, ended = "\n", -1
        for at, part in enumerate(self._parts):
            depth, self._depth = self._depth, max(0, self._depth + _brackets(part.words))
            words = self._enter(list(part.words))
            if sign not in {"&&", "||"}:
                self._status = None
            skipped = self._status is {"&&": False, "||": True}.get(sign, ...)
            sure = self._status is {"&&": True, "||": False}.get(sign, ...)
            if words and not skipped:
                self._status = _constant(words)
            if part.sign in _ARM_ENDS and self._blocks and self._blocks[-1].end == "esac":
                self._blocks[-1].choosing = True
            alone, sign = sure or sign in {"\n", ";", ";;", "&"}, part.sign
            if not words or skipped or ended == part.line or any(block.dead for block in self._blocks):
                continue
            self._set(words)
            if words[0] not in self._defined:
                yield ShellCommand(words, part.line, self._is_soft(at, words), depth, _opened(words[0]))
            if alone and depth == self._depth == 0 and self._ends(words):
                if self._manner is not Manner.LINES:
                    return
                ended = part.line

    def _enter(self, words: list[str]) -> list[str]:
        """What is left of words without the keywords that they begin with."""
        while words:
            word = words[0]
            if self._blocks and self._blocks[-1].choosing and word != "esac":
                words = self._choose(words)
            elif self._opens_function(words):
                words = words[2:] if word == "function" or words[1:2] == ["{"] else words[1:]
                words = words[1:] if words[:1] == ["{"] else words
            elif word in _ENDS:
                words = self._open(word, words)
            elif word in {"elif", "then", "do", "else"}:
                words = words[1:]
                self._branch(word, words)
            elif word == "{":
                self._blocks.append(_Block("}", self._pending, sure=not self._pending))
                self._blocks[-1].dead = bool(self._pending) and not self._is_called(self._pending)
                self._pending = ""
                words = words[1:]
            elif word in _CLOSING:
                self._close(word)
                words = words[1:] if word == "}" else []
            else:
                return words
        return words

    def _open(self, word: str, words: list[str]) -> list[str]:
        """What stands behind the keyword that opens a block: a question, or the patterns of a `case`."""
        block = _Block(_ENDS[word], asking=word in {"if", "while", "until"}, choosing=word == "case")
        self._blocks.append(block)
        words = _after(words, "in") if block.choosing else words[1:] if block.asking else []
        block.known = _constant(words) if block.asking else None
        if word == "until" and block.known is not None:
            block.known = not block.known
        return words

    def _choose(self, words: list[str]) -> list[str]:
        """What stands behind the patterns of an arm; nothing where they go on in the next part."""
        for at, word in enumerate(words):
            if word.endswith(")"):
                self._blocks[-1].choosing = False
                return words[at + 1 :]
        return []

    def _branch(self, word: str, words: list[str]) -> None:
        """Take in that a question, or what it is asked for, begins."""
        if not self._blocks:
            return
        block = self._blocks[-1]
        # Of several branches one that is known to be taken leaves the others out.
        taken = block.known is True
        block.sure = taken if word in {"then", "do"} else block.known is False if word == "else" else False
        if word == "elif":
            block.asking, block.dead = True, taken
            block.known = True if taken else _constant(words)
        elif word == "else":
            block.dead = taken
        else:
            block.dead = block.dead or (block.asking and block.known is False)
            block.asking = False

    def _close(self, word: str) -> None:
        ends = [block.end for block in self._blocks]
        if word in ends:
            del self._blocks[len(ends) - 1 - ends[::-1].index(word) :]

    def _opens_function(self, words: Sequence[str]) -> bool:
        name = words[1] if words[0] == "function" and len(words) > 1 else words[0]
        found = _FUNCTION.fullmatch(name)
        if found is None and words[0] != "function":
            return False
        name = found[1] if found else name
        if (found and found[2]) or "{" in words[1:3]:
            self._blocks.append(_Block("}", name, dead=not self._is_called(name)))
        else:
            self._pending = name
        return True

    def _is_called(self, name: str) -> bool:
        return self._counts[name] > 1 or self._dispatches

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(name for part in self._parts for word in part.words for name in _NAMES.findall(word))

    @cached_property
    def _dispatches(self) -> bool:
        """Whether the script runs what it is given by name."""
        return any(word.startswith(_GIVEN) for part in self._parts for word in part.words[:1])

    def _ends(self, words: Sequence[str]) -> bool:
        """Whether nothing of the script runs behind a command; where it stands in a function, nothing of that."""
        leaves = words[0] in {"return", *self._enders} or _ends_script(words)
        inner = next((at for at in range(len(self._blocks) - 1, -1, -1) if self._blocks[at].function), -1)
        if not leaves or not all(block.sure for block in self._blocks[inner + 1 :]):
            return False
        if inner < 0:
            return words[0] != "return"
        self._blocks[inner].dead = True
        if words[0] != "return":
            self._enders.add(self._blocks[inner].function)
        return False

    @cached_property
    def _defined(self) -> frozenset[str]:
        """The functions of the script."""
        found = (_FUNCTION.fullmatch(one) for part in self._parts for one in part.words[:1])
        named = (
            part.words[1].removesuffix("()")
            for part in self._parts
            if part.words[:1] == ["function"] and part.words[1:]
        )
        return frozenset(one[1] for one in found if one) | frozenset(named)

    def _set(self, words: Sequence[str]) -> None:
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

    def _is_soft(self, at: int, words: Sequence[str]) -> bool:
        if self._forgiven:
            return True
        if any(block.asking for block in self._blocks):
            return not self._ends_badly(at)
        # A shell never ends with what is turned round, and that it fails where the command does not helps nobody.
        if words[0] == "!" or any(self._is_wasted(block.function) for block in self._blocks):
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
            if words[0] in _ENDS:
                opened.append((_ENDS[words[0]], at))
            elif words[0] == "{" or _FUNCTION.fullmatch(words[0]):
                opened.append(("}", at if words[0] == "{" else -1))
            elif words[0].startswith("(") and not words[0].startswith("(("):
                opened.append((")", at))
            closed = ")" if _closes(words) else words[0]
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
        if end > at and not self._minds_pipes:
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
        return not following.words or following.words[0] in {*_CLOSING, "else", "elif"}

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
            closes = _closes(part.words)
            bare = (word.lstrip("({").rstrip(")" if closes else "") for word in part.words)
            words = [word for word in bare if word not in {"", "}"}]
            ends = closes or "}" in part.words
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
        return max((at for at, part in enumerate(self._parts) if _fails(part.words)), default=-1)

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


def _ends_script(words: Sequence[str]) -> bool:
    """Whether nothing of the script runs behind a command that is come by."""
    if words[0] != "exec":
        return words[0] == "exit"
    to_file = False
    for word in words[1:]:
        found = _REDIRECTS.fullmatch(word)
        if not found and not to_file:
            return True
        to_file = bool(found) and not (found and found[1])
    return False


def _closes(words: Sequence[str]) -> bool:
    """Whether a bracket ends with words that began before them, or with their first one."""
    return bool(words) and words[-1].endswith(")") and _brackets(words) <= -(not words[0].startswith("("))


def _brackets(words: Sequence[str]) -> int:
    return sum(word.count("(") - word.count(")") for word in words)


def _opened(word: str) -> int:
    """How many shells of their own a command's first word opens."""
    begin = word[: len(word) - len(word.lstrip("@-("))]
    return 0 if "((" in begin else begin.count("(")


def _after(words: list[str], word: str) -> list[str]:
    return words[words.index(word) + 1 :] if word in words else []


def _fails(words: Sequence[str]) -> bool:
    """Whether words end a script with a failure."""
    for at, word in enumerate(words):
        if word in {"exit", "return"}:
            return words[at + 1 : at + 2] != ["0"]
    return "false" in words


def _constant(words: Sequence[str]) -> bool | None:
    """What a command comes to whatever happens; None where it depends."""
    if words[:1] in (["true"], [":"]):
        return True
    if words[:1] == ["false"]:
        return False
    compared = _COMPARED.fullmatch(" ".join(words)[:200])
    return None if compared is None else compared[1] == compared[2]
