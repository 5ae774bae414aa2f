"""Limits of requests that limit something: the rule `rate-limiting`.

Rule: the marks of the item's table; where each limit that the code gives is a million requests or more, or ten thousand
a second, or is switched off where it is made, or passes all requests over unless a switch is thrown that nothing in the
tree throws, or stands on a path that nothing answers, or is made for each of a list that is empty by default, it is
configured and not wired.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html (read 2026-11-30).
Out of sight: limits that are set in the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from bot.checks.readiness.facts.marks import bound_names
from bot.checks.readiness.facts.reach.conditions import switches
from bot.checks.readiness.facts.routes.route import first_text
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk
from bot.checks.readiness.rules.lists_of_nothing import is_of_nothing
from bot.checks.readiness.rules.middleware import Does, judge_with_own
from bot.model import Evidence, Finding, State, Strength

_WORDS = ("imit", "hrottl", "slowDown", "Bandwidth")
_LIMITER = re.compile(
    r"(?i)(?:.*\.)?\w*(?:rate_?limit|slowdown|throttl|limiter|limitby|limitall|bandwidth|ratelimit|slidingwindow|fixedwindow"
    r"|tokenbucket|perminute|persecond|perhour)\w*(?:\.\w+)?"
)
_LIBRARY = re.compile(r"(?i)rate-?_?limit|throttl|slow-down|limiter|httprate|tollbooth")
_VALUE = (
    r"(?:0x[\da-f]{1,16}|-?\d[\d_]*(?:\.\d+)?(?:e\d+)?(?:\s*\*\*?\s*\d[\d_]*){0,3}|(?:float::)?infinity|number\.max\w*|[\w.]{0,40}max(?:value|int\d*)\b"
    r"|sys\.maxsize|float\([\"']inf[\"']\)|rate\.inf\b|\w{0,20}max_(?:value|int)\w*)"
)
_COUNT = re.compile(
    r"(?i)\b(max|limit|points|permit_?limit|token_?limit|tokens|requests|capacity|burst)\b[\"']?\s*(?::|=>?|\()\s*(?:(?:async\s*)?\([^()]{0,40}\)\s*=>\s*)?"
    # A number that holds unless another is set.
    rf"(?:(?:\w{{1,20}}\()?\s*[\w.$\[\]\"']{{1,80}}\s*(?:\|\||\?\?)\s*[\"']?)?({_VALUE})"
)
# How far requests may go above a limit, and how much is put back: none is a limit.
_MAY_BE_NONE = frozenset({"burst", "tokens"})
_FIRST = re.compile(rf"(?i)\(\s*({_VALUE})\s*[,)]")
_FIRST_COUNTS = re.compile(
    r"(?i)(?:.*\.)?(?:limitby\w*|limitall|newlimiter|perminute|persecond|perhour|\w*window|simple)"
)
_RATE = re.compile(r"(?i)[\"'](\d[\d_]*)\s*(?:/|per\s)\s*(\d{0,9})\s*(second|sec|s|minute|min|m|hour|h|day|d)\w*[\"']")
_WINDOW = re.compile(r"(?i)\bwindowMs\b[\"']?\s*:\s*(\d[\d_]*)\s*[,}\n]")
_OFF = re.compile(
    r"\bskip(?:If)?\b[\"']?\s*:\s*(?:async\s*)?(?:\([^()]*\)|\w+)\s*=>\s*(?:true\b|\{\s*return\s+true)"
    r"|\bskip(?:If)?\b[\"']?\s*(?::\s*(?:async\s+)?function\b\s*\w*\s*)?\([^()]*\)\s*\{\s*return\s+true|\b(?:enabled?)[\"']?\s*[=:]\s*[Ff]alse\b"
)
# What passes requests over unless something is on: `skipIf: () => !limited`, `skip: () => env.LIMITED !== 'true'`.
_SKIPPED = re.compile(
    r"\bskip(?:If)?\b[\"']?\s*(?::\s*(?:async\s*)?(?:\([^()]{0,80}\)|\w+)\s*=>\s*\{?|\([^()]{0,80}\)\s*\{)\s*(?:return\s+)?"
    r"(?:!\s*(?P<no>[\w.$?!<>()\[\]\"']{1,120})|(?P<other>[\w.$?!<>()\[\]\"']{1,120})\s*!==?\s*[\"']?true\b[\"']?)\s*[;,})\n]"
)
# A name in the place of a value: `max: MAX`, `{ max }`, `...options`, `limit=PER_MINUTE`, `rateLimit(options)`.
_NAME = re.compile(
    r"(?:(?<![\w$.\"'])|(?<=\.\.\.))(?P<name>[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60})?)(?!\s*[:(\w$.\"']|\s*=[^=])"
)
_SHORTHAND = re.compile(r"[{,]\s*$")
_VARIABLE = re.compile(r"[\w$]{1,80}\s*(?::[^=]{0,200})?:?=(?![=>])")
_THROTTLE = re.compile(r"[\"']throttle:(\d{1,12})(?:,(\d{1,6}))?[\"']")
_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_MOST, _MOST_A_SECOND = 1_000_000, 10_000
_ITS_APP = re.compile(
    r"\(\s*(?:app|application|flask_app|current_app)\b|\bapp\s*=|\b[Ff]lask\("
    # By its place, as the first of two: what tells who asks is given by its name, or after it, and before it since 3.0.
    r"|\(\s*[\w.]{1,80}\s*,(?:[^()]{0,400}\bkey_func\s*=|\s*[\w.]{1,80}\s*[,)](?!=))"
)
_REGISTERED = re.compile(
    r"(?i)\(\s{0,9}(?:(?:await\s{1,9})?(?:import|require)\(\s{0,9}[\"'][\w@/-]{0,40})?\w{0,40}rate-?limit"
)
# A middleware of the program's own counts what is asked by whoever asks, and answers 429 above a number.
_OWN = Does(
    shows="a limiter of the program's own is mounted",
    words=("429", "TooManyRequests", "TOO_MANY_REQUESTS", "too_many_requests"),
    holds=(
        re.compile(r"(?i)\b429\b|too_?many_?requests").search,
        re.compile(
            r"(?i)\+=\s{0,9}1\b|\+\+|\bincr(?:by|ement\w*)?(?:Async)?\(|\.(?:append|push|add)\(|\+\s{0,9}1\b"
        ).search,
        re.compile(r"(?<![=<>-])(?:>=?|<=?)\s{0,9}(?:[A-Za-z_$@][\w$.]{0,60}|\d{1,6})").search,
        re.compile(
            r"(?i)\bip\b|remote_?(?:addr|ip)|client\.host|user_?id|get_remote_address|forwarded|\.sub\b|api_?key|ip_?addr"
        ).search,
    ),
    lacks=re.compile(r"\bfetch\(|\baxios\b|\bhttpx\.|\brequests\.\w+\(|http\.(?:Get|Post)\(|(?i:back_?off|retries)"),
)
# Fastify's plug-in that limits no route but those that say so: in their `config`, or before they are handled.
_ASKED_BY_ROUTES = re.compile(r"\bglobal\s{0,9}:\s{0,9}false\b")
_ASKS = re.compile(r"\brateLimit\s{0,9}[:(]|\bRateLimit\b")
_ROUTER = re.compile(r"(?:express\.|new )?Router\(")
_HANDS_OUT = re.compile(r"\bstatic\(|\b[sS]erveStatic\(|\bsendFile\(")
_MANY_ROUTES = 10
_ABOVE_ZERO = re.compile(r"\b([A-Za-z_]\w{2,60})\s{0,4}(?:!==?|>)\s{0,4}0(?![\w.])")
_MAX_PATHS = 200
_MAX_TEXT, _MAX_VALUE = 4_000, 400
_MAX_PATH = 200
_END = r"(?![\w-])"
_MOUNTS = r"(?i:use|route|routes|register|mount|group|prefix|base_?path)[\"']?\s{0,4}[(:=,]\s{0,40}"


@dataclass(frozen=True)
class _Limit:
    """A limit that the code gives: where, and why it limits nothing, if so."""

    path: str
    line: int
    void: str | None
    name: str


def judge_rate_limiting(look: Look, ask: CodeAsk) -> Judged:
    """Pass where a limiter is mounted that can be reached."""
    judged = judge_with_own(look, ask, _OWN)
    if judged.state is not State.PASS:
        return judged
    evidence = [
        _of_number(look, _of_files(look, _of_something(look, _on_its_path(look, one)))) for one in judged.evidence
    ]
    if (alone := _read_alone(look, evidence)) is not None:
        evidence = [_weakened(one, f"but on GET {alone} alone") for one in evidence]
    limits = [*_find_limits(look), *_find_throttles(look)]
    # What decorators add to is off with the object that they are of.
    if any(one.void and one.name == "Limiter" for one in limits):
        limits = [one for one in limits if one.name == "Limiter"]
    # The module of NestJS hands its guards what their decorators only add numbers to.
    if any(one.void and one.name.startswith("ThrottlerModule.") for one in limits):
        limits = [one for one in limits if one.name != "Throttle"]
    void = [one for one in limits if one.void]
    missing: list[Finding] = []
    if void and len(void) == len(limits):
        why = f"but {void[0].void}"
        evidence = [_weakened(one, why) if (one.path or "") in look.source else one for one in evidence]
        missing = [_finding(one) for one in void]
    evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    return replace(judged, evidence=evidence, missing=missing)


def _weakened(evidence: Evidence, why: str) -> Evidence:
    return replace(evidence, text=f"{evidence.text}, {why}", strength=Strength.CONFIGURED)


def _finding(limit: _Limit) -> Finding:
    message = f"it limits nothing: {limit.void}"
    return Finding(rule="limits-nothing", message=message, path=limit.path, line=limit.line)


def _find_limits(look: Look) -> Iterator[_Limit]:
    for file in look.source.parsed(*_WORDS):
        names = set(_imported(file))
        limits = names or file.holds(_LIMITER, Kind.CALL, Kind.DECORATOR) or file.says("/rate-limit")
        for element in file.elements if limits else ():
            said = _LIMITER.fullmatch(element.name) is not None or element.name.partition(".")[0] in names
            said = said or (element.last_name == "register" and _REGISTERED.match(element.text) is not None)
            if (
                said
                and element.kind in {Kind.CALL, Kind.DECORATOR}
                and (found := _void(look, file, element)) is not None
                and look.reach.runs(file, element)
            ):
                yield _Limit(file.path, element.line, found or None, element.name)


def _find_throttles(look: Look) -> Iterator[_Limit]:
    """Yield Laravel's limits, which are the words of a middleware: so many requests in so many minutes."""
    for file in look.source.parsed("throttle:", language="php"):
        for element in file.calls:
            for count, minutes in _THROTTLE.findall(
                element.text[:_MAX_TEXT] if element.last_name == "middleware" else ""
            ):
                wide = int(count) >= _MOST or int(count) > _MOST_A_SECOND * 60 * int(minutes or 1)
                void = "it lets in as many requests as anyone can send" if wide else None
                yield _Limit(file.path, element.line, void, element.name)


def _imported(file: SourceFile) -> Iterator[str]:
    """Yield the names by which a file knows what libraries of limits give it."""
    libraries = (
        {name for name in file.names(Kind.IMPORT) if _LIBRARY.search(name)} if file.may_import(_LIBRARY.pattern) else ()
    )
    for one in file.imports if libraries else ():
        if one.name in libraries:
            yield from bound_names(file, one)


def _void(look: Look, file: SourceFile, element: Element) -> str | None:
    """Why a limiter limits nothing; empty where it limits, None where it gives no number."""
    if _is_unattached(look, file, element):
        return "no app is given to it"
    text = _with_values(look, file, element.text[:_MAX_TEXT])
    if (off := _why_off(look, file, element, text)) is not None:
        return off
    named = [(name.lower(), _number(one)) for name, one in _COUNT.findall(text)]
    counts = [count for _, count in named]
    if _FIRST_COUNTS.fullmatch(element.name) and (first := _FIRST.match(text)):
        counts.append(_number(first[1]))
    rates = [
        _number(count) / (int(many or 1) * _UNITS_S[unit[0].lower()] or 1) for count, many, unit in _RATE.findall(text)
    ]
    if window := _WINDOW.search(text):
        rates += [count * 1_000 / (_number(window[1]) or 1) for count in counts]
    if not counts and not rates:
        return None
    wide = any(count >= _MOST for count in counts) or any(rate > _MOST_A_SECOND for rate in rates)
    if wide:
        return "it lets in as many requests as anyone can send"
    limits = [count for name, count in named if name not in _MAY_BE_NONE]
    return (
        "its number is none that is counted to: all requests are let in, or none" if limits and max(limits) <= 0 else ""
    )


def _why_off(look: Look, file: SourceFile, element: Element, text: str) -> str | None:
    """Why a limiter lets everything pass where it is made, whatever its number; None where it does not."""
    if _OFF.search(text):
        return "it is switched off where it is made"
    skipped = _SKIPPED.search(text)
    condition = (skipped["no"] or f"{skipped['other']} === true") if skipped else ""
    off = any(look.reach.switches.is_off(name) for name in switches(condition, holds=True))
    if off or look.reach.by_options(file, element) is not None:
        return "it is off by default"
    waits = file.language == "typescript" and _ASKED_BY_ROUTES.search(text) and not _asks(look)
    return "it limits only routes that ask for it, and none does" if waits else None


def _asks(look: Look) -> bool:
    paths = look.source.mentioning("ateLimit", language="typescript")
    return len(paths) > _MAX_PATHS or any(_ASKS.search(look.source.file(path).code) for path in paths)


def _is_unattached(look: Look, file: SourceFile, made: Element) -> bool:
    """Whether a limiter of Flask is made without an app, and none is given to it: its decorators count nothing."""
    holder = next((one for one in file.around(made) if one.kind is Kind.ASSIGN), None)
    apart = file.language == "python" and made.name == "Limiter" and file.says("flask_limiter") and holder is not None
    if not apart or holder is None or _ITS_APP.search(made.text):
        return False
    name = re.escape(holder.name.rpartition(".")[2])
    given = re.compile(
        rf"\b{name}\.init_app\(|\bfor\s+\w+\s+in\s+[(\[][^)\]]{{0,400}}\b{name}\b|\w\((?:[^()\n]{{0,200}},\s{{0,40}})?{name}\s{{0,4}}[,)]"
    )
    paths = look.source.mentioning(holder.name.rpartition(".")[2], language="python")
    return len(paths) <= _MAX_PATHS and not any(given.search(look.source.file(path).code) for path in paths)


def _with_values(look: Look, file: SourceFile, text: str) -> str:
    """The text of a limiter, with the values of the constants and options that it names."""

    def value(found: re.Match[str]) -> str:
        name, _, key = found["name"].partition(".")
        given = _value_of(look, file, name)
        if given is None:
            return found[0]
        if key:
            given = next((one for of, one in _pairs(given) if of == key), None)
            return found[0] if given is None else given
        shorthand = given[:1] != "{" and _SHORTHAND.search(text[: found.start()])
        return f"{name}: {given}" if shorthand else given

    return _NAME.sub(value, text)[:_MAX_TEXT]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    yield from re.findall(rf"(?i)\b([\w$]+)[\"']?\s*[:=]\s*({_VALUE})", text)


def _value_of(look: Look, file: SourceFile, name: str) -> str | None:
    """The number or the options that a name stands for, where one place alone gives it."""
    if not file.says(name):
        return None
    here = [one.text for one in file.assigns if one.name == name and _VARIABLE.match(file.text(one))]
    if not here and any(name in one.text.split() for one in file.imports):
        others = [one for one in look.source.parsed(name) if one is not file]
        giving = (one for one in others if one.may_assign(name) and name in one.names(Kind.ASSIGN))
        given_there = (one.text for other in giving for one in other.assigns if one.name == name)
        # A second place says that it is not one alone.
        here = list(islice(given_there, 2))
    given = here[0].strip()[:_MAX_VALUE] if len(here) == 1 else ""
    return given if given[:1] == "{" or re.fullmatch(f"(?i){_VALUE}", given) else None


def _number(text: str) -> float:
    """A number as it is written; a name of the largest one is larger than any."""
    if text[:1] == "-":
        return -1.0
    if text[:2].lower() == "0x":
        return float(int(text, 16))
    factors = [float(one.replace("_", "")) for one in re.findall(r"\d[\d_]*(?:\.\d+)?(?:e\d{1,2})?", text[:60].lower())]
    if not text[:1].isdigit() or "**" in text or not factors:
        return float("inf")
    product = 1.0
    for one in factors:
        product *= one
    return product


def _on_its_path(look: Look, evidence: Evidence) -> Evidence:
    """A limiter on a path, which is configured where nothing else of the source has such a path."""
    path = evidence.path or ""
    if path not in look.source or evidence.strength is Strength.CONFIGURED:
        return evidence
    uses = (one for one in look.source.file(path).calls if one.line == evidence.line and one.last_name == "use")
    mounted = next((first_text(one.text) for one in uses), None)
    if not mounted or not mounted.strip("/*") or _is_answered(look, mounted):
        return evidence
    return _weakened(evidence, f"but on {mounted[:60]}, where nothing answers")


def _of_something(look: Look, evidence: Evidence) -> Evidence:
    """A limiter that is made for each of a list, which is configured where that is empty by default."""
    path = evidence.path or ""
    if path not in look.source or evidence.strength is Strength.CONFIGURED:
        return evidence
    file = look.source.file(path)
    made = [one for one in file.calls if one.line == evidence.line and _LIMITER.fullmatch(one.name)]
    idle = made and all(is_of_nothing(look, file, one) for one in made)
    return _weakened(evidence, "but for each of a list that is empty by default") if idle else evidence


def _of_files(look: Look, evidence: Evidence) -> Evidence:
    """A limiter in front of files alone, which is configured: a router of its file hands out nothing else."""
    path = evidence.path or ""
    if path not in look.source or evidence.strength is Strength.CONFIGURED:
        return evidence
    file = look.source.file(path)
    use = next((one for one in file.calls if one.line == evidence.line and one.last_name == "use"), None)
    router = use.name.rpartition(".")[0] if use else ""
    made = any(one.name.rpartition(" ")[2] == router and _ROUTER.match(one.text.strip()) for one in file.assigns)
    if not made or re.search(rf"[(,]\s{{0,9}}{re.escape(router)}\s{{0,9}}[,)]", file.code):
        return evidence
    others = [one for one in file.calls if one.name.rpartition(".")[0] == router and one != use]
    alone = others and all(_HANDS_OUT.search(one.text[:_MAX_TEXT]) for one in others)
    return _weakened(evidence, "but in front of files alone") if alone else evidence


def _of_number(look: Look, evidence: Evidence) -> Evidence:
    """A limiter that stands where a number of settings is not zero, which is configured where it is by default."""
    path = evidence.path or ""
    if path not in look.source or evidence.strength is Strength.CONFIGURED:
        return evidence
    file = look.source.file(path)
    asked = {text for one in file.calls if one.line == evidence.line for text, holds in file.conditions(one) if holds}
    names = {name for text in asked for name in _ABOVE_ZERO.findall(text[:_MAX_VALUE])}
    if any(look.reach.switches.is_off(name) or _is_zero_in_go(look, name) for name in names):
        return _weakened(evidence, "but its number is zero by default")
    return evidence


def _is_zero_in_go(look: Look, name: str) -> bool:
    """Whether a field of settings of Go says that it is zero where nothing sets it."""
    field = re.compile(
        rf'^\s{{1,20}}{re.escape(name)}\s{{1,40}}\w{{1,20}}\s{{1,40}}`[^`\n]{{0,200}}\b(?:envD|d)efault:"0"',
        re.MULTILINE,
    )
    return any(field.search(file.content.decode(errors="replace")) for file in look.source.parsed(name, language="go"))


def _read_alone(look: Look, evidence: Sequence[Evidence]) -> str | None:
    """The path of the one route that all limiters stand in, where it is read, and one of many."""
    wired = [(one.path, one.line or 0) for one in evidence if one.strength is not Strength.CONFIGURED]
    standing = [
        [route for route in look.routes.all if route.source == path and route.line <= line <= route.end_line]
        for path, line in wired
    ]
    told = {(route.path, route.method) for routes in standing for route in routes}
    if not all(standing) or len(told) != 1 or len(look.routes.all) < _MANY_ROUTES:
        return None
    [(path, method)] = told
    return path if method == "GET" else None


def _is_answered(look: Look, mounted: str) -> bool:
    if any(one.path.startswith(mounted) for one in look.routes.all) or re.search(r"[:*()]", mounted):
        return True
    path = mounted.rstrip("/")
    # A router is mounted on one part of the path, and what it mounts on the other: `/v1`, and `/auth` in another file.
    cuts = [found.start() for found in re.finditer("/", path[:_MAX_PATH]) if found.start()]
    in_parts = any(_count(look, path[:at], "/?[\"'`]", _MOUNTS) and _count(look, path[at:], _END) for at in cuts)
    return in_parts or _count(look, path, _END) > 1


def _count(look: Look, path: str, end: str, before: str = "") -> int:
    """How often the source has a text that begins with a path."""
    said = re.compile(rf"{before}[\"'`]{re.escape(path)}{end}".encode())
    return sum(len(said.findall(look.source.content(one))) for one in look.source.mentioning(path))
