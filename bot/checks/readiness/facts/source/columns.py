"""The elements of a source file as they are kept until somebody asks for them: names and places, in columns.

A repository of 10,000 files has half a million elements, which take 400 bytes each as objects, and 40 in columns.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

MAX_NAME = 200
MAX_TEXT = 4000
_BLANKED = bytes(one if one in b"\r\n" else ord(" ") for one in range(256))


class Kind(StrEnum):
    """What an element is, and so what its `name` and `text` hold."""

    IMPORT = "import"  # name: module; text: the names that it binds, separated by blanks
    CALL = "call"  # name: what is called, such as `app.use`; text: the arguments
    DECORATOR = "decorator"  # name; text: the arguments, empty without any
    ASSIGN = "assign"  # name: variable, field or key; text: the value
    FUNCTION = "function"  # name, empty for an anonymous one
    CLASS = "class"  # name; text: its bases
    BRANCH = "branch"  # text: the condition under which what it encloses runs; name: `not` for the other branch


Found: TypeAlias = tuple[Kind, str, int, int, int, int, str | None]
"""Kind, name, first byte and first byte behind it, those of its text, and the text where it is put together."""


@dataclass(frozen=True)
class Columns:
    """The elements of a file, in the order in which they were found.

    Attributes:
        starts: byte offsets; `ends` are of the first byte behind.
        text_starts: where the texts stand in the file; `text_ends` likewise.
        texts: those that are put together, by the place of their element.
    """

    kinds: Sequence[Kind] = ()
    names: Sequence[str] = ()
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    text_starts: Sequence[int] = ()
    text_ends: Sequence[int] = ()
    texts: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Sequence[Found]) -> Columns:
        """What was found, as columns."""
        if not found:
            return cls()
        kinds, names, starts, ends, text_starts, text_ends, texts = zip(*found, strict=True)
        written = {number: text for number, text in enumerate(texts) if text is not None}
        return cls(
            *(kinds, names, array("I", starts), array("I", ends), array("I", text_starts), array("I", text_ends)),
            texts=written,
        )

    def with_shared_names(self) -> Columns:
        """The same, with each name kept once in the process."""
        return replace(self, names=tuple(map(sys.intern, self.names)))

    def by_place(self, code: bytes | str) -> Iterator[tuple[Kind, str, int, int, str]]:
        """Yield kind, name, start, end and text of each, by place; of two at one place a condition is outside."""
        keys = [
            (start, -end, kind is not Kind.BRANCH, number)
            for number, (start, end, kind) in enumerate(zip(self.starts, self.ends, self.kinds, strict=True))
        ]
        for start, minus_end, _, number in sorted(keys):
            text = self.texts.get(number)
            if text is None:
                cut = code[self.text_starts[number] : self.text_ends[number]]
                text = cut if isinstance(cut, str) else cut.decode("utf-8", "replace")
            yield self.kinds[number], self.names[number], start, -minus_end, text


def blank(content: bytes, spans: Sequence[int]) -> bytes:
    """The content with blanks in place of what stands in some spans; line breaks stay."""
    if not spans:
        return content
    pieces, position = [], 0
    for start, end in zip(spans[::2], spans[1::2], strict=True):
        pieces += [content[position:start], content[start:end].translate(_BLANKED)]
        position = end
    return b"".join([*pieces, content[position:]])


def as_text(content: bytes) -> bytes | str:
    """Text where each byte is a character, so that what stands between two bytes is cut out at once; else the bytes."""
    return content.decode("ascii") if content.isascii() else content
