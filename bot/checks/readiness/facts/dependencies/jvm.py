"""pom.xml, build.gradle, build.gradle.kts, version catalogs and names that build scripts give to libraries.

Sources: https://maven.apache.org/pom.html#dependencies and
https://docs.gradle.org/current/userguide/declaring_configurations.html (read 2026-11-29).
Out of sight: what a parent or a plugin of one's own adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.dependencies.declared import GRADLE_NAMES, Dependency
from bot.checks.readiness.facts.files import Files

_XML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<!:)//[^\n]*", re.DOTALL)
_NOT_LINE_BREAK = re.compile(r"[^\n]")
_POM_DEPENDENCY = re.compile(r"<(dependency|plugin|parent)>(.*?)</\1>", re.DOTALL)
_POM_FIELD = re.compile(r"<(groupId|artifactId|scope)>\s*([^<\s]+)\s*<")
_GRADLE = re.compile(
    r"""\b([A-Za-z]*(?:mplementation|untimeOnly|ompileOnly|nnotationProcessor|api|ompile))\s*+(?:\(\s*+)?"""
    r"""(?:(?:platform|enforcedPlatform)\s*+\(\s*+)?["']([\w.-]+):([\w.-]+)"""
)
_GRADLE_ALIAS = re.compile(r"\b([A-Za-z]*(?:mplementation|untimeOnly|ompileOnly|api))(?:\s*+\(\s*+|\s++)libs\.([\w.]+)")
_GRADLE_PLUGIN = re.compile(r"""^[ \t]*+id\s*+(?:\(\s*+)?["']([\w.-]+)["']""", re.MULTILINE)
# `libraries.flyway` and `deps["flyway"]`: names that a script of the build, or a file of `buildSrc`, gives them.
_GRADLE_NAME = re.compile(
    r"""\b([A-Za-z]*(?:mplementation|untimeOnly|ompileOnly|api|ompile))(?:\s*+\(\s*+|[ \t]++)"""
    r"""(?!libs\.)(?:[A-Za-z_]\w*+\.)*+([A-Za-z_]\w*+)(?:\[["']([\w.-]+)["']\])?"""
)
_GIVEN_NAME = re.compile(
    r"""(?:\b([A-Za-z_]\w*+)|\[["']([\w.-]+)["']\]|["']([\w-]+)["'])[ \t]*+[:=][ \t]*+"""
    r"""["']([\w.-]+):([\w.-]+)(?=[:"'])"""
)
_CATALOG = re.compile(
    r"""^[ \t]*([\w.-]+)[ \t]*=[ \t]*(?:\{[^}\n]*?(?:module[ \t]*=[ \t]*)?)?["']([\w.-]+):([\w.-]+)""", re.MULTILINE
)


def read_pom(files: Files, path: str) -> Iterator[Dependency]:
    """Yield dependencies and plugins of Maven as `group:artifact`."""
    text = _without(_XML_COMMENT, files.text(path) or "")
    for block in _POM_DEPENDENCY.finditer(text):
        fields = {found[1]: found[2] for found in reversed(list(_POM_FIELD.finditer(block[2])))}
        name = f"{fields.get('groupId', '')}:{fields.get('artifactId', '')}"
        development = fields.get("scope") == "test" or block[1] == "plugin"
        yield _dependency(name, path, text, block.start(), development=development)


def read_gradle(files: Files, path: str) -> Iterator[Dependency]:
    """Yield dependencies of Gradle, those by an alias of the version catalog too; plugins are of development."""
    text = _without(_CODE_COMMENT, files.text(path) or "")
    for found in _GRADLE.finditer(text):
        name = f"{found[2]}:{found[3]}"
        yield _dependency(name, path, text, found.start(), development=found[1].lower().startswith("test"))
    for found in _GRADLE_PLUGIN.finditer(text):
        yield _dependency(f"plugin:{found[1]}", path, text, found.start(), development=True)
    aliases = {
        alias: name for catalog in files.select("libs.versions.toml") for alias, name in _aliases(files, catalog)
    }
    for found in _GRADLE_ALIAS.finditer(text):
        name = aliases.get(found[2].replace(".", "-"), "")
        if name:
            yield _dependency(name, path, text, found.start(), development=found[1].lower().startswith("test"))
    yield from _by_given_names(files, path, text)


def _by_given_names(files: Files, path: str, text: str) -> Iterator[Dependency]:
    """Yield the libraries that are declared by names which the build gives to them."""
    used = list(_GRADLE_NAME.finditer(text))
    names = dict(_given_names(files)) if used else {}
    for found in used:
        name = names.get(found[3] or found[2], "")
        if name:
            yield _dependency(name, path, text, found.start(), development=found[1].lower().startswith("test"))


def _given_names(files: Files) -> Iterator[tuple[str, str]]:
    for path in files.select(*GRADLE_NAMES):
        made = files.once("names of libraries", path, lambda text: list(_find_given(_without(_CODE_COMMENT, text))))
        yield from made or ()


def _find_given(text: str) -> Iterator[tuple[str, str]]:
    for found in _GIVEN_NAME.finditer(text):
        yield found[1] or found[2] or found[3], f"{found[4]}:{found[5]}"


def _aliases(files: Files, path: str) -> Iterator[tuple[str, str]]:
    for found in _CATALOG.finditer(files.text(path) or ""):
        yield re.sub(r"[._]", "-", found[1]), f"{found[2]}:{found[3]}"


def _dependency(name: str, path: str, text: str, start: int, *, development: bool) -> Dependency:
    return Dependency("jvm", name.lower(), development, path, text.count("\n", 0, start) + 1)


def _without(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: _NOT_LINE_BREAK.sub(" ", found[0]), text)
