"""The modules of a tree, found by what others import, each read once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.checks.migrations.script.aliases import Aliases
from bot.checks.migrations.script.module import Declared, Import, Module, read_module
from bot.checks.migrations.script.packages import Packages
from bot.checks.migrations.script.values import Member, Name, Value
from bot.model import Tree

SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")
# What is written for a module that is compiled before it runs.
_COMPILED = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",)}
_MAX_STEPS = 20
# `@server/models` for what stands in the folder `server`.
_FOLDER_ALIAS = re.compile(r"@\w+/")


@dataclass(frozen=True)
class Found:
    """A constant, and the module in which it stands."""

    module: Module
    name: str
    declared: Declared


class Program:
    """The scripts of one tree."""

    def __init__(self, tree: Tree, known: dict[tuple[str, str], Module] | None = None) -> None:
        """`known` holds modules by path and object, for programs of several revisions to share."""
        self._tree = self.tree = tree
        self._packages, self._aliases = Packages(tree), Aliases(tree)
        self._known = known if known is not None else {}
        self._modules: dict[str, Module | None] = {}
        self._contents: dict[str, bytes | None] = {}
        self._paths = {
            entry.path
            for entry in tree.entries()
            if entry.path.endswith(SUFFIXES) and "node_modules/" not in entry.path
        }

    def module(self, path: str) -> Module | None:
        """The module at a path; None where there is none that can be read."""
        if path not in self._modules:
            entry = self._tree.entry(path) if path in self._paths else None
            mark = (path, entry.oid if entry is not None else "")
            content = self.content(path) if mark not in self._known else None
            if content is not None:
                self._known[mark] = read_module(path, content)
            self._modules[path] = self._known.get(mark)
        return self._modules[path]

    def content(self, path: str) -> bytes | None:
        """The content of the script at a path; None where there is none that can be read."""
        if path not in self._contents:
            content = self._tree.read(path) if path in self._paths else None
            self._contents[path] = content if isinstance(content, bytes) else None
        return self._contents[path]

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Read scripts in one batch."""
        wanted = [path for path in paths if path in self._paths and path not in self._contents]
        for path, content in self._tree.read_many(wanted):
            self._contents[path] = content if isinstance(content, bytes) else None

    def paths(self) -> Collection[str]:
        """The paths of all scripts."""
        return self._paths

    def read_paths(self) -> list[str]:
        """The modules that were read so far."""
        return [path for path, module in self._modules.items() if module is not None]

    def resolve(self, path: str, source: str) -> str | None:
        """The path of the module that another names; None for packages and what is not there."""
        if source.startswith("."):
            return self._file(posixpath.normpath(posixpath.join(posixpath.dirname(path), source)))
        found = next((file for stem in self._aliases.targets(path, source) if (file := self._file(stem))), None)
        if found is not None:
            return found
        for alias in ("@/", "~/", "#/", "src/", "$lib/"):
            if source.startswith(alias):
                found = self._by_ending(path, source.removeprefix(alias) if alias != "src/" else source)
                if found is not None:
                    return found
        found = self._by_ending(path, source[1:]) if _FOLDER_ALIAS.match(source) else None
        if found is not None:
            return found
        return next((found for stem in self._packages.targets(source) if (found := self._file(stem))), None)

    def _file(self, stem: str) -> str | None:
        start, ending = posixpath.splitext(stem)
        tries = [stem, *(start + other for other in _COMPILED.get(ending, ()))]
        tries += [stem + suffix for suffix in SUFFIXES] + [f"{stem}/index{suffix}" for suffix in SUFFIXES]
        return next((one for one in tries if one in self._paths), None)

    def _by_ending(self, path: str, rest: str) -> str | None:
        """A module by an alias: in the nearest folder above that has it, itself or in its `src`."""
        folder = posixpath.dirname(path)
        while True:
            for root in (folder, f"{folder}/src".lstrip("/"), f"{folder}/src/lib".lstrip("/")):
                found = self._file(posixpath.normpath(posixpath.join(root, rest)))
                if found is not None:
                    return found
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def find(self, module: Module, name: str) -> Found | Import | None:
        """What a name of a module is: a constant of some module, or something of a package.

        None where it is neither, or where it goes round in a circle.
        """
        for _ in range(_MAX_STEPS):
            if name in module.declared:
                value = module.declared[name].value
                if name != "default" or not isinstance(value, Name):
                    return Found(module, name, module.declared[name])
                # What is exported as the main thing has a name of its own.
                name = value.name
                continue
            imported = module.imports.get(name)
            if imported is None:
                return None
            path = self.resolve(module.path, imported.source)
            if path is None:
                return imported
            target = self.module(path)
            if target is None or imported.exported == "*":
                return None
            following = self._exported(target, imported.exported)
            if following is None:
                return self._of_package(target, imported.exported)
            module, name = following
        return None

    def type_of(self, module: Module, name: str) -> tuple[Module, str] | None:
        """A type that has a name: the module in which it is declared, and how it is written."""
        for _ in range(_MAX_STEPS):
            if name in module.types:
                return module, module.types[name]
            imported = module.imports.get(name)
            path = self.resolve(module.path, imported.source) if imported is not None else None
            target = self.module(path) if path is not None else None
            if target is None or imported is None:
                return None
            name = imported.exported
            module = next((one for one in self._passing_on(target) if name in one.types), target)
        return None

    def _of_package(self, module: Module, name: str) -> Import | None:
        """A name that a module passes on from a package, all of which it exports."""
        sources = (
            source
            for one in self._passing_on(module)
            for source in one.passed_on
            if self.resolve(one.path, source) is None
        )
        return next((Import(source, name) for source in sources), None)

    def member(self, module: Module, namespace: str, name: str) -> Found | Import | None:
        """What `namespace.name` is, where the namespace is all of a module."""
        imported = module.imports.get(namespace)
        if imported is None or imported.exported != "*":
            return None
        path = self.resolve(module.path, imported.source)
        target = self.module(path) if path is not None else None
        if target is None:
            return Import(imported.source, name)
        following = self._exported(target, name)
        return self.find(*following) if following is not None else self._of_package(target, name)

    def named(self, module: Module, value: Value | None) -> Found | Import | None:
        """What a name, or a name of a namespace, stands for; None of any other value."""
        match value:
            case Name(name):
                return self.find(module, name)
            case Member(Name(namespace), name):
                return self.member(module, namespace, name)
        return None

    def exports(self, module: Module) -> Iterator[Found]:
        """Yield the constants that a module exports, its own and those it passes on."""
        for one in self._passing_on(module):
            for name in one.exports.values():
                found = self.find(one, name)
                if isinstance(found, Found):
                    yield found

    def _passing_on(self, module: Module) -> Iterator[Module]:
        """Yield a module and those whose every export it passes on, each once."""
        waiting, seen = [module], {module.path}
        while waiting:
            one = waiting.pop(0)
            yield one
            for source in one.passed_on:
                path = self.resolve(one.path, source)
                target = self.module(path) if path is not None and path not in seen else None
                if target is not None:
                    seen.add(target.path)
                    waiting.append(target)

    def _exported(self, module: Module, name: str) -> tuple[Module, str] | None:
        return next(((one, one.exports[name]) for one in self._passing_on(module) if name in one.exports), None)
