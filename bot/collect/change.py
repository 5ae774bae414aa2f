"""From a repository and two revisions to a `Change`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.collect.diff import TreeDiff, find_commit_files
from bot.collect.git import Checkout, Git, Remote, is_object_id
from bot.collect.history import Range, find_range
from bot.collect.objects import ObjectReader
from bot.collect.tree import GitTree
from bot.errors import ChangeError, ToolError
from bot.model import Change, ChangedFile, Commit, CommitFile, Mode, Unknown
from bot.settings import Limits

_NAMED_GAPS = 20
_FOUND = "refs/gonogo/found"


@dataclass(frozen=True)
class Revision:
    """A commit, and the name under which the user knows it."""

    commit: str
    name: str


class Repository:
    """Where a change is read from: a checkout, a remote, or both.

    Args:
        folder: a folder inside the checkout; None where there is none.
        scratch: an empty private folder; what is written into it is the caller's to remove.
        remote: where missing objects may be fetched.

    Raises:
        ChangeError: the folder is in no repository that git can read.
    """

    def __init__(self, folder: Path | None, *, scratch: Path, limits: Limits, remote: Remote | None = None) -> None:
        self._limits = limits
        self.checkout = Checkout(folder, limits) if folder else None
        self._git = Git(scratch / "objects.git", limits, self.checkout, remote)
        self._objects = ObjectReader(self._git, limits)
        self._trees: dict[str, GitTree] = {}  # a listing is read once, whoever asks for the tree

    def resolve(self, revision: str) -> Revision:
        """What a revision's name stands for. A full object id that is not here stands for itself.

        Raises:
            ChangeError: nothing is known under that name.
        """
        commit = self.checkout.resolve(revision) if self.checkout else None
        if commit is None and is_object_id(revision) and self._may_be_elsewhere():
            commit = revision
        if commit is None:
            raise ChangeError(f"unknown revision {_quoted(revision)}: no branch, tag or commit here has that name")
        return Revision(commit, revision)

    def resolve_default_base(self) -> Revision:
        """The tip of the default branch, as the repository knows it.

        Raises:
            ChangeError: the repository knows none.
        """
        if self._default_base is None:
            raise ChangeError("the default branch is not known here; name the base with --base")
        return self._default_base

    @cached_property
    def _default_base(self) -> Revision | None:
        ref = self.checkout.default_branch if self.checkout else None
        commit = self.checkout.resolve(ref) if self.checkout and ref else None
        return (
            Revision(commit, ref.removeprefix("refs/remotes/").removeprefix("refs/heads/")) if ref and commit else None
        )

    def default_branch(self) -> Revision | None:
        """The tip of the default branch under its short name, or None where the repository knows none."""
        base = self._default_base
        return Revision(base.commit, base.name.removeprefix("origin/")) if base else None

    def tree(self, commit: str) -> GitTree:
        """The tree of a commit; it is fetched when it is not here and may be."""
        return self._trees.setdefault(commit, GitTree(commit, self._git, self._objects, self._limits))

    @property
    def name(self) -> str:
        """The checkout's folder name; empty where there is none."""
        return self.checkout.root.name.removesuffix(".git") if self.checkout else ""

    def branch_name(self, revision: str) -> str | None:
        """The short name of the branch that a revision's name stands for, or None where it is no branch."""
        return self.checkout.branch_name(revision) if self.checkout else None

    def has(self, commit: str) -> bool:
        """Whether a commit is here."""
        return not self._objects.missing([commit])

    def fetch(self, commit: str) -> None:
        """Fetch one commit with its trees, if it is not here.

        Raises:
            ToolError: it is not here and could not be fetched.
        """
        if not self.has(commit):
            self._git.fetch([commit], "--depth=1")

    def distance(self, old: str, new: str) -> int | None:
        """How many commits lead from one commit to a later one; None where the first is no ancestor that is here."""
        if not (self.has(old) and self.has(new)) or self._git.run("merge-base", "--is-ancestor", old, new).returncode:
            return None
        return int(self._git.read("rev-list", "--count", f"{old}..{new}", "--"))

    def ancestors(self, commit: str, most: int) -> list[str]:
        """A commit and those before it on its branch (first parents), newest first, as far as they are here."""
        if self._git.shallow and self._git.remote is not None:
            # Without a longer history, fewer are found.
            with suppress(ToolError):
                self._git.fetch([commit], f"--depth={most}")
        names = self._git.read("rev-list", "--first-parent", f"--max-count={most}", commit, "--")
        return names.decode().split()

    def find_ref(self, ref: str) -> str | None:
        """The commit that a full ref name stands for, in the checkout or else at the remote, where there is one."""
        here = self.checkout.resolve(ref) if self.checkout else None
        if here is not None or self._git.remote is None:
            return here
        with suppress(ToolError):
            self._git.fetch([f"+{ref}:{_FOUND}"], "--depth=1")
            commit = self._git.read("rev-parse", "--verify", _FOUND).decode().strip()
            # To a server a ref means that all it reaches is here, and no content would be sent.
            self._git.read("update-ref", "-d", _FOUND)
            return commit
        return None

    def parents(self, commit: str) -> tuple[str, ...]:
        """A commit's parents; none where it is not here."""
        ended = self._git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^@")
        return tuple(ended.stdout.decode().split()) if self.has(commit) and not ended.returncode else ()

    def differences(self, old: str, new: str) -> list[ChangedFile]:
        """How files differ between two commits that are here.

        Raises:
            ToolError: git could not compare them.
        """
        return TreeDiff(self._git, self._objects, self._limits, old=old, new=new).find_files()

    def change(self, base: str, head: str) -> Change:
        """Read what head adds to base. Both are commit ids.

        Raises:
            ChangeError: head is not here, or the two have no common history.
        """
        span = find_range(self._git, base, head, max_commits=self._limits.max_commits)
        if not self.has(head):
            raise ChangeError(f"the commit {head} is not in this clone; fetch it, or name another with --head")
        if span.merge_base is None:
            return self._unreadable(base, head, span.gaps)
        try:
            return self._read(base, head, span.merge_base, span)
        except ToolError as error:
            return self._unreadable(base, head, [_as_gap(error)])

    def audit(self, head: str) -> Change:
        """A revision by itself, with nothing that it is compared with.

        Raises:
            ChangeError: it is not here.
        """
        if not self.has(head):
            raise ChangeError(f"the commit {head} is not in this clone; fetch it, or name another with --head")
        tree = self.tree(head)
        return Change(
            base=tree, merge_base=tree, head=tree, commits=(), files=(), blobs=self._objects, gaps=(), audit=True
        )

    def close(self) -> None:
        """End the open processes of git."""
        self._objects.close()

    def _may_be_elsewhere(self) -> bool:
        return self._git.remote is not None or self.checkout is None or bool(self.checkout.shallow)

    def _unreadable(self, base: str, head: str, gaps: Iterable[Unknown]) -> Change:
        return Change(
            base=self.tree(base),
            merge_base=self.tree(base),
            head=self.tree(head),
            commits=(),
            files=(),
            blobs=self._objects,
            gaps=tuple(gaps),
            readable=False,
        )

    def _read(self, base: str, head: str, merge_base: str, span: Range) -> Change:
        files = TreeDiff(self._git, self._objects, self._limits, old=merge_base, new=head).find_files()
        commits = self._commits(span.commits)
        gaps = [*span.gaps, *_gaps_of_count(files, self._limits.max_files)]
        self._objects.ensure(_wanted_blobs(commits))
        return Change(
            base=self.tree(base),
            merge_base=self.tree(merge_base),
            head=self.tree(head),
            commits=commits,
            files=files,
            blobs=self._objects,
            gaps=gaps,
        )

    def _commits(self, names: Sequence[str]) -> list[Commit]:
        diffs = find_commit_files(self._git, names)
        objects = self._objects.commits(names)
        return [_parse_commit(name, raw, diff.files) for name, raw, diff in zip(names, objects, diffs, strict=True)]


def _parse_commit(name: str, raw: bytes, files: Sequence[CommitFile]) -> Commit:
    head, _, message = raw.partition(b"\n\n")
    parents = [line[7:].decode() for line in head.split(b"\n") if line.startswith(b"parent ")]
    author = next((line[7:] for line in head.split(b"\n") if line.startswith(b"author ")), b"")
    # After the address come the second and the time zone.
    author = author[: author.rfind(b">") + 1]
    return Commit(name, parents, message.decode("utf-8", "replace"), files, author.decode("utf-8", "replace"))


def _wanted_blobs(commits: Iterable[Commit]) -> list[str]:
    files = [file for commit in commits for file in commit.files if file.mode is not Mode.SUBMODULE]
    return [oid for file in files for oid in (file.oid, *file.parent_oids) if oid is not None]


def _gaps_of_count(files: Sequence[ChangedFile], most: int) -> list[Unknown]:
    beyond = files[most:]
    settle = "raise `max-files`, or split the change"
    gaps = [
        Unknown(reason=f"one of more than {most:,} changed files", settle=settle, path=file.path)
        for file in beyond[:_NAMED_GAPS]
    ]
    if len(beyond) > _NAMED_GAPS:
        gaps.append(Unknown(reason=f"{len(beyond) - _NAMED_GAPS:,} further files are past {most:,}", settle=settle))
    return gaps


def _as_gap(error: ToolError) -> Unknown:
    return Unknown(reason=f"the change could not be read: {error}", settle="fetch the whole history (`fetch-depth: 0`)")


def _quoted(text: str) -> str:
    return repr(os.fsencode(text).decode("utf-8", "backslashreplace"))
