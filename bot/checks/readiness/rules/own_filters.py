"""Lists that their handlers filter or order by names of the code's own, with no library's help.

Rule: in the code of a list's handler, what a client asks the order for is looked up in, or held against, what is named
after orders or columns; or a filter is set by its own name where the client gives it a value. A class of NestJS whose
order may have some names says so for the list that takes it. A direction alone allows no name.
Source: https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html (read 2026-11-30).
Out of sight: what the handler hands its input to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.listings import Listing
from bot.model import Evidence, Strength

_HOLDER = (
    r"(?<![.\w$])(?:(?:self|this|static|cls|\$this)\s?(?:\.|->|::)\s?)?\$?\w{0,30}(?:sort|order|column|field)\w{0,30}"
)
_ASKED = r"\b(?:sort(?:_?by|_?field|_?column|_?key)?|order(?:_?by|_?field|_?column)|ordering)\b"
_NO_DIRECTION = r"(?!(?:asc|desc)(?:ending)?\b)"
_ORDERS = re.compile(
    rf"{_HOLDER}\s?\.(?:includes|has|include\?|key\?|get|contains|containskey|trygetvalue)\(\s*[^\n;]{{0,60}}?{_ASKED}"
    rf"|{_HOLDER}\[\s*[^\]\n]{{0,60}}?{_ASKED}[\"'\])]{{0,3}}\](?!\s*=[^=])"
    rf"|{_ASKED}\s*:\s*(?:Annotated\[\s*)?(?:Optional\[\s*)?Literal\[\s*[\"']{_NO_DIRECTION}"
    rf"|\bmatch\s+[\w.&]{{0,40}}{_ASKED}(?:\.\w{{1,20}}\(\)){{0,2}}\s*\{{\s*(?:Some\(\s*)?"
    rf"(?:\"{_NO_DIRECTION}\w|[A-Z]\w{{0,40}}::{_NO_DIRECTION}\w)",
    re.IGNORECASE,
)
_HELD = r"(?:where|filters?|query|conditions?|criteria|match)"
_FILTERS = re.compile(
    # `if (status) where.status = status`, `where: req.query.role ? { role: req.query.role } : {}`.
    rf"\bif\s*\(\s*(?:\w{{1,20}}\.){{0,3}}(?P<js>\w{{2,40}})\b[^()\n]{{0,60}}\)\s*\{{?\s*{_HELD}\.\w{{1,40}}\s*=[^\n]{{0,60}}\b(?P=js)\b"
    r"|\bwhere\b[^\n]{0,20}(?:req|request|ctx)\.query\.\w{1,40}\s*\?\s*\{"
    # `if status:` and the next line, and what is in the query by its name.
    r"|\bif\s+(?P<py>\w{2,40})(?:\s+is\s+not\s+None)?\s*:\s*\n\s*\w{1,40}\s*=\s*\w{1,40}"
    r"\.(?:where|filter|filter_by)\([^\n]{0,100}\b(?P=py)\b"
    r"|\bif\s+[\"']\w{1,40}[\"']\s+in\s+request\.(?:args|GET|query_params)\s*:\s*\n\s*\w{1,40}\s*=\s*\w{1,40}"
    r"\.(?:where|filter|filter_by)\("
    # `if s := c.Query("status"); s != "" {` and the next line.
    r"|\.(?:Query|QueryParam|Get|FormValue)\(\"\w{1,40}\"\)\s*;\s*\w{1,20}\s*!=\s*\"\"\s*\{\s*\w{1,20}\s*=\s*\w{1,20}"
    r"\.Where\(\s*\"\w"
    r"|->when\(\s*\$request->[^,\n]{1,60},[^;]{0,160}?->where\(\s*[\"']\w"
    # `if (status is not null) q = q.Where(u => u.Status == status)`.
    r"|\bif\s*\(\s*!?(?:string\.IsNullOr\w{5,10}\(\s*)?(?P<net>\w{2,40})\b[^()\n]{0,40}\)+\s*\{?\s*(?P<of>\w{1,40})\s*="
    r"\s*(?P=of)\.Where\([^\n;]{0,120}\b(?P=net)\b"
)
# `@IsIn(['name', 'createdAt']) sortBy?: string`.
_MAY_BE = re.compile(
    r"@IsIn\(\s*\[(?P<names>[^\]\n]{1,300})\][^()\n]{0,60}\)\s*(?:@\w{1,30}\([^()\n]{0,80}\)\s*){0,4}"
    r"(?:readonly\s+)?(?:sort|order)\w{0,12}[?!]?\s*:"
)
_NAME = re.compile(r"[\"'](\w{1,40})[\"']")
_DIRECTION = re.compile(r"(?i)(?:asc|desc)(?:ending)?")
_MAX_CODE, _MAX_FILES = 12_000, 40


def find_own_filters(look: Look, lists: Sequence[Listing]) -> Iterator[Evidence]:
    """Yield the lists whose handlers allow names, and the queries whose classes do."""
    for one in lists:
        code = one.code[:_MAX_CODE]
        for pattern, text in ((_ORDERS, "an order has allowed names"), (_FILTERS, "a filter has a name of the code's")):
            if pattern.search(code):
                yield Evidence(text=f"{text}: {one.name}", path=one.path, line=one.line, strength=Strength.WIRED)
    for path in islice(look.source.mentioning("IsIn(", language="typescript"), _MAX_FILES) if lists else ():
        code = look.source.file(path).code
        for found in islice(_MAY_BE.finditer(code), _MAX_FILES):
            if not all(map(_DIRECTION.fullmatch, _NAME.findall(found["names"]))):
                line = code.count("\n", 0, found.start()) + 1
                yield Evidence(text="an order has allowed names", path=path, line=line, strength=Strength.WIRED)
                break
