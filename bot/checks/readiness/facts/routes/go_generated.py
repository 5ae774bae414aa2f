"""Routes of Go that oapi-codegen writes out of a document: each stands where the project's own function answers it.

Source: https://github.com/oapi-codegen/oapi-codegen (its templates for echo, chi, gin, fiber, gorilla, iris and
net/http, read 2026-11-30).
Out of sight: a server that is generated as the image is built and not committed, and one that no function of this tree
answers, or several of one name do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.facts.routes.route import ANY, Route, join_paths, placed_at
from bot.checks.readiness.facts.source.index import Source

OAPI_CODEGEN = "oapi-codegen"
GENERATED = (".gen.go", "_gen.go")

_MAX_FILES = 40
# `router.GET(baseURL+"/a/:id", wrapper.ShowA)`, `m.HandleFunc("GET "+options.BaseURL+"/a/{id}", wrapper.ShowA)`
_MOUNTED = re.compile(
    rb"""^[ \t]*+\w{1,40}\.(\w{1,20})\((?:"([A-Z]{3,7}) "\s*+\+\s*+)?(?:\w{1,40}\.)?[bB]aseURL\s*+\+\s*+"""
    rb""""([^"\n]{1,300})",[ \t]*+(?:\w{1,40}\.)?(\w{1,120})\)(?:\.Methods\("([A-Z]{3,7})"\))?""",
    re.MULTILINE,
)
_ANSWERS = re.compile(
    rb"^func \(\w{0,60} ?\*?\w{1,120}\) (\w{1,120})\([^()\n]{0,300}"
    rb"(?:RequestObject|echo\.Context|http\.ResponseWriter|\*gin\.Context|\*fiber\.Ctx|iris\.Context)",
    re.MULTILINE,
)
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def find_generated_routes(source: Source, files: Files) -> Iterator[Route]:
    """Yield the routes, each where the one function stands that answers it."""
    mounted = dict(_mounted(files))
    answering = _answering(source) if mounted else {}
    for (verb, path), name in mounted.items():
        paths = answering.get(name, ())
        if len(paths) == 1:
            yield placed_at(source, paths, name, Route(verb, path, OAPI_CODEGEN, paths[0], 1, 1))


def _mounted(files: Files) -> Iterator[tuple[tuple[str, str], str]]:
    paths = files.select(*(f"*{ending}" for ending in GENERATED), roles=(Role.GENERATED,))[:_MAX_FILES]
    files.prefetch(paths)
    for path in paths:
        content = files.content(path) or b""
        for found in _MOUNTED.finditer(content) if b"ServerInterface" in content else ():
            verb = (found[2] or found[5] or found[1].upper()).decode()
            yield (verb if verb in _VERBS else ANY, join_paths(found[3].decode("utf-8", "replace"))), found[4].decode()


def _answering(source: Source) -> Mapping[str, Sequence[str]]:
    """The files of the functions that can answer requests, by the functions' names."""
    found: dict[str, list[str]] = {}
    for path in source.mentioning("RequestObject", "Context", "ResponseWriter", "fiber.Ctx", language="go"):
        for name in () if path.endswith(GENERATED) else _ANSWERS.findall(source.content(path)):
            found.setdefault(name.decode(), []).append(path)
    return found
