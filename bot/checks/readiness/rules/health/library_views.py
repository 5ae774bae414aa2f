"""Views of libraries that ask what the program depends on, where a route of health hands a request to one.

Source: https://django-watchman.readthedocs.io/en/latest/ (from memory): all its views but `ping` run the checks of the
setting WATCHMAN_CHECKS, which are those of caches, databases and storage where it is not set.
"""

from __future__ import annotations

import re

from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.health.asking import Kind

_WATCHMAN = re.compile(r"\b\w{0,20}(?:watchman|views)\w{0,20}(?:\.views)?\.(?:status|bare_status|dashboard)\b")
_IMPORTED = re.compile(r"^[ \t]*+(?:from|import)[ \t]+watchman\b", re.MULTILINE)
_CHECKS = {Kind.DATABASE: "watchman.checks.databases", Kind.CACHE: "watchman.checks.caches"}


def find_view(look: Look, kind: Kind, code: str, path: str) -> re.Match[str] | None:
    """Where the code of a route names a view that asks for things of a kind."""
    check = _CHECKS.get(kind)
    asked = _WATCHMAN.search(code)
    if check is None or asked is None or not _IMPORTED.search(look.source.file(path).code):
        return None
    told = look.source.mentioning("WATCHMAN_CHECKS", language="python")
    return asked if all(check.encode() in look.source.content(one) for one in told) else None
