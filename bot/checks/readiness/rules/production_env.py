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
    r"\bthrow\b|\braise\b|process\.exit\(|sys\.exit\(|log\.Fatal|\bpanic\(|Environment\.Exit|\babort\b|addIssue\("
    r"|System\.exit|FailFast|panic!|exit\(1\)"
)
_SETTING = re.compile(
    r"secret|env\b|environ|config|setting|key\b|password|https|host|url|cookie|debug|origin|dsn|variable", re.IGNORECASE
)
_SAMPLE = r"(?:change|default|insecure|unsafe|example|sample|placeholder|replace|your[_-]|todo|xxx|secret|weak)"
# A secret, and no name of one, that is held against a value that everybody knows.
_IS_SAMPLE = re.compile(
    rf"""(?:secret|password|passwd|(?:secret|api|jwt|signing|private|encryption|auth|session|app)_?key)(?:_?(?:base|value|string|hash))?(?:["']?[\])]+)?(?:\.\w+\(\))?\s*(?:={{2,3}}|\bin\b|\.equals\(|\.startswith\()\s*"""
    rf"""[\[({{]?\s*(?:["'][^"'\n]{{0,60}}?{_SAMPLE}|(?:\w+\.)*\w*(?:default|insecure|sample|example|placeholder|weak)\w*)""",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?i)(?:env|config|settings?|start|boot|instrumentation|check|valid|secur|startup|program)[^/]*$|(?:^|/)(?:main|server|app|index)\.\w+$"
    r"|(?:^|/)(?:config|settings|core)/"
)
_ANSWERS = re.compile(r"(?i)(?:^|/)(?:pages/api|controllers?|handlers?|routes?|routers?|endpoints?)/")
_PARSES = re.compile(rb"createEnv\(|\.(?:safeP|p)arse\(|validat|cleanEnv\(")
_LEFT_OUT = re.compile(r"optional|default|nullish|catch\(|nullable")
_JOI = re.compile(
    r"""\.when\(\s*["'](?:NODE|APP)_ENV["']\s*,\s*\{\s*is:\s*(?:Joi\.\w+\(\s*)?["']prod(?:uction)?["']\)?\s*,\s*then:[^{},]{0,80}required\(\)"""
)
_MAX_STOPS = 20
_DEPLOY_CHECK = LineMark(
    shows="Django's check of deployments runs",
    files=("*.yml", "*.yaml", "*.sh", "Dockerfile*", "Makefile", "tox.ini", "noxfile.py", "justfile"),
    line=r"(?:manage(?:\.py)?|django-admin)\s+check\b.*--deploy",
)


def judge_production_env(look: Look, ask: CodeAsk) -> Judged:
    """Pass where something about the settings stops the start in production alone."""
    absent = find_absence(look.project, Applies.PROGRAM) or find_absence(look.project, ask.applies)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    found = [*_find_stops(look), *_find_required(look), *find_lines(look.files, [_DEPLOY_CHECK])]
    return conclude(look, found, "nothing about the settings stops the start in production")


def _find_stops(look: Look) -> Iterator[Evidence]:
    for path in look.source.mentioning(*_WORDS):
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
    """Yield the keys of a schema of the environment that may be left out anywhere but in production."""
    for file in look.source.parsed("NODE_ENV", "APP_ENV", language="typescript", pattern=_PARSES):
        for key in file.assigns:
            if key.name.isupper() and (_JOI.search(key.text) or _is_required_there(file, key)):
                live = look.reach.standing(file, key) is Standing.LIVE
                strength = Strength.WIRED if live else Strength.CONFIGURED
                text = f"the start is refused without {key.name} in production alone"
                yield Evidence(text=text, path=file.path, line=key.line, strength=strength)


def _is_required_there(file: SourceFile, key: Element) -> bool:
    """Whether of two schemas the one for production leaves no way out, and the other does."""
    ways = [one for one in file.inside(key) if one.kind is Kind.BRANCH] if "production" in key.text else []
    there = [is_production(one.text, holds=one.name != "not") for one in ways]
    ends = [_LEFT_OUT.search(file.text(one)) is not None for one in ways]
    return any(there) and all(end is not it for it, end in zip(there, ends, strict=True))


def _refused(file: SourceFile, branch: Element) -> str | None:
    """What a branch stops the start for; None where it does not, or what stops it is taken up again."""
    holds = branch.name != "not"
    if is_production(branch.text, holds=holds):
        text = "the start is refused in production alone"
    elif holds and _IS_SAMPLE.search(branch.text):
        text = "the start is refused with a secret's sample value"
    else:
        return None
    body = file.text(branch)
    stops = (branch.start + len(body[: stop.start()].encode()) for stop in islice(_STOPS.finditer(body), _MAX_STOPS))
    return text if _SETTING.search(body) and not all(is_caught(file, at) for at in stops) else None
