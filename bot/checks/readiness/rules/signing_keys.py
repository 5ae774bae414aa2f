"""Keys that frameworks of Python sign with, written into settings: whoever reads them signs in as anybody.

Rule: `SECRET_KEY` of Django, Flask and the like is a text as a machine makes it, in a file that is for no development
and no tests, and no other file of settings takes it from anywhere.
Source: https://docs.djangoproject.com/en/stable/ref/settings/#secret-key (read 2026-11-30).
Out of sight: settings that a deployment puts in place of those that are committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element
from bot.checks.readiness.look import Look
from bot.model import Finding

_NAMES = frozenset({"SECRET_KEY", "secret_key", "JWT_SECRET_KEY"})
_INDEXED = re.compile(r"\[[\"'](\w+)[\"']\]$")
# `django-insecure-` is what the project began with; most go on with it.
_TEXT = re.compile(r"[rbu]{0,2}[\"'](?:django-insecure-)?((?=(?:[^\d\n]{0,99}\d){2})[^\s\"'{}<>]{24,200})[\"']")
_DUMMY = re.compile(
    r"change|example|dummy|secret|password|your|placeholder|test|sample|default|insecure|fake|develop|[xX]{6}|12345",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?i)(?:^|[/._-])(?:dev\w*|local\w*|tests?|testing|ci|e2e|demo|docs?|build)(?:[/._-]|$)")


def find_signing_keys(look: Look) -> Iterator[Finding]:
    """Yield the keys that are written out, where nothing else gives them."""
    found: list[Finding] = []
    for file in look.source.parsed("SECRET_KEY", "secret_key", language="python"):
        for one in (one for one in file.assigns if _name(one) in _NAMES):
            text = _TEXT.fullmatch(one.text.strip())
            if text is None and not _is_text(one):
                return
            live = not _ELSEWHERE.search(file.path) and look.reach.standing(file, one) is Standing.LIVE
            if text is not None and live and not _DUMMY.search(text[1]):
                message = "the key that signs sessions is committed"
                found.append(Finding(rule="signing-key", message=message, path=file.path, line=one.line))
    yield from found


def _name(one: Element) -> str:
    indexed = _INDEXED.search(one.name)
    return indexed[1] if indexed else one.name.partition(":")[0].strip().rpartition(".")[2]


def _is_text(one: Element) -> bool:
    return one.text.strip().lstrip("rbu").startswith(('"', "'"))
