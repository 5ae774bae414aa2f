"""The action in a process that has read gonogo's code before: imports would be half of what a test takes."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.cli import main

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["tests.action.warm", "bot.action", "bot.publish.session", "bot.render.markdown", "yaml"]
)


def run_action(environment: Mapping[str, str], folder: Path, log: Path, timeout_s: float) -> int:
    """Run `gonogo action` in a folder and an environment, both streams into the log.

    Returns:
        Its exit status.

    Raises:
        TimeoutError: it did not end in time; it is killed.
    """
    process = _CONTEXT.Process(target=_act, args=(dict(environment), str(folder), str(log)))
    process.start()
    process.join(timeout_s)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"the action did not end within {timeout_s:g} s")
    return process.exitcode


def _act(environment: Mapping[str, str], folder: str, log: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(target, stream)
    sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115 - for all of the process
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.exit(main(["action"]))
