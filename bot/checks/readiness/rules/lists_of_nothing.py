"""Whether code of JavaScript runs for each of a list that is empty unless somebody fills it, such as an option's.

Rule: the code stands in a loop over such a list, or in a function that is called in one, and otherwise only where what
another function was given asks for it. Empty is a list that is so by default, and that the file adds nothing to.
Out of sight: lists that are filled where the program runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.reach.mentions import is_declared
from bot.checks.readiness.facts.routes.route import made_before
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.look import Look

_LOOP = re.compile(r"\bfor\s*\(\s*(?:const|let|var)\s+[\w$]{1,60}\s+of\s+([\w$.]{1,120})\s*\)\s*\{")
_EACH = frozenset({"forEach", "map"})
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_MAX_BEFORE, _MAX_HEAD = 4_000, 300
_MAX_FILES, _MAX_USES = 20, 40


def is_of_nothing(look: Look, file: SourceFile, call: Element) -> bool:
    """Whether a call runs for each of such a list only, by itself or by the function around it."""
    if file.language != "typescript":
        return False
    return _loops_over_nothing(file, call) or _is_called_for_nothing(look, file, call)


def _loops_over_nothing(file: SourceFile, element: Element) -> bool:
    for name in _lists_around(file, element):
        last = name.rpartition(".")[2]
        if _is_empty(file, last):
            return True
        made = next((one for one in made_before(file, last, element.start) if _shares(file, one, element)), None)
        if made and any(_is_empty(file, word) for word in dict.fromkeys(_WORD.findall(made.text))):
            return True
    return False


def _shares(file: SourceFile, made: Element, element: Element) -> bool:
    """Whether what is made is known where an element stands."""
    return set(file.functions_around(made)) <= set(file.functions_around(element))


def _lists_around(file: SourceFile, element: Element) -> Iterator[str]:
    """Yield what the loops around an element go through."""
    for one in file.around(element):
        if one.kind is Kind.CALL and one.last_name in _EACH:
            yield one.name.rpartition(".")[0]
    before = file.between(max(0, element.start - _MAX_BEFORE), element.start)
    for found in _LOOP.finditer(before):
        body = before[found.end() :]
        depth = 1
        for sign in re.findall(r"[{}]", body):
            depth += 1 if sign == "{" else -1
            if not depth:
                break
        if depth:
            yield found[1]


def _is_empty(file: SourceFile, name: str) -> bool:
    """Whether a list is empty by the default of a parameter or an option, and nothing is added to it."""
    if not name or re.search(rf"\b{re.escape(name)}\.(?:push|unshift)\(", file.code):
        return False
    return re.search(rf"(?<![\w$.]){re.escape(name)}\s*=\s*\[\s*\]\s*[,)}}]", file.code) is not None


def _is_called_for_nothing(look: Look, file: SourceFile, call: Element) -> bool:
    """Whether some call of the function around stands in such a loop, and each other one where a caller asks for it."""
    around = next((one for one in file.functions_around(call) if is_declared(file, one)), None)
    if around is None or not around.last_name:
        return False
    paths = look.source.mentioning(around.last_name, language=file.language)
    uses = [(user, one) for path in paths[:_MAX_FILES] for user, one in _calls(look, path, around.last_name)]
    idle = [_loops_over_nothing(user, one) for user, one in uses[:_MAX_USES]]
    others = [use for use, nothing in zip(uses, idle, strict=False) if not nothing]
    return any(idle) and len(paths) <= _MAX_FILES and all(_is_asked_for(user, one) for user, one in others)


def _calls(look: Look, path: str, name: str) -> Iterator[tuple[SourceFile, Element]]:
    user = look.source.file(path)
    yield from ((user, one) for one in user.called(Kind.CALL, name))


def _is_asked_for(file: SourceFile, use: Element) -> bool:
    """Whether a condition around a call names what the function around it was given."""
    heads = (file.between(one.start, min(one.end, one.start + _MAX_HEAD)) for one in file.functions_around(use))
    given = {word for head in heads for word in _WORD.findall(head.partition(")")[0])}
    return any(not given.isdisjoint(_WORD.findall(condition)) for condition, _ in file.conditions(use))
