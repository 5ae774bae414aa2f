"""How much an archive unpacks to. The engine reads 256 MiB of one and says nothing of the rest; gonogo says it.

Out of sight: what bzip2 and xz unpack to, which takes too long to find out, and archives that are encrypted.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from bot.settings import MIB

MAX_UNPACKED_BYTES = 256 * MIB
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_CHUNK_BYTES = 1 * MIB


def unpacks_to_too_much(content: bytes) -> bool:
    """Whether the engine would read only a part of an archive; no for what is none, or is a broken one."""
    if content.startswith(_ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
    return content.startswith(_GZIP) and _inflates_to_too_much(content)


def _inflates_to_too_much(content: bytes) -> bool:
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    size, rest = 0, content
    try:
        while rest and not inflater.eof and size <= MAX_UNPACKED_BYTES:
            size += len(inflater.decompress(rest, _CHUNK_BYTES))
            rest = inflater.unconsumed_tail
    except zlib.error:
        return False
    return size > MAX_UNPACKED_BYTES
