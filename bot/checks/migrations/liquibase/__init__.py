"""Liquibase: order, includes and edits of changelogs, and advice on their steps. It has no models."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    from bot.checks.migrations.liquibase.judge import find_presence

    return find_presence(change)


def _concerns(path: str) -> bool:
    return path.endswith((".xml", ".yaml", ".yml", ".json", ".sql"))


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.liquibase.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="liquibase", title="Liquibase", is_present=_is_present, concerns=_concerns, judge=_judge)
