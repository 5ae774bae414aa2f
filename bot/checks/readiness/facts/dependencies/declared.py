"""Declared dependencies, found by name. Lock files are no evidence: they name what others need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

from bot.checks.readiness.facts.files import Files, Reads

_HERE = "bot.checks.readiness.facts.dependencies"
# Patterns of names, and the reader of such a manifest.
_READERS: Sequence[tuple[tuple[str, ...], str]] = (
    (("package.json",), "npm:read_package_json"),
    (("composer.json",), "npm:read_composer_json"),
    (("pyproject.toml",), "python:read_pyproject"),
    (("requirements*.txt", "*requirements.txt", "requirements*.in"), "python:read_requirements"),
    # By habit of Django's projects a file for each environment.
    (("**/requirements/*.txt", "**/requirements/*.in"), "python:read_requirements"),
    (("Pipfile",), "python:read_pipfile"),
    (("setup.cfg", "setup.py"), "python:read_setup"),
    (("go.mod",), "others:read_go_mod"),
    (("Gemfile", "*.gemspec"), "others:read_gemfile"),
    (("Cargo.toml",), "others:read_cargo"),
    (("pom.xml",), "jvm:read_pom"),
    (("build.gradle", "build.gradle.kts", "dependencies.gradle"), "jvm:read_gradle"),
    (("build.sbt", "Dependencies.scala"), "jvm:read_sbt"),
    (("*.csproj", "*.fsproj", "Directory.Packages.props", "Directory.Build.props"), "others:read_dotnet"),
)
GRADLE_NAMES = ("*.gradle", "*.gradle.kts", "**/buildSrc/**/*.kt", "**/buildSrc/**/*.groovy")
"""Where a build of Gradle may name the libraries that its scripts refer to."""


@dataclass(frozen=True)
class Dependency:
    """One declared dependency.

    Attributes:
        name: as the ecosystem spells it, in lower case; `group:artifact` for the JVM, the module's path for Go.
        development: whether it is declared for tests, linting or building alone.
        line: 1-based.
    """

    ecosystem: str
    name: str
    development: bool
    path: str
    line: int


class Dependencies:
    """All that the manifests of the product declare."""

    def __init__(self, files: Files) -> None:
        self._files = files
        named = {pattern for patterns, _ in _READERS for pattern in patterns}
        files.note(Reads(paths=set(self.manifests), patterns={*named, *GRADLE_NAMES, "libs.versions.toml"}))

    @cached_property
    def manifests(self) -> Sequence[str]:
        """The manifests' paths."""
        patterns = [pattern for patterns, _ in _READERS for pattern in patterns]
        return self._files.select(*patterns)

    @cached_property
    def all(self) -> Sequence[Dependency]:
        """All dependencies, manifest by manifest."""
        found: list[Dependency] = []
        self._files.prefetch(self.manifests)
        for patterns, reader in _READERS:
            module, _, function = reader.partition(":")
            read: Callable[[Files, str], Iterator[Dependency]] = getattr(import_module(f"{_HERE}.{module}"), function)
            for path in self._files.select(*patterns):
                found.extend(read(self._files, path))
        return found

    def named(self, pattern: str, *, development: bool = False, ecosystem: str | None = None) -> Sequence[Dependency]:
        """Those whose whole name matches a regular expression; of development only where asked."""
        # The manifests of one repository name the same again and again.
        wanted = set(filter(re.compile(pattern, re.IGNORECASE).fullmatch, self._names))
        return [
            one
            for one in self.all
            if one.name in wanted
            and (development or not one.development)
            and (ecosystem is None or one.ecosystem == ecosystem)
        ]

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.all)
