"""Reports that the project's own tools wrote: files, folders and zip archives, opened within limits.

What lies in them is whoever's: names are only names, nothing is unpacked onto the disk, only regular files are opened,
and each content is read up to a limit whatever its headers say. A source does its work when a check reads it, which is
in that check's own process.

Source of the archive's layout: https://pkware.cachefly.net/webdocs/APPNOTE/APPNOTE-6.3.9.TXT (read 2026-11-25)
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final

from bot.errors import ReportError
from bot.model import ReportFile, ReportSource, Unknown
from bot.settings import MIB

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_REPORT_BYTES: Final = 256 * MIB
MAX_FILES: Final = 10_000
"""In one folder or archive; an HTML report of a large project is there beside the one that is read."""
_MAX_DIRECTORY_BYTES: Final = 8 * MIB
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_LARGE: Final = 0xFFFFFFFF  # the size stands in the record for large archives
_BROKEN: Final = (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
_WORDS: Final = f"more than {MAX_REPORT_BYTES // MIB} MiB"
_SETTLE: Final = "look whether the step before ran, and where it left its report"


@dataclass(frozen=True)
class GivenReports:
    """The reports that paths stand for: files, folders, archives, or patterns of `glob` where no such file is there.

    Attributes:
        paths: as the user wrote them; relative ones start at `folder`.
        root: the checkout, from which names are told; None where there is none.
        kind: what they are, for messages.
    """

    paths: Sequence[str]
    folder: Path
    root: Path | None = None
    kind: str = "coverage report"

    def files(self) -> Iterator[ReportFile | Unknown]:
        """Yield what each path stands for, in their order."""
        for path in self.paths:
            yield from self._expand(path)

    def any_there(self) -> bool:
        """Whether a path stands for something."""
        return any(_find(self.folder, path) for path in self.paths)

    def _expand(self, text: str) -> Iterator[ReportFile | Unknown]:
        found = _find(self.folder, text)
        if not found:
            yield Unknown(reason=f"no {self.kind} at {text}", settle=_SETTLE, path=None)
        for one in found:
            if one.is_dir():
                yield from self._walk(one)
            elif _starts_as_zip(one):
                yield from ArchivedReports(one, self._name(one)).files()
            else:
                yield ReportFile(self._name(one), partial(_open_path, one))

    def _walk(self, folder: Path) -> Iterator[ReportFile | Unknown]:
        number = 0
        for parent, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                number += 1
                if number > MAX_FILES:
                    yield _too_many(self._name(folder))
                    return
                path = Path(parent, name)
                yield ReportFile(self._name(path), partial(_open_path, path), named=False)

    def _name(self, path: Path) -> str:
        """From the checkout's root where the path is below it; else as it is."""
        whole = Path(os.path.normpath(path.absolute()))
        if self.root is not None and whole.is_relative_to(self.root):
            return whole.relative_to(self.root).as_posix()
        return Path(os.path.normpath(path)).as_posix()


@dataclass(frozen=True)
class ArchivedReports:
    """The files of a zip archive, such as an artifact of GitHub Actions. `name` is the archive's own, for messages."""

    path: Path
    name: str

    def files(self) -> Iterator[ReportFile | Unknown]:
        """Yield the archive's files, in their order."""
        try:
            with _open_path(self.path) as file:
                entries = _list_entries(file)
        except ReportError as error:
            yield Unknown(reason=f"{self.name}: {error}", settle="make the archive anew", path=None)
            return
        if len(entries) > MAX_FILES:
            yield _too_many(self.name)
            return
        for entry in entries:
            yield ReportFile(entry.filename, partial(_open_entry, self.path, entry), named=False)


@dataclass(frozen=True)
class JoinedReports:
    """The reports of several sources, in their order."""

    sources: Sequence[ReportSource]

    def files(self) -> Iterator[ReportFile | Unknown]:
        """Yield the files of each."""
        for source in self.sources:
            yield from source.files()


def _too_many(name: str) -> Unknown:
    settle = "name the report itself, rather than the folder or the archive that holds it"
    return Unknown(reason=f"{name} holds more than {MAX_FILES:,} files", settle=settle)


def _find(folder: Path, text: str) -> list[Path]:
    """What a path or a pattern stands for."""
    path = folder / text
    # A name can be none that a file may have: too long, or with a NUL in it; and no pattern either.
    with suppress(OSError, ValueError, NotImplementedError):
        if path.exists():
            return [path]
        anchor = Path(path.anchor) if Path(text).is_absolute() else folder
        return sorted(islice(anchor.glob(str(path.relative_to(anchor))), MAX_FILES))
    return []


def _starts_as_zip(path: Path) -> bool:
    try:
        with _open_path(path) as file:
            return file.read(len(_ZIP)) in {_ZIP, _EMPTY_ZIP}
    except ReportError:
        return False


@contextmanager
def _open_path(path: Path) -> Iterator[BinaryIO]:
    """A regular file, unpacked where it is compressed with gzip."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise ReportError(f"cannot be opened: {getattr(error, 'strerror', None) or 'not a file name'}") from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ReportError("is no regular file")
        if found.st_size > MAX_REPORT_BYTES:
            raise ReportError(f"has {found.st_size:,} bytes, {_WORDS}")
        if file.peek(2)[:2] != _GZIP:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unpacked, _Bounded(unpacked) as bounded:
            yield io.BufferedReader(bounded, MIB)


@contextmanager
def _open_entry(path: Path, entry: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    if entry.file_size > MAX_REPORT_BYTES:
        raise ReportError(f"has {entry.file_size:,} bytes, {_WORDS}")
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            unpacked = stack.enter_context(archive.open(entry))
        except _BROKEN:
            raise ReportError("cannot be unpacked: it is damaged, encrypted, or packed in an unknown way") from None
        yield io.BufferedReader(stack.enter_context(_Bounded(unpacked)), MIB)


class _Bounded(io.RawIOBase):
    """The first bytes of an unpacking stream; reading on, or damage on the way, raises `ReportError`."""

    def __init__(self, source: gzip.GzipFile | IO[bytes]) -> None:
        self._source, self._left = source, MAX_REPORT_BYTES

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer as far as there is content."""
        view = memoryview(buffer)
        try:
            content = self._source.read(min(len(view), self._left + 1))
        except _BROKEN:
            raise ReportError("cannot be unpacked: it is damaged or cut off") from None
        self._left -= len(content)
        if self._left < 0:
            raise ReportError(f"unpacks to {_WORDS}")
        view[: len(content)] = content
        return len(content)


def _list_entries(file: BinaryIO) -> list[zipfile.ZipInfo]:
    size = _directory_size(file)
    if size > _MAX_DIRECTORY_BYTES:
        raise ReportError(f"the archive lists its files in {size:,} bytes, more than {_MAX_DIRECTORY_BYTES:,}")
    try:
        with zipfile.ZipFile(file) as archive:
            return [entry for entry in archive.infolist() if not entry.is_dir()]
    except _BROKEN:
        raise ReportError("is no zip archive, or a damaged one") from None


def _directory_size(file: BinaryIO) -> int:
    """How many bytes the archive says its directory has: zipfile would read them all, and some ten times that."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 66_000))
    tail = file.read()
    if (start := tail.rfind(_EMPTY_ZIP)) < 0 or len(tail) < start + 22:
        return 0
    [size] = struct.unpack_from("<L", tail, start + 12)
    if (large := tail.rfind(b"PK\x06\x06")) >= 0 and len(tail) >= large + 56:
        [of_large] = struct.unpack_from("<Q", tail, large + 40)
        size = max(size if size != _LARGE else 0, of_large)
    return int(size)
