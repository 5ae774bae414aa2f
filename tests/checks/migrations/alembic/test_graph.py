"""Order of revisions, merged revisions that change, and steps that need care."""

from __future__ import annotations

import pytest

from bot.checks.migrations.face import Question
from tests.checks.migrations.alembic.project import judge, project, revision

V = "migrations/versions"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({f"{V}/0002.py": revision("", "bbb2", "aaa1")}, []),
        ({f"{V}/0002.py": revision("", "bbb2", "aaa1"), f"{V}/0003.py": revision("", "ccc3", "aaa1")},
         [("alembic-several-heads", f"{V}/0003.py")]),
        ({f"{V}/0002.py": revision("", "bbb2", "zzz9")}, [("alembic-broken-parent", f"{V}/0002.py")]),
        ({f"{V}/0002.py": revision("", "aaa1", None)}, [("alembic-double-revision", f"{V}/0002.py")]),
        ({f"{V}/0002.py": revision("", "bbb2", "ccc3"), f"{V}/0003.py": revision("", "ccc3", "bbb2")},
         [("alembic-cycle", f"{V}/0002.py")]),
    ],
)  # fmt: skip
def test_an_order_that_alembic_would_refuse_is_named(files: dict[str, str], expected: list[tuple[str, str]]) -> None:
    found = judge(project(), {**project(), **files}).findings[Question.CONFLICTS]

    assert [(one.rule, one.path) for one in found] == expected


def test_a_merge_of_two_heads_is_in_order() -> None:
    merge = revision("", "ddd4", None).replace("down_revision = None", 'down_revision = ("bbb2", "ccc3")')
    files = {
        f"{V}/0002.py": revision("", "bbb2", "aaa1"),
        f"{V}/0003.py": revision("", "ccc3", "aaa1"),
        f"{V}/0004.py": merge,
    }

    assert judge(project(), {**project(), **files}).findings[Question.CONFLICTS] == []


def test_a_branch_of_its_own_with_a_label_is_in_order() -> None:
    branch = revision("", "bbb2", None, 'branch_labels = ("billing",)')

    assert judge(project(), {**project(), f"{V}/0002.py": branch}).findings[Question.CONFLICTS] == []


SECOND = revision('op.add_column("book", sa.Column("isbn", sa.String()))', "bbb2", "aaa1")


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (SECOND.replace("isbn", "number"), ["alembic-edited-revision"]),
        (None, ["alembic-deleted-revision"]),
        (SECOND.replace("'aaa1'", "None"), ["alembic-moved-revision"]),
        (SECOND.replace("def upgrade():", "def upgrade() -> None:  # typed"), []),
        (SECOND.replace("    pass", "    op.drop_column('book', 'isbn')"), []),
    ],
)
def test_a_merged_revision_stays_as_it_is(second: str | None, expected: list[str]) -> None:
    base = {**project(), f"{V}/0002.py": SECOND}
    head = {path: text for path, text in {**base, f"{V}/0002.py": second}.items() if text is not None}

    assert [one.rule for one in judge(base, head).findings[Question.EDITED]] == expected


def test_a_revision_that_moves_to_another_folder_is_the_same() -> None:
    base = {**project(), f"{V}/0002.py": SECOND}
    head = {path.replace(V, "db/versions"): text for path, text in base.items()}

    assert judge(base, head).findings[Question.EDITED] == []


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ('op.drop_table("book")', ["alembic-drop-table"]),
        ('op.drop_column("book", "title")', ["alembic-drop-column"]),
        ('op.rename_table("book", "volume")', ["alembic-rename"]),
        ('op.alter_column("book", "title", new_column_name="name")', ["alembic-rename"]),
        ('op.alter_column("book", "title", nullable=False)', ["alembic-set-not-null"]),
        ('op.alter_column("book", "title", type_=sa.Text())', ["alembic-change-type"]),
        ('op.add_column("book", sa.Column("isbn", sa.String(), nullable=False))', ["alembic-not-null-without-default"]),
        ('op.add_column("book", sa.Column("isbn", sa.String(), nullable=False, server_default=""))', []),
        ('op.add_column("book", sa.Column("isbn", sa.String()))', []),
        ('op.create_index("ix", "book", ["title"])', ["alembic-index-locks"]),
        ('op.create_index("ix", "book", ["title"], postgresql_concurrently=True)', []),
        ('op.create_table("new", sa.Column("id", sa.Integer()))\nop.create_index("ix", "new", ["id"])', []),
        ('op.drop_column("book", "title")\nop.add_column("book", sa.Column("name", sa.String()))',
         ["alembic-drop-column", "alembic-rename-as-drop"]),
    ],
)  # fmt: skip
def test_a_step_that_needs_care_is_advice_with_the_safe_way(step: str, expected: list[str]) -> None:
    head = {**project(), f"{V}/0002.py": revision(step, "bbb2", "aaa1")}
    found = judge(project(), head).findings[Question.RISKY]

    assert [one.rule for one in found] == expected
    assert all(one.fix and one.help for one in found)
