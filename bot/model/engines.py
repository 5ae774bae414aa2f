"""The door to the engines, which run in folders of their own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Completed:
    """How an engine ended. The outputs may hold secrets: they go to no log and no exception."""

    returncode: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)


class Workspace(Protocol):
    """A fresh private folder in which one engine runs; it is gone when the context ends."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file under a relative name of gonogo's own making (never one of the change's)."""
        ...

    def read(self, name: str, *, max_bytes: int) -> bytes:
        """The content of a file that the engine wrote.

        Raises:
            ToolError: it is not there, is no regular file, or is larger than `max_bytes`.
        """
        ...

    def run(self, tool: str, *args: str, timeout_s: float, max_memory_bytes: int, stdin: bytes = b"") -> Completed:
        """Run an installed engine with the folder as its working directory and an empty environment.

        Raises:
            ToolError: it could not be started, was killed, or did not end in time.
        """
        ...


class Tools(Protocol):
    """The door to installed engines."""

    def workspace(self) -> AbstractContextManager[Workspace]:
        """A fresh private folder."""
        ...
