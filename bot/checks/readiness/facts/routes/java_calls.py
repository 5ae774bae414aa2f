"""Routes of Java by calls: Spring's router functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import VERBS, Route, declare, first_text, join_paths
from bot.checks.readiness.facts.source.elements import Element, Kind
from bot.checks.readiness.facts.source.index import Source

_METHODS = frozenset(verb.upper() for verb in VERBS)
_FUNCTIONAL = re.compile(r"org\.springframework\.web\.(?:reactive\.function\.server|servlet\.function)\b")
_FIRST_NAME = re.compile(r"\(\s*(?:\w+\.)?([A-Za-z_]\w*)\s*[,)]")
_NESTING = re.compile(r"\(\s*(?:(?:RequestPredicates\.)?path\(\s*)?\"([^\"\n]*)\"")


def find_functional_routes(source: Source) -> Iterator[Route]:
    """Yield the routes that Spring's router functions, of WebFlux or MVC, are built of."""
    for file in source.parsed("RouterFunction", language="java"):
        if not any(map(_FUNCTIONAL.match, file.names(Kind.IMPORT))):
            continue
        constants = {one.name.rpartition(" ")[2]: first_text(one.text) for one in file.assigns}
        for call in file.calls:
            if call.last_name not in _METHODS:
                continue
            named = _FIRST_NAME.match(call.text)
            path = first_text(call.text) if named is None else constants.get(named[1])
            if path is not None:
                around = [_nested(one) for one in file.around(call) if one.kind is Kind.CALL and _takes(one, call)]
                # The call begins where its chain does.
                at = call._replace(line=call.end_line - call.text.count("\n"))
                whole = join_paths(*filter(None, reversed(around)), path)
                yield declare(call.last_name, whole, "spring", (file, at), call.end_line)


def _takes(call: Element, other: Element) -> bool:
    """Whether an element is in the arguments of a call, rather than in what it is called on."""
    return other.start >= call.end - len(call.text.encode())


def _nested(call: Element) -> str | None:
    """The path below which a call puts the routes that it is given."""
    found = _NESTING.match(call.text) if call.last_name in {"nest", "path"} else None
    return found[1] if found else None
