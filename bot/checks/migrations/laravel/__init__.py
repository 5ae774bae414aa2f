"""Laravel: order, edits and risks of migrations of PHP. Its models hold no columns, so that none can be missing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """A migration that is named as Laravel names them, at head or before."""
    for tree in (change.head, change.merge_base):
        for entry in tree.entries():
            path = entry.path
            if path.endswith(".php") and "igrations/" in path:
                from bot.checks.migrations.laravel.files import parse_path

                if parse_path(path) is not None:
                    return Evidence(text="Laravel", path=path)
    return None


def _concerns(path: str) -> bool:
    return path.endswith((".php", ".sql", ".dump")) and "atabase/" in path


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.laravel.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="laravel", title="Laravel", is_present=_is_present, concerns=_concerns, judge=_judge)
