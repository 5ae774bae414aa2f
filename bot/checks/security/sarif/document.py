"""Opens a SARIF file: bytes to JSON, within limits. Whatever is wrong with it is said in one line, never raised.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (read 2026-11-25)
"""

from __future__ import annotations

import codecs
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

from bot.errors import ReportError
from bot.model import ReportFile

MAX_BYTES: Final = 100 * 2**20
_GZIP: Final = b"\x1f\x8b"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)


class NotSarifError(Exception):
    """The file cannot be used; the message says why in a few words, never what the file says."""


def load_runs(file: ReportFile) -> Sequence[object]:
    """The runs of a SARIF file, whatever they are.

    Raises:
        NotSarifError: it cannot be opened, is too large, is no JSON, or is no SARIF 2.1.0.
    """
    try:
        with file.open() as stream:
            content = stream.read(MAX_BYTES + 1)
    except ReportError as error:
        raise NotSarifError(str(error)) from None
    if content.startswith(_GZIP):
        content = _unpack(content)
    if len(content) > MAX_BYTES:
        raise NotSarifError(f"has more than {MAX_BYTES // 2**20} MiB")
    return _runs(_parse(content))


def _unpack(content: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacking.decompress(content, MAX_BYTES + 1)
    except zlib.error:
        raise NotSarifError("cannot be unpacked: it is damaged") from None
    if not unpacking.eof and len(unpacked) <= MAX_BYTES:
        raise NotSarifError("cannot be unpacked: it is cut off")
    return unpacked


def _parse(content: bytes) -> object:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        parsed: object = json.loads(content.decode(encoding))
    except RecursionError:
        raise NotSarifError("is nested too deep") from None
    except MemoryError:
        raise NotSarifError("needs more memory than there is") from None
    except ValueError:
        raise NotSarifError("is not JSON" if content.strip() else "is empty") from None
    return parsed


def _runs(parsed: object) -> Sequence[object]:
    if not isinstance(parsed, Mapping) or not isinstance(parsed.get("runs"), list):
        raise NotSarifError("is not SARIF: it has no list of runs")
    version = parsed.get("version", "2.1.0" if "2.1" in str(parsed.get("$schema")) else "none")
    if not isinstance(version, str) or not version.startswith("2.1."):
        raise NotSarifError("is not SARIF 2.1.0")
    runs: list[object] = parsed["runs"]
    if not runs:
        raise NotSarifError("holds no run")
    return runs
