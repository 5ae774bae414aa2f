"""Guards in front of routes: the rule `auth-middleware`.

Rule: the marks of the item's table, which know guards by name; and a program's own, whatever its name is: what asks for
a credential of the request, refuses with 401 or 403 or hands it on, and is mounted where it runs before handlers.
What hands on first, and answers 401 for an error that comes back, is none.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html (read 2026-11-30).
Out of sight: handlers that refuse by themselves; guards that refuse through a function of another file.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace

from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk
from bot.checks.readiness.rules.middleware import Does, judge_with_own
from bot.model import Evidence, Strength

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
_HANDS_ON = re.compile(
    r"\b_?(?:next|call_?next|get_response)\s{0,4}(?:\.\s{0,4}\w{1,20}\s{0,4})?\(|\.(?:ServeHTTP|Next|doFilter|call)\("
)


def _asks_first(text: str) -> bool:
    """Whether a credential is asked for before what is asked for it; what looks at errors afterwards guards nothing."""
    asks = _ASKS.search(text)
    last = deque(_HANDS_ON.finditer(text), maxlen=1)
    return asks is not None and (not last or asks.start() < last[0].start())


GUARD = Does(
    shows="a guard is mounted, which refuses who brings no credential",
    words=("401", "403", "nauthori", "UNAUTHORIZED", "nauthenticated", "orbidden", "FORBIDDEN"),
    holds=(_REFUSES.search, _asks_first),
    lacks=_OTHER,
)


# A condition that asks whether a credential is set, of settings.
_WHETHER_SET = re.compile(
    r"(?i)\(?\s{0,9}(?:\w{1,40}\.){0,3}\w{0,40}(?:settings|config|conf|cfg|options|env)\."
    r"(\w{0,40}(?:token|key|secret|password|credentials?|username)\w{0,20})(?:\s{1,9}is\s{1,9}not\s{1,9}None)?\s{0,9}\)?"
)


def judge_auth_middleware(look: Look, ask: CodeAsk) -> Judged:
    """Pass where a guard is mounted, be it known by its name or by what it does."""
    judged = judge_with_own(look, ask, GUARD)
    return replace(judged, evidence=[_as_set(look, one) for one in judged.evidence])


def _as_set(look: Look, evidence: Evidence) -> Evidence:
    """A guard that stands only where a credential is set, which is configured where that is none by default."""
    path = evidence.path or ""
    if evidence.strength is Strength.CONFIGURED or path not in look.source:
        return evidence
    file = look.source.file(path)
    asked = {pair for one in file.elements if one.line == evidence.line for pair in file.conditions(one)}
    names = (found[1] for text, holds in asked if holds and (found := _WHETHER_SET.fullmatch(text.strip())))
    if not any(look.reach.switches.is_off(name) for name in names):
        return evidence
    text = f"{evidence.text}, but only where a credential is set, which is none by default"
    return replace(evidence, text=text, strength=Strength.CONFIGURED)
