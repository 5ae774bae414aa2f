"""One line a request in the log, and nothing secret in it.

Rule: marks of what logs requests (`tables/request-logging.yml`); it fails where a logger is given a whole request, its
body, all of its headers, or a password or token, or where the middleware is told to log bodies,
or keeps all headers itself.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude (read 2026-11-30).
Out of sight: what a logger redacts by its own settings is let pass; objects that hold a secret under another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.checks.readiness.facts.roles import OF_BUNDLERS
from bot.checks.readiness.facts.source.columns import MAX_TEXT
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.spring import find_spring_settings
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence
from bot.checks.readiness.rules.log_levels import weaken_of_debugging
from bot.model import Evidence, Finding, State, Strength, Unknown

_WORDS = (
    *(
        "req.body",
        "req.headers",
        "request.body",
        "request.headers",
        ".request)",
        "request.POST",
        "get_json()",
        "rawBody",
    ),
    *(
        "password",
        "Password",
        "api_key",
        "apiKey",
        "ccessToken",
        "access_token",
        "efreshToken",
        "refresh_token",
        "uthorization",
        "DumpRequest",
    ),
    *("HttpLoggingFields", "IncludePayload", "requestWhitelist", "original_fullpath", "headers.env", "morgan.token"),
)
# Lines of debugging are not written in production.
_LOGS = re.compile(
    r"(?i)(?:.*\.)?(?:_?log(?:ger|ging)?|console|slog|winston|pino|fastify\.log|req\.log|zap\.[LS]\(\)|\$?this->logger|Log)"
    r"(?:\(\))?(?:\.|::|->)(?:info\w*|notice|warn\w*|error\w*|log\w*|fatal\w*|print\w*|critical|alert)"
)
_WHOLE = re.compile(
    r"\b(?:req|request|ctx\.req(?:uest)?|context\.Request|r|call|httpRequest)\.(?:body|headers|cookies|rawBody|raw_post|Body|Headers"
    r"|Header|Cookies\(\)|POST|json\(?\)?|get_json\(\)|data|getBody\(\)|getParameterMap\(\))(?!\s*[.\[?(]|\w)"
    r"|JSON\.stringify\(\s*(?:req|request|call\.request|ctx\.request)\s*[),]|\$request->(?:all|headers->all|getContent)\(\)"
    r"|\bhttputil\.DumpRequest\w*\(|\brequest\.(?:raw_post|headers\.env|request_parameters)\b"
)
# In Python and JavaScript `r` is as often what was answered to a request that the program sent.
_ANSWERED = re.compile(
    r"(?m)^[ \t]*+(?:const |let |async )?(?:r[ \t]*=|with\b(?=[^\n]{1,300}\bas r:))[ \t]*(?:await )?"
    r"(?:requests|httpx|axios|aiohttp|(?:\w{1,60}\.)?_?\w{0,40}(?:session|client|http))\.(?:get|post|put|patch|delete|head|request)\("
)
_OF_ANSWER = re.compile(r"(?<![\w.])r\.")
_SECRET = re.compile(
    r"(?i)(?<![\w.\"'-])(?:\w+[!?]{0,2}\.)*(?:password|passwd|access_?token|refresh_?token|id_?token|authorization|api_?key|client_?secret|cvv"
    r"|card_?number)(?![\w\"':=(]|\s*[:=(]|\??\.(?:\w*_?(?:id|count|length|size|type|scopes?|expire\w*|name|present|blank|nil)\??)\b)"
)
# Whether something is there, and not what it is; `user!.password` says only that there is a user.
_ASKED_FOR = re.compile(r"\b(?:Boolean|bool|isset|empty)\([^()]{0,200}\)|(?<![\w)\]!])!!?[\w.$]{1,200}+(?!\()")
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_TEMPLATE = re.compile(r"`[^`]*`|\b(?:rf|fr|f)(?:\"[^\"\n]*\"|'[^'\n]*')|\$@?\"[^\"\n]*\"|\"[^\"\n]*#\{[^\"\n]*\"")
_VALUE = re.compile(r"[$#]?\{([^{}]*)\}")
# Middleware that is told to log bodies, or addresses with all that stands in them.
_TOLD = (
    (Kind.CALL, re.compile(r".*\.setIncludePayload"), re.compile(r"true")),
    (Kind.CALL, re.compile(r"morgan\.token"), re.compile(r"\.body\b|\.headers(?!\s*[.\[?])")),
    (Kind.ASSIGN, re.compile(r"requestWhitelist"), re.compile(r"[\"']body[\"']")),
    (
        Kind.ASSIGN,
        re.compile(r".*LoggingFields"),
        re.compile(r"HttpLoggingFields\.(?:All|RequestBody|ResponseBody|Request\b)"),
    ),
    (Kind.CALL, re.compile(r".*lograge\.custom_payload"), re.compile(r"original_fullpath|request\.url|raw_post")),
    (Kind.ASSIGN, re.compile(r".*lograge\.custom_options"), re.compile(r"raw_post|original_fullpath")),
)
# A middleware that keeps a log of requests elsewhere than in the logger, such as in a table.
_KEEPS = re.compile(r"\w*Middleware")
_OF_LOGS = re.compile(r"Log(?!in|out)")
_KEPT = re.compile(r"(?:str|dict|repr|json\.dumps)\(\s*(?:self\.)?request\.(?:headers|META|body|POST)\s*\)")
_NAMED = (*_TOLD, (Kind.CALL, _LOGS, None), (Kind.CLASS, _KEEPS, None))
_REDACTED = re.compile(r"(?i)redact|sanitiz|mask|omit\(|filter\(|scrub|obfuscat")
_BROWSER = re.compile(
    r"\.(?:tsx|jsx|vue|svelte)$|(?:^|/)(?:frontend|client|web-ui|ui|components|hooks|cli|scripts?|tools?|seeds?|seeders?)/|(?:^|/)seed[\w.-]{0,40}$"
)
# Of Tomcat, Undertow and Jetty in Spring, of Quarkus, of Micronaut.
_ACCESS_LOG = re.compile(
    r"server\.(?:tomcat|undertow|jetty)\.accesslog\.enabled|quarkus\.http\.access-log\.enabled"
    r"|micronaut\.server\.netty\.access-logger\.enabled"
)
# Bytes of a call, as it is written.
_MAX_CODE = 20_000
_MAX_FINDINGS = 10
# For health and metrics.
_FEW_ROUTES = 4


def judge_request_logging(look: Look, ask: CodeAsk) -> Judged:
    """Pass where requests are logged; fail where secrets or whole requests are."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    found = [*find_evidence(look, ask.table, ask.marks), *_find_access_logs(look)]
    evidence = [weaken_of_debugging(look, _of_calls(look, one)) for one in found]
    evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    unread: list[Unknown] = []
    faults = list(_find_faults(look, unread))[:_MAX_FINDINGS]
    if faults and evidence:
        return Judged(state=State.FAIL, reason=faults[0].message, missing=faults, evidence=evidence)
    judged = replace(conclude(look, evidence, "nothing of the kind is found in the code"), by_absence=True)
    if unread and judged.state is State.PASS:
        return replace(judged, state=State.NOT_CHECKED, reason=unread[0].reason, unknowns=unread)
    return judged


def _find_access_logs(look: Look) -> Iterator[Evidence]:
    """Yield the settings by which servers of the JVM are told to log each request."""
    for one in find_spring_settings(look.files):
        if _ACCESS_LOG.fullmatch(".".join(one.names)) and str(one.value).lower() == "true":
            text = "the server is told to log each request"
            yield Evidence(text=text, path=one.path, line=one.line, strength=Strength.WIRED)


def _of_calls(look: Look, evidence: Evidence) -> Evidence:
    """What logs calls of gRPC sees none of the routes that a server of HTTP has beside them."""
    if "interceptor logs calls" not in evidence.text or len(look.routes.all) <= _FEW_ROUTES:
        return evidence
    return replace(evidence, text=f"{evidence.text}, but no route of HTTP", strength=Strength.CONFIGURED)


def _find_faults(look: Look, unread: list[Unknown]) -> Iterator[Finding]:
    """Yield what logs secrets; `unread` takes what is too long to be looked at."""
    for path in look.source.mentioning(*_WORDS):
        if _BROWSER.search(path) or OF_BUNDLERS.search(path):
            continue
        file = look.source.file(path)
        for element in file.elements if any(file.holds(name, kind) for kind, name, _ in _NAMED) else ():
            long = element.end - element.start > MAX_TEXT
            text = file.between(element.start, min(element.end, element.start + _MAX_CODE)) if long else element.text
            message = _fault(file, element, text) or _kept(file, element, text)
            if element.end - element.start > _MAX_CODE and element.kind is Kind.CALL and _LOGS.fullmatch(element.name):
                reason = f"a call of {element.name[:60]} of more than {_MAX_CODE:,} bytes: not all was looked at"
                unread.append(Unknown(path=path, line=element.line, reason=reason, settle="shorten the call"))
            if message and look.reach.runs(file, element):
                yield Finding(rule="secret-in-log", message=message, path=path, line=_line(file, element))


def _fault(file: SourceFile, element: Element, text: str) -> str | None:
    if any(kind is element.kind and name.fullmatch(element.name) and told.search(text) for kind, name, told in _TOLD):
        return "the log takes bodies, or addresses with all that stands in them"
    if element.kind is not Kind.CALL or not _LOGS.fullmatch(element.name) or _REDACTED.search(text):
        return None
    # Of a text only what is put into it counts.
    shown = _TEMPLATE.sub(lambda found: " ".join(_VALUE.findall(found[0])), text)
    shown = _ASKED_FOR.sub("", _QUOTED.sub('""', shown))
    if file.language in {"python", "typescript"} and _ANSWERED.search(file.code):
        shown = _OF_ANSWER.sub("answer.", shown)
    if _WHOLE.search(shown):
        return f"a whole request, its body or all of its headers go into the log by {element.name[:60]}"
    if _SECRET.search(shown):
        return f"a password or a token goes into the log by {element.name[:60]}"
    return None


def _kept(file: SourceFile, element: Element, text: str) -> str | None:
    if element.kind is not Kind.ASSIGN or not _KEPT.match(text.strip()):
        return None
    owner = file.class_around(element)
    if owner is None or not (_KEEPS.fullmatch(owner.name) and _OF_LOGS.search(owner.name)):
        return None
    return f"all of a request's headers, or its body, are kept by {owner.name[:60]}"


def _line(file: SourceFile, element: Element) -> int:
    """The line of what is told, where it stands in a block of many."""
    for number in range(element.line, min(element.end_line, element.line + 40) + 1):
        if re.search(r"original_fullpath|raw_post", file.lines[number - 1]):
            return number
    return element.line
