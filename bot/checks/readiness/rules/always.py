"""Whether code runs in production whatever the settings say.

Rule: under no condition but that nothing failed, and in a function that does not choose, by its words or its name.
Out of sight: a function that is only called where a setting says so, unless its name tells.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.marks import Sighting

_NO_CHOICE = re.compile(r"!?\s*\w*(?:[eE]rr\w*|ok)\b.*", re.DOTALL)
_CHOICE = re.compile(r"\bcase\b|(?i:json|format|pretty|human|is_?prod|is_?dev)")
_NAMED = re.compile(r"console|pretty|dev|text|human|test|debug", re.IGNORECASE)


def is_always(seen: Sighting) -> bool:
    """Whether nothing chooses between a mark that was found and something else."""
    file, element = seen.file, seen.element
    around = file.functions_around(element)
    if any(_NAMED.search(function.name) for function in around):
        return False
    code = file.text(around[0]).replace(file.text(element), "", 1) if around else ""
    return not _CHOICE.search(code) and all(
        _NO_CHOICE.fullmatch(condition.strip()) for condition, _ in file.conditions(element)
    )
