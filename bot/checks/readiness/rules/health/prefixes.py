"""The prefix at which a route answers that another file gives it: NestJS' global one, and that of a router's mount.

Rule: only where it is certain: one program that sets one prefix for all its routes, or one file that takes the router
in, once, below a literal path. A route of another prefix than it is asked by answers nobody.
Sources: https://docs.nestjs.com/faq/global-prefix and https://expressjs.com/en/guide/routing.html (read 2026-11-30).
Out of sight: prefixes that are made of variables, and those of files further up, whose ends the asked path may hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.checks.readiness.facts.routes.route import Route, first_text, join_paths
from bot.checks.readiness.facts.source.elements import Element, Kind
from bot.checks.readiness.look import Look

_MOUNTED = frozenset({"express", "koa", "hono"})
_EXCLUDES = re.compile(r"\bexclude\b")


def with_prefixes(look: Look, routes: Sequence[Route]) -> list[Route]:
    """The routes, each with the prefix that is certain, or as it is."""
    sources = {(one.framework, one.source) for one in routes}
    found = {one: _prefix_of(look, *one) for one in sources}
    known = ((one, found[one.framework, one.source]) for one in routes)
    return [replace(one, path=join_paths(prefix, one.path)) if prefix else one for one, prefix in known]


def _prefix_of(look: Look, framework: str, source: str) -> str:
    if framework == "nestjs":
        return _global_prefix(look)
    return _mounted_below(look, source) if framework in _MOUNTED else ""


def _global_prefix(look: Look) -> str:
    """What the one program of NestJS sets before all its routes."""
    files = list(look.source.parsed("setGlobalPrefix", "NestFactory", language="typescript"))
    made = [one for file in files for one in file.calls if one.name.startswith("NestFactory.create")]
    told = [one for file in files for one in file.called(Kind.CALL, "setGlobalPrefix")]
    if len(made) != 1 or len(told) != 1 or _EXCLUDES.search(told[0].text):
        return ""
    return first_text(told[0].text) or ""


def _mounted_below(look: Look, source: str) -> str:
    """The path below which the one file that imports a router takes it in, once."""
    importers = look.reach.modules.importers(source)
    if len(importers) != 1:
        return ""
    file = look.source.file(importers[0])
    folder, _, name = source.rpartition("/")
    stem = name.partition(".")[0]
    wanted = folder.rpartition("/")[2] if stem == "index" else stem
    imports = [one for one in file.imports if one.name.rstrip("/").rpartition("/")[2].partition(".")[0] == wanted]
    names = {word for one in imports for word in re.findall(r"[\w$]+", one.text)}
    names |= {at.name for one in imports for at in file.around(one) if at.kind is Kind.ASSIGN}
    using = [one for one in file.called(Kind.CALL, "use") if _takes(one, names)]
    path = first_text(using[0].text) if len(using) == 1 else None
    return path if path is not None and path.startswith("/") and ":" not in path else ""


def _takes(call: Element, names: set[str]) -> bool:
    return any(re.search(rf"(?<![\w$.'\"/-]){re.escape(one)}(?![\w$])", call.text) for one in names if one)
