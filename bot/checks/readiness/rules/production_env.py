"""Rules of the environment that hold in production alone, and stop the start.

Rule: behind a condition on production the program raises, or exits, and nothing around it takes that up; or wherever it
runs it refuses the sample value of a secret; or Django's `check --deploy` runs somewhere.
Source: https://docs.djangoproject.com/en/5.2/howto/deployment/checklist/ and https://12factor.net/config
(read 2026-11-29).
Out of sight: what an image or an orchestrator refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.checks.readiness.facts.marks import LineMark, find_lines
from bot.checks.readiness.facts.reach.caught import is_caught
from bot.checks.readiness.facts.reach.conditions import is_production
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence
from bot.model import Evidence, State, Strength

_WORDS = (
    *("production", "Production", "PRODUCTION", "prod", "DEBUG", "local", "IsDevelopment", "development"),
    *("SECRET", "Secret", "secret"),
)
_STOPS = re.compile(
    r"\bthrow\b|\braise\b|process\.exit\(|sys\.exit\(|log\.Fatal|\bpanic\(|Environment\.Exit|\babort\b(?!\(\s*[1-5]\d\d)|addIssue\("
    r"|System\.exit|FailFast|panic!|exit\(1\)"
)
_SETTING = re.compile(
    r"secret|env\b|environ|config|setting|key\b|password|https|host|url|cookie|debug|origin|dsn|variable", re.IGNORECASE
)
_SAMPLE = (
    r"(?:change|default|dev(?:elopment)?\b|insecure|unsafe|example|sample|placeholder|replace|your[_-]|todo|xxx|secret"
    r"|weak)"
)
# A secret, and no name of one, that is held against a value that everybody knows.
_IS_SAMPLE = re.compile(
    rf"""(?:secret|password|passwd|(?:secret|api|jwt|signing|private|encryption|auth|session|app)_?key)(?:_?(?:base|value|string|hash))?(?:["']?[\])]+)?(?:\.\w+\(\))?\s*(?:={{2,3}}|\bin\b|\.equals\(|\.startswith\()\s*"""
    rf"""[\[({{]?\s*(?:["'][^"'\n]{{0,60}}?{_SAMPLE}|(?:\w+\.)*\w*(?:default|insecure|sample|example|placeholder|weak)\w*)""",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?i)(?:env|config|settings?|start|boot|instrumentation|check|valid|secur|startup|program|serviceprovider|guard)[^/]*$|(?:^|/)(?:main|server|app|index)\.\w+$"
    r"|(?:^|/)(?:config|settings|core)/"
)
_ANSWERS = re.compile(
    r"(?i)(?:^|/)(?:pages/api|controllers?|handlers?|routes?|routers?|endpoints?|jobs|mailers?|views)/"
)
# Everywhere but in tests is not production.
_OF_TESTS = re.compile(r"(?i)[\"'](?:unit)?test(?:s|ing)?[\"']|\b(?:is_?)?testing\b")
_OTHERS = re.compile(r"(?i)prod|dev|local|debug")
_PARSES = re.compile(rb"createEnv\(|\.(?:safeP|p)arse\(|validat|cleanEnv\(")
_LEFT_OUT = re.compile(r"optional|default|nullish|catch\(|nullable")
_JOI = re.compile(
    r"""\.when\(\s*["'](?:NODE|APP)_ENV["']\s*,\s*\{\s*is:\s*(?:Joi\.\w+\(\s*)?["']prod(?:uction)?["']\)?\s*,\s*then:[^{},]{0,80}required\(\)"""
)
# Of envalid a key that has a default outside of production alone, or that is asked for there.
_ENVALID = re.compile(
    r"""\bdevDefault\b(?!.*[{,\s]default\s*:)|\brequiredWhen\s*:[^\n]{0,60}(?:["']prod(?:uction)?["']|\bis_?prod)""",
    re.DOTALL | re.IGNORECASE,
)
_KEY = re.compile(r"(?:envalid\.)?(?:str|num|url|host|port|email|json|bool|\w{0,40}[vV]alidator)\(")
_MAX_KEY = 1_000
_MAX_STOPS = 20
_BEFORE = 400
# In Go the start is refused by an error that is returned to who began it.
_RETURNS = re.compile(r"\breturn\b[^\n]{0,80}(?:errors\.New|fmt\.Errorf)\(")
_LOADS = re.compile(r"(?i)load|valid|check|parse|config|init|setup|new")
# A handler refuses who asks, and goes on.
_HANDLES = frozenset(
    {"get", "post", "put", "patch", "delete", "all", "use", "route", "GET", "POST", "PUT", "PATCH", "DELETE"}
    | {"MapGet", "MapPost", "MapPut", "MapDelete", "HandleFunc"}
)
# What stands between a decorator of Python and its function: no more than others.
_DECORATED = re.compile(r"(?:\s*@[^\n]{0,200}\n){0,4}\s*(?:async\s+)?")
# Names that are asked for in production besides those that are always.
_ASKS_MORE = re.compile(
    r"(?i)\b\w{0,40}(?:required|needed|mandatory)\w{0,40}(?:\.(?:push|append|extend|concat)\(|\s*(?:\+=|<<))"
)
_REFINES = ("refine", "superRefine")
_OF_PRODUCTION = re.compile(r"(?:NODE|APP)_ENV\b[^\n]{0,20}[!=]==?\s*[\"']prod(?:uction)?[\"']")
_OF_RAILS = re.compile(r"(?:^|/)config/environments/production\.rb$")
_OF_SINATRA = re.compile(r"configure[ (]\s*:prod(?:uction)?\b")
_PROFILE = re.compile(r"@Profile\(\s*\{?\s*\"prod(?:uction)?\"")
_MASTER_KEY = LineMark(
    shows="Rails refuses to start in production without its key",
    files=("production.rb",),
    line=r"^\s*config\.require_master_key\s*=\s*true",
    path=r"config/environments/production\.rb$",
)
_CHECKS = re.compile(r"(?:manage(?:\.py)?|django-admin)\s+check\b")
_DEPLOY_CHECK = LineMark(
    shows="Django's check of deployments runs",
    files=("*.yml", "*.yaml", "*.sh", "Dockerfile*", "Makefile", "tox.ini", "noxfile.py", "justfile"),
    line=rf"{_CHECKS.pattern}(?!.*\|\|\s*(?:true|:|echo|exit 0)).*--deploy",
)


def judge_production_env(look: Look, ask: CodeAsk) -> Judged:
    """Pass where something about the settings stops the start in production alone."""
    absent = find_absence(look.project, Applies.PROGRAM) or find_absence(look.project, ask.applies)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    found = [*_find_stops(look), *_find_required(look), *find_lines(look.files, [_MASTER_KEY]), *_find_checks(look)]
    return conclude(look, found, "nothing about the settings stops the start in production")


def _find_checks(look: Look) -> Iterator[Evidence]:
    """Yield where Django's check of deployments runs: what a pipeline itself says counts where it runs there."""
    pipelines = {one.path for one in look.workflows.pipelines}
    yield from (one for one in find_lines(look.files, [_DEPLOY_CHECK]) if one.path not in pipelines)
    for ran in look.workflows.ran:
        checks = _CHECKS.search(ran.text) and "--deploy" in ran.words
        if checks and ran.place.path in pipelines and not (ran.soft or ran.job.off or ran.after_failure):
            text, place = _DEPLOY_CHECK.shows, ran.place
            yield Evidence(text=text, path=place.path, line=place.line, strength=Strength.WIRED)


def _find_stops(look: Look) -> Iterator[Evidence]:
    of_rails = [path for path in look.source.mentioning("ENV", language="ruby") if _OF_RAILS.search(path)]
    for path in dict.fromkeys([*look.source.mentioning(*_WORDS), *of_rails]):
        # What a request brings is refused to who asks, and stops nothing.
        if not _PLACE.search(path) or _ANSWERS.search(path):
            continue
        file = look.source.file(path)
        for branch in file.elements:
            text = _refused(file, branch) if branch.kind is Kind.BRANCH else None
            if text is not None:
                live = look.reach.standing(file, branch) is Standing.LIVE
                strength = Strength.WIRED if live else Strength.CONFIGURED
                yield Evidence(text=text, path=path, line=branch.line, strength=strength)


def _find_required(look: Look) -> Iterator[Evidence]:
    """Yield the keys of a schema of the environment that may be left out anywhere but in production, and its rules."""
    words = ("NODE_ENV", "APP_ENV", "devDefault", "requiredWhen")
    for file in look.source.parsed(*words, language="typescript", pattern=_PARSES):
        named = [one for one in file.assigns if one.name.isupper()]
        envalid = file.says("cleanEnv(")
        keys = [one for one in named if _JOI.search(one.text) or (envalid and _is_of_envalid(one))]
        keys += [one for one in named if _is_required_there(file, one)]
        rules = [one for name in _REFINES for one in file.called(Kind.CALL, name) if _OF_PRODUCTION.search(one.text)]
        for one in (*keys, *(rules if file.says("process.env") else ())):
            live = look.reach.standing(file, one) is Standing.LIVE
            strength = Strength.WIRED if live else Strength.CONFIGURED
            without = f"without {one.name}" if one.kind is Kind.ASSIGN else "by a rule of the schema"
            text = f"the start is refused {without} in production alone"
            yield Evidence(text=text, path=file.path, line=one.line, strength=strength)


def _is_of_envalid(key: Element) -> bool:
    return _KEY.match(key.text) is not None and _ENVALID.search(key.text[:_MAX_KEY]) is not None


def _is_required_there(file: SourceFile, key: Element) -> bool:
    """Whether of two schemas the one for production leaves no way out, and the other does."""
    ways = [one for one in file.inside(key) if one.kind is Kind.BRANCH] if "production" in key.text else []
    there = [is_production(one.text, holds=one.name != "not") for one in ways]
    ends = [_LEFT_OUT.search(file.text(one)) is not None for one in ways]
    return any(there) and all(end is not it for it, end in zip(there, ends, strict=True))


def _refused(file: SourceFile, branch: Element) -> str | None:
    """What a branch stops the start for; None where it does not, or what stops it is taken up again."""
    holds = branch.name != "not"
    body = file.text(branch)
    stops = [branch.start + len(body[:at].encode()) for at in _stops(file, branch, body)]
    asks_more = not stops and _ASKS_MORE.search(body) and _STOPS.search(file.code)
    if not (stops or asks_more) or _is_in_handler(file, branch):
        return None
    if _is_production_there(file, branch):
        text = "the start is refused in production alone"
    elif holds and _IS_SAMPLE.search(branch.text):
        text = "the start is refused with a secret's sample value"
    else:
        return None
    about = file.between(max(0, branch.start - _BEFORE), branch.end) if file.functions_around(branch) else body
    return text if _SETTING.search(about) and (asks_more or not all(is_caught(file, at) for at in stops)) else None


def _stops(file: SourceFile, branch: Element, body: str) -> Iterator[int]:
    """Yield where in a branch the program stops."""
    yield from (one.start() for one in islice(_STOPS.finditer(body), _MAX_STOPS))
    if file.language == "go" and any(_LOADS.search(one.name) for one in file.functions_around(branch)):
        yield from (one.start() for one in islice(_RETURNS.finditer(body), _MAX_STOPS))


def _is_production_there(file: SourceFile, branch: Element) -> bool:
    """Whether a branch runs in production alone, by its own condition or for what left before it, or by a profile."""
    if is_production(branch.text, holds=branch.name != "not") and not _only_of_tests(branch.text):
        return True
    outer = [(text, holds) for text, holds in file.conditions(branch) if not _only_of_tests(text)]
    if any(is_production(condition, holds=holds) for condition, holds in outer):
        return True
    if file.language == "ruby":
        in_block = any(_OF_SINATRA.match(file.text(one)) for one in file.around(branch))
        return in_block or _OF_RAILS.search(file.path) is not None
    owner = file.class_around(branch) if file.language == "java" else None
    return owner is not None and _PROFILE.search(file.text(owner)) is not None


def _only_of_tests(condition: str) -> bool:
    return _OF_TESTS.search(condition) is not None and not _OTHERS.search(condition)


def _is_in_handler(file: SourceFile, branch: Element) -> bool:
    around = [one for one in file.around(branch) if one.kind is Kind.CALL and one.last_name in _HANDLES]
    if any(one.kind is Kind.FUNCTION for call in around for one in file.inside(call)):
        return True
    routes = [one for one in file.decorators if one.last_name in _HANDLES] if file.language == "python" else ()
    functions = file.functions_around(branch) if routes else ()
    return any(_DECORATED.fullmatch(file.between(one.end, its.start)) for its in functions for one in routes)
