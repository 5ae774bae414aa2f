"""Writes that belong together: in a transaction, where a function makes more than one.

Rule: marks of transactions (`tables/transactions.yml`). Where none is seen, and every function that writes to the
database writes once and calls no other that does, there is nothing to hold together: it does not apply.
Source: https://www.postgresql.org/docs/current/tutorial-transactions.html (read 2026-11-30).
Out of sight: writes that are told by neither the name of the call nor its receiver; triggers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import CodeAsk, conclude, find_absence, find_evidence
from bot.model import Evidence, State, Strength

_WORDS = (
    "epository",
    "session",
    "Session",
    "execute",
    "objects.",
    ".save(",
    "prisma",
    "dbContext",
    "DbContext",
    "db.",
    ".insert(",
    "knex",
)
# A write to a database, by its receiver too.
_WRITE = re.compile(
    r"(?i)(?:.*\.)?(?:\w*repo(?:sitory)?|dao|\w*session|\w*conn(?:ection)?|\w*cursor|objects|\w*db\w*|prisma\.\w+|entitymanager|em)\."
    r"(?:save\w*|persist|merge|insert\w*|update\w*|upsert\w*|delete\w*|create\w*|add|add_all|bulk_\w+|execute\w*|exec\w*|remove\w*)"
)
_SAVES = frozenset({"save", "persist", "destroy"})
_EXECUTES = re.compile(r"(?i)exec\w*")
_READS = re.compile(r"(?i)\b(?:select|selectinload|query)\b")
_ALTERS = re.compile(r"(?i)insert|update|delete|merge|replace|upsert|truncate|call|nextval|for share")
# Whatever may be one.
_CHANGES = (
    r"(?:save|persist|merge|insert|update|upsert|delete|create|add_all|bulk_|exec|remove|destroy|store|commit|flush)"
)
_MAYBE = re.compile(_CHANGES, re.IGNORECASE)
_LOOP = re.compile(
    r"(?m)^[ \t]*(?:for|while)\b|\.(?:forEach|map|each|for_each)\(\s*(?:async\s+)?(?:\([^()\n]{0,80}\)|\w+)\s*(?:=>|->)"
    r"|\.each\b|\.(?:forEach\w*|map|flatMap|peek)\(\s*[\w.]+::\w+|\bstream\(\)"
    rf"|\w::{_CHANGES}"
)
# Statements of SQLAlchemy, which are built and then executed.
_BUILT = ("insert", "update", "delete")
_BUILT_BY = ("table", "__table__")
_MAX_FUNCTIONS = 300
# What is run by hand, once, to fill a database.
_SCRIPT = re.compile(r"(?i)(?:^|/)(?:scripts?|seeds?|seeders?|fixtures?)/|(?:^|/)seeds?\.\w{1,5}$")
_MAKES_TABLES = re.compile(r"\.(?:create|drop)_all\b")
_MAX_LINE = 400
# A unit of work of EF Core: what it tracks, what is set of that, and where it is saved.
_SAVES_ALL = re.compile(r"[\w.?!()]{1,80}\.Save(?:Changes(?:Async)?|EntitiesAsync)")
_SAVED = re.compile(r"\.SaveChanges(?:Async)?\(")
_TRACKED = re.compile(r"\.(?:Add|AddAsync|AddRange|AddRangeAsync|Update|UpdateRange|Remove|RemoveRange|Attach)\(")
# The same of Doctrine.
_FLUSHES = re.compile(r"[$\w.>()-]{1,120}\.flush")
_KEPT = re.compile(r"->(?:persist|remove)\(")
_LOOP_OF_PHP = re.compile(r"\b(?:foreach|for|while)\s{0,4}\(|\barray_(?:map|walk)\(")
_BEGINS = re.compile(r"BeginTransaction|TransactionScope|CreateExecutionStrategy|ExecuteInTransaction")
_LOOP_OF_NET = re.compile(r"\b(?:foreach|for|while)\s{0,4}\(|\.ForEach\(|\.Select\(")
_SETS = re.compile(
    r"(?m)^\s{1,60}\w{1,60}(?:\.\w{1,60}){1,4}\s{0,4}=(?!=)|(?m:^\s{1,60}\w{1,60}\.(?!Add|Update|Remove)[A-Z]\w{0,60}\()"
)


def judge_transactions(look: Look, ask: CodeAsk) -> Judged:
    """Pass where writes are in a transaction; it does not apply where none could be."""
    absent = find_absence(look.project, ask.applies)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = [_weaken(look, one) for one in find_evidence(look, ask.table, ask.marks)]
    evidence.sort(key=lambda one: one.strength is Strength.CONFIGURED)
    if not any(one.strength is not Strength.CONFIGURED for one in evidence):
        writing = list(_find_writing(look))
        few = 0 < len(writing) <= _MAX_FUNCTIONS and not any(_writes_more(file, one, writing) for file, one in writing)
        if few and not _saves_more(look):
            file, one = writing[0]
            first = f"{one.name or 'a handler'}, {file.path}:{one.line}"
            reason = look.project.missing(f"function that writes twice, of {len(writing)} that write ({first})")
            return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return conclude(look, evidence, "nothing of the kind is found in the code")


def _weaken(look: Look, one: Evidence) -> Evidence:
    """Evidence that is none where only a script beside the program writes, or where tables are made."""
    path, line = one.path or "", one.line or 1
    if _SCRIPT.search(path):
        return replace(one, text=f"{one.text}, but in a script beside the program", strength=Strength.CONFIGURED)
    if any(_MAKES_TABLES.search(text[:_MAX_LINE]) for text in look.files.lines(path)[line - 1 : line + 2]):
        return replace(one, text=f"{one.text}, but to make tables", strength=Strength.CONFIGURED)
    if path.endswith(".cs") and (why := _why_no_unit(look, path, line)):
        return replace(one, text=f"{one.text}, {why}", strength=Strength.CONFIGURED)
    if path.endswith(".php") and "unit of work" in one.text and (why := _why_no_flush(look, path, line)):
        return replace(one, text=f"{one.text}, {why}", strength=Strength.CONFIGURED)
    return one


def _why_no_flush(look: Look, path: str, line: int) -> str:
    """Why what Doctrine flushes on a line is not seen to be more than one write, or all of its function's."""
    file = look.source.file(path)
    flushes = [one for one in file.named(Kind.CALL, _FLUSHES) if one.line <= line <= one.end_line]
    around = _around(file, flushes[0]) if flushes else ()
    text = file.text(around[0]) if around else ""
    kept = len(_KEPT.findall(text))
    if text.count("->flush(") > 1:
        return "but the function saves more than once, each by itself"
    return "" if kept > 1 or (kept and _LOOP_OF_PHP.search(text)) else "but of one write"


def _why_no_unit(look: Look, path: str, line: int) -> str:
    """Why what EF Core saves on a line is no more than one write, or is not all that its function saves."""
    file = look.source.file(path)
    saves = [one for one in file.named(Kind.CALL, _SAVES_ALL) if one.line <= line <= one.end_line]
    around = _around(file, saves[0]) if saves else ()
    if not around or _BEGINS.search(file.text(around[0])):
        return ""
    text = file.text(around[0])
    if len(_SAVED.findall(text)) > 1:
        return "but the function saves more than once, each by itself"
    tracked = _TRACKED.findall(text)
    one = len(tracked) == 1 and "Range" not in tracked[0] and not _LOOP_OF_NET.search(text) and not _SETS.search(text)
    return "but of one write" if one else ""


def _find_writing(look: Look) -> Iterator[tuple[SourceFile, Element]]:
    """Yield the functions that write, and those that call one of the same file which does."""
    for file in look.source.parsed(*_WORDS):
        if _SCRIPT.search(file.path):
            continue
        direct = {
            function
            for call in file.named(Kind.CALL, _WRITE)
            if look.reach.standing(file, call) is Standing.LIVE
            for function in _around(file, call)
            if not (_EXECUTES.fullmatch(call.last_name) and _only_reads(file.text(function)))
        }
        names = {one.name for one in direct if one.name}
        for function in file.functions if direct else ():
            calls = (call for call in file.calls if function.start <= call.start < function.end)
            if function in direct or any(call.name in names for call in calls):
                yield file, function


def _around(file: SourceFile, call: Element) -> Sequence[Element]:
    """The function that a call is part of: the next one with a name, or the outermost of those without, if any."""
    functions = file.functions_around(call)
    return [one for one in functions if one.name][:1] or functions[-1:]


def _saves_more(look: Look) -> bool:
    """Whether a function saves more than one thing, each by a method of its own: `order.save()`."""
    for file in look.source.parsed(".save(", ".persist(", ".destroy("):
        saves = (one for one in file.calls if one.last_name in _SAVES and "." in one.name)
        live = (
            one for one in saves if not _SCRIPT.search(file.path) and look.reach.standing(file, one) is Standing.LIVE
        )
        functions = Counter(function for call in live for function in _around(file, call))
        if any(number > 1 for number in functions.values()):
            return True
    return False


def _only_reads(text: str) -> bool:
    """Whether what a function executes is told by its text to be a query alone."""
    return bool(_READS.search(text)) and not _ALTERS.search(text)


def _writes_more(file: SourceFile, function: Element, writing: list[tuple[SourceFile, Element]]) -> bool:
    """Whether a function may write more than once: by calls of its own, in a loop, or through others that write."""
    if _LOOP.search(file.text(function)):
        return True
    names = {one.name for _, one in writing}
    calls = [
        call.name
        for call in file.calls
        if function.start < call.start < function.end and (_MAYBE.match(call.last_name) or call.last_name in names)
    ]
    run = sum(name.endswith(".execute") for name in calls)
    built = sum(map(_is_built, calls)) if file.path.endswith(".py") else 0
    return len(calls) - min(run, built) > 1


def _is_built(name: str) -> bool:
    by, _, last = name.rpartition(".")
    return last in _BUILT and (not by or by.endswith(_BUILT_BY))
