"""Work that is done ahead of its use, on a second processor: by a process beside a check's own, which ends with it.

What is made lies in memory that both share. The check takes what is ready and makes the rest itself, so that nothing
but time depends on the second process: it may be slow, be killed, or never come to be.
"""

from __future__ import annotations

import mmap
import os
import pickle
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

from bot.settings import MIB

# All that is made, as it lies in memory; what is over that is left to the check.
_ROOM_BYTES = 256 * MIB
_READY = struct.Struct("<IQI")
_RECORDS_AT_ONCE = 4096
# Where there is only one processor after all, what the check does itself goes first.
_NICENESS = 10
_MAX_HANDLES = 1 << 16


class SecondProcess:
    """The `Ahead` of a machine that has more than one processor."""

    def start(self, make: Callable[[int], object], count: int) -> Callable[[int], object]:
        """Begin to make things that have numbers from 0 on, the last one first; what comes back takes one.

        It gives None for what is not made yet, and that is no longer made then.
        """
        if not count or _processors() < 2:  # noqa: PLR2004 - one is the check's own
            return _nothing
        try:
            taken, room = mmap.mmap(-1, count), mmap.mmap(-1, _ROOM_BYTES)
            ready, told = os.pipe()
            child = os.fork()
        except OSError:
            # No memory, or no process more: nothing is made ahead.
            return _nothing
        if not child:
            with suppress(BaseException):
                _close_all_but(told)
                _make_all(make, taken, room, told)
            os._exit(0)
        os.close(told)
        os.set_blocking(ready, False)
        return _Made(taken, room, ready).take


def _nothing(_: int) -> object:
    return None


class _Made:
    """What the other process has made."""

    def __init__(self, taken: mmap.mmap, room: mmap.mmap, ready: int) -> None:
        self._taken = taken
        self._room = room
        self._ready = ready
        self._places: dict[int, tuple[int, int]] = {}

    def take(self, number: int) -> object:
        self._taken[number] = 1
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

    def _give_back(self, start: int, length: int) -> None:
        """Free the memory pages that hold nothing else, where the system can."""
        first, last = -(-start // mmap.PAGESIZE), (start + length) // mmap.PAGESIZE
        with suppress(OSError):
            self._room.madvise(mmap.MADV_REMOVE, first * mmap.PAGESIZE, max(0, last - first) * mmap.PAGESIZE)


def _make_all(make: Callable[[int], object], taken: mmap.mmap, room: mmap.mmap, told: int) -> None:
    """The life of the second process."""
    os.nice(_NICENESS)
    position = 0
    for number in reversed(range(len(taken))):
        if taken[number]:
            continue
        made = pickle.dumps(make(number), pickle.HIGHEST_PROTOCOL)
        if position + len(made) > len(room):
            return
        room[position : position + len(made)] = made
        # A record is shorter than what a pipe takes in one piece; where nobody reads on, this waits.
        os.write(told, _READY.pack(number, position, len(made)))
        position += len(made)


def _close_all_but(kept: int) -> None:
    """Close what the check has open: whoever waits for its end would wait for this process too."""
    os.closerange(3, kept)
    os.closerange(kept + 1, _MAX_HANDLES)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
