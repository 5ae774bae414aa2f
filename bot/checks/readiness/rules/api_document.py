"""Whether the API's document is complete: each route is named, described, and says how it fails.

Rule: of a document that is made from the code, the share of routes whose declaration, handler or comment has a
description and an answer for errors; of a committed one, the share of routes that it names with both.
Source: https://spec.openapis.org/oas/v3.1.1.html#operation-object (read 2026-11-30).
Out of sight: what a generator adds by settings of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname, normpath
from typing import Any

from bot.checks.readiness.facts.routes.jvm_documents import is_of_document
from bot.checks.readiness.facts.routes.path_ends import PathEnds
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.api import ShareAsk, find_api, judge_by_share
from bot.checks.readiness.rules.code import conclude, find_evidence, load_table, say_missing
from bot.checks.readiness.rules.listings import find_handlers
from bot.checks.readiness.rules.openapi import judge_absent
from bot.model import Evidence, State, Strength

_DESCRIBED = re.compile(
    r"(?i)\b(?:summary|description|detail)s?[\"']?\s*[=:(]|@Operation\b|ApiOperation\b|WithSummary|WithDescription|EndpointSummary"
    r"|EndpointDescription|@openapi\b|@swagger\b|@Summary\b|@Description\b|utoipa::path|\bOA\\|<summary>|describeRoute|extend_schema"
    r"|swagger_auto_schema|\"\"\"|'''|\bopenapi\s*[:=(]|\bschema:\s*\{"
)
_FAILING = re.compile(
    r"(?i)\bresponses?[\"']?\s*[=:({]\s*\S|Api\w*Response\b|Produces\w*\(|ProducesResponseType|@Failure\b|Results<|ProblemDetails"
    r"|[\"'\s(=:](?:4\d\d|5\d\d|[45]XX)\b|status_codes|\bBadRequest\b|\bNotFound\b"
)
# Pages, files, and what shows the document itself.
_NO_API = re.compile(
    r"^/$|\*|\.(?:html?|js|css|json|ya?ml|txt|ico|png|svg|xml|webmanifest)$|/(?:docs?|swagger[\w-]*|api-docs|openapi|redoc|scalar)$"
)
_ABOVE = re.compile(r"^\s*(?://|\*|/\*|#|@|\[|\"\"\"|'''|\)|\}\)|$)")
_CHAINED = re.compile(r"^\s*\.")
_BLOCK = re.compile(r"/\*\*.{0,20000}?\*/", re.DOTALL)
_COMMENTED_PATH = re.compile(r"^[ \t]*\*[ \t]+(/[\w{}/.:-]*):[ \t]*$", re.MULTILINE)
_COMMENTED_ERROR = re.compile(r"[\"'\s](?:[45]\d\d|default)[\"']?:")
_MOST_ABOVE, _MOST_BELOW = 30, 12
_MOST_KEYS = 20
_MAX_TEXT = 6_000
_ERROR = re.compile(r"[45](?:\d\d|XX)|default", re.IGNORECASE)


def judge_api_complete(look: Look, ask: ShareAsk) -> Judged:
    """Pass where the document describes the routes of the code, with how they fail."""
    if (absent := judge_absent(look)) is not None:
        return absent
    made = [one for one in find_evidence(look, ask.table, ask.marks) if not _is_committed(one)]
    asked = [one for one in find_api(look) if one.method not in {"OPTIONS", "HEAD"}]
    routes = [one for one in asked if not _NO_API.search(one.path)]
    commented = PathEnds(_commented(look))
    if commented or any(one.strength is not Strength.CONFIGURED for one in made):
        if not routes:
            return conclude(look, made, "")
        words = "routes have a description, and an answer for errors, in what the document is made from"
        # What is made may be committed as well, and be made from what no route stands beside, such as tests.
        whole = _whole(_documented(look))
        # Where the server is made of a document, that one says it.
        operations = _find_whole_operations(look, {one.source for one in routes if is_of_document(one)})
        return judge_by_share(
            look,
            ask,
            routes,
            lambda route: (
                route.path in commented
                or route.path in whole
                or (route.source, route.line) in operations
                or _is_described(look, route)
            ),
            words,
            "no description, or no answer for errors",
        )
    with look.files.recording() as reads:
        documented = _documented(look)
    judged = _judge_committed(look, ask, routes, documented)
    if judged.state is State.FAIL and (doubts := look.files.doubts(reads)):
        # What is missing may stand in the document that is not read.
        return replace(judged, state=State.NOT_CHECKED, reason=f"{doubts[0].path}: {doubts[0].reason}", unknowns=doubts)
    return judged


def _judge_committed(
    look: Look, ask: ShareAsk, routes: Sequence[Route], documented: Mapping[str, Mapping[str, Any]]
) -> Judged:
    if not documented:
        return say_missing(look, "no document names the routes")
    whole = _whole(documented)
    return judge_by_share(
        look,
        ask,
        routes,
        lambda route: route.path in whole,
        "routes are in the document, with a description and an answer for errors",
        "the document does not name the route, or does not say how it fails",
    )


def _find_whole_operations(look: Look, documents: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Where documents have operations with a description and an answer for errors."""
    found: set[tuple[str, int]] = set()
    for path in documents:
        if (document := look.files.parsed(path)) is None:
            continue
        paths = document.get("paths")
        for name, item in paths.items() if isinstance(paths, Mapping) else ():
            operations = item.items() if isinstance(item, Mapping) else ()
            found |= {(path, document.line("paths", name, verb)) for verb, one in operations if _is_whole({verb: one})}
    return frozenset(found)


def _commented(look: Look) -> Iterator[str]:
    """Yield the paths that comments of the code describe, with a description and an answer for errors."""
    for path in look.source.mentioning("@swagger", "@openapi", language="typescript"):
        for block in _BLOCK.finditer(look.files.text(path) or ""):
            if "@swagger" in block[0] or "@openapi" in block[0]:
                parts = _COMMENTED_PATH.split(block[0])
                for name, said in zip(parts[1::2], parts[2::2], strict=True):
                    if _DESCRIBED.search(said) and _COMMENTED_ERROR.search(said):
                        yield name


def _is_committed(evidence: Evidence) -> bool:
    # Routes of a framework, which are configured in such files as well, may serve one that is made.
    return evidence.text.endswith("is committed")


def _is_described(look: Look, route: Route) -> bool:
    text = "\n".join([*_declared(look, route), *find_handlers(look, route)])
    return bool(_DESCRIBED.search(text, 0, _MAX_TEXT) and _FAILING.search(text, 0, _MAX_TEXT))


def _declared(look: Look, route: Route) -> Iterator[str]:
    """Yield the lines of a route with the comments and decorators above, and what is chained to it."""
    lines = look.files.lines(route.source)
    first = route.line - 1
    # Of one that takes many lines only the first begins as one.
    decorated = {one.end_line: one.line for one in look.source.file(route.source).decorators if one.end_line > one.line}
    while first > 0 and route.line - first < _MOST_ABOVE and (first in decorated or _ABOVE.match(lines[first - 1])):
        first = decorated.get(first, first) - 1
    last = min(route.end_line, len(lines))
    while last < min(len(lines), route.end_line + _MOST_BELOW) and _CHAINED.match(lines[last]):
        last += 1
    yield from lines[first:last]


def _documented(look: Look) -> Mapping[str, Mapping[str, Any]]:
    """The paths of committed documents of OpenAPI, each with what it says of it."""
    found: dict[str, Mapping[str, Any]] = {}
    committed = (one for one in load_table("openapi").lines if "is committed" in one.shows)
    selected = [look.files.select(*one.files, roles=one.roles) for one in committed]
    for path in dict.fromkeys(path for paths in [*selected, look.files.select("api*.y*ml")] for path in paths):
        document = look.files.parsed(path)
        paths = document.get("paths") if document else None
        if isinstance(paths, Mapping):
            items = {str(name): item for name, item in paths.items() if isinstance(item, Mapping)}
            found.update({name: _resolved(look, path, item) for name, item in items.items()})
    return found


def _resolved(look: Look, path: str, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of a path, where it stands elsewhere: in a file of its own, or at a place within one."""
    referred = item.get("$ref")
    if not isinstance(referred, str):
        return item
    name, _, place = referred.partition("#")
    beside = normpath(f"{dirname(path) or '.'}/{name}") if name else path
    document = look.files.parsed(beside) if beside in look.files else None
    value: object = document.value if document is not None else None
    for key in filter(None, place.split("/")[:_MOST_KEYS]):
        value = value.get(key.replace("~1", "/").replace("~0", "~")) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else item


def _whole(documented: Mapping[str, Mapping[str, Any]]) -> PathEnds:
    return PathEnds(path for path, item in documented.items() if _is_whole(item))


def _is_whole(item: Mapping[str, Any]) -> bool:
    operations = [one for one in item.values() if isinstance(one, Mapping) and "responses" in one]
    return bool(operations) and all(
        (one.get("summary") or one.get("description"))
        and isinstance(one["responses"], Mapping)
        and any(_ERROR.fullmatch(str(code)) for code in one["responses"])
        for one in operations
    )
