"""One thing more that the second process makes, once it has made what else was begun: what takes long and can wait.

Nothing depends on it but time: where it is not made whole, it is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.model import Ahead, Made


class OneMore:
    """A door to a second processor that makes one thing behind all that is asked for through it."""

    def __init__(self, ahead: Ahead, make: Callable[[], object]) -> None:
        self._ahead = ahead
        self._make = make
        self._made: Made | None = None

    def start(self, make: Callable[[int], object], count: int) -> Made:
        """Begin to make things; the thing more has the number that comes last."""
        self._made = self._ahead.start(lambda number: make(number - 1) if number else self._make(), count + 1)
        return _Others(self._made)

    def take(self) -> object:
        """The thing more, once; None where it is not ready: then it never will be."""
        return self._made.take(0) if self._made else None


class _Others:
    def __init__(self, made: Made) -> None:
        self._made = made

    def take(self, number: int) -> object:
        return self._made.take(number + 1)

    def want(self, numbers: Iterable[int]) -> None:
        self._made.want(number + 1 for number in numbers)
