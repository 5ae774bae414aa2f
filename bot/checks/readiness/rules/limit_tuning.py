"""Whether limits of requests differ by class of route, rather than being one number for everything.

Rule: two limits with different numbers, or two named policies, of limiters that are on. One alone fails; without a
limiter it does not apply.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html (read 2026-11-30).
Out of sight: what a gateway limits, and whether a load test tried the limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.appsettings import find_settings
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence
from bot.checks.readiness.rules.rate_limiting import judge_rate_limiting
from bot.model import Evidence, Finding, State, Strength

_WORDS = ("imit", "hrottl", "THROTTLE", "Rack::Attack", "bucket4j")
_LIMITERS = re.compile(
    r"(?i)(?:.*\.)?(?:rateLimit|rate_limit|slowDown|RateLimiter\w*|limiter\.limit|limit|throttle|ratelimit|Throttle|Ratelimit\.\w+"
    r"|slidingWindow|fixedWindow|tokenBucket|(?:Add)?(?:Fixed|Sliding)WindowLimiter|AddTokenBucketLimiter|RateLimiter\.for"
    r"|rate\.NewLimiter|Bandwidth\.\w+|RateLimit|Limit\.per\w+|middleware|req|@?SkipThrottle)"
)
# Where limits are told apart from what asks for them; of Laravel by their names, in its providers.
_HOLDS_LIMITS = re.compile(r"(?i)limit|throttl|rack_attack|settings|routes?/|ServiceProvider\.php$")
# The number and the time of a limit, in the ways of the libraries.
_NUMBER = re.compile(
    r"""(?i)\b(?:max|limit|points|permitLimit|tokens|ttl|requests|rate)\b["']?\s*(?::|=>?)\s*["']?(\w{1,40}\s*\?\s*[\w.]{1,20}\s*:\s*[\w.]{1,20}|[\w./]{1,40})"""
    r"""|["'](\d+\s*(?:/|per)\s*\d*\s*\w+)["']|throttle:([\w,]+)|perMinute\(\s*(\w+)|slidingWindow\(\s*(\w+)|fixedWindow\(\s*(\w+)"""
    r"""|NewLimiter\(\s*([^,()]{1,40})|perSecond\(\s*(\w+)|perHour\(\s*(\w+)|^\(\s*(\d+)\s*,\s*["']"""
)
_RATES = re.compile(r"""["']([\w-]+)["']\s*:\s*(?:[\w.]+\(\s*["']\w+["']\s*,\s*)?["'](\d+/\w+)["']""")
# The rate of a class of its own of Django REST framework: a text, or a setting's name.
_RATE = re.compile(r"""["']\d+/\w+["']|\b(?:\w{1,60}\.){0,4}[A-Z][A-Z0-9_]{3,60}""")
# A table of limits by class of route, and the number of each.
_TABLE = re.compile(
    r"(?i)(?:rate_?limit|throttl)\w*(?:config|limit|rule|option|setting|polic|bucket|tier)\w*$|^(?:rate_?)?limits$"
)
_ENTRY = re.compile(r"(?i)\b(?:allowed\w*|max\w*|limit|points|requests|tokens)[\"']?\s*:\s*(\d[\d_]*)\b")
# Limiters of governor's, each of numbers or of settings of its own.
_QUOTA = "Quota::"
_OF_QUOTA = re.compile(r"(?i)\b[a-z]\w{0,60}(?:limit|burst|rate|quota)\w{0,60}(?=\(\))|(?<=nonzero!\()\d+")
# The number is a setting of its own: `max: Number(process.env.LOGIN_MAX || 5)`, `limit(settings.login_limit)`.
_OF_SETTING = re.compile(
    r"""(?i)\b(?:max|limit|points)\b["']?\s{0,9}:\s{0,9}(?:(?:Number|parseInt|Number\.parseInt)\(|\+)\s{0,9}(process\.env\.\w{1,60}|(?:config|env|settings)(?:\.\w{1,60}){1,3})"""
    r"""|^\(\s{0,9}((?:settings|config|cfg)\.\w{1,60})\s{0,9}[,)]"""
)
_HOLDS = re.compile(r"(?:settings|config|cfg|env|process\.env)\.\w")
_LONGEST_TABLE = 4_000
_TOLD = re.compile(r"\d|[A-Z_]{4}")
_MAX_LISTED = 8
_MAX_LINE = 1_000
# What limits of .NET are called where its settings have them.
_OF_SETTINGS = frozenset({"permitlimit", "tokenlimit", "limit", "permits", "requests"})
# What resilience4j lets through in one period, in the settings of Spring.
_PERIOD = re.compile(r"(?i)\blimit-?for-?period\s*[:=]\s*(\d{1,9})\b")
_SPRING = ("application.yml", "application.yaml", "application.properties")
# A zone of nginx by its name, where it is made with a rate, and where requests are held against it.
_ZONE = re.compile(r"^\s{0,40}limit_req_zone\s[^;#]{1,200}\bzone=([\w-]{1,60}):[^;#]{0,100}\brate=(\d{1,9}r/[sm])")
_IN_ZONE = re.compile(r"^\s{0,40}limit_req\s+zone=([\w-]{1,60})")
_NGINX = ("*nginx*", "*.conf", "*.conf.template", "*.conf.tmpl")
# Places of one limiter: where it is made, and where it is mounted.
_FEW = 3


def _find_periods(look: Look) -> Iterator[Evidence]:
    for path in look.files.select(*_SPRING):
        for number, line in enumerate(look.files.lines(path), start=1):
            if (found := _PERIOD.search(line)) and not line.lstrip().startswith("#"):
                text = f"a limit of {found[1]} in a period"
                yield Evidence(text=text, path=path, line=number, strength=Strength.CONFIGURED)


def _find_zones(look: Look, places: set[str | None]) -> Iterator[Evidence]:
    """Yield the zones of nginx that a file with limiters holds requests against, each with its rate."""
    for path in [one for one in look.files.select(*_NGINX) if one in places]:
        lines = [line[:_MAX_LINE] for line in look.files.lines(path)]
        used = {found[1] for line in lines if (found := _IN_ZONE.match(line))}
        for number, line in enumerate(lines, start=1):
            if (found := _ZONE.match(line)) and found[1] in used:
                yield Evidence(text=f"a limit of {found[2]}", path=path, line=number, strength=Strength.CONFIGURED)


def judge_limit_tuning(look: Look, ask: CodeAsk) -> Judged:
    """Pass where two limits differ; fail where there is one."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    limiters = judge_rate_limiting(look, ask).evidence
    if not limiters:
        return Judged(state=State.NOT_APPLICABLE, reason=look.project.missing("limiter of requests is in use"))
    if all(one.strength is Strength.CONFIGURED for one in limiters):
        reason = f"no limiter is on: {limiters[0].text} ({limiters[0].path}:{limiters[0].line})"
        return Judged(state=State.FAIL, reason=reason, evidence=limiters)
    places = {one.path for one in limiters}
    limits: dict[str, Evidence] = {}
    for number, seen in _find_limits(look, places):
        limits.setdefault(number, seen)
    for one in () if limits else find_settings(look.files):
        if one.names[-1] in _OF_SETTINGS and isinstance(one.value, int) and re.search("limit|throttl", one.names[0]):
            text = f"a limit of {one.value}"
            limits.setdefault(text, Evidence(text=text, path=one.path, line=one.line, strength=Strength.CONFIGURED))
    for seen in () if limits else [*_find_periods(look), *_find_zones(look, places)]:
        limits.setdefault(seen.text, seen)
    if len(limits) > 1:
        return conclude(look, list(limits.values())[:_MAX_LISTED], "")
    if not limits or len(limiters) > _FEW:
        reason = f"there are limiters ({limiters[0].path}:{limiters[0].line}), and their numbers stand elsewhere"
        return Judged(state=State.NEEDS_SIGN_OFF, reason=f"{reason}; {look.project.searched}", evidence=limiters)
    first = next(iter(limits.values()))
    message = "one limit stands for every class of routes"
    missing = [Finding(rule="one-limit", message=message, path=first.path, line=first.line)]
    return Judged(state=State.FAIL, reason=f"{message}; {look.project.searched}", missing=missing, evidence=limiters)


def _find_limits(look: Look, places: set[str | None]) -> Iterator[tuple[str, Evidence]]:
    """Yield the numbers of limits that run, each with where it stands."""
    for file in look.source.parsed(*_WORDS):
        if file.path not in places and not _HOLDS_LIMITS.search(file.path):
            continue
        for element in file.elements if _may_limit(file) else ():
            for number in _numbers(element, throttles=_is_throttle(file, element)):
                if look.reach.standing(file, element) is Standing.LIVE:
                    text = f"a limit of {number}"
                    line = element.line
                    yield number, Evidence(text=text, path=file.path, line=line, strength=Strength.CONFIGURED)


def _is_throttle(file: SourceFile, element: Element) -> bool:
    """Whether it stands in a class that is a throttle by its name or by what it extends."""
    held = next(file.around(element), None) if element.name == "rate" else None
    return held is not None and held.kind is Kind.CLASS and "hrottle" in f"{held.name} {held.text}"


def _may_limit(file: SourceFile) -> bool:
    limits = file.holds(_LIMITERS, Kind.CALL, Kind.DECORATOR)
    told = ("THROTTLE_RATES" in one or one == "rate" or _TABLE.search(one) for one in file.names(Kind.ASSIGN))
    return limits or any(told) or (file.language == "rust" and file.says(_QUOTA))


def _numbers(element: Element, *, throttles: bool) -> Iterator[str]:
    if element.kind is Kind.ASSIGN and "THROTTLE_RATES" in element.name:
        yield from (f"{scope} {rate}" for scope, rate in _RATES.findall(element.text))
    elif element.kind is Kind.ASSIGN and element.name == "rate":
        # Outside of a class it is any number that somebody called so.
        yield from (one for one in _RATE.findall(element.text)[:1] if throttles)
    elif element.kind is Kind.ASSIGN and _TABLE.search(element.name):
        yield from (f"{number} of {element.name}" for number in _ENTRY.findall(element.text[:_LONGEST_TABLE]))
    elif element.kind is Kind.ASSIGN and _QUOTA in element.text:
        yield from filter(None, [" ".join(sorted(set(_OF_QUOTA.findall(element.text[:_LONGEST_TABLE]))))])
    elif element.kind in {Kind.CALL, Kind.DECORATOR} and _LIMITERS.fullmatch(element.name):
        found = ["".join(groups) for groups in _NUMBER.findall(element.text[:600])]
        found += ["".join(groups) for groups in _OF_SETTING.findall(element.text[:600])]
        # A name that may stand for any number tells no two limits apart.
        if any(_TOLD.search(one) or _HOLDS.match(one) for one in found):
            yield " ".join(found[:3])
