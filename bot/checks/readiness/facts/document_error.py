"""Why a document cannot be read."""

from __future__ import annotations


class DocumentError(Exception):
    """A document is broken or over a limit; the message never holds its text. `line` is 1-based."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
