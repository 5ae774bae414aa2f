"""TypeORM: what entities declare, and what migrations in TypeScript and JavaScript do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest

_SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")
_MAX_MANIFESTS = 300


def _is_present(change: Change) -> Evidence | None:
    """A `package.json` that names TypeORM, at head or before."""
    for tree in (change.head, change.merge_base):
        paths = [entry.path for entry in tree.glob("**/package.json") if "node_modules/" not in entry.path]
        for path, content in tree.read_many(paths[:_MAX_MANIFESTS]):
            if isinstance(content, bytes) and (b'"typeorm"' in content or b'/typeorm"' in content):
                return Evidence(text="TypeORM", path=path)
    return None


def _concerns(path: str) -> bool:
    return path.endswith(_SUFFIXES)


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.typeorm.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="typeorm", title="TypeORM", is_present=_is_present, concerns=_concerns, judge=_judge)
