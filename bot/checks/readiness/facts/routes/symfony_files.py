"""Routes of Symfony in YAML, and those that API Platform makes of a resource.

Sources: https://symfony.com/doc/current/routing.html and https://api-platform.com/docs/core/operations/
(read 2026-11-30).
Out of sight: prefixes under which a file includes another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    following_function,
    join_paths,
    named_text,
    placed_at,
)
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.facts.source.index import Source

_FILES = (
    "config/routes.y*ml",
    "**/config/routes.y*ml",
    "**/config/routes/**.y*ml",
    "**/config/routing.y*ml",
    "**/config/routing/**.y*ml",
)
_SEPARATOR = "\\"
_RESOURCE = re.compile(r"ApiPlatform\\(?:Metadata|Core\\Annotation)\\ApiResource$")
_OPERATION = re.compile(r"\bnew\s+(GetCollection|Get|Post|Put|Patch|Delete)\b|@?\b(collection|item)Operations\b")
_ALL = ("GetCollection", "Post", "Get", "Put", "Patch", "Delete")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def find_symfony_files(source: Source, files: Files) -> Iterator[Route]:
    """Yield the routes of configuration, each where its action is."""
    for path in dict.fromkeys(files.select(*_FILES)):
        document = files.parsed(path)
        entries = document.get() if document else None
        for name, entry in entries.items() if document and isinstance(entries, Mapping) else ():
            if isinstance(entry, Mapping) and isinstance(entry.get("path"), str) and entry.get("controller"):
                line = document.line(name) if document else 1
                stated = entry.get("methods") or ANY
                for method in re.findall(r"[A-Z]+", str(stated).upper()) or [ANY]:
                    route = Route(method, join_paths(str(entry["path"])), "symfony", path, line, line)
                    yield _stands(source, str(entry["controller"]), route)


def _stands(source: Source, controller: str, route: Route) -> Route:
    owner, _, name = controller.partition("::")
    return placed_at(source, source.named(f"{owner.rpartition(_SEPARATOR)[2]}.php"), name or "__invoke", route)


def find_resources(source: Source) -> Iterator[Route]:
    """Yield the operations of API Platform's resources: those that are named, else all."""
    for file in source.parsed("ApiResource", language="php"):
        if not any(_RESOURCE.search(one.name) for one in file.imports):
            continue
        for one in file.decorators:
            target = following_function(file, one) if one.name.rpartition("\\")[2] == "ApiResource" else None
            if target is not None and target.kind is Kind.CLASS:
                named = [found for found, _ in _OPERATION.findall(one.text) if found]
                place = named_text(one.text, "uriTemplate") or _plural(target.name)
                for name in named or _ALL:
                    path = place if name in {"GetCollection", "Post"} or "{" in place else f"{place}/{{id}}"
                    method = name.removesuffix("Collection").upper()
                    yield declare(method, join_paths(path), "api-platform", (file, one), target.end_line)


def _plural(name: str) -> str:
    word = _HUMP.sub("_", name).lower()
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
