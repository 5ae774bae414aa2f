"""JPA (Hibernate and its like): what entities ask for, against what migrations of Flyway or Liquibase add up to."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Orm
from bot.model import Change, Evidence, ItemRequest


def _is_present(change: Change) -> Evidence | None:
    """Java, with a migration of Flyway or Liquibase, or a configuration that lets Hibernate make the schema."""
    from bot.checks.migrations.jpa.presence import find_presence

    return find_presence(change)


def _concerns(path: str) -> bool:
    from bot.checks.migrations.jpa.judge import concerns

    return concerns(path)


def _judge(change: Change, items: Sequence[ItemRequest]) -> Answer:
    from bot.checks.migrations.jpa.judge import judge_change

    return judge_change(change, items)


ORM = Orm(name="jpa", title="JPA", is_present=_is_present, concerns=_concerns, judge=_judge)
