"""What is said of a change: differences, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.face import Question
from bot.checks.migrations.mikroorm.sides import COMMAND, SETTLE, Side
from bot.checks.migrations.mikroorm.tables import Declared, Doubt
from bot.checks.migrations.sql.apply import Opaque
from bot.checks.migrations.sql.compare import Difference
from bot.checks.migrations.sql.report import Teller, describe, fingerprint
from bot.checks.migrations.sql.report import step as step_of
from bot.checks.migrations.sql.schema import Schema
from bot.model import Certainty, Finding, Severity, Unknown

_HELP = "https://mikro-orm.io/docs/migrations"


@dataclass
class Said:
    """What is said, by question."""

    findings: dict[Question, list[Finding]] = field(default_factory=lambda: {question: [] for question in Question})
    unknowns: dict[Question, list[Unknown]] = field(default_factory=lambda: {question: [] for question in Question})

    def unknown(self, path: str, reason: str, line: int | None = 1, settle: str = SETTLE) -> None:
        """Keep what cannot be told of missing migrations, once."""
        one = Unknown(path=path, line=line, reason=reason, settle=settle)
        if one not in self.unknowns[Question.MISSING]:
            self.unknowns[Question.MISSING].append(one)


def tell(  # noqa: PLR0913 - what is told rests on all of it
    left: Sequence[Difference],
    opaque: Sequence[tuple[str, Opaque]],
    sides: tuple[Side, Side],
    said: Said,
    changed: dict[tuple[str, str], Doubt],
    *,
    by_sql: bool = False,
) -> None:
    """Tell of differences; `by_sql` says that a migration does what the snapshot lacks."""
    old, new = sides
    teller = Teller(
        orm="mikroorm", command=COMMAND, help=_HELP, place=lambda one: _place(one, new.declared, old.declared)
    )
    unsure = []
    for one in left:
        doubt = _doubt_of(one, changed, new.declared, old.declared)
        if doubt is not None:
            # What the change touches is told as a whole.
            if doubt not in changed.values():
                said.unknowns[Question.MISSING] += teller.unknowns([one], doubt.reason)
            continue
        if one.kind == "column" and (one.table, one.name) in new.declared.elsewhere:
            reason = "a decorator that is not in the repository stands on what has its name"
            said.unknowns[Question.MISSING] += teller.unknowns([one], reason)
            continue
        if new.project.config.naming is None or any(may_do(each, one) for _, each in opaque):
            unsure.append(one)
            continue
        found = teller.finding(one)
        said.findings[Question.MISSING].append(_snapshot_lacks(found, one) if by_sql else found)
    reason = "the project names tables and columns by a strategy of its own"
    if opaque and new.project.config.naming is not None:
        path, each = opaque[0]
        reason = f"`{each.words}` in {path}:{each.line} may do it and is not understood"
    said.unknowns[Question.MISSING] += teller.unknowns(unsure, reason)


def may_do(opaque: Opaque, one: Difference) -> bool:
    """Whether what was not understood may do what a difference asks for."""
    bare = one.table.rpartition(".")[2]
    return opaque.anything or bare in opaque.names or (bool(one.name) and one.name in opaque.names)


def _snapshot_lacks(found: Finding, one: Difference) -> Finding:
    """A migration was written by hand: MikroORM will write it once more, for its snapshot does not know of it."""
    return replace(
        found,
        rule="mikroorm-snapshot-lacks",
        message=f"{describe(one)}; a migration of the change does that, and the snapshot does not say it",
        fix=f"run `{COMMAND}`, keep the snapshot that it writes, and the migration that was written by hand",
    )


def _place(one: Difference, new: Declared, old: Declared) -> tuple[str, int] | None:
    for declared in (new, old):
        for member in (one.name, ""):
            found = declared.places.get((one.table, member))
            if found is not None:
                return found.path, found.line
    return None


def sql_lacks(one: Difference, path: str, line: int) -> Finding:
    """The snapshot says what no SQL of the change does."""
    does = step_of(one) if one.want else f"not leave what the snapshot does not have: {step_of(one)}"
    return Finding(
        rule="mikroorm-sql-lacks",
        message=f"the snapshot says: {describe(one)}; the SQL of the change's migrations does not do that",
        severity=Severity.HIGH,
        certainty=Certainty.CERTAIN,
        path=path,
        line=line,
        fingerprint=fingerprint("mikroorm", "sql", one.kind, one.table, one.name, one.want),
        fix=f"the migration must {does}; or take the snapshot back and run `{COMMAND}` again",
        help=_HELP,
    )


def _doubt_of(one: Difference, changed: dict[tuple[str, str], Doubt], new: Declared, old: Declared) -> Doubt | None:
    """Why a difference cannot be told, at head or at the merge base."""
    whole, column = (one.table, ""), (one.table, one.name)
    for declared in (new, old):
        if column in declared.doubts and one.kind not in {"column", "table"}:
            return changed.get(column, declared.doubts[column])
        if whole in declared.doubts and one.kind != "table" and not (one.kind == "column" and one.want):
            return changed.get(whole, declared.doubts[whole])
    return changed.get(whole) if one.kind != "table" and not (one.kind == "column" and one.want) else None


def changed_doubts(old: Declared, new: Declared) -> Iterator[tuple[tuple[str, str], Doubt]]:
    """Yield what cannot be told and was not written so before."""
    for key, doubt in new.doubts.items():
        if key not in old.doubts or old.doubts[key].words() != doubt.words():
            yield key, doubt


def tell_doubts(sides: tuple[Side, Side], changed: dict[tuple[str, str], Doubt], said: Said) -> None:
    """Tell of what the change touches and cannot be told, where the snapshot says nothing new of it."""
    old, new = sides
    for key, doubt in changed.items():
        if not _settled(key, old.snapshot, new.snapshot):
            reason = f"{'.'.join(part for part in key if part)}: {doubt.reason}, and the change touches it"
            said.unknown(doubt.path, reason, doubt.line or None)


def _settled(key: tuple[str, str], old: Schema | None, new: Schema | None) -> bool:
    """Whether the snapshot says something new of what cannot be told: MikroORM itself wrote it down."""
    if new is None:
        return False
    table, column = key
    now = new.tables.get(new.key(table))
    was = old.tables.get(old.key(table)) if old is not None else None
    if now is None:
        return False
    if not column or new.key(column) not in now.columns:
        return now != was
    return was is None or now.columns[new.key(column)] != was.columns.get(new.key(column))
