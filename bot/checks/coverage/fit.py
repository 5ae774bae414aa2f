"""Does a file's coverage fit its text? Tells a stale report, and one of two files of the same name.

Rule: lines past the file's end, and lines whose digest differs, belong to another text. So do counted lines that are
blank or a comment, where a neighbour does not count: tools that count whole blocks (llvm-cov, Go, c8) have blank lines
amid others, never at an edge.
Out of sight: comments that begin and end on lines with code, and languages whose comments begin otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.checks.coverage.lines import FileLines

# Of the counted lines, so many may be blank in a report that fits: preprocessors and templates move a line or two.
_MOST_BLANK = 0.05
_HASH_COMMENTS = (".py", ".pyi", ".rb", ".rake", ".sh", ".pl", ".pm", ".r", ".ex", ".exs")


@dataclass(frozen=True)
class Fit:
    """How well a file's coverage fits a text.

    Attributes:
        counted: lines that count.
        beyond: those past the end.
        blank: those on a blank line or a comment, next to a line that does not count.
        changed: those whose text has another digest than the report says.
    """

    counted: int
    beyond: Sequence[int]
    blank: Sequence[int]
    changed: Sequence[int]

    @property
    def fits(self) -> bool:
        """Whether the report can be about this text."""
        return not self.beyond and not self.changed and len(self.blank) <= _MOST_BLANK * self.counted


def measure_fit(file: FileLines, content: bytes, path: str) -> Fit:
    """Hold a file's coverage against a text of it. `path` tells the language."""
    texts = content.split(b"\n")
    # What follows the last line break is a line only if there is something.
    size = len(texts) - (texts[-1] == b"")
    counted = list(file.counted())
    inside = [line for line in counted if line <= size]
    lines = file.lines
    blank = [
        line
        for line in inside
        if _is_idle(texts[line - 1].strip(), path) and not (lines[line - 1] and lines[line + 1 : line + 2].strip(b"\0"))
    ]
    return Fit(len(counted), counted[len(inside) :], blank, _find_changed(file, texts))


def _is_idle(text: bytes, path: str) -> bool:
    if not text:
        return True
    if path.endswith(_HASH_COMMENTS):
        return text.startswith(b"#")
    return text.startswith(b"//") or (text.startswith(b"/*") and (b"*/" not in text or text.endswith(b"*/")))


def _find_changed(file: FileLines, texts: Sequence[bytes]) -> list[int]:
    changed = []
    for line, digest in (file.digests or {}).items():
        text = texts[line - 1] if 0 < line <= len(texts) else b""
        known = {_md5(text), _md5(text.removesuffix(b"\r")), _md5(text.rstrip(b"\r") + b"\n")}
        if digest not in known:
            changed.append(line)
    return sorted(changed)


def _md5(text: bytes) -> str:
    return hashlib.md5(text, usedforsecurity=False).hexdigest()
