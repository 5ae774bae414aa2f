"""The answer of Django to a change."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import parent_process

from bot.checks.migrations.django.apps import App
from bot.checks.migrations.django.conflicts import Conflicts
from bot.checks.migrations.django.edits import does_the_same
from bot.checks.migrations.django.missing import MissingMigrations
from bot.checks.migrations.django.risky import Risks
from bot.checks.migrations.django.side import Side
from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.syntax.source import Sources
from bot.model import Change, Evidence, Finding, ItemRequest, Unknown

_NO_MIGRATIONS = "Django is here, but no app has migrations: its models are left alone"


def judge_change(change: Change, items: Sequence[ItemRequest]) -> Answer:
    """Answer the questions that are asked, for a change that touches Python."""
    asked = {item.id for item in items}
    with _no_collection():
        return _Judge(change).answer(asked)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Syntax trees are many objects in few rings: looking for garbage among them takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        # The process of a check ends soon after, and its memory with it.
        if parent_process() is not None:
            gc.freeze()
        gc.enable()


class _Judge:
    def __init__(self, change: Change) -> None:
        self._change = change
        self._sources = Sources(change)
        self._base = Side(change.merge_base, self._sources)
        self._head = Side(change.head, self._sources)

    def answer(self, asked: set[str]) -> Answer:
        findings: dict[Question, Sequence[Finding]] = {}
        unknowns: dict[Question, Sequence[Unknown]] = {}
        folders = {*self._head.apps.by_migrations, *self._base.apps.by_migrations}
        if Question.MISSING in asked:
            missing = MissingMigrations(self._change, self._sources, self._base, self._head).find()
            findings[Question.MISSING], unknowns[Question.MISSING] = missing.findings, missing.unknowns
        if Question.CONFLICTS in asked:
            findings[Question.CONFLICTS] = list(self._find_conflicts())
        if Question.EDITED in asked:
            edited = list(self._find_edited(folders))
            findings[Question.EDITED] = [one for one in edited if isinstance(one, Finding)]
            unknowns[Question.EDITED] = [one for one in edited if isinstance(one, Unknown)]
        if Question.RISKY in asked:
            findings[Question.RISKY] = [
                one for app in self._touched() for one in Risks(app, self._base, self._head).find()
            ]
        return Answer(
            present=self._evidence(),
            findings=findings,
            unknowns=unknowns,
            absent_reason=None if folders else _NO_MIGRATIONS,
        )

    def _evidence(self) -> Evidence | None:
        apps = self._head.apps.by_migrations
        if not apps:
            return None
        return Evidence(text=f"Django, {len(apps)} app{'s' if len(apps) != 1 else ''} with migrations", path=min(apps))

    def _touched(self) -> list[App]:
        folders = {
            path.rpartition("/")[0] for file in self._change.files for path in (file.path, file.old_path) if path
        }
        return [app for folder, app in sorted(self._head.apps.by_migrations.items()) if folder in folders]

    def _find_edited(self, folders: set[str]) -> Iterator[Finding | Unknown]:
        """What the change does to merged migrations, but for the second half of a squash that was merged itself.

        Source: https://docs.djangoproject.com/en/stable/topics/migrations/#migration-squashing: those that a squash
        replaces are deleted, what depends on them names the squash, and its `replaces` goes.
        """
        gone = {file.old_path for file in self._change.files if file.new_oid is None}
        squashes: dict[tuple[str, str], str] = {}
        free: set[str] = set()
        for folder, app in self._base.apps.by_migrations.items():
            if any(path is not None and path.startswith(f"{folder}/") for path in gone):
                replaced = self._base.graph(app).replaced
                squashes |= {(app.label, name): squash for name, squash in replaced.items()}
                free |= {path for name in replaced if (path := f"{folder}/{name}.py") in gone}
        return find_edited(
            self._change,
            "django",
            lambda path: _is_migration(path, folders) and path not in free,
            lambda old, new: does_the_same(old, new, squashes),
        )

    def _find_conflicts(self) -> Iterator[Finding]:
        tip = self._base
        if self._change.base.commit != self._change.merge_base.commit:
            tip = Side(self._change.base, self._sources)
        for app in self._touched():
            yield from Conflicts(app, self._base, tip, self._head).find()


def _is_migration(path: str, folders: set[str]) -> bool:
    folder, _, name = path.rpartition("/")
    return folder in folders and name.endswith(".py") and name[0] not in "_~"
