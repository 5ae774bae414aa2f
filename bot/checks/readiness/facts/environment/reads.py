"""Variables of the environment that the code reads, and whether it can do without.

A variable is required where the program stops, or fails, without it: `os.environ["X"]`, `ENV.fetch("X")`,
`process.env.X!`, a field of a schema without a default, a refusal to start. One that is read with a default, or asked
for in a condition, is not. Settings that a framework takes from files as from the environment (Spring, .NET, viper)
count as such. Source: each library's documentation (read 2026-11-30). Out of sight: names that are put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.environment.clap import find_by_clap
from bot.checks.readiness.facts.environment.mapped import find_mapped
from bot.checks.readiness.facts.environment.required import (
    Variable,
    find_fields,
    find_heirs,
    find_in_files,
    find_in_schemas,
    find_in_source,
)
from bot.checks.readiness.facts.environment.symfony import find_in_symfony
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

__all__ = ["Environment", "Variable"]

_WORDS = (
    *("process.env", "os.environ", "getenv", "env(", "env.", "BaseSettings", "ENV[", "ENV.fetch", "Getenv", "config("),
    *("requireEnv", "createEnv", "env::var", "GetRequiredValue", "viper", 'env:"', "envconfig:", "Configuration["),
    *("GetConnectionString", "environ[", "LookupEnv", "Bun.env", "Deno.env", "GetEnvironmentVariable", "env-var"),
)
# Programs beside the one that is deployed, and what tests and tools are told.
_BESIDE = re.compile(
    r"(?:^|/)(?:scripts?|bin|tools?|dev|hack|seeds?|\.github|\.storybook|management/commands)/|release"
    r"|(?:^|/)(?:setup\.py|build\.rs|[\w.-]*(?:playwright|vitest|vite|jest|cypress|eslint|webpack|esbuild|rollup|babel|postcss|tailwind|commitlint)[\w.-]*\.config\.\w+)$"
)
_SETTINGS = re.compile(r"(?:^|/)[^/]*(?:env|config|settings?|main|application|program|server)[^/]*$", re.IGNORECASE)
_ANY = re.compile(
    r"process\.env\b|os\.environ|os\.getenv|\bgetenv\(|ENV\[|ENV\.fetch|os\.(?:Getenv|LookupEnv)|env::var"
    r"|Environment\.GetEnvironmentVariable|System\.getenv|BaseSettings|\benv\(\s*[\"'][A-Z]|viper\.\w+|`[^`]*\benv(?:config)?:\"[A-Z]"
    r"|\bConfiguration\[\"|GetConnectionString\(|\.GetRequiredValue|(?:Bun|Deno)\.env\b"
    r"|\bget\(\s*[\"'][A-Z][A-Z0-9_]{2,60}[\"']\s*\)\.(?:required|default|as[A-Z])"
)
_PLACEHOLDER = re.compile(r"\$\{([A-Z][A-Z0-9_]{2,})(?::[^}]*)?\}")
_SPRING = ("application*.yml", "application*.yaml", "application*.properties")
_READ = re.compile(
    r"(?:process\.env\.|(?:process\.env|environ|ENV)\[\s*[\"']|environ\.get\(\s*[\"']|getenv\(\s*[\"']|ENV\.fetch\(\s*[\"'])"
    r"([A-Z][A-Z0-9_]{2,})|(?:Getenv|LookupEnv|env::var|GetEnvironmentVariable)\(\s*\"([A-Z][A-Z0-9_]{2,})\""
    r"|\b(?:env|config)(?:\.\w+)?\(\s*[\"']([A-Z][A-Z0-9_]{2,})[\"']|\benv(?:config)?:\"([A-Z][A-Z0-9_]{2,})\b"
    r"|\bget\(\s*[\"']([A-Z][A-Z0-9_]{2,})[\"']\s*\)\.(?:required|default|as[A-Z])"
)
# `const { PORT, SECRET_KEY: key } = process.env`.
_TAKEN = re.compile(r"\{([^{}]{1,2000})\}(?:\s?:\s?[\w.]{1,80})?\s{0,4}=\s{0,4}(?:process|Bun)\.env\b(?!\s?[.\[])")
_NAME_TAKEN = re.compile(r"(?<![\w$:.])(?<!:\s)(?<!=\s)([A-Z][A-Z0-9_]{2,})\b")
# A variable of JavaScript that is asked for, or has a default, anywhere is none that the program cannot do without; but
# of a schema that refuses the environment only where the schema itself is given a default. What is held against an
# empty text is still asked for.
_NAMED = r"process\.env\.([A-Z][A-Z0-9_]{2,})"
_OPTIONAL = re.compile(
    rf"(?:\bBoolean\(\s*|!!\s*|\bif\s*\(\s*){_NAMED}\b(?!\s*={{2,3}}\s*(?:\"\"|''))|{_NAMED}\s*(?:&&|\?|\|\|)"
    rf"|\bif\s*\(\s*!\s*{_NAMED}\s*\)\s*\{{?\s*return\b"
)
_ENOUGH = 40


class Environment:
    """What one tree reads."""

    def __init__(self, files: Files, source: Source) -> None:
        self._files = files
        self._source = source

    def read_at(self) -> tuple[str, int] | None:
        """The place, with its line, where most is read; None where nothing is."""
        found: list[tuple[tuple[bool, bool, int], str, int]] = []
        for file in self._source.parsed(*_WORDS):
            lines = [number for number, line in enumerate(file.lines, 1) if _ANY.search(line[:1000])]
            if lines:
                rank = (
                    _BESIDE.search(file.path) is not None,
                    not _SETTINGS.search(file.path),
                    -min(len(lines), _ENOUGH),
                )
                found.append((rank, file.path, lines[0]))
        for path in self._files.select(*_SPRING):
            for number, line in enumerate(self._files.lines(path), 1):
                if _PLACEHOLDER.search(line[:1000].partition("#")[0]):
                    found.append(((False, False, -1), path, number))
                    break
        given = [*self._in_files(), *self._told()]
        found += [((False, False, -1), one.path, one.line) for one in given]
        return min(found)[1:] if found else None

    def names(self) -> Sequence[Variable]:
        """The variables that the code names as it reads them, each where it is first read."""
        found: dict[str, Variable] = {}
        for file in self._source.parsed(*_WORDS):
            for number, line in enumerate(() if _BESIDE.search(file.path) else file.lines, 1):
                for names in _READ.findall(line[:1000]):
                    found.setdefault(name := next(filter(None, names)), Variable(name, file.path, number))
            for one in () if _BESIDE.search(file.path) else (*find_fields(file), *_find_taken(file)):
                found.setdefault(one.name, one)
        for path in self._files.select(*_SPRING):
            for number, line in enumerate(self._files.lines(path), 1):
                for name in _PLACEHOLDER.findall(line[:1000].partition("#")[0]):
                    found.setdefault(name, Variable(name, path, number))
        for one in self._told():
            found.setdefault(one.name, one)
        return list({**found, **{one.name: one for one in self.required()}}.values())

    def required(self) -> Sequence[Variable]:
        """The variables that the code cannot do without, each where it is first read."""
        found: dict[str, Variable] = {}
        refused: dict[str, Variable] = {}
        optional: set[str] = set()
        settings = find_heirs(self._source)
        for file in self._source.parsed(*_WORDS, *settings):
            asked: set[str] = set()
            if file.language == "typescript":
                asked = {next(filter(None, names)) for names in _OPTIONAL.findall(file.code)}
                optional |= asked
            if not _BESIDE.search(file.path):
                for one in find_in_source(file):
                    found.setdefault(one.name, one)
                for one in find_in_schemas(file, settings):
                    if one.name not in asked:
                        refused.setdefault(one.name, one)
        found = {**{name: one for name, one in found.items() if name not in optional}, **refused}
        for one in (*self._in_files(), *find_by_clap(self._source, required=True)):
            found.setdefault(one.name, one)
        return sorted(found.values(), key=lambda one: (one.path, one.line))

    def _told(self) -> Iterator[Variable]:
        yield from find_mapped(self._files, self._source)
        yield from find_by_clap(self._source, required=False)

    def _in_files(self) -> Iterator[Variable]:
        yield from find_in_files(self._files)
        yield from find_in_symfony(self._files)


def _find_taken(file: SourceFile) -> Iterator[Variable]:
    """Yield the variables that JavaScript takes out of the environment by a pattern."""
    if file.language != "typescript" or "env" not in file.code:
        return
    for found in _TAKEN.finditer(file.code):
        for one in _NAME_TAKEN.finditer(found[1]):
            line = file.code.count("\n", 0, found.start(1) + one.start()) + 1
            yield Variable(one[1], file.path, line)
