"""The repository's files as a report may name them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from bot.checks.coverage.fit import measure_fit
from bot.checks.coverage.lines import FileLines
from bot.checks.coverage.names import Segments
from bot.model import Mode, Tree

_MAX_FITS = 5_000
_MAX_DEPTH = 8
_MODULE = re.compile(rb'^module[ \t]+"?([^\s"]+)"?[ \t\r]*(?://.*)?$', re.MULTILINE)


class Places:
    """The regular files of one revision, by the ends of their paths."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._fits_left = _MAX_FITS
        self._longer: dict[tuple[str, int], dict[str, list[str]]] = {}
        self._paths = {entry.path for entry in tree.entries() if entry.mode in {Mode.FILE, Mode.EXECUTABLE}}

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    @cached_property
    def has_backslashes(self) -> bool:
        r"""Whether a path has a `\` in it."""
        return any("\\" in path for path in self._paths)

    def namesakes(self, name: Segments, limit: int, *, fold: bool = False) -> list[Segments]:
        """The paths that share a name's last segment; of more than `limit` those that share more, or none.

        With `fold`, upper and lower case are one.
        """
        index = self._folded if fold else self._by_last
        paths = index.get(name[-1].casefold() if fold else name[-1], [])
        for length in range(2, min(len(name), _MAX_DEPTH) + 1):
            if len(paths) <= limit:
                break
            paths = self._ends(name[-1], length).get("/".join(name[-length:]), [])
        exact = "/".join(name)
        if len(paths) > limit:
            paths = [exact] if exact in self._paths else []
        return [tuple(path.split("/")) for path in paths]

    def _ends(self, last: str, length: int) -> dict[str, list[str]]:
        """The paths of one last segment by their ends of so many segments."""
        ends = self._longer.get((last, length))
        if ends is None:
            ends = self._longer[last, length] = {}
            for path in self._by_last.get(last, ()):
                ends.setdefault("/".join(path.rsplit("/", length)[-length:]), []).append(path)
        return ends

    @cached_property
    def _by_last(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for path in sorted(self._paths):
            index.setdefault(path.rpartition("/")[2], []).append(path)
        return index

    @cached_property
    def _folded(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for last, paths in self._by_last.items():
            index.setdefault(last.casefold(), []).extend(paths)
        return index

    def go_path(self, name: str) -> str:
        """The path of a file that is named by its Go import path; it need not be there.

        A file of no module of the repository is vendored, or named by its path (Bazel).
        """
        best = max((module for module in self.go_modules if name.startswith(f"{module}/")), key=len, default=None)
        if best is None:
            return f"vendor/{name}" if f"vendor/{name}" in self._paths else name
        return self.go_modules[best] + name[len(best) + 1 :]

    @cached_property
    def go_modules(self) -> dict[str, str]:
        """The folders of Go's modules, empty or with a slash at the end, by the modules' import paths."""
        found = {}
        for path, content in self._tree.read_many(entry.path for entry in self._tree.glob("**/go.mod")):
            if isinstance(content, bytes) and (module := _MODULE.search(content)):
                found[module[1].decode("utf-8", "surrogateescape")] = path.removesuffix("go.mod")
        return found

    def fitting(self, file: FileLines, paths: Iterable[str]) -> list[str]:
        """Those of the paths whose text a file's coverage can be about."""
        paths = list(paths)
        self._fits_left -= len(paths)
        if self._fits_left < 0:
            return paths
        contents = dict(self._tree.read_many(paths))
        return [
            path
            for path in paths
            if not isinstance(content := contents.get(path), bytes) or measure_fit(file, content, path).fits
        ]

    def contents(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The texts of files, without those that could not be read."""
        return {path: text for path, text in self._tree.read_many(paths) if isinstance(text, bytes)}
