"""The packages of Go in a tree, each read when it is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.checks.migrations.ent.golang.source import Constant, Function, Source, Type, read_source
from bot.model import Tree

_KNOWN = ("entgo.io/ent/schema", "entgo.io/ent/dialect")
_MODULE = re.compile(rb"^\s*module\s+\"?([^\s\"]+)", re.MULTILINE)


@dataclass(kw_only=True)
class Package:
    """What the files of a folder declare together. `unread` are files that could not be had or parsed, with lines."""

    folder: str
    sources: list[Source] = field(default_factory=list)
    types: dict[str, Type] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    methods: dict[tuple[str, str], Function] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    unread: dict[str, tuple[int, str]] = field(default_factory=dict)


class Program:
    """The Go of one tree."""

    def __init__(self, tree: Tree, cache: dict[str, Source] | None = None) -> None:
        self._tree = tree
        self._packages: dict[str, Package] = {}
        self._modules: list[tuple[str, str]] | None = None
        # By the id of the blob, so that what a change leaves alone is parsed once.
        self._cache = cache if cache is not None else {}
        self._files: dict[str, list[str]] | None = None

    def package(self, folder: str) -> Package:
        """The package of a folder; one without files declares nothing. Tests are no part of it."""
        if folder not in self._packages:
            self._packages[folder] = self._read(folder)
        return self._packages[folder]

    def read_folders(self) -> frozenset[str]:
        """The folders whose packages were asked for."""
        return frozenset(self._packages)

    def source(self, path: str) -> Source | None:
        """One file; None where there is none that was read."""
        content = self._tree.read(path) if self._tree.entry(path) is not None else None
        return self._parse(path, content) if isinstance(content, bytes) else None

    def folder_of(self, address: str) -> str | None:
        """The folder of an import path; None where it is of a module outside the repository."""
        # Ent's own builders are known by what they do, also in a repository that is ent's or holds a copy of it.
        if address.startswith(_KNOWN):
            return None
        for module, root in self._known_modules():
            if address == module or address.startswith(f"{module}/"):
                rest = address[len(module) + 1 :]
                return "/".join(part for part in (root, rest) if part)
        return None

    def _known_modules(self) -> list[tuple[str, str]]:
        if self._modules is None:
            self._modules = []
            for path, content in self._tree.read_many([entry.path for entry in self._tree.glob("go.mod", "**/go.mod")]):
                found = _MODULE.search(content) if isinstance(content, bytes) else None
                if found is not None:
                    self._modules.append((found[1].decode("utf-8", "replace"), path.rpartition("/")[0]))
            self._modules.sort(key=lambda one: -len(one[0]))
        return self._modules

    def _read(self, folder: str) -> Package:
        package = Package(folder=folder)
        for path, content in self._tree.read_many(self._paths(folder)):
            if not isinstance(content, bytes):
                package.unread[path] = (1, content.reason)
                continue
            source = self._parse(path, content)
            if source.broken is not None:
                package.unread[path] = (source.broken, "a syntax that cannot be read")
            package.sources.append(source)
            package.types.update(source.types)
            package.functions.update(source.functions)
            package.methods.update(source.methods)
            package.constants.update(source.constants)
        return package

    def _paths(self, folder: str) -> list[str]:
        if self._files is None:
            self._files = {}
            for one in self._tree.entries():
                if one.path.endswith(".go") and not one.path.endswith("_test.go"):
                    self._files.setdefault(one.path.rpartition("/")[0], []).append(one.path)
        return self._files.get(folder, [])

    def _parse(self, path: str, content: bytes) -> Source:
        entry = self._tree.entry(path)
        key = f"{path}\0{entry.oid if entry is not None else ''}"
        if key not in self._cache:
            self._cache[key] = read_source(path, content)
        return self._cache[key]
