"""Runs a few waiting jobs at a time, until all have ended or time is up."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def run_side_by_side(jobs: Sequence[Callable[[], _T]], *, threads: int, until: float) -> list[_T | None]:
    """The results in the order of the jobs, None for a job that has not ended by `until` (of `time.monotonic`).

    A server can hold a reader longer than any time-out of a socket, a byte at a time: such a thread is left behind,
    and being a daemon it keeps no process alive. A job must not raise.
    """
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    ended: queue.SimpleQueue[tuple[int, _T]] = queue.SimpleQueue()
    for number in range(len(jobs)):
        todo.put(number)

    def work() -> None:
        while time.monotonic() < until:
            try:
                number = todo.get_nowait()
            except queue.Empty:
                return
            ended.put((number, jobs[number]()))

    for _ in range(min(threads, len(jobs))):
        threading.Thread(target=work, daemon=True).start()
    results: list[_T | None] = [None] * len(jobs)
    for _ in jobs:
        try:
            number, result = ended.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        results[number] = result
    return results
