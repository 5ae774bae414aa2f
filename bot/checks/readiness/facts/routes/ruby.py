"""Routes of Ruby: Rails, Sinatra, Grape, Roda, Webmachine.

Sources: https://github.com/ruby-grape/grape and https://roda.jeremyevans.net/documentation.html and
https://github.com/webmachine/webmachine-ruby (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import ANY, VERBS, Route, declare, first_text, join_paths
from bot.checks.readiness.facts.source.elements import Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_RUBY_BLOCK = re.compile(r"(namespace|scope)\s*\(?\s*(?:path:\s*)?[:\"']([\w/-]+)")
_GRAPE_BLOCK = re.compile(r"(namespace|resources?|group|segment|route_param)\s*\(?\s*[:\"']([\w/:-]+)")
_MATCHER = re.compile(r"""["']([^"'\n]{1,200})["']|(?:^|[\s,(:])([A-Z]\w{0,60}|(?<=:)\w{1,60})""")
# Which actions of a resource are routes, as `only: %i[index show]` has it.
_ACTIONS = re.compile(r"\b(only|except):\s*(\[[^\]\n]{0,200}\]|%[iwIW][\[({][^\])}\n]{0,200}|[:\"']\w+)")
_VIA = re.compile(r"\bvia:\s*(\[[^\]\n]{0,100}\]|%[iwIW][\[({][^\])}\n]{0,100}|[:\"']\w+)")
_ACTION = re.compile(r"[a-z_]+")
_READS = frozenset({"index", "show", "new", "edit"})
_WRITES = frozenset({"create"})
# `add ["a", :id], Resource`
_PARTS = re.compile(r"\(?\s{0,20}\[([^\]\n]{0,400})\]\s{0,9},\s{0,9}[A-Z]")
_PART = re.compile(r"[\"']([^\"'\n]{1,100})[\"']|:(\w{1,60}|\*)")
_RUBY_REST = {"resources": ("GET", "POST"), "resource": ("GET",)}


def find_ruby_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of Rails, with the namespaces around them, and of Sinatra."""
    for path in source.paths:
        if path.endswith(".rb") and re.search(r"(?:^|/)config/routes(?:/.*)?\.rb$", path):
            yield from _ruby(source.file(path), "rails")
    for file in source.parsed("Sinatra", "sinatra", "Grape::API", language="ruby"):
        yield from _ruby(file, "grape" if b"Grape::API" in file.original else "sinatra")
    for file in source.parsed("Roda", language="ruby"):
        if any(one.text.rpartition("::")[2] == "Roda" for one in file.classes):
            yield from _roda(file)
    for file in source.parsed("Webmachine", language="ruby"):
        yield from _webmachine(file)


def _ruby(file: SourceFile, framework: str) -> Iterator[Route]:
    # In Grape a resource is what routes stand in.
    rest, block = ({}, _GRAPE_BLOCK) if framework == "grape" else (_RUBY_REST, _RUBY_BLOCK)
    for call in file.calls:
        name = call.name
        if name not in VERBS and name not in rest and name not in {"root", "mount", "match"}:
            continue
        around = [block.match(file.text(one)) for one in file.around(call)]
        prefix = [_block_path(found) for found in reversed(around) if found]
        path = "" if name == "root" else first_text(call.text.lstrip(":")) or _symbol(call.text)
        methods = _left(rest[name], call.text) if name in rest else _methods(name, call.text)
        for method in methods:
            yield declare(method, join_paths(*prefix, path), framework, (file, call), call.end_line)


def _methods(name: str, arguments: str) -> tuple[str, ...]:
    """The methods of a verb, of a front page, and of what tells them: `match "a", via: [:get, :post]`."""
    if name in VERBS or name == "root":
        return ("GET" if name == "root" else name.upper(),)
    told = _VIA.search(arguments) if name == "match" else None
    return tuple(one.upper() for one in _ACTION.findall(told[1]) if one in VERBS) or (ANY,) if told else (ANY,)


def _left(methods: tuple[str, ...], arguments: str) -> tuple[str, ...]:
    """The methods of a resource whose actions are told, or left out."""
    told = _ACTIONS.search(arguments.partition(" do")[0].partition("\n")[0])
    if told is None:
        return methods
    named = set(_ACTION.findall(told[2]))
    kept = named if told[1] == "only" else (_READS | _WRITES) - named
    return tuple(one for one in methods if kept & (_WRITES if one == "POST" else _READS))


def _block_path(found: re.Match[str]) -> str:
    return f"{{{found[2]}}}" if found[1] == "route_param" else found[2]


def _roda(file: SourceFile) -> Iterator[Route]:
    """Yield the leaves of Roda's tree: `r.get` and its kin, below the branches around them."""
    for call in file.calls:
        name = call.name.removeprefix("r.")
        if not call.name.startswith("r.") or (name not in VERBS and name != "root"):
            continue
        around = [one for one in file.around(call) if one.kind is Kind.CALL and one.name in {"r.on", "r.is"}]
        path = join_paths(*(_matched(one.text) for one in reversed(around)), _matched(call.text))
        yield declare("GET" if name == "root" else name.upper(), path, "roda", (file, call), call.end_line)


def _webmachine(file: SourceFile) -> Iterator[Route]:
    """Yield what is added to its dispatcher, whose resources say themselves which methods they take."""
    for call in file.calls:
        if call.last_name == "add" and (found := _PARTS.match(call.text)):
            parts = (text or f":{name}" for text, name in _PART.findall(found[1]))
            yield declare(ANY, join_paths(*parts), "webmachine", (file, call), call.end_line)


def _matched(text: str) -> str:
    """What a branch of Roda matches: texts, and classes or symbols for one segment."""
    head = text.partition("\n")[0].partition(" do")[0].partition("{")[0]
    return "/".join(text or f"{{{name.lower()}}}" for text, name in _MATCHER.findall(head))


def _symbol(text: str) -> str:
    found = re.match(r"\s*\(?:?([\w/-]+)", text)
    return found[1] if found and found[1] != "do" else ""
