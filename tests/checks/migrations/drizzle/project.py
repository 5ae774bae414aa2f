"""A small Drizzle project, before and after a change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.checks.migrations.drizzle import ORM
from bot.checks.migrations.face import Answer, Question
from tests.checks.migrations.django.memory import make_change

CONFIG = """import {{ defineConfig }} from 'drizzle-kit'
export default defineConfig({{ dialect: '{}', schema: './src/schema.ts', out: './drizzle' }})
"""
Migration = tuple[dict[str, Any], str]


def files(dialect: str, schema: str, *migrations: Migration, **more: str) -> dict[str, str]:
    """A project's files; a migration is its snapshot and its SQL."""
    found = {"drizzle.config.ts": CONFIG.format(dialect), "src/schema.ts": schema}
    for number, (snapshot, sql) in enumerate(migrations):
        found[f"drizzle/meta/{number:04d}_snapshot.json"] = json.dumps(snapshot)
        found[f"drizzle/{number:04d}_step.sql"] = sql
    entries = [{"idx": number, "tag": f"{number:04d}_step"} for number in range(len(migrations))]
    found["drizzle/meta/_journal.json"] = json.dumps({"version": "7", "dialect": dialect, "entries": entries})
    return {**found, **{name.replace("__", "/"): text for name, text in more.items()}}


def judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    """What gonogo says of a change."""
    return ORM.judge(make_change(base, head), ())


def told(answer: Answer, *questions: Question) -> list[str]:
    """Findings by rule and line, and the reasons of unknowns after a question mark."""
    asked: Sequence[Question] = questions or (Question.MISSING, Question.CONFLICTS)
    found = [f"{one.rule} {one.line}" for question in asked for one in answer.findings[question]]
    return [*found, *(f"? {one.reason}" for question in asked for one in answer.unknowns[question])]
