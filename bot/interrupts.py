"""Ctrl-C and SIGTERM end a run in good order: what was started is stopped, and the exit status says which it was."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn


class Interrupted(BaseException):
    """Somebody asked the run to end. Not an `Exception`, so that no handler of errors keeps it.

    Attributes:
        exit_status: 128 and the signal's number, as a shell gives it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_status = 128 + number


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    # A second request must not break what the first one has begun to put in order.
    signal.signal(number, signal.SIG_IGN)
    raise Interrupted(number)


def raise_on_signals() -> None:
    """Turn SIGINT and SIGTERM into `Interrupted`, in the main thread."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
