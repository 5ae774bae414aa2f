"""pom.xml, build.gradle, build.gradle.kts, version catalogs, names that build scripts give to libraries, and build.sbt.

Sources: https://maven.apache.org/pom.html#dependencies,
https://docs.gradle.org/current/userguide/declaring_configurations.html (read 2026-11-29) and
https://www.scala-sbt.org/1.x/docs/Library-Dependencies.html (from memory).
Out of sight: what a parent or a plugin of one's own adds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
# The same in parts: `implementation group: 'org.jooq', name: 'jooq', version: '3'`, and with `=` in Kotlin.
_GRADLE_PARTS = re.compile(
    r"""\b([A-Za-z]*(?:mplementation|untimeOnly|ompileOnly|nnotationProcessor|api|ompile))\s*+(?:\(\s*+)?"""
    r"""group\s*+[:=]\s*+["']([\w.-]+)["']\s*+,\s*+name\s*+[:=]\s*+["']([\w.-]+)["']"""
)
# `testImplementation`, and that of a further set of tests: `integrationTestImplementation`.
_OF_TESTS = re.compile(r"(?:^t|T)est")
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
# The same in two parts: `jooq = { group = "org.jooq", name = "jooq", version.ref = "jooq" }`.
_CATALOG_PARTS = re.compile(
    r"""^[ \t]*+([\w.-]++)[ \t]*+=[ \t]*+\{[ \t]*+group[ \t]*+=[ \t]*+["']([\w.-]++)["'][ \t]*+,"""
    r"""[ \t]*+name[ \t]*+=[ \t]*+["']([\w.-]++)["']""",
    re.MULTILINE,
)
# Several that one word declares: `bundles.web = ["a", "b"]` of a catalog, and a list in brackets of a script.
_BUNDLE = re.compile(r"^[ \t]*+([\w.-]++)[ \t]*+=[ \t]*+\[([^\[\]]{0,4000}+)\]", re.MULTILINE)
_BUNDLED = re.compile(r"""["']([\w.-]++)["']""")
_SBT = re.compile(
    r"""["']([\w.-]{1,120})["']\s{0,9}+%{1,3}\s{0,9}+s?["']([\w.-]{1,120})[^"'\n]{0,80}["']\s{0,9}+%([^,)\n]{0,120})"""
)
_FOR_TESTS = re.compile(r"%\s{0,9}(?:Test|IntegrationTest|[\"'](?:test|it)\b)")
_NEXT = re.compile(r"""[^"'\n]{0,60}+["'][^\S\n]*+,\s*+["']([\w.-]++):([\w.-]++)""")


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
        development = _OF_TESTS.search(found[1]) is not None
        yield _dependency(name, path, text, found.start(), development=development)
        after = _NEXT.match(text, found.end())
        while after is not None:
            yield _dependency(f"{after[1]}:{after[2]}", path, text, after.start(1), development=development)
            after = _NEXT.match(text, after.end())
    for found in _GRADLE_PARTS.finditer(text):
        development = _OF_TESTS.search(found[1]) is not None
        yield _dependency(f"{found[2]}:{found[3]}", path, text, found.start(), development=development)
    for found in _GRADLE_PLUGIN.finditer(text):
        yield _dependency(f"plugin:{found[1]}", path, text, found.start(), development=True)
    aliases: dict[str, Sequence[str]] = {}
    for catalog in files.select("libs.versions.toml") if _GRADLE_ALIAS.search(text) else ():
        aliases |= files.once("aliases of a catalog", catalog, _aliases) or {}
    for found in _GRADLE_ALIAS.finditer(text):
        for name in aliases.get(found[2].replace(".", "-"), ()):
            yield _dependency(name, path, text, found.start(), development=_OF_TESTS.search(found[1]) is not None)
    yield from _by_given_names(files, path, text)


def read_sbt(files: Files, path: str) -> Iterator[Dependency]:
    """Yield dependencies of sbt: `"group" %% "artifact" % "1.0" % Test`."""
    text = _without(_CODE_COMMENT, files.text(path) or "")
    for found in _SBT.finditer(text):
        development = _FOR_TESTS.search(found[3]) is not None
        yield _dependency(f"{found[1]}:{found[2]}", path, text, found.start(), development=development)


def _by_given_names(files: Files, path: str, text: str) -> Iterator[Dependency]:
    """Yield the libraries that are declared by names which the build gives to them."""
    used = list(_GRADLE_NAME.finditer(text))
    names = dict(_given_names(files)) if used else {}
    for found in used:
        name = names.get(found[3] or found[2], "")
        if name:
            yield _dependency(name, path, text, found.start(), development=_OF_TESTS.search(found[1]) is not None)


def _given_names(files: Files) -> Iterator[tuple[str, str]]:
    for path in files.select(*GRADLE_NAMES):
        made = files.once("names of libraries", path, lambda text: list(_find_given(_without(_CODE_COMMENT, text))))
        yield from made or ()


def _find_given(text: str) -> Iterator[tuple[str, str]]:
    for found in _GIVEN_NAME.finditer(text):
        yield found[1] or found[2] or found[3], f"{found[4]}:{found[5]}"


def _aliases(text: str) -> dict[str, Sequence[str]]:
    """What each alias of a version catalog stands for; that of a bundle is for several."""
    made: dict[str, Sequence[str]] = {
        _as_alias(found[1]): (f"{found[2]}:{found[3]}",)
        for pattern in (_CATALOG, _CATALOG_PARTS)
        for found in pattern.finditer(text)
    }
    bundles = {
        f"bundles-{_as_alias(found[1])}": [
            name for alias in _BUNDLED.findall(found[2]) for name in made.get(_as_alias(alias), ())
        ]
        for found in _BUNDLE.finditer(text)
    }
    return made | bundles


def _as_alias(name: str) -> str:
    return re.sub(r"[._]", "-", name)


def _dependency(name: str, path: str, text: str, start: int, *, development: bool) -> Dependency:
    return Dependency("jvm", name.lower(), development, path, text.count("\n", 0, start) + 1)


def _without(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: _NOT_LINE_BREAK.sub(" ", found[0]), text)
