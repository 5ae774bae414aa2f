"""What of a shell script's commands may run.

Rule: after an `exit` or an `exec` that is come by whatever happens, behind a condition that is never met, and in a
function that nobody calls, nothing runs; what a script defines itself stands for what it is called by.
Source: https://www.gnu.org/software/bash/manual/bash.html#Shell-Commands (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.checks.readiness.facts.workflows.failures import Failures
from bot.checks.readiness.facts.workflows.parts import CLOSING, ENDS, FUNCTION, Manner, Part, brackets


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


_COMPARED = re.compile(r"(?:\[{1,2}|test) ([^\s$]*) (?:==?|-eq) ([^\s$\]]*)(?: \]{1,2})?")
_NAMES = re.compile(r"[\w:.-]+")
_GIVEN = ("$@", "$*", "$1", "${@", "${1")
_ARM_ENDS = frozenset({";;", ";&", ";;&"})
# An `exec` of redirections alone goes on with the script.
_REDIRECTS = re.compile(r"(?:\d{0,3}|\{\w+\})(?:[<>]{1,2}|>\||&>)(.*)", re.DOTALL)


class Flow:
    """One script, read once from its first part to its last."""

    def __init__(self, parts: Sequence[Part], manner: Manner) -> None:
        self._parts = parts
        self._manner = manner
        self._failures = Failures(parts, manner, self._counts)
        self._blocks: list[_Block] = []
        self._pending = ""
        self._status: bool | None = None
        # Brackets that are open: what ends within them ends no more than a shell of its own.
        self._depth = 0
        self._enders: set[str] = set()
        # Whether what is read next is come by whatever the command before it comes to.
        self._alone = True

    def run(self) -> Iterator[ShellCommand]:
        """Yield the commands that may run."""
        sign, ended = "\n", -1
        for at, part in enumerate(self._parts):
            depth, self._depth = self._depth, max(0, self._depth + brackets(part.words))
            if sign not in {"&&", "||"}:
                self._status = None
            self._alone = sign in {"\n", ";", ";;", "&"} or self._status is {"&&": True, "||": False}.get(sign, ...)
            words = self._enter(list(part.words))
            skipped = self._status is {"&&": False, "||": True}.get(sign, ...)
            if words and not skipped:
                self._status = _constant(words)
            if part.sign in _ARM_ENDS and self._blocks and self._blocks[-1].end == "esac":
                self._blocks[-1].choosing = True
            sign = part.sign
            if not words or skipped or ended == part.line or any(block.dead for block in self._blocks):
                continue
            self._failures.take_in(words)
            if words[0] not in self._defined:
                yield ShellCommand(words, part.line, self._is_soft(at, words), depth, _opened(words[0]))
            if self._alone and depth == self._depth == 0 and self._ends(words):
                if self._manner is not Manner.LINES:
                    return
                ended = part.line

    def _is_soft(self, at: int, words: Sequence[str]) -> bool:
        asked = any(block.asking for block in self._blocks)
        return self._failures.is_soft(at, words, (block.function for block in self._blocks), asked=asked)

    def _enter(self, words: list[str]) -> list[str]:
        """What is left of words without the keywords that they begin with."""
        while words:
            word = words[0]
            if self._blocks and self._blocks[-1].choosing and word != "esac":
                words = self._choose(words)
            elif self._opens_function(words):
                words = words[2:] if word == "function" or words[1:2] == ["{"] else words[1:]
                words = words[1:] if words[:1] == ["{"] else words
            elif word in ENDS:
                words = self._open(word, words)
            elif word in {"elif", "then", "do", "else"}:
                words = words[1:]
                self._branch(word, words)
            elif word == "{":
                self._blocks.append(_Block("}", self._pending, sure=self._alone and not self._pending))
                self._blocks[-1].dead = bool(self._pending) and not self._is_called(self._pending)
                self._pending = ""
                words = words[1:]
            elif word in CLOSING:
                self._close(word)
                words = words[1:] if word == "}" else []
            else:
                return words
        return words

    def _open(self, word: str, words: list[str]) -> list[str]:
        """What stands behind the keyword that opens a block: a question, or the patterns of a `case`."""
        block = _Block(ENDS[word], asking=word in {"if", "while", "until"}, choosing=word == "case")
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
        found = FUNCTION.fullmatch(name)
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
        found = (FUNCTION.fullmatch(one) for part in self._parts for one in part.words[:1])
        named = (
            part.words[1].removesuffix("()")
            for part in self._parts
            if part.words[:1] == ["function"] and part.words[1:]
        )
        return frozenset(one[1] for one in found if one) | frozenset(named)


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


def _opened(word: str) -> int:
    """How many shells of their own a command's first word opens."""
    begin = word[: len(word) - len(word.lstrip("@-("))]
    return 0 if "((" in begin else begin.count("(")


def _after(words: list[str], word: str) -> list[str]:
    return words[words.index(word) + 1 :] if word in words else []


def _constant(words: Sequence[str]) -> bool | None:
    """What a command comes to whatever happens; None where it depends."""
    if words[:1] in (["true"], [":"]):
        return True
    if words[:1] == ["false"]:
        return False
    compared = _COMPARED.fullmatch(" ".join(words)[:200])
    return None if compared is None else compared[1] == compared[2]
