"""Bytes to text, for files whose encoding is UTF-8 unless a mark says otherwise."""

from __future__ import annotations

import codecs
from typing import Final

from bot.checks.security.text.located import UnreadableError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark is its beginning.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes, encoding: str = "utf-8") -> str:
    """The text of a file, without its byte order mark.

    Raises:
        UnreadableError: it is not in its encoding, or holds a NUL and so is no text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), encoding)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1 if "utf-8" in encoding else None
        raise UnreadableError(line, f"is not {encoding.removesuffix('-sig').upper()}") from None
    if (nul := text.find("\0")) >= 0:
        raise UnreadableError(text.count("\n", 0, nul) + 1, "holds a NUL: it is no text")
    return text
