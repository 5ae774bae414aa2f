"""The merge base and the commits of a range, and what a shallow clone lacks of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from bot.collect.git import Git
from bot.errors import ChangeError, ToolError
from bot.model import Unknown

# Commits to ask for, one try after the other, until the range is whole; the last try asks for all.
_DEPTHS = ("--depth=50", "--depth=1000", "--unshallow")
_REMEDY = "fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout"


@dataclass(frozen=True)
class Range:
    """What lies between base and head.

    Attributes:
        merge_base: the best common ancestor; None where too little of the history is here to know.
        commits: ids, oldest first.
        gaps: why the range is not whole, if it is not.
    """

    merge_base: str | None
    commits: tuple[str, ...] = ()
    gaps: tuple[Unknown, ...] = ()


def find_range(git: Git, base: str, head: str, *, max_commits: int) -> Range:
    """Find the range; fetch what it lacks where a remote is given.

    Raises:
        ChangeError: the two histories are whole and have nothing in common.
    """
    _complete(git, base, head)
    if absent := [name for name in (base, head) if not _has_commit(git, name)]:
        reason = f"the commit {absent[0][:12]} is not in this clone"
        return Range(None, gaps=(Unknown(reason=reason, settle=_REMEDY),))
    cut = _cut_commits(git, base, head)
    merge_base = _merge_base(git, base, head)
    if merge_base is None and not cut:
        raise ChangeError(f"{base[:12]} and {head[:12]} have no common history, so there is no change to look at")
    if merge_base is None or cut:
        reason = "this clone is shallow: the history between base and head is cut off"
        return Range(None, gaps=(Unknown(reason=reason, settle=_REMEDY),))
    return _whole_range(git, base, head, merge_base, max_commits)


def _whole_range(git: Git, base: str, head: str, merge_base: str, max_commits: int) -> Range:
    output = git.read("rev-list", "--topo-order", f"--max-count={max_commits + 1}", head, f"^{base}", "--")
    commits = output.decode().split()
    gaps: tuple[Unknown, ...] = ()
    if len(commits) > max_commits:
        reason = f"the change has more than {max_commits:,} commits; only the newest were read"
        gaps = (Unknown(reason=reason, settle="raise `max-commits`, or split the change"),)
    return Range(merge_base, tuple(reversed(commits[:max_commits])), gaps)


def _has_commit(git: Git, name: str) -> bool:
    return git.run("cat-file", "-e", f"{name}^{{tree}}").returncode == 0


def _merge_base(git: Git, base: str, head: str) -> str | None:
    ended = git.run("merge-base", base, head)
    return ended.stdout.decode().strip() or None if ended.returncode == 0 else None


def _cut_commits(git: Git, base: str, head: str) -> frozenset[str]:
    """The commits on one side alone whose parents are cut off: behind one of them a better merge base may hide."""
    if not git.shallow:
        return frozenset()
    output = git.read("rev-list", "--left-right", f"{base}...{head}", "--")
    return git.shallow & {line[1:] for line in output.decode().split()}


def _is_whole(git: Git, base: str, head: str) -> bool:
    if not (_has_commit(git, base) and _has_commit(git, head)):
        return False
    # Without a cut, a missing merge base is an answer: the histories are unrelated.
    return not _cut_commits(git, base, head)


def _complete(git: Git, base: str, head: str) -> None:
    if git.remote is None:
        return
    for depth in _DEPTHS:
        if _is_whole(git, base, head):
            return
        # What could not be fetched shows as a gap.
        with suppress(ToolError):
            git.fetch([base, head], depth)
