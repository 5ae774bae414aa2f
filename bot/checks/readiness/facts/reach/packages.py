"""Which packages of Go are built into a program: those that a `package main` imports, and what these import.

Rule: a package that no program imports, however far, runs nowhere. Where there is no program, or nothing says by what
path its packages are imported, everything counts. A file that builds leave out by its tags is in none (`GoBuilds`).
Source: https://go.dev/ref/spec#Program_execution and https://go.dev/ref/mod#go-mod-file (read 2026-11-30).
Out of sight: vendored copies.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from posixpath import dirname

from bot.checks.readiness.facts.files import Files, Reads
from bot.checks.readiness.facts.reach.go_builds import BUILDS, GoBuilds
from bot.checks.readiness.facts.roles import Role

_FILES = ("*.go",)
_MANIFESTS = ("go.mod",)
# What a generator writes is built, too: a program's own beginning, or what puts its parts together.
_ROLES = (Role.PRODUCT, Role.GENERATED)
_PACKAGE = re.compile(rb"^package[ \t]++(\w++)", re.MULTILINE)
# Comments are gone over, and what is in quotation marks is an import or looks like none of the tree's.
_IMPORT = re.compile(rb"//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)|[\"`]([^\"`\s]{1,300}+)[\"`]")
_MODULE = re.compile(r"^module(?:[ \t]++|[ \t]*+\(\s*+)[\"`]?([^\s\"`()]++)", re.MULTILINE)


class Packages:
    """The packages of a tree, and which of them are in a program."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def is_built(self, path: str) -> bool:
        """Whether a source file belongs to a package that is in some program, or whether there is no program."""
        self._files.note(self._reads)
        if path in self._left_out:
            return False
        return not self._built or dirname(path) in self._built

    @cached_property
    def _paths(self) -> Sequence[str]:
        return [one for one in self._files.select(*_FILES, roles=_ROLES) if not one.endswith("_test.go")]

    @cached_property
    def _reads(self) -> Reads:
        paths = {*self._paths, *self._files.select(*_MANIFESTS, *BUILDS)}
        return Reads(paths=paths, patterns={*_FILES, *_MANIFESTS, *BUILDS})

    @cached_property
    def _left_out(self) -> frozenset[str]:
        """The files that no build takes."""
        self._files.prefetch(self._paths)
        builds = GoBuilds(self._files, self._paths)
        return frozenset(path for path in self._paths if builds.leaves_out(self._files.content(path) or b""))

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
        imported: defaultdict[str, set[str]] = defaultdict(set)
        waiting: list[str] = []
        for path in self._paths:
            if path in self._left_out:
                continue
            content = self._files.content(path) or b""
            folder = dirname(path)
            imported[folder].update(self._imports_of(content))
            package = _PACKAGE.search(content)
            if package and package[1] == b"main":
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
