"""The manifests that are read, by the names of their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from bot.checks.security.dependencies.locks import entries
from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Statement


@dataclass(frozen=True)
class ManifestFormat:
    """One format.

    Attributes:
        pattern: matches the whole path of a file in it.
        module: whose `declare` reads it, in this package; loaded when a file asks for it.
    """

    ecosystem: str
    pattern: re.Pattern[str]
    module: str

    def declare(self, source: Source) -> Iterator[Statement]:
        """Yield what the file asks for."""
        return cast("Iterator[Statement]", import_module(f"{__package__}.{self.module}").declare(source))


def _named(ecosystem: str, names: str, module: str) -> ManifestFormat:
    return ManifestFormat(ecosystem, re.compile(rf"(?:.*/)?(?:{names})", re.DOTALL), module)


MANIFESTS: Final[Sequence[ManifestFormat]] = (
    _named(entries.NPM, r"package\.json", "package_json"),
    _named(entries.PYPI, r"pyproject\.toml", "pyproject"),
    _named(entries.PYPI, r"Pipfile", "pipfile"),
    _named(entries.PYPI, r"setup\.cfg", "setup_cfg"),
    _named(entries.PYPI, r"setup\.py", "setup_py"),
    _named(entries.PYPI, r"[^/]*requirements[^/]*\.in|requirements/(?:[^/]+/)*[^/]+\.in", "requirements_in"),
    _named(entries.CRATES, r"Cargo\.toml", "cargo_toml"),
    _named(entries.RUBYGEMS, r"Gemfile|gems\.rb", "gemfile"),
    _named(entries.PACKAGIST, r"composer\.json", "composer_json"),
    _named(entries.MAVEN, r"build\.gradle(?:\.kts)?", "gradle_build"),
)


def manifest_format_of(path: str) -> ManifestFormat | None:
    """The format of a file, by its path; None for a file that is no manifest."""
    return next((one for one in MANIFESTS if one.pattern.fullmatch(path)), None)
