"""Whether code runs in production whatever the settings say.

Rule: under no condition but that nothing failed, and in a function that does not choose, by its words or its name.
Out of sight: a function that is only called where a setting says so, unless its name tells.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.marks import Sighting

_FIRST = re.compile(r"\w+")
# A choice by its words; how zerolog and others write times is none.
_CHOICE = re.compile(r"\bcase\b|(?i:json|(?<!time)(?<!field)(?<!\.)format|pretty|human|is_?prod|is_?dev)")
# What stands for the mark in the code around it.
_HERE = "\0"
# How much is written is no choice of how.
_OF_LEVEL = re.compile(
    r"^([ \t]*+)switch[^\n]{0,80}[lL]evel[^\n]{0,80}\{\n(?:(?!\1\})[^\n]*+\n){1,60}+\1\}", re.MULTILINE
)
_WORDS = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
_NAMED = re.compile(r"(?:console|pretty|human|debug|develop)\w*|dev|texts?|tests?|testing", re.IGNORECASE)


def is_always(seen: Sighting) -> bool:
    """Whether nothing chooses between a mark that was found and something else."""
    file, element = seen.file, seen.element
    around = file.functions_around(element)
    if any(_NAMED.fullmatch(word) for function in around for word in _WORDS.findall(function.name)):
        return False
    code = file.text(around[0]).replace(file.text(element), _HERE, 1) if around else ""
    code = _OF_LEVEL.sub(lambda found: found[0] if _HERE in found[0] else "", code)
    return not _CHOICE.search(code) and all(_is_of_failure(condition) for condition, _ in file.conditions(element))


def _is_of_failure(condition: str) -> bool:
    """Whether a condition only asks whether something failed: `err != nil`, `!ok`."""
    found = _FIRST.search(condition[:200])
    return found is not None and (found[0] == "ok" or "err" in found[0].lower())
