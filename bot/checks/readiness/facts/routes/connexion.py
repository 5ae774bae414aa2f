"""Routes of Connexion: the operations of the documents that an application is given.

Source: https://connexion.readthedocs.io/en/latest/routing.html (read 2026-11-30).
Out of sight: resolvers that find functions by the path of an operation; the operation is shown in its document then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.routes.python_mounts import modules_of
from bot.checks.readiness.facts.routes.route import (
    VERBS,
    Route,
    first_text,
    join_paths,
    placed_at,
)
from bot.checks.readiness.facts.source.index import Source

_GIVEN = re.compile(rb"\badd_api\(")
_MAX_DOCUMENTS = 10


def find_connexion_routes(source: Source, files: Files) -> Iterator[Route]:
    """Yield the operations, each where its function is."""
    for path in list(dict.fromkeys(_documents(source, files)))[:_MAX_DOCUMENTS]:
        yield from _operations(source, files, path)


def _documents(source: Source, files: Files) -> Iterator[str]:
    for file in source.parsed("connexion", language="python", pattern=_GIVEN):
        for call in file.calls:
            name = first_text(call.text) if call.last_name == "add_api" else None
            if name and name.endswith((".yaml", ".yml", ".json")):
                found = files.select(f"**/{name.rpartition('/')[2]}")
                yield from found if len(found) == 1 else ()


def _operations(source: Source, files: Files, path: str) -> Iterator[Route]:
    document = files.parsed(path)
    paths = document.get("paths") if document else None
    if document is None or not isinstance(paths, Mapping):
        return
    for name, item in paths.items():
        for verb, operation in item.items() if isinstance(item, Mapping) else ():
            if verb in VERBS and isinstance(operation, Mapping):
                controller = operation.get("x-openapi-router-controller") or operation.get(
                    "x-swagger-router-controller"
                )
                parts = [str(part) for part in (controller, operation.get("operationId")) if part]
                line = document.line("paths", name, verb)
                yield _stands(
                    source, ".".join(parts), Route(verb.upper(), join_paths(name), "connexion", path, line, line)
                )


def _stands(source: Source, dotted: str, route: Route) -> Route:
    """The route where its function stands: that of the one module of the name."""
    module, _, name = dotted.rpartition(".")
    return placed_at(source, modules_of(source, module), name, route)
