"""Writes the files of a set-up into the user's checkout, and overwrites nothing without being told to."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

from bot.errors import UsageError


class Wrote(StrEnum):
    """What became of a file."""

    NEW = "written"
    SAME = "is there already, and the same"
    REPLACED = "replaced"
    KEPT = "left as it is"


def write_file(root: Path, name: str, text: str, *, overwrite: bool) -> Wrote:
    """Write a file below the repository's root; ask on a terminal before another content is replaced.

    Args:
        root: the repository's top folder.
        name: path from there.
        text: the whole content.
        overwrite: whether to replace without asking.

    Raises:
        UsageError: it cannot be written there, or a symbolic link leads out of the repository.
    """
    path = root / name
    try:
        if not path.parent.resolve().is_relative_to(root.resolve()) or path.is_symlink():
            raise UsageError(f"{name}: a symbolic link is in the way; write the file by hand")
        there = path.read_bytes() if path.exists() else None
        if there == text.encode():
            return Wrote.SAME
        if there is not None and not overwrite and not ask(f"{name} is there already. Replace it?"):
            return Wrote.KEPT
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    except OSError as error:
        raise UsageError(f"{name}: cannot be written: {error.strerror}") from error
    return Wrote.NEW if there is None else Wrote.REPLACED


def ask(question: str) -> bool:
    """Ask on the terminal; no without one."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
