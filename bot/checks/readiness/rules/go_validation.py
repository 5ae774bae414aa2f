"""Whether a handler of Go validates the body that it reads.

Rule: the handler, or what its declaration names, calls a method or a function that validates, or hands one on; what
looks at tokens, sessions and the like says nothing of a body. A handler that is seen to read no body is not counted.
Source: https://pkg.go.dev/github.com/go-ozzo/ozzo-validation/v4, https://pkg.go.dev/github.com/gin-gonic/gin#Context.Bind,
https://pkg.go.dev/github.com/beego/beego/v2/core/validation
(read 2026-11-30).
Out of sight: functions that are two calls away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.listings import find_handlers

_READS = re.compile(
    r"\.(?:(?:Should|Must)?Bind\w*|Decode|DecodeBody|ReadJSON|ReadAll|BodyParser|Body|GetRawData|ParseForm|ParseMultipartForm"
    r"|FormValue|PostForm\w*|FormFile|MultipartForm|Unmarshal\w*)\b|(?i:\b(?:decode|parse|read)_?(?:json|body|request)\w*\()"
)
_OF_OTHERS = (
    r"(?i:\w*(?:token|session|auth|csrf|captcha|jwt|claims|licen[sc]e|signature|password|otp|totp|perms?|user|cookie"
    r"|api_?key|origin|host|permission|access|webhook|hmac|secret|config|env)\w*)"
)
_NOT_BODIES = (
    r"\w*(?:Token|Session|Csrf|CSRF|Jwt|JWT|A[Pp][Ii]_?Key|Cookie|Captcha|Signature|Origin|Host|Permission|Access"
    r"|Webhook|Hmac|HMAC)"
)
_VALIDATES = re.compile(
    rf"(?<![\w.])(?!{_OF_OTHERS}\.)[\w.()]{{1,80}}\.(?:Validate(?!{_NOT_BODIES})\w*|IsValid)(?=[(),])"
    rf"|(?<![\w.])(?:\w+\.)?[vV]alidate(?!{_NOT_BODIES}|Auth|User|Password)[A-Z]\w*\("
    # Beego's `valid.Valid(&form)`, and helpers that say that they bind and validate; `json.Valid` looks at signs alone.
    r"|(?<![\w.])\w*[vV]alid\w*\.(?:Valid|RecursiveValid)\(\s*&?[a-z]"
    r"|(?<![\w.])(?:\w+\.)?(?i:bind|decode|parse|read)\w{0,20}(?:And|With|_and_)_?[vV]alid\w*\("
)
# What profiles, measures, or finds nothing, takes no body.
_OF_OTHERS_USE = re.compile(
    r"\b(?:pprof|promhttp|expvar)\.|\bNotFoundHandler\b|\bhttp\.(?:FileServer|NotFound|RedirectHandler)\b"
)
_MAX_CODE = 20_000


def is_go(route: Route) -> bool:
    """Whether a route is declared in Go."""
    return route.source.endswith(".go")


def takes_body(look: Look, route: Route) -> bool:
    """Whether a handler reads a body; one whose code is not found may."""
    codes = list(_codes(look, route))
    if is_go(route) and _OF_OTHERS_USE.search(codes[0]):
        return False
    return not is_go(route) or len(codes) == 1 or any(map(_READS.search, codes))


def is_validated_in_go(look: Look, route: Route) -> bool:
    """Whether the handler validates what it reads."""
    return any(map(_VALIDATES.search, _codes(look, route)))


def _codes(look: Look, route: Route) -> Iterator[str]:
    yield look.routes.code(route)[:_MAX_CODE]
    yield from (code[:_MAX_CODE] for code in find_handlers(look, route))
