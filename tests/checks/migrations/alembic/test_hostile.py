"""Code of any kind is read in bounded time and runs nowhere."""

from __future__ import annotations

import time

import pytest

from bot.checks.migrations.face import Answer, Question
from tests.checks.migrations.alembic.project import BOOK, judge, project, revision

SECOND = "migrations/versions/0002.py"
ISBN = BOOK.replace("    title", "    isbn: Mapped[str]\n    title")

MODELS = {
    "deep brackets": ISBN + f"\nx = {'(' * 150}1{')' * 150}\n",
    "deep operators": ISBN + f"\nx = {'+'.join(['1'] * 3000)}\n",
    "deep attributes": ISBN + f"\nx = Book{'.a' * 900}\n",
    "large text": ISBN.replace("40", "len('a' * 10 ** 9)"),
    "large power": ISBN.replace("40", "9 ** 9 ** 9"),
    "own base": ISBN + "\nclass Loop(Loop):\n    __tablename__ = 'loop'\n",
    "cyclic bases": ISBN + "\nclass A(B):\n    pass\nclass B(A):\n    pass\nclass C(A, B):\n    __tablename__ = 'c'\n",
    "bases that double": ISBN
    + "\nclass M0:\n    pass\n"
    + "".join(f"class M{n}(M{n - 1}, M{n - 1}.x if 0 else M{n - 1}):\n    pass\n" for n in range(1, 60)),
    "a long chain of bases": ISBN + "".join(f"class C{n}(C{n - 1}):\n    x: Mapped[int]\n" for n in range(3000, 0, -1)),
    "very many columns": ISBN + "".join(f"    c{n}: Mapped[int] = mapped_column(index=True)\n" for n in range(9000)),
    "many columns": ISBN + "".join(f"    c{n}: Mapped[int] = mapped_column(index=True)\n" for n in range(900)),
    "names of itself": ISBN + "\nx = y\ny = x\n" + ISBN.replace('"book"', "x").replace("Book", "Other"),
    "expression that takes ages": ISBN
    + "\nimport re\n\nclass T(Base):\n    __tablename__ = re.sub(r'(a+)+$', '', 'a' * 60 + 'b')\n",
    "code that would tell": ISBN + "\nopen('/tmp/gonogo-was-here', 'w').write('x')\nraise SystemExit\n",
    "null byte": ISBN + "\nx = '\0'\n",
    "format": ISBN.replace("40", "int('{:>999999999}'.format(1))"),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_hostile_models_are_neither_run_nor_a_pass(name: str) -> None:
    answer = _judge_in_time(project(), project(MODELS[name]))

    assert answer.findings[Question.MISSING] or answer.unknowns[Question.MISSING]


STEPS = {
    "loops in loops": "for a in range(19999):\n    for b in range(19999):\n        op.drop_table(str(a) + str(b))",
    "a function that calls itself": "def f(n):\n    f(n)\n    f(n)\nf(1)",
    "an endless loop": "while True:\n    op.drop_table('x')",
    "a list that doubles": "x = [1]\nfor a in range(60):\n    x = x + x\nfor b in x:\n    op.drop_table(b)",
    "long SQL": "op.execute('ALTER TABLE book ADD x int;' * 2000)",
    "deep SQL": "op.execute('ALTER TABLE book ADD CHECK ' + '(' * 9000 + ')' * 9000)",
    "no SQL": "op.execute('ALTER TABLE )(')",
}


@pytest.mark.parametrize("name", STEPS)
def test_hostile_migrations_are_neither_run_nor_a_pass(name: str) -> None:
    head = {**project(ISBN), SECOND: revision(STEPS[name], "bbb2", "aaa1")}

    answer = _judge_in_time(project(), head)

    assert answer.findings[Question.MISSING] or answer.unknowns[Question.MISSING]


def test_a_million_revisions_deep_graph_is_no_recursion() -> None:
    files = {f"migrations/versions/{n}.py": revision("", f"r{n}", f"r{n - 1}" if n else "aaa1") for n in range(3000)}

    answer = _judge_in_time(project(), {**project(ISBN), **files})

    assert [one.rule for one in answer.findings[Question.MISSING]] == ["alembic-missing-column"]
    assert answer.findings[Question.CONFLICTS] == []


def _judge_in_time(base: dict[str, str], head: dict[str, str]) -> Answer:
    start = time.process_time()
    answer = judge(base, head)
    assert time.process_time() - start < 10
    return answer
