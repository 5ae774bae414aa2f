"""Routes of Ruby: Rails, Sinatra, Grape."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import ANY, VERBS, Route, declare, first_text, join_paths
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_RUBY_BLOCK = re.compile(r"(namespace|scope)\s*\(?\s*(?:path:\s*)?[:\"']([\w/-]+)")
_RUBY_REST = {"resources": ("GET", "POST"), "resource": ("GET",)}


def find_ruby_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of Rails, with the namespaces around them, and of Sinatra."""
    for path in source.paths:
        if path.endswith(".rb") and re.search(r"(?:^|/)config/routes(?:/.*)?\.rb$", path):
            yield from _ruby(source.file(path), "rails")
    for file in source.parsed("Sinatra", "sinatra", "Grape::API", language="ruby"):
        yield from _ruby(file, "sinatra")


def _ruby(file: SourceFile, framework: str) -> Iterator[Route]:
    for call in file.calls:
        name = call.name
        if name not in VERBS and name not in _RUBY_REST and name not in {"root", "mount", "match"}:
            continue
        around = [_RUBY_BLOCK.match(file.text(one)) for one in file.around(call)]
        prefix = [found[2] for found in reversed(around) if found]
        path = "" if name == "root" else first_text(call.text.lstrip(":")) or _symbol(call.text)
        for method in _RUBY_REST.get(name, (name.upper() if name in VERBS else ANY,)):
            yield declare(method, join_paths(*prefix, path), framework, (file, call), call.end_line)


def _symbol(text: str) -> str:
    found = re.match(r"\s*\(?:?([\w/-]+)", text)
    return found[1] if found else ""
