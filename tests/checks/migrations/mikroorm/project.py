"""A small MikroORM project, before and after a change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.mikroorm import ORM
from tests.checks.migrations.django.memory import make_change

PACKAGES = {"postgres": "postgresql", "mysql": "mysql", "sqlite": "sqlite"}
SNAPSHOT = "src/migrations/.snapshot-app.json"


def migration(number: int, *statements: str, name: str = "") -> tuple[str, str]:
    """A migration's path and its text, of statements of SQL."""
    stamp = f"{20240101000000 + number}{name}"
    up = "\n".join(f"    this.addSql({_quoted(one)});" for one in statements)
    return f"src/migrations/Migration{stamp}.ts", body(up, stamp)


def body(up: str, stamp: str = "20240101000009") -> str:
    """A migration's text, with what its `up` does."""
    return f"""import {{ Migration }} from '@mikro-orm/migrations';

export class Migration{stamp} extends Migration {{

  override async up(): Promise<void> {{
{up}
  }}

  override async down(): Promise<void> {{
    this.addSql('select 1');
  }}

}}
"""


def _quoted(text: str) -> str:
    return "`" + text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${") + "`"


def config(dialect: str, *options: str) -> str:
    """A configuration."""
    more = "".join(f"  {one},\n" for one in options)
    return f"""import {{ defineConfig, EntityCaseNamingStrategy }} from '@mikro-orm/{PACKAGES[dialect]}';

export default defineConfig({{
  entities: ['./dist/**/*.entity.js'],
  dbName: 'app',
{more}}});
"""


def files(
    dialect: str,
    entities: str,
    *migrations: tuple[str, str],
    snapshot: Mapping[str, Any] | None = None,
    version: int = 6,
    options: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """A project's files."""
    packages = {"@mikro-orm/core": f"^{version}.1.0", f"@mikro-orm/{PACKAGES[dialect]}": f"^{version}.1.0"}
    found = {
        "package.json": json.dumps({"name": "app", "dependencies": packages}),
        "src/mikro-orm.config.ts": config(dialect, *options),
        "src/entities.ts": entities,
        **dict(migrations),
    }
    if snapshot is not None:
        found[SNAPSHOT] = json.dumps(snapshot, indent=2)
    return {**found, **(more or {})}


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
