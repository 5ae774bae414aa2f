"""A small application with Alembic, for tests of one rule each."""

from __future__ import annotations

from textwrap import dedent

from bot.checks.migrations.alembic import ORM
from bot.checks.migrations.face import Answer, Question
from bot.model import Finding
from tests.checks.migrations.django.memory import make_change

BASE = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass
"""
BOOK = """
from app.base import *


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(40))
"""
FIRST = (
    'op.create_table("book", sa.Column("id", sa.Integer(), primary_key=True), '
    'sa.Column("title", sa.String(40), nullable=False))'
)


def revision(body: str, name: str = "aaa1", down: str | None = None, extra: str = "") -> str:
    """A revision file whose `upgrade` does what the body says."""
    steps = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines()) or "    pass\n"
    head = (
        f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{name}"\ndown_revision = {down!r}\n{extra}\n'
    )
    return f"{head}\n\ndef upgrade():\n{steps}\n\ndef downgrade():\n    pass\n"


def project(models: str = BOOK, first: str = FIRST, **files: str) -> dict[str, str]:
    """The files: models, one revision, and others by path (`/` written as two underscores, `.py` left out)."""
    return {
        "alembic.ini": "[alembic]\nsqlalchemy.url = postgresql://localhost/app\n",
        "migrations/env.py": "target_metadata = None\n",
        "migrations/script.py.mako": "",
        "migrations/versions/0001.py": revision(first),
        "app/__init__.py": "",
        "app/base.py": BASE,
        "app/models.py": dedent(models),
        **{f"{path.replace('__', '/')}.py": dedent(text) for path, text in files.items()},
    }


def judge(base: dict[str, str], head: dict[str, str]) -> Answer:
    """What gonogo says of a change."""
    return ORM.judge(make_change(base, head), ())


def missing(base: dict[str, str], head: dict[str, str]) -> list[str]:
    """The findings and unknowns of `migrations.missing`, in words: rule and model, or the unknown's reason."""
    answer = judge(base, head)
    found = [f"{one.rule} {one.message.partition(':')[0]}" for one in answer.findings[Question.MISSING]]
    return [*found, *(f"? {one.reason}" for one in answer.unknowns[Question.MISSING])]


def rules(found: list[Finding]) -> list[str]:
    """The rules of findings."""
    return [one.rule for one in found]
