"""Contents by object id, through one `git cat-file` that is kept open.

`bench/objects.py` measures this against pygit2, which takes one to two times as long for 2,000 files of a packed
repository, and git reads what libgit2 does not: SHA-256 repositories, partial clones, whatever git learns next.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from bot.collect.git import Git
from bot.errors import ToolError
from bot.model import NotRead
from bot.settings import MIB, Limits

# The requests of one batch must fit the pipe's buffer (64 KiB), or git and gonogo would wait for each other.
_BATCH = 500
# What is read ahead of its use; at least one content, however large.
_GROUP_BYTES = 8 * MIB


class _Batch:
    """One open `git cat-file`, of the process that opened it."""

    def __init__(self, git: Git, mode: str) -> None:
        self.owner = os.getpid()
        self._child = git.batch(mode)
        atexit.register(self.close)
        if self._child.stdin is None or self._child.stdout is None:  # never: pipes were asked for
            raise ToolError("git cat-file gave no pipes")
        self._requests, self._answers = self._child.stdin, self._child.stdout

    def ask(self, names: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Yield kind and size in bytes for each name; the kind is `missing` where there is no such object."""
        try:
            self._requests.write("".join(f"{name}\n" for name in names).encode())
            self._requests.flush()
        except OSError as error:
            raise ToolError("git cat-file ended too soon") from error
        for _ in names:
            words = self._answers.readline().split()
            if not words:
                raise ToolError("git cat-file ended too soon")
            kind, size = (words[1].decode(), int(words[2])) if len(words) == 3 else ("missing", 0)  # noqa: PLR2004 - name, kind, size
            yield kind, size

    def content(self, size: int) -> bytes:
        """Read the content that follows an answer."""
        content = self._answers.read(size)
        if len(content) != size or self._answers.read(1) != b"\n":
            raise ToolError("git cat-file ended too soon")
        return content

    def close(self) -> None:
        """End the child, if it is this process's own."""
        if self.owner != os.getpid():
            return
        with suppress(OSError):
            self._requests.close()
        self._child.kill()
        self._child.wait()
        with suppress(OSError):
            self._answers.close()


class ObjectReader:
    """Reads objects in batches, within the limits; a check's process opens its own git."""

    def __init__(self, git: Git, limits: Limits) -> None:
        self._git = git
        self._limits = limits
        self._open: dict[str, _Batch] = {}
        self._read_bytes = 0
        self._counted: set[str] = set()

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """Sizes in bytes of the objects that are here; those that are not are left out."""
        sizes = {}
        for names in _batches(dict.fromkeys(oids)):
            answers = self._batch("--batch-check").ask(names)
            sizes.update({name: size for name, (kind, size) in zip(names, answers, strict=True) if kind != "missing"})
        return sizes

    def missing(self, oids: Iterable[str]) -> list[str]:
        """Those of the objects that are not here."""
        wanted = list(dict.fromkeys(oids))
        here = self.sizes(wanted)
        return [oid for oid in wanted if oid not in here]

    def ensure(self, oids: Iterable[str]) -> list[str]:
        """Fetch, in one go, what is not here; return what still is not."""
        missing = self.missing(oids)
        if missing and self._git.remote is not None:
            with suppress(ToolError):
                self._git.fetch(missing)
                self.close()  # an open git does not see the new pack
            missing = self.missing(missing)
        return missing

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        """Yield each distinct object id once, in the order asked for, with its content."""
        for names in _batches(dict.fromkeys(oids)):
            sizes = self.sizes(names)
            if len(sizes) < len(names):
                self.ensure(names)
                sizes = self.sizes(names)
            for group in _groups_of_bytes(names, sizes):
                yield from self._read_group(group, sizes)

    def _read_group(self, names: Sequence[str], sizes: dict[str, int]) -> list[tuple[str, bytes | NotRead]]:
        refusals = {name: refusal for name in names if (refusal := self._refuse(name, sizes.get(name)))}
        contents = iter(self._contents([name for name in names if name not in refusals]))
        return [(name, refusals[name] if name in refusals else next(contents)) for name in names]

    def _refuse(self, oid: str, size: int | None) -> NotRead | None:
        limits = self._limits
        if size is None:
            return NotRead("the file's content is not in this clone", "fetch the whole history (`fetch-depth: 0`)")
        if size > limits.max_file_bytes:
            reason = f"the file has {size:,} bytes, more than the {limits.max_file_bytes:,} that are read"
            return NotRead(reason, "raise `max-file-bytes`, or keep large files out of the repository")
        # What nobody kept may be read again.
        if oid in self._counted:
            return None
        if self._read_bytes + size > limits.max_total_bytes:
            reason = f"more than {limits.max_total_bytes:,} bytes had been read before this file"
            return NotRead(reason, "raise `max-total-bytes`, or split the change")
        self._read_bytes += size
        self._counted.add(oid)
        return None

    def _contents(self, names: Sequence[str]) -> list[bytes]:
        batch = self._batch("--batch")
        return [batch.content(size) for _, size in batch.ask(names)]

    def commits(self, oids: Sequence[str]) -> Iterator[bytes]:
        """Yield the raw objects of commits, in order."""
        for names in _batches(oids):
            yield from self._contents(names)

    def close(self) -> None:
        """End the open processes of git."""
        for batch in self._open.values():
            batch.close()
        self._open.clear()

    def _batch(self, mode: str) -> _Batch:
        batch = self._open.get(mode)
        if batch is None or batch.owner != os.getpid():
            batch = self._open[mode] = _Batch(self._git, mode)
        return batch


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(names)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _groups_of_bytes(names: Sequence[str], sizes: dict[str, int]) -> Iterator[list[str]]:
    group: list[str] = []
    size = 0
    for name in names:
        group.append(name)
        size += sizes.get(name, 0)
        if size > _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group
