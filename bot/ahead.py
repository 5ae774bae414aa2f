"""Work that is done ahead of its use, on a second processor: by a process beside a check's own, which ends with it.

What is made lies in memory that both share. The check takes what is ready and makes the rest itself, so that nothing
but time depends on the second process: it may be slow, be killed, or never come to be.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

from bot.model import Made
from bot.settings import MIB

# All that is made, as it lies in memory; what is over that is left to the check.
_ROOM_BYTES = 256 * MIB
_READY = struct.Struct("<IQI")
_RECORDS_AT_ONCE = 4096
# Where there is only one processor after all, what the check does itself goes first.
_NICENESS = 10
_MAX_HANDLES = 1 << 16
# What both processes know of a thing, by its number: nobody made it yet, nobody needs it made, the check waits for it.
_OPEN, _SETTLED, _WANTED = range(3)


class SecondProcess:
    """The `Ahead` of a machine that has more than one processor.

    What was begun before makes nothing more once something else is begun: there is no third processor.
    """

    def __init__(self) -> None:
        self._begun: list[mmap.mmap] = []

    def start(self, make: Callable[[int], object], count: int) -> Made:
        """Begin to make things that have numbers from 0 on: those that are wanted, and the last ones first."""
        if not count or _processors() < 2:  # noqa: PLR2004 - one is the check's own
            return _Nothing()
        for before in self._begun:
            before[:] = bytes([_SETTLED]) * len(before)
        try:
            states, room = mmap.mmap(-1, count), mmap.mmap(-1, _ROOM_BYTES)
            ready, told = os.pipe()
            child = os.fork()
        except OSError:
            # No memory, or no process more: nothing is made ahead.
            return _Nothing()
        if not child:
            with suppress(BaseException):
                # What is there already is never garbage, and to look through it would copy it.
                gc.freeze()
                _close_all_but(told)
                _make_all(make, states, room, told)
            os._exit(0)
        os.close(told)
        os.set_blocking(ready, False)
        self._begun.append(states)
        return _Shared(states, room, ready)


class _Nothing:
    def take(self, number: int) -> None:
        del number

    def want(self, numbers: Iterable[int]) -> None:
        pass


class _Shared:
    """What the other process has made."""

    def __init__(self, states: mmap.mmap, room: mmap.mmap, ready: int) -> None:
        self._states = states
        self._room = room
        self._ready = ready
        self._owner = os.getpid()
        self._places: dict[int, tuple[int, int]] = {}

    def take(self, number: int) -> object:
        # What is told through the pipe is told once: a process that is begun later takes nothing from this one.
        if os.getpid() != self._owner:
            return None
        self._states[number] = _SETTLED
        with suppress(BlockingIOError):
            while records := os.read(self._ready, _RECORDS_AT_ONCE * _READY.size):
                self._places.update({one: (start, length) for one, start, length in _READY.iter_unpack(records)})
        place = self._places.pop(number, None)
        if place is None:
            return None
        made = self._room[place[0] : place[0] + place[1]]
        self._give_back(*place)
        # It comes from a process of this one's own, as what a check's process answers does.
        return pickle.loads(made)  # noqa: S301

    def want(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if self._states[number] == _OPEN:
                self._states[number] = _WANTED

    def _give_back(self, start: int, length: int) -> None:
        """Free the memory pages that hold nothing else, where the system can."""
        first, last = -(-start // mmap.PAGESIZE), (start + length) // mmap.PAGESIZE
        with suppress(OSError):
            self._room.madvise(mmap.MADV_REMOVE, first * mmap.PAGESIZE, max(0, last - first) * mmap.PAGESIZE)


def _make_all(make: Callable[[int], object], states: mmap.mmap, room: mmap.mmap, told: int) -> None:
    """The life of the second process."""
    os.nice(_NICENESS)
    position = 0
    while (number := _next(states)) >= 0:
        states[number] = _SETTLED
        made = pickle.dumps(make(number), pickle.HIGHEST_PROTOCOL)
        if position + len(made) > len(room):
            return
        room[position : position + len(made)] = made
        # A record is shorter than what a pipe takes in one piece; where nobody reads on, this waits.
        os.write(told, _READY.pack(number, position, len(made)))
        position += len(made)


def _next(states: mmap.mmap) -> int:
    """The number of what to make next; below zero where nothing is left."""
    return next((at for one in (_WANTED, _OPEN) if (at := states.rfind(bytes([one]))) >= 0), -1)


def _close_all_but(kept: int) -> None:
    """Close what the check has open: whoever waits for its end would wait for this process too."""
    os.closerange(3, kept)
    os.closerange(kept + 1, _MAX_HANDLES)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
