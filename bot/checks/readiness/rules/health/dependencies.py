"""Whether an endpoint of health asks the database, the cache or the broker that the program depends on.

Rule: the code behind an endpoint asks it, or a check of a library does that an endpoint reports. Spring's readiness
group asks nothing by itself; what liveness asks restarts the program while something else is down.
Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/,
https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.kubernetes-probes and
https://learn.microsoft.com/aspnet/core/host-and-deploy/health-checks (read 2026-11-30).
An endpoint that catches each failure and says that all is well in any case does not count.
Out of sight: what else the endpoint answers while something is down (the deploy gate asks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Annotated

from pydantic import Field

from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence
from bot.checks.readiness.rules.health.asking import Kind, find_clients, find_question, find_strangers
from bot.checks.readiness.rules.health.callers import find_liveness
from bot.checks.readiness.rules.health.endpoints import find_health_routes, find_known, is_served
from bot.checks.readiness.rules.health.frameworks import find_asked_by_frameworks
from bot.checks.readiness.rules.health.library_views import find_view
from bot.model import Evidence, State, Strength

_MAX_CALLED = 12
# Words of the languages, and of the frameworks, that name no function of the project.
_KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        "app async await catch class const ctx def else except false False for from function get GET if "
        "import json let new None none null path post POST raise req request res response return router self "
        "throw True true try var while",
    )
)
_MAX_FILES = 48
_MAX_NAME = 80
# A function of health is short, though it may ask for much.
_LONGEST = 150
_WORD = re.compile(r"[A-Za-z_]\w+")
_CALLS = re.compile(r"(?<!\w)([A-Za-z_]\w++)(?=\(|[?!](?![=\w.:?]))")
# The path of the endpoint calls nothing that happens to be named like it.
_STRING = re.compile(r"\"[^\"\n]*\"|'[\w/.: -]*'|`[^`\n]*`")
# What is called, and all that a function says.
_CALLED = re.compile(r"(?<!\w)(\w+)\($")
_YES = re.compile(
    r"^[^{}\n]{1,200}(?:\{|:|=>)\s{0,40}(?:return\s{1,9})?(?:Promise\.resolve\(\s{0,9})?[tT]rue\)?\s{0,9};?[\s}]*$"
)
# A function or a method as it is declared: its own name asks nothing. A condition of Go and Rust has no parentheses.
_DECLARED = re.compile(
    r"\b(?:def|function|func|fn)\s+\w+\s*(?=\()|\bdef[ \t]+(?:self\.)?\w+[?!]?(?=[ \t]*(?:[\n;]|$))"
    r"|(?<![\w.>:!])(?<!\bif )"
    r"(?!(?:catch|if|for|foreach|while|switch|using|lock|match)\b)\w+\s*(?=\([^()\n]*\)[^;{}\n()]*\{)"
)
_MADE = re.compile(r"^(?:await\s+)?(?:\w+\.)*+(\w++)\(")
_RESTARTS = ", and a program that is not alive is restarted"
_ALIVE = re.compile(r"/(?:livez?|liveness|alive)\b", re.IGNORECASE)


# Queues that have nothing but Redis to be kept in.
_IN_REDIS = re.compile(
    r"(?:@nestjs/)?bull(?:mq)?|bee-queue|rq|django[-_]rq|arq|sidekiq(?:-.*)?|resque|github\.com/hibiken/asynq"
)
# A flag that something else keeps, and what a handler does that says more than "all is well" when it is down.
_FLAG = re.compile(r"(?:status|health|connected)$", re.IGNORECASE)
_REFUSES = re.compile(
    r"\b[45]\d\d\b|throw|raise|unavailable|internal_?server|abort|fail|\bstatus\(|!\s*\w", re.IGNORECASE
)
# What keeps a failure from the answer, where nothing beside it refuses.
_CATCHES = re.compile(r"\b(?:catch|except|rescue)\b")
# A cache that is down may leave the program ready, as long as the answer says that it is down.
_NOTED = re.compile(
    r"\b(?:catch|except|rescue)\b[^\n{:]*+[{:]?\s*+(?:\w{1,60}\.)?(\w{1,60})(?:\[[^\]\n]{0,60}\])?\s*+=(?![=>])"
)
# A handler of Rust that gives nothing but a body has no other status to answer with.
_ONLY_A_BODY = re.compile(r"\)\s{0,9}->\s{0,9}(?:\w{1,40}::){0,3}Json<")
# Nor does it run without a connection that it is handed: Rocket's guard refuses the request first.
_PANICS = re.compile(
    r"\bunwrap\(\)|\bexpect\(|\bpanic!|\bStatusCode\b|\b\w{1,40}:\s{0,4}(?:\w{1,40}::){0,3}\w{0,40}Conn(?:ection)?\s{0,4}[,)]"
)
_ALWAYS_WELL = ", and answers the same whatever that says"
_APPLIES = {Kind.DATABASE: Applies.DATABASE, Kind.CACHE: Applies.CACHE_SERVER, Kind.BROKER: Applies.BROKER}


class DependencyAsk(CodeAsk):
    """Settings of the rule `dependency-health`."""

    of: Annotated[Kind, Field(description="what the endpoint has to ask")]


def judge_dependency_health(look: Look, ask: DependencyAsk) -> Judged:
    """Pass where the code behind an endpoint of health asks a database, a cache or a broker."""
    absent = find_absence(look.project, Applies.SERVER) or find_absence(look.project, _APPLIES[ask.of])
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    routes = find_health_routes(look)
    served = is_served(routes, find_known(look))
    found = list(find_evidence(look, ask.table, ask.marks))
    if not served:
        # A check that no endpoint reports is asked by nobody.
        found = [
            replace(one, text=f"{one.text}, and no endpoint reports it", strength=Strength.CONFIGURED) for one in found
        ]
    found = [_by_tags(look, one) for one in found]
    found += [one for route in routes for one in _find_asking(look, route, ask.of)]
    found += find_asked_by_frameworks(look, ask.of)
    if ask.of is Kind.BROKER and not found and _goes_over_redis(look):
        asked = [one for route in routes for one in _find_asking(look, route, Kind.CACHE)]
        found += [replace(one, text=f"{one.text}, over which the queue goes") for one in asked]
    found.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    return conclude(look, found, f"no endpoint of health asks the {ask.of}")


def _goes_over_redis(look: Look) -> bool:
    """Whether all queues are kept in Redis, so that who asks that asks the broker."""
    used = look.project.using(Trait.BROKER)
    over = bool(look.source.mentioning("RedisBroker", "brokers.redis", language="python"))
    return bool(used) and all(_IN_REDIS.fullmatch(one.name) or (over and one.name == "dramatiq") for one in used)


def _find_asking(look: Look, route: Route, kind: Kind) -> Iterator[Evidence]:
    """Yield the line in a route's handler, or in a function that it calls, that asks."""
    alive = _ALIVE.search(route.path) is not None or find_liveness(look, route.path) is not None
    strength = Strength.CONFIGURED if alive else Strength.WIRED
    restarts = _RESTARTS if alive else ""
    handler = look.routes.controller(route) or look.routes.handler(route)
    code = _DECLARED.sub("", handler.code)
    home = look.source.file(handler.path)
    if (asked := _find_question(look, kind, code, handler.path)) is not None:
        number = code.count("\n", 0, asked.start())
        text = f"{route.path} asks the {kind}{restarts}"
        if _is_flag(asked, code) or _says_yes(look, asked, code, handler.path):
            text, strength = f"{route.path} reports a flag about the {kind}{_ALWAYS_WELL}", Strength.CONFIGURED
        elif _is_swallowed(kind, code, *_texts_of(look, _name_at(asked, code), handler.path)):
            text, strength = f"{text}{_ALWAYS_WELL}", Strength.CONFIGURED
        yield Evidence(text=text, path=handler.path, line=handler.line + number, strength=strength)
        return
    if (view := find_view(look, kind, code, handler.path)) is not None:
        line, text = handler.line + code.count("\n", 0, view.start()), f"{route.path} asks the {kind} by {view[0]}"
        yield Evidence(text=f"{text}{restarts}", path=handler.path, line=line, strength=strength)
        return
    names = _called_in(code)
    names += _made_by(home, names)
    for file, function in _find_called(look, names, handler.path):
        if _find_question(look, kind, _DECLARED.sub("", file.text(function)), file.path) is not None:
            text = f"{route.path} asks the {kind} by {function.name}{restarts}"
            if _is_swallowed(kind, code, file.text(function)):
                text, strength = f"{text}{_ALWAYS_WELL}", Strength.CONFIGURED
            yield Evidence(text=text, path=file.path, line=function.line, strength=strength)
            return


def _called_in(code: str) -> list[str]:
    """The names in code, those that are called first: of all that files say a name of, only so many are looked at."""
    plain = _STRING.sub("", code)
    names = dict.fromkeys((*_CALLS.findall(plain), *_WORD.findall(plain)))
    return [name for name in names if name not in _KEYWORDS][: _MAX_CALLED * 3]


def _find_called(look: Look, names: Sequence[str], home: str) -> Iterator[tuple[SourceFile, Element]]:
    """Yield the functions of some names, and those that what stands beside the handler calls: `return _state()`."""
    beside = []
    for file, function in _find_functions(look, names, home):
        yield file, function
        if file.path == home:
            beside += _called_in(_DECLARED.sub("", file.text(function)))
    yield from _find_functions(look, [one for one in dict.fromkeys(beside) if one not in names], home)


def _find_question(look: Look, kind: Kind, code: str, path: str) -> re.Match[str] | None:
    clients, strangers = find_clients(kind, look.source, path), find_strangers(kind, look.source, path)
    return find_question(kind, code, clients, strangers)


def _is_flag(asked: re.Match[str], code: str) -> bool:
    """Whether a handler only reports what a variable says, and answers that all is well in any case."""
    called = code[asked.end() : asked.end() + 1] == "("
    return not called and _FLAG.search(asked[0]) is not None and _REFUSES.search(code) is None


def _says_yes(look: Look, asked: re.Match[str], code: str, home: str) -> bool:
    """Whether what is called where code asks is a function of the program's own that says yes, and nothing else."""
    end = asked.end() if asked[0].endswith("(") else asked.end() + 1
    called = _CALLED.search(code[max(0, end - _MAX_NAME) : end])
    texts = _texts_of(look, called[1], home) if called else ()
    return any(_YES.search(text) for text in texts)


def _name_at(asked: re.Match[str], code: str) -> str:
    """The name that is called where code asks; empty where what is asked is no function of that name."""
    end = asked.end() if asked[0].endswith("(") else asked.end() + 1
    called = re.search(r"(?<![\w.])(\w+)\($", code[:end])
    return called[1] if called else ""


def _texts_of(look: Look, name: str, home: str) -> Sequence[str]:
    """The text of the function of a name that stands nearest to a file."""
    found = _find_functions(look, [name], home) if name else iter(())
    return [file.text(function) for file, function in islice(found, 1)]


def _is_swallowed(kind: Kind, *code: str) -> bool:
    """Whether a handler and what it calls catch each failure, and answer that all is well in any case."""
    plain = _STRING.sub("", "\n".join(code))
    if _ONLY_A_BODY.search(plain) is not None and _PANICS.search(plain) is None:
        return True
    noted = _NOTED.search(plain) if kind is Kind.CACHE else None
    if noted is not None and re.search(rf"\b{noted[1]}\b", plain[noted.end() :]):
        return False
    return _CATCHES.search(plain) is not None and _REFUSES.search(plain) is None


def _made_by(file: SourceFile, names: Sequence[str]) -> Sequence[str]:
    """What is called for what variables of some names hold: `probe := newProbe(store)`."""
    called = [found[1] for one in file.assigns if one.name in names and (found := _MADE.match(one.text))]
    return [name for name in dict.fromkeys(called) if name not in _KEYWORDS][:_MAX_CALLED]


def _find_functions(look: Look, names: Sequence[str], home: str) -> Iterator[tuple[SourceFile, Element]]:
    """Yield the functions of some names: those of the same file and folder first."""
    folder, language = home.rpartition("/")[0], look.source.file(home).language
    number = 0
    for name in names:
        # It begins with the name, so that the search may leap from one to the next.
        defined = re.compile(rb"%b(?<![\w$]%b)(?:\s*[=:(<]|(?<=def %b)\b)" % ((name.encode(),) * 3))
        known = look.source.mentioning(name, language=language)
        paths = [path for path in known if defined.search(look.source.content(path))]
        paths.sort(key=lambda path: (path != home, not path.startswith(folder)))
        for path in paths[:_MAX_CALLED]:
            file = look.source.file(path)
            for function in file.functions:
                if function.name == name and function.end_line - function.line < _LONGEST:
                    yield file, function
            number += 1
            if number > _MAX_FILES:
                return


# What the condition of an endpoint asks of a check: a tag of it, by its text or by the name of a constant; or its name.
_TAG = re.compile(r"(!\s*+)?\b\w{1,80}\.Tags\.Contains\(\s*\"([^\"]+)\"")
_CONSTANT = re.compile(r"(?<!!)\b\w{1,80}\.Tags\.Contains\(\s*(?:\w{1,80}\.){0,3}([A-Z]\w{1,80})\s*\)")
_TAGS = re.compile(r"\b_?(?:\w{0,40}T|t)ags\b(?!\s*:)")
_NAMED = re.compile(r"\.Name\s*(?:==|\.\w+\()\s*\"([^\"]+)\"")
_MAPPED = re.compile(r"\(\s*\"/?+([^\"]+)\"")
_EVERY = re.compile(r"Predicate\s*=\s*(?:static\s+)?\(?\s*\w+\s*\)?\s*=>\s*true\b")


def _by_tags(look: Look, check: Evidence) -> Evidence:
    """A check of ASP.NET, which counts where one of the endpoints that are mapped reports it."""
    path = check.path or ""
    if not path.endswith(".cs") or check.strength is Strength.CONFIGURED:
        return check
    calls = [
        one.text
        for file in look.source.parsed("MapHealthChecks", "UseHealthChecks")
        for one in file.elements
        if one.name.endswith(("MapHealthChecks", "UseHealthChecks"))
    ]
    lines = look.files.lines(path)
    own = "\n".join(lines[(check.line or 1) - 1 : (check.line or 1) + 4]).partition(";")[0]
    tags = set(_TAGS.findall(own))
    own += "\n".join(one.text for one in look.source.file(path).assigns if tags and one.last_name in tags)
    reporting = [text for text in calls if _reports(text, own)]
    alive = next((text for text in reporting if _is_alive(look, text)), None)
    if alive is not None:
        return replace(check, text=f"{check.text}, as liveness does{_RESTARTS}", strength=Strength.CONFIGURED)
    if not calls or reporting:
        return check
    return replace(
        check, text=f"{check.text}, and no endpoint reports checks of its tags", strength=Strength.CONFIGURED
    )


def _is_alive(look: Look, endpoint: str) -> bool:
    """Whether an endpoint of ASP.NET is the one by which a program is told to be alive."""
    mapped = _MAPPED.match(endpoint)
    path = f"/{mapped[1]}" if mapped else ""
    return bool(path) and (_ALIVE.search(path) is not None or find_liveness(look, path) is not None)


def _reports(endpoint: str, check: str) -> bool:
    """Whether an endpoint reports a check: it asks nothing of it, or what the check is given."""
    if "Predicate" not in endpoint or _EVERY.search(endpoint):
        return True
    tags = any((f'"{tag}"' in check) is not bool(unless) for unless, tag in _TAG.findall(endpoint))
    tags = tags or any(re.search(rf"\b{name}\b", check) for name in _CONSTANT.findall(endpoint))
    return tags or any(f'"{name}' in check for name in _NAMED.findall(endpoint))
