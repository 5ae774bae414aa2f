"""The changed files of one kind, at merge base and head, as text under neutral names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.model import Change, ChangedFile, Mode, NotRead, Status, Unknown

_REGULAR = frozenset({Mode.FILE, Mode.EXECUTABLE})
_SETTLE_TEXT = "save the file as UTF-8"


@dataclass(frozen=True)
class Source:
    """One file of one revision.

    Attributes:
        name: what the engines know it by, such as `h12`; no name of the change ever reaches them.
        pair: its path at head, on both sides.
    """

    name: str
    path: str
    pair: str
    text: str
    at_head: bool


@dataclass(frozen=True)
class Sources:
    """What was read, and what could not be (of head alone: what the base lacks excuses nothing)."""

    base: Sequence[Source]
    head: Sequence[Source]
    unknowns: Sequence[Unknown]


Decode = Callable[[bytes], str]


def decode_utf8(content: bytes) -> str:
    """Text of a file that ought to be UTF-8.

    Raises:
        UnicodeDecodeError: it is not.
    """
    return content.decode("utf-8-sig")


def read_sources(
    change: Change,
    wanted: Callable[[str], bool],
    *,
    of_kind: Callable[[str, bytes], bool] = lambda *_: True,
    decode: Decode = decode_utf8,
    moved: Callable[[ChangedFile], bool] = lambda _: False,
) -> Sources:
    """Read both sides of each changed file whose path is wanted, and whose path and content are `of_kind`.

    A file that is only moved has nothing new and is not read, unless its name has another ending now or `moved` says
    that its new place matters.
    """
    files = [file for file in change.files if file.new_oid != file.old_oid or _has_new_ending(file) or moved(file)]
    jobs = [job for index, file in enumerate(files) for job in _sides(index, file) if wanted(job[1])]
    contents = dict(change.blobs.read({job[0]: None for job in jobs}))
    sources: list[Source] = []
    unknowns: list[Unknown] = []
    for oid, path, pair, name in jobs:
        at_head = name.startswith("h")
        content = contents.get(oid, NotRead("the content is not there", "fetch the whole history"))
        if isinstance(content, bytes) and not of_kind(path, content):
            continue
        read = _decode(content, path, decode)
        if isinstance(read, str):
            sources.append(Source(name, path, pair, read, at_head))
        elif at_head:
            unknowns.append(read)
    return Sources([one for one in sources if not one.at_head], [one for one in sources if one.at_head], unknowns)


def _has_new_ending(file: ChangedFile) -> bool:
    return PurePosixPath(file.path).suffix != PurePosixPath(file.old_path or file.path).suffix


def _sides(index: int, file: ChangedFile) -> Iterator[tuple[str, str, str, str]]:
    if file.old_oid and file.old_mode in _REGULAR:
        yield file.old_oid, file.old_path or file.path, file.path, f"b{index}"
    if file.new_oid and file.new_mode in _REGULAR and file.status is not Status.DELETED:
        yield file.new_oid, file.path, file.path, f"h{index}"


def _decode(content: bytes | NotRead, path: str, decode: Decode) -> str | Unknown:
    if isinstance(content, NotRead):
        return Unknown(path=path, reason=content.reason, settle=content.settle)
    try:
        return decode(content)
    except (SyntaxError, LookupError, ValueError):
        return Unknown(path=path, reason="the file's text cannot be decoded", settle=_SETTLE_TEXT)
