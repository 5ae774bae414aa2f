"""Hibernate itself answers made-up changes of entities; gonogo must say the same.

`GONOGO_CASES=400 pytest tests/checks/migrations/jpa/test_against_hibernate.py -s` runs more and prints the counts.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.compare import Difference, compare
from bot.checks.migrations.sql.schema import Schema
from tests.checks.migrations.jpa.generate import EDITS, Model, make
from tests.checks.migrations.jpa.hibernate import ask as ask_hibernate
from tests.checks.migrations.jpa.hibernate import missing
from tests.checks.migrations.jpa.project import FLYWAY, ask, failing, unread

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
_CASES = int(os.environ.get("GONOGO_CASES", "24"))
_NEEDED = frozenset({"table", "column", "type", "nullable"})


def _change(seed: int) -> tuple[str, Model, Model]:
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    while True:
        base = make(chance)
        kind = chance.choice(list(EDITS))
        head = EDITS[kind](base, chance)
        if head is not None:
            return kind, base, head


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    models = [model.files() for seed in range(_CASES) for model in _change(seed)[1:]]
    return ask_hibernate(tmp_path_factory.mktemp("hibernate"), models)


@pytest.fixture(scope="module")
def counts() -> Iterator[Counter[str]]:
    counter: Counter[str] = Counter()
    yield counter
    sys.stdout.write(f"\n{dict(sorted(counter.items()))}\n")


def _schema(sql: str) -> Schema:
    made = Schema(dialect="postgres", caseless=True)
    assert list(apply(made, sql)) == []
    return made


def _needed(old: Schema, new: Schema) -> list[Difference]:
    """What a migration must do, without what it may drop."""
    return [
        one
        for one in compare(old, new)
        if one.want and (one.kind in _NEEDED or (one.kind == "index" and one.want.startswith("UNIQUE")))
    ]


def _statement(one: Difference, new: Schema) -> str:
    table = new.tables[new.key(one.table)]
    if one.kind == "table":
        columns = [f"{each.name} {each.type}{'' if each.nullable else ' not null'}" for each in table.columns.values()]
        keys = [f"primary key ({', '.join(table.primary_key)})"] if table.primary_key else []
        uniques = [f"unique ({', '.join(index.columns)})" for index in table.indexes.values() if index.unique]
        return f"create table {one.table} ({', '.join([*columns, *keys, *uniques])});"
    if one.kind == "index":
        return f"alter table {one.table} add unique {one.want.removeprefix('UNIQUE ')};"
    column = table.columns[new.key(one.name)]
    start = f"alter table {one.table} alter column {one.name}"
    match one.kind:
        case "column":
            return (
                f"alter table {one.table} add column {one.name} {column.type}{'' if column.nullable else ' not null'};"
            )
        case "type":
            return f"{start} type {column.type};"
    return f"{start} {'drop' if column.nullable else 'set'} not null;"


def _files(model: Model, migrations: Sequence[str]) -> dict[str, str]:
    files = {f"src/main/java/m/{name}.java": f"package m;\n{text}" for name, text in model.files().items()}
    return {**files, **{f"{FLYWAY}/V{at}__m.sql": sql for at, sql in enumerate(migrations, start=1)}}


@pytest.mark.parametrize("seed", range(_CASES))
def test_gonogo_says_what_hibernate_says(seed: int, answers: list[str], counts: Counter[str]) -> None:
    kind, base, head = _change(seed)
    first, second = answers[2 * seed : 2 * seed + 2]
    if not (first and second):
        pytest.xfail("Hibernate refuses the made-up entities")
    old, new = _schema(first), _schema(second)
    needed = _needed(old, new)
    before = _files(base, [first])
    counts[f"kind: {kind}"] += 1

    answer = ask(before, _files(head, [first]))
    assert unread(answer) == []
    assert bool(failing(answer)) is bool(needed), (needed, failing(answer))
    counts["without: needed" if needed else "without: not needed"] += 1
    statements = [_statement(one, new) for one in needed]
    answer = ask(before, _files(head, [first, "\n".join(statements)]))
    assert failing(answer) == unread(answer) == [], statements
    if needed:
        counts["with what is needed"] += 1
    if len(statements) > 1:
        answer = ask(before, _files(head, [first, "\n".join(statements[1:])]))
        assert failing(answer), (needed[0], statements)
        counts["with all but one"] += 1
