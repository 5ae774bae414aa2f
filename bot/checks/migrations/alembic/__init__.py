"""SQLAlchemy with Alembic (SQLModel, Flask-Migrate): what the code declares and what the revisions add up to."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """An `alembic.ini`, the template of `alembic init`, or an `env.py` beside `versions`, at head or before."""
    for tree in (change.head, change.merge_base):
        folders: set[str] = set()
        for entry in tree.entries():
            path = entry.path
            folder, _, name = path.rpartition("/")
            if name in {"alembic.ini", "script.py.mako"}:
                return Evidence(text="Alembic", path=path)
            if name == "env.py":
                folders.add(f"{folder}/versions")
            elif folder in folders:
                return Evidence(text="Alembic", path=folder)
    return None


def _concerns(path: str) -> bool:
    return path.endswith(".py")


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.alembic.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="alembic", title="Alembic", is_present=_is_present, concerns=_concerns, judge=_judge)
