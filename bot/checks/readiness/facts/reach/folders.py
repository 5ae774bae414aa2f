"""Folders that a file loads as a whole: by a pattern of names, a listing whose names are required, a scan of a package.

Each is known by one name, and not by those of its files: thousands of files may load the same thousands.
Out of sight: patterns that are put together; what a pattern leaves out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from posixpath import dirname, join, normpath

# What loads nothing by a pattern: a route, and what documents, watchers and tools are told to read or to pass over.
_APART = (
    rb"""\.(?:get|post|put|patch|delete|all|use|head|options)\(\s{0,40}\[?\s{0,40}["'`][^"'`\n]{0,200}["'`]"""
    rb"""|\b(?:apis|ignored?|excludes?|watch)["']?\s{0,9}[:=]\s{0,9}(?:\[[^\]]{0,2000}|[^,\n]{0,200})"""
)
_GLOBBED = re.compile(
    rb"%b|[\"'`]([\w./@-]{0,120})\*[^\"'`\n]{0,100}?\.?(?:[cm]?[jt]s|\{[^}\n]{1,40}\})[\"'`]" % _APART
)
_LISTED = re.compile(
    rb"""\breaddir(?:Sync)?\(\s{0,40}(?:(?:path\.)?(?:join|resolve)\(\s{0,40})?__dirname(?:\s{0,10}[,+]\s{0,10}["'`]([\w./-]{1,100})["'`])?"""
)
_REQUIRES = re.compile(rb"""\b(?:require|import)\(\s{0,40}[^\s"'`)]""")
_SCANNED = re.compile(
    rb"\b(?:config|configurator|venusian|scanner)\w{0,20}\.scan\(\s{0,40}(?:\)|\w+\s{0,4}=)"
    rb"|\bpkgutil\.(?:walk_packages|iter_modules)\("
)
_OF_TOOLS = re.compile(
    r"(?:^|/)(?:[^/]{1,60}\.config\.[^/]{1,9}|(?:gulp|grunt|jest|rollup|webpack|karma|codegen|eslint|esbuild)[^/]{0,40}"
    r"|build\.[cm]?[jt]s)$|(?:^|/)(?:scripts|tools)/",
    re.IGNORECASE,
)
_COMMENTED = re.compile(rb"[ \t\r\f\v]*+(?://|\*|/\*|#|<!--)")
# Stands in no path.
_ALL = "\0"


class Folders:
    """The files of a tree, by the names of what is loaded as a whole."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = sorted(paths)

    def files(self, name: str) -> Sequence[str]:
        """The files of a folder that is loaded as a whole; none of what is a file itself."""
        folder, all_of, ending = name.partition(_ALL)
        if not all_of:
            return ()
        # Behind all that begins with `folder/` stands `folder0`.
        begin, end = bisect_left(self._paths, folder), bisect_left(self._paths, f"{folder[:-1]}0")
        return [path for path in self._paths[begin:end] if path.endswith(ending)]

    @staticmethod
    def names(path: str) -> Iterator[str]:
        """Yield what the folders around a file are called where they are loaded as a whole."""
        while path:
            path, _, name = path.rpartition("/")
            yield from (f"{path}/{_ALL}", f"{path}/{_ALL}.py") if path and name else ()


def find_folders(path: str, content: bytes) -> Iterator[str]:
    """Yield what a script loads by the folder it is in: controllers, middlewares, models, handlers of events."""
    if _OF_TOOLS.search(path):
        return
    listed = find_outside_comments(_LISTED, content) if _REQUIRES.search(content) else ()
    found = [one for one in find_outside_comments(_GLOBBED, content) if one[1] is not None]
    for name in dict.fromkeys((one[1] or b"").decode() for one in (*found, *listed)):
        beside = normpath(join(dirname(path), name.lstrip("/")))
        folders = {beside, normpath(name.lstrip("/"))} if name.strip("./") else {beside}
        yield from (f"{folder}/{_ALL}" for folder in folders - {".", ""})


def find_scanned(path: str, content: bytes) -> Iterator[str]:
    """Yield what Pyramid, and programs that look for modules themselves, load beside a file of Python."""
    if any(True for _ in find_outside_comments(_SCANNED, content)):
        yield f"{dirname(path)}/{_ALL}.py"


def find_outside_comments(pattern: re.Pattern[bytes], content: bytes) -> Iterator[re.Match[bytes]]:
    """Yield what is found on lines that begin as code does."""
    looked, commented = 0, _COMMENTED.match(content) is not None
    for found in pattern.finditer(content):
        line = content.rfind(b"\n", looked, found.start()) + 1
        looked = found.start()
        if line:
            commented = _COMMENTED.match(content, line) is not None
        if not commented:
            yield found
