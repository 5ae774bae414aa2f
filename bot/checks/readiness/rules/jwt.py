"""Tokens: checked with the keys that their issuer publishes, with audience and algorithms.

Rule: marks of a set of keys that is fetched (`tables/jwks.yml`). Tokens that are checked with one shared secret, or
only decoded, or without their audience, fail; where no token is checked at all the item does not apply.
Source: https://www.rfc-editor.org/rfc/rfc8725 (read 2026-11-29).
Out of sight: what a gateway checks that this repository does not configure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.checks.readiness.facts.marks import bound_names
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence
from bot.model import Evidence, Finding, State, Strength

_WORDS = (
    *(
        "jwt",
        "Jwt",
        "JWT",
        "jose",
        "jsonwebtoken",
        "JSONWebSignature",
        "ValidateAudience",
        "SecretReader",
        "secretOrKey",
        "verify_signature",
    ),
    *("verify_aud", "TokenValidationParameters", "ignoreExpiration", "verifyIdToken"),
    *("validate_aud", "insecure_disable_signature_validation", "SkipIssuerCheck", "InsecureSkipSignatureCheck"),
)
# What checks, or only reads, a token: the name of the call, and what its arguments hold.
_DECODED = re.compile(
    r"(?:jwt|JWT|jsonwebtoken|jose|jwtService|jwt_decode|jwtDecode)\.decode|decodeJwt|jwtDecode|jwt_decode"
)
_SHARED = re.compile(
    r"(?:jwt|jsonwebtoken|JWT|jwtService|this\.jwt\w*)\.(?:verify|verifyAsync|decode)|\w{0,20}[jJ][wW][tT]\w{0,20}\.Parse(?:WithClaims)?|JWT\.decode"
    r"|jwtVerify|SymmetricSecurityKey|(?:Algorithm\.)?HMAC\d+|.*\.(?:setSigningKey|verifyWith)|(?:.*\.)?withSecretKey|DecodingKey::from_secret"
    r"|(?:jwt\.)?JWTStrategy|JwtModule\.register\w*|expressjwt|fastify\.jwt\.verify|.*\.jwtVerify|JWTAuthentication|JWTManager"
    r"|jwtauth\.New(?:WithOptions)?"
)
# Middleware of Go that is given one key, by the module that it is of, and how it is told.
_GO_KEYED = (
    (re.compile(r"(?:\w{1,40}\.)?JWT"), re.compile(r"go-ozzo/ozzo-routing/(?:v\d+/)?auth$"), re.compile("")),
    (
        re.compile(r"\w{1,40}\.JWT(?:WithConfig)?|\w{1,40}\.WithConfig"),
        re.compile(r"labstack/echo(?:-jwt|/(?:v\d+/)?middleware)"),
        re.compile(r"\bSigningKey\s*:|^\(\s*\[\]byte\("),
    ),
    (re.compile(r"\w{1,40}\.New"), re.compile(r"gofiber/(?:contrib/jwt|jwt)"), re.compile(r"\bSigningKey\s*:")),
    (re.compile(r"\w{1,40}\.New"), re.compile(r"appleboy/gin-jwt|hertz-contrib/jwt"), re.compile(r"\bKey\s*:")),
    (re.compile(r"rest\.WithJwt"), re.compile(r"zeromicro/go-zero/rest$"), re.compile("")),
    (re.compile(r"\w{1,40}\.NewVerifier"), re.compile(r"kataras/(?:iris/.*|)jwt"), re.compile(r"^\(\s*\w{1,40}\.HS\d")),
)
# Java's `JWT.require(algorithm)`, Spring's decoders of a key at hand, and PyJWT with whatever key.
# What fetches keys is a mark of the table.
_ONE_KEY = re.compile(r"(?:.*\.)?(?:JWT\.require|withPublicKey|withJwkSource)")
_PYJWT = re.compile(r"(?:py)?jwt\.decode")
# Middleware that is known by whatever name it is imported by.
_MIDDLEWARE = frozenset({"express-jwt", "koa-jwt"})
# What checks tokens by a name of its own, or that of a default import: of which package, and how that calls it.
_CHECKING = {
    **dict.fromkeys(("jsonwebtoken", "hono/jwt", "njwt", "@tsndr/cloudflare-worker-jwt"), frozenset({"verify"})),
    **dict.fromkeys(("jwt", "jose.jwt", "jwt-simple"), frozenset({"decode"})),
    "fast-jwt": frozenset({"createVerifier"}),
    "jose": frozenset({"jwtVerify"}),
    **dict.fromkeys(
        ("itsdangerous", "itsdangerous.jws"),
        frozenset({"TimedJSONWebSignatureSerializer", "JSONWebSignatureSerializer"}),
    ),
}
# What Django REST framework is told to ask who sends a request by: each of them checks with a key of the settings.
_OF_DJANGO = re.compile(
    r"[\"'](?:rest_framework_(?:simple)?jwt\.authentication|dj_rest_auth\.jwt_auth)\.\w{0,40}Authentication[\"']"
)
_CALLED_SO = re.compile(r"(?i)verif|check|valid|decode|serializer")
_UNVERIFIED = re.compile(r"verify_signature[\"']?\s*[:=]\s*False|verify\s*=\s*False|,\s*nil,\s*false")
_LAX = re.compile(r"ValidateAudience|ValidateIssuer$|verify_aud|\bvalidate_aud$")
# What libraries of Go and of Rust are told not to look at. Clients of many audiences look at those by hand.
_SKIPPED_ISSUER, _SKIPPED_SIGNATURE = "SkipIssuerCheck", "InsecureSkipSignatureCheck"
_HELD_BY_HAND = re.compile(
    r"\.(?:aud(?:ience)?|iss(?:uer)?)\b[^\n]{0,80}(?:[!=]=|\bcontains\b|\bany\b)|[!=]=[^\n]{0,80}\.(?:aud|iss)\w*\b",
    re.IGNORECASE,
)
# A key that is none: the token is read to learn which of the keys it needs.
_NO_KEY = re.compile(r"DecodingKey::from_secret\(\s*(?:b\"\"|&\[\s*\]|\"\"\.as_(?:bytes|ref)\(\)|&?vec!\[\s*\])")
_LAX_OPTION = re.compile(r"[\"'](?:verify_aud|verify_iss)[\"']\s*:\s*False")
# An audience that is read, and a token that is then refused.
_BY_HAND = re.compile(
    r"^[ \t]*(?:if\b|elif\b|assert\b|\w{1,40}\s?=)[^\n]{0,200}?(?:\.get\(\s{0,8}|\[\s{0,8})[\"']aud[\"']", re.MULTILINE
)
_REFUSED = re.compile(r"\braise\b|\breturn (?:None|False)\b")
_NONE = re.compile(r"\balgorithms?[\"']?\s*[:=]\s*\[?[^\]\n]{0,80}[\"']none[\"']", re.IGNORECASE)
# Google's library takes a token for any of its clients, where it is not told for whom. Firebase knows its own project.
_OF_ANYBODY = re.compile(r"\(\s*\{(?=[^}]*\bidToken\b)(?![^}]*\baudience\b)")
# A key is given, and not used. One that is empty is none: libraries ask for it of who only reads, too.
_WITH_KEY = re.compile(
    r"\([^,()]{1,200},\s*+(?:key\s*+=\s*+)?(?!(?:[\"']{2}|None)\s*[,)]|\w+\s*=)[\w.()\[\]\"']{1,200}\s*,"
)
_SHARES = "tokens are checked with one shared secret, and not with keys that their issuer publishes"
_ANY_AUDIENCE = "the audience or the issuer of tokens is not checked"
_ANY_SIGNATURE = "tokens are taken whatever their signature is"
_SIGN_IN = "a sign-in checks"
# What whoever runs the service starts by hand.
_BY_HAND_ALONE = re.compile(r"(?:^|/)scripts?/")
# A file of one of those that people may sign in with.
_OF_PROVIDER = re.compile(
    r"(?i)(?:^|[/._-])(?:apple|google|facebook|linkedin|social)(?:[._-]\w{1,30})?\.(?:[cm]?[jt]s|py|php|rb)$"
)
_OF_SPRING, _BY_SPRING = "Spring checks tokens", "Spring's resource server"
_MAX_FINDINGS, _MAX_TEXT = 10, 2_000


class _Bound(NamedTuple):
    """The names by which a file has middleware that checks tokens, and functions that do."""

    middleware: Collection[str]
    checking: Collection[str]


def judge_jwt(look: Look, ask: CodeAsk) -> Judged:
    """Pass where tokens are checked with fetched keys, and with their audience."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = _of_the_server(find_evidence(look, ask.table, ask.marks))
    # A sign-in elsewhere says nothing of tokens that the program itself makes.
    with_keys = any(not one.text.startswith(_SIGN_IN) for one in evidence)
    faults = list(_find_faults(look, with_keys=with_keys))[:_MAX_FINDINGS]
    if faults:
        return Judged(state=State.FAIL, reason=faults[0].message, missing=faults, evidence=evidence)
    if not evidence:
        reason = look.project.missing("token of the kind JWT is checked: sessions, keys of an API, or none")
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return conclude(look, evidence, "")


def _of_the_server(evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """What the server itself does, before what a sign-in does.

    What Spring is told of an issuer is for nothing where all that would ask for tokens is off.
    """
    evidence = [
        replace(one, text=f"{_SIGN_IN} tokens of identity: {one.text}") if _OF_PROVIDER.search(one.path or "") else one
        for one in evidence
        if not one.text.endswith(Standing.DESKTOP)
    ]
    asking = [one for one in evidence if one.text.startswith(_BY_SPRING)]
    if asking and all(one.strength is Strength.CONFIGURED for one in asking):
        evidence = [
            replace(one, strength=Strength.CONFIGURED) if one.text.startswith(_OF_SPRING) else one for one in evidence
        ]
    return sorted(evidence, key=lambda one: (one.strength is Strength.CONFIGURED, one.text.startswith(_SIGN_IN)))


def _find_faults(look: Look, *, with_keys: bool) -> Iterator[Finding]:
    files = (file for file in look.source.parsed(*_WORDS) if not _BY_HAND_ALONE.search(file.path))
    for file in files:
        middleware = {name for one in file.imports if one.name in _MIDDLEWARE for name in bound_names(file, one)}
        bound = _Bound(middleware, set(_checking(file)))
        for element in file.elements:
            message = _fault(file, element, bound, with_keys=with_keys)
            if message and look.reach.runs(file, element):
                yield Finding(rule="weak-token-check", message=message, path=file.path, line=element.line)


def _checking(file: SourceFile) -> Iterator[str]:
    """Yield the names of calls by which a file checks tokens, as it imports them."""
    for one in file.imports:
        checks = _CHECKING.get(one.name, frozenset())
        # What is imported by another name stands before that.
        before = ""
        for name in bound_names(file, one) if checks else ():
            if name in checks or (before in checks and _CALLED_SO.search(name)):
                yield name
            elif file.language == "typescript":
                yield from (f"{name}.{check}" for check in checks)
            before = name


def _fault(file: SourceFile, element: Element, bound: _Bound, *, with_keys: bool) -> str | None:
    if element.kind is Kind.ASSIGN:
        return _fault_of_option(file, element, with_keys=with_keys)
    if element.kind is not Kind.CALL:
        return None
    # With keys at hand, a token is often read first to learn which of them it needs.
    own = None if with_keys or _is_browser(file) else _fault_of_call(file, element, bound)
    return _void(file, element) or own


def _fault_of_option(file: SourceFile, option: Element, *, with_keys: bool) -> str | None:
    value = option.text.strip().lower()
    if _LAX.search(option.name) and value == "false" and not _looks_itself(file, option, option.name):
        return _ANY_AUDIENCE
    if file.language == "go" and value == "true" and (skipped := _skipped(file, option.name.rpartition(".")[2])):
        return skipped
    if file.language == "csharp" and _takes_unsigned(option.name.rpartition(".")[2], value):
        return _ANY_SIGNATURE
    # Who signs out, or asks for a new token, may come with one that has expired.
    if option.name == "ignoreExpiration" and value == "true" and file.says("jwtFromRequest"):
        return "tokens are taken after they expire"
    by_django = option.name == "DEFAULT_AUTHENTICATION_CLASSES" and _OF_DJANGO.search(option.text)
    return _SHARES if (option.name == "secretOrKey" or by_django) and not with_keys else None


def _skipped(file: SourceFile, option: str) -> str | None:
    """What a verifier of Go is told to skip, where nothing in its file looks at it, before or after."""
    if option not in {_SKIPPED_ISSUER, _SKIPPED_SIGNATURE} or _checks_elsewhere(file):
        return None
    if option == _SKIPPED_SIGNATURE:
        return _ANY_SIGNATURE
    return None if _HELD_BY_HAND.search(file.code) else _ANY_AUDIENCE


def _checks_elsewhere(file: SourceFile) -> bool:
    """Whether a file has a verifier that skips neither: another may read a token first, to learn what it is."""
    made = (one.text for one in file.calls if one.name.lower().endswith("oidc.config"))
    return any(_SKIPPED_ISSUER not in text and _SKIPPED_SIGNATURE not in text for text in made)


def _takes_unsigned(option: str, value: str) -> bool:
    """Whether .NET is told to take tokens without a signature, or with what code of the program's own says of it."""
    return (option == "RequireSignedTokens" and value == "false") or (option == "SignatureValidator" and "=>" in value)


def _fault_of_call(file: SourceFile, element: Element, bound: _Bound) -> str | None:
    reads = file.language == "typescript" and _DECODED.fullmatch(element.name)
    if reads or (_UNVERIFIED.search(element.text) and "decode" in element.name.lower()):
        return "tokens are read without checking their signature"
    named = element.name in bound.checking
    decodes = _PYJWT.fullmatch(element.name) or (file.language == "python" and named)
    if _ONE_KEY.fullmatch(element.name) or (decodes and "algorithms" in element.text):
        return "tokens are checked with one key that the program is given, and not with those that the issuer publishes"
    # A serializer that only writes, to mails for instance, reads nothing.
    checks = named and (file.language != "python" or ("Serializer" in element.name and ".loads(" in file.code))
    if checks or _SHARED.fullmatch(element.name) or (element.name in bound.middleware and "secret" in element.text):
        return _SHARES
    if file.language == "php" and "JWTAuth" in file.code and element.last_name == "parseToken":
        return _SHARES
    # go-pkgz/auth signs and checks with one secret.
    by_service = element.name.endswith(".NewService") and "SecretReader" in element.text
    return _SHARES if file.language == "go" and (by_service or _is_keyed(file, element)) else None


def _is_keyed(file: SourceFile, call: Element) -> bool:
    """Whether a middleware of Go is given the key that it checks tokens with."""
    return any(
        name.fullmatch(call.name)
        and told.search(call.text[:_MAX_TEXT])
        and any(module.search(one.name) for one in file.imports)
        for name, module, told in _GO_KEYED
    )


def _looks_itself(file: SourceFile, element: Element, options: str) -> bool:
    """Whether the audience alone is left out, and the function goes on to read it and to refuse tokens."""
    if file.language == "rust":
        return bool(_HELD_BY_HAND.search(file.code))
    if file.language != "python" or "verify_iss" in options:
        return False
    for function in file.functions_around(element):
        behind = file.between(element.end, function.end)
        found = _BY_HAND.search(behind)
        if found and _REFUSED.search(behind, found.end()):
            return True
    return False


def _void(file: SourceFile, call: Element) -> str | None:
    """Why a check of a token checks less than it has to, whichever keys there are."""
    name, text = call.last_name, call.text[:_MAX_TEXT]
    if name == "verifyIdToken" and _OF_ANYBODY.match(text):
        return "the audience of tokens is not checked"
    if _NONE.search(text) and re.search("jwt|jose|verify|decode", call.name, re.IGNORECASE):
        return "tokens without a signature are taken"
    if _PYJWT.fullmatch(call.name) and _UNVERIFIED.search(text) and _WITH_KEY.match(text):
        return "tokens are read without checking their signature"
    if _PYJWT.fullmatch(call.name) and _LAX_OPTION.search(text) and not _looks_itself(file, call, text):
        return _ANY_AUDIENCE
    if name == "insecure_disable_signature_validation" and not _NO_KEY.search(file.code):
        return _ANY_SIGNATURE
    return None


def _is_browser(file: SourceFile) -> bool:
    return bool(re.search(r"(?:^|/)(?:frontend|client|web-ui|src-ui|ui)/|\.(?:tsx|jsx)$", file.path))
