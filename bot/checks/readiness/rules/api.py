"""What the routes of an HTTP API look like: their names, input that is validated.

Rules: the share of routes whose path holds no verb; the share of writing handlers that pass their input through a
schema. What falls short is listed.
Source: https://cloud.google.com/apis/design/resources and https://owasp.org/API-Security/editions/2023/en/0x11-t10/
(read 2026-11-29).
Out of sight: what a gateway adds; handlers that are built while the program runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Annotated

from pydantic import Field

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules import jvm_bodies
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence, say_missing
from bot.checks.readiness.rules.columns import find_columns_from_input
from bot.checks.readiness.rules.endpoint_validation import is_endpoint, is_validated_endpoint
from bot.checks.readiness.rules.go_validation import is_go, is_validated_in_go, takes_body
from bot.checks.readiness.rules.listings import find_listings
from bot.checks.readiness.rules.model_validation import find_actions, find_validating, is_validated
from bot.checks.readiness.rules.openapi import judge_absent, judge_unread
from bot.checks.readiness.rules.own_filters import find_own_filters
from bot.checks.readiness.rules.script_validation import is_script, is_validated_script, takes_input
from bot.model import Evidence, Finding, State, Strength

# What a method of HTTP says already.
_VERB = re.compile(
    r"/(?:get|create|update|delete|remove|add|fetch|list|set|insert|save|modify|find|edit)(?:[A-Z_-]\w*)?(?=/|$)"
)
# What no method says, so that a few of them are no fault.
_ACTION = re.compile(
    r"/(?:show|send|join|leave|reset|transfer|cancel|approve|reject|accept|decline|activate|deactivate|enable|disable|enroll|verify"
    r"|check|validate|upload|download|generate|refresh|sync|start|stop|restart|run|execute|toggle|move|copy|clone|merge|archive"
    r"|unarchive|restore|publish|unpublish|hide|unhide|follow|unfollow|block|unblock|ban|unban|vote|unvote|upvote|downvote|unflag"
    r"|unsave|mark|unmark|rename|confirm|purge|rotate|reinvite|calculate|calc|pay|assign|unassign|suggest|resend|revoke|connect|disconnect|claim|redeem|undelete|disown|ship|reorder)"
    r"(?:[A-Z_-]\w*)?(?=/|$)"
)
# A change that a request to read makes, with its values in the path; the page of a form has one at most.
_CHANGE = re.compile(
    r"/(?:create|update|delete|remove|add|set|insert|save|modify|rename|move|copy|assign|transfer|mark|vote|rate|approve|reject)"
    r"(?:[A-Z_-]\w*)?(?:/(?::\w+|\{\w+\}|<[\w:]+>)){2,9}$"
)
_MOST_CHANGES = 0.05
_MOST_ACTIONS = 0.4
_WRITING = frozenset({"POST", "PUT", "PATCH"})
_VALIDATED = re.compile(
    r"\.(?:parse|safeParse|parseAsync|validate|validateAsync|validateSync|is_valid|validated|permit|require|input|load|model_validate"
    r"|full_clean|validate_on_submit|handle_form_submission|validateBody|parseBody|Validate|Struct|ShouldBind\w*|BindJSON|BindAndValidate|MustBind\w*)\("
    # A word, and no part of a path.
    r"|(?<![\w/-])(?:parseRequest|zValidator|celebrate|checkSchema|validateRequest|validate|validator|zodValidator|parseRequestBody"
    r"|parseBody|requireBody|readValidatedBody|getValidatedQuery|schema|Schema)\b(?!-)|@Valid\b|@Validated\b|@Body\(|Dto\b|DTO\b"
    r"|serializer|Form\(|: \w*(?:Create|Update|In|Request|Input|Payload|Body|Schema|Params)\w*\b"
    r"|Json<|Form<|body\(\s*[\"']|FluentValidation|\b(?:binding\.)?[bB]ind(?:IgnErr|Ignore|Json|JSON|Form)?\(\s*[\w.]+\{\}|ModelState\.IsValid|AsParameters"
)
# A type of request of the project's own, which validates itself in Laravel and ASP.NET, and nothing in Java.
_REQUEST_TYPE = re.compile(r"\b(?!Server|Http)[A-Z]\w*Request\s+\$?request")
_FUNCTION = re.compile(r"\bdef\s")
_BODY = re.compile(r"\)\s{0,9}(?:->[^:\n]{0,200})?:\s{0,99}\n")
# A body of FastAPI that may hold anything.
_UNTYPED = re.compile(r"\b(?:\w{1,40})\s{0,4}:\s{0,4}(?:dict|Dict|Any)\b(?!\s{0,4}=\s{0,4}(?:Depends|Security))")
_TYPED = re.compile(
    # What a framework calls the request itself is no model.
    r":\s*(?:Annotated\[\s*)?(?!Request\b)\w*(?:Create|Update|In|Request|Input|Payload|Body|Schema|Register|Data|Model)\b"
)
# A package of Go, or a module of Rust, that reads what the program is told as it starts.
_SETTINGS = re.compile(
    r"(?:^|/)(?:config(?:s|uration)?|conf|cfg|settings)/[^/]+\.(?:go|rs)$|^(?:cmd/)?(?:[^/]+/)?config\.go$"
    r"|(?:^|/)(?:config(?:uration)?|conf|cfg|settings)\.rs$"
)
_ENOUGH = 0.5
# A path that ends so is one for programs beside one for browsers.
_BELOW_API = re.compile(r"/api(?:[-_v\d][^/]*)?/")
# What the frameworks of pages make them of.
_VIEWS = ("app/views/**/*.html.*", "resources/views/**/*.blade.php")
# One in so many.
_FEW = 10
_MAX_FINDINGS = 12


class ShareAsk(CodeAsk):
    """Settings of the rules about the share of routes that do something."""

    share: Annotated[float, Field(description="how much of the routes, from 0 to 1, makes a pass", ge=0, le=1)] = (
        _ENOUGH
    )


def find_api(look: Look) -> Sequence[Route]:
    """The routes of the API: what is said to be one is judged alone where there are pages beside it."""
    named = [one for one in look.routes.all if not one.is_page]
    api = [one for one in named if _BELOW_API.search(one.path) or "/api" in f"/{one.source}"]
    return api if len(api) >= _FEW or (api and look.files.select(*_VIEWS)) else named


def judge_rest_design(look: Look, ask: ShareAsk) -> Judged:
    """Pass where most paths name things, and the methods say what is done."""
    if (absent := judge_absent(look)) is not None:
        return absent
    routes = find_api(look)
    changing = [one for one in routes if one.method == "GET" and _CHANGE.search(one.path)]
    if len(changing) > max(1, _MOST_CHANGES * len(routes)):
        missing = list(_findings(changing, "a request to read makes a change", fails=True))
        reason = f"{len(changing)} of {len(routes)} routes make a change where they are asked with GET"
        return Judged(state=State.FAIL, reason=reason, missing=missing)
    acting = [one for one in routes if _ACTION.search(one.path)]
    words, fault = "paths that name things", "a verb in the path"
    if len(acting) > _MOST_ACTIONS * len(routes):
        return judge_by_share(look, ask, routes, lambda route: not _is_verbal(route), words, fault)
    judged = judge_by_share(look, ask, routes, lambda route: not _VERB.search(route.path), words, fault)
    known = {(one.path, one.line) for one in judged.missing}
    advice = [one for one in _findings(acting, fault, fails=False) if (one.path, one.line) not in known]
    more = f"; {len(acting)} of the paths name an action" if acting else ""
    return replace(judged, reason=f"{judged.reason}{more}", missing=[*judged.missing, *advice])


def _is_verbal(route: Route) -> bool:
    return bool(_VERB.search(route.path) or _ACTION.search(route.path))


def judge_input_validation(look: Look, ask: ShareAsk) -> Judged:
    """Pass where most handlers that write pass their input through a schema."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = [one for one in find_evidence(look, ask.table, ask.marks) if not _is_of_settings(look, one)]
    writing = [one for one in look.routes.all if one.method in _WRITING]
    if any(one.strength is not Strength.CONFIGURED for one in evidence):
        # A handler that takes a model shows more than the framework that validates by it.
        judging = (_judge_jvm, _judge_aspnet, _judge_untyped)
        if judged := next(filter(None, (one(look, ask, writing, evidence) for one in judging)), None):
            return judged
        typed = [one for one in writing if one.framework == "fastapi" and _TYPED.search(look.routes.code(one))]
        shown = [_evidence(one, f"{one.method} {one.path} takes a model", Strength.WIRED) for one in typed[:4]]
        return conclude(look, [*shown, *evidence], "")
    # Frameworks whose declarations name no method: each of their routes may write.
    if len(writing) * _FEW < len(look.routes.all):
        writing = [one for one in look.routes.all if one.method in {*_WRITING, "ANY"} and takes_input(look, one)]
    writing = [one for one in writing if takes_body(look, one)] or writing
    if not writing:
        if evidence:
            return conclude(look, evidence, "")
        return say_missing(look, "no schema of input is seen")
    return judge_by_share(
        look,
        ask,
        writing,
        lambda route: _is_validated(look, route),
        "handlers that write validate their input",
        "the input is not validated",
    )


def _is_of_settings(look: Look, evidence: Evidence) -> bool:
    """Whether it is the settings of the program that are validated, which no request brings."""
    path = evidence.path or ""
    if path.endswith((".go", ".rs")):
        return _SETTINGS.search(path) is not None
    if not path.endswith(".java"):
        return False
    return path.endswith("Properties.java") or "@ConfigurationProperties" in look.source.file(path).code


def _is_validated(look: Look, route: Route) -> bool:
    if is_script(route):
        return is_validated_script(look, route)
    if is_endpoint(route):
        return is_validated_endpoint(look, route)
    if is_go(route) and is_validated_in_go(look, route):
        return True
    code = look.routes.code(route)
    by_type = not route.source.endswith(".java") and _REQUEST_TYPE.search(code)
    return bool(by_type or _VALIDATED.search(code))


def _judge_jvm(look: Look, ask: ShareAsk, writing: Sequence[Route], evidence: Sequence[Evidence]) -> Judged | None:
    """Of Java each handler says by itself that its body is validated; None where none takes a body."""
    bodies = [one for one in writing if jvm_bodies.takes_model(look, one)]
    if not bodies:
        return None
    words, fault = "handlers that take a body validate it", "the body is not validated"
    judged = judge_by_share(look, ask, bodies, lambda one: jvm_bodies.is_validated(look, one), words, fault)
    return replace(judged, evidence=[*judged.evidence, *evidence])


def _judge_aspnet(look: Look, ask: ShareAsk, writing: Sequence[Route], evidence: Sequence[Evidence]) -> Judged | None:
    """Of ASP.NET each controller says so, or each action; None where none takes a model."""
    actions = find_actions(look, writing, evidence)
    if not actions:
        return None
    words, fault, validating = (
        "actions that take a model validate it",
        "the model is not validated",
        find_validating(look),
    )
    judged = judge_by_share(look, ask, actions, lambda one: is_validated(look, one, validating), words, fault)
    return replace(judged, evidence=[*judged.evidence, *evidence])


def _judge_untyped(look: Look, ask: ShareAsk, writing: Sequence[Route], evidence: Sequence[Evidence]) -> Judged | None:
    """Of FastAPI what takes any body checks none; None unless more do than take a model."""
    codes = {one: _signature(look.routes.code(one)) for one in writing if one.framework == "fastapi"}
    untyped = [one for one, code in codes.items() if _UNTYPED.search(code)]
    typed = [one for one, code in codes.items() if one not in untyped and _TYPED.search(code)]
    alone = all(one.text.startswith("FastAPI") for one in evidence)
    if len(untyped) <= len(typed) or not alone:
        return None
    words, fault = "handlers that take a body take a model", "the body is taken as it comes"
    return judge_by_share(look, ask, [*untyped, *typed], lambda one: one in typed, words, fault)


def _signature(code: str) -> str:
    """The code of a function of Python as far as its body."""
    begun = _FUNCTION.search(code)
    ended = _BODY.search(code, begun.end()) if begun else None
    return code[: ended.start()] if ended else code


def judge_by_share(  # noqa: PLR0913, PLR0917 - what is counted, and the words for it
    look: Look, ask: ShareAsk, routes: Sequence[Route], is_good: Callable[[Route], bool], words: str, fault: str
) -> Judged:
    """Pass where enough of some routes are good; what falls short is listed."""
    good: list[Route] = []
    bad: list[Route] = []
    for one in routes:
        (good if is_good(one) else bad).append(one)
    said = f"{len(good)} of {len(routes)} {words}"
    fails = len(good) < len(routes) * ask.share or not good
    missing = list(_findings(bad, fault, fails=fails))
    evidence = [_evidence(one, f"{one.method} {one.path}", Strength.WIRED) for one in good[:8]]
    if fails:
        judged = say_missing(look, said, missing)
        return Judged(state=judged.state, reason=said, missing=missing, evidence=evidence, unknowns=judged.unknowns)
    return Judged(state=State.PASS, reason=said, missing=missing, evidence=evidence)


def _findings(routes: Iterable[Route], fault: str, *, fails: bool) -> Iterable[Finding]:
    for one in list(routes)[:_MAX_FINDINGS]:
        message = f"{fault}: {one.method} {one.path}"
        yield Finding(rule="route", message=message, path=one.source, line=one.line, fails=fails)


def _evidence(route: Route, text: str, strength: Strength) -> Evidence:
    return Evidence(text=text, path=route.source, line=route.line, strength=strength)


# An order that is told apart by its name: each name that is allowed has a case of its own.
_CASES = re.compile(
    rb"\bswitch\s*\(?\s*(?:[\w.$>-]{0,80}(?:\.|->))?\$?(?:\w{0,30}sort\w{0,20}|order(?:ing|_?by)?)\s*\)?\s*\{\s*case\s+[\"'\w]"
    rb"|\bcase\s+(?:params\[:(?:sort|order)\w{0,20}\]|@?\w{0,30}sort\w{0,20}|order(?:_by)?)\s*\n\s*when\s+[\"':\w]"
    rb"|\bmatch\s+(?:[\w.]{0,80}\.)?(?:\w{0,30}sort\w{0,20}|order(?:ing|_by)?)\s*:\s*\n\s*case\s+[\"'\w]",
    re.IGNORECASE,
)
_NAMES = rb"(?:[\"'][\w.-]{1,60}+[\"']\s*+,\s*+){1,40}+[\"'][\w.-]{1,60}+[\"']"
_LISTS = re.compile(
    rb"\b(?:\w{0,30}sort\w{0,20}|order(?:ing|_?by)?)\s{1,4}(?:not\s{1,4})?in\s{1,4}[{(\[]\s{0,40}"
    + _NAMES
    + rb"|\bin_array\(\s{0,8}\$\w{0,30}(?:sort|order)\w{0,20}\s{0,8},\s{0,8}(?:\[|array\()\s{0,40}"
    + _NAMES
    + rb"|\[\s{0,40}"
    + _NAMES
    + rb"\s{0,8},?\s{0,40}\]\.includes\(\s{0,8}[\w.]{0,40}(?:sort|order)(?:ing|_?by)?\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(rb"[\"']([\w.-]{1,60})[\"']")
_DIRECTIONS = frozenset({"asc", "desc", "ASC", "DESC", "ascending", "descending"})
_ORDERS = re.compile(r"(?:re)?order(?:_?by)?\w{0,20}|sort(?:_?by)?", re.IGNORECASE)
_CHECKS_ORDER = re.compile(r"(?i)(?:validate|valid|is_?valid|check|parse|allow)\w*(?:order|sort)")
_COLUMNS = re.compile(
    r"""["'](?:id|name|title|date|\w+_at|\w+At)["']\s*,\s*["']|,\s*["'](?:id|name|title|date|\w+_at|\w+At)["']"""
)
_IN_BROWSER = re.compile(r"\.(?:tsx|jsx|vue|svelte)$|(?:^|/)(?:components|hooks|frontend|client|src-ui|web/src|ui)/")
_MAX_CASES = 40


def _find_cases(look: Look) -> Iterator[Evidence]:
    """Yield where a list is ordered in the cases of what a client asks for."""
    for path in look.source.mentioning("switch", "when ", "match "):
        found = None if _IN_BROWSER.search(path) else _CASES.search(look.source.content(path))
        if found is None:
            continue
        file = look.source.file(path)
        if not _CASES.match(file.content, found.start()):
            continue
        line = file.content.count(b"\n", 0, found.start()) + 1
        calls = [
            one
            for one in file.elements
            if one.kind is Kind.CALL and line < one.line <= line + _MAX_CASES and _ORDERS.fullmatch(one.last_name)
        ]
        first = calls[0] if calls else _refusing(file, line)
        if first is not None and look.reach.standing(file, first) is Standing.LIVE:
            yield Evidence(path=path, line=line, text="an order has cases by name", strength=Strength.WIRED)


def _find_lists(look: Look) -> Iterator[Evidence]:
    """Yield where the name that a list is ordered by is held against names that are written out beside it."""
    for path in look.source.mentioning(" in (", " in [", " in {", "in_array(", "].includes("):
        content = b"" if _IN_BROWSER.search(path) else look.source.content(path)
        for found in islice(_LISTS.finditer(content), _MAX_FINDINGS):
            names = {one.decode() for one in _QUOTED.findall(found[0])}
            line = content.count(b"\n", 0, found.start()) + 1
            if not names <= _DIRECTIONS and (first := _ordering(look.source.file(path), found, line)) is not None:
                if look.reach.standing(look.source.file(path), first) is Standing.LIVE:
                    yield Evidence(path=path, line=line, text="an order has allowed names", strength=Strength.WIRED)
                break


def _ordering(file: SourceFile, found: re.Match[bytes], line: int) -> Element | None:
    """The first call below a line that orders, or takes a column by its name; None where a comment holds the line."""
    if not _LISTS.match(file.content, found.start()):
        return None
    below = (one for one in file.calls if line <= one.line <= line + _MAX_CASES)
    return next((one for one in below if _ORDERS.fullmatch(one.last_name) or one.name == "getattr"), None)


def _refusing(file: SourceFile, line: int) -> Element | None:
    """The function around a line that only tells whether an order is one of some columns; None where it is none."""
    columns = _COLUMNS.search("\n".join(file.lines[line - 1 : line + 2]))
    around = (one for one in file.functions if one.line <= line <= one.end_line and _CHECKS_ORDER.match(one.name))
    return next(around, None) if columns else None


def judge_filtering(look: Look, ask: CodeAsk) -> Judged:
    """Pass where lists are filtered and sorted by names that the code allows; fail where a name comes from input."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    lists = find_listings(look)
    evidence = [*find_evidence(look, ask.table, ask.marks), *_find_cases(look), *_find_lists(look)]
    if not any(one.strength is not Strength.CONFIGURED for one in evidence):
        evidence += find_own_filters(look, lists)
    evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    if not evidence and not lists and not find_evidence(look, "pagination"):
        what = "route that answers a list"
        return judge_unread(look, what) or Judged(state=State.NOT_APPLICABLE, reason=look.project.missing(what))
    faults = list(islice(find_columns_from_input(look), _MAX_FINDINGS))
    if faults:
        return Judged(state=State.FAIL, reason=faults[0].message, missing=faults, evidence=evidence)
    judged = conclude(look, evidence, "no list is filtered or sorted by a list of allowed names")
    return replace(judged, by_absence=True)
