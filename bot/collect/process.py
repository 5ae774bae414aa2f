"""Runs one child process within limits of time, memory and output."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_CHUNK_BYTES = 1 << 16
_STDERR_TAIL_BYTES = 4096


@dataclass(frozen=True)
class Bounds:
    """What a child may use: seconds of wall time, bytes of address space, bytes of output."""

    timeout_s: float
    max_memory_bytes: int
    max_output_bytes: int


@dataclass(frozen=True)
class Ended:
    """How a child ended.

    Attributes:
        returncode: negative for the number of the signal that ended it.
        cut: the output was longer than its bound; the child was killed and `stdout` is what came before.
        timed_out: the child was killed because its time was up.
        stderr: the last few kilobytes.
    """

    returncode: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    cut: bool = False
    timed_out: bool = False


def run_bounded(
    argv: Sequence[str], *, environment: Mapping[str, str], folder: Path, bounds: Bounds, stdin: bytes = b""
) -> Ended:
    """Run a program to its end, or to the first of its bounds.

    The child leads a process group of its own; the whole group is killed at a bound, and when this function is left
    by an exception.

    Raises:
        OSError: the program could not be started.
    """
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(  # noqa: S603 - argv is gonogo's own; names from outside stand behind `--end-of-options`
            argv,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=dict(environment),
            process_group=0,
        )
        try:
            limit_memory(child.pid, bounds.max_memory_bytes)
            stdout, cut, timed_out = _attend(child, stdin, bounds)
        finally:
            kill_group(child)
            child.wait()
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - _STDERR_TAIL_BYTES))
        return Ended(child.returncode, stdout, errors.read(), cut, timed_out)


def _attend(child: subprocess.Popen[bytes], stdin: bytes, bounds: Bounds) -> tuple[bytes, bool, bool]:
    late = threading.Event()

    def stop() -> None:
        late.set()
        kill_group(child)

    timer = threading.Timer(bounds.timeout_s, stop)
    # An interruption may come before the next lines can: Python must not wait for the timer before it ends.
    timer.daemon = True
    writer = threading.Thread(target=_feed, args=(child, stdin), daemon=True)
    timer.start()
    writer.start()
    try:
        stdout, cut = _read_up_to(child, bounds.max_output_bytes)
        if not cut:
            child.wait()
        return stdout, cut, late.is_set()
    finally:
        timer.cancel()
        kill_group(child)
        timer.join()
        writer.join()


def _feed(child: subprocess.Popen[bytes], stdin: bytes) -> None:
    if child.stdin is None:
        return
    # The child may end without reading all of its input.
    with suppress(BrokenPipeError, ConnectionResetError), child.stdin as pipe:
        pipe.write(stdin)


def _read_up_to(child: subprocess.Popen[bytes], max_bytes: int) -> tuple[bytes, bool]:
    output = bytearray()
    if child.stdout is None:  # never: a pipe was asked for
        return b"", False
    with child.stdout as pipe:
        while chunk := os.read(pipe.fileno(), _CHUNK_BYTES):
            output += chunk
            if len(output) > max_bytes:
                return bytes(output[:max_bytes]), True
    return bytes(output), False


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill a child and all that it started; quiet when it has ended."""
    if child.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def limit_memory(pid: int, max_bytes: int) -> None:
    """Bound a running child's address space, where the system can do that from outside (Linux)."""
    if sys.platform == "linux":
        import resource

        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_AS, (max_bytes, max_bytes))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
