"""Evidence in source code, by a table of marks: the rule `code`.

A table is shipped (`tables/<name>.yml`), and a policy can add marks of its own. What is found counts by how it stands:
see `facts/marks.py`. Out of sight: languages that are not parsed; a project written in one of them is `not-checked`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.checks.readiness.ask import SHIPPED, Ask, Glob, Line, MaybeExpression, RegularExpression, Word
from bot.checks.readiness.facts.files import Role
from bot.checks.readiness.facts.marks import LineMark, Mark, Sighting, find_lines
from bot.checks.readiness.facts.project import Project, Trait
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.facts.switched_off import is_answer
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.always import is_always
from bot.checks.readiness.rules.applied import Applied
from bot.checks.readiness.rules.one_route import of_one_route
from bot.checks.readiness.rules.standing_lines import NOWHERE, as_standing
from bot.checks.readiness.rules.switches import Switches, as_switched
from bot.checks.readiness.rules.unread import find_unread
from bot.model import Evidence, Finding, State, Strength

_MAX_EVIDENCE = 12
_MAX_LINE = 2_000
# What a reader is shown first: where the program is put together, before what stands beside it.
_ENTRY = re.compile(
    r"(?i)(?:^|/)(?:main|app|server|index|program|startup|application|bootstrap|wsgi|asgi)\.\w+$|(?:^|/)config/(?:initializers|application\.rb)"
    r"|(?:^|/)(?:settings|middleware|extensions|dependencyinjection)(?:/|\.\w+$)"
)
_BESIDE = re.compile(
    r"(?i)(?:^|/)(?:scripts?|tools?|seeds?|seeders?|bin|dev|hack|contrib|experimental|previews?|migrations?|versions|alembic|\.github|console|commands|cli|evals?)/"
    r"|(?:^|/)(?:\w+[._-])?seed(?:s|er)?\.\w+$|(?:^|/)\w*migrator/|(?:^|/)[VRU]\d\w{0,40}__\w+\.(?:java|kt)$"
)
_LESS = re.compile(
    r"(?i)(?:^|/)(?:admin|back-?office|internal|legacy|deprecated|old|helpers?|exceptions?)/|abstract\w*\.\w+$"
    r"|^(?:clients?|front-?end|web-?ui|src-?ui)/|(?:^|/)src/main/webapp/"
)
_IN_PROCESS = re.compile(
    r"lru-cache|node-cache|cachetools|go-cache|bigcache|ristretto|golang-lru|freecache|gocache|caffeine|:ehcache|^(?:(?:mini-)?moka|cached|foyer|lru|quick_cache|stretto)$"
    r"|caching\.(?:memory|abstractions)|diskcache|spring-boot-starter-cache|^(?:@nestjs/)?cache-manager$|^keyv$"
    r"|/otter\b|ttlcache|sturdyc|groupcache|/gcache|/ccache|fastcache|cache2go|^(?:memory-cache|(?:quick|tiny)-lru|cacheable|apicache)$"
    r"|cachified|bentocache|^(?:cachelib|async-lru|lru_redux|ttl_cache|lru_time_cache)$|cache2k|:cache-api|lazycache|bitfaster|cachetower"
    r"|ext-apcu"
)
_PROGRAMS = frozenset({".go", ".py", ".rs"})
_EMBEDDED = re.compile(r"sqlite|:h2$|libsql|nedb|duckdb|litedb|bbolt|boltdb|badger|:hsqldb|:derby|pglite|^apsw$")
# What writes statements, or applies migrations, for whichever database there is.
_OF_ANY_DATABASE = re.compile(
    r"squirrel|/goqu|go-sqlbuilder|/scany|/goose|golang-migrate|sql-migrate|:flyway-core|:liquibase-core|^sea-query$"
)


class Applies(StrEnum):
    """What a project has to have for an item to apply."""

    ALWAYS = "always"
    PROGRAM = "program"
    """Anything but a library."""
    SERVER = "server"
    DATABASE = "database"
    SERVER_DATABASE = "server-database"
    """A database that runs by itself: not one in a file."""
    CACHE = "cache"
    CACHE_SERVER = "cache-server"
    """A cache that runs beside the program: not one in its memory."""
    REDIS = "redis"
    BROKER = "broker"
    NATS = "nats"
    FRONT_END = "front-end"
    STATIC_FILES = "static-files"
    """A front end, or styles and scripts that the server hands out as they are."""


class SourceMark(BaseModel):
    """A mark in source code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shows: Annotated[Line, Field(description="what it is, for a reader")]
    words: Annotated[
        tuple[Word, ...], Field(description="a file is parsed where it mentions one of them", min_length=1)
    ]
    also: Annotated[tuple[Word, ...], Field(description="and one of these, where there are any")] = ()
    language: Annotated[
        Line | None, Field(description="typescript (JavaScript too), python, go, java, csharp, ...")
    ] = None
    kind: Annotated[Kind, Field(description="what the element is")] = Kind.CALL
    name: Annotated[RegularExpression, Field(description="the element's whole name")] = ".*"
    text: Annotated[MaybeExpression, Field(description="found in its arguments or value")] = ""
    module: Annotated[MaybeExpression, Field(description="a module that the file imports, from its start")] = ""
    path: Annotated[MaybeExpression, Field(description="found in the file's path")] = ""
    unless: Annotated[MaybeExpression, Field(description="what the file must not hold, comments left out")] = ""
    strength: Annotated[Strength, Field(description="how far it goes where it runs")] = Strength.WIRED
    mounted: Annotated[bool, Field(description="whether what it makes has to be used somewhere")] = False
    pages: Annotated[bool, Field(description="whether it counts where it runs in browsers alone")] = False
    inside: Annotated[MaybeExpression, Field(description="the whole name of a function around it")] = ""
    given: Annotated[tuple[Line, ...], Field(description="what the code has to say somewhere: one of these")] = ()
    apart: Annotated[MaybeExpression, Field(description="the whole name of a call that it must not stand in")] = ""


class FileMark(BaseModel):
    """A mark in the lines of other files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shows: Annotated[Line, Field(description="what it is, for a reader")]
    files: Annotated[tuple[Glob, ...], Field(description="the files that count", min_length=1)]
    line: Annotated[RegularExpression, Field(description="what a line must hold, comments left out")]
    given: Annotated[tuple[Glob, ...], Field(description="other files, one of which must hold `given_line`")] = ()
    given_line: Annotated[MaybeExpression, Field(description="what a line of such a file must hold")] = ""
    beside: Annotated[MaybeExpression, Field(description="what another line of the same file must hold")] = ""
    unless: Annotated[MaybeExpression, Field(description="what no line of the same file may hold")] = ""
    within: Annotated[MaybeExpression, Field(description="found in the last key at the top before the line")] = ""
    path: Annotated[MaybeExpression, Field(description="found in the file's path; case does not count")] = ""
    strength: Annotated[Strength, Field(description="how far it goes")] = Strength.WIRED
    roles: Annotated[tuple[Role, ...], Field(description="what the files may be for", min_length=1)] = (Role.PRODUCT,)


class Against(SourceMark):
    """A mark in source code that takes from what others show, where it runs."""

    of: Annotated[RegularExpression, Field(description="found in the words of what it is taken from")]
    always: Annotated[bool, Field(description="only where it runs whatever settings say")] = False
    declined: Annotated[
        bool, Field(description="only where the value that it is given is no, itself or by default")
    ] = False


class Table(Switches):
    """A shipped table."""

    marks: tuple[SourceMark, ...] = ()
    lines: tuple[FileMark, ...] = ()
    against: Annotated[tuple[Against, ...], Field(description="what leaves others configured and no more")] = ()
    best: Annotated[str, Field(description="found in the paths that show it best; case does not count")] = ""
    each: Annotated[
        MaybeExpression, Field(description="told apart in lines of evidence: each may not go by itself")
    ] = ""
    pieces: Annotated[bool, Field(description="whether a change may take none away, though others stay")] = False
    by_use: Annotated[MaybeExpression, Field(description="found in the words of pieces that go with their use")] = ""
    of_all: Annotated[bool, Field(description="whether what one route's handler does is none of the others'")] = False
    serving: Annotated[bool, Field(description="whether what a language shows counts where a server is of it")] = False
    general: Annotated[
        str, Field(description="found in the path and the words of what stands in front of every route, not of some")
    ] = ""


def check_table(name: str) -> str:
    """The name of a shipped table.

    Raises:
        PydanticCustomError: there is none of that name.
    """
    if name not in table_names():
        raise PydanticCustomError(
            "table", "is no table; there are {names}", {"names": ", ".join(sorted(table_names()))}
        )
    return name


class CodeAsk(Ask):
    """Settings of the rule `code`."""

    table: Annotated[str | None, AfterValidator(lambda name: name and check_table(name))] = Field(
        default=None, description="a shipped table of marks"
    )
    marks: Annotated[tuple[SourceMark, ...], Field(description="more marks")] = ()
    applies: Annotated[Applies, Field(description="what a project has to have for the item to apply")] = Applies.SERVER
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )


@cache
def table_names() -> frozenset[str]:
    """The names of the shipped tables."""
    folder = files("bot.checks.readiness.tables")
    return frozenset(one.name.removesuffix(".yml") for one in folder.iterdir() if one.name.endswith(".yml"))


@cache
def load_table(name: str) -> Table:
    """A shipped table."""
    text = files("bot.checks.readiness.tables").joinpath(f"{name}.yml").read_text("utf-8")
    table = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe
    return Table.model_validate(table, context=SHIPPED)


def judge_code(look: Look, ask: CodeAsk) -> Judged:
    """Pass where a mark is found; the strength that is asked for is held against it by the check."""
    absent = find_absence(look.project, ask.applies)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = find_evidence(look, ask.table, ask.marks, most=None)
    evidence = [one for one in evidence if ask.strength is not Strength.CONFIGURED or not one.text.endswith(NOWHERE)]
    if not evidence and ask.otherwise == "needs-sign-off":
        return Judged(state=State.NEEDS_SIGN_OFF, reason=f"nothing in the tree shows it; {look.project.searched}")
    if evidence and all(one.text.endswith(Standing.GUEST) for one in evidence):
        others = f"client of its own: {evidence[0].text} ({evidence[0].path}:{evidence[0].line})"
        return Judged(state=State.NOT_APPLICABLE, reason=look.project.missing(others))
    judged = conclude(look, evidence[:_MAX_EVIDENCE], "nothing of the kind is found in the code")
    each = _count_each(look, evidence[:_MAX_EVIDENCE], ask.table)
    return replace(judged, measures={**each, **_count_general(evidence, ask.table)})


def _count_each(look: Look, evidence: Sequence[Evidence], table: str | None) -> Mapping[str, Measure]:
    """What a table tells apart: one header of several may not go, though the others stay."""
    each = re.compile(load_table(table).each if table else "", re.IGNORECASE)
    found: dict[str, Measure] = {}
    wired = [one for one in evidence if each.pattern and one.path and one.strength is not Strength.CONFIGURED]
    for one in wired:
        path, number = one.path or "", one.line or 1
        for line in look.files.lines(path)[number - 1 : number]:
            for name in each.findall(line[:_MAX_LINE]):
                found.setdefault(f"{name.lower()} is set", Measure(value=1, path=path, line=number))
    return found


def _count_general(evidence: Sequence[Evidence], table: str | None) -> Mapping[str, Measure]:
    """Whether something stands in front of every route: single routes that are guarded make up for none that goes."""
    general = load_table(table).general if table else ""
    if not general or not evidence:
        return {}
    wired = [one for one in evidence if one.strength is Strength.WIRED]
    found = [one for one in wired if re.search(general, f"{one.path} {one.text}")]
    place = (found[0].path or "", found[0].line or 0) if found else ("", 0)
    return {"what stands in front of every route": Measure(value=float(bool(found)), path=place[0], line=place[1])}


def find_absence(project: Project, applies: Applies) -> str | None:
    """Why an item does not apply, with how much was searched; None where it does."""
    if applies is Applies.PROGRAM and project.library is not None and project.server is None:
        return f"a library: {project.library.text} ({project.library.path}), and nothing deploys it; {project.searched}"
    if applies is Applies.SERVER and project.server is None:
        return project.missing("route, no server that is started")
    if applies is Applies.FRONT_END and project.front_end is None:
        plain = project.static_files
        as_it_is = f", and nothing bundles what browsers get ({plain.path})" if plain else ""
        return project.missing(f"front end in any manifest{as_it_is}")
    if applies in _ABSENCES:
        return _ABSENCES[applies](project)
    traits = {
        Applies.DATABASE: Trait.DATABASE,
        Applies.CACHE: Trait.CACHE,
        Applies.REDIS: Trait.REDIS,
        Applies.BROKER: Trait.BROKER,
        Applies.NATS: Trait.NATS,
    }
    trait = traits.get(applies)
    if trait is None or project.using(trait) or project.built_in(trait):
        return None
    return project.missing(f"{trait} client in use{_instead(project, trait)}")


def _instead(project: Project, trait: Trait) -> str:
    """What there is in place of a client: one that nothing imports, or another broker."""
    if trait is Trait.NATS and (brokers := project.using(Trait.BROKER)):
        return f": the broker is {brokers[0].name} ({brokers[0].path}:{brokers[0].line})"
    if trait is Trait.NATS and (queue := project.built_in(Trait.BROKER)):
        return f": {queue.shows} ({queue.path}:{queue.line})"
    declared = project.having(trait)
    return f" ({declared[0].name} is declared and never imported)" if declared else ""


def _find_no_cache_server(project: Project) -> str | None:
    used = project.using(Trait.CACHE)
    if any(not _IN_PROCESS.search(one.name) for one in used):
        return None
    if (built := project.built_in(Trait.CACHE)) and built.beside:
        return None
    inside = f"{used[0].name}, {used[0].path}:{used[0].line}" if used else built and f"{built.path}:{built.line}"
    what = f"cache beside the program: it is kept in memory ({inside})" if inside else f"{Trait.CACHE} client in use"
    return project.missing(what)


def _find_no_database_server(project: Project) -> str | None:
    used = project.using(Trait.DATABASE)
    clients = [one for one in used if not _OF_ANY_DATABASE.search(one.name)] or used
    servers = [one for one in clients if not _EMBEDDED.search(one.name)]
    return None if servers else project.missing("client of a database server in use")


def _find_no_static_file(project: Project) -> str | None:
    nothing = "front end in any manifest, and no style or script that a server hands out"
    return None if project.static_files else project.missing(nothing)


_ABSENCES: Mapping[Applies, Callable[[Project], str | None]] = {
    Applies.SERVER_DATABASE: _find_no_database_server,
    Applies.CACHE_SERVER: _find_no_cache_server,
    Applies.STATIC_FILES: _find_no_static_file,
}


def find_evidence(
    look: Look,
    table: str | None,
    more: Sequence[SourceMark] = (),
    *,
    most: int | None = _MAX_EVIDENCE,
    within: Container[str] | None = None,
) -> Sequence[Evidence]:
    """What the marks of a table, and more of them, show, the strongest first; of some files all of it."""
    known = load_table(table) if table else Table()
    best = re.compile(known.best, re.IGNORECASE) if known.best else _ENTRY
    marks = [Mark(**dict(one)) for one in (*known.marks, *more)]
    if within is None:
        found = [one.evidence for one in look.marks.find(marks, best if known.best else None)]
    else:
        found = [replace(one.evidence, line=one.own_line) for one in look.marks.within(marks, within)]
    for mark in (LineMark(**dict(one)) for one in known.lines):
        applied = Applied(look, re.compile(mark.line, re.IGNORECASE))
        found += [as_standing(look, one, applied) for one in find_lines(look.files, [mark], within)]
    found = as_switched(look, known, found)
    for against in known.against:
        found = _weaken(look, against, found)
    found = [_of_server(look, one) for one in found] if known.serving else found
    found = [of_one_route(look, one) for one in found] if known.of_all else found
    places: dict[tuple[str | None, int | None], Evidence] = {}

    def worth(one: Evidence) -> tuple[int, int, bool]:
        path = one.path or ""
        beside = 2 if _BESIDE.search(path) else 1 if _LESS.search(path) else 0
        return -list(Strength).index(one.strength or Strength.CONFIGURED), beside, not best.search(path)

    for one in sorted(found, key=worth):
        places.setdefault((one.path, one.line), one)
    return list(places.values())[:most]


def _of_server(look: Look, evidence: Evidence) -> Evidence:
    """Evidence, as configured where it is of a program beside the server: of a language that nothing serves in."""
    ending = posixpath.splitext(evidence.path or "")[1]
    if ending not in _PROGRAMS or evidence.strength is Strength.CONFIGURED or look.project.serves_in(ending):
        return evidence
    return replace(evidence, text=f"{evidence.text}, in a program that answers nothing", strength=Strength.CONFIGURED)


def _weaken(look: Look, against: Against, found: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, where what is against it runs only configured."""
    mark = Mark(**{key: value for key, value in against if key not in {"of", "always", "declined"}})
    seen = [one for one in look.marks.find([mark]) if not against.always or is_always(one)]
    if against.declined:
        seen = [one for one in seen if _is_declined(look, one)]
    running = [one.evidence for one in seen if against.declined or one.evidence.strength is not Strength.CONFIGURED]
    if not running:
        return list(found)
    why = f"but {running[0].text} ({running[0].path}:{running[0].line})"
    of = re.compile(against.of)
    return [
        replace(one, text=f"{one.text}, {why}", strength=Strength.CONFIGURED) if of.search(one.text) else one
        for one in found
    ]


def _is_declined(look: Look, seen: Sighting) -> bool:
    """Whether what was found is given a no, or asks for a yes that nothing gives."""
    asks = is_answer(seen.element) or seen.element.kind is Kind.CALL
    runs = look.reach.runs(seen.file, seen.element)
    told = look.reach.by_options if asks else lambda file, one: look.reach.by_value(file, one.text)
    return runs and told(seen.file, seen.element) is not None


def count_faults(name: str, faults: Sequence[Finding]) -> Mapping[str, Measure]:
    """How many faults there are, as a number that may not grow, also where the item failed or did not apply before."""
    first = next(iter(faults), None)
    path, line = (first.path or "", first.line or 0) if first else ("", 0)
    return {name: Measure(value=len(faults), path=path, line=line, higher_is_better=False)}


def conclude(look: Look, evidence: Sequence[Evidence], nothing: str) -> Judged:
    """A pass with its evidence; without any a failure, or what could not be read."""
    if evidence:
        best = evidence[0]
        more = f", and {len(evidence) - 1} more" if len(evidence) > 1 else ""
        return Judged(state=State.PASS, reason=f"{best.text} ({best.path}:{best.line}){more}", evidence=evidence)
    return say_missing(look, nothing)


def say_missing(look: Look, nothing: str, missing: Sequence[Finding] = ()) -> Judged:
    """A failure; of a project that is written in a language that is not read, unknown."""
    judged = Judged(state=State.FAIL, reason=f"{nothing}; {look.project.searched}", missing=missing)
    unread = find_unread(look)
    return replace(judged, state=State.NOT_CHECKED, reason=unread.reason, unknowns=[unread]) if unread else judged
