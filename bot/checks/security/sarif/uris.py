"""Maps the addresses of results to files of a tree; what is outside has none.

Rule: a relative address is a path of the tree. An absolute one is below the place where the tool's machine had the
checkout: the beginning that, taken away, makes paths of the tree of most results of the run. Addresses below no such
place, and those that `..` leads out of it, are dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import unquote

from bot.checks.security.sarif.access import get_object

_MAX_CHAIN = 20
_MAX_URI = 4096
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DRIVE = re.compile(r"/?[A-Za-z]:(?=[\\/])")
_SYSTEM = frozenset({"etc", "usr", "lib", "lib64", "bin", "sbin", "proc", "sys", "dev", "boot"})
_INSTALLED = frozenset({"site-packages", "dist-packages", "node_modules"})
_SURE_DEPTH = 2


def resolve(location: Mapping[str, object], bases: Mapping[str, object]) -> str | None:
    """The address of an `artifactLocation`, through its chain of `originalUriBaseIds`; absolute ones begin with `/`.

    None where it is no file's, or leads out of what it is relative to.
    """
    parts: list[str] = []
    for _ in range(_MAX_CHAIN):
        uri, base = location.get("uri"), location.get("uriBaseId")
        if isinstance(uri, str):
            parts.append(uri[:_MAX_URI])
            if uri.startswith("/") or _SCHEME.match(uri) or _DRIVE.match(uri):
                break
        if not isinstance(base, str) or base not in bases:
            break
        location = get_object(bases, base)
    else:
        return None
    return _collapse([_decode(part) for part in reversed(parts)])


def _decode(uri: str) -> str | None:
    """The path of one address; None where its scheme is another than `file`."""
    if uri[:5].lower() == "file:":
        uri = re.sub(r"^//[^/]*(?=/)", "", uri[5:])
    elif _SCHEME.match(uri) and not _DRIVE.match(uri):
        return None
    path = unquote(uri, errors="surrogateescape")
    if drive := _DRIVE.match(path):
        path = path[drive.end() :]
    return path


def _collapse(parts: Sequence[str | None]) -> str | None:
    if not parts or any(part is None for part in parts):
        return None
    whole = "/".join(part for part in parts if part)
    kept: list[str] = []
    for segment in whole.replace("\\", "/").split("/"):
        if segment == "..":
            if not kept:
                return None
            kept.pop()
        elif segment not in {"", "."}:
            kept.append(segment)
    absolute = whole.startswith(("/", "\\"))
    return ("/" if absolute else "") + "/".join(kept) if kept else None


class Roots:
    """Where the machine of a run had the checkout, judged by all its addresses."""

    def __init__(self, uris: Iterable[str], paths: Collection[str]) -> None:
        self._paths = paths
        self._depth = max((path.count("/") for path in paths), default=0) + 1
        votes = Counter(root for uri in uris if uri not in paths and (root := self._find_root(uri)) is not None)
        best = max(votes.values(), default=0)
        # Of roots that as many results have, the shortest takes most of the path as the repository's.
        self._root = min((root for root, number in votes.items() if number == best), key=len, default=None)

    def path(self, uri: str) -> str | None:
        """The path in the tree; None where the address is no file of it."""
        if uri in self._paths:
            return uri
        if self._root is None or not uri.startswith(f"{self._root}/"):
            return None
        path = uri[len(self._root) + 1 :]
        return path if path in self._paths else None

    def _find_root(self, uri: str) -> str | None:
        segments = uri.split("/")
        for start in range(max(1, len(segments) - self._depth), len(segments)):
            if "/".join(segments[start:]) in self._paths:
                return "/".join(segments[:start]) if _is_likely(segments, start) else None
        return None


def _is_likely(segments: Sequence[str], start: int) -> bool:
    """Whether what stands before a path of the tree may be a checkout: no system's folder, no installed package's."""
    before = segments[:start]
    if _INSTALLED.intersection(before) or (before[0] == "" and _SYSTEM.intersection(before[1:2])):
        return before[1:3] == ["usr", "src"] and not _INSTALLED.intersection(before)
    return before[0] == "" or len(segments) - start >= _SURE_DEPTH
