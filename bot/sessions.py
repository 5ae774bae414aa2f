"""Ends a session: the process that leads it, and all that was started in it, in whatever process groups.

A check's process leads a session; each engine that it runs has a process group of its own there.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")
_TRIES, _PAUSE_S = 200, 0.01


def kill_session(leader: int) -> None:
    """Kill the leader's process group, and on Linux every other process of its session; return when those are gone.

    The leader may take its time to end: whoever started it joins it.
    """
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for _ in range(_TRIES):
        members = [member for member in _members(leader) if member != leader]
        for member in members:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(member, signal.SIGKILL)
        if not members:
            break
        time.sleep(_PAUSE_S)


def _members(session: int) -> Iterator[int]:
    """The processes of a session that have not ended. Source: proc_pid_stat(5)."""
    for entry in _PROCESSES.iterdir() if _PROCESSES.is_dir() else ():
        if not entry.name.isdecimal():
            continue
        try:
            # The program's name, in parentheses, may hold anything.
            state, _, _, own = (entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if own == str(session) and state not in {"Z", "X"}:
            yield int(entry.name)
