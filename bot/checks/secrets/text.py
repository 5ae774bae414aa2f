"""Content as lines of text, whatever its encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_SAMPLE_BYTES = 4096
# Of UTF-16 text that is mostly ASCII, nearly every second byte is zero, and nearly none of the others.
_MOST, _FEW = 0.7, 0.05
_LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n")


@dataclass(frozen=True)
class Text:
    """Decoded content. Bytes that are no UTF-8 are surrogate escapes, one character each.

    Attributes:
        binary: it holds zero bytes and is no UTF-16 or UTF-32 text.
        recoded: it was not UTF-8, so an engine must be given `encoded`.
    """

    content: str
    binary: bool = False
    recoded: bool = False

    @cached_property
    def lines(self) -> list[str]:
        r"""Lines without their ends (`\n` alone ends one; a `\r` before it is dropped)."""
        return [line.removesuffix("\r") for line in self.content.split("\n")]

    @property
    def encoded(self) -> bytes:
        """The content as UTF-8."""
        return self.content.encode("utf-8", "surrogateescape")


def decode(content: bytes) -> Text:
    """Content as text: by its byte order mark, as UTF-16 where the zero bytes say so, otherwise as UTF-8."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
            return Text(text, recoded=encoding != "utf-8")
    guessed = _guess_utf16(content)
    if guessed is not None:
        return Text(content.decode(guessed, "replace"), recoded=True)
    return Text(content.decode("utf-8", "surrogateescape"), binary=b"\0" in content[: 1 << 16])


def _guess_utf16(content: bytes) -> str | None:
    sample = content[:_SAMPLE_BYTES]
    half = len(sample) // 2
    if half == 0 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _MOST and even < _FEW:
        return "utf-16-le"
    return "utf-16-be" if even > _MOST and odd < _FEW else None


def is_lfs_pointer(content: bytes) -> bool:
    """Whether a file stands for one that Git LFS keeps outside the repository.

    Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md (read 2026-11-25)
    """
    return len(content) < 1024 and _LFS_POINTER.match(content) is not None  # noqa: PLR2004 - the specification's bound
