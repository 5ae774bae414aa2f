"""Rails: schema.rb against what the migrations of a change make of the merge base's."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """A schema.rb, or a migration of Ruby in a folder `migrate` below `db`, at head or before."""
    for tree in (change.head, change.merge_base):
        for entry in tree.entries():
            path = entry.path
            if path.endswith(".rb") and "db/" in path and ("migrat" in path or path.endswith("schema.rb")):
                from bot.checks.migrations.rails.project import is_schema, parse_path

                if is_schema(path) or parse_path(path) is not None:
                    return Evidence(text="Rails", path=path)
    return None


def _concerns(path: str) -> bool:
    return ("db/" in path and path.endswith((".rb", ".sql"))) or "app/models/" in path


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.rails.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="rails", title="Rails", is_present=_is_present, concerns=_concerns, judge=_judge)
