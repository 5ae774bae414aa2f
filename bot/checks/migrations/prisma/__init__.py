"""Prisma: what `schema.prisma` declares and what the change's migrations do to it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """A `.prisma` file, at head or before."""
    for tree in (change.head, change.merge_base):
        for entry in tree.glob("**/*.prisma"):
            if "node_modules/" not in entry.path:
                return Evidence(text="Prisma", path=entry.path)
    return None


def _concerns(path: str) -> bool:
    return path.endswith((".prisma", "/migration.sql", "/migration_lock.toml"))


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.prisma.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="prisma", title="Prisma", is_present=_is_present, concerns=_concerns, judge=_judge)
