"""Guards and limiters that hand on whatever comes: what stands where they are mounted refuses nobody.

Rule: a function that a line of evidence names, as it is declared nearest, hands on to what it stands in front of, gives
nothing else back, and neither raises nor answers by itself; or refuses only where a setting that is no by default asks.
In Ruby what says yes and nothing else refuses nobody; in Go also what makes one that passes over whatever comes; in
NestJS a guard that says yes whatever it asks, as one that replaces a library's; in Laravel a limit by a name that
stands for none.
Out of sight: functions that ask, and go on whatever the answer is, wherever they branch; those of other languages than
JavaScript, Python, Ruby, Go and PHP.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.switched_off import passes_all
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.behind_routes import is_behind_routes
from bot.model import Evidence, Strength

_HOLLOW = ", which hands on whatever comes"
_LANGUAGES = frozenset({"typescript", "python", "ruby", "go"})
_YES_IN_RUBY = re.compile(r"def\s+\w{1,80}[?!]?(?:\(\))?\s*(?:return\s+)?(?:true|nil)?\s*end\s*")
# A line of Go that only wraps a handler, or hands on to it.
_HANDS_ON_IN_GO = re.compile(
    r"\s*(?:(?:func\b|return\s+(?:\w+\.)?(?:HandlerFunc|MiddlewareFunc)?\(?func\()[^{}]{0,300}\{"
    r"|(?:return\s+)?(?:next|handler|h)(?:\.ServeHTTP)?(?:\([\w, ]{0,40}\))?"
    r"|(?:return\s+)?(?:c|ctx)\.Next\(\)|[})]*)\s*"
)
_WORD = re.compile(r"(?<![\w.'\"`/-])(?:\w{1,40}\.)?([A-Za-z_]\w{3,60})(?=\s*[(,)}\]\n]|$)")
_HANDS_ON = re.compile(r"\b(?:next|done|call_next|get_response)\(|\(\*args,\s*\*\*kwargs\)")
_RETURNS = re.compile(r"\breturn\b[ \t]*([^\n;}]*)")
_OF_HANDING_ON = re.compile(
    r"(?:await\s+)?(?:next\(\)|done\(\)|true|True|\w{1,40}\(\*args,\s*\*\*kwargs\)|(?:call_next|get_response)\(\w{0,40}\))?\s*"
)
# What refuses, what asks, and what a name may do that stands elsewhere.
_DOES = re.compile(
    r"(?i)\b(?:if|unless|switch|raise|throw|assert|yield|super)\b|abort|reject|redirect|\bres(?:ponse)?\s{0,4}\.|\breply\b|\bctx\.|\bnext\(\s*[^)\s]"
    r"|status|rror|den(?:y|ied)|refuse|forbid|authenticat|authoriz|verif|valid|check|passport|limit\w*\.\w|consume|permission"
    r"|\bis_\w+\(|(?:\b|_)[45]\d\d\b|\b(?:\w{1,40}\.)?(?:require|ensure|assert|must|demand|enforce|refuse|current_?user|get_?user)\w{0,40}\("
)
_DECLARED = re.compile(r"\bdef\s+(\w+)\s*\(|\bfunction\s+(\w+)\s*\(|\b(?:const|let|var)\s+(\w+)\s*=")
# What answers that somebody is not let in, or not now.
_REFUSES = re.compile(
    r"(?<!\d)(?:401|403|429)(?!\d)|(?i:unauthori[sz]ed|forbidden|too_?many_?requests|permission_?denied)"
)
# What NestJS asks a guard, and what lets in whoever comes.
_ASKED = "canActivate"
_YES = re.compile(r"true|(?:Promise\.resolve|of)\(true\)")
_REFUSES_BY_ITSELF = re.compile(r"\bsuper\b|\bthrow\b|xception\(")
_THROTTLE = re.compile(r"[\"']throttle:([A-Za-z][\w.-]{0,80})[\"']")
_FIRST_TEXT = re.compile(r"\(\s{0,40}[\"']([\w.-]{1,80})[\"']")
# What refuses has to stand in front; what handles errors stands behind.
_IN_FRONT = re.compile(r"(?i)limit|throttl|guard|sign-?in|token")
_MAX_CALLS, _MAX_REFUSAL = 200, 400
_MAX_TEXT, _MAX_NAMES, _MAX_FILES = 3_000, 12, 120


def without_hollow(look: Look, judged: Judged) -> Judged:
    """What is judged, with what stands for nothing no more than configured."""
    return replace(judged, evidence=[weaken_hollow(look, one) for one in judged.evidence])


def weaken_hollow(look: Look, seen: Evidence) -> Evidence:
    """A line of source as it is, or as configured where what it names hands on whatever comes."""
    if seen.strength is Strength.CONFIGURED or seen.path is None or seen.path not in look.source:
        return seen
    file = look.source.file(seen.path)
    if file.language == "php":
        hollow = _is_without_limit(look, file, seen.line or 1)
    else:
        names = _names(file, seen.line or 1) if file.language in _LANGUAGES else ()
        hollow = any(_are_hollow(look, file, name) for name in names)
    if not hollow and _IN_FRONT.search(seen.text) and is_behind_routes(file, seen.line or 1):
        return replace(seen, text=f"{seen.text}, but behind every route", strength=Strength.CONFIGURED)
    if not hollow:
        return seen
    return replace(seen, text=f"{seen.text}{_HOLLOW}", strength=Strength.CONFIGURED)


def _names(file: SourceFile, line: int) -> list[str]:
    [text] = file.code.split("\n")[line - 1 : line] or [""]
    return list(dict.fromkeys(_WORD.findall(text)))[:_MAX_NAMES]


def _are_hollow(look: Look, file: SourceFile, name: str) -> bool:
    """Whether each function that a name may stand for hands on whatever comes: those of the file, or of any other."""
    paths = look.source.mentioning(name, language=file.language)
    if len(paths) > _MAX_FILES:
        return False
    files = [look.source.file(path) for path in paths]
    guards = [_says_yes(one, kept) for one in files for kept in one.classes if kept.last_name == name]
    if guards:
        return file.language == "typescript" and all(guards)
    declared = [(one, function) for one in files for function in _of(one, name)]
    own = [(one, function) for one, function in declared if one.path == file.path]
    return bool(declared) and all(_is_hollow(*one) or refuses_by_setting(look, *one) for one in own or declared)


def _of(file: SourceFile, name: str) -> list[Element]:
    return [one for one in file.functions if one.last_name == name]


def _says_yes(file: SourceFile, guard: Element) -> bool:
    """Whether a class of NestJS lets everybody in by itself, instead of by what it extends."""
    asked = next((one for one in file.inside(guard) if one.kind is Kind.FUNCTION and one.last_name == _ASKED), None)
    text = file.text(asked) if asked else ""
    said = [one.strip() for one in _RETURNS.findall(text)]
    return bool(said) and all(map(_YES.fullmatch, said)) and not _REFUSES_BY_ITSELF.search(text)


def _is_without_limit(look: Look, file: SourceFile, line: int) -> bool:
    """Whether a line of Laravel names limits, each of which is made as none."""
    names = set(_THROTTLE.findall((file.code.split("\n")[line - 1 : line] or [""])[0]))
    return bool(names) and names <= _limits_of_none(look)


def _limits_of_none(look: Look) -> frozenset[str]:
    """The names of limits of Laravel that are made as none wherever they are made."""
    made: dict[str, list[bool]] = {}
    for file in look.source.parsed("RateLimiter::for", language="php"):
        for one in file.calls:
            if one.name.replace("::", ".").endswith("RateLimiter.for") and (named := _FIRST_TEXT.match(one.text)):
                text = file.text(one)
                made.setdefault(named[1], []).append("Limit::none(" in text and "Limit::per" not in text)
    return frozenset(name for name, none in made.items() if all(none))


def _is_hollow(file: SourceFile, function: Element) -> bool:
    text = file.text(function)
    if file.language == "ruby":
        return _YES_IN_RUBY.fullmatch(text[:_MAX_TEXT]) is not None
    if file.language == "go":
        return len(text) <= _MAX_TEXT and (passes_all(text) or all(map(_HANDS_ON_IN_GO.fullmatch, text.split("\n"))))
    if len(text) > _MAX_TEXT or not _HANDS_ON.search(text) or _DOES.search(_without_name(text, function)):
        return False
    inner = {name for found in _DECLARED.findall(text) for name in found if name}
    return all(
        one.strip() in inner or _OF_HANDING_ON.fullmatch(one) or _is_inner(one) for one in _RETURNS.findall(text)
    )


def refuses_by_setting(look: Look, file: SourceFile, function: Element) -> bool:
    """Whether all that a function refuses is refused where a setting says yes alone, which is no by default."""
    calls = [one for one in file.inside(function) if one.kind is Kind.CALL][:_MAX_CALLS]
    refusing = [one for one in calls if _REFUSES.search(f"{one.name}{one.text}"[:_MAX_REFUSAL])]
    return bool(refusing) and all(look.reach.held_back(file, one) for one in refusing)


def _is_inner(returned: str) -> bool:
    """Whether what is returned is the handler itself: `return (req, res, next) => {`, `return function (`."""
    return bool(re.match(r"(?:async\s+)?(?:function\b|\([^()]*\)\s*=>)", returned))


def _without_name(text: str, function: Element) -> str:
    name = function.last_name
    return text.replace(name, "f") if name else text
