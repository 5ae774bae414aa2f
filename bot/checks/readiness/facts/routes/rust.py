"""Routes of Rust: axum, actix-web, Rocket, poem, salvo, tide; those that utoipa registers.

A route has the prefix of the scopes, nests and routers that it is given to in the same expression.
Sources: https://docs.rs/axum/latest/axum/struct.Router.html, https://actix.rs/docs/url-dispatch/,
https://docs.rs/poem, https://docs.rs/salvo and https://docs.rs/tide (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile

from bot.checks.readiness.facts.routes.route import (
    ANY,
    VERBS,
    Route,
    calls_with,
    declare,
    first_text,
    following_function,
    join_paths,
    named_text,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_WORDS = (
    ".route(",
    ".api_route",
    "#[get",
    "#[post",
    "#[put",
    "#[delete",
    "#[patch",
    "#[route(",
    "web::resource",
    "with_path(",
    ".at(",
)
# A call that is given a path, and a handler for it or for each method in what follows.
# The last two are aide's.
_ROUTES = frozenset({"route", "api_route", "api_route_with"})
_PATHS = frozenset({*_ROUTES, "resource", "at", "with_path", "path"})
_NESTS = frozenset({"nest", "nest_service", "nest_api_service"})
_SCOPES = frozenset({"scope", "with_path"})
# So many calls of a chain are looked at, from a path on and from its begin.
_NEAR = 20
_FIRST = 3
_LONGEST_PATH = 300
_METHOD = re.compile(r"\bmethod\s{0,9}=\s{0,9}\"([A-Z]{1,10})\"")
_PREFIXED = re.compile(r"\(\s{0,80}&?[\w:]{1,60}\(\"(/?[^\"\n]{0,200})\"\)\s{0,80}[,)]")
_PARAMETER = re.compile(r"<\**(\w+)(?::[^>]{0,60})?>")


def find_rust_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    for file in source.parsed(*_WORDS, language="rust"):
        chains = Chains(file)
        for call in file.calls:
            path = _path_of(call) if call.last_name in _PATHS else None
            if path is not None and _is_path(call, path):
                yield from _of_call(file, call, path, chains)
        for one in file.decorators:
            path = first_text(one.text)
            methods = [one.name] if one.name in VERBS else _METHOD.findall(one.text) if one.name == "route" else []
            if methods and path is not None:
                target = following_function(file, one)
                end = target.end_line if target else one.end_line
                for method in methods:
                    yield declare(method.upper(), join_paths(path), "actix", (file, one), end)


def _path_of(call: Element) -> str | None:
    """The path of a call, which a function of the program may prefix: `resource(&under("/a"))`."""
    prefixed = _PREFIXED.match(call.text[:_LONGEST_PATH])
    return prefixed[1] if prefixed else first_text(call.text)


def _is_path(call: Element, path: str) -> bool:
    if call.last_name in {"with_path", "path"}:
        return "Router" in call.name
    return path.startswith("/") or (path == "" and "," in call.text)


class Chains:
    """The calls of a file by where they begin: those of one chain begin together."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._by_start: dict[int, list[Element]] = {}
        self._place: dict[tuple[int, int], int] = {}
        self._within: dict[int, list[Element]] = {}
        for one in file.calls:
            chain = self._by_start.setdefault(one.start, [])
            self._place[one.start, one.end] = len(chain)
            chain.append(one)
            self._within.setdefault(one.parent, []).append(one)

    def handled(self, call: Element) -> Sequence[str]:
        """The methods that the second argument of a call handles: `get(f).post(g)`, `web::get().to(f)`."""
        inner = next((one for one in self._given(call) if "," in call.text), None)
        return _verbs(self._by_start[inner.start][:_NEAR]) if inner else []

    def chained(self, call: Element) -> Sequence[str]:
        """The methods that follow a path in its chain: `at("/a").get(f)`, `resource("/a").route(web::post().to(g))`."""
        chain, place = self._by_start[call.start], self._place[call.start, call.end]
        behind = list(reversed(chain[max(0, place - _NEAR) : place]))
        own = list(takewhile(lambda one: one.last_name not in _PATHS or one.last_name in _ROUTES, behind))
        routed = [one for each in own if each.last_name in _ROUTES for one in self._given(each)]
        return [*_verbs(own), *_verbs(one for each in routed for one in self._by_start[each.start][:_NEAR])]

    def prefixes(self, call: Element) -> Sequence[str]:
        """The paths that a call's route stands below, outermost first."""
        own = [one for one in self._base(call) if one.end < call.end]
        around = [
            one
            for holder in calls_with(self._file, call)
            for one in ([holder] if holder.last_name in _NESTS else self._base(holder))
        ]
        return [first_text(one.text) or "" for one in reversed([*own, *around])]

    def _base(self, call: Element) -> Sequence[Element]:
        """The path that a chain begins with: `scope("/api")`, `Router::with_path("a")`."""
        return [one for one in self._by_start[call.start][-_FIRST:] if one.last_name in _SCOPES]

    def _given(self, call: Element) -> Iterator[Element]:
        """Yield the calls that are arguments of a call."""
        index = self._index.get((call.start, call.end), -2)
        return (one for one in self._within.get(index, ()) if one.start != call.start)

    @cached_property
    def _index(self) -> Mapping[tuple[int, int], int]:
        return {(one.start, one.end): at for at, one in enumerate(self._file.elements) if one.kind is Kind.CALL}


def _verbs(calls: Iterable[Element]) -> Sequence[str]:
    # `get_with(f, description)`
    names = (one.last_name.removesuffix("_with") for one in calls)
    return [name.upper() for name in names if name in VERBS]


def _of_call(file: SourceFile, call: Element, path: str, chains: Chains) -> Iterator[Route]:
    methods = list(dict.fromkeys([*chains.handled(call), *([] if call.last_name in _ROUTES else chains.chained(call))]))
    if not methods and call.last_name in {"with_path", "path", "at"} and "," not in call.text:
        # It only holds other routes.
        return
    # A call begins where its chain does.
    at = call._replace(line=call.end_line - call.text.count("\n"))
    whole = join_paths(*chains.prefixes(call), _PARAMETER.sub(r"{\1}", path))
    for method in methods or [ANY]:
        yield declare(method, whole, "axum", (file, at), call.end_line)


def find_documented_routes(source: Source) -> Iterator[Route]:
    """Yield operations of poem-openapi, and functions that utoipa's `routes!` registers."""
    for file in source.parsed("#[oai(", language="rust"):
        prefixes = {_target(file, one): named_text(one.text, "prefix_path") or "" for one in file.decorators}
        for one in file.decorators:
            path, method = named_text(one.text, "path"), named_text(one.text, "method")
            target = following_function(file, one) if one.name == "oai" else None
            if path and method and target is not None:
                owner = file.class_around(target)
                whole = join_paths(prefixes.get(owner.start if owner else -1, ""), path)
                yield declare(method.upper(), whole, "poem", (file, one), target.end_line)
    registered = {
        name
        for file in source.parsed("routes!(", language="rust")
        for call in file.calls
        if call.name == "routes"
        for name in re.findall(r"\w+", call.text)
    }
    for file in source.parsed("utoipa::path", language="rust") if registered else ():
        for one in file.decorators:
            target = following_function(file, one) if one.name == "utoipa::path" else None
            path = named_text(one.text, "path")
            if target is not None and path and target.name in registered:
                found = re.match(r"\s*(\w+)\s*,", one.text)
                method = found[1].upper() if found and found[1] in VERBS else ANY
                yield declare(method, join_paths(path), "utoipa", (file, one), target.end_line)


def _target(file: SourceFile, one: Element) -> int:
    target = following_function(file, one)
    return target.start if target else -1


def find_warp_routes(source: Source) -> Iterator[Route]:
    """Yield chains of warp's filters that have a path and a method: `warp::path("a").and(warp::get())`."""
    for file in source.parsed("warp::path", language="rust"):
        for call in file.calls:
            if call.name not in {"warp::path", "warp::path!"} or _is_chained(file, call):
                continue
            chain = [one for one in file.around(call) if one.kind is Kind.CALL and one.start == call.start]
            whole = chain[-1] if chain else call
            text = file.between(whole.start, min(whole.end, whole.start + _LONGEST_CHAIN)).partition(".or(")[0]
            parts = ["".join(found) for found in _FILTER.findall(text)]
            methods = [part.upper() for part in parts if part in VERBS]
            path = join_paths(*(_part(one) for part in parts if part not in VERBS for one in part.split("/")))
            for method in methods[:1] or [ANY]:
                yield declare(method, path, "warp", (file, call), whole.end_line)


_LONGEST_CHAIN = 2_000
_FILTER = re.compile(
    r"\bpath!\(([^()\n]{0,200})\)|\bpath\((\"[^\"\n]{0,200}\")\)|\bpath::(param)\b|\b(get|post|put|patch|delete)\(\)"
)


def _is_chained(file: SourceFile, call: Element) -> bool:
    """Whether a path stands behind another one, in the arguments of what follows that."""
    return any(one.last_name == "and" for one in calls_with(file, call))


def _part(text: str) -> str:
    part = text.strip()
    return part.strip('"') if part.startswith('"') else f"{{{part.lower() or 'arg'}}}"
