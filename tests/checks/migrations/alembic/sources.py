"""A schema's specification as Python source, in the styles that projects write."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tests.checks.migrations.alembic.spec import INFERRED, TYPES, ColumnSpec, SchemaSpec, TableSpec

_HEAD = """import datetime
import decimal
import enum
import uuid
from typing import Annotated, Optional

import sqlalchemy as sa
"""
_ENUM = """

class Colour(enum.Enum):
    red = "red"
    green = "green"


class Tagged(sa.TypeDecorator):
    impl = sa.String
    cache_ok = True
"""
_CONVENTION = """{
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}"""
_ENV = "target_metadata = None\n"
_STAMPS = """

def stamps():
    return [sa.Column("created", sa.DateTime(), nullable=False), sa.Column("creator", sa.String(SHORT), index=True)]
"""
_STAMPED = """

class Stamped(SQLModel):
    created: datetime.date
    creator: str | None = Field(default=None, max_length=SHORT, index=True)
"""


def project_files(schema: SchemaSpec) -> dict[str, str]:
    """The files of an application: `app/constants.py`, `app/base.py`, `app/models.py` and what Alembic needs."""
    style = _STYLES[schema.style](schema)
    files = {
        "alembic.ini": "[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n",
        "migrations/env.py": _ENV,
        "migrations/script.py.mako": "",
        "app/__init__.py": "",
        "app/constants.py": "SHORT = 40\nLONG = SHORT * 2\nBOOKS = 'book'\n",
        "app/base.py": style.base(),
    }
    body = [style.table(one) for one in schema.tables]
    if schema.split and len(body) > 1:
        files["app/first.py"] = style.head() + body[0]
        files["app/models.py"] = style.head() + "from app.first import *\n" + "".join(body[1:])
    else:
        files["app/models.py"] = style.head() + "".join(body)
    return files


def class_name(table: str) -> str:
    return "".join(part.title() for part in table.split("_"))


class _Style(ABC):
    column = "sa.Column"
    lead = "sa"

    def __init__(self, schema: SchemaSpec) -> None:
        self.schema = schema

    def head(self) -> str:
        return _HEAD + "from app import constants\nfrom app.base import *\nfrom app.constants import LONG, SHORT\n"

    def metadata(self) -> str:
        return f"sa.MetaData(naming_convention={_CONVENTION})" if self.schema.convention else "sa.MetaData()"

    @abstractmethod
    def base(self) -> str:
        """The source of what models are declared with."""

    def mixin(self) -> str:
        return """

class Stamped:
    created = sa.Column(sa.DateTime(), nullable=False)

    @declared_attr
    def creator(cls):
        return sa.Column(sa.String(SHORT), index=True)
"""

    def table(self, table: TableSpec) -> str:
        lines = ["", "", f"class {class_name(table.name)}({self.bases(table)}):"]
        if table.doc:
            lines.append('    """A table."""')
        lines += self.table_name(table)
        for column in table.columns:
            lines.append(f"    {self.declare(column)}")
        lines += self.table_args(table)
        if table.method:
            lines += ["", "    def describe(self):", "        return str(self.id)"]
        return "\n".join(lines) + "\n"

    def bases(self, table: TableSpec) -> str:
        return "Stamped, Base" if table.mixin else "Base"

    def table_name(self, table: TableSpec) -> list[str]:
        return [f'    __tablename__ = "{table.name}"']

    def table_args(self, table: TableSpec) -> list[str]:
        parts = self.constraints(table)
        return [f"    __table_args__ = ({', '.join(parts)},)"] if parts else []

    def constraints(self, table: TableSpec) -> list[str]:
        parts = []
        for name, columns in table.uniques:
            named = f', name="{name}"' if name else ""
            parts.append(f"{self.lead}.UniqueConstraint({', '.join(map(_quoted, columns))}{named})")
        for name, columns, unique in table.indexes:
            parts.append(
                f'{self.lead}.Index("{name}", {", ".join(map(_quoted, columns))}{", unique=True" if unique else ""})'
            )
        if table.check:
            parts.append(f'{self.lead}.CheckConstraint("id > 0", name="positive")')
        return parts

    def declare(self, column: ColumnSpec) -> str:
        return f"{column.name} = {self.column}({', '.join(self.arguments(column))})"

    def type(self, column: ColumnSpec) -> str:
        text = TYPES[column.type][0]
        if column.form % 3 == 1:
            text = text.replace("(40)", "(SHORT)").replace("length=80", "length=constants.LONG")
        return text if self.lead == "sa" or column.type == "decorated" else text.replace("sa.", f"{self.lead}.")

    def arguments(self, column: ColumnSpec, *, typed: bool = True, null: bool = True) -> list[str]:
        parts = [self.type(column)] if typed else []
        if column.target:
            ondelete = f', ondelete="{column.ondelete}"' if column.ondelete else ""
            parts.append(f'{self.lead}.ForeignKey("{column.target}.id"{ondelete})')
        if column.key:
            parts.append("primary_key=True")
        elif null and (not column.nullable or column.form % 2):
            parts.append(f"nullable={column.nullable}")
        parts += [f"{name}=True" for name in ("unique", "index") if getattr(column, name)]
        if column.default:
            parts.append("default=None")
        if column.server_default:
            parts.append(
                f'server_default={self.lead}.text("NULL")'
                if column.nullable
                else f'server_default={self.lead}.text("0")'
            )
        return parts


class _Classic(_Style):
    def base(self) -> str:
        imports = "from sqlalchemy.orm import declarative_base, declared_attr\nfrom app.constants import SHORT\n"
        return f"{_HEAD}{imports}{_ENUM}\n\nBase = declarative_base(metadata={self.metadata()})\n{self.mixin()}"


class _Mapped(_Style):
    column = "mapped_column"
    root = "DeclarativeBase"

    def base(self) -> str:
        names = "DeclarativeBase, Mapped, MappedAsDataclass, declared_attr, mapped_column"
        return (
            f"{_HEAD}from sqlalchemy.orm import {names}\nfrom app.constants import SHORT\n{_ENUM}\n"
            f"\nshort = Annotated[str, mapped_column(sa.String(SHORT))]\n"
            f"\n\nclass Base({self.root}):\n    metadata = {self.metadata()}\n"
            f"    type_annotation_map = {{dict: sa.JSON()}}\n{self.mixin()}"
        )

    def mixin(self) -> str:
        return """

class Stamped:
    created: Mapped[datetime.datetime] = mapped_column(sa.DateTime())

    @declared_attr
    def creator(cls) -> Mapped[Optional[str]]:
        return mapped_column(sa.String(SHORT), index=True)
"""

    def declare(self, column: ColumnSpec) -> str:
        python = "int" if column.target else TYPES[column.type][1]
        if column.form % 4 == 3:
            return super().declare(column)
        optional = column.nullable and not column.key
        if column.type == "string 40" and column.form % 4 == 2 and not column.target:
            python, inferred = "short", True
        else:
            inferred = column.type in {*INFERRED, "json"} and column.form % 4 == 1
        text = {0: f"Optional[{python}]", 1: f"{python} | None"}[column.form % 2] if optional else python
        arguments = self.arguments(column, typed=not inferred, null=column.form > 5)
        if inferred and not arguments:
            return f"{column.name}: Mapped[{text}]"
        return f"{column.name}: Mapped[{text}] = mapped_column({', '.join(arguments)})"


class _Dataclass(_Mapped):
    root = "MappedAsDataclass, DeclarativeBase, kw_only=True"

    def arguments(self, column: ColumnSpec, *, typed: bool = True, null: bool = True) -> list[str]:
        return [*super().arguments(column, typed=typed, null=null), *(["init=False"] if column.key else [])]

    def mixin(self) -> str:
        return """

class Stamped(MappedAsDataclass, kw_only=True):
    created: Mapped[datetime.datetime] = mapped_column(sa.DateTime())
    creator: Mapped[Optional[str]] = mapped_column(sa.String(SHORT), index=True, default=None)
"""

    def declare(self, column: ColumnSpec) -> str:
        if column.form % 4 == 3:
            return _Mapped.declare(self, ColumnSpec(**{**column.__dict__, "form": 0}))
        return super().declare(column)


class _Flask(_Style):
    column = "db.Column"
    lead = "db"

    def base(self) -> str:
        imports = "from flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy.orm import declared_attr\n"
        made = f"db = SQLAlchemy(metadata={self.metadata()})\n"
        return f"{_HEAD}{imports}from app.constants import SHORT\n{_ENUM}\n\n{made}{self.mixin()}"

    def bases(self, table: TableSpec) -> str:
        return "Stamped, db.Model" if table.mixin else "db.Model"

    def table_name(self, table: TableSpec) -> list[str]:
        # Flask-SQLAlchemy derives the name.
        return [] if table.columns[0].form % 2 else super().table_name(table)


class _Core(_Style):
    def base(self) -> str:
        return f"{_HEAD}from app.constants import SHORT\n{_ENUM}\n\nmetadata = {self.metadata()}\n{_STAMPS}"

    def table(self, table: TableSpec) -> str:
        parts = [f"sa.Column({_quoted(one.name)}, {', '.join(self.arguments(one))})" for one in table.columns]
        if table.mixin:
            parts.append("*stamps()")
        parts += self.constraints(table)
        inner = "".join(f"    {part},\n" for part in parts)
        return f'\n\n{table.name} = sa.Table(\n    "{table.name}",\n    metadata,\n{inner})\n'


class _Sqlmodel(_Style):
    def base(self) -> str:
        names = f"\nSQLModel.metadata.naming_convention = {_CONVENTION}\n" if self.schema.convention else ""
        imports = "from sqlmodel import Field, SQLModel\nfrom app.constants import SHORT\n"
        return f"{_HEAD}{imports}{_ENUM}\n{names}{_STAMPED}"

    def table(self, table: TableSpec) -> str:
        text = super().table(table)
        return text.replace(
            f"class {class_name(table.name)}({self.bases(table)}):",
            f"class {class_name(table.name)}({self.bases(table)}, table=True):",
        )

    def bases(self, table: TableSpec) -> str:
        return "Stamped" if table.mixin else "SQLModel"

    def table_name(self, table: TableSpec) -> list[str]:
        return [] if "_" not in table.name and table.columns[0].form % 2 else super().table_name(table)

    def declare(self, column: ColumnSpec) -> str:
        python = "int" if column.target else TYPES[column.type][1]
        arguments = ["default=None"] if column.key or column.nullable else []
        if column.key:
            return f"{column.name}: int | None = Field(default=None, primary_key=True)"
        if column.form % 4 == 3 and not column.target:
            inner = ", ".join(_Style.arguments(self, column))
            optional = " | None" if column.nullable else ""
            return f"{column.name}: {python}{optional} = Field(sa_column=sa.Column({inner}))"
        if column.type == "string 40" and not column.target:
            arguments.append("max_length=40" if column.form % 2 else "max_length=SHORT")
        if column.type == "numeric 10 2" and not column.target:
            arguments += ["max_digits=10", "decimal_places=2"]
        if column.target:
            arguments.append(f'foreign_key="{column.target}.id"')
            if column.ondelete:
                arguments.append(f'ondelete="{column.ondelete}"')
        arguments += [f"{name}=True" for name in ("unique", "index") if getattr(column, name)]
        text = f"{python} | None" if column.nullable else python
        return f"{column.name}: {text} = Field({', '.join(arguments)})" if arguments else f"{column.name}: {text}"


_STYLES: dict[str, type[_Style]] = {
    "classic": _Classic,
    "mapped": _Mapped,
    "dataclass": _Dataclass,
    "flask": _Flask,
    "core": _Core,
    "sqlmodel": _Sqlmodel,
}


def _quoted(name: str) -> str:
    return f'"{name}"'
