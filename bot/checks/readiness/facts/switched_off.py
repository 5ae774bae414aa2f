"""Whether a call's own arguments switch off what it sets up: a tracker without an address, a logger that is silent.

Rule: an option of the call itself, or of the one that it is given to mount; options of what is nested deeper are of
something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.source.elements import Element, Kind

_OFF = re.compile(
    r"""\benabled?["']?\s*[:=]\s*[Ff]alse\b|\bsilent["']?\s*[:=]\s*true\b|\blevel["']?\s*:\s*["'](?:silent|off|none)["']"""
    r"""|\bdsn["']?\s*[:=]\s*(?:""(?!")|''(?!')|null\b|None\b|undefined\b)"""
    r"""|\bskip["']?\s*:\s*(?:async\s*)?(?:\([^()]{0,80}\)|\w+)\s*=>\s*(?:true\b|\{\s*return\s+true)"""
)
_ENABLED = re.compile(r"\benabled?[\"']?\s{0,9}[:=]\s{0,9}(?![=>])")
_MAX_ASKED = 300
_MOUNTING = frozenset({"use", "register", "addHook", "add_middleware"})
_OPENED = re.compile(r"[(\[{]")
_CLOSED = re.compile(r"[)\]}]")
# A call's bracket, and that of its options.
_DEPTH = 2


def is_switched_off(element: Element) -> bool:
    """Whether a call says that what it sets up is not to work."""
    if element.kind is not Kind.CALL:
        return False
    most = _DEPTH + (element.last_name in _MOUNTING)
    return any(_depth(element.text[: found.start()]) <= most for found in _OFF.finditer(element.text))


def find_asked(element: Element) -> Iterator[str]:
    """Yield what a call's own arguments ask whether what it sets up is to work: `enabled: env.LIMITED === "true"`."""
    most = _DEPTH + (element.last_name in _MOUNTING)
    for found in _ENABLED.finditer(element.text if element.kind is Kind.CALL else ""):
        if _depth(element.text[: found.start()]) <= most:
            yield _up_to_the_end(element.text[found.end() : found.end() + _MAX_ASKED])


def _up_to_the_end(text: str) -> str:
    """An expression as far as the comma, the line's end, or the bracket that ends it."""
    depth = 0
    for at, one in enumerate(text):
        if depth <= 0 and one in ",\n)]}":
            return text[:at]
        depth += (one in "([{") - (one in ")]}")
    return text


def _depth(text: str) -> int:
    return len(_OPENED.findall(text)) - len(_CLOSED.findall(text))
