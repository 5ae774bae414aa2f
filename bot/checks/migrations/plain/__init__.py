"""Folders of SQL files that a tool runs in order: Flyway, golang-migrate, goose, dbmate, sqlx, Atlas and their like."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    from bot.checks.migrations.plain.folders import find_folders

    for tree in (change.head, change.merge_base):
        for folder in find_folders(tree):
            return Evidence(text=f"SQL files of {folder.tool.title}", path=folder.path)
    return None


def _concerns(path: str) -> bool:
    return path.lower().endswith((".sql", "/atlas.sum"))


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.plain.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="sql", title="SQL files", is_present=_is_present, concerns=_concerns, judge=_judge)
