"""Routes of Go: calls of routers with a path, which may be a constant of the package, or of another one.

The prefix of a group stands before its paths, where the group is made in the same file.
Out of sight: groups that a function is given; paths that `go_constants.py` does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.routes.go_constants import Constants
from bot.checks.readiness.facts.routes.go_groups import Groups
from bot.checks.readiness.facts.routes.route import ANY, Route, declare, first_text, join_paths
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_ROUTER = re.compile(
    r"Handle(?:Func|r|rFunc|Path|Method)?|Add|GET|POST|PUT|PATCH|DELETE|Any|Get|Post|Put|Patch|Delete|Head|Methods?"
    r"|MethodFunc|Path(?:Prefix)?|Match|To|HandleMany"
)
_WORDS = (
    *("Handle", ".GET(", ".POST(", ".Get(", ".Post(", ".Path(", ".PathPrefix(", ".Put(", ".Delete(", ".DELETE("),
    *(".Patch(", ".PATCH(", ".PUT(", ".Method(", ".MethodFunc(", ".Add(", ".Combo(", ".Match("),
    *(".Heartbeat(", '.To("', ".HandleMany("),
    "go-pkgz/rest",
)
_NAMED = rb"(?:\w{1,80}\.)?\w{0,80}(?:[rR]oute|[pP]ath|[eE]ndpoint|[uU][rR][lL])\w{0,80}"
_CALL = re.compile(
    rb"""\.(?:Handle\w*|[A-Z][A-Za-z]+)\(\s*(?:["`](?:[A-Z]+ )?[\w.-]*/|(?:"[A-Z]+ "\s*\+\s*)?"""
    + _NAMED
    + rb"""\s*[+,])|\.(?:Combo|Path|PathPrefix)\(\s*\""""
    rb"""|\.(?:GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete)\(\s*(?:""|"[:{*]|"[\w-]{1,60}"\s*,)"""
    rb"""|\.(?:Handle\w*|Get|Post|Put|Patch|Delete|GET|POST|PUT|PATCH|DELETE)\(\s*[\w.]{1,60}\((?:[\w.]{1,60},[ ])?"/"""
    rb"""|\.(?:Handle\w*|Method\w*|Add)\(\s*(?:"[A-Z]{3,7}"|[\w.]{0,60}\bMethod[A-Z]\w{1,8})\s*,"""
    rb"""|\.(?:To|HandleMany)\(\s*"[A-Z]{3,7}[", ]|\.Match\(\s*\[\]string\{|\.Ping\s*[,)]"""
)
_PATTERN = re.compile(r"^(?:(GET|POST|PUT|PATCH|DELETE|HEAD) )?((?:[\w.-]+)?/.*)$")
# What stands in a group may begin with a parameter or a name, or be the group's own path.
_RELATIVE = re.compile(r"(?:[:{*]?[\w-]+(?:[/:{}*.\w-]*))?$")
_METHOD_FIRST = re.compile(r"\(\s*(?:\"([A-Z]{3,7})\"|[\w.]{0,60}\bMethod([A-Z]\w{1,8}))\s*,\s*")
# gin's and Echo's `Match([]string{"GET", "HEAD"}, "/a", f)`.
_SEVERAL = re.compile(r"\(\s*\[\]string\{([^{}]{0,300})\}\s*,\s*")
# ozzo's `To("GET,HEAD", "/a", f)` and iris' `HandleMany("GET POST", "/a", f)`.
_LISTED = re.compile(r"\(\s*\"([A-Z]{3,7}(?:[, ]{1,2}[A-Z]{3,7}){0,6})\"\s*,\s*")
_LISTING = frozenset({"To", "HandleMany"})
# A path that a function puts a prefix before: `prefixed("/a")`, `path.Join(base, "/a")`.
_PREFIXED = re.compile(r"\(\s*[\w.]{1,60}\((?:[\w.]{1,60}, )?\"(/[^\"\n]{0,300})\"\)\s*,")
_METHODS_OF = re.compile(r"\"([A-Z]{3,7})\"|\bMethod([A-Z][a-z]{2,6})\b")
# A text or a number behind the path is what a store keeps, or a client sends; a handler is neither.
_KEPT = re.compile(
    r"\(\s*[\"`][^\"`\n]{0,300}[\"`]\s*,\s*(?:\"[^\"\n]{0,300}\"|\d+|nil|\[\]byte\([^)]{0,300}\))\s*,?\s*\)$"
)
_CLIENT = re.compile(r"(?i)(?:^|[.\w])(?:client|cli|cache|redis|session|conn|store|resty|request)(?:\(\))?$")
_METHODS_IN = re.compile(r"\.Methods?\([^)]{0,200}\)")
_CHAIN = re.compile(r"\.(?:Combo|Path|PathPrefix)\(\"")
# A middleware of go-pkgz/rest, which answers by itself.
_PING = re.compile(r"\b\w+\.Ping\s*[,)]")
_PINGS = re.compile(r"\"github\.com/go-pkgz/rest\"")
_MAX_CHAIN = 6


def find_go_routes(source: Source) -> Iterator[Route]:
    """Yield calls of routers whose first argument is a text that begins with `/`, or with a method and a path."""
    constants = Constants(source)
    for file in source.parsed(*_WORDS, language="go", pattern=_CALL):
        groups = Groups(file, constants)
        for call in file.calls:
            if call.name == "middleware.Heartbeat":
                yield from _of_heartbeat(file, call)
            elif call.last_name == "Use" and _PING.search(call.text) and _PINGS.search(file.code):
                yield declare("GET", "/ping", "go", (file, call), call.end_line)
            if not _ROUTER.fullmatch(call.last_name) or "." not in call.name:
                continue
            if _CHAIN.search(call.name):
                yield from _of_chain(file, call, groups)
            elif "," in call.text and not _is_kept(call):
                yield from _of_call(file, call, constants, groups)


def _of_heartbeat(file: SourceFile, call: Element) -> Iterator[Route]:
    """Yield what chi's middleware answers by itself."""
    path = first_text(call.text)
    if path is not None and path.startswith("/"):
        yield declare("GET", join_paths(path), "go", (file, call), call.end_line)


def _of_chain(file: SourceFile, call: Element, groups: Groups) -> Iterator[Route]:
    """Yield `Combo("/a").Get(f).Post(g)` of Macaron, `Path("/a").Methods("GET").Handler(f)` of gorilla/mux."""
    name = call.last_name.upper()
    for method in [name] if name in _VERBS else _chained(file, call) or [ANY] if name.startswith("HANDLER") else []:
        at = call._replace(line=call.end_line - call.text.count("\n"))
        yield declare(method, join_paths(groups.prefix(call)), "go", (file, at), call.end_line)


def _is_kept(call: Element) -> bool:
    receiver, _, name = call.name.rpartition(".")
    return not name.isupper() and bool(_KEPT.match(call.text) or _CLIENT.search(receiver))


def _of_call(file: SourceFile, call: Element, constants: Constants, groups: Groups) -> Iterator[Route]:
    first = _METHOD_FIRST.match(call.text)
    several = _SEVERAL.match(call.text) if call.last_name == "Match" else None
    listed = _LISTED.match(call.text) if call.last_name in _LISTING else None
    behind = listed or first or several
    arguments = f"({call.text[behind.end() :]}" if behind else call.text
    text = constants.first_text(file, arguments)
    if text is None and (told := _PREFIXED.match(arguments)):
        text = told[1]
    unknown = (call.last_name == "Match" and not several) or (call.last_name in _LISTING and not listed)
    found = None if unknown else _PATTERN.match(text or "")
    name = call.last_name.upper()
    if found and not found[2].startswith("//"):
        path = found[2][found[2].index("/") :]
    elif text is not None and _RELATIVE.match(text) and name in _VERBS and groups.is_grouped(call):
        path = text
    else:
        return
    stated = (first[1] or first[2].upper()) if first else found[1] if found else None
    chained = _chained(file, call) if stated is None and name not in _VERBS else []
    if listed:
        chained = listed[1].replace(",", " ").split()
    elif several:
        chained = [one[0] or one[1].upper() for one in _METHODS_OF.findall(several[1])]
    whole = join_paths(groups.prefix(call), path)
    for method in chained or [stated or (name if name in _VERBS else ANY)]:
        yield declare(method if method in _VERBS else ANY, whole, "go", (file, call), call.end_line)


def _chained(file: SourceFile, call: Element) -> Sequence[str]:
    """The methods that a route of gorilla/mux is told behind its handler: `HandleFunc("/a", f).Methods("GET")`."""
    around = [one for _, one in zip(range(_MAX_CHAIN), file.around(call), strict=False)]
    behind = [one.text for one in around if one.start == call.start and one.last_name in {"Method", "Methods"}]
    named = [
        found[0] or found[1].upper()
        for text in (*_METHODS_IN.findall(call.name), *behind)
        for found in _METHODS_OF.findall(text)
    ]
    return [name for name in named if name != "OPTIONS"] or named
