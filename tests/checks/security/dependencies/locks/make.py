"""Files of a made-up tree, read; and what was read, in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.checks.security.dependencies.locked import Locked, LockFile
from bot.checks.security.dependencies.locks import read_locks
from bot.model import Entry, Mode, NotRead


class FilesTree:
    """A tree of files that are given."""

    commit = "0" * 40

    def __init__(self, files: dict[str, str | bytes | NotRead]) -> None:
        self.files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def entries(self) -> Sequence[Entry]:
        return [Entry(path, Mode.FILE, path) for path in sorted(self.files)]

    def entry(self, path: str) -> Entry | None:
        return Entry(path, Mode.FILE, path) if path in self.files else None

    def glob(self, *patterns: str) -> Iterator[Entry]:
        raise NotImplementedError(patterns)

    def read(self, path: str) -> bytes | NotRead:
        return self.files[path]

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        yield from ((path, self.files[path]) for path in dict.fromkeys(paths) if path in self.files)

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        raise NotImplementedError(values)


def read_all(files: dict[str, str | bytes | NotRead]) -> Sequence[LockFile]:
    """All locks among the files."""
    return read_locks(FilesTree(files), files)


def read_one(path: str, text: str | bytes) -> LockFile:
    """One lock, alone in its tree."""
    [file] = read_all({path: text})
    return file


def show(locked: Locked) -> str:
    """A dependency in a line: its place, name and version, then whatever else is said of it."""
    said = {
        "origin": "" if locked.package else f"{locked.origin.value} {locked.source}".strip(),
        "registry": locked.registry,
        "integrity": "yes" if locked.integrity else "",
        "script": "yes" if locked.install_script else "",
        "dev": "yes" if locked.dev else "",
        "direct": {True: "yes", False: "no", None: ""}[locked.direct],
    }
    package = f"{locked.name} {locked.package.version}" if locked.package else locked.name
    return " ".join([f"{locked.line}: {package}", *(f"{key}={value}" for key, value in said.items() if value)])


def show_all(file: LockFile) -> list[str]:
    """All of a file, in the order that it is read in; what could not be read at the end."""
    unknown = [f"{one.line}? {one.reason}" for one in file.unknowns]
    return [*(show(one) for one in file.packages), *unknown]
