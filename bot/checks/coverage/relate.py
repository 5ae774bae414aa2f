"""Whether a file has to do with the change, so that a lost line in it may be the change's doing.

Rule: the change edits the file; or one of the two names the other, as an import or a test does: a module's name stands
as a word in the other's text, or a test is named after it. It errs towards having to do with it.
Out of sight: what reaches a file by configuration, reflection or another file in between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from bot.model import Change, ChangedFile

_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
# Files that speak for their folder: an import names that.
_FOLDER_NAMES = frozenset({"__init__", "index", "mod", "main", "lib", "package-info"})
_TEST_PARTS = re.compile(
    r"^(?:test|tests|spec)[_.-]|[_.-](?:test|tests|spec|e2e|integration)$|(?<=[a-z0-9])(?:Tests?|Spec|IT)$"
)
_TEST_FOLDER = re.compile(
    r"^(?:\w*[-_.])?(?:tests?|specs?|testing|testdata|e2e|mocks)[-_]*$|^(?:android|int|integration|unit|functional)tests?$",
    re.IGNORECASE,
)
TEXT_FILES = frozenset({"", ".md", ".rst", ".txt", ".adoc", ".lock", ".svg", ".png", ".csv"})
_SHORTEST_NAME = 2


def is_test(path: str) -> bool:
    """Whether a path is a test's, by the names that ecosystems use."""
    place = PurePosixPath(path)
    folders = any(_TEST_FOLDER.search(part) for part in place.parts[:-1])
    return folders or _TEST_PARTS.search(_stem(path)) is not None or place.stem == "conftest"


def _stem(path: str) -> str:
    """The name without its last ending: `cart.test` for `src/cart.test.ts`."""
    return PurePosixPath(path).stem


def module_name(path: str) -> str:
    """The word by which other files name a file: its own name without what marks a test, or its folder's."""
    name = _TEST_PARTS.sub("", _stem(path))
    if name in _FOLDER_NAMES:
        name = PurePosixPath(path).parent.name or name
    return name.partition(".")[0]


class Relations:
    """Which files have to do with a change. What must be read is read once, when it is first asked for."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._code = [file for file in change.files if PurePosixPath(file.path).suffix.lower() not in TEXT_FILES]
        self._edited = {path for file in change.files for path in (file.path, file.old_path) if path}

    def find_related(self, paths: Iterable[str]) -> set[str]:
        """Those of the paths (at head) that have to do with the change."""
        wanted = list(paths)
        related = {path for path in wanted if path in self._edited}
        open_ones = [path for path in wanted if path not in related]
        if not open_ones or not self._code:
            return related
        names = {path: module_name(path).encode("utf-8", "surrogateescape") for path in open_ones}
        related |= {path for path, name in names.items() if self._names(name)}
        rest = [path for path in open_ones if path not in related]
        for path, content in self._change.head.read_many(rest):
            if not isinstance(content, bytes) or _words(content) & self._module_names:
                related.add(path)
        return related

    def _names(self, name: bytes) -> bool:
        return len(name) >= _SHORTEST_NAME and (name in self._said or name in self._module_names)

    @cached_property
    def _module_names(self) -> frozenset[bytes]:
        """The names of the modules that the change edits."""
        names = {module_name(path) for file in self._code for path in (file.path, file.old_path) if path}
        return frozenset(name.encode("utf-8", "surrogateescape") for name in names if len(name) >= _SHORTEST_NAME)

    @cached_property
    def _said(self) -> set[bytes]:
        """The words of the changed files, before and after."""
        said: set[bytes] = set()
        for tree, paths in (
            (self._change.head, _paths(self._code, old=False)),
            (self._change.merge_base, _paths(self._code, old=True)),
        ):
            for _, content in tree.read_many(paths):
                said |= _words(content) if isinstance(content, bytes) else set()
        return said


def _paths(files: Sequence[ChangedFile], *, old: bool) -> list[str]:
    found = (
        (file.old_path if file.old_oid else None) if old else (file.path if file.new_oid else None) for file in files
    )
    return [path for path in found if path is not None]


def _words(content: bytes) -> set[bytes]:
    return set(_WORD.findall(content))
