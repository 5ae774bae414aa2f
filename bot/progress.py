"""Tells on stderr what is going on, where somebody watches."""

from __future__ import annotations

import sys
import time
from typing import Final, TextIO

_QUIET_S: Final = 10.0


class Progress:
    """One line that is written over, on a terminal; nothing elsewhere, so that logs stay short."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._started = time.monotonic()

    def step(self, words: str) -> None:
        """Show what happens now, after the seconds since the start."""
        if self._shown:
            self._stream.write(f"\r\x1b[K{time.monotonic() - self._started:5.1f} s  {words}")
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


class Steps:
    """Tells the steps of a long wait: over one line on a terminal; elsewhere one line at a time, and not too often."""

    def __init__(self, progress: Progress, stream: TextIO | None = None) -> None:
        self.progress = progress
        self._stream = stream or sys.stderr
        self._told_at = -_QUIET_S

    def tell(self, words: str) -> None:
        """Say what happens now."""
        self.progress.step(words)
        now = time.monotonic()
        if not self._stream.isatty() and now - self._told_at >= _QUIET_S:
            self._told_at = now
            self._stream.write(f"gonogo: {words}\n")
            self._stream.flush()
