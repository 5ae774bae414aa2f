r"""File names as reports write them, from other machines and systems, in one shape.

Rule: a byte order mark, `file://`, a drive, `/_/` (a .NET build that hides its folder) and `.` go; `\` is `/` where
the name is plainly one of Windows; `..` is worked off, and stays only where it climbs above the name's start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Segments: TypeAlias = tuple[str, ...]

_DRIVE = re.compile(r"/?[A-Za-z]:(?=[\\/])")
_HIDDEN_FOLDER = re.compile(r"/_[0-9]*/")
# Where well-known services check a repository out. `*` is one folder of any name.
_CHECKOUTS: tuple[Segments, ...] = (
    ("home", "runner", "work", "*", "*"),
    ("Users", "runner", "work", "*", "*"),
    ("__w", "*", "*"),
    ("a", "*", "*"),
    ("github", "workspace"),
    ("proc", "self", "cwd"),
    ("home", "circleci", "project"),
    ("builds", "*", "*"),
    ("var", "jenkins_home", "workspace", "*"),
    ("usr", "src", "app"),
    ("workspace",),
    ("app",),
)


@dataclass(frozen=True)
class Name:
    """A file's name in a report.

    Attributes:
        segments: `..` stands at the beginning alone.
        absolute: it begins at the root of some machine.
        windows: it has a drive or backslashes, so that upper and lower case may differ from the repository's.
    """

    segments: Segments
    absolute: bool = False
    windows: bool = False

    @property
    def climbs(self) -> bool:
        """Whether it leads above where it starts."""
        return self.segments[:1] == ("..",)

    def under(self, folder: Name) -> Name:
        """The name as seen from where the folder stands; an absolute name stays."""
        if self.absolute:
            return self
        segments = _collapse((*folder.segments, *self.segments), absolute=folder.absolute)
        return Name(segments, folder.absolute, self.windows or folder.windows)


def parse_name(text: str, *, literal_backslash: bool = False) -> Name:
    r"""The name in one shape.

    With `literal_backslash`, a `\` in a name that has `/` too and no drive stays: the repository has such files.
    """
    text = text.removeprefix("\ufeff").strip()
    if text.startswith("file:"):
        text = re.sub(r"file:(//(localhost)?(?=/))?", "", text, count=1)
    drive = _DRIVE.match(text)
    windows = drive is not None or "\\" in text
    if drive is not None or "/" not in text or not literal_backslash:
        text = text[drive.end() if drive else 0 :].replace("\\", "/")
    if hidden := _HIDDEN_FOLDER.match(text):
        text = text[hidden.end() :]
    absolute = text.startswith("/")
    return Name(_collapse(tuple(text.split("/")), absolute=absolute), absolute, windows)


def _collapse(segments: Segments, *, absolute: bool) -> Segments:
    kept: list[str] = []
    for segment in segments:
        if segment in {"", "."}:
            continue
        if segment != "..":
            kept.append(segment)
        elif kept and kept[-1] != "..":
            kept.pop()
        elif not absolute:
            kept.append(segment)
    return tuple(kept)


def is_checkout(folder: Segments) -> bool:
    """Whether an absolute folder is where a well-known service checks a repository out."""
    return any(
        len(known) == len(folder) and all(k in {"*", s} for k, s in zip(known, folder, strict=True))
        for known in _CHECKOUTS
    )
