"""Middleware of a program's own, told by what it does and by where it is mounted.

Rule: what holds what is asked and hands the request on, in the way of its language's frameworks, and is given by name
to what runs such before handlers, encloses them, or decorates them. How it stands there counts as with any mark.
Source: the documentation of the frameworks (read 2026-11-30).
Out of sight: what does its work through a function of another file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from bot.checks.readiness.facts.reach.mentions import EXPORTS, mentions
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, judge_code
from bot.checks.readiness.rules.hollow import refuses_by_setting, without_hollow
from bot.checks.readiness.rules.own_switch import find_own_switch
from bot.model import Evidence, State, Strength

_MAX_TEXT = 6_000
_MAX_FOUND, _MAX_USES, _MAX_FILES = 40, 200, 40


@dataclass(frozen=True)
class Does:
    """What a middleware is told by.

    Attributes:
        shows: what it is, for a reader.
        words: a file is looked at where it mentions one of them.
        holds: each finds something in its code.
        lacks: what is found in code of another purpose.
        also: what tells one besides that it hands on.
    """

    shows: str
    words: tuple[str, ...]
    holds: tuple[Callable[[str], object], ...]
    lacks: re.Pattern[str]
    also: re.Pattern[str] = re.compile(r"(?!)")


@dataclass(frozen=True)
class _Frame:
    """How the frameworks of a language have middleware.

    Attributes:
        hands_on: found in a middleware, and in no handler; where the place alone tells, anything.
        mount: the whole name of what takes one in, by its name.
        inline: the whole name of what takes one in that has no name, or stands right before it.
        called: whether to call it is to mount it, as with what wraps handlers.
    """

    hands_on: re.Pattern[str]
    mount: re.Pattern[str]
    inline: re.Pattern[str]
    called: bool = False


_FRAMES: Mapping[str, _Frame] = {
    "typescript": _Frame(
        re.compile(r"\bnext\s*\(\s*\)|\bnext\s*\.\s*handle\(|\bcanActivate\b|\breply\b"),
        re.compile(
            r"(?!Promise\.)(?:.*\.)?"
            r"(?:use|get|post|put|patch|delete|all|route|group|guard|addHook|useGlobal(?:Guards|Interceptors)"
            r"|apply)|UseGuards|UseInterceptors|UseBefore|controller|http(?:Get|Post|Put|Patch|Delete)"
            r"|useClass|useExisting|preHandler|onRequest|preValidation"
        ),
        re.compile(r".*\.(?:use|addHook|guard)"),
    ),
    "python": _Frame(
        re.compile(""),
        re.compile(
            r"(?:.*\.)?(?:Depends|Security|add_middleware|Middleware|(?:before|after)_(?:app_)?request|guards|MIDDLEWARE)"
        ),
        re.compile(r".*\.(?:(?:before|after)_(?:app_)?request|middleware)"),
    ),
    "go": _Frame(
        re.compile(r"\.ServeHTTP\(|\.Next\(\)|\b(?:next|handler|h|fn?)\(\s*(?:w|rw|c|ctx|res|writer)\b"),
        re.compile(r".*"),
        re.compile(r".*\.Use"),
        called=True,
    ),
    "java": _Frame(
        re.compile(r"doFilter|\bpreHandle\b|ContainerRequestFilter|HttpServerFilter"),
        re.compile(r".*\.(?:addInterceptor|addFilter\w*|setFilter|register)|FilterRegistrationBean(?:<.*>)?"),
        re.compile(r"Component|Provider|WebFilter|Filter|ServerFilter|Singleton"),
    ),
    "csharp": _Frame(
        re.compile(r"\b_?next(?:\.Invoke(?:Async)?)?\(|\bI(?:Async)?AuthorizationFilter\b"),
        re.compile(r".*\.(?:UseMiddleware|AddEndpointFilter)(?:<.*>)?|TypeFilter|ServiceFilter"),
        re.compile(r".*\.(?:Use|UseWhen)"),
    ),
    "ruby": _Frame(
        re.compile(""),
        re.compile(
            r"(?:.*\.)?(?:before|(?:prepend_)?before_action|around_action|before_filter|use|insert_(?:before|after))"
        ),
        re.compile(r"before|before_action|around_action"),
    ),
    "php": _Frame(
        re.compile(r"\$next\("),
        re.compile(r"(?:.*(?:\.|->|::))?(?:middleware|append|prepend|appendToGroup|add)"),
        re.compile(r"(?!)"),
    ),
    "rust": _Frame(
        re.compile(r"\bnext\s*\.\s*run\(|\.call\("),
        re.compile(r"(?:.*::)?from_fn(?:_with_state)?|.*\.wrap(?:_fn)?"),
        re.compile(r".*\.wrap_fn|(?:.*::)?from_fn"),
    ),
}


def judge_with_own(look: Look, ask: CodeAsk, does: Does) -> Judged:
    """What the marks of a table say; where none is wired, what a middleware of the program's own does."""
    judged = without_hollow(look, judge_code(look, ask))
    wired = any(one.strength is Strength.WIRED for one in judged.evidence)
    if wired or judged.state not in {State.PASS, State.FAIL}:
        return judged
    found = list(islice(find_own(look, does), 1)) or list(islice(find_own(look, does, off=True), 1))
    if not found or (judged.evidence and found[0].strength is Strength.CONFIGURED):
        return judged
    own = found[0]
    return replace(judged, state=State.PASS, reason=f"{own.text} ({own.path}:{own.line})", evidence=[own])


def find_own(look: Look, does: Does, *, off: bool = False) -> Iterator[Evidence]:
    """Yield where middleware of the program's own is mounted; or that which a setting of its own switches off."""
    own = ((file, unit) for file in look.source.parsed(*does.words) for unit in _middleware_of(file, does))
    for file, unit in islice(own, _MAX_FOUND):
        setting = find_own_switch(look, file, unit)
        idle = setting is not None or refuses_by_setting(look, file, unit)
        if off is not idle:
            continue
        for user, use in chain(_inline_uses(file, unit), _uses(look, file, unit)):
            if look.reach.standing(user, use) is Standing.LIVE:
                place = f" ({setting.path}:{setting.line})" if setting else ""
                but = f", which is off by default{place}" if idle else ""
                text = f"{does.shows}: {file.path}:{unit.line}{but}"
                strength = Strength.CONFIGURED if idle else Strength.WIRED
                yield Evidence(text=text, path=user.path, line=use.line, strength=strength)


def _middleware_of(file: SourceFile, does: Does) -> Iterator[Element]:
    """Yield what does it: functions, classes, and blocks of Ruby that are given to a call."""
    frame = _FRAMES.get(file.language)
    if frame is None:
        return
    blocks = file.named(Kind.CALL, frame.inline) if file.language == "ruby" else ()
    for unit in (*file.declared, *blocks):
        # Of functions within functions, each is as long as all that it holds.
        if unit.end - unit.start > _MAX_TEXT:
            continue
        text = file.text(unit)
        told = frame.hands_on.search(text) or does.also.search(text)
        if told and all(holds(text) for holds in does.holds) and not does.lacks.search(text):
            yield unit


def _inline_uses(file: SourceFile, unit: Element) -> Iterator[tuple[SourceFile, Element]]:
    """Yield what takes in middleware that it encloses, or that it decorates."""
    inline = _FRAMES[file.language].inline
    around = [unit, *islice((one for one in file.around(unit) if one.kind is not Kind.BRANCH), 1)]
    yield from ((file, one) for one in around if one.kind is Kind.CALL and inline.fullmatch(one.name))
    for one in file.named(Kind.DECORATOR, inline):
        own = one.parent >= 0 and file.elements[one.parent] == unit
        if own or (one.end <= unit.start and unit.line - one.end_line <= 1):
            yield file, unit


def _uses(look: Look, file: SourceFile, unit: Element) -> Iterator[tuple[SourceFile, Element]]:
    """Yield what takes in middleware by its name."""
    frame = _FRAMES[file.language]
    # A method is known by what it is of.
    of_class = file.language == "typescript" and unit.kind is Kind.FUNCTION and file.class_around(unit) is not None
    for name in _names(look, file, unit):
        paths = [file.path, *(one for one in look.source.mentioning(name, language=file.language) if one != file.path)]
        # A part of a path or of a text is no name, and a member of something that has the name is another thing; what
        # Java writes for the class itself is none.
        before = r"(?<=\.)" if of_class else r"(?<![\w$/'\"`-])"
        given = re.compile(rf"{before}{re.escape(name)}(?![\w$]|\s*\.(?!class\b))")
        for path in paths[:_MAX_FILES]:
            user = look.source.file(path)
            for one in islice(mentions(user, name, unit if path == file.path else None), _MAX_USES):
                called = one.last_name == name and (one.kind is Kind.DECORATOR or frame.called)
                taken = frame.mount.fullmatch(one.name) and given.search(f"{one.name} {one.text}")
                if called or (taken and one.kind is not Kind.ASSIGN) or (taken and not frame.called):
                    yield user, one


def _names(look: Look, file: SourceFile, unit: Element) -> Iterator[str]:
    """Yield the names by which others know it."""
    if unit.kind is Kind.CALL or not unit.name:
        return
    if EXPORTS.fullmatch(unit.name):
        for path in look.reach.modules.importers(file.path):
            yield from look.reach.bound(path, file.path)
        return
    name = unit.last_name
    yield name
    if file.language == "java":
        yield from _makers(look, name)
    if file.language == "csharp" and name.endswith("Attribute"):
        yield name.removesuffix("Attribute")


def _makers(look: Look, name: str) -> Iterator[str]:
    """Yield the names of the methods of Java that make one of a class, such as a bean's."""
    for path in look.source.mentioning(name, language="java")[:_MAX_FILES]:
        user = look.source.file(path)
        made = (one for one in user.called(Kind.CALL, name) if f"new {name}" in user.text(one))
        yield from (around[0].last_name for one in made if (around := user.functions_around(one)))
