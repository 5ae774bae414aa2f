"""Ent: what the schema's code declares, what ent generated from it, and what the SQL migrations beside it do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """A generated `migrate/schema.go` of ent's, or a schema beside sealed SQL, at head or before."""
    from bot.checks.migrations.ent.project import find_codes, find_generated

    for tree in (change.head, change.merge_base):
        for path in find_generated(tree):
            return Evidence(text="Ent", path=path)
        for path in find_codes(tree):
            return Evidence(text="Ent", path=path.replace("migrate/schema.go", "schema"))
    return None


def _concerns(path: str) -> bool:
    return path.endswith((".go", ".sql", "/atlas.sum", "atlas.hcl"))


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.ent.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="ent", title="Ent", is_present=_is_present, concerns=_concerns, judge=_judge)
