"""Whether the environment is validated when the program starts: the rule `env-validation`.

Rule: the marks of the item's table; a class of settings of pydantic counts where something makes one. And a check of
the program's own: what reads variables by a name that it is given, and stops the program near by where one is missing.
Source: https://12factor.net/config (read 2026-11-30).
Out of sight: a single variable that is looked at by itself; whether a check comes before the first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from bot.checks.readiness.facts.reach.caught import is_caught
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, conclude, judge_code
from bot.model import Evidence, State, Strength

# A variable that is read by a name that a variable of the program holds, which may be any of a list.
_READS: Mapping[str, re.Pattern[str]] = {
    "typescript": re.compile(r"\b(?:process|Bun)\.env\[\s{0,8}[a-z_]\w{0,60}\s{0,8}\]"),
    # Or a parameter of the configuration, where that is a module.
    "python": re.compile(
        r"\bos\.(?:environ(?:\.get\(|\[)|getenv\()\s{0,8}[a-z_]\w{0,60}\s{0,8}[\])]"
        r"|\bhasattr\(\s{0,8}(?:\w{0,30}config\w{0,30}|(?:\w{0,30}_)?settings|conf)\s{0,8},\s{0,8}[a-z_]\w{0,60}\s{0,8}\)"
    ),
    "go": re.compile(r"\bos\.(?:Getenv|LookupEnv)\(\s{0,8}[a-z]\w{0,60}\s{0,8}\)"),
    "ruby": re.compile(r"\bENV(?:\.fetch\(|\.key\?\(|\[)\s{0,8}[a-z_]\w{0,60}\s{0,8}[\])]"),
    "php": re.compile(r"\bgetenv\(\s{0,8}\$\w{1,60}\s{0,8}\)|\$_ENV\[\s{0,8}\$\w{1,60}\s{0,8}\]"),
}
_WORDS = (
    "hasattr(",
    "process.env[",
    "Bun.env[",
    "os.environ",
    "os.getenv(",
    "os.Getenv(",
    "os.LookupEnv(",
    "ENV",
    "getenv(",
)
_STOP = (
    r"(?:\bthrow\b|\braise\b|process\.exit\(\s*[1-9]|sys\.exit\(|log\.Fatal|\bpanic\(|os\.Exit\(\s*[1-9]"
    r"|\babort\b|\bexit\(?\s*1)"
)
_IS_MISSING = r"(?:!|\bnot\b|== ?\"\"|undefined|null|\bnil\b|\bNone\b|\.length|\blen\(|\?|empty|blank|missing)"
# What is asked of a value, or of a list of names, before the program stops for it.
_STOPS = re.compile(
    rf"\b(?:if|unless)\b(?![^\n]{{0,60}}\berr)[^\n]{{0,120}}{_IS_MISSING}"
    rf"[^\n]{{0,120}}\n?(?:[^\n]{{0,160}}\n)?[^\n]{{0,80}}{_STOP}"
    rf"|\b(?:if|unless) \w{{0,30}}missing\w{{0,30}}\b[^\n]{{0,40}}\n[^\n]{{0,80}}{_STOP}"
    rf"|\bexcept\s+KeyError\b[^\n]{{0,80}}\n[^\n]{{0,80}}{_STOP}"
    rf"|{_STOP}[^\n]{{0,120}}\b(?:if|unless)\b|(?:\?\?|\|\||\bor)\s*{_STOP}"
)
# Where a program begins, or has its settings.
_PLACE = re.compile(
    r"(?i)(?:env|config|conf|settings?|start|boot|check|valid|setup|init\w*)[^/]*$"
    r"|(?:^|/)(?:main|server|app|index|program|__init__)\.\w+$|(?:^|/)(?:config|settings|core|initializers)/"
)
# Names one after another: a loop, or a function that is called with many.
_EACH = re.compile(r"\bfor\b|\.(?:filter|forEach|each|some|every|map|reject|select|find)\b|array_(?:filter|map)")
_NAMES = 3
# What is run by hand, or builds.
_BESIDE = re.compile(r"(?i)(?:^|/)(?:scripts?|tools?|bin|cli[\w-]*|commands?|docs?|hack|dev|generators?|ci)/")
_NEAR = 500
_MAX_READS, _MAX_FILES = 20, 40
_OF_PYDANTIC = "settings are a schema that reads the environment"
_OF_SPRING = "properties are validated"
# What makes a bean of a class itself, and what is told of classes that are none.
_BEANS = re.compile(r"Component|Configuration|Service|Singleton|Bean")
_ALL_OF_THEM = re.compile(r"ConfigurationPropertiesScan")
_REGISTERS = ("EnableConfigurationProperties", "@Bean", "Binder")


def judge_env_validation(look: Look, ask: CodeAsk) -> Judged:
    """Pass where a schema of the environment is parsed, or missing variables stop the program by name."""
    judged = judge_code(look, ask)
    if judged.state not in {State.PASS, State.FAIL}:
        return judged
    evidence = [_made(look, one) for one in judged.evidence]
    if not any(one.strength is not Strength.CONFIGURED for one in evidence):
        evidence = [*islice(_own_checks(look), 1), *evidence]
    evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    concluded = conclude(look, evidence, "nothing of the kind is found in the code")
    return replace(concluded, measures=judged.measures) if evidence else judged


def _made(look: Look, evidence: Evidence) -> Evidence:
    """A class of settings, which is configured where nothing makes one of it or of a class that extends it."""
    path = evidence.path or ""
    if evidence.text not in {_OF_PYDANTIC, _OF_SPRING} or path not in look.source:
        return evidence
    file = look.source.file(path)
    if evidence.text == _OF_SPRING:
        bound = _is_bound(look, file, evidence.line or 0)
        why = f"{evidence.text}, but nothing binds them"
        return evidence if bound else replace(evidence, text=why, strength=Strength.CONFIGURED)
    name = next((one.name for one in file.classes if one.line == evidence.line), "")
    home = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    if not name or any(_uses(look, other, home, name) for other in look.source.mentioning(name, language="python")):
        return evidence
    return replace(evidence, text=f"{evidence.text}, but nothing makes one", strength=Strength.CONFIGURED)


def _is_bound(look: Look, file: SourceFile, line: int) -> bool:
    """Whether Spring makes a bean of the class of properties on a line: by itself, by its name or by a scan."""
    around = file.classes_at(line)
    if not around or not file.says("org.springframework") or any(map(_BEANS.fullmatch, _annotations(file, around))):
        return True
    if any(one.holds(_ALL_OF_THEM, Kind.DECORATOR) for one in look.source.parsed("ConfigurationPropertiesScan")):
        return True
    words = [re.compile(rf"\b{re.escape(one.name)}\b") for one in around]
    return any(
        word.search(other.code)
        for other in look.source.parsed(*_REGISTERS, language="java")
        for word in words
        if other is not file or any(one.last_name in _REGISTERS for one in file.decorators)
    )


def _annotations(file: SourceFile, classes: Sequence[Element]) -> Iterator[str]:
    return (one.last_name for its in classes for one in file.decorating(its))


def _uses(look: Look, path: str, home: str, name: str) -> bool:
    """Whether a file makes or extends a class, by its name or by that of the module that it stands in."""
    file = look.source.file(path)
    word = re.compile(rf"(?<![\w.])(?:(?:\w{{1,60}}\.){{0,4}}{re.escape(home)}\.)?{re.escape(name)}(?!\w)")
    made = [one for one in file.calls if word.search(f"{one.name} {one.text}")]
    made += [one for one in file.assigns if word.search(one.text)]
    # What is taken up again stops no start.
    return any(not is_caught(file, one.start) for one in made) or any(word.search(one.text) for one in file.classes)


def _own_checks(look: Look) -> Iterator[Evidence]:
    for file in look.source.parsed(*_WORDS):
        meant = _PLACE.search(file.path) and not _BESIDE.search(file.path)
        reads = _READS.get(file.language) if meant else None
        for found in islice(reads.finditer(file.code), _MAX_READS) if reads else ():
            at = len(file.code[: found.start()].encode())
            place = _innermost(file, at)
            if place is not None and _stops(look, file, at) and look.reach.standing(file, place) is Standing.LIVE:
                line = file.code.count("\n", 0, found.start()) + 1
                text = "variables that are missing stop the program, by name"
                yield Evidence(text=text, path=file.path, line=line, strength=Strength.WIRED)


def _innermost(file: SourceFile, at: int) -> Element | None:
    around = [one for one in file.elements if one.start <= at < one.end]
    return around[-1] if around else None


def _stops(look: Look, file: SourceFile, at: int) -> bool:
    """Whether near a read, in its function where it is in one, the program stops for want of any of many names."""
    function = next((one for one in reversed(file.functions) if one.start <= at < one.end and one.name), None)
    start = max(at - _NEAR, function.start if function else 0)
    end = min(at + _NEAR, function.end if function else len(file.content))
    near = file.between(start, end)
    stops = [start + len(near[: one.end()].encode()) for one in islice(_STOPS.finditer(near), _MAX_READS)]
    many = _EACH.search(near) or (function is not None and _is_called_with_names(look, file, function.last_name))
    return bool(many) and any(not is_caught(file, one) for one in stops)


def _is_called_with_names(look: Look, home: SourceFile, name: str) -> bool:
    """Whether a function is called with the names of variables, and of many: so a program asks at its start."""
    call = re.compile(rf"(?<![\w.]){re.escape(name)}\(\s{{0,8}}[^()\n\"']{{0,40}}[\"'][A-Z][A-Z0-9_]+[\"']")
    paths = look.source.mentioning(name, language=home.language)[:_MAX_FILES]
    return sum(len(call.findall(look.source.file(path).code)) for path in paths) >= _NAMES
