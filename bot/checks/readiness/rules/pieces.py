"""Pieces: what the tables of an item show in some files, each of which a change may not take away by itself.

Rule: the marks of those tables that say so (`pieces: true`), in the files that are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.marks import Mark
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.look import Look
from bot.checks.readiness.rule import settle_ask
from bot.checks.readiness.rules.code import CodeAsk, find_evidence, load_table
from bot.checks.readiness.rules.combined import CombinedAsk
from bot.checks.readiness.rules.guards import GUARD
from bot.checks.readiness.rules.hollow import weaken_hollow
from bot.checks.readiness.rules.middleware import find_own
from bot.model import Evidence, Strength

_MAX_HEADER, _MAX_CALL = 1_500, 60


def has_pieces(ask: Ask) -> bool:
    """Whether an item rests on a table whose finds count one by one."""
    return bool(_tables(ask))


def find_pieces(look: Look, ask: Ask, paths: Container[str]) -> Sequence[Evidence]:
    """What stands in these files, each place once; what does not run there is configured."""
    found = [
        one
        for part in _tables(ask)
        for one in find_evidence(look, part.table, part.marks, most=None, within=paths)
        if not _is_by_use(part, one)
    ]
    found += [one for part in _tables(ask) for one in _find_aliased(look, part, paths)]
    if ask.rule == "auth-middleware":
        found += [one for one in find_own(look, GUARD) if one.path in paths]
    found = [weaken_hollow(look, one) for one in found]
    found.sort(key=lambda one: one.strength is not Strength.CONFIGURED)
    once = {(one.path or "", one.line or 1): one for one in found}
    return [one for (path, line), one in once.items() if not _encloses(look, path, line, once)]


def _encloses(look: Look, path: str, line: int, pieces: Container[tuple[str, int]]) -> bool:
    """Whether a call over several lines mounts what is a piece by itself: `router.use(` before `rateLimit({`."""
    calls = [one for one in look.source.file(path).calls if one.line == line] if path in look.source else []
    last = max((one.end_line for one in calls), default=line)
    return any((path, below) in pieces for below in range(line + 1, min(last, line + _MAX_CALL) + 1))


def _find_aliased(look: Look, part: CodeAsk, paths: Container[str]) -> Iterator[Evidence]:
    """Yield the functions of Python that take what a mark stands in by another name: `CurrentUser = Annotated[...]`."""
    marks = [Mark(**dict(one)) for one in load_table(part.table or "").marks if one.language == "python"]
    aliases = {
        holder.name: seen.mark.shows
        for seen in (look.marks.find(marks) if any(path in paths for path in look.source.paths) else ())
        for holder in seen.file.around(seen.element)
        if holder.kind is Kind.ASSIGN and holder.text.lstrip().startswith("Annotated[")
    }
    taken = re.compile(rf":\s*(?:\w+\.)?({'|'.join(map(re.escape, aliases))})\b") if aliases else None
    for path in look.source.mentioning(*aliases, language="python") if taken else ():
        for function in look.source.file(path).functions if path in paths else ():
            header = look.source.file(path).text(function)[:_MAX_HEADER].partition("):")[0].partition(") ->")[0]
            if taken and (found := taken.search(header)):
                yield Evidence(text=aliases[found[1]], path=path, line=function.line, strength=Strength.WIRED)


def _is_by_use(part: CodeAsk, seen: Evidence) -> bool:
    by_use = load_table(part.table or "").by_use
    return bool(by_use) and re.search(by_use, seen.text) is not None


def find_general(ask: Ask, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """What of an item's evidence stands in front of every route, and not of some."""
    patterns = [general for part in _tables(ask) if (general := load_table(part.table or "").general)]
    return [one for one in evidence if any(re.search(pattern, f"{one.path} {one.text}") for pattern in patterns)]


def _tables(ask: Ask) -> Sequence[CodeAsk]:
    ask = settle_ask(ask)
    if isinstance(ask, CombinedAsk):
        return [one for part in ask.rules for one in _tables(part)]
    return [ask] if isinstance(ask, CodeAsk) and ask.table and load_table(ask.table).pieces else []
