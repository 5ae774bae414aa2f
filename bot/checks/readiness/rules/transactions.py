"""Writes that belong together: in a transaction, where a function makes more than one.

Rule: marks of transactions (`tables/transactions.yml`). Where none is seen, and every function that writes to the
database writes once and calls no other that does, there is nothing to hold together: it does not apply.
Source: https://www.postgresql.org/docs/current/tutorial-transactions.html (read 2026-11-30).
Out of sight: writes that are told by neither the name of the call nor its receiver; triggers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, conclude, find_absence, find_evidence
from bot.model import State, Strength

_WORDS = ("epository", "session", "Session", "execute", "objects.", ".save(", "prisma", "dbContext", "DbContext")
# A write to a database, by its receiver too.
_WRITE = re.compile(
    r"(?i)(?:.*\.)?(?:\w*repo(?:sitory)?|dao|\w*session|\w*conn(?:ection)?|\w*cursor|objects|\w*db\w*|prisma\.\w+|entitymanager|em)\."
    r"(?:save\w*|persist|merge|insert\w*|update\w*|upsert\w*|delete\w*|create\w*|add|add_all|bulk_\w+|execute\w*|exec\w*|remove\w*)"
)
# Whatever may be one.
_MAYBE = re.compile(
    r"(?i)(?:save|persist|merge|insert|update|upsert|delete|create|add_all|bulk_|execute|exec|remove|destroy|store|commit|flush)"
)
_LOOP = re.compile(
    r"(?m)^[ \t]*(?:for|while)\b|\.(?:forEach|map|each|for_each)\(\s*(?:async\s+)?(?:\([^()\n]{0,80}\)|\w+)\s*(?:=>|->)"
    r"|\.each\b|\w::\w+\)|\bstream\(\)"
)
_MAX_FUNCTIONS = 300


def judge_transactions(look: Look, ask: CodeAsk) -> Judged:
    """Pass where writes are in a transaction; it does not apply where none could be."""
    absent = find_absence(look.project, ask.applies)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = find_evidence(look, ask.table, ask.marks)
    if not any(one.strength is not Strength.CONFIGURED for one in evidence):
        writing = list(_find_writing(look))
        if 0 < len(writing) <= _MAX_FUNCTIONS and not any(_writes_more(file, one, writing) for file, one in writing):
            file, one = writing[0]
            first = f"{one.name}, {file.path}:{one.line}"
            reason = look.project.missing(f"function that writes twice, of {len(writing)} that write ({first})")
            return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return conclude(look, evidence, "nothing of the kind is found in the code")


def _find_writing(look: Look) -> Iterator[tuple[SourceFile, Element]]:
    """Yield the functions that write, and those that call one of the same file which does."""
    for file in look.source.parsed(*_WORDS):
        direct = {
            function
            for call in file.calls
            if _WRITE.fullmatch(call.name) and look.reach.standing(file, call) is Standing.LIVE
            for function in [one for one in file.functions_around(call) if one.name][:1]
        }
        names = {one.name for one in direct}
        for function in file.functions:
            calls = (call for call in file.calls if function.start <= call.start < function.end)
            if function in direct or any(call.name in names for call in calls):
                yield file, function


def _writes_more(file: SourceFile, function: Element, writing: list[tuple[SourceFile, Element]]) -> bool:
    """Whether a function may write more than once: by calls of its own, in a loop, or through others that write."""
    if _LOOP.search(file.text(function)):
        return True
    names = {one.name for _, one in writing}
    number = sum(
        bool(_MAYBE.match(call.last_name)) or call.last_name in names
        for call in file.calls
        if function.start < call.start < function.end
    )
    return number > 1
