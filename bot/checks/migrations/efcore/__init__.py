"""EF Core: what a context's classes declare, what its snapshot says, and what its migrations do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """A snapshot of EF Core's migrations, at head or before."""
    from bot.checks.migrations.efcore.project import find_snapshot

    return find_snapshot(change)


def _concerns(path: str) -> bool:
    return path.endswith((".cs", ".csproj", ".props"))


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.efcore.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="efcore", title="EF Core", is_present=_is_present, concerns=_concerns, judge=_judge)
