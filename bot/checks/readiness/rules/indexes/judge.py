"""Indexes: on the columns that tables are joined by, in the schema as it is in the end.

Rule: of the foreign keys that are declared, and of the columns named like one, two of five begin an index; the others
are listed. Where no schema can be read a mark of an index decides (`tables/db-indexes.yml`), and frameworks that give a
foreign key its index by themselves pass by that.
Source: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK (read 2026-11-30).
Out of sight: columns that only queries tell; indexes that were made by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence, say_missing
from bot.checks.readiness.rules.indexes.go_tags import find_go_keys
from bot.checks.readiness.rules.indexes.keys import Key
from bot.checks.readiness.rules.indexes.prisma import find_prisma_keys
from bot.checks.readiness.rules.indexes.rails import find_rails_keys
from bot.checks.readiness.rules.indexes.sql import find_sql_keys
from bot.checks.readiness.rules.indexes.sqlalchemy import find_sqlalchemy_keys
from bot.model import Evidence, Finding, State, Strength

_FINDERS = (find_prisma_keys, find_rails_keys, find_sqlalchemy_keys, find_sql_keys)
# The tables that Prisma makes for relations of many to many, with their indexes.
_MADE = re.compile(r"_\w+")
_MADE_COLUMNS = frozenset({"a", "b"})
_MIGRATION = re.compile(r"(?:^|/)(?:[\w-]{1,40}[._-])?[mM]igrations?/")
_UNLOADED = f", but {Standing.UNLOADED}"
# More than so many: not each key is joined by, and no schema says which are.
_ENOUGH = 0.4
_MAX_LISTED = 12
_MAX_MEASURED = 2_000


def judge_indexes(look: Look, ask: CodeAsk) -> Judged:
    """Pass where most foreign keys have an index."""
    absent = find_absence(look.project, Applies.DATABASE)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    with look.files.recording() as reads:
        keys = _find_keys(look)
    judged = _judge(look, ask, keys)
    doubts = look.files.doubts(reads)
    if judged.state is State.PASS and doubts:
        # The keys without an index may be in what was not read.
        return replace(judged, state=State.NOT_CHECKED, reason=doubts[0].reason, unknowns=doubts)
    return judged


def _judge(look: Look, ask: CodeAsk, keys: Sequence[Key]) -> Judged:
    if not keys:
        seen = [_as_migrated(one) for one in find_evidence(look, ask.table, ask.marks)]
        seen.sort(key=lambda one: one.strength is Strength.CONFIGURED)
        return conclude(look, seen, "nothing of the kind is found in the code")
    indexed = [key for key in keys if key.index]
    said = f"{len(indexed)} of {len(keys)} foreign keys have an index"
    bare = [key for key in keys if not key.index][:_MAX_LISTED]
    evidence = [_evidence(key) for key in indexed[:_MAX_LISTED]]
    if len(indexed) <= _ENOUGH * len(keys):
        judged = say_missing(look, said, [_finding(key, fails=True) for key in bare])
        return replace(judged, evidence=evidence)
    advice = [_finding(key, fails=False) for key in bare]
    return Judged(state=State.PASS, reason=said, evidence=evidence, missing=advice, measures=_measures(keys))


def _as_migrated(evidence: Evidence) -> Evidence:
    """What stands in a migration, which its tool finds by the folder: nothing imports it."""
    if not _MIGRATION.search(evidence.path or "") or not evidence.text.endswith(_UNLOADED):
        return evidence
    return replace(evidence, text=evidence.text.removesuffix(_UNLOADED), strength=Strength.WIRED)


def _find_keys(look: Look) -> list[Key]:
    """The keys of all kinds of schema; one that several tell of has an index where one of them says so."""
    keys: dict[tuple[str, str], Key] = {}
    found = [key for find in _FINDERS for key in find(look)]
    # Where migrations or a dump say what the schema is, the tags of structs only repeat it.
    told = any(key.path.endswith(".sql") for key in found)
    for key in found if told else [*found, *find_go_keys(look)]:
        name = key.table.lower(), key.column.lower()
        if name not in keys or (key.index and not keys[name].index):
            keys[name] = key
    # Those of which nobody has to think say nothing of the others.
    written = [one for one in keys.values() if not (one.column.lower() in _MADE_COLUMNS and _MADE.fullmatch(one.table))]
    return written or list(keys.values())


def _measures(keys: Sequence[Key]) -> Mapping[str, Measure]:
    """Whether each key has an index, by its name: one that goes while its key stays is lost."""
    return {
        f"index of {key.table}.{key.column}": Measure(
            value=float(key.index is not None), path=key.path, line=key.line, may_go=True
        )
        for key in keys[:_MAX_MEASURED]
    }


def _evidence(key: Key) -> Evidence:
    text = f"{key.table}.{key.column} has an index"
    path, line = key.index or (key.path, key.line)
    return Evidence(text=text, path=path, line=line, strength=Strength.WIRED)


def _finding(key: Key, *, fails: bool) -> Finding:
    message = f"{key.table}.{key.column} points at another table, and no index begins with it"
    return Finding(rule="no-index", message=message, path=key.path, line=key.line, fails=fails)
