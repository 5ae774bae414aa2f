"""Whether a file of Logback or of Log4j is one that a program gets: by its name, or because something names it.

Rule: of the names that the libraries and Spring look for, any; of others, what a setting, an argument of the JVM, an
`include` of another file or a text in code names, but for settings of development. A placeholder in a name stands for
anything.
Sources: https://logback.qos.ch/manual/configuration.html, https://logging.apache.org/log4j/2.x/manual/configuration.html
and https://docs.spring.io/spring-boot/reference/features/logging.html (read 2026-11-30).
Out of sight: arguments that are given where the program runs.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.roles import OF_DEVELOPMENT
from bot.checks.readiness.facts.source.index import Source

_OF_LOGS = re.compile(r"(?:logback|log4j2?)\b[^/]*\.xml", re.IGNORECASE)
_FOUND = re.compile(r"(?:logback|log4j2?)(?:-spring|-test)?\.xml", re.IGNORECASE)
# A file that gets one of those names as it is copied or mounted.
_RENAMED = (
    r"""|(?<![^\s"':,\[])([^\s"':,\[]{1,200}\.xml)["']?[\s:,]{1,8}["']?[^\s"':]{0,200}"""
    r"""(?<![\w-])(?:logback|log4j2?)(?:-spring)?\.xml\b"""
)
_NAMED = re.compile(
    r"""(?:(?:logback|log4j2?)\.configurationFile|log(?:ging|ger)\.config|LOGGING_CONFIG|LOG4J_CONFIGURATION_FILE)["']?"""
    r"""\s{0,4}[=:]\s{0,4}["']?([^\s"'<>;]{1,200})"""
    r"""|<(?:include|property)\s[^<>]{0,80}?\b(?:resource|file|url)\s{0,4}=\s{0,4}["']([^"'<>]{1,200})["']"""
    # A section of YAML, of Spring's and of Micronaut's.
    r"""|^(?:logging|logger):[ \t]*+\n(?:[ \t]++[^\n]*+\n){0,20}?[ \t]++config:[ \t]*+["']?([^\s"'<>;,]{1,200})"""
    + _RENAMED,
    re.MULTILINE,
)
_PLACEHOLDER = re.compile(r"\$?[{@][^{}@]{0,80}[}@]|\$\w+|%\w+%")
_NAMING = (
    *("logback*.xml", "log4j2*.xml", "*.properties", "*.yml", "*.yaml", "Dockerfile*", "*.Dockerfile", "*.sh"),
    *("Procfile", "*.service", "*.conf", "*.jvmargs", "jvm.options", "*.gradle", "*.gradle.kts", "pom.xml", "*.env"),
    ".env",
)
_MAX_CHARACTERS = 1_000_000


def is_loaded(files: Files, source: Source, path: str) -> bool:
    """Whether something gets a file of settings of logs, as it gets any other file; its name in itself is none."""
    name = path.rpartition("/")[2]
    if not _OF_LOGS.fullmatch(name) or _FOUND.fullmatch(name) or any(file.says(name) for file in source.parsed(name)):
        return True
    others = (other for other in files.select(*_NAMING) if other != path and not OF_DEVELOPMENT.search(other))
    return any(fnmatchcase(name, one) for other in others for one in _names(files, other))


def _names(files: Files, path: str) -> frozenset[str]:
    """The names of files that a file names as settings of logs, with `*` for what is put in."""
    return files.once("names of log files", path, lambda text: _find_names(path, text)) or frozenset()


def _find_names(path: str, text: str) -> frozenset[str]:
    told = without_comments(path, text[:_MAX_CHARACTERS])
    named = (one for found in _NAMED.finditer(told) for one in (found[found.lastindex or 0]).split(","))
    return frozenset(_PLACEHOLDER.sub("*", one).rpartition("/")[2].rpartition(":")[2] for one in named)
