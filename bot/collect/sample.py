"""Makes a small repository out of texts, for the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.collect.git import Git
from bot.settings import Limits

_AUTHOR = "Ada <ada@example.org>"
_FIRST_SECOND = 1_767_225_600  # 2026-01-01, so that each demo has the same commits
_STEP_SECONDS = 3600


@dataclass(frozen=True)
class SampleCommit:
    """One commit: the branch that it is added to, its message, and the files that it sets."""

    branch: str
    message: str
    files: Mapping[str, str]


def make_repository(folder: Path, commits: Sequence[SampleCommit]) -> None:
    """Make a bare repository in a folder that does not exist yet. The first branch is the default one.

    A branch begins where the first branch ends at that point.

    Raises:
        OSError: the folder cannot be made.
        ToolError: git refused.
    """
    git = Git(folder, Limits(), checkout=None, remote=None)
    git.read("fast-import", "--quiet", stdin=b"".join(_stream(commits)))
    git.read("symbolic-ref", "HEAD", f"refs/heads/{commits[0].branch}")


def _stream(commits: Sequence[SampleCommit]) -> list[bytes]:
    """The commits in git's fast-import language: https://git-scm.com/docs/git-fast-import (read 2026-11-25)."""
    main = commits[0].branch
    parts: list[bytes] = []
    begun = {main}
    for number, commit in enumerate(commits):
        parts.append(f"commit refs/heads/{commit.branch}\n".encode())
        parts.append(f"committer {_AUTHOR} {_FIRST_SECOND + number * _STEP_SECONDS} +0000\n".encode())
        parts.append(_data(commit.message))
        if commit.branch not in begun:
            parts.append(f"from refs/heads/{main}\n".encode())
            begun.add(commit.branch)
        for path, content in commit.files.items():
            parts.append(f"M 100644 inline {path}\n".encode() + _data(content))
    return parts


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%b\n" % (len(content), content)
