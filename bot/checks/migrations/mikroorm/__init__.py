"""MikroORM: what entities declare, what its snapshot of the schema says, and what migrations do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest

_SUFFIXES = (".ts", ".tsx", ".js", ".mts", ".cts", ".mjs", ".cjs")
_MAX_MANIFESTS = 300


def _is_present(change: Change) -> Evidence | None:
    """A snapshot, or a `package.json` that names MikroORM, at head or before."""
    for tree in (change.head, change.merge_base):
        for entry in tree.glob("**/.snapshot-*.json", ".snapshot-*.json"):
            if "node_modules/" not in entry.path:
                return Evidence(text="MikroORM", path=entry.path)
        paths = [entry.path for entry in tree.glob("**/package.json") if "node_modules/" not in entry.path]
        for path, content in tree.read_many(paths[:_MAX_MANIFESTS]):
            if isinstance(content, bytes) and b'"@mikro-orm/' in content:
                return Evidence(text="MikroORM", path=path)
    return None


def _concerns(path: str) -> bool:
    """Scripts, snapshots in folders of migrations, and the manifest: the version decides on defaults."""
    name = path.rpartition("/")[2]
    return path.endswith(_SUFFIXES) or name == "package.json" or (name.endswith(".json") and "migrat" in path.lower())


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.mikroorm.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="mikroorm", title="MikroORM", is_present=_is_present, concerns=_concerns, judge=_judge)
