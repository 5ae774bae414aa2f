"""A small Prisma project, before and after a change."""

from __future__ import annotations

from textwrap import dedent

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.prisma import ORM
from tests.checks.migrations.django.memory import make_change

FOLDER = "prisma/migrations"
FIRST = f"{FOLDER}/20240101000000_init/migration.sql"
SECOND = f"{FOLDER}/20250101000000_next/migration.sql"
SOURCE = 'datasource db {\n  provider = "postgresql"\n}\n'
USER = "model User {\n  id Int @id @default(autoincrement())\n  email String @unique\n  age Int?\n}\n"


def source(provider: str) -> str:
    """A datasource."""
    return SOURCE.replace("postgresql", provider)


def files(schema: str, *, provider: str = "postgresql", **more: str) -> dict[str, str]:
    """A project's files; `more` maps names of migrations to their SQL."""
    sql = {f"{FOLDER}/{name}/migration.sql": text for name, text in more.items()}
    return {
        "prisma/schema.prisma": source(provider) + dedent(schema),
        f"{FOLDER}/migration_lock.toml": f'provider = "{provider}"\n',
        FIRST: "SELECT 1;\n",
        **sql,
    }


def judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    """What gonogo says of a change."""
    return ORM.judge(make_change(base, head), ())


def told(answer: Answer, question: Question = Question.MISSING) -> list[str]:
    """Findings by rule and place of a question, and the reasons of its unknowns after a question mark."""
    found = [f"{one.rule} {one.line}" for one in answer.findings[question]]
    return [*found, *(f"? {one.reason}" for one in answer.unknowns[question])]


def missing(base: str, head: str, sql: str | None = None, *, provider: str = "postgresql") -> list[str]:
    """What is said of `migrations.missing` where a schema changes and the change brings some SQL, or none."""
    more = {} if sql is None else {"20250101000000_next": sql}
    return told(judge(files(base, provider=provider), files(head, provider=provider, **more)))
