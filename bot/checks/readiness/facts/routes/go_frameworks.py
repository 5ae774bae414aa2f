"""Routes of frameworks of Go that write them in their own way: Beego, go-restful and Huma; a middleware that answers.

Sources: https://beego.wiki/docs/mvc/controller/router/, https://github.com/emicklei/go-restful and
https://huma.rocks/features/operations/ (read 2026-11-30).
Out of sight: prefixes of namespaces that include controllers whose routes stand in comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.routes.go_constants import Constants
from bot.checks.readiness.facts.routes.route import (
    ANY,
    VERBS,
    Route,
    calls_with,
    declare,
    first_behind,
    first_text,
    join_paths,
    last_before,
    named_text,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_VERBS = "Get|Post|Put|Patch|Delete|Head|Options"
_BEEGO = re.compile(r"github\.com/(?:beego/beego|astaxie/beego)\b")
_BEEGO_CALL = re.compile(rf"(?:NS|Ctrl)?(Router|Any|Handler|{_VERBS})")
_BEEGO_BYTES = re.compile(rb"\.(?:NS|Ctrl)?(?:Router|Any|Handler|Get|Post|Put|Patch|Delete)\(|@router\s")
_NAMESPACE = frozenset({"NewNamespace", "NSNamespace"})
_MAPPED = re.compile(r"\"((?:\w{1,10}[,:*;])[^\"\n]{0,300})\"")
_COMMENT = re.compile(r"^[ \t]*//[ \t]*@router[ \t]+(/\S{0,300})[ \t]*(?:\[([\w,]{1,60})\])?", re.MULTILINE)
_RESTFUL = re.compile(r"github\.com/emicklei/go-restful\b")
_RESTFUL_BYTES = re.compile(rb"\.(?:GET|POST|PUT|PATCH|DELETE|HEAD)\(")
_HUMA_BYTES = re.compile(rb"\bhuma\.(?:Register|Get|Post|Put|Patch|Delete|Head)\(")
_HUMA_SHORT = re.compile(rf"huma\.({_VERBS})")
_SECOND = re.compile(r"\(\s*[\w.]{1,80}\s*,\s*")
_METHOD = re.compile(r"\bMethod:\s*(?:\"([A-Z]{3,7})\"|[\w.]{0,60}\bMethod([A-Z][a-z]{2,6}))")


def find_beego_routes(source: Source) -> Iterator[Route]:
    """Yield calls of Beego's router, below the namespaces around them, and what comments say of methods."""
    constants = Constants(source)
    for file in source.parsed("beego", "@router", language="go", pattern=_BEEGO_BYTES):
        yield from _commented(file)
        for call in file.calls if any(_BEEGO.match(one.name) for one in file.imports) else ():
            found = _BEEGO_CALL.fullmatch(call.last_name)
            path = constants.first_text(file, call.text) if found and "." in call.name else None
            if found and path is not None and path.startswith(("/", ":")):
                around = [first_text(one.text) or "" for one in file.around(call) if one.last_name in _NAMESPACE]
                whole = join_paths(*reversed(around), path)
                for method in _mapped(found[1], call.text):
                    yield declare(method, whole, "beego", (file, call), call.end_line)


def _mapped(name: str, arguments: str) -> Sequence[str]:
    """The methods of a route: `"get:Show;post,put:Save"` behind a controller."""
    if name.lower() in VERBS:
        return [name.upper()]
    found = _MAPPED.search(arguments)
    stated = [one for part in (found[1] if found else "").split(";") for one in part.partition(":")[0].split(",")]
    return [one.upper() for one in stated if one.lower() in VERBS] or [ANY]


def _commented(file: SourceFile) -> Iterator[Route]:
    text = file.original.decode("latin-1")
    for found in _COMMENT.finditer(text):
        function = first_behind(file.functions, found.end())
        for method in (found[2] or "get").split(",") if function else ():
            if function and method.lower() in VERBS:
                yield declare(method.upper(), join_paths(found[1]), "beego", (file, function), function.end_line)


def find_restful_routes(source: Source) -> Iterator[Route]:
    """Yield what a web service of go-restful is given, below its path."""
    constants = Constants(source)
    for file in source.parsed("go-restful", language="go", pattern=_RESTFUL_BYTES):
        if not any(_RESTFUL.match(one.name) for one in file.imports):
            continue
        roots: dict[str, list[Element]] = {}
        for one in file.called(Kind.CALL, "Path"):
            roots.setdefault(one.name.partition(".")[0], []).append(one)
        for call in file.calls:
            receiver, _, name = call.name.rpartition(".")
            route = next((one for one in file.around(call) if one.kind is Kind.CALL and one.last_name == "Route"), None)
            if name.lower() not in VERBS or not name.isupper() or route is None:
                continue
            root = last_before(roots.get(receiver.partition(".")[0], ()), call.start)
            prefix = constants.first_text(file, _open(root)) if root else ""
            path = constants.first_text(file, _open(call))
            if path is not None:
                at = call._replace(line=call.end_line - call.text.count("\n"))
                yield declare(name, join_paths(prefix or "", path), "go-restful", (file, at), route.end_line)


def _open(call: Element) -> str:
    """The arguments of a call as they are read where more of them follow."""
    return f"{call.text[:-1]},"


def find_huma_routes(source: Source) -> Iterator[Route]:
    """Yield the operations that Huma is told of."""
    constants = Constants(source)
    for file in source.parsed("huma", language="go", pattern=_HUMA_BYTES):
        for call in file.calls:
            short = _HUMA_SHORT.fullmatch(call.name)
            second = _SECOND.match(call.text) if short else None
            if short and second:
                path = constants.first_text(file, f"({call.text[second.end() :]}")
                if path and path.startswith("/"):
                    yield declare(short[1].upper(), join_paths(path), "huma", (file, call), call.end_line)
            elif call.name == "huma.Register" and (path := named_text(call.text, "Path")):
                found = _METHOD.search(call.text)
                method = (found[1] or found[2]).upper() if found else ANY
                yield declare(method, join_paths(path), "huma", (file, call), call.end_line)


def find_heartbeats(source: Source) -> Iterator[Route]:
    """Yield the path at which a middleware of chi answers that the program is alive."""
    for file in source.parsed("middleware.Heartbeat(", language="go"):
        for call in file.called(Kind.CALL, "Heartbeat"):
            path = first_text(call.text)
            used = any(one.last_name in {"Use", "With"} for one in calls_with(file, call))
            if used and call.name == "middleware.Heartbeat" and path is not None:
                yield declare("GET", join_paths(path), "chi", (file, call), call.end_line)
