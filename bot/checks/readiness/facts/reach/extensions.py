"""Methods of C# that only run where somebody calls them by their name."""

from __future__ import annotations

import re

from bot.checks.readiness.facts.source.elements import Element, SourceFile

# What sets up a program is named so, also where it extends nothing.
_SETS_UP = re.compile(r"(?:Add|Use|Map|Configure|Register|With)[A-Z]\w+")
_EXTENDS = re.compile(r"[^{;]{0,300}?\(\s*this\s")
_MAX_SIGNATURE = 400


def is_only_called(file: SourceFile, function: Element) -> bool:
    """Whether no framework finds a method: it extends a type (`this IHost host`), or sets up what it is given."""
    signature = file.between(function.start, min(function.end, function.start + _MAX_SIGNATURE))
    return _SETS_UP.fullmatch(function.name.rpartition(".")[2]) is not None or _EXTENDS.match(signature) is not None
