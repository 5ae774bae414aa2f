"""Django: what the models say and what the migrations add up to, both read from the source."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """Any folder `migrations` that is a package beside models or an `apps.py`, at head or at the merge base."""
    for tree in (change.head, change.merge_base):
        for entry in tree.entries():
            if entry.path.endswith("migrations/__init__.py"):
                return Evidence(text="Django migrations", path=entry.path)
    return None


def _concerns(path: str) -> bool:
    return path.endswith(".py")


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.django.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="django", title="Django", is_present=_is_present, concerns=_concerns, judge=_judge)
