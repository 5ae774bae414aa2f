"""Which packages of Go are built into a program: those that a `package main` imports, and what these import.

Rule: a package that no program imports, however far, runs nowhere. Where there is no program, or nothing says by what
path its packages are imported, everything counts. A file that a build ignores, such as a generator's, begins none.
Source: https://go.dev/ref/spec#Program_execution and https://go.dev/ref/mod#go-mod-file (read 2026-11-30).
Out of sight: files that a build leaves out by other tags, and vendored copies.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import dirname

from bot.checks.readiness.facts.files import Files, Reads
from bot.checks.readiness.facts.roles import Role

_FILES = ("*.go",)
_MANIFESTS = ("go.mod",)
# What a generator writes is built, too: a program's own beginning, or what puts its parts together.
_ROLES = (Role.PRODUCT, Role.GENERATED)
_PACKAGE = re.compile(rb"^package[ \t]++(\w++)", re.MULTILINE)
# Comments are gone over, and what is in quotation marks is an import or looks like none of the tree's.
_IMPORT = re.compile(rb"//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)|[\"`]([^\"`\s]{1,300}+)[\"`]")
_MODULE = re.compile(r"^module(?:[ \t]++|[ \t]*+\(\s*+)[\"`]?([^\s\"`()]++)", re.MULTILINE)
_IGNORED = re.compile(rb"^//(?:go:build|[ \t]*+\+build)[ \t]++(?:ignore|tools|generate|gen)\b", re.MULTILINE)


class Packages:
    """The packages of a tree, and which of them are in a program."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def is_built(self, path: str) -> bool:
        """Whether a source file belongs to a package that is in some program, or whether there is no program."""
        self._files.note(self._reads)
        return not self._built or dirname(path) in self._built

    @cached_property
    def _paths(self) -> Sequence[str]:
        return [one for one in self._files.select(*_FILES, roles=_ROLES) if not one.endswith("_test.go")]

    @cached_property
    def _reads(self) -> Reads:
        return Reads(paths={*self._paths, *self._files.select(*_MANIFESTS)}, patterns={*_FILES, *_MANIFESTS})

    @cached_property
    def _folders(self) -> Mapping[str, str]:
        """The folder of each module, by the path that its packages are imported by."""
        found = ((dirname(path), self._files.text(path) or "") for path in self._files.select(*_MANIFESTS))
        return {named[1]: folder for folder, text in found if (named := _MODULE.search(text))}

    @cached_property
    def _built(self) -> frozenset[str]:
        """The folders of packages that are in a program; empty where there is none, or no module is named."""
        if not self._folders:
            return frozenset()
        self._files.prefetch(self._paths)
        imported: defaultdict[str, set[str]] = defaultdict(set)
        waiting: list[str] = []
        for path in self._paths:
            content = self._files.content(path) or b""
            folder = dirname(path)
            imported[folder].update(self._imports_of(content))
            package = _PACKAGE.search(content)
            if package and package[1] == b"main" and not _IGNORED.search(content, 0, package.start()):
                waiting.append(folder)
        found = set(waiting)
        while waiting:
            for folder in imported.get(waiting.pop(), ()):
                if folder not in found:
                    found.add(folder)
                    waiting.append(folder)
        return frozenset(found)

    def _imports_of(self, content: bytes) -> Iterator[str]:
        """Yield the folders of the tree that a file imports."""
        for one in filter(None, _IMPORT.findall(content)):
            name = one.decode("utf-8", "replace")
            ends = [at for at, sign in enumerate(name) if sign == "/"]
            for end in (*ends, len(name)):
                if (folder := self._folders.get(name[:end])) is not None:
                    yield "/".join(filter(None, (folder, name[end + 1 :])))
