"""Whether lists are paged, and whether a client can ask for a page of any size.

Rule: a list is paged where its handler, or what that names, takes a page or a cursor; it has a maximum where the size
is fixed, or held against a maximum: a validator's, a comparison's, or that of a framework by default. A size that the
client alone says is configured and not wired.
Source: https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/ (read 2026-11-29).
Out of sight: what a gateway adds; maxima of a database's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.checks.readiness.facts.needles import find_needles, may_hold
from bot.checks.readiness.facts.source.elements import Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.api import ShareAsk
from bot.checks.readiness.rules.code import Applies, conclude, find_absence, find_evidence, say_missing
from bot.checks.readiness.rules.listings import Listing, find_listings
from bot.checks.readiness.rules.openapi import judge_unread
from bot.model import Evidence, Finding, State, Strength

_SIZE = (
    r"(?:page_?size|per_?page|page_?limit|limit(?:_?per_?page)?|take|max_?results|page_?count"
    r"|(?:rows|items)_?per_?page)"
)
_PAGED = re.compile(
    rf"(?i)\b{_SIZE}\b|\b(?:offset|pages?|skip|cursor|page_?token|page_?number|starting_?after|end_?cursor|pageable)\b"
    r"|pagy|kaminari|paginat|PageRequest|paged"
)
_AS_NUMBER = r"(?:(?:Number|(?:Integer\.)?parseInt|int|Integer)\(\s*|\+\s*)?"
_OF_LISTS = r"(?:(?:max|lists?|search|query|results?|items|feed)_?)?"
_OF_NO_LIST = r"(?![\w.\[\]()\"']{0,80}(?:rate_?limit|throttl|upload|file|body|retr|memory|timeout))"
_SETTINGS = (
    r"(?:(?:current_app|app|self|this)\s?\.\s?_?)?"
    r"(?:process\.env|env|os\.environ|(?:app_?)?(?:conf|cfg|config|settings?))"
)
_CAPS = (
    rf"\bmin(?:imum)?\s*\([^()\n]{{0,80}}\b{_SIZE}\b",
    rf"\bmin\s*\([^\n]{{0,100}}[\"'.\[]{_SIZE}\b",
    rf"\b{_SIZE}\b[^\n]{{0,60}}\]\s*\.min\b|\bclamp\w*\([^\n]{{0,60}}{_SIZE}|{_SIZE}[^\n]{{0,60}}\.clamp\(",
    rf"\b{_SIZE}\b[^\n;]{{0,160}}\b(?:le|lt|lte|max_value|maximum)[\"']?\s*[=:]\s*\w",
    rf"\b{_SIZE}\b[\"']?\s*[:=][^;]{{0,200}}?\.(?:max|lte|lessThanOrEqual)\(\s*\w",
    rf"\b{_SIZE}[\])\w]*\s*>=?\s*(?:\d{{2,}}|\w*max\w*|[a-z]+\.\w*max\w*)",
    r"\bmax_?(?:page_?size|(?:page_?)?limit|per_?page|results?_?per|take|items|page)(?:size|perpage|limit)?\b",
    r"\b(?:(?!MAX_)\w)*+MAX_\w*(?:LIMIT|PAGE|SIZE|TAKE|RESULTS)\w*|\b\w*(?:LIMIT|PAGE_SIZE|PER_PAGE)_MAX\b",
    # `if size > maxSize { size = maxSize }`: what is too large of an upload is refused, and not cut.
    r"\bsize\s{0,4}>=?\s{0,4}(?:\w{1,40}\.)?max_?size\)?\s{0,4}[:{]?\s{0,40}(?:\w{1,40}\.)?size\s{0,4}=\s{0,4}(?:\w{1,40}\.)?max_?size\b",
    rf"@Max\([^)]{{1,60}}\)(?:[^;{{}}]|\{{[^;{{}}]{{0,300}}\}}){{0,160}}?\b{_SIZE}\b|\[Range\([^\]]{{1,60}}\)\][^;}}]{{0,120}}{_SIZE}\b",
    # Of JSON:API: `SchemaNode(Integer(), name="page[size]", validator=Range(min=1, max=100))`.
    r"\bpage\[(?:size|limit)\][^\n;]{0,120}\b(?:max|le|lte|maximum)[\"']?\s{0,4}[=:]\s{0,4}\w",
    # A rule of protobuf: `int32 page_size = 2 [(buf.validate.field).int32 = {gte: 1, lte: 1000}]`.
    rf"\b{_SIZE}\b\s{{0,4}}=\s{{0,4}}\d{{1,4}}\s{{0,4}}\[[^\];]{{0,300}}\blte?\s{{0,4}}:\s{{0,4}}\d",
    # A tag of Go: `Limit int `form:"limit" binding:"min=1,max=200"``.
    rf"\b{_SIZE}\b[^\n]{{0,120}}\b(?:binding|validate|valid):\"[^\"\n]{{0,80}}\b(?:max|lte?)=\d",
    rf"[\"']{_SIZE}[\"']\s*=>\s*[^\n]{{0,100}}(?:max:|lte:|between:)\d",
    r"\.limit\(\s*(?-i:[A-Z][A-Z_]*PAGE[A-Z_]*)\s*(?:[+-]\s*\d+\s*)?\)",
    rf"{_SIZE}\s*=\s*(?-i:(?!DEFAULT)[A-Z_]*PER_PAGE)\b",
    # What settings say of it no client says; most limits in settings are of something else.
    rf"\b{_OF_LISTS}{_SIZE}\b[\"']?\s*[:=]\s*{_AS_NUMBER}{_SETTINGS}\b(?![^\n;]*default){_OF_NO_LIST}",
    # What a client of Rust's says, or a default, is cut off: `query.limit.unwrap_or(20).min(100)`.
    rf"\b{_SIZE}\b[^\n;]{{0,40}}\.unwrap_or\w*\([^()\n]{{0,60}}\)\s*\.min\(\s*(?:\d\d|[\w:]*max)",
    rf"#\[validate\(range\([^\]\n]{{0,60}}\bmax\s*=\s*\w[^\]\n]{{0,60}}\)\]\s*(?:pub\s+)?{_SIZE}\b",
    # A parameter of Java's that is called `size`, with a maximum of its own.
    r"@Max\([^)]{1,60}\)[^;{}\n,]{0,80}\b(?:int|Integer|long|Long)\s+size\b|PageRequest\.of\([^;\n]{0,80}\bmin\(",
    rf"RuleFor\([^)]{{0,60}}{_SIZE}\)[^;]{{0,300}}(?:LessThan|Between)",
)
# A size that no client says: the default of a framework, a number, a constant.
_FIXEDS = (
    r"\.limit\(\s*(?:\d+|\w*+(?:(?<=[A-Z]{2})|(?<=[A-Z]_[A-Z]))(?:\.\w+)?|[\w:]+::[A-Z_]+)\s*(?:[+-]\s*\d+\s*)?\)|\btake:\s*(?:\d+|[A-Z_]{3,})\b",
    r"\b(?:paginate|simplePaginate|cursorPaginate)\(\s*(?:\d+|[A-Z_]{3,}|(?:self|static)::\w+|config\([^)]*\)|perPage:\s*\d+)?\s*[,)]",
    rf"\b(?:int|final|const|var|let)\s+\w*(?i:{_SIZE})\w*\s*=\s*\d+\s*;|\bpaginate_by\s*=\s*\d+",
    r"\blimit:\s*[A-Z_]{0,40}(?:PAGE|PER_PAGE)[A-Z_]{0,40}\b",
    # Kaminari's, and that of a paginator of Symfony's, as its own argument.
    r"\.page\(\s*params\[:\w+\]\s*\)\s*\.per\(\s*(?:\d+|[A-Z_]{3,})\s*\)",
    r"->paginate\(\s*\$[^;\n]{1,160}(?:[pP]age|getInt)[^;\n]{0,40},\s*(?:\d\d+|(?:self|static)::\w+)\s*\)",
    r"\b(?:PageNumberPagination|CursorPagination)[\"']|\bPaginator\([^()\n]{1,60},\s*(?:\d+|[A-Z_]{3,}|settings\.\w+)",
    # Kaminari's, will_paginate's and Pagy's own size, where no other is said.
    r"\.page\(\s*params\[:\w+\]\s*\)(?!\s*\.per\b)|\.paginate\(\s*page:\s*params\[:\w+\]\s*\)|\bpagy\(\s*@?\w+(?:\.\w+)*\s*\)",
    # Spring takes at most 2,000 of what a handler takes as a Pageable.
    r"\bPageable\s+\w+\s*[,)]|\bPageRequest\.of\([^(),]{1,60},\s*(?:\d+|[A-Z_]{3,})\s*[,)]|\bLIMIT\s+\d+\b",
)
_CAP, _FIXED = re.compile("|".join(_CAPS), re.IGNORECASE), re.compile("|".join(_FIXEDS))
_CAP_BYTES = re.compile("|".join(_CAPS).encode(), re.IGNORECASE)
_PAGE_WORDS = (b"page", b"paging", b"pagina", b"offset", b"cursor", b"skip")
_SIZE_WORDS = (
    b"limit",
    b"page_size",
    b"pagesize",
    b"per_page",
    b"perpage",
    b"take",
    b"max_results",
    b"maxresults",
    b"page_count",
    b"maxsize",
    b"max_size",
)
_MAX_WINDOWS = 60
_MAX_NAMES, _MAX_USERS, _MAX_MAKERS = 100, 12, 60
_WORDS = (
    *("imit", "LIMIT", "ageSize", "page_size", "PAGE_SIZE", "erPage", "per_page", "PER_PAGE", "take", "axResults"),
    *("max_results", "MAX_", "maxSize", "max_size"),
)
_COMMON = frozenset(
    {"constructor", "options", "default", "params", "query", "limit", "pageSize", "page_size", "perPage", "per_page"}
    | {"index", "handler", "handle", "schema", "search", "filter", "filters", "request", "result", "results", "offset"}
    | {
        "config",
        "settings",
        "value",
        "values",
        "items",
        "count",
        "total",
        "__init__",
        "maxLimit",
        "parameters",
        "props",
    }
    | {"description", "message", "title", "state", "method", "route", "router", "response"}
)
# What a client asks for at most is no maximum of the server's.
_IN_CLIENT = re.compile(
    r"(?:^|/)(?:cli|[\w-]{1,40}-cli|cli-[\w-]{1,40}|sdks?)/(?:.*/)?[^/]*\.[cm]?[jt]s$|\.(?:tsx|jsx|vue|svelte)$|(?:^|/)(?:components?|hooks|frontend|client|ui|web-ui|src-ui)/(?:.*/)?[^/]*\.[cm]?[jt]s$"
)
_SHORTEST = 6
_NAME, _NAME_BYTES = re.compile(r"[A-Za-z_]\w{5,}"), re.compile(rb"[A-Za-z_]\w{5,100}")
_LONGEST = 12_000
_MAX_LISTED = 12
_PAGES = re.compile(r"(?i)pagina|paging")
_MAX_DEPTH = 3
# A function that pages what it is given, and how many other files make it that of all lists.
_PAGES_LISTS = re.compile(r"(?i)pagina|paging|normali[sz]e_?query|page_?params")
_MANY_CALLS = 4
# `pg: paginator.New(paginator.Opt{ MaxPerPage: 50`: what handlers page by has a maximum.
_PAGER = re.compile(
    rb"(?i)\b(\w{1,40})[ \t]*:?[=:][ \t]*&?\w*pagina\w*[.:]{1,2}\w+\([^()]{0,300}?"
    rb"\bmax_?(?:per_?page|page_?size|limit)\w*[ \t]*[=:][ \t]*\d"
)
_PAGER_NEEDLES = find_needles(_PAGER.pattern.decode())
# Libraries whose pages have a maximum: what names one, how it is given, and what pages a list by it.
_LIBRARIES = (
    (
        "fastapi_pagination",
        "python",
        re.compile(r"\badd_pagination\("),
        re.compile(
            r"(?:->|response_model\s*=)\s*(?:\w{1,40}\.)?(?:LimitOffset|Cursor)?Page\[.{1,1500}?\bpaginate\(", re.DOTALL
        ),
    ),
    ("Kaminari", "ruby", re.compile(r"\bmax_per_page\s*=\s*\d"), re.compile(r"\.page\(\s*params\[")),
)
# A package of Go that pages, and is told by its name wherever it is used.
_PACKAGE = re.compile(r"^package[ \t]{1,9}(\w{0,40}(?i:pagina|paging)\w{0,40})", re.MULTILINE)
# What the table says of a framework's setting for all lists.
_BY_DEFAULT = "paged by default"
# Without a size Django REST framework pages nothing, but for classes of the program's own, which may have one.
_PAGE_SIZE = re.compile(r"\bPAGE_SIZE\b|DEFAULT_PAGINATION_CLASS[\"']?\]?\s*[:=]\s*[\"'](?!rest_framework\.)")


def judge_pagination(look: Look, ask: ShareAsk) -> Judged:
    """Pass where lists are paged, with a maximum."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    maxima = Maxima(look)
    marked = [_promoted(look, one, maxima) for one in find_evidence(look, ask.table, ask.marks)]
    lists = find_listings(look)
    if not lists and not marked:
        what = "route and no call that answers a list"
        return judge_unread(look, what) or Judged(state=State.NOT_APPLICABLE, reason=look.project.missing(what))
    paged = [one for one in lists if _PAGED.search(one.code)]
    held_codes = {code for code in {one.code for one in paged} if maxima.holds(code)}
    capped = [one for one in paged if one.code in held_codes or (one.declares_input and maxima.place)]
    held = set(capped)
    shared = maxima.shared()
    rest = [one for one in lists if one not in held]
    wired = [one for one in marked if one.strength is not Strength.CONFIGURED]
    evidence = [*wired, *(_evidence(one, maxima) for one in capped)]
    said = f"{len(capped)} of {len(lists)} lists are paged, with a maximum"
    if len(capped) < len(lists) * ask.share or not lists:
        evidence, said = [*shared, *evidence], shared[0].text if shared else said
    # Where the framework lets clients say the size of each other list, views that fix it speak for themselves alone.
    general = (wired or shared) and not any(_BY_DEFAULT in one.text for one in marked if one not in wired)
    if evidence and (general or len(capped) >= len(lists) * ask.share):
        advice = list(_findings(rest, paged, fails=False))
        judged = conclude(look, evidence[:_MAX_LISTED], "")
        return replace(judged, reason=said if capped else judged.reason, missing=advice)
    if not lists:
        said = "lists are paged, and the size of a page has no maximum"
    weak = [replace(_evidence(one, maxima), strength=Strength.CONFIGURED) for one in paged]
    judged = say_missing(look, said, list(_findings(rest, paged, fails=True)))
    return replace(judged, evidence=[*marked, *weak][:_MAX_LISTED])


def _findings(lists: Sequence[Listing], paged: Sequence[Listing], *, fails: bool) -> Iterator[Finding]:
    for one in lists[:_MAX_LISTED]:
        fault = "a page of this list has no maximum" if one in paged else "the list is not paged"
        yield Finding(rule="list", message=f"{fault}: {one.name}", path=one.path, line=one.line, fails=fails)


def _evidence(one: Listing, maxima: Maxima) -> Evidence:
    path, line = one.path, one.line
    if one.declares_input and maxima.place and not maxima.holds(one.code):
        path, line = maxima.place.path, maxima.place.line
    return Evidence(text=f"{one.name} is paged", path=path, line=line, strength=Strength.WIRED)


def _promoted(look: Look, evidence: Evidence, maxima: Maxima) -> Evidence:
    """A mark that pages by a size that may come from anywhere, wired where that size has a maximum."""
    if evidence.strength is not Strength.CONFIGURED or not evidence.path or ", but " in evidence.text:
        return evidence
    if _BY_DEFAULT in evidence.text and not _PAGE_SIZE.search(look.source.file(evidence.path).code):
        return replace(evidence, text=f"{evidence.text}, but no size of a page is set")
    code = _code_around(look.source.file(evidence.path), evidence.line or 1)
    return replace(evidence, strength=Strength.WIRED) if maxima.holds(code) else evidence


def _code_around(file: SourceFile, line: int) -> str:
    around = [one for one in file.functions if one.line <= line <= one.end_line]
    if around:
        return file.text(max(around, key=lambda one: one.start))
    return "\n".join(file.lines[line - 1 : line + 2])


@dataclass(frozen=True)
class Place:
    """Where a maximum stands."""

    path: str
    line: int
    worth: int


class Maxima:
    """The functions, classes and values of a tree that hold a size against a maximum, by name."""

    def __init__(self, look: Look) -> None:
        self.place: Place | None = None
        self._look = look
        named = [path for path in look.source.mentioning(*_WORDS) if not _IN_CLIENT.search(path)]
        at = {path: _caps_of(look, path) for path in named}
        files = [(look.source.file(path), positions) for path, positions in at.items() if positions]
        self.names = {name for file, at in files for name in self._holding(file, at)}
        packages = {one for file, _ in files if file.language == "go" for one in _PACKAGE.findall(file.code)}
        named_so = "|".join(sorted(packages)[:_MAX_NAMES]) or "(?!)"
        self._libraries = (*self._of_libraries(), re.compile(rf"\b(?:{named_so})\.\w"))
        pagers = {name for path in named for name in _pagers_of(look, path)}
        self._pagers = re.compile(rf"\.(?:{'|'.join(map(re.escape, sorted(pagers)[:_MAX_NAMES])) or '(?!)'})\.\w")
        # What is made of one of them: a schema that another extends, a function that calls it.
        users = [look.source.mentioning(name) for name in sorted(self.names)[:_MAX_NAMES]]
        # What half of the code names is no page's.
        makers = list(dict.fromkeys(path for paths in users if len(paths) <= _MAX_USERS for path in paths))
        made = [name for path in makers[:_MAX_MAKERS] for name in _naming(look.source.file(path), self.names)]
        self.names.update(made)
        # And a class whose name says that it pages, with a field of such a schema, or that checks by it.
        holders = sorted(name for name in self.names if _PAGES.search(name) or name in made)[:_MAX_NAMES]
        paths = dict.fromkeys(path for name in holders for path in look.source.mentioning(name)[:_MAX_USERS])
        for _ in range(2):
            self.names.update(one for path in list(paths)[:_MAX_MAKERS] for one in _paging(look, path, self.names))
        for _ in range(_MAX_DEPTH):
            self.names.update(_extending(look, self.names))

    def _holding(self, file: SourceFile, positions: Sequence[int]) -> Iterator[str]:
        for position in positions:
            line = file.content.count(b"\n", 0, position) + 1
            # What stands in a comment is blank here.
            if not _CAP.search("\n".join(file.lines[max(0, line - 4) : line + 12])):
                continue
            names = list(_names_around(file, position, classes=True))
            place = Place(file.path, line, _worth(file.path, names))
            if self.place is None or place.worth > self.place.worth:
                self.place = place
            yield from names

    def holds(self, code: str) -> bool:
        """Whether the size of a page has a maximum in some code, or in what it names."""
        code = code[:_LONGEST]
        found = _CAP.search(code) or _FIXED.search(code) or self._pagers.search(code)
        found = found or next((one for pages in self._libraries if (one := pages.search(code))), None)
        return bool(found) or not self.names.isdisjoint(_NAME.findall(code))

    def _of_libraries(self) -> Iterator[re.Pattern[str]]:
        """Yield how lists are paged by libraries that have a maximum of their own, or that are given one."""
        for words, language, given, pages in _LIBRARIES:
            files = self._look.source.parsed(words, language=language)
            if any(given.search(one.code) for one in files):
                yield pages

    def shared(self) -> Sequence[Evidence]:
        """Functions with a maximum that page the lists of many files, whatever routes these answer."""
        found: list[Evidence] = []
        for name in sorted(name for name in self.names if _PAGES_LISTS.search(name))[:_MAX_NAMES]:
            paths = [path for path in self._look.source.mentioning(name) if not _IN_CLIENT.search(path)]
            files = [self._look.source.file(path) for path in paths[:_MAX_MAKERS]]
            homes = [(one, element) for one in files for element in one.called(Kind.FUNCTION, name)]
            calls = sum(re.search(rf"\b{name}\s*(?:<[\w, ]{{1,80}}>)?\(", _code_of(one)) is not None for one in files)
            if len(homes) == 1 and calls > _MANY_CALLS:
                home, element = homes[0]
                text = f"{calls - 1} files page their lists by {name}, which has a maximum"
                found.append(Evidence(text=text, path=home.path, line=element.line, strength=Strength.WIRED))
        return found


def _code_of(file: SourceFile) -> str:
    return "\n".join(file.lines)


def _caps_of(look: Look, path: str) -> Sequence[int]:
    return look.files.kept("caps", path, lambda: _find_caps(look.source.content(path)))


def _pagers_of(look: Look, path: str) -> Sequence[str]:
    return look.files.kept("pagers", path, lambda: _find_pagers(look.source.content(path)))


def _find_pagers(content: bytes) -> Sequence[str]:
    """The names of what a file makes to page by, with a maximum."""
    # It begins with any word, and takes a hundred times as long as to look whether one that it must have is there.
    if not may_hold(content, _PAGER_NEEDLES):
        return ()
    return [found[1].decode() for found in _PAGER.finditer(content)]


def _find_caps(content: bytes) -> Sequence[int]:
    """Where a file names the size of a page beside a maximum; byte offsets."""
    lower = content.lower()
    if not any(word in lower for word in _PAGE_WORDS):
        return ()
    found: list[int] = []
    for word in _SIZE_WORDS:
        position = lower.find(word)
        for _ in range(_MAX_WINDOWS):
            if position < 0:
                break
            cap = _CAP_BYTES.search(content, max(0, position - 120), position + 240)
            if cap:
                found.append(cap.start())
            position = lower.find(word, position + 200)
    return found


def _names_around(file: SourceFile, position: int, *, classes: bool) -> Iterator[str]:
    """Yield the names of what a place of a file is in."""
    kinds = {Kind.FUNCTION, Kind.ASSIGN, *([Kind.CLASS] if classes else [])}
    for one in file.elements:
        if one.start > position:
            return
        if one.kind not in kinds or position >= one.end or one.end - one.start > _LONGEST:
            continue
        # A variable of a function is nothing that others name; of JavaScript it may be a schema of its plugin.
        local = one.kind is Kind.ASSIGN and file.language != "typescript" and file.functions_around(one)
        if not local and _is_telling(one.name):
            yield one.name


def _naming(file: SourceFile, names: set[str]) -> Iterator[str]:
    for found in _NAME_BYTES.finditer(file.content):
        if found[0].decode() in names:
            yield from _names_around(file, found.start(), classes=False)


def _paging(look: Look, path: str, names: Collection[str]) -> Iterator[str]:
    """Yield the classes of a file that say that they page, and name something with a maximum."""
    file = look.source.file(path)
    for one in file.classes:
        telling = _PAGES.search(one.name) and _is_telling(one.name) and one.end - one.start <= _LONGEST
        if telling and not _names_of(file.text(one)).isdisjoint(names):
            yield one.name


def _extending(look: Look, names: Collection[str]) -> set[str]:
    """The classes that extend one that pages with a maximum, and so have it too."""
    bases = sorted(name for name in names if _PAGES.search(name))[:_MAX_NAMES]
    files = (look.source.file(path) for base in bases for path in look.source.mentioning(base)[:_MAX_MAKERS])
    classes = (one for file in files for one in file.classes if one.text and _is_telling(one.name))
    return {one.name for one in classes if not _names_of(one.text).isdisjoint(bases)}


def _names_of(text: str) -> set[str]:
    """The words of a text that may name something of the program's own."""
    return set(_NAME.findall(text[:_LONGEST]))


def _worth(path: str, names: Sequence[str]) -> int:
    """How likely it is that a file, or what is named so in it, holds what all lists share."""
    if re.search(r"(?i)(?:^|/)(?:scripts?|tools?|evals?|dev|seeds?|mcp)/", path):
        return 0
    return 2 if re.search(r"(?i)pagina|paging|common|list", path) or any(map(_PAGES.search, names)) else 1


def _is_telling(name: str) -> bool:
    return len(name) >= _SHORTEST and name.isidentifier() and name not in _COMMON
