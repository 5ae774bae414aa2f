"""Gonogo's verdicts on a made-up change in each form in which it may come, held against what ent says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.checks.migrations.ent.generated import read_tables
from bot.checks.migrations.ent.golang.program import Program
from bot.checks.migrations.ent.graph import read_declared
from bot.checks.migrations.ent.tables import Table
from tests.checks.migrations.django.memory import MemoryTree
from tests.checks.migrations.ent.generate import Spec
from tests.checks.migrations.ent.oracle import Answer
from tests.checks.migrations.ent.project import judge, told

# How the answers were asked for: ent drops columns and indexes, and never tables.
_MAIN = "package main\n// migrate.NamedDiff(ctx, url, name, schema.WithDropColumn(true), schema.WithDropIndex(true))\n"
_GENERATED = "ent/migrate/schema.go"


@dataclass
class Verdicts:
    """Counts of forms, and each verdict that is wrong, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def hold(self, form: str, found: list[str], *, reports: bool) -> None:
        """Count one verdict. One that leaves it open is neither right nor wrong."""
        if found and all(one.startswith("?") for one in found):
            self.counts[f"{form}: abstained"] += 1
        elif bool(found) is reports:
            self.counts[f"{form}: agreed"] += 1
        else:
            self.counts[f"{form}: wrong"] += 1
            self.wrong.append(f"{form}: {found}")


def find_wrong(base: Spec, head: Spec, answer: Answer) -> Verdicts:
    """The verdicts on the change without a migration, with ent's own, and with parts of that."""
    verdicts = Verdicts()
    old = _files(base, answer.base, answer.first)
    needed = bool(answer.sql)
    form = "no migration; ent would write one" if needed else "no migration; ent would write none"
    verdicts.hold(form, told(judge(old, _files(head, answer.base, answer.first))), reports=needed)
    if not needed:
        return verdicts
    generated = told(judge(old, _files(head, answer.head, answer.first)))
    verdicts.hold("generated anew without SQL", generated, reports=True)
    whole = told(judge(old, _files(head, answer.head, answer.first, answer.sql)))
    verdicts.hold("what ent writes", whole, reports=False)
    steps = [step for step in answer.sql.split(";\n") if step.strip()]
    for left_out in range(len(steps) if len(steps) > 1 else 0):
        part = "".join(f"{step};\n" for at, step in enumerate(steps) if at != left_out)
        found = told(judge(old, _files(head, answer.head, answer.first, part)))
        verdicts.hold("that without one statement", found, reports=True)
    return verdicts


def _files(spec: Spec, generated: str, *migrations: str) -> dict[str, str]:
    folder = "ent/migrate/migrations"
    return {
        "go.mod": "module shop\n",
        "ent/schema/schema.go": spec.text("schema"),
        _GENERATED: generated,
        "ent/migrate/main.go": _MAIN,
        f"{folder}/atlas.sum": "h1:x\n",
        **{f"{folder}/{number}_step.sql": sql for number, sql in enumerate(migrations, start=20240101)},
    }


def differences(spec: Spec, generated: str) -> list[str]:
    """Where the tables that the code declares are not those that ent generated."""
    program = Program(MemoryTree(_files(spec, generated)))
    made = read_tables(program, _GENERATED)
    declared = read_declared(program, "ent/schema", made)
    found = [f"? {key} {doubt.reason}" for key, doubt in declared.doubts.items()]
    for name in sorted({*made, *declared.tables}):
        one, other = _bare(made, name), _bare(declared.tables, name)
        if one != other:
            found.append(f"{name}: {one} is not {other}")
    return found


def _bare(tables: Mapping[str, Table], name: str) -> Table | None:
    table = tables.get(name)
    return replace(table, place=None, places={}) if table is not None else None
