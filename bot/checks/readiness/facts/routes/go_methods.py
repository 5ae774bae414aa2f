"""Routes of Go that a type says of itself: its methods give the method and the path, and another one handles.

`func (h *List) Method() string { return "GET" }`, `func (h *List) Path() string { return "/goods" }`, and `Handle`.
What handles nothing may as well be a request that a client sends, and is no route.
Out of sight: paths that are no literal; types whose methods stand in several files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import ANY, VERBS, Route, declare, join_paths
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_TYPE = r"^func \((?:\w{1,60} )?\*?(\w{1,120})(?:\[[^\]\n]{0,80}\])?\) "
_METHOD = re.compile(
    rf"{_TYPE}(?:HTTP|Http)?(?:Method|Verb)\(\) string \{{\s*return "
    r"(?:\"([A-Z]*)\"|\w{1,60}\.Method([A-Z][a-z]{2,6}))\s*\}",
    re.MULTILINE,
)
_PATH = re.compile(
    rf"{_TYPE}(?:Path|Pattern|Route|URLPath)\(\) string \{{\s*return [\"`](/[^\"`\n]{{0,300}})[\"`]\s*\}}", re.MULTILINE
)
_HANDLER = re.compile(
    rf"{_TYPE}(?:Handle\w{{0,40}}|ServeHTTP|Serve)\("
    r"[^\n]{0,200}\b(?:context\.Context|http\.ResponseWriter|\w{1,40}\.(?:Context|Ctx))\b",
    re.MULTILINE,
)
_WORDS = (") Path() string", ") Pattern() string", ") Route() string", ") URLPath() string")


def find_go_methods(source: Source) -> Iterator[Route]:
    """Yield a route for each type of a file that says where it answers and handles what comes."""
    for path in source.mentioning(*_WORDS, language="go"):
        yield from _of_file(source.file(path))


def _of_file(file: SourceFile) -> Iterator[Route]:
    code = file.code
    methods = {found[1]: (found[2] or found[3] or "").upper() for found in _METHOD.finditer(code)}
    handlers = {found[1]: code.count("\n", 0, found.start()) + 1 for found in _HANDLER.finditer(code)}
    functions = {one.line: one for one in file.functions}
    for found in _PATH.finditer(code):
        handler = functions.get(handlers.get(found[1], 0))
        said = functions.get(code.count("\n", 0, found.start()) + 1)
        if handler is None or said is None or found[1] not in methods:
            continue
        method = methods[found[1]]
        first = said if said.line < handler.line else handler
        yield declare(
            method if method.lower() in VERBS else ANY, join_paths(found[2]), "go", (file, first), handler.end_line
        )
