"""Which packages of npm a file may import: those that a package.json names in its folder, or in one above."""

from __future__ import annotations

import re
from functools import cached_property
from posixpath import dirname

from bot.checks.readiness.facts.dependencies.npm import read_package_json
from bot.checks.readiness.facts.files import Files


class Packages:
    """The manifests of a tree, each read when a file below it is asked about."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._read: dict[str, frozenset[str]] = {}

    def declare(self, path: str, pattern: re.Pattern[str]) -> bool:
        """Whether one of the packages of a file has a name that matches from its start."""
        folder = dirname(path)
        while not any(map(pattern.match, self._of(folder))):
            if not folder:
                return False
            folder = dirname(folder)
        return True

    def _of(self, folder: str) -> frozenset[str]:
        if folder not in self._read:
            manifest = self._manifests.get(folder)
            self._read[folder] = frozenset(
                one.name for one in (read_package_json(self._files, manifest) if manifest else ())
            )
        return self._read[folder]

    @cached_property
    def _manifests(self) -> dict[str, str]:
        return {dirname(path): path for path in self._files.select("package.json")}
