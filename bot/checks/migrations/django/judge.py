"""The answer of Django to a change."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.django.missing import MissingMigrations
from bot.checks.migrations.django.side import Side
from bot.checks.migrations.django.source import Sources
from bot.checks.migrations.face import Answer, Question
from bot.model import Change, ItemRequest


def judge_change(change: Change, items: Sequence[ItemRequest]) -> Answer:
    """Compare models and migrations at merge base and at head."""
    del items
    sources = Sources(change)
    base, head = Side(change.merge_base, sources), Side(change.head, sources)
    missing = MissingMigrations(change, sources, base, head).find()
    return Answer(
        present=None,
        findings={Question.MISSING: missing.findings},
        unknowns={Question.MISSING: missing.unknowns},
    )
