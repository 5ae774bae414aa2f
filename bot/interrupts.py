"""Ctrl-C and SIGTERM end a run in good order: what was started is stopped, and the exit status says which it was."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_AGAIN_S = 0.01

_requested: list[int] = []


class Interrupted(BaseException):
    """Somebody asked the run to end. Not an `Exception`, so that no handler of errors keeps it.

    Attributes:
        exit_status: 128 and the signal's number, as a shell gives it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_status = 128 + number

    def tell(self) -> int:
        """Say on stderr that the run was interrupted; return the exit status."""
        sys.stderr.write(f"gonogo: interrupted by {self}\n")
        return self.exit_status


def raise_on_signals() -> None:
    """Turn SIGINT and SIGTERM into `Interrupted`, in the main thread."""
    _requested.clear()
    sys.unraisablehook = _raise_again
    signal.signal(signal.SIGALRM, _interrupt_again)
    for number in _SIGNALS:
        signal.signal(number, _interrupt)


@contextmanager
def signals_held_back() -> Iterator[None]:
    """Within, no signal interrupts: what is begun and noted belongs together. Each comes when the context ends."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_on_signals() -> None:
    """In a process that was made while signals were held back: let each end it at once."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


@contextmanager
def errors_of_interruption() -> Iterator[None]:
    """Within, an error after a request to end is that request: a library may have made it of the interruption."""
    try:
        yield
    except Exception as error:
        if _requested:
            raise Interrupted(_requested[0]) from error
        raise


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    # A second request must not break what the first one has begun to put in order.
    signal.signal(number, signal.SIG_IGN)
    _requested.append(number)
    raise Interrupted(number)


def _interrupt_again(_: int, __: FrameType | None) -> None:
    if _requested:
        raise Interrupted(_requested[0])


def _raise_again(lost: UnraisableHookArgs) -> None:
    """Python drops what is raised while it calls a finalizer or forks; a request to end must not be lost there."""
    if isinstance(lost.exc_value, Interrupted):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
    else:
        sys.__unraisablehook__(lost)
