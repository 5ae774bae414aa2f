"""Routes of Rust: axum, actix-web and Rocket."""

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
)
from bot.checks.readiness.facts.source.index import Source


def find_rust_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of axum, actix-web and Rocket."""
    for file in source.parsed(
        ".route(", "#[get", "#[post", "#[put", "#[delete", "#[patch", "web::resource", language="rust"
    ):
        for call in file.calls:
            path = first_text(call.text)
            if call.last_name in {"route", "resource", "nest"} and path is not None and path.startswith("/"):
                found = re.search(r"\b(get|post|put|patch|delete)\(", call.text)
                method = found[1].upper() if found else ANY
                yield declare(method, join_paths(path), "axum", (file, call), call.end_line)
        for one in file.decorators:
            path = first_text(one.text)
            if one.name in VERBS and path is not None:
                target = following_function(file, one)
                end = target.end_line if target else one.end_line
                yield declare(one.name.upper(), join_paths(path), "actix", (file, one), end)
