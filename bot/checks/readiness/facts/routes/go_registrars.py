"""Routes of Go that a function of the project's own registers: a text that is a path, and a function that handles.

A function handles when it takes `http.ResponseWriter` and `*http.Request`; it is known by its last name.
Out of sight: functions that make a handler, and calls over several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    join_paths,
)
from bot.checks.readiness.facts.source.index import Source

# `func (h *Handler) Show(w http.ResponseWriter, r *http.Request)`
_HANDLER = re.compile(
    rb"^func (?:\([^()\n]{0,120}\) )?(\w{1,120})\(\s*(?:\w+ )?http\.ResponseWriter,\s*(?:\w+ )?\*http\.Request\)",
    re.MULTILINE,
)
# `add(rt, "documents/{id}", []string{"PUT"}, nil, doc.Get)`
_CALL = re.compile(
    rb"""^[ \t]*(?:\w{1,60}\.){0,3}(\w{1,60})\((?:[\w.]{1,60}, ?)?"(/?[\w{}:.*-][\w/{}:.*-]{0,200}|/)","""
    rb"""([^\n]{0,300}?)(?:,? ?)\b(?:\w{1,60}\.){0,3}(\w{1,120})\)+$""",
    re.MULTILINE,
)
# What registers by itself is read where routers are.
_ROUTERS = re.compile(rb"Handle\w*|GET|POST|PUT|PATCH|DELETE|Get|Post|Put|Patch|Delete|Any|Group|Route|Method\w*")
_METHOD = re.compile(rb"\"(GET|POST|PUT|PATCH|DELETE|HEAD)\"|\bhttp\.Method(Get|Post|Put|Patch|Delete|Head)\b")


def find_registered_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    handlers = {
        name
        for path in source.mentioning("http.ResponseWriter", language="go")
        for name in _HANDLER.findall(source.content(path))
    }
    for path in source.paths if handlers else ():
        if path.endswith(".go"):
            yield from _registered(source, path, handlers)


def _registered(source: Source, path: str, handlers: set[bytes]) -> Iterator[Route]:
    content = source.content(path)
    for found in _CALL.finditer(content):
        methods = [(one[0] or one[1].upper()).decode() for one in _METHOD.findall(found[3])]
        is_path = b"/" in found[2] or methods
        if found[4] in handlers and is_path and not _ROUTERS.fullmatch(found[1]):
            line = content.count(b"\n", 0, found.end()) + 1
            for method in methods or [ANY]:
                yield Route(method, join_paths(found[2].decode()), "go", path, line, line)
