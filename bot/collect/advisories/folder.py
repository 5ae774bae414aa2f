"""Advisories in a folder: one JSON file each, or in zip archives as osv.dev gives them for each ecosystem.

Source: https://google.github.io/osv.dev/data/ (read 2026-11-29)
Rule: a folder that holds no advisory of an ecosystem alone knows nothing of its packages.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.collect.advisories.record import BadRecordError, Record, package_key, parse_record
from bot.errors import UsageError
from bot.model import Advisory, AdvisoryAnswer, Evidence, Package, PackageAnswer, Unknown
from bot.settings import MIB
from bot.versions import is_affected

_MAX_FILES: Final = 1_000_000
_MAX_RECORD_BYTES: Final = 16 * MIB
_MAX_TOTAL_BYTES: Final = 8_192 * MIB
_MAX_UNKNOWNS: Final = 20
_MAX_NAMES: Final = 5
_ECOSYSTEM: Final = re.compile(rb'"ecosystem"\s*:\s*"([^"]{1,60})"')
_NAME: Final = re.compile(rb'"name"\s*:\s*"([^"]{1,300})"')
_SETTLE_FILE: Final = "download the file again, or take it out of the folder"


@dataclass
class _Scan:
    """What one pass over the folder finds.

    Attributes:
        records: by package, as `package_key` names it.
        count: advisories seen, of any package.
        newest: when the newest of those parsed was modified, as it says.
    """

    wanted: frozenset[str]
    records: dict[tuple[str, str], list[Record]] = field(default_factory=lambda: defaultdict(list))
    ecosystems: set[str] = field(default_factory=set)
    unknowns: list[Unknown] = field(default_factory=list)
    count: int = 0
    newest: str = ""


class FolderAdvisories:
    """A folder of advisories.

    Attributes:
        alone: whether nobody else is asked, so that an ecosystem which the folder lacks is a gap.

    Raises:
        UsageError: there is no such folder.
    """

    def __init__(self, folder: Path, *, alone: bool = True) -> None:
        if not folder.is_dir():
            raise UsageError(f"advisories: there is no folder {folder}")
        self._folder, self.alone = folder, alone

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """What the folder says of packages. It is read once, and only advisories that name one are parsed."""
        packages = list(dict.fromkeys([*added, *before]))
        scan = _Scan(frozenset(_loose(package.name) for package in packages))
        for name, content in _files(self._folder):
            _look(scan, name, content)
        answers = {package: self._answer(scan, package) for package in packages}
        text = f"{scan.count:,} advisories of the given folder were searched"
        newest = f"; the newest of these packages is of {scan.newest[:10]}" if scan.newest else ""
        unknowns = scan.unknowns[:_MAX_UNKNOWNS]
        if len(scan.unknowns) > _MAX_UNKNOWNS:
            more = f"{len(scan.unknowns) - _MAX_UNKNOWNS:,} more advisories of the folder cannot be read"
            unknowns.append(Unknown(reason=more, settle=_SETTLE_FILE))
        return AdvisoryAnswer(packages=answers, unknowns=unknowns, evidence=[Evidence(text=text + newest)])

    def _answer(self, scan: _Scan, package: Package) -> PackageAnswer:
        if self.alone and package.ecosystem not in scan.ecosystems:
            reason = f"the folder of advisories has none for {package.ecosystem}"
            return PackageAnswer(
                gap=Unknown(reason=reason, settle=f"add osv.dev's all.zip for {package.ecosystem} to it")
            )
        return _match(scan, package)


def _look(scan: _Scan, name: str, content: bytes | str) -> None:
    """Note one file: its ecosystems, and the whole record where it may be of a wanted package."""
    if isinstance(content, str):
        scan.unknowns.append(Unknown(reason=f"{name} in the folder of advisories: {content}", settle=_SETTLE_FILE))
        return
    scan.count += 1
    named = {one.decode("utf-8", "replace").partition(":")[0] for one in _ECOSYSTEM.findall(content)}
    # One of several ecosystems stands in the archive of each: it does not show that the folder has the others.
    scan.ecosystems.update(named if len(named) == 1 else ())
    if not _may_concern(scan, content):
        return
    try:
        record = parse_record(content)
    except BadRecordError:
        scan.unknowns.append(Unknown(reason=f"{name} in the folder of advisories is none of OSV", settle=_SETTLE_FILE))
        return
    for key in record.packages():
        scan.records[key].append(record)
    scan.newest = max(scan.newest, record.modified)


def _may_concern(scan: _Scan, content: bytes) -> bool:
    """Whether to parse a file. What is cut off, or names nothing, is parsed too, to be named as broken."""
    names = _NAME.findall(content)
    if not names or content.count(b"{") != content.count(b"}"):
        return True
    # A name with an escape is read by the parser alone.
    return any(b"\\" in one or _loose(one.decode(errors="replace")) in scan.wanted for one in names)


def _match(scan: _Scan, package: Package) -> PackageAnswer:
    found: list[Advisory] = []
    unsure: list[str] = []
    for record in scan.records.get(package_key(package), ()):
        advisory = record.about(package)
        affected = is_affected(package.ecosystem, package.version, advisory) if advisory else False
        if advisory and affected:
            found.append(advisory)
        elif affected is None:
            unsure.append(record.id)
    gap = None
    if unsure:
        reason = (
            f"{package.name} {package.version} cannot be compared with the versions in {', '.join(sorted(unsure)[:5])}"
        )
        gap = Unknown(reason=reason, settle="read the advisory")
    return PackageAnswer(advisories=found, gap=gap)


def _loose(name: str) -> str:
    """A name without what any ecosystem overlooks: a first sieve, for all ecosystems at once."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _files(folder: Path) -> Iterator[tuple[str, bytes | str]]:
    """Each advisory's name with its content, or with the reason why it cannot be read. Links are not followed."""
    left = _MAX_TOTAL_BYTES
    for number, (name, content) in enumerate(_walk(folder), 1):
        left -= len(content)
        if number > _MAX_FILES or left < 0:
            yield "all that follows", f"there are more than {_MAX_FILES:,} files or {_MAX_TOTAL_BYTES // MIB:,} MiB"
            return
        yield name, content


def _walk(folder: Path) -> Iterator[tuple[str, bytes | str]]:
    unread: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=unread.append):
        folders.sort()
        links = [name for name in folders if Path(root, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(root, name)
            shown = path.relative_to(folder).as_posix()
            if not name.endswith((".zip", ".json")) and name not in links:
                continue
            if path.is_symlink() or not path.is_file():
                yield shown, "it is a link or no regular file"
            elif name.endswith(".zip"):
                yield from _in_archive(path, shown)
            else:
                yield shown, _read(path)
    for error in unread:
        yield "a folder", f"it cannot be read ({error.strerror})"


def _read(path: Path) -> bytes | str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_RECORD_BYTES + 1)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    return content if len(content) <= _MAX_RECORD_BYTES else f"it is larger than {_MAX_RECORD_BYTES // MIB} MiB"


def _in_archive(path: Path, shown: str) -> Iterator[tuple[str, bytes | str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if not entry.is_dir() and entry.filename.endswith(".json"):
                    yield f"{shown}/{entry.filename}", _read_entry(archive, entry)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        yield shown, "it is no zip archive that can be read"


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | str:
    try:
        with archive.open(entry) as file:
            content = file.read(_MAX_RECORD_BYTES + 1)
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError):
        return "it cannot be unpacked"
    return content if len(content) <= _MAX_RECORD_BYTES else f"it is larger than {_MAX_RECORD_BYTES // MIB} MiB"
