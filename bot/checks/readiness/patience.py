"""A limit of processor time for one rule: what takes longer is ended, and the rest of the list is judged.

A policy's author may write a regular expression of any cost, and a change may hold text that makes one cost. Python
looks for signals also while it matches (https://docs.python.org/3/library/signal.html, read 2026-11-30).
Out of sight: systems without timers of processor time, and threads, where the time of the whole check is the limit.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(Exception):  # noqa: N818 - no failure of the code, but its end
    """A rule used the processor time that it may."""


@contextmanager
def limited(limit_s: float) -> Iterator[bool]:
    """Within, raise `TookTooLong` once so much processor time is used; the value is whether this sets the limit.

    A limit within another one sets none.
    """
    here = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not here or signal.getitimer(signal.ITIMER_PROF)[0]:
        yield False
        return
    before = signal.signal(signal.SIGPROF, _stop)
    # Python drops what is raised within a finalizer; then it comes again.
    signal.setitimer(signal.ITIMER_PROF, limit_s, 1.0)
    try:
        yield True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TookTooLong
