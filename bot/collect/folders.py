"""Where gonogo writes: a private scratch folder for one run, and the cache of what engines compiled."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.interrupts import signals_held_back


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where engines keep what they compiled: `$GONOGO_CACHE_DIR`, else the user's cache folder."""
    if own := environment.get("GONOGO_CACHE_DIR"):
        return Path(own)
    users = environment.get("XDG_CACHE_HOME", "")
    return (Path(users) if users.startswith("/") else Path.home() / ".cache") / "gonogo"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A private folder that is gone when the context ends, however it ends."""
    with ExitStack() as stack:
        # A request to end between making it and noting it, or while it is removed, would leave it behind.
        with signals_held_back():
            folder = tempfile.TemporaryDirectory(prefix="gonogo-", ignore_cleanup_errors=True)
            stack.callback(_remove, folder)
        yield Path(folder.name)


def _remove(folder: tempfile.TemporaryDirectory[str]) -> None:
    with signals_held_back():
        folder.cleanup()
