"""Classes of TypeScript that nothing makes: files hand them on whole, and none of the product names them.

Frameworks that find classes by themselves do so by decorators, by folders, or by all that a module gives: a class that
has decorators, or whose file something takes whole or nothing takes at all, may be used.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.reach.modules import Modules
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

_MAX_FILES, _MAX_TEXT = 60, 2_000
_NAMED = re.compile(r"(?:import|export)\s+(?:type\s+)?\{")
_ALL = re.compile(r"export\s+\*\s+from\b")
_HANDED_ON = re.compile(rb"\bexport\s++\{[\w\s,]{0,2000}+\}\s{0,40}from\b")
_RENAMED = re.compile(rb"\sas\s")


class Unnamed:
    """Answers for one tree."""

    def __init__(self, source: Source, modules: Modules) -> None:
        self._source = source
        self._modules = modules
        self._known: dict[tuple[str, int], bool] = {}

    def holds(self, file: SourceFile, owner: Element) -> bool:
        """Whether a class is given to others by its name alone, and nothing but what hands it on has that name."""
        key = (file.path, owner.start)
        if key not in self._known:
            self._known[key] = self._find(file, owner)
        return self._known[key]

    def _find(self, file: SourceFile, owner: Element) -> bool:
        given = rf"\bexport\s++(?:abstract\s++)?class\s++{re.escape(owner.name)}\b"
        if file.language != "typescript" or not re.search(given, file.code):
            return False
        if any(owner.start <= one.start < owner.end for one in file.decorators):
            return False
        taken = self._modules.importers(file.path) and not _is_said(self._source, file, owner)
        return bool(taken) and _by_name(self._source, self._modules, file)


def _is_said(source: Source, home: SourceFile, owner: Element) -> bool:
    """Whether anything has the name of a class as a word, and not as the end of a path."""
    word = re.compile(rb"(?<![\w$/])" + re.escape(owner.name.encode()) + rb"(?![\w$])")
    paths = source.mentioning(owner.name)
    if len(paths) > _MAX_FILES:
        return True
    for path in paths:
        content = source.content(path)
        if path == home.path:
            said = (one.start() for one in word.finditer(content))
            # Its own head, which may begin behind the word `class`, says the name once.
            if sum(not owner.start < at < owner.end for at in said):
                return True
        elif word.search(_HANDED_ON.sub(_kept, content)):
            return True
    return False


def _kept(handed: re.Match[bytes]) -> bytes:
    return handed[0] if _RENAMED.search(handed[0]) else b""


def _by_name(source: Source, modules: Modules, file: SourceFile) -> bool:
    """Whether all that take in a file, or a file that hands on all of it, ask for parts of it by their names."""
    waiting, seen = [file.path], {file.path}
    while waiting and len(seen) <= _MAX_FILES:
        path = waiting.pop()
        for importer in modules.importers(path):
            user = source.file(importer)
            taken = [user.text(one)[:_MAX_TEXT] for one in user.imports if is_of(one, path)]
            if not taken or not all(_NAMED.match(one) or _ALL.match(one) for one in taken):
                return False
            if importer not in seen and any(_ALL.match(one) for one in taken):
                seen.add(importer)
                waiting.append(importer)
    return not waiting


def is_of(imported: Element, path: str) -> bool:
    """Whether an import names a file, or the folder of an index, as far as the last of its path tells."""
    stem = path.rpartition("/")[2].partition(".")[0]
    return (path.split("/")[-2] if stem == "index" and "/" in path else stem) in imported.name
