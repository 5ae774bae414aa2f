"""Variables of the environment that the code reads, and whether it can do without.

A variable is required where the program stops, or fails, without it: `os.environ["X"]`, `ENV.fetch("X")`,
`process.env.X!`, a field of a schema without a default. One that is read with a default, or asked for in a condition,
is not. Source: each library's documentation (read 2026-11-29). Out of sight: names that are put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_WORDS = (
    *("process.env", "os.environ", "getenv", "env(", "env.", "BaseSettings", "ENV[", "ENV.fetch", "Getenv", "config("),
    *("requireEnv", "createEnv", "env::var", "GetRequiredValue"),
)
_NAME = r"([A-Z][A-Z0-9_]{2,})"
_REQUIRED = {
    "typescript": (
        re.compile(rf"process\.env\.{_NAME}!"),
        re.compile(
            rf"(?:requireEnv|getRequiredEnv|mustGetEnv|requiredEnv|getEnvOrThrow|ensureEnv)\(\s*[\"']{_NAME}[\"']"
        ),
        re.compile(rf"(?:getOrThrow)(?:<\w+>)?\(\s*[\"']{_NAME}[\"']"),
    ),
    "python": (
        re.compile(rf"(?:os\.)?environ\[\s*[\"']{_NAME}[\"']\s*\](?!\s*=[^=])"),
        re.compile(
            rf"(?:\benv|environ\.Env\(\)|\bconfig)(?:\.(?:str|int|url|bool|list))?\(\s*[\"']{_NAME}[\"']\s*(?:,\s*cast\s*=\s*\w+\s*)?\)"
        ),
    ),
    "ruby": (re.compile(rf"ENV\.fetch\(\s*[\"']{_NAME}[\"']\s*\)(?!\s*(?:\{{|do\b))"),),
    "go": (re.compile(rf"(?i:mustgetenv|mustmapenv|requireenv|mustenv)\([^)\n]*?\"{_NAME}\""),),
    "rust": (re.compile(rf"env::var\(\s*\"{_NAME}\"\s*\)\s*(?:\?|\.expect\(|\.unwrap\(\))"),),
    "csharp": (re.compile(rf"GetRequiredValue\(\s*\"{_NAME}\""),),
}
_GIVEN_BY_THE_SYSTEM = frozenset(
    {"HOME", "PATH", "USER", "PWD", "CI", "RAILS_ENV", "NODE_ENV", "PORT", "HOSTNAME", "TMPDIR"}
)
# Programs beside the one that is deployed.
_BESIDE = re.compile(
    r"(?:^|/)(?:scripts?|bin|tools?|dev|hack|seeds?|\.github|management/commands)/|release|(?:^|/)setup\.py$"
)
_ANY = re.compile(
    r"process\.env\.[A-Z]|os\.environ|os\.getenv|\bgetenv\(|ENV\[|ENV\.fetch|os\.Getenv|env::var|Environment\.GetEnvironmentVariable"
    r"|BaseSettings|\benv\(\s*[\"'][A-Z]"
)
_SPRING = re.compile(r"\$\{([A-Z][A-Z0-9_]{2,})\}")
_FIELD = re.compile(r"^\s+([A-Za-z_]\w*)\s*:\s*([^=#\n]+?)\s*$")
_OPTIONAL = re.compile(r"Optional|None|ClassVar|computed")
_HAS_DEFAULT = re.compile(r"optional|default|nullish|allow\(|catch\(|nullable|when\(|undefined")


@dataclass(frozen=True)
class Variable:
    """A variable that the code requires, at a 1-based line."""

    name: str
    path: str
    line: int


class Environment:
    """What one tree reads."""

    def __init__(self, files: Files, source: Source) -> None:
        self._files = files
        self._source = source

    def read_at(self) -> tuple[str, int] | None:
        """The first place, with its line, that reads any variable; None where nothing does."""
        for file in self._source.parsed(*_WORDS):
            for number, line in enumerate(file.lines, 1):
                if _ANY.search(line):
                    return file.path, number
        return None

    def required(self) -> Sequence[Variable]:
        """The variables that the code cannot do without, each where it is first read."""
        found: dict[str, Variable] = {}
        for file in self._source.parsed(*_WORDS):
            if _BESIDE.search(file.path):
                continue
            for one in (*_in_code(file), *_in_settings(file), *_in_schema(file)):
                found.setdefault(one.name, one)
        for path in self._files.select("application*.yml", "application*.yaml", "application*.properties"):
            for number, line in enumerate(self._files.lines(path), 1):
                for name in _SPRING.findall(line.partition("#")[0]):
                    found.setdefault(name, Variable(name, path, number))
        return sorted(found.values(), key=lambda one: (one.path, one.line))


def _in_code(file: SourceFile) -> Iterator[Variable]:
    patterns = _REQUIRED.get(file.language, ())
    for number, line in enumerate(file.lines, 1):
        for pattern in patterns:
            for name in pattern.findall(line[:1000]):
                if name not in _GIVEN_BY_THE_SYSTEM and not _is_asked_for(file, name, number):
                    yield Variable(name, file.path, number)


def _is_asked_for(file: SourceFile, name: str, number: int) -> bool:
    """Whether a variable is read behind a condition that asks whether it is there."""
    return any(
        one.kind is Kind.BRANCH and name in one.text and one.line <= number <= one.end_line for one in file.elements
    )


def _in_settings(file: SourceFile) -> Iterator[Variable]:
    """Yield the fields without a default of pydantic's settings."""
    if file.language != "python":
        return
    for one in file.classes:
        if "BaseSettings" not in one.text:
            continue
        prefix = _prefix(file, one)
        for number in range(one.line + 1, one.end_line + 1):
            found = _FIELD.match(file.lines[number - 1][:300])
            if found and not _OPTIONAL.search(found[2]) and _is_field(file, one, number):
                yield Variable(f"{prefix}{found[1]}".upper(), file.path, number)


def _prefix(file: SourceFile, owner: Element) -> str:
    found = re.search(r"env_prefix\s*=\s*[\"']([^\"']*)[\"']", file.text(owner))
    return found[1] if found else ""


def _is_field(file: SourceFile, owner: Element, number: int) -> bool:
    """Whether a line stands in the class itself, and in no function of it."""
    line = file.lines[number - 1]
    indent = len(line) - len(line.lstrip())
    functions = (one for one in file.functions if owner.start < one.start < owner.end)
    return indent <= 4 and not any(one.line <= number <= one.end_line for one in functions)  # noqa: PLR2004 - one level


def _in_schema(file: SourceFile) -> Iterator[Variable]:
    """Yield the keys without a default of a schema that the environment is parsed by."""
    if file.language != "typescript" or not re.search(
        r"process\.env|createEnv|runtimeEnv|import\.meta\.env", file.code
    ):
        return
    for one in file.assigns:
        if one.kind is Kind.ASSIGN and one.name.isupper() and len(one.name) > 2:  # noqa: PLR2004 - `ID` is no variable
            value = one.text
            if re.match(r"(?:z|Joi|v|yup|str|num|url|host|port|email)\b", value) and not _HAS_DEFAULT.search(value):
                yield Variable(one.name, file.path, one.line)
