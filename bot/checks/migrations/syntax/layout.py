"""Where things are in a tree: modules by dotted name, folders of apps, settings modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property
from posixpath import commonpath, dirname

from bot.model import Mode, Tree

_FILES = (Mode.FILE, Mode.EXECUTABLE)
_TEST_FOLDERS = frozenset({"test", "tests", "testing", "node_modules", ".venv", "venv", "site-packages"})


class Layout:
    """The Python files of one tree, by path alone."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @cached_property
    def python_files(self) -> frozenset[str]:
        """The regular files that end with `.py`."""
        return frozenset(
            entry.path for entry in self._tree.entries() if entry.path.endswith(".py") and entry.mode in _FILES
        )

    @cached_property
    def packages(self) -> frozenset[str]:
        """The folders that hold an `__init__.py`."""
        return frozenset(dirname(path) for path in self.python_files if path.endswith("__init__.py"))

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders that hold a Python file, and those above them."""
        folders: set[str] = set()
        for path in self.python_files:
            folder = dirname(path)
            while folder not in folders:
                folders.add(folder)
                folder = dirname(folder)
        return frozenset(folders)

    @cached_property
    def _by_last(self) -> dict[str, list[str]]:
        """Module locations (a path without `.py` and `/__init__`) by their last part."""
        by_last: dict[str, list[str]] = {}
        for path in sorted(self.python_files):
            location = dirname(path) if path.endswith("/__init__.py") else path[:-3]
            by_last.setdefault(location.rpartition("/")[2], []).append(location)
        return by_last

    def file_of(self, location: str) -> str | None:
        """The file of a module's location: the package's `__init__.py`, or the module's own file."""
        for path in (f"{location}/__init__.py", f"{location}.py"):
            if path in self.python_files:
                return path
        return None

    def find(self, dotted: str, near: str) -> str | None:
        """The file of a module, as code in the file `near` would import it; None where the repository has none.

        Which folders are on Python's path is not known: of several that fit, one closest to `near` is taken. A
        folder that is itself a package counts only where nothing else fits.
        """
        parts = dotted.split(".")
        if parts[0] in sys.stdlib_module_names or parts[0] == "django":
            return None
        suffix = "/".join(parts)
        fitting = [
            (location, location[: -len(suffix)].rstrip("/"))
            for location in self._by_last.get(parts[-1], ())
            if location == suffix or location.endswith(f"/{suffix}")
        ]
        roots = [one for one in fitting if one[1] not in self.packages]
        if not roots and len(parts) > 1:
            roots = [one for one in fitting if near.startswith(f"{one[1]}/")]
        if not roots:
            return None
        location, _ = max(roots, key=lambda one: (_shared(one[1], near), -len(one[1])))
        return self.file_of(location)

    def relative(self, path: str, level: int, module: str | None) -> str:
        """The location that `from ..module import` in a file stands for."""
        folder = dirname(path)
        for _ in range(level - 1):
            folder = dirname(folder)
        tail = module.replace(".", "/") if module else ""
        return f"{folder}/{tail}".strip("/") if tail else folder

    def dotted(self, path: str) -> str:
        """The name that a file is imported by, as far as the packages around it tell."""
        location = dirname(path) if path.endswith("/__init__.py") else path.removesuffix(".py")
        parts = [location.rpartition("/")[2]]
        folder = dirname(location)
        while folder and folder in self.packages:
            parts.append(folder.rpartition("/")[2])
            folder = dirname(folder)
        return ".".join(reversed(parts))

    def migration_folders(self) -> Iterator[str]:
        """Yield the packages called `migrations` that are Django's by their looks."""
        for folder in sorted(self.packages):
            if folder.rpartition("/")[2] == "migrations" and f"{folder}/env.py" not in self.python_files:
                yield folder

    def settings_files(self) -> list[str]:
        """The files that look like settings by their name."""
        return sorted(path for path in self.python_files if is_settings(path))


def _shared(root: str, near: str) -> int:
    """How many characters of path a root and a file have in common, whole folders only; the root of all has 0."""
    return len(commonpath([root, near])) if root and near else 0


def is_settings(path: str) -> bool:
    """Whether a path looks like that of a settings module."""
    folders, _, name = path.rpartition("/")
    return path.endswith(".py") and ("settings" in name or folders.rpartition("/")[2] in {"settings", "conf"})


def is_test(path: str) -> bool:
    """Whether a path is that of a test, whose models are no part of the schema."""
    *folders, name = path.split("/")
    return not _TEST_FOLDERS.isdisjoint(folders) or name.startswith("test_") or name in {"tests.py", "conftest.py"}
