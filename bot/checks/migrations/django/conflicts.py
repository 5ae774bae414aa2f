"""`migrations.conflicts`: the migrations of an app as they stand once the change is merged into the base's tip.

Source: https://docs.djangoproject.com/en/5.2/topics/migrations/#version-control (read 2026-11-25)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from bot.checks.migrations.django.apps import App
from bot.checks.migrations.django.graph import Graph, Migration, join
from bot.checks.migrations.django.side import Side
from bot.model import Certainty, Finding, Severity

_HELP = "https://docs.djangoproject.com/en/stable/topics/migrations/#version-control"
_SPECIAL = frozenset({"__first__", "__latest__"})


class Conflicts:
    """What a change does to the order of the migrations of one app."""

    def __init__(self, app: App, base: Side, tip: Side, head: Side) -> None:
        self._app, self._head = app, head
        old_app = base.apps.all.get(app.folder)
        tip_app = tip.apps.all.get(app.folder)
        empty = Graph(app=app, migrations={})
        self._base = base.graph(old_app) if old_app is not None and old_app.migrations is not None else empty
        self._tip = tip.graph(tip_app) if tip_app is not None and tip_app.migrations is not None else empty
        self._own = head.graph(app)
        self._merged = join(self._own, self._tip, self._base)

    def find(self) -> Iterator[Finding]:
        """Yield what is wrong, and was not wrong before."""
        added = {name: one for name, one in self._own.migrations.items() if name not in self._base.migrations}
        if not added and self._own.migrations.keys() == self._base.migrations.keys():
            return
        yield from self._leaves(added)
        yield from self._parents()
        yield from self._rings(added)
        yield from self._numbers(added)

    def _leaves(self, added: dict[str, Migration]) -> Iterator[Finding]:
        leaves = self._merged.leaves()
        old = self._tip.leaves()
        if len(leaves) < 2 or (len(old) >= len(leaves) and set(old) == set(leaves)):  # noqa: PLR2004 - two ends are a conflict
            return
        own = next((name for name in leaves if name in added), leaves[-1])
        others = ", ".join(name for name in leaves if name != own)
        yield self._finding(
            "django-two-leaves",
            self._merged.migrations[own],
            f"the migrations of {self._app.label} have {len(leaves)} ends, {own} and {others}: migrate refuses to run",
            f"let {own} depend on {others}, or run `python manage.py makemigrations --merge {self._app.label}`",
        )

    def _parents(self) -> Iterator[Finding]:
        old = {(one.name, name) for one, name in self._base.missing_parents()}
        for migration, name in self._merged.missing_parents():
            if (migration.name, name) not in old:
                yield self._finding(
                    "django-missing-parent",
                    migration,
                    f"{migration.name} depends on {self._app.label}.{name}, which does not exist",
                    f"name the migration that comes before it in `dependencies` of {migration.path}",
                )
        for migration in self._own.migrations.values():
            for label, name in migration.dependencies:
                if label != self._app.label and self._is_absent(label, name, migration):
                    yield self._finding(
                        "django-missing-parent",
                        migration,
                        f"{migration.name} depends on {label}.{name}, which does not exist",
                        f"name an existing migration of {label} in `dependencies` of {migration.path}",
                    )

    def _is_absent(self, label: str, name: str, migration: Migration) -> bool:
        if name in _SPECIAL or migration.name in self._base.migrations:
            return False
        apps = [app for app in self._head.apps.all.values() if app.label == label and app.migrations is not None]
        return bool(apps) and all(name not in self._head.graph(app).migrations for app in apps)

    def _rings(self, added: dict[str, Migration]) -> Iterator[Finding]:
        ring = self._merged.ring()
        if ring and not self._tip.ring():
            first = next((name for name in ring if name in added), ring[0])
            yield self._finding(
                "django-circular-migrations",
                self._merged.migrations[first],
                f"the migrations {', '.join(ring[:5])} of {self._app.label} depend on each other in a ring",
                "let each depend only on those before it",
            )

    def _numbers(self, added: dict[str, Migration]) -> Iterator[Finding]:
        merged = {one.number: one.name for one in self._tip.active().values() if one.number is not None}
        newest = max((int(number) for number in merged if len(number) < 10), default=0)  # noqa: PLR2004 - no date
        for name, migration in added.items():
            number = migration.number
            if number is None or migration.replaces or name in self._tip.migrations:
                continue
            if number in merged:
                words = f"{name} has the number of {merged[number]}, which is merged"
            elif len(number) < 10 and int(number) < newest:  # noqa: PLR2004 - no date
                words = f"{name} sorts before {merged_name(merged, newest)}, which is merged"
            else:
                continue
            yield self._finding(
                "django-migration-number", migration, words, "number it after the newest one", note=True
            )

    def _finding(self, rule: str, migration: Migration, message: str, fix: str, *, note: bool = False) -> Finding:
        key = f"django\0{self._app.label}\0{rule}\0{migration.name}".encode("utf-8", "surrogateescape")
        return Finding(
            rule=rule,
            message=message,
            severity=Severity.LOW if note else Severity.HIGH,
            certainty=Certainty.NOTE if note else Certainty.CERTAIN,
            path=migration.path,
            line=migration.line,
            fingerprint=hashlib.sha256(key).hexdigest()[:32],
            fix=fix,
            help=_HELP,
            fails=not note,
            details={"orm": "django", "app": self._app.label},
        )


def merged_name(merged: dict[str, str], number: int) -> str:
    """The name of the migration of a number."""
    return next(name for text, name in merged.items() if int(text) == number)
