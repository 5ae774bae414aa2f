"""Routes of PHP by calls: Laravel and Slim."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import ANY, VERBS, Route, declare, first_text, join_paths
from bot.checks.readiness.facts.source.index import Source


def find_php_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of Laravel, Slim and Symfony."""
    for file in source.parsed("Route::", "->get(", "->post(", language="php"):
        for call in file.calls:
            path = first_text(call.text)
            if call.last_name in {*VERBS, "any", "match"} and path is not None and "," in call.text:
                routed = call.name.startswith(("Route.", "Route::")) or (path.startswith("/") and "$app" in call.name)
                if routed:
                    method = call.last_name.upper() if call.last_name in VERBS else ANY
                    yield declare(method, join_paths(path), "laravel", (file, call), call.end_line)
            elif call.last_name in {"resource", "apiResource"} and path is not None:
                yield declare(ANY, join_paths(path), "laravel", (file, call), call.end_line)
