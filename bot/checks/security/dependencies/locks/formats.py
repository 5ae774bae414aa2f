"""The formats of lock files, by the names of their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Final, cast

from bot.checks.security.dependencies.locks import entries
from bot.checks.security.dependencies.locks.entries import Entry, Source


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        pattern: matches the whole path of a file in it.
        module: whose `read` reads it, below this package; loaded when a file asks for it.
        follows: whether files name others of their kind; the module's `follow` then yields their paths.
        settles: whether it says what is installed, rather than what is asked for.
        looks_around: whether reading a file also reads others of its ecosystem.
    """

    ecosystem: str
    pattern: re.Pattern[str]
    module: str
    follows: bool = False
    settles: bool = True
    looks_around: bool = False

    def read(self, source: Source) -> Iterator[Entry]:
        """Yield what the file says."""
        return cast("Iterator[Entry]", self._load().read(source))

    def follow(self, source: Source) -> Iterator[str]:
        """Yield the paths of the files that the file names, where the format has such."""
        return cast("Iterator[str]", self._load().follow(source)) if self.follows else iter(())

    def _load(self) -> ModuleType:
        return import_module(f"{__package__}.{self.module}")


def _named(ecosystem: str, names: str, module: str, *, settles: bool = True, looks_around: bool = False) -> Format:
    pattern = re.compile(rf"(?:.*/)?(?:{names})", re.DOTALL)
    return Format(ecosystem, pattern, module, settles=settles, looks_around=looks_around)


_REQUIREMENTS: Final = re.compile(
    r"(?:.*/)?(?:[^/]*(?:requirements|constraints)[^/]*\.txt|(?:requirements|constraints)/(?:[^/]+/)*[^/]+\.txt)",
    re.DOTALL,
)

# A file belongs to the first whose pattern matches.
FORMATS: Final[Sequence[Format]] = (
    _named(entries.NPM, r"package-lock\.json|npm-shrinkwrap\.json", "node.npm_lock"),
    _named(entries.NPM, r"yarn\.lock", "node.yarn_lock"),
    _named(entries.NPM, r"pnpm-lock\.yaml", "node.pnpm_lock"),
    _named(entries.NPM, r"bun\.lock", "node.bun_lock"),
    _named(entries.PYPI, r"uv\.lock", "python.uv_lock"),
    _named(entries.PYPI, r"pylock(?:\.[^/.]+)?\.toml", "python.pylock"),
    _named(entries.PYPI, r"poetry\.lock", "python.poetry_lock"),
    _named(entries.PYPI, r"pdm\.lock", "python.pdm_lock"),
    _named(entries.PYPI, r"Pipfile\.lock", "python.pipfile_lock"),
    Format(entries.PYPI, _REQUIREMENTS, "python.requirements", follows=True, looks_around=True),
    _named(entries.CRATES, r"Cargo\.lock", "others.cargo_lock"),
    _named(entries.GO, r"go\.(?:mod|sum)", "others.go_mod", looks_around=True),
    _named(entries.MAVEN, r"pom\.xml", "others.maven_pom", settles=False, looks_around=True),
    _named(entries.MAVEN, r"(?:buildscript-)?gradle\.lockfile|dependency-locks/[^/]+\.lockfile", "others.gradle_lock"),
    _named(entries.MAVEN, r"[^/]+\.versions\.toml", "others.version_catalog", settles=False),
    _named(entries.RUBYGEMS, r"Gemfile\.lock|gems\.locked", "others.gemfile_lock"),
    _named(entries.NUGET, r"packages\.(?:[^/]+\.)?lock\.json", "others.packages_lock"),
    _named(
        entries.NUGET,
        r"[^/]+\.(?:cs|fs|vb)proj|Directory\.(?:Packages|Build)\.(?:props|targets)|packages\.config",
        "others.nuget_projects",
        looks_around=True,
    ),
    _named(entries.PACKAGIST, r"composer\.lock", "others.composer_lock"),
    _named(
        "others",
        r"bun\.lockb|conda-lock\.yml|pixi\.lock|deno\.lock|pubspec\.lock|mix\.lock|Podfile\.lock|Package\.resolved",
        "others.unread",
    ),
)


@lru_cache(maxsize=1 << 16)
def format_of(path: str) -> Format | None:
    """The format of a file, by its path; None for a file that is no lock."""
    return next((one for one in FORMATS if one.pattern.fullmatch(path)), None)
