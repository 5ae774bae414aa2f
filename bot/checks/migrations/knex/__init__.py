"""Knex: the order and the edits of its migrations, steps that the database would refuse, and advice on the others."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest

_NAMES = (b'"knex"', b'"knex-migrator"')
_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")
_MOST = 300


def _is_present(change: Change) -> Evidence | None:
    """A `knexfile`, or a `package.json` that names Knex, at head or before."""
    for tree in (change.head, change.merge_base):
        for entry in tree.glob("**/knexfile.*", "knexfile.*"):
            if "node_modules/" not in entry.path:
                return Evidence(text="Knex", path=entry.path)
        paths = [one.path for one in tree.glob("**/package.json", "package.json") if "node_modules/" not in one.path]
        for path, content in tree.read_many(paths[:_MOST]):
            if isinstance(content, bytes) and any(name in content for name in _NAMES):
                return Evidence(text="Knex", path=path)
    return None


def _concerns(path: str) -> bool:
    return path.endswith(_SUFFIXES)


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.knex.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="knex", title="Knex", is_present=_is_present, concerns=_concerns, judge=_judge)
