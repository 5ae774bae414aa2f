"""Routes of C#: actions of ASP.NET controllers, and minimal endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    VERBS,
    Route,
    declare,
    first_text,
    following_function,
    join_paths,
    owner_of,
)
from bot.checks.readiness.facts.source.index import Source

_CSHARP = {f"Http{verb.capitalize()}": verb.upper() for verb in VERBS}
_MAP = re.compile(r"Map(Get|Post|Put|Patch|Delete|Methods)")


def find_csharp_routes(source: Source) -> Iterator[Route]:
    """Yield actions of controllers, and minimal endpoints."""
    for file in source.parsed("[Http", "[Route", language="csharp"):
        classes = {owner_of(file, one): first_text(one.text) or "" for one in file.decorators if one.name == "Route"}
        for one in file.decorators:
            if one.name in _CSHARP:
                target = following_function(file, one)
                owner = file.class_around(one)
                name = owner.name if owner else ""
                prefix = re.sub(r"(?i)\[controller\]", name.removesuffix("Controller").lower(), classes.get(name, ""))
                end = target.end_line if target else one.end_line
                yield declare(
                    _CSHARP[one.name], join_paths(prefix, first_text(one.text) or ""), "aspnet", (file, one), end
                )
    for file in source.parsed(*(f".Map{verb.capitalize()}" for verb in VERBS), ".MapMethods", language="csharp"):
        for call in file.calls:
            found = _MAP.fullmatch(call.last_name)
            if found:
                method = found[1].upper() if found[1] != "Methods" else ANY
                yield declare(method, join_paths(first_text(call.text) or ""), "aspnet", (file, call), call.end_line)
