"""The answer of Django to a change."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer
from bot.model import Change, ItemRequest


def judge_change(change: Change, items: Sequence[ItemRequest]) -> Answer:
    """Compare models and migrations at merge base and at head."""
    return Answer(present=None)
