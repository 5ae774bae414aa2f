"""Items judged from both ends of the list: here from the first one on, and on a second processor from the last one on.

The first items find the facts that most others rest on, with the help of what is parsed beside; behind those there is
work for two. The head comes first, then, of a change, its merge base. Who judges an item changes nothing but time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeGuard

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.files import Reads
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.model import Ahead, Made

# In so many files a second processor saves more than it costs to start.
_WORTH_FILES = 1_000
# Of so few items each is judged as soon as it is asked for.
_WORTH_ITEMS = 16
# One item of so many is judged before the others are shared out.
_ALONE = 12

Answer: TypeAlias = tuple[Judged, Reads]


@dataclass(frozen=True)
class Base:
    """The merge base of a change: how it is looked at, and the paths of what is changed on either side."""

    look: Callable[[], Look]
    changed: AbstractSet[str]


class BothEnds:
    """What rules say of a head and its base, item by item, and what that rests on."""

    def __init__(
        self, head: Look, base: Base | None, asks: Mapping[str, Ask], judge: Callable[[Look, Ask], Answer]
    ) -> None:
        self._head = head
        self._base = base
        self._asks = list(asks.values())
        self._numbers = {item_id: number for number, item_id in enumerate(asks)}
        self._judge = judge
        # What is made beside is made by number, the last one first: the bases stand before the heads.
        self._first_head = len(asks) if base else 0
        self._made: Made | None = None

    def heads(self, ahead: Ahead | None) -> Mapping[str, Answer]:
        """What is said of the head for each item, and what that may rest on."""
        worth = len(self._asks) >= _WORTH_ITEMS and self._head.files.count >= _WORTH_FILES
        with self._head.files.recording() as everything:
            found: dict[str, Answer] = {}
            for item_id, number in self._numbers.items():
                if ahead and worth and number == len(self._asks) // _ALONE and not self._head.files.flawed:
                    self._begin(ahead, everything)
                found[item_id] = self._head_of(number)
        # A fact reads on as it is used, for whichever rule is the first to: what one read, each may rest on.
        return {
            item_id: (judged, replace(everything if reads.facts else reads, ended_early=reads.ended_early))
            for item_id, (judged, reads) in found.items()
        }

    def base(self, item_id: str) -> Answer:
        """What is said of the merge base, and which of the changed files that looked at."""
        number = self._numbers[item_id]
        return self._taken(number) or self._of_base(number)

    def _begin(self, ahead: Ahead, everything: Reads) -> None:
        # Nobody parses beside any more: all that is left there is to judge.
        self._head.ahead = None
        known = everything.beyond(Reads())

        def make(number: int) -> Answer | None:
            if number < self._first_head:
                return self._of_base(number)
            judged, reads = self._judge(self._head, self._asks[number - self._first_head])
            # Of what is broken the first item hears that looks at it: in another order that is another one.
            return None if self._head.files.flawed else (judged, reads.beyond(known if reads.facts else Reads()))

        self._made = ahead.start(make, self._first_head + len(self._asks))

    def _head_of(self, number: int) -> Answer:
        made = self._taken(self._first_head + number)
        if made is None:
            return self._judge(self._head, self._asks[number])
        self._head.files.note(made[1])
        return made

    def _of_base(self, number: int) -> Answer:
        if self._base is None:  # never: of an audit nobody asks for it
            raise LookupError(number)
        judged, reads = self._judge(self._base.look(), self._asks[number])
        return judged, Reads(paths=reads.paths & self._base.changed, ended_early=reads.ended_early)

    def _taken(self, number: int) -> Answer | None:
        made = self._made.take(number) if self._made else None
        # What ended early beside may come to its end here: what it had for its work was not the same.
        return made if _is_answer(made) and not made[1].ended_early else None


def _is_answer(made: object) -> TypeGuard[Answer]:
    return isinstance(made, tuple)
