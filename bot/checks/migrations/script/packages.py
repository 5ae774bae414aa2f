"""The packages of a repository that holds several: which folder a package's name stands for, and what it exports.

Source: https://nodejs.org/api/packages.html#package-entry-points.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from bot.model import Tree

_CONDITIONS = ("import", "source", "development", "default", "node", "require", "types")
_BUILT = ("dist/", "build/", "lib/")
_MAX_PACKAGES = 2_000


class Packages:
    """The `package.json` files of a tree, read when the first name is looked up."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[str, tuple[str, Mapping[str, Any]]] | None = None

    def targets(self, source: str) -> Iterator[str]:
        """Yield the paths, without endings perhaps, for which `name/rest` may stand; none for what is not here."""
        parts = source.split("/")
        name = "/".join(parts[: 2 if source.startswith("@") else 1])
        rest = source[len(name) + 1 :]
        found = self._packages().get(name)
        if found is None:
            return
        folder, manifest = found
        for path in _exported(manifest, rest):
            yield _join(folder, path)
            for built in _BUILT:
                if path.startswith(built):
                    yield _join(folder, posixpath.splitext(f"src/{path.removeprefix(built)}")[0])
        for start in ("", "src"):
            yield _join(folder, posixpath.join(start, rest))

    def _packages(self) -> dict[str, tuple[str, Mapping[str, Any]]]:
        if self._found is None:
            self._found = {}
            paths = [entry.path for entry in self._tree.glob("**/package.json") if "node_modules/" not in entry.path]
            for path, content in self._tree.read_many(paths[:_MAX_PACKAGES]):
                try:
                    manifest = json.loads(content) if isinstance(content, bytes) else {}
                except (ValueError, RecursionError):
                    continue
                if isinstance(manifest, dict) and isinstance(manifest.get("name"), str):
                    self._found.setdefault(manifest["name"], (posixpath.dirname(path), manifest))
        return self._found


def _exported(manifest: Mapping[str, Any], rest: str) -> Iterator[str]:
    exports = manifest.get("exports")
    wanted = f"./{rest}" if rest else "."
    if isinstance(exports, dict):
        for key, target in exports.items():
            start, star, end = str(key).partition("*")
            if key == wanted:
                yield from _paths(target, "")
            elif star and wanted.startswith(start) and wanted.endswith(end):
                yield from _paths(target, wanted[len(start) : len(wanted) - len(end)])
    if not rest:
        if not isinstance(exports, dict):
            yield from _paths(exports, "")
        for key in ("source", "main", "module", "types"):
            yield from _paths(manifest.get(key), "")


def _paths(target: object, star: str) -> Iterator[str]:
    if isinstance(target, str):
        yield target.removeprefix("./").replace("*", star)
    elif isinstance(target, dict):
        for condition in _CONDITIONS:
            if isinstance(target.get(condition), str):
                yield target[condition].removeprefix("./").replace("*", star)


def _join(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path)).removeprefix("./")
