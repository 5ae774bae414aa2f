"""A build file of the JVM without what the program does not get: what tests alone need, versions, what is left out.

Rule: of Maven, dependencies of the scope `test`, `dependencyManagement` and `exclusions`; of Gradle, declarations for
tests and for development alone, and lines that begin with `exclude`. Lines keep their numbers.
Sources: https://maven.apache.org/guides/introduction/introduction-to-dependency-mechanism.html and
https://docs.gradle.org/current/userguide/declaring_configurations.html (read 2026-11-30).
Out of sight: a scope that a parent manages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TAG = re.compile(r"<(/?)(dependencyManagement|dependency|exclusions)>")
_OF_TESTS = re.compile(r"<scope>\s*+test\s*+<")
_DECLARED = re.compile(
    r"""^[ \t]*+"?(?:(?:test|[a-z]\w{0,40}Test)\w{0,40}"""
    r"""(?:mplementation|untimeOnly|ompileOnly|nnotationProcessor|[aA]pi|ompile|untime)"""
    r"""|developmentOnly|testAndDevelopmentOnly)\b"?[ \t]*+(?:\((?:(?:[^()]++|\([^()]*+\))*+\)|\s*+))?[^\n]*+"""
    r"""|^[ \t]*+exclude\b[^\n]*+""",
    re.MULTILINE,
)
_NOT_LINE_BREAK = re.compile(r"[^\n]")


def without_tests(path: str, text: str) -> str:
    """The text of a build file, comments left out already, with what does not count as spaces; of others as it is."""
    name = path.rpartition("/")[2]
    if name == "pom.xml":
        return _without_scopes(text)
    if name.endswith((".gradle", ".gradle.kts")):
        return _DECLARED.sub(lambda found: _blank(found[0]), text)
    return text


def _without_scopes(text: str) -> str:
    kept: list[str] = []
    done = 0
    for start, end in sorted(_find_beside(text)):
        if end > done:
            kept += [text[done:start], _blank(text[max(start, done) : end])]
            done = end
    return "".join([*kept, text[done:]])


def _find_beside(text: str) -> Iterator[tuple[int, int]]:
    """Yield where what does not count begins and ends; one may stand within another."""
    opened: dict[str, int] = {}
    for tag in _TAG.finditer(text):
        name = tag[2]
        if not tag[1]:
            opened.setdefault(name, tag.start())
        elif (start := opened.pop(name, None)) is not None and (
            name != "dependency" or _OF_TESTS.search(text, start, tag.end())
        ):
            yield start, tag.end()


def _blank(text: str) -> str:
    return _NOT_LINE_BREAK.sub(" ", text)
