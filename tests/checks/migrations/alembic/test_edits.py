"""Edits of models as pull requests make them: gonogo and the real autogenerate say the same on both databases."""
# ruff: noqa: E501 - the source of a model is one line

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import indent

import pytest
import sqlalchemy as sa

from tests.checks.migrations.alembic.oracle import Database, revision_source
from tests.checks.migrations.alembic.postgres import connect
from tests.checks.migrations.alembic.project import missing

HEAD = """
import datetime, decimal, enum, uuid
from typing import Annotated, ClassVar, List, Literal, Optional
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Colour(enum.Enum):
    red = "red"
    green = "green"

short = Annotated[str, mapped_column(sa.String(40))]
key = Annotated[int, mapped_column(primary_key=True)]

class Author(Base):
    __tablename__ = "author"
    id: Mapped[key]

"""
ID = "id: Mapped[int] = mapped_column(primary_key=True)\n"


def book(body: str, before: str = "", bases: str = "Base") -> str:
    """Models with a class `Book` of that body."""
    return HEAD + before + f"\nclass Book({bases}):\n    __tablename__ = 'book'\n" + indent(ID + body, "    ") + "\n"


MIXIN = "class Named:\n    name: Mapped[str] = mapped_column(sa.String(40))\n"
LINKS = """
links = sa.Table(
    "links", Base.metadata,
    sa.Column("author_id", sa.ForeignKey("author.id"), primary_key=True),
    sa.Column("note", sa.String(9)),
)
"""
AUTHOR_ID = "author_id: Mapped[int] = mapped_column(sa.ForeignKey('author.id'))"
EDITS = {
    "relationship": (
        book(AUTHOR_ID),
        book(AUTHOR_ID + "\nauthor: Mapped['Author'] = relationship(back_populates=None, lazy='joined')"),
    ),
    "hybrid": (
        book("a: Mapped[int]"),
        book(
            "a: Mapped[int]\n@hybrid_property\ndef b(self):\n    return self.a\n@b.inplace.setter\ndef _b(self, v):\n    self.a = v"
        ),
    ),
    "Python default": (book("a: Mapped[int]"), book("a: Mapped[int] = mapped_column(default=3)")),
    "optional and union": (book("a: Mapped[Optional[str]]"), book("a: Mapped[str | None]")),
    "union the other way": (book("a: Mapped[Optional[str]]"), book("a: Mapped[None | str]")),
    "quoted annotation": (book("a: Mapped[Optional[int]]"), book("a: Mapped['int | None']")),
    "quoted and now required": (book("a: Mapped[Optional[int]]"), book("a: Mapped['int']")),
    "annotated alias": (book("a: Mapped[str] = mapped_column(sa.String(40))"), book("a: Mapped[short]")),
    "optional alias": (book("a: Mapped[short]"), book("a: Mapped[Optional[short]]")),
    "alias of another length": (book("a: Mapped[short]"), book("a: Mapped[short]").replace("40", "50")),
    "alias overridden": (book("a: Mapped[short]"), book("a: Mapped[short] = mapped_column(index=True)")),
    "inline annotated": (
        book("a: Mapped[str] = mapped_column(sa.String(9))"),
        book("a: Mapped[Annotated[str, mapped_column(sa.String(9))]]"),
    ),
    "index flag and Index": (
        book("a: Mapped[int] = mapped_column(index=True)"),
        book("a: Mapped[int]\n__table_args__ = (sa.Index('ix_book_a', 'a'),)"),
    ),
    "index flag and Index of another name": (
        book("a: Mapped[int] = mapped_column(index=True)"),
        book("a: Mapped[int]\n__table_args__ = (sa.Index('book_a', 'a'),)"),
    ),
    "unique flag and constraint": (
        book("a: Mapped[int] = mapped_column(unique=True)"),
        book("a: Mapped[int]\n__table_args__ = (sa.UniqueConstraint('a'),)"),
    ),
    "unique flag and unique index": (
        book("a: Mapped[int] = mapped_column(unique=True)"),
        book("a: Mapped[int] = mapped_column(unique=True, index=True)"),
    ),
    "table args: dict": (
        book("__table_args__ = (sa.Index('book_a', 'id'),)"),
        book("__table_args__ = (sa.Index('book_a', 'id'), {'sqlite_autoincrement': True})"),
    ),
    "table args: comment": (book("__table_args__ = {}"), book("__table_args__ = {'comment': 'shown'}")),
    "table args: declared_attr": (
        book("__table_args__ = (sa.Index('book_a', 'id'),)"),
        book("@declared_attr.directive\ndef __table_args__(cls):\n    return (sa.Index('book_a', 'id'),)"),
    ),
    "table args: name made of the class": (
        book("a: Mapped[int]"),
        book(
            "a: Mapped[int]\n@declared_attr.directive\ndef __table_args__(cls):\n"
            "    return (sa.Index(f'ix_{cls.__tablename__}_a', 'a'),)"
        ),
    ),
    "deferred": (book("a: Mapped[str]"), book("a: Mapped[str] = mapped_column(deferred=True, deferred_group='x')")),
    "orm.deferred": (
        book("a = mapped_column(sa.Text)"),
        book("a = orm.deferred(mapped_column(sa.Text))"),
    ),
    "column_property with an expression": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]\nb = orm.column_property(sa.select(Author.id).scalar_subquery())"),
    ),
    "column_property with a column": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]\nb = orm.column_property(sa.Column('b', sa.Integer))"),
    ),
    "synonym": (book("a: Mapped[int]"), book("a: Mapped[int]\nb = orm.synonym('a')")),
    "validates": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]\n@orm.validates('a')\ndef c(self, k, v):\n    return v"),
    ),
    "class variable": (book("a: Mapped[int]"), book("a: Mapped[int]\nlimit: ClassVar[int] = 3\nother = 9")),
    "composite": (
        book("x: Mapped[int]\ny: Mapped[int]", "class Point:\n    def __init__(self, x, y): pass\n"),
        book(
            "x: Mapped[int]\ny: Mapped[int]\np: Mapped[Point] = orm.composite('x', 'y')",
            "class Point:\n    def __init__(self, x, y): pass\n",
        ),
    ),
    "composite of columns": (
        book("a: Mapped[int]", "class Point:\n    def __init__(self, x, y): pass\n"),
        book(
            "a: Mapped[int]\np: Mapped[Point] = orm.composite(mapped_column('x', sa.Integer), mapped_column('y', sa.Integer))",
            "class Point:\n    def __init__(self, x, y): pass\n",
        ),
    ),
    "enumeration gets a member": (book("a: Mapped[Colour]"), book("a: Mapped[Colour]").replace("green", "yellow")),
    "enumeration gets a longer member": (
        book("a: Mapped[Colour]"),
        book("a: Mapped[Colour]").replace('    green = "green"', '    green = "green"\n    turquoise = "t"'),
    ),
    "enumeration without a native type": (
        book("a: Mapped[Colour] = mapped_column(sa.Enum(Colour, native_enum=False))"),
        book("a: Mapped[Colour] = mapped_column(sa.Enum(Colour, native_enum=False, length=60))"),
    ),
    "enumeration becomes text": (book("a: Mapped[Colour]"), book("a: Mapped[str]")),
    "literal": (book("a: Mapped[Literal['x', 'y']]"), book("a: Mapped[str]")),
    "literal gets a member": (book("a: Mapped[Literal['x', 'y']]"), book("a: Mapped[Literal['x', 'y', 'z']]")),
    "schema": (book("a: Mapped[int]"), book("a: Mapped[int]\n__table_args__ = {'schema': None}")),
    "identity": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]").replace("primary_key=True)\n", "sa.Identity(always=True), primary_key=True)\n"),
    ),
    "computed": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]\nb: Mapped[int] = mapped_column(sa.Computed('a + 1'))"),
    ),
    "autoincrement": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]").replace("primary_key=True)\n", "primary_key=True, autoincrement=True)\n"),
    ),
    "partial index": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]\n__table_args__ = (sa.Index('b', 'a', postgresql_where=sa.text('a > 0')),)"),
    ),
    "index concurrently": (
        book("a: Mapped[int]\n__table_args__ = (sa.Index('b', 'a'),)"),
        book("a: Mapped[int]\n__table_args__ = (sa.Index('b', 'a', postgresql_concurrently=True),)"),
    ),
    "index by another method": (
        book("a: Mapped[int]\n__table_args__ = (sa.Index('b', 'a'),)"),
        book("a: Mapped[int]\n__table_args__ = (sa.Index('b', 'a', postgresql_using='hash'),)"),
    ),
    "index of an expression": (
        book("a: Mapped[str]"),
        book("a: Mapped[str]\n__table_args__ = (sa.Index('b', sa.text('lower(a)')),)"),
    ),
    "index downwards": (
        book("a: Mapped[str]\n__table_args__ = (sa.Index('b', 'a'),)"),
        book("a: Mapped[str]\n__table_args__ = (sa.Index('b', sa.desc('a')),)"),
    ),
    "index after the class": (book("a: Mapped[str]"), book("a: Mapped[str]") + "sa.Index('b', Book.a)\n"),
    "type variant": (
        book("a: Mapped[dict] = mapped_column(sa.JSON)"),
        book("a: Mapped[dict] = mapped_column(sa.JSON().with_variant(postgresql.JSONB, 'postgresql'))"),
    ),
    "type in caps": (book("a = mapped_column(sa.Integer)"), book("a = mapped_column(sa.INTEGER)")),
    "float of another width": (book("a = mapped_column(sa.Float)"), book("a = mapped_column(sa.Double)")),
    "text of no length": (book("a = mapped_column(sa.String)"), book("a = mapped_column(sa.Text)")),
    "wider number": (book("a = mapped_column(sa.Integer)"), book("a = mapped_column(sa.BigInteger)")),
    "key becomes wider": (
        book(""),
        book("").replace("    id: Mapped[int] = mapped_column(", "    id: Mapped[int] = mapped_column(sa.BigInteger, "),
    ),
    "time zone": (
        book("a: Mapped[datetime.datetime]"),
        book("a: Mapped[datetime.datetime] = mapped_column(sa.DateTime(timezone=True))"),
    ),
    "uuid as text": (
        book("a: Mapped[uuid.UUID]"),
        book("a: Mapped[uuid.UUID] = mapped_column(sa.Uuid(as_uuid=False))"),
    ),
    "map of annotations": (
        book("a: Mapped[str]"),
        book("a: Mapped[str]").replace(
            "(DeclarativeBase):\n    pass", "(DeclarativeBase):\n    type_annotation_map = {str: sa.String(50)}"
        ),
    ),
    "map of annotations: integer": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]").replace(
            "(DeclarativeBase):\n    pass", "(DeclarativeBase):\n    type_annotation_map = {int: sa.BigInteger}"
        ),
    ),
    "moved to a mixin": (
        book("name: Mapped[str] = mapped_column(sa.String(40))"),
        book("a = None", MIXIN, "Named, Base"),
    ),
    "mixin changed": (
        book("a = None", MIXIN, "Named, Base"),
        book("a = None", MIXIN.replace("40", "60"), "Named, Base"),
    ),
    "mixin overridden": (
        book("a = None", MIXIN, "Named, Base"),
        book("name: Mapped[Optional[str]] = mapped_column(sa.String(40))", MIXIN, "Named, Base"),
    ),
    "mixin column taken away": (book("a = None", MIXIN, "Named, Base"), book("name = None", MIXIN, "Named, Base")),
    "unused mixin changed": (book("a: Mapped[int]", MIXIN), book("a: Mapped[int]", MIXIN.replace("40", "60"))),
    "abstract base": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]", "class Own(Base):\n    __abstract__ = True\n    x = 3\n", "Own"),
    ),
    "abstract base with a column": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]", "class Own(Base):\n    __abstract__ = True\n    x: Mapped[int]\n", "Own"),
    ),
    "column under another attribute": (
        book("a: Mapped[int]"),
        book("b: Mapped[int] = mapped_column('a')"),
    ),
    "attribute renamed": (book("a: Mapped[int]"), book("b: Mapped[int]")),
    "key= of a Column": (
        HEAD + LINKS,
        HEAD + LINKS.replace("sa.String(9)", "sa.String(9), key='remark'"),
    ),
    "association table": (HEAD, HEAD + LINKS),
    "association table gets a column": (HEAD + LINKS, HEAD + LINKS.replace("note", "remark")),
    "column of a Table becomes required": (HEAD + LINKS, HEAD + LINKS.replace("(9)", "(9), nullable=False")),
    "append_column": (HEAD + LINKS, HEAD + LINKS + "links.append_column(sa.Column('more', sa.Integer))\n"),
    "column set after the class": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]") + "Book.more = mapped_column(sa.Integer)\n",
    ),
    "primary key constraint": (
        HEAD + LINKS,
        HEAD + LINKS.replace(", primary_key=True", "").replace("(9)),", "(9)), sa.PrimaryKeyConstraint('author_id'),"),
    ),
    "foreign key constraint": (
        book(AUTHOR_ID),
        book("author_id: Mapped[int]\n__table_args__ = (sa.ForeignKeyConstraint(['author_id'], ['author.id']),)"),
    ),
    "foreign key to the class": (book(AUTHOR_ID), book(AUTHOR_ID.replace("'author.id'", "Author.id"))),
    "foreign key use_alter": (
        book(AUTHOR_ID),
        book(AUTHOR_ID.replace("'author.id'", "'author.id', use_alter=True, name='fk'")),
    ),
    "foreign key ondelete": (
        book(AUTHOR_ID),
        book(AUTHOR_ID.replace("'author.id'", "'author.id', ondelete='CASCADE'")),
    ),
    "foreign key ondelete in small letters": (
        book(AUTHOR_ID.replace("'author.id'", "'author.id', ondelete='CASCADE'")),
        book(AUTHOR_ID.replace("'author.id'", "'author.id', ondelete='cascade'")),
    ),
    "foreign key ondelete, as it is by default": (
        book(AUTHOR_ID),
        book(AUTHOR_ID.replace("'author.id'", "'author.id', ondelete='NO ACTION'")),
    ),
    "foreign key deferrable": (
        book(AUTHOR_ID),
        book(AUTHOR_ID.replace("'author.id'", "'author.id', deferrable=True, initially='DEFERRED'")),
    ),
    "nullable said against the annotation": (
        book("a: Mapped[Optional[int]]"),
        book("a: Mapped[Optional[int]] = mapped_column(nullable=False)"),
    ),
    "server default": (book("a: Mapped[int]"), book("a: Mapped[int] = mapped_column(server_default='1')")),
    "onupdate": (book("a: Mapped[int]"), book("a: Mapped[int] = mapped_column(onupdate=lambda: 3)")),
    "comment": (book("a: Mapped[int]"), book("a: Mapped[int] = mapped_column(comment='shown')")),
    "single-table child": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]") + "\nclass Novel(Book):\n    plot: Mapped[Optional[str]]\n",
    ),
    "joined child": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]")
        + "\nclass Novel(Book):\n    __tablename__ = 'novel'\n    id: Mapped[int] = mapped_column(sa.ForeignKey('book.id'), primary_key=True)\n",
    ),
    "concrete child": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]")
        + "\nclass Novel(Book):\n    __tablename__ = 'novel'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "    __mapper_args__ = {'concrete': True}\n",
    ),
    "use_existing_column": (
        book("a: Mapped[int]") + "\nclass Novel(Book):\n    plot: Mapped[Optional[str]]\n",
        book("a: Mapped[int]")
        + "\nclass Novel(Book):\n    plot: Mapped[Optional[str]]\n"
        + "\nclass Poem(Book):\n    plot: Mapped[Optional[str]] = mapped_column(use_existing_column=True)\n",
    ),
    "array": (
        book("a: Mapped[int]"),
        book("a: Mapped[int]\nb = mapped_column(sa.JSON().with_variant(postgresql.ARRAY(sa.Text), 'postgresql'))"),
    ),
    "collation": (book("a = mapped_column(sa.String(9))"), book("a = mapped_column(sa.String(9, collation='C'))")),
    "conditional class": (
        HEAD,
        HEAD + "\nif True:\n    class Extra(Base):\n        __tablename__ = 'extra'\n        " + ID,
    ),
    "class made by a function": (
        HEAD,
        HEAD
        + "\ndef make(name):\n    class Extra(Base):\n        __tablename__ = name\n        "
        + ID
        + "    return Extra\nX = make('extra')\n",
    ),
    "class made by type": (
        HEAD,
        HEAD
        + "\nExtra = type('Extra', (Base,), {'__tablename__': 'extra', 'id': sa.Column(sa.Integer, primary_key=True)})\n",
    ),
    "tables of a loop": (
        HEAD,
        HEAD
        + "\nfor n in ('x', 'y'):\n    sa.Table(n, Base.metadata, sa.Column('id', sa.Integer, primary_key=True))\n",
    ),
}


@contextmanager
def _metadata(source: str) -> Iterator[sa.MetaData]:
    module = types.ModuleType("edited_models")
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, "app/models.py", "exec"), module.__dict__)  # noqa: S102 - the tests' own source
        yield module.Base.metadata
    finally:
        del sys.modules[module.__name__]


def ask(database: Database, old: str, new: str, url: str) -> tuple[list[object], list[str]]:
    """What the real tool and gonogo miss."""
    with _metadata(old) as metadata:
        first = revision_source(database.write(metadata), "aaa1", None, batch=False)
        metadata.create_all(database.connection)
        drift = [repr(one) for one in database.missing(metadata)]
    with _metadata(new) as metadata:
        found = [one for one in database.missing(metadata) if repr(one) not in drift]
    common = {
        "alembic.ini": f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n",
        "migrations/env.py": "target_metadata = None\n",
        "migrations/versions/0001.py": first,
        "app/__init__.py": "",
    }
    return found, missing({**common, "app/models.py": old}, {**common, "app/models.py": new})


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_judged_as_autogenerate_judges_it_on_sqlite(name: str) -> None:
    with sa.create_engine("sqlite://").connect() as connection:
        found, said = ask(Database(connection), *EDITS[name], "sqlite:///app.db")

    assert bool(said) == bool(found), (found, said)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_judged_as_autogenerate_judges_it_on_postgresql(postgresql: sa.Engine, name: str) -> None:
    with connect(postgresql) as connection:
        found, said = ask(Database(connection), *EDITS[name], "postgresql://localhost/app")

    assert bool(said) == bool(found), (found, said)
