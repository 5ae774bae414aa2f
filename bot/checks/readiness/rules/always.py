"""Whether code runs in production whatever the settings say.

Rule: under no condition but that nothing failed, and in a function that does not choose, by its words or its name.
Out of sight: a function that is only called where a setting says so, unless its name tells, or who asks has its callers
looked at, too.
"""

from __future__ import annotations

import re
from posixpath import dirname

from bot.checks.readiness.facts.marks import Sighting
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_MAX_CALLERS, _DEEPEST = 100, 2
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


def is_called_always(source: Source, seen: Sighting) -> bool:
    """Whether the function that a mark stands in is called whatever the settings say, or nowhere by its name."""
    return _may_run(source, seen.file, seen.element, _DEEPEST)


def _may_run(source: Source, file: SourceFile, element: Element, left: int) -> bool:
    inner = next((one for one in file.functions_around(element) if one.last_name.isidentifier()), None)
    if inner is None or left == 0:
        return True
    calls = [
        (caller, call)
        for caller in map(source.file, source.mentioning(inner.last_name, language=file.language)[:_MAX_CALLERS])
        for call in caller.called(Kind.CALL, inner.last_name)
        if _is_meant(file, inner, caller, call)
    ][:_MAX_CALLERS]
    plain = [one for one in calls if all(_is_of_failure(condition) for condition, _ in one[0].conditions(one[1]))]
    return not calls or any(_may_run(source, caller, call, left - 1) for caller, call in plain)


def _is_meant(file: SourceFile, function: Element, caller: SourceFile, call: Element) -> bool:
    """Whether a call may be of a function; of Go's without a receiver it is by the name of the package elsewhere."""
    if file.language != "go" or "." in function.name or not call.name.endswith(function.name):
        return True
    package = dirname(file.path)
    own = dirname(caller.path) == package
    return call.name == (function.name if own else f"{package.rpartition('/')[2]}.{function.name}")


def _is_of_failure(condition: str) -> bool:
    """Whether a condition only asks whether something failed: `err != nil`, `!ok`."""
    found = _FIRST.search(condition[:200])
    return found is not None and (found[0] == "ok" or "err" in found[0].lower())
