"""Whether addresses of Django lead to a file: those that are included where a switch is off lead nowhere.

Rule: each `include("shop.urls")` of a module of addresses stands behind a condition that keeps it from running; what
such modules alone import is reached by nothing else.
Source: https://docs.djangoproject.com/en/stable/topics/http/urls/#including-other-urlconfs (read 2026-11-30).
Out of sight: modules of addresses that are named by an expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from bot.checks.readiness.facts.reach.modules import Modules
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

Stand = TypeVar("Stand")

_ADDRESSES = b"urlpatterns"
_NAMED = re.compile(r"""^\(\s*\(?\s*["']([\w.]{1,200})["']""")
_MAX_DEPTH = 4
_MAX_IMPORTERS = 3


class UrlConfs(Generic[Stand]):
    """Answers for one tree; `why_idle` tells why an element's conditions keep it from running, if they do."""

    def __init__(
        self, source: Source, modules: Modules, why_idle: Callable[[SourceFile, Element], Stand | None]
    ) -> None:
        self._source = source
        self._modules = modules
        self._why_idle = why_idle
        self._known: dict[str, Stand | None] = {}

    def why_unreached(self, path: str, depth: int = 0) -> Stand | None:
        """Why no address leads to a file; None where one may, or where addresses have nothing to do with it."""
        if not path.endswith(".py") or depth > _MAX_DEPTH:
            return None
        if path not in self._known:
            # Files that import each other are asked once.
            self._known[path] = None
            self._known[path] = self._find(path, depth)
        return self._known[path]

    def _find(self, path: str, depth: int) -> Stand | None:
        if _ADDRESSES in self._source.content(path):
            return _all([self._why_idle(file, one) for file, one in self._includes(path)])
        importers = self._modules.importers(path)
        if len(importers) > _MAX_IMPORTERS:
            return None
        return _all([self.why_unreached(one, depth + 1) for one in importers])

    def _includes(self, path: str) -> Iterator[tuple[SourceFile, Element]]:
        """Yield the calls that take in a module of addresses by its name."""
        stem = path.removesuffix(".py")
        for file in self._source.parsed(".".join(stem.split("/")[-2:]), language="python"):
            for one in file.calls if file.path != path else ():
                named = _NAMED.match(one.text) if one.last_name == "include" else None
                if named and f"/{stem}".endswith(f"/{named[1].replace('.', '/')}"):
                    yield file, one


def _all(stands: list[Stand | None]) -> Stand | None:
    """The first of them, where there are any and none is missing."""
    return stands[0] if stands and all(one is not None for one in stands) else None
