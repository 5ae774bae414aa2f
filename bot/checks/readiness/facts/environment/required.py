"""Which variables of the environment a file cannot do without, in the way of each language and framework."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_NAME = r"([A-Z][A-Z0-9_]{2,})"
_REQUIRED = {
    "typescript": (
        re.compile(rf"process\.env\.{_NAME}!|process\.env\[\s*[\"']{_NAME}[\"']\s*\]!"),
        re.compile(rf"new \w+\(\s*process\.env\.{_NAME}\s*[,)]"),
        re.compile(rf"\bconnectionString\s*:\s*process\.env\.{_NAME}\s*(?:[,}}]|$)"),
        re.compile(
            rf"(?:requireEnv|getRequiredEnv|mustGetEnv|requiredEnv|getEnvOrThrow|ensureEnv)\(\s*[\"']{_NAME}[\"']"
        ),
        re.compile(rf"(?:getOrThrow)(?:<\w+>)?\(\s*[\"']{_NAME}[\"']"),
        # Of env-var: what is not said to be required may be missing.
        re.compile(rf"\bget\(\s*[\"']{_NAME}[\"']\s*\)\.required\(\s*(?:true\s*)?\)(?![^;\n]*\.default\()"),
    ),
    "python": (
        re.compile(rf"(?:os\.)?environ\[\s*[\"']{_NAME}[\"']\s*\](?!\s*=[^=])"),
        re.compile(
            rf"(?:\benv|environ\.Env\(\)|\bconfig)(?:\.(?:str|int|url|bool|list))?\(\s*[\"']{_NAME}[\"']\s*(?:,\s*cast\s*=\s*\w+\s*)?\)"
        ),
    ),
    "ruby": (
        re.compile(rf"ENV\.fetch\(\s*[\"']{_NAME}[\"']\s*\)(?!\s*(?:\{{|do\b))"),
        re.compile(rf"ENV\[\s*[\"']{_NAME}[\"']\s*\]\s*(?:\|\||or)\s*(?:raise|abort)"),
    ),
    "go": (
        re.compile(rf"(?i:mustgetenv|mustmapenv|requireenv|mustenv)\([^)\n]*?\"{_NAME}\""),
        re.compile(rf"\benv:\"{_NAME},(?:required|notEmpty)"),
        re.compile(rf"\benv(?:config)?:\"{_NAME}\"[^`\n]*\b(?:env-)?required:\"true\""),
        # Of go-flags, in whatever order.
        re.compile(rf"\brequired:\"true\"[^`\n]*\benv:\"{_NAME}\""),
    ),
    "rust": (re.compile(rf"env::var\(\s*\"{_NAME}\"\s*\)\s*(?:\?|\.expect\(|\.unwrap\(\))"),),
    "csharp": (
        re.compile(rf"GetRequiredValue\(\s*\"{_NAME}\""),
        re.compile(rf"GetEnvironmentVariable\(\s*\"{_NAME}\"\s*\)\s*\?\?\s*throw"),
    ),
    # Without a key nothing that Laravel encrypts can be read, and it does not start.
    "php": (re.compile(r"[\"']key[\"']\s*=>\s*env\(\s*[\"'](APP_KEY)[\"']\s*\)"),),
}
# Configuration of .NET by its own names: `A:B` is `A__B` in the environment, and stands in appsettings.json as well.
_NET = (
    re.compile(r"Configuration\[\s*\"([\w:]+)\"\s*\]\s*\?\?\s*throw"),
    re.compile(
        r"\b(?:Get)?Configuration\w*(?:\.GetSection\(\"[\w:]+\"\))?\.GetRequiredValue(?:<\w+>)?\(\s*\"([\w:]+)\""
    ),
)
_CONNECTION = re.compile(r"GetConnectionString\(\s*\"(\w+)\"\s*\)\s*\?\?\s*throw")
# A provider of a database does not do without it, either, where it is not one of several.
_PROVIDER = re.compile(
    r"\bUse(?:SqlServer|Npgsql|MySql|MySQL|Sqlite|Oracle)\(\s*(?:\w{1,40}\.){0,3}GetConnectionString\(\s*\"(\w+)\"\s*\)!?\s*[,)]"
)
_GIVEN_BY_THE_SYSTEM = frozenset(
    {"HOME", "PATH", "USER", "PWD", "CI", "NODE_ENV", "PORT", "HOSTNAME", "TMPDIR"}
    # What a server of WSGI, Rack or CGI tells of a request, in a mapping of the same name.
    | {"PATH_INFO", "REQUEST_METHOD", "REQUEST_URI", "QUERY_STRING", "REMOTE_ADDR", "REMOTE_USER", "SERVER_NAME"}
    | {"SERVER_PORT", "SERVER_PROTOCOL", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "HTTP_USER_AGENT"}
    | {"HTTP_REFERER", "HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"}
)
_READ = re.compile(
    rf"(?:process\.env\.|process\.env\[\s*[\"']|environ\.get\(\s*[\"']|getenv\(\s*[\"']|Getenv\(\s*\"|ENV\[\s*[\"']){_NAME}"
)
_REFUSES = re.compile(r"\bnot\b|!|==\s*[\"'](?=[\"'])|\bis None\b|=== undefined|\.(?:blank|nil|empty)\?")
_STOPS = re.compile(
    r"\bthrow\b|\braise\b|process\.exit\(\s*[1-9]|sys\.exit\(|log\.Fatal|\bpanic\(|\babort\b|os\.Exit\(\s*[1-9]"
)
# A reading without a default, and nothing else; and the whole of a condition that there is nothing.
_READ_ALONE = re.compile(rf"(?:os\.)?{_READ.pattern}[\"']?\s*[)\]]?;?")
_NOTHING = (
    r"""\(?\s*(?:!\s*{name}|not\s+{name}|{name}\s*={{2,3}}\s*(?:""|'')|{name}\s+is\s+None|{name}\s*={{2,3}}\s*(?:undefined|null|nil)"""
    r"""|{name}\.(?:blank|nil|empty)\?|len\({name}\)\s*==\s*0)\s*\)?"""
)
_SAYS = re.compile(r"\b(?:errors\.New|fmt\.Errorf)\(")
_FIELD = re.compile(r"^\s+([A-Za-z]\w*)\s*:\s*([^#\n]+?)\s*$")
_OPTIONAL = re.compile(r"Optional|None|ClassVar|computed")
_HAS_DEFAULT = re.compile(r"optional|default|nullish|allow\(|catch\(|nullable|when\(|undefined")
_KEY = re.compile(r"(?:z|v|yup|str|num|url|host|port|email|Joi)\b")
_SCHEMA = re.compile(r"process\.env|createEnv|runtimeEnv|import\.meta\.env")
_SPRING = re.compile(r"\$\{([A-Z][A-Z0-9_]{2,})\}")
_PRISMA = re.compile(r"\b(?:url|directUrl)\s*=\s*env\(\s*\"([A-Z][A-Z0-9_]{2,})\"")
# Migrations are tried on a shadow by who develops it.
_PRISMA_CONFIG = re.compile(r"\b(?:url|directUrl)\s*:\s*env\(\s*[\"']([A-Z][A-Z0-9_]{2,})[\"']\s*\)")
_RAILS = re.compile(rf"<%=.*ENV\.fetch\(\s*[\"']{_NAME}[\"']\s*\)(?!\s*(?:\{{|do\b))")
_IN_FILES = (
    (("application*.yml", "application*.yaml", "application*.properties"), _SPRING),
    (("*.prisma",), _PRISMA),
    (("prisma.config.ts", "prisma.config.js", "prisma.config.mts", "prisma.config.mjs"), _PRISMA_CONFIG),
    (("config/*.yml", "**/config/*.yml"), _RAILS),
)
# What the database of production is reached by, in Rails' settings; `DATABASE_URL` stands for all of it.
_DATABASES = ("config/database.yml", "**/config/database.yml")
_REACHED_BY = re.compile(rf"\s++(?:url|host|database):\s*+[\"']?<%=\s*ENV\[\s*[\"']{_NAME}[\"']\s*\]\s*%>")
# What Rails signs with, where its settings ask for it: it does not start in production without.
_SECRETS = ("config/secrets.yml", "**/config/secrets.yml")
_SIGNED_BY = re.compile(rf"\s++secret_key_base:\s*+[\"']?<%=\s*ENV\[\s*[\"']{_NAME}[\"']\s*\]\s*%>")
_SECTION = re.compile(r"(\w{1,80}+):")
_SETTINGS = frozenset({"BaseSettings"})
_FOR_DEVELOPERS = re.compile(r"(?i)test|dev|local|mock")
_CLASS = re.compile(r"\w+")
_MAX_HEIRS = 4
_MAX_LINE = 1_000
_MAX_BODY = 12
_MAX_ASKING = 200
_WORD = re.compile(r"\w+")
_SHORTEST = 3
# How far behind a reading its condition may stand, in lines.
_NEXT = 3


@dataclass(frozen=True)
class Variable:
    """A variable that the code requires, at a 1-based line."""

    name: str
    path: str
    line: int
    unless: str = ""
    """Another variable, with which it is not asked for."""


def find_in_source(file: SourceFile) -> Iterator[Variable]:
    """Yield the variables that a source file requires where it reads them."""
    yield from _in_code(file)
    yield from _refused(file)
    yield from _refused_as_kept(file)


def find_in_schemas(file: SourceFile, settings: Collection[str] = _SETTINGS) -> Iterator[Variable]:
    """Yield the variables without which a schema, or settings of those classes, refuse the environment."""
    yield from _in_settings(file, settings)
    yield from _in_schema(file)


def find_in_files(files: Files) -> Iterator[Variable]:
    """Yield the variables that settings of frameworks require."""
    for globs, pattern in _IN_FILES:
        for path in files.select(*globs):
            for number, line in enumerate(files.lines(path), 1):
                for name in pattern.findall(line[:_MAX_LINE].partition("#")[0]):
                    yield Variable(name, path, number)
    for globs, pattern, unless in ((_DATABASES, _REACHED_BY, "DATABASE_URL"), (_SECRETS, _SIGNED_BY, "")):
        for path in files.select(*globs):
            yield from (
                Variable(name, path, number, unless) for name, number in _of_production(files.lines(path), pattern)
            )


def _of_production(lines: Sequence[str], pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """Yield what the section of production asks the environment for, without a default."""
    section = ""
    for number, line in enumerate(lines, 1):
        section = begun[1] if (begun := _SECTION.match(line)) else section
        if section == "production" and (found := pattern.match(line[:_MAX_LINE])):
            yield found[1], number


def _in_code(file: SourceFile) -> Iterator[Variable]:
    patterns, asked = _REQUIRED.get(file.language, ()), _Asked(file)
    for number, line in enumerate(file.lines, 1):
        for found in (found for pattern in patterns for found in pattern.finditer(line[:_MAX_LINE])):
            name = next(filter(None, found.groups()))
            if name not in _GIVEN_BY_THE_SYSTEM and not asked.around(name, number, found[0]):
                yield Variable(name, file.path, number)
        if file.language == "csharp":
            for found in (found for pattern in _NET for found in pattern.finditer(line[:_MAX_LINE])):
                yield Variable(found[1].replace(":", "__"), file.path, number)
            for name in _CONNECTION.findall(line[:_MAX_LINE]):
                yield Variable(f"ConnectionStrings__{name}", file.path, number)
    if file.language == "csharp":
        used = [
            (found[1], number)
            for number, line in enumerate(file.lines, 1)
            for found in _PROVIDER.finditer(line[:_MAX_LINE])
        ]
        if len({name for name, _ in used}) == 1:
            yield Variable(f"ConnectionStrings__{used[0][0]}", file.path, used[0][1])


class _Asked:
    """The conditions of a file, by the words that they hold."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file

    @cached_property
    def _by_word(self) -> Mapping[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for one in self._file.elements:
            if one.kind is Kind.BRANCH:
                for word in set(_WORD.findall(one.text)):
                    found.setdefault(word, []).append(one)
        return found

    def around(self, name: str, number: int, read: str) -> bool:
        """Whether a variable is read behind a condition that asks whether it is there, and not by the same reading."""
        asking = self._by_word.get(name, [])
        last = bisect_right(asking, number, key=_line_of)
        near = asking[max(last - _MAX_ASKING, 0) : last]
        return any(read not in one.text and number <= one.end_line for one in near)


def _line_of(element: Element) -> int:
    return element.line


def _refused(file: SourceFile) -> Iterator[Variable]:
    """Yield the variables without which the program says that it does not start."""
    for one in file.elements:
        if one.kind is not Kind.BRANCH or one.end_line - one.line > _MAX_BODY or not _REFUSES.search(one.text):
            continue
        names = _READ.findall(one.text[:_MAX_LINE])
        # What is refused only together with something else is not required by itself.
        alone = len(names) == 1 and not re.search(r"&&|\band\b", one.text)
        if alone and names[0] not in _GIVEN_BY_THE_SYSTEM and _STOPS.search(file.text(one)):
            yield Variable(names[0], file.path, one.line)


def _refused_as_kept(file: SourceFile) -> Iterator[Variable]:
    """Yield the variables that are put under a name, and without which the next lines stop: `x := os.Getenv("X")`."""
    kept = [(one, found) for one in file.assigns if (found := _READ_ALONE.fullmatch(one.text.strip()[:_MAX_LINE]))]
    # What a function asks for as it is called may be of a part that nobody switched on; Go has nothing outside of them.
    branches = [
        one
        for one in file.elements
        if kept and one.kind is Kind.BRANCH and (file.language == "go" or not any(file.functions_around(one)))
    ]
    for one, found in kept:
        variable, name = next(filter(None, found.groups())), one.name.rpartition(" ")[2]
        nothing = re.compile(_NOTHING.format(name=re.escape(name)))
        first, last = (bisect_right(branches, one.end_line + lines, key=_line_of) for lines in (0, _NEXT))
        for branch in branches[first:last]:
            near = branch.end_line - branch.line <= _MAX_BODY
            if near and nothing.fullmatch(branch.text) and variable not in _GIVEN_BY_THE_SYSTEM:
                body = file.text(branch)
                if _STOPS.search(body) or (_SAYS.search(body) and variable in body):
                    yield Variable(variable, file.path, one.line)


def find_fields(file: SourceFile) -> Iterator[Variable]:
    """Yield the fields of settings and schemas that the environment is read into, with a default or without."""
    yield from (
        Variable(name, file.path, number) for name, number, _ in _fields_of_settings(file, _SETTINGS, heirs=True)
    )
    yield from (Variable(one.name, file.path, one.line) for one in _keys_of_schemas(file))


def find_heirs(source: Source) -> Collection[str]:
    """The classes of pydantic's settings and those made from these in any file, but for what developers use."""
    found, new = set(_SETTINGS), set(_SETTINGS)
    for _ in range(_MAX_HEIRS):
        made = {
            one.name
            for file in (source.parsed(*new, language="python") if new else ())
            for one in file.classes
            if not _FOR_DEVELOPERS.search(one.name) and new.intersection(_CLASS.findall(one.text))
        }
        new = made - found
        found |= new
    return frozenset(found)


def _in_settings(file: SourceFile, settings: Collection[str]) -> Iterator[Variable]:
    """Yield the fields without a default of pydantic's settings."""
    fields = list(_fields_of_settings(file, settings, heirs=False))
    given = _given_by_program(file) if fields else frozenset()
    for name, number, rest in fields:
        if "=" not in rest and not _OPTIONAL.search(rest) and name not in given:
            yield Variable(name, file.path, number)


def _fields_of_settings(file: SourceFile, settings: Collection[str], *, heirs: bool) -> Iterator[tuple[str, int, str]]:
    """Yield the fields of pydantic's settings, and of classes made from these: name, line, the type and its default."""
    kinds = set(settings)
    for one in file.classes if file.language == "python" else ():
        if (not heirs and _FOR_DEVELOPERS.search(one.name)) or not any(
            re.search(rf"\b{re.escape(kind)}\b", one.text) for kind in kinds
        ):
            continue
        if heirs:
            kinds.add(one.name)
        prefix = _prefix(file, one)
        for number in range(one.line + 1, one.end_line + 1):
            found = _FIELD.match(file.lines[number - 1][:300])
            if found and _is_field(file, one, number):
                yield f"{prefix}{found[1]}".upper(), number, found[2]


def _given_by_program(file: SourceFile) -> frozenset[str]:
    """What a function outside of any class has a value for, which it may make settings with."""
    return frozenset(
        one.name.strip("\"'").upper()
        for one in file.assigns
        if any(file.functions_around(one)) and file.class_around(one) is None
    )


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
    for one in _keys_of_schemas(file):
        # Of Joi's schemas a key is optional where nothing says that it is required.
        joi = one.text.startswith("Joi")
        if ".required()" in one.text if joi else not _HAS_DEFAULT.search(one.text):
            yield Variable(one.name, file.path, one.line)


def _keys_of_schemas(file: SourceFile) -> Iterator[Element]:
    """Yield the keys of a schema that the environment is parsed by."""
    if file.language != "typescript" or not _SCHEMA.search(file.code):
        return
    for one in file.assigns:
        # `ID` is no variable.
        named = one.kind is Kind.ASSIGN and one.name.isupper() and len(one.name) >= _SHORTEST
        if named and one.name not in _GIVEN_BY_THE_SYSTEM and _KEY.match(one.text):
            yield one
