"""A small application of Rails, before and after a change."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.face import Answer, Question
from bot.checks.migrations.rails import ORM
from tests.checks.migrations.django.memory import make_change

USERS = 'create_table "users", force: :cascade do |t|\n    t.string "name"\n  end'
FIRST = "db/migrate/20240101000000_create_users.rb"
SECOND = "db/migrate/20240202000000_change_users.rb"


def schema(*parts: str, version: int = 20240101000000, rails: str = "7.1") -> str:
    """A schema.rb."""
    digits = f"{version:014d}"
    written = "_".join((digits[:4], digits[4:6], digits[6:8], digits[8:]))
    body = "\n\n".join(f"  {part}" for part in parts)
    return f"ActiveRecord::Schema[{rails}].define(version: {written}) do\n{body}\nend\n"


def migration(body: str, name: str = "ChangeUsers", rails: str = "7.1", more: str = "") -> str:
    """A migration whose `change` has a body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"class {name} < ActiveRecord::Migration[{rails}]\n{more}  def change\n{lines}  end\nend\n"


def files(written: str, **migrations: str) -> dict[str, str]:
    """A project's files. A migration is named `v20240202000000_change_users`."""
    found = {"db/schema.rb": written, FIRST: migration("create_table(:users) { |t| t.string :name }", "CreateUsers")}
    return {
        **found,
        "Gemfile.lock": "    pg (1.5)\n",
        **{f"db/migrate/{key[1:]}.rb": text for key, text in migrations.items()},
    }


BASE = files(schema(USERS))


def change(body: str, *parts: str, rails: str = "7.1", version: int = 20240202000000, **more: str) -> Answer:
    """What gonogo says where a migration is added and the schema then has these parts."""
    head = files(
        schema(*parts, version=version, rails=rails), v20240202000000_change_users=migration(body, rails=rails)
    )
    return judge({**files(schema(USERS, rails=rails)), **more}, {**head, **more})


def judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    """What gonogo says of a change."""
    return ORM.judge(make_change(base, head), ())


def told(answer: Answer, *questions: Question) -> list[str]:
    """Findings by rule and message's subject, and the reasons of unknowns after a question mark."""
    asked: Sequence[Question] = questions or (Question.MISSING, Question.CONFLICTS)
    found = [f"{one.rule} {one.line}" for question in asked for one in answer.findings[question]]
    return [*found, *(f"? {one.reason}" for question in asked for one in answer.unknowns[question])]
