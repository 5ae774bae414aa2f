"""A small TypeORM project, before and after a change."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.typeorm import ORM
from tests.checks.migrations.django.memory import make_change

MANIFEST = '{"name": "app", "dependencies": {"typeorm": "0.3.27", "%s": "1"}}'
DRIVERS = {"postgres": "pg", "sqlite": "sqlite3", "mysql": "mysql2"}


def migration(number: int, *statements: str, name: str = "Step") -> tuple[str, str]:
    """A migration's path and its text, of statements of SQL."""
    stamp = 1700000000000 + number
    up = "\n".join(f"        await queryRunner.query({_quoted(one)});" for one in statements)
    return f"src/migrations/{stamp}-{name}.ts", body(up, stamp, name)


def body(up: str, stamp: int = 1700000000000, name: str = "Step") -> str:
    """A migration's text, with what its `up` does."""
    return f"""import {{ MigrationInterface, QueryRunner }} from "typeorm";

export class {name}{stamp} implements MigrationInterface {{
    public async up(queryRunner: QueryRunner): Promise<void> {{
{up}
    }}

    public async down(queryRunner: QueryRunner): Promise<void> {{
    }}
}}
"""


def _quoted(text: str) -> str:
    return "`" + text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") + "`"


def files(dialect: str, entities: str, *migrations: tuple[str, str], **more: str) -> dict[str, str]:
    """A project's files."""
    found = {"package.json": MANIFEST % DRIVERS[dialect], "src/entities.ts": entities, **dict(migrations)}
    return {**found, **{name.replace("__", "/"): text for name, text in more.items()}}


def judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    """What gonogo says of a change."""
    return ORM.judge(make_change(base, head), ())


def told(answer: Answer, *questions: Question) -> list[str]:
    """Findings that fail by rule and line, and the reasons of unknowns after a question mark."""
    asked: Sequence[Question] = questions or (Question.MISSING, Question.CONFLICTS)
    found = [
        f"{one.rule} {one.line}"
        for question in asked
        for one in answer.findings.get(question, ())
        if one.certainty.value != "note"
    ]
    return [*found, *(f"? {one.reason}" for question in asked for one in answer.unknowns.get(question, ()))]
