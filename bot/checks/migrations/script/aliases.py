"""Names of modules that `tsconfig.json` gives: `paths` and `baseUrl`.

Source: https://www.typescriptlang.org/tsconfig/#paths.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.migrations.script.module import read_module
from bot.checks.migrations.script.values import Array, Object, Text, Value
from bot.model import Tree

_NAMES = ("tsconfig.json", "tsconfig.base.json", "jsconfig.json")
_MAX_EXTENDS = 4


@dataclass(frozen=True)
class _Config:
    """Where names begin, and patterns with what they stand for; the paths are from the repository's root."""

    base: str | None
    paths: tuple[tuple[str, tuple[str, ...]], ...]


class Aliases:
    """The `tsconfig.json` files of a tree, each read when a module near it is looked up."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[str, tuple[_Config, ...]] = {}

    def targets(self, path: str, source: str) -> Iterator[str]:
        """Yield the paths, without endings perhaps, for which a name may stand in a module; the nearest first."""
        for config in self._configs(posixpath.dirname(path)):
            for pattern, targets in config.paths:
                start, star, end = pattern.partition("*")
                if source == pattern:
                    yield from targets
                elif star and source.startswith(start) and source.endswith(end):
                    rest = source[len(start) : len(source) - len(end)]
                    yield from (target.replace("*", rest) for target in targets)
            if config.base is not None:
                yield posixpath.normpath(posixpath.join(config.base, source)).removeprefix("./")

    def _configs(self, folder: str) -> tuple[_Config, ...]:
        """The configurations of a folder and of those above it."""
        if folder not in self._found:
            own = [one for name in _NAMES if (one := self._read(posixpath.join(folder, name), 0)) is not None]
            above = self._configs(posixpath.dirname(folder)) if folder else ()
            self._found[folder] = (*own, *above)
        return self._found[folder]

    def _read(self, path: str, depth: int) -> _Config | None:
        content = self._tree.read(path) if self._tree.entry(path) is not None else b""
        if not isinstance(content, bytes) or not content or depth > _MAX_EXTENDS:
            return None
        # It is JSON with comments, which an expression of the language may have too.
        declared = read_module("tsconfig.ts", b"export default " + content.lstrip(b"\xef\xbb\xbf")).declared
        value = declared["default"].value if "default" in declared else None
        folder = posixpath.dirname(path)
        options = _member(value, "compilerOptions")
        base, paths = _member(options, "baseUrl"), _member(options, "paths")
        start = _join(folder, base.text) if isinstance(base, Text) else None
        if not isinstance(paths, Object):
            extends = _member(value, "extends")
            given = extends.text if isinstance(extends, Text) else ""
            inherited = self._read(_join(folder, given), depth + 1) if given.startswith(".") else None
            return _Config(start, inherited.paths if inherited is not None else ())
        home = start if start is not None else folder
        return _Config(start, tuple((one.key, tuple(_targets(home, one.value))) for one in paths.entries))


def _targets(folder: str, value: Value) -> Iterator[str]:
    for one in value.items if isinstance(value, Array) else ():
        if isinstance(one, Text):
            yield _join(folder, one.text)


def _member(value: Value | None, name: str) -> Value | None:
    entries = value.entries if isinstance(value, Object) else ()
    return next((one.value for one in entries if one.key == name), None)


def _join(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path)).removeprefix("./")
