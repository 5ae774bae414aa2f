"""One case a rule: what needs a migration, what needs none, and what cannot be told."""

from __future__ import annotations

from textwrap import dedent

import pytest

from bot.checks.migrations.face import Question
from bot.model import Certainty
from tests.checks.migrations.alembic.project import BOOK, FIRST, judge, missing, project, revision

SECOND = "migrations/versions/0002.py"


def change(old: str, new: str, models: str = BOOK) -> dict[str, str]:
    assert old in models
    return project(models.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("sa.String(40))", "sa.String(80))", ["alembic-missing-type Book.title"]),
        ("sa.String(40))", "sa.Text())", ["alembic-missing-type Book.title"]),
        ("Mapped[str]", "Mapped[str | None]", ["alembic-missing-nullable Book.title"]),
        ("sa.String(40))", "sa.String(40), index=True)", ["alembic-missing-index Book.title"]),
        ("sa.String(40))", "sa.String(40), unique=True)", ["alembic-missing-unique Book.title"]),
        ("sa.String(40))", 'sa.String(40), comment="shown")', ["alembic-missing-comment Book.title"]),
        ("    title", "    isbn: Mapped[str]\n    title", ["alembic-missing-column Book.isbn"]),
        ("    title", "    other: Mapped[int | None] = mapped_column(sa.ForeignKey('book.id'))\n    title",
         ["alembic-missing-column Book.other", "alembic-missing-foreign-key Book.other"]),
        ("    title: Mapped[str] = mapped_column(sa.String(40))\n", "", ["alembic-extra-column Book"]),
        ('"book"', '"volume"', ["alembic-missing-table Book", "alembic-extra-table Book"]),
        ("Book(Base)", "Volume(Base)", []),
        ("sa.String(40))", "sa.String(40), server_default='x')", []),
        ("sa.String(40))", "sa.String(40), default='x', doc='shown', onupdate='y')", []),
        ("sa.String(40))", "sa.VARCHAR(20 * 2))", []),
        ("sa.String(40))", "sa.String())", []),
        ("    title", "    author = relationship('Author')\n    title", []),
        ("    title", "    __table_args__ = (sa.CheckConstraint('id > 0', name='positive'),)\n    title", []),
        ("    title", "    def describe(self):\n        return self.title\n\n    title", []),
        ("mapped_column(sa.String(40))", "mapped_column('title', sa.String(40), nullable=False)", []),
    ],
)  # fmt: skip
def test_what_changes_a_table_needs_a_migration(old: str, new: str, expected: list[str]) -> None:
    assert missing(project(), change(old, new)) == expected


def test_a_finding_names_model_place_certainty_and_command() -> None:
    [found] = judge(project(), change("    title", "    isbn: Mapped[str]\n    title")).findings[Question.MISSING]

    assert (found.path, found.line, found.certainty) == ("app/models.py", 8, Certainty.CERTAIN)
    assert (
        found.message
        == "Book.isbn: column book.isbn is new (VARCHAR NOT NULL), and no migration of the change does that"
    )
    step = 'op.add_column("book", sa.Column("isbn", ...))'
    assert found.fix == f'alembic revision --autogenerate -m "add book.isbn": it must contain {step}'


def test_a_fingerprint_survives_moved_lines_and_a_renamed_file() -> None:
    head = change("    title", "    isbn: Mapped[str]\n    title")
    moved = {**head, "app/tables.py": "\n\n\n" + head["app/models.py"]}
    del moved["app/models.py"]

    [one] = judge(project(), head).findings[Question.MISSING]
    [other] = judge(project(), moved).findings[Question.MISSING]

    assert one.fingerprint == other.fingerprint


ISBN = change("    title", "    isbn: Mapped[str | None]\n    title")


@pytest.mark.parametrize(
    "body",
    [
        'op.add_column("book", sa.Column("isbn", sa.String()))',
        'with op.batch_alter_table("book") as batch:\n    batch.add_column(sa.Column("isbn", sa.String()))',
        'op.execute("ALTER TABLE book ADD COLUMN isbn VARCHAR")',
        'op.get_bind().execute(sa.text("alter table book add isbn varchar"))',
        'for name in ("isbn",):\n    op.add_column("book", sa.Column(name, sa.String()))',
        'op.add_column("book", sa.Column("no", sa.String()))\nop.alter_column("book", "no", new_column_name="isbn")',
        'if not sa.inspect(op.get_bind()).has("isbn"):\n    op.add_column("book", sa.Column("isbn", sa.String))',
        'if op.get_bind().dialect.name == "postgresql":\n    op.add_column("book", sa.Column("isbn", sa.String()))',
        'def add(*parts):\n    [op.add_column("book", one) for one in parts]\nadd(sa.Column("isbn", sa.String()))',
    ],
)  # fmt: skip
def test_a_migration_is_followed_in_each_way_to_write_it(body: str) -> None:
    assert missing(project(), {**ISBN, SECOND: revision(body, "bbb2", "aaa1")}) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", ["alembic-missing-column Book.isbn"]),
        ('op.add_column("books", sa.Column("isbn", sa.String()))', ["alembic-missing-column Book.isbn"]),
        ('op.add_column("book", sa.Column("ibsn", sa.String()))',
         ["alembic-missing-column Book.isbn", "alembic-extra-column Book"]),
        ('op.add_column("book", sa.Column("isbn", sa.Text()))', ["alembic-missing-type Book.isbn"]),
        ('op.add_column("book", sa.Column("isbn", sa.Text))', ["alembic-missing-type Book.isbn"]),
        ('op.add_column("book", sa.Column("isbn", sa.String, nullable=False))', ["alembic-missing-nullable Book.isbn"]),
        ('if op.get_bind().dialect.name == "sqlite":\n    op.add_column("book", sa.Column("isbn", sa.String()))',
         ["alembic-missing-column Book.isbn"]),
    ],
)  # fmt: skip
def test_a_wrong_or_incomplete_migration_is_seen(body: str, expected: list[str]) -> None:
    assert missing(project(), {**ISBN, SECOND: revision(body, "bbb2", "aaa1")}) == expected


@pytest.mark.parametrize(
    "body",
    ['op.execute(f"ALTER TABLE {sa.x()} ADD isbn varchar")', 'op.add_column(sa.x(), sa.Column("isbn", sa.String()))'],
)
def test_an_operation_that_cannot_be_told_may_be_the_one_that_is_needed(body: str) -> None:
    [unknown] = missing(project(), {**ISBN, SECOND: revision(body, "bbb2", "aaa1")})

    assert unknown.startswith("? Book: whether the migrations agree cannot be told: Book.isbn: column book.isbn is new")


def test_a_migration_that_was_merged_before_its_model_settles_it() -> None:
    early = {SECOND: revision('op.add_column("book", sa.Column("isbn", sa.String()))', "bbb2", "aaa1")}

    assert missing({**project(), **early}, {**ISBN, **early}) == []


def test_what_was_made_before_a_table_was_renamed_settles_its_model() -> None:
    old = FIRST.replace('"book"', '"volume"') + '\nop.create_index("by_title", "volume", ["title"])'
    renamed = {SECOND: revision('op.rename_table("volume", "book")', "bbb2", "aaa1")}
    models = BOOK + '    __table_args__ = (sa.Index("by_title", "title"),)\n'

    assert missing({**project(BOOK, old), **renamed}, {**project(models, old), **renamed}) == []


def test_old_drift_does_not_count() -> None:
    base = change("    title", "    isbn: Mapped[str | None]\n    title")
    head = {**base, "app/models.py": base["app/models.py"] + "\n\n# changed\n"}

    assert missing(base, head) == []


STYLES = {
    "flask": """
        from flask_sqlalchemy import SQLAlchemy
        db = SQLAlchemy()
        class OrderLine(db.Model):
            id = db.Column(db.Integer, primary_key=True)
        """,
    "sqlmodel": """
        from sqlmodel import Field, SQLModel
        class LineBase(SQLModel):
            pass
        class OrderLine(LineBase, table=True):
            __tablename__ = "order_line"
            id: int | None = Field(default=None, primary_key=True)
        """,
    "mixin": """
        import sqlalchemy as sa
        from sqlalchemy.orm import declarative_base, declared_attr
        Base = declarative_base()
        class LineBase:
            pass
        class OrderLine(LineBase, Base):
            __tablename__ = "order_line"
            id = sa.Column(sa.Integer, primary_key=True)
        """,
    "table name by function": """
        import re
        import sqlalchemy as sa
        from sqlalchemy.orm import DeclarativeBase, declared_attr
        class LineBase:
            pass
        class Base(DeclarativeBase):
            @declared_attr.directive
            def __tablename__(cls):
                return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        class OrderLine(LineBase, Base):
            id = sa.Column(sa.Integer, primary_key=True)
        """,
    "core": """
        import sqlalchemy as sa
        metadata = sa.MetaData()
        def columns():
            return [sa.Column("id", sa.Integer, primary_key=True)]
        lines = sa.Table("order_line", metadata, *columns())
        """,
}
LINES = 'op.create_table("order_line", sa.Column("id", sa.Integer(), primary_key=True))'


@pytest.mark.parametrize(
    ("style", "old", "new", "subject"),
    [
        ("flask", "primary_key=True)", "primary_key=True)\n    sku = db.Column(db.String(9))", "OrderLine.sku"),
        ("sqlmodel", "    pass", "    sku: str", "OrderLine.sku"),
        ("mixin", "    pass", "    sku = sa.Column(sa.String)", "OrderLine.sku"),
        ("mixin", "    pass", "    @declared_attr\n    def sku(_): return sa.Column(sa.Text)", "OrderLine.sku"),
        ("table name by function", "    pass", "    sku = sa.Column(sa.String)", "OrderLine.sku"),
        ("core", "primary_key=True)]", 'primary_key=True), sa.Column("sku", sa.Text)]', "table order_line"),
    ],
)  # fmt: skip
def test_a_column_is_seen_in_each_style(style: str, old: str, new: str, subject: str) -> None:
    models = dedent(STYLES[style])
    assert old in models

    found = missing(project(models, LINES), project(models.replace(old, new), LINES))

    assert found == [f"alembic-missing-column {subject}"]


PERSON = """
from app.base import *


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind"}


class Worker(Person):
    pass
"""
PEOPLE = (
    'op.create_table("person", sa.Column("id", sa.Integer(), primary_key=True), '
    'sa.Column("kind", sa.String(), nullable=False))'
)


def test_a_class_without_a_table_of_its_own_adds_to_its_parent_s() -> None:
    head = project(PERSON.replace("    pass", "    wage: Mapped[int | None]"), PEOPLE)

    assert missing(project(PERSON, PEOPLE), head) == ["alembic-missing-column Worker.wage"]


def test_a_class_with_a_table_of_its_own_has_only_its_own_columns() -> None:
    joined = (
        '    __tablename__ = "worker"\n    id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True)'
    )
    steps = 'op.create_table("worker", sa.Column("id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True))'
    head = {**project(PERSON.replace("    pass", joined), PEOPLE), SECOND: revision(steps, "bbb2", "aaa1")}

    assert missing(project(PERSON, PEOPLE), head) == []


def test_a_constant_of_another_file_counts() -> None:
    models = BOOK.replace("40", "LENGTH").replace("import *", "import *\nfrom app.sizes import LENGTH")

    found = missing(project(models, app__sizes="LENGTH = 40\n"), project(models, app__sizes="LENGTH = 60\n"))

    assert found == ["alembic-missing-type Book.title"]


def test_tables_of_a_metadata_that_no_migration_names_are_not_asked_about() -> None:
    other = """
        import sqlalchemy as sa
        metadata = sa.MetaData()
        events = sa.Table("events", metadata, sa.Column("id", sa.Integer))
    """

    assert missing(project(), project(app__events=other)) == []


def test_a_model_directly_on_the_library_s_base_shares_the_metadata_of_those_on_one_of_the_project_s() -> None:
    own = "class Own(db.Model):\n    __abstract__ = True\nclass OrderLine(Own)"
    models = dedent(STYLES["flask"]).replace("class OrderLine(db.Model)", own)
    other = "class Invoice(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n"

    assert missing(project(models, LINES), project(models + other, LINES)) == ["alembic-missing-table Invoice"]


def test_tables_that_are_left_out_by_their_info_are_not_asked_about() -> None:
    view = """

class View(Base):
    __tablename__ = "view"
    __table_args__ = {"info": {"skip_autogenerate": True}}
    id: Mapped[int] = mapped_column(primary_key=True)
"""

    assert missing(project(), project(BOOK + view)) == []


def test_each_of_two_folders_for_two_databases_needs_the_migration() -> None:
    both = {f"migrations/versions/{name}/0001.py": revision(FIRST, f"{name}1") for name in ("postgresql", "sqlite")}
    base = {path: text for path, text in {**project(), **both}.items() if path != "migrations/versions/0001.py"}
    step = revision('op.add_column("book", sa.Column("isbn", sa.String()))', "bbb2", "postgresql1")
    head = {**base, "app/models.py": ISBN["app/models.py"], "migrations/versions/postgresql/0002.py": step}

    [found] = judge(base, head).findings[Question.MISSING]

    assert "and no migration in migrations/versions/sqlite of the change does that" in found.message


def test_models_that_do_not_parse_at_head_are_not_a_pass() -> None:
    head = {**project(), "app/models.py": BOOK + "\nclass Broken(:\n"}

    [unknown] = judge(project(), head).unknowns[Question.MISSING]

    assert (unknown.path, unknown.line) == ("app/models.py", 10)


def test_a_name_of_a_table_that_is_made_when_the_code_runs_is_not_a_pass() -> None:
    models = BOOK.replace('"book"', "compute()")
    head = project(models.replace("    title", "    isbn: Mapped[str]\n    title"))

    [unknown] = missing(project(models), head)

    assert unknown == "? Book: the name of its table is made when the code runs"


def test_a_repository_without_revisions_says_so() -> None:
    files = {path: text for path, text in project().items() if "versions" not in path}

    answer = judge(files, {**files, "app/models.py": BOOK + "    isbn: Mapped[str]\n"})

    assert answer.absent_reason == "the repository has no revision of Alembic: its tables are made in another way"


def test_a_rewritten_revision_is_weighed_with_the_model_that_changed_with_it() -> None:
    base = {**ISBN, SECOND: revision('op.add_column("book", sa.Column("isbn", sa.String()))', "bbb2", "aaa1")}
    renamed = {path: text.replace("isbn", "number") for path, text in base.items()}

    assert missing(base, renamed) == []


KEY = "id = sa.Column(sa.Integer, primary_key=True)"
FACTORY = f"""
from app.base import *
def make(name):
    class Made(Base):
        __tablename__ = name
        {KEY}
    return Made
"""


@pytest.mark.parametrize(
    "added",
    [
        "TABLES = [sa.Table('more', Base.metadata, sa.Column('id', sa.Integer))]\n",
        "class Holder:\n    table = sa.Table('more', Base.metadata, sa.Column('id', sa.Integer))\n",
        "links = relationship('Book', secondary=sa.Table('more', Base.metadata, sa.Column('id', sa.Integer)))\n",
        f"class Outer:\n    class More(Base):\n        __tablename__ = 'more'\n        {KEY}\n",
        "for name in ('a', 'b'):\n    sa.Table(name, Base.metadata, sa.Column('id', sa.Integer))\n",
        "setattr(Book, 'isbn', sa.Column(sa.Text))\n",
        "from app.factory import make\nMore = make('more')\n",
    ],
)
def test_a_table_that_is_made_when_the_code_runs_is_not_a_pass(added: str) -> None:
    [unknown] = missing(project(app__factory=FACTORY), project(f"{BOOK}\n\n{added}", app__factory=FACTORY))

    assert unknown == "? a table or a column is made when the code runs"


def test_old_tables_that_are_made_when_the_code_runs_do_not_count() -> None:
    models = f"from app.factory import make\n{BOOK}\n\nMore = make('more')\n"

    assert missing(project(models, app__factory=FACTORY), project(f"{models}# more\n", app__factory=FACTORY)) == []


def test_a_table_that_the_filter_of_an_environment_names_is_not_a_pass() -> None:
    environment = 'def include_object(one, name, *_):\n    return name != "book"\n'
    base = {**project(), "migrations/env.py": environment}

    assert missing(base, {**base, "app/models.py": BOOK + "# same\n"}) == []
    [unknown] = missing(base, {**ISBN, "migrations/env.py": environment})

    assert unknown.startswith("? Book: whether the migrations agree cannot be told: Book.isbn: column book.isbn is new")


def test_an_index_that_turns_from_a_column_to_an_expression_needs_a_migration() -> None:
    plain = BOOK + '    __table_args__ = (sa.Index("title", "title"),)\n'

    found = missing(project(plain), project(plain.replace('"title"),', 'sa.desc("title")),')))

    assert found == ["alembic-missing-index Book"]


def test_a_changed_model_whose_revision_the_change_deletes_is_not_a_pass() -> None:
    table = 'op.create_table("tag", sa.Column("id", sa.Integer(), primary_key=True))'
    tag = f"\n\nclass Tag(Base):\n    __tablename__ = 'tag'\n    {KEY}\n"
    base = {**project(BOOK + tag), SECOND: revision(table, "bbb2", "aaa1")}

    found = missing(base, project(f"{BOOK}{tag}    name = sa.Column(sa.Text)\n"))

    assert found == ["alembic-missing-table Tag"]


def test_a_table_that_no_migration_made_is_not_said_to_need_a_drop() -> None:
    extra = (
        "\n\nclass Extra(Base):\n    __tablename__ = 'extra'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )

    answer = judge(project(BOOK + extra), project())

    assert not answer.findings[Question.MISSING]
    assert len(answer.unknowns[Question.MISSING]) == 1
