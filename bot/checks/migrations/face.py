"""What an ORM (or a migration tool) implements: one `Orm`, in a module or package of its own.

An ORM is asked once for each change. It finds itself in the repository, compares what the code declares with what the
migrations add up to, at merge base and at head, and yields what the head adds. It reads files through `Change` alone
and never runs, imports or installs anything of the project.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.checks.migrations.sql.folder import SqlFile
from bot.model import Change, Evidence, Finding, ItemRequest, Unknown


class Question(StrEnum):
    """What is asked of an ORM; the values are the ids of the items."""

    MISSING = "migrations.missing"
    CONFLICTS = "migrations.conflicts"
    EDITED = "migrations.edited"
    RISKY = "migrations.risky"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an ORM says of a change.

    Attributes:
        present: where the ORM and its migrations were seen, at head; None where the repository does not use it.
        findings: by question. One of `migrations.missing` names the model, the field, file and line in the model, what
            the migration must contain, and in `fix` the command that makes it.
        unknowns: by question: constructs that the change touches and that cannot be read, one for each model.
        sql: what goes up in the files that the change adds, where it may be PostgreSQL's: a linter looks at it too.
        absent_reason: why there is nothing to compare although the ORM is there (no migrations folder: the schema is
            pushed or synchronised).
        undeclared: why there is nothing that `migrations.missing` could compare, although the migrations are there.
    """

    present: Evidence | None
    findings: dict[Question, Sequence[Finding]] = field(default_factory=dict)
    unknowns: dict[Question, Sequence[Unknown]] = field(default_factory=dict)
    sql: Sequence[SqlFile] = ()
    absent_reason: str | None = None
    undeclared: str | None = None


@dataclass(frozen=True, kw_only=True)
class Orm:
    """One ORM.

    Attributes:
        name: stable, in rules and settings: `django`, `alembic`.
        title: as its users write it.
        is_present: whether the tree at head may use it, told cheaply from paths (and the content of few files); asked
            for every change, so it must take milliseconds in a repository of 10,000 files.
        concerns: whether a changed path can matter to it. Where none does, `judge` is not called.
        judge: the answer. `items` are the requests of the policy, for their settings and paths.
    """

    name: str
    title: str
    is_present: Callable[[Change], Evidence | None]
    concerns: Callable[[str], bool]
    judge: Callable[[Change, Sequence[ItemRequest]], Answer]
