"""Columns by which a list is ordered, whose names come from a request as they are.

Rule: the name of a column is taken from the address or the body of a request, by the call that orders or by a variable
of the same function, and the function holds it against no list of names.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Query_Parameterization_Cheat_Sheet.html (read 2026-11-30).
Out of sight: names that are handed on to another function, and lists that stand elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.look import Look
from bot.model import Finding

_WORDS = ("orderBy", "order_by", "ORDER BY", "getattr(", ".order(", "OrderBy")
_FROM_INPUT = re.compile(
    r"(?:orderBy|order_by|sort|order|OrderBy|sortBy)\s*\(\s*(?:req(?:uest)?\.(?:query|GET|args|params)|params\[|c\.Query\(|r\.URL\.Query"
    r"|\$request->(?:query|input|get|post)\(|\$_(?:GET|POST|REQUEST)\[)"
    r"|orderBy:\s*\{\s*\[\s*(?:req\.query|query|searchParams|params)\.|ORDER BY \$\{\s*(?:req\.query|query|params)\."
    r"|getattr\(\s*\w+,\s*request\.(?:args|GET|query_params)"
)
_ORDERING = frozenset({"orderBy", "order_by", "orderByDesc"})
_GIVEN = re.compile(r"\(\s*\$?([A-Za-z_]\w*)\s*[,)]")
# A variable that holds what a request brings under some name.
_HELD = re.compile(
    r"(?:\$this->)?\$?(?:request|req)(?:->|\.)(?:query|input|get|post|args|GET|POST|query_params|params)\b|\$_(?:GET|POST|REQUEST)\["
    r"|request\(\s*[\"']"
)
_KEY = re.compile(r"[\"'](\w{1,60})[\"']")
_MAX_CODE = 20_000


def find_columns_from_input(look: Look) -> Iterator[Finding]:
    """Yield where a list is ordered by a name that a request brings."""
    for file in look.source.parsed(*_WORDS):
        for element in file.elements:
            if element.kind is Kind.CALL and (_is_direct(element) or _by_variable(file, element)):
                message = "the name of a column is taken from input"
                yield Finding(rule="column-from-input", message=message, path=file.path, line=element.line)


def _is_direct(element: Element) -> bool:
    return _FROM_INPUT.search(f"{element.last_name}{element.text[:300]}") is not None


def _by_variable(file: SourceFile, element: Element) -> bool:
    """Whether an order is given a variable that the same function fills from a request, and holds against nothing."""
    given = _GIVEN.match(element.text) if element.last_name in _ORDERING else None
    if given is None:
        return False
    for function in file.functions_around(element):
        for one in file.assigns:
            inside = function.start <= one.start and one.end <= element.start
            if inside and one.name == given[1] and _HELD.match(one.text):
                key = _KEY.search(one.text)
                return not _is_checked(file.text(function)[:_MAX_CODE], {given[1], key[1] if key else given[1]})
    return False


def _is_checked(code: str, names: set[str]) -> bool:
    """Whether a function does anything else with a name of these than to order by it: a list, a case, a rule, a map."""
    either = "|".join(map(re.escape, names))
    return bool(
        re.search(
            rf"[\"'](?:{either})[\"']\s*(?:=>|:)|\b(?:in_array|array_key_exists|array_search|switch|match|isset|if|elif|validate\w*|includes|has"
            rf"|test|in|whitelist\w*|allow\w*)\b[^;\n]{{0,80}}?\$?\b(?:{either})\b|\b(?:{either})\b\s*(?:not\s+)?in\b|\[\s*\$?(?:{either})\s*\]"
            rf"|\.(?:get|includes|has|test)\(\s*\$?(?:{either})\b",
            code,
        )
    )
