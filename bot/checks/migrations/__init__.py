"""Migrations that the change needs and lacks, and what is wrong with those it brings.

Rule: the schema that the code declares and the schema that the migrations add up to agree at head as far as they did
at the merge base. Both are read as data; nothing of the project is run, imported or installed.
Source: docs/migrations.md.
Out of sight: databases as they are, code of packages that are not in the repository, models made at run time.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Check, CheckResult, ItemSpec, Request


def _items() -> Sequence[ItemSpec]:
    from bot.checks.migrations import settings
    from bot.checks.migrations.face import Question

    return (
        ItemSpec(id=Question.MISSING, title="No migration is missing", settings=settings.MissingSettings),
        ItemSpec(id=Question.CONFLICTS, title="Migrations have one order", settings=settings.ConflictsSettings),
        ItemSpec(id=Question.EDITED, title="Merged migrations stay as they are", settings=settings.EditedSettings),
        ItemSpec(id=Question.RISKY, title="Migrations are safe to deploy", settings=settings.RiskySettings),
    )


def _run(request: Request) -> CheckResult:
    from bot.checks.migrations.check import check_migrations

    return check_migrations(request)


CHECK = Check(name="migrations", items=_items, run=_run)
