"""CORS by a header of the program's own that gives the request's origin back, whichever it is.

Rule: the value of `Access-Control-Allow-Origin` is the header `Origin` of the request, in place or by a variable of the
same function, and nothing in that function holds the origin against anything.
Source: https://portswigger.net/web-security/cors#server-generated-acao-header-from-client-specified-origin-header
(read 2026-11-30).
Out of sight: an origin that another function looks at and hands on.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile

_OF_REQUEST = (
    r"(?<![\w.])(?:(?:this|self)\.)?(?:\w{0,20}req(?:uest)?|ctx|context|c|r|event|exchange|headers?|\$_SERVER)\b"
    r"[\w.$?!()>-]{0,40}?(?:\.|->|\[|\()[\"'`]?(?:(?:headers?|get|getHeader|META|env)\W{1,4})?"
    r"(?:(?:get|getHeader|getFirst)\W{1,3})?(?:HTTP_)?origin\b"
)
_HEADER = r"Access-?_?Control-?_?Allow-?_?Origin[\"'`]?\s*\]?\s*(?:,|:|=>|=)\s*(?:value:\s*)?"
MAY_ECHO = re.compile(rf"{_HEADER}(?:{_OF_REQUEST}|\$?\w*origin\w*\b)", re.IGNORECASE)
_IN_PLACE = re.compile(rf"{_HEADER}{_OF_REQUEST}", re.IGNORECASE)
_BY_NAME = re.compile(rf"{_HEADER}(\$?\w*origin\w*)\b(?!\s*[.(\[])", re.IGNORECASE)
_GIVEN = re.compile(rf"^\(?\s*+(?:await\s++)?{_OF_REQUEST}", re.IGNORECASE)
_NAMES_OF_HEADERS = re.compile(r"(?i)Access[-_]?Control[-_]?\w+(?:-\w+)*|[\"'`](?:allow|vary)[\"'`]")
# An origin that is held against something: a list, a pattern, another origin. That there is one is nothing of the kind.
_HELD = re.compile(
    r"(?i)allow|white_?list|trust|permit|valid|match|includ|indexOf|contains|in_array|\.(?:has|some|find|any|test)\b"
    r"|equals|suffix|prefix|(?:ends|starts)_?with|\bin\b|configur|settings"
    r"|\borigin\w*\s*(?:===?|!==?|<>)\s*+(?![\"'`]{2}|null\b|undefined\b|nil\b|None\b)|(?:===?|!==?)\s*\$?\w*origin\b"
)
_MAX_VALUE = 400
_MAX_LINES = 60


def echoes(file: SourceFile, element: Element) -> bool:
    """Whether it sets the header to the request's origin, and nothing around it holds that against anything."""
    if element.kind not in {Kind.CALL, Kind.ASSIGN}:
        return False
    value = file.text(element)
    if len(value) > _MAX_VALUE:
        return False
    # A guard stands before the function that sets the header later on.
    short = [one for one in file.functions_around(element) if one.end_line - one.line <= _MAX_LINES]
    around = short[-1] if short else None
    code = file.text(around) if around else file.code
    if not _IN_PLACE.search(value) and not _is_given(file, value, around):
        return False
    return not _is_held(code)


# Of what stands outside of functions, the whole file is asked for each.
@lru_cache(maxsize=16)
def _is_held(code: str) -> bool:
    return _HELD.search(_NAMES_OF_HEADERS.sub(" ", code)) is not None


def _is_given(file: SourceFile, value: str, around: Element | None) -> bool:
    """Whether the value is a variable that the same function gives the request's origin, and nothing else."""
    named = _BY_NAME.search(value)
    if named is None or around is None:
        return False
    given = [
        one for one in file.inside(around) if one.kind is Kind.ASSIGN and one.name.partition(":")[0].strip() == named[1]
    ]
    return bool(given) and all(_GIVEN.match(one.text) for one in given)
