"""Guards in front of routes: the rule `auth-middleware`.

Rule: the marks of the item's table, which know guards by name; and a program's own, whatever its name is: what asks for
a credential of the request, refuses with 401 or 403 or hands it on, and is mounted where it runs before handlers.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html (read 2026-11-30).
Out of sight: handlers that refuse by themselves; guards that refuse through a function of another file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from bot.checks.readiness.facts.reach.mentions import EXPORTS, mentions
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, judge_code
from bot.model import Evidence, State, Strength

_WORDS = ("401", "403", "nauthori", "UNAUTHORIZED", "nauthenticated", "orbidden", "FORBIDDEN")
_REFUSES = re.compile(r"(?i)(?<!\d)40[13](?!\d)|unauthori[sz]ed|unauthenticated|forbidden")
_ASKS = re.compile(
    r"(?i)authorization|bearer|jwt|api[-_]?key|\bsessions?\b|session_?(?:id|key)|cookie|(?<![a-z])token"
    r"|(?:current|logged_?in)_?user|user_?id|\b(?:req|request|ctx|c|context)\.(?:user|state\.user|auth)\b|credentials"
)
# What is refused for another reason, and what hands tokens out: forged requests, senders of events, a sign-in.
_OTHER = re.compile(
    r"(?i)csrf|xsrf|hmac|signature|webhook|captcha|rate_?limit|too_?many|bcrypt|argon2|\.sign\(|SignedString"
    r"|(?:create|generate|issue|sign)_?(?:access_?|refresh_?|jwt_?)?token"
)
_MAX_TEXT = 6_000
_MAX_GUARDS, _MAX_USES, _MAX_FILES = 40, 200, 40


@dataclass(frozen=True)
class _Frame:
    """How the frameworks of a language have guards.

    Attributes:
        hands_on: found in a guard, and in no handler; where the place alone tells, anything.
        mount: the whole name of what takes a guard in, by its name.
        inline: the whole name of what takes one in that has no name, or stands right before it.
        called: whether to call it is to mount it, as with what wraps handlers.
    """

    hands_on: re.Pattern[str]
    mount: re.Pattern[str]
    inline: re.Pattern[str]
    called: bool = False


_FRAMES: Mapping[str, _Frame] = {
    "typescript": _Frame(
        re.compile(r"\bnext\s*\(\s*\)|\bcanActivate\b|\breply\b"),
        re.compile(
            r"(?:.*\.)?(?:use|get|post|put|patch|delete|all|route|group|guard|addHook|useGlobalGuards)|UseGuards"
            r"|useClass|useExisting|preHandler|onRequest|preValidation"
        ),
        re.compile(r".*\.(?:use|addHook|guard)"),
    ),
    "python": _Frame(
        re.compile(""),
        re.compile(
            r"(?:.*\.)?(?:Depends|Security|add_middleware|Middleware|before_(?:app_)?request|guards|MIDDLEWARE)"
        ),
        re.compile(r".*\.(?:before_(?:app_)?request|middleware)"),
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
        re.compile(r"(?:.*\.)?(?:before|before_action|prepend_before_action|before_filter)"),
        re.compile(r"before|before_action"),
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


def judge_auth_middleware(look: Look, ask: CodeAsk) -> Judged:
    """Pass where a guard is mounted, be it known by its name or by what it does."""
    judged = judge_code(look, ask)
    wired = any(one.strength is Strength.WIRED for one in judged.evidence)
    if wired or judged.state not in {State.PASS, State.FAIL}:
        return judged
    own = next(_find_guards(look), None)
    if own is None:
        return judged
    return replace(judged, state=State.PASS, reason=f"{own.text} ({own.path}:{own.line})", evidence=[own])


def _find_guards(look: Look) -> Iterator[Evidence]:
    """Yield where guards of the program's own are mounted."""
    own = ((file, guard) for file in look.source.parsed(*_WORDS) for guard in _guards_of(file))
    for file, guard in islice(own, _MAX_GUARDS):
        for user, use in chain(_inline_uses(file, guard), _uses(look, file, guard)):
            if look.reach.standing(user, use) is Standing.LIVE:
                text = f"a guard is mounted, which refuses who brings no credential: {file.path}:{guard.line}"
                yield Evidence(text=text, path=user.path, line=use.line, strength=Strength.WIRED)


def _guards_of(file: SourceFile) -> Iterator[Element]:
    """Yield what asks for a credential and refuses: functions, classes, and blocks of Ruby that are given to a call."""
    frame = _FRAMES.get(file.language)
    if frame is None:
        return
    blocks = file.named(Kind.CALL, frame.inline) if file.language == "ruby" else ()
    for guard in (*file.declared, *blocks):
        text = file.text(guard)
        is_guard = len(text) <= _MAX_TEXT and _REFUSES.search(text) and _ASKS.search(text) and not _OTHER.search(text)
        if is_guard and frame.hands_on.search(text):
            yield guard


def _inline_uses(file: SourceFile, guard: Element) -> Iterator[tuple[SourceFile, Element]]:
    """Yield what takes in a guard that it encloses, or that it decorates."""
    inline = _FRAMES[file.language].inline
    around = [guard, *islice((one for one in file.around(guard) if one.kind is not Kind.BRANCH), 1)]
    yield from ((file, one) for one in around if one.kind is Kind.CALL and inline.fullmatch(one.name))
    for one in file.named(Kind.DECORATOR, inline):
        own = one.parent >= 0 and file.elements[one.parent] == guard
        if own or (one.end <= guard.start and guard.line - one.end_line <= 1):
            yield file, guard


def _uses(look: Look, file: SourceFile, guard: Element) -> Iterator[tuple[SourceFile, Element]]:
    """Yield what takes in a guard by its name."""
    frame = _FRAMES[file.language]
    for name in _names(look, file, guard):
        paths = [file.path, *(one for one in look.source.mentioning(name, language=file.language) if one != file.path)]
        # A part of a path or of a text is no name, and a member of something that has the name is another thing.
        given = re.compile(rf"(?<![\w$/'\"`-]){re.escape(name)}(?![\w$]|\s*\.)")
        for path in paths[:_MAX_FILES]:
            user = look.source.file(path)
            for one in islice(mentions(user, name, guard if path == file.path else None), _MAX_USES):
                called = one.last_name == name and (one.kind is Kind.DECORATOR or frame.called)
                taken = frame.mount.fullmatch(one.name) and given.search(f"{one.name} {one.text}")
                if called or (taken and one.kind is not Kind.ASSIGN) or (taken and not frame.called):
                    yield user, one


def _names(look: Look, file: SourceFile, guard: Element) -> Iterator[str]:
    """Yield the names by which others know a guard."""
    if guard.kind is Kind.CALL or not guard.name:
        return
    if EXPORTS.fullmatch(guard.name):
        for path in look.reach.modules.importers(file.path):
            yield from look.reach.bound(path, file.path)
        return
    name = guard.last_name
    yield name
    if file.language == "csharp" and name.endswith("Attribute"):
        yield name.removesuffix("Attribute")
