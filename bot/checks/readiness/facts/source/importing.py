"""Whether a file may import a module, told by its bytes: many a file has the word, and few have it where one is named.

Out of sight: a file in which the word stands more often than is looked at, which may.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_QUOTED = frozenset({"typescript", "go", "ruby"})
_MOST = 40
# A longer line, or statement, is a tool's.
_MAX_BEFORE = 2_000
_KEYWORDS = {"java": b"import", "csharp": b"using", "php": b"use"}
_WORD = re.compile(r"\w+")
# Imports stand at the top of a file of Go. A version, and what says no more than the language, is no part of a name.
_MAX_IMPORTS = 20_000
_RENAMED = re.compile(rb"""^[ \t]*+(?:import[ \t]++)?([A-Za-z]\w*+)[ \t]++"([\w.~/-]++)\"""", re.MULTILINE)
_VERSION = re.compile(r"v\d+")
_OF_GO = re.compile(r"^go-|[.-]go$|\.v\d+$")
# A semicolon of these ends no statement.
_NAMES = re.compile(rb"(?<![\w.$])import(?:\s++type)?+\s*+(?:(?!type\b)[\w$]++\s*+,\s*+)?+\{[\w\s,$]*+")
_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)|(?://|#)[^\r\n]*", re.DOTALL)


def may_import(content: bytes, needles: Collection[str], language: str) -> bool:
    """Whether one of some texts may stand in the name of a module that is imported; `needles` are in lower case."""
    if not needles or not content.isascii():
        return True
    text = content.lower()
    if language == "rust":
        # A module's name is put together there of what may stand on several lines.
        needles = [max(_WORD.findall(needle), key=len, default="") for needle in needles]
    return any(_is_named(text, needle.encode(), language) for needle in needles)


def find_renamed(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the names that a file of Go gives to packages it imports, each with the package's own name."""
    for found in _RENAMED.finditer(content, 0, _MAX_IMPORTS):
        given, path = found[1].decode(), found[2].decode("ascii", "replace")
        own = next((_OF_GO.sub("", part) for part in reversed(path.split("/")) if not _VERSION.fullmatch(part)), "")
        if own and own != given:
            yield given, own


def is_imported(content: bytes, position: int, looked_at: int) -> bool:
    """Whether a name of script stands among those of an import: there it is given nothing. Of too many none is told."""
    start = content.rfind(b"import", max(0, position - _MAX_BEFORE), position) if looked_at < _MOST else -1
    return start >= 0 and _NAMES.fullmatch(content, start, position) is not None


def _is_named(text: bytes, needle: bytes, language: str) -> bool:
    position = text.find(needle)
    for _ in range(_MOST):
        if position < 0:
            return False
        if _is_place_of_module(text, position, language):
            return True
        position = text.find(needle, position + 1)
    return position >= 0


def _is_place_of_module(text: bytes, position: int, language: str) -> bool:
    """Whether what stands at a place may be part of a module's name: behind a quote, or behind `import`."""
    end = b";" if language in _KEYWORDS else b"\n"
    start = text.rfind(end, max(0, position - _MAX_BEFORE), position)
    if start < 0 and position > _MAX_BEFORE:
        return True
    before = text[start + 1 : position]
    if language in _QUOTED:
        return b'"' in before or b"'" in before
    if language in _KEYWORDS:
        keyword, window = _KEYWORDS[language], text[max(0, position - _MAX_BEFORE) : position]
        return keyword in before or keyword in _COMMENT.sub(b"", window).rpartition(end)[2]
    # A statement of Python goes on behind a line that ends in a backslash.
    goes_on = start > 0 and text[max(0, start - 2) : start].rstrip(b"\r").endswith(b"\\")
    return language != "python" or goes_on or b"import" in before or b"from" in before
