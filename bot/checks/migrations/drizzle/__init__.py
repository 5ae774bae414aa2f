"""Drizzle: what TypeScript declares, what drizzle-kit's snapshots say, and what the SQL does."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """A `drizzle.config` or a journal of drizzle-kit, at head or before."""
    for tree in (change.head, change.merge_base):
        for entry in tree.glob("**/drizzle.config.*", "**/drizzle*.config.*", "**/meta/_journal.json"):
            if "node_modules/" not in entry.path:
                return Evidence(text="Drizzle", path=entry.path)
    return None


def _concerns(path: str) -> bool:
    return path.endswith((".ts", ".tsx", ".mts", ".js", ".mjs", ".sql")) or "/meta/" in path


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.drizzle.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="drizzle", title="Drizzle", is_present=_is_present, concerns=_concerns, judge=_judge)
