"""Conditions on options of .NET, such as `options?.Otlp?.IsEnabled ?? false`: what has to be on, by section and key.

Rule: a condition names an option by members of what holds it; the section is the holder's name, or that of its type,
without `Options` and the like.
Source: https://learn.microsoft.com/dotnet/core/extensions/options (read 2026-11-30).
Out of sight: options that are bound to a section of quite another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.checks.readiness.facts.reach.conditions import COMMON
from bot.checks.readiness.facts.source.elements import SourceFile

_MAX_CONDITION = 400
# The whole of one part: `!options.IsEnabled`, `options?.Otlp?.IsEnabled ?? false`, `settings.UseRedis == true`.
_PART = re.compile(
    r"(?P<no>!?)\(?(?P<names>[A-Za-z_]\w{0,80}(?:[?!]?\.[A-Za-z_]\w{0,80}){1,8})"
    r"(?P<nothing>\s?\?\?\s?false)?\)?(?:\s?(?:==|is)\s?(?P<value>true|false))?"
)
_NAMES = re.compile(r"\w+")
_HOLDERS = ("options", "settings", "configuration", "config")
# `WatchOptions options`, `IOptions<WatchOptions> options`.
_TYPE = r"\w{0,80}?(?:Options|Settings|Configuration|Config)"
_DECLARED = re.compile(rf"\b({_TYPE})[>?]?\s{{1,4}}([A-Za-z_]\w{{0,80}})\s{{0,4}}[;,)={{]")
# `var watch = configuration.GetSection("Watch").Get<WatchOptions>()`.
_GOT = re.compile(rf"\bvar\s{{1,4}}([A-Za-z_]\w{{0,80}})\s{{0,4}}=[^;={{}}]{{0,200}}\.Get<({_TYPE})>\(")
# What only hands on what it holds.
_HANDS_ON = frozenset({"value", "currentvalue"})


@dataclass(frozen=True)
class Asked:
    """An option that has to be on.

    Attributes:
        keys: what it may be called in settings, in lower case, the surest first: its sections, and its own name.
        by_default: whether it is off where nobody sets it, as the condition says itself.
        kind: the type of options that has it, where that is known and has it itself; else empty.
        member: its own name.
    """

    keys: tuple[tuple[str, ...], ...]
    by_default: bool
    kind: str = ""
    member: str = ""


def find_asked(file: SourceFile, condition: str, *, holds: bool) -> Iterator[Asked]:
    """Yield the options each of which has to be on for a condition to hold, or not to."""
    text = " ".join(condition[: _MAX_CONDITION + 1].split())
    between, other = ("&&", "||") if holds else ("||", "&&")
    if len(text) > _MAX_CONDITION or other in text:
        return
    for part in text.split(between):
        found = _PART.fullmatch(part.strip(" ()"))
        if found is not None and _has_to_be_on(found, holds=holds):
            yield _asked(file, found)


def _has_to_be_on(found: re.Match[str], *, holds: bool) -> bool:
    return (bool(found["no"]) is (found["value"] == "false")) is holds


def _asked(file: SourceFile, found: re.Match[str]) -> Asked:
    head, *members = (name for name in _NAMES.findall(found["names"].lower()) if name not in _HANDS_ON)
    tail = tuple(members)
    sections = [one for one in (_section(head), _section(_holders(file.code).get(head, ""))) if one is not None]
    # A holder that is called `options` and no more is of the section that its type tells, where that is known.
    section = next(filter(None, sections), "" if sections else None)
    keys = [(section, *tail)] if section else []
    if len(tail) > 1 or not COMMON.issuperset(tail):
        keys.append(tail)
    own = tail[-1] if tail else ""
    asks = own.removeprefix("is").startswith(("enable", "use")) or own.endswith("enabled")
    by_default = bool(found["nothing"] and section is not None and asks)
    kind = _holders(file.code).get(head, "") if len(tail) == 1 else ""
    return Asked(tuple(keys), by_default, kind, _NAMES.findall(found["names"])[-1])


def _section(holder: str) -> str | None:
    """The section that options are called by, which may be empty; None of what holds something else."""
    name = holder.lower().strip("_")
    ending = next((one for one in _HOLDERS if name.endswith(one)), None)
    return None if ending is None else name.removesuffix(ending)


@lru_cache(maxsize=32)
def _holders(code: str) -> Mapping[str, str]:
    """The types of options that code declares names with, by the names in lower case; of several the first."""
    found: dict[str, str] = {}
    for kind, name in _DECLARED.findall(code):
        found.setdefault(name.lower(), kind)
    for name, kind in _GOT.findall(code):
        found.setdefault(name.lower(), kind)
    return found
