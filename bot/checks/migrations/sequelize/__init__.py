"""Sequelize: what models declare, and what migrations do through its query interface and in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest

_NAMES = (b'"sequelize"', b'"sequelize-typescript"', b'"@sequelize/core"', b'"sequelize-cli"')
_SUFFIXES = (".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx")
_MOST = 300


def _is_present(change: Change) -> Evidence | None:
    """A `.sequelizerc`, or a `package.json` that names Sequelize, at head or before."""
    for tree in (change.head, change.merge_base):
        for entry in tree.glob("**/.sequelizerc", ".sequelizerc"):
            return Evidence(text="Sequelize", path=entry.path)
        paths = [one.path for one in tree.glob("**/package.json", "package.json") if "node_modules/" not in one.path]
        for path, content in tree.read_many(paths[:_MOST]):
            if isinstance(content, bytes) and any(name in content for name in _NAMES):
                return Evidence(text="Sequelize", path=path)
    return None


def _concerns(path: str) -> bool:
    return path.endswith(_SUFFIXES)


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.sequelize.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="sequelize", title="Sequelize", is_present=_is_present, concerns=_concerns, judge=_judge)
