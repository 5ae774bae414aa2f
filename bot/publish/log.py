r"""The log of a step, and the commands in it that GitHub Actions obeys.

A line of the log that looks like a command is one (`::set-output`, and `##[...]` anywhere in a line), whoever chose its
text. So commands are switched off from the start with a word that nobody can guess, and on only for our own.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (read 2026-11-25)
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, Literal, TypeAlias

from bot.render.escape import clip, escape_log_data, escape_log_property, printable

MAX_COMMANDS: Final = 10
"""GitHub shows ten errors, ten warnings and ten notices of a step."""
_MESSAGE_LENGTH: Final = 4_000

Kind: TypeAlias = Literal["error", "warning", "notice"]


class Log:
    """Writes the log. Text may be anybody's."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._word = secrets.token_hex(16)
        self._left: dict[Kind, int] = dict.fromkeys(("error", "warning", "notice"), MAX_COMMANDS)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Within, no line is a command but those that `command` writes."""
        self._stop()
        try:
            yield
        finally:
            self._resume()

    def line(self, text: str) -> None:
        """Write a line."""
        self._write(printable(text))

    def block(self, text: str) -> None:
        """Write lines as they are: what was rendered for a terminal."""
        self._write(text.rstrip("\n"))

    def command(self, kind: Kind, message: str, *, path: str | None = None, line: int | None = None) -> None:
        """Write a message that GitHub shows with the run; on a line of a file where one is given.

        Past the number that GitHub shows, it is a line of the log.
        """
        text = clip(message, _MESSAGE_LENGTH)
        if not self._left[kind]:
            self.line(f"{kind}: {text}")
            return
        self._left[kind] -= 1
        place = f" file={escape_log_property(path)},line={line or 1}" if path is not None else ""
        self._resume()
        self._write(f"::{kind}{place}::{escape_log_data(text)}")
        self._stop()

    def _stop(self) -> None:
        self._write(f"::stop-commands::{self._word}")

    def _resume(self) -> None:
        self._write(f"::{self._word}::")

    def _write(self, text: str) -> None:
        # The log is read as UTF-8, whatever the locale of the container.
        self._stream.write(text.encode("utf-8", "backslashreplace") + b"\n")
        self._stream.flush()
