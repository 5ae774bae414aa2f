"""SQLModel's fields as columns.

Source: `get_column_from_field` of sqlmodel/main.py, `is_field_noneable` of sqlmodel/_compat.py (read 2026-11-25).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.checks.migrations.alembic.annotations import Annotation
from bot.checks.migrations.alembic.column_types import compile_type, python_type
from bot.checks.migrations.alembic.columns import Declared, column_call
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.schema import TypeSpec
from bot.checks.migrations.alembic.values import Call, ClassDef, Item, Ref, Value, call_name, last_name

# Python types that SQLModel keeps as text.
_TEXTS = frozenset(
    {
        *("str", "EmailStr", "Path", "IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "AnyUrl", "HttpUrl"),
        *("SecretStr", "AnyHttpUrl", "constr"),
    }
)
_TIMES = frozenset({"datetime", "AwareDatetime", "NaiveDatetime"})
_HANDED_ON = ("primary_key", "unique", "index")


@dataclass(frozen=True)
class Made:
    """A column that a field makes."""

    call: Call
    declared: Declared


def is_table_model(owner: ClassDef, reader: Reader) -> bool:
    """Whether a class is a table: `class Hero(SQLModel, table=True)`."""
    return any(word.arg == "table" and reader.eval(word.value, owner.scope) is True for word in owner.node.keywords)


def field_column(found: Annotation, value: Value, reader: Reader) -> Made | None:
    """The column of a field; None for what is none: relationships, class variables."""
    extras = [one for one in found.extras if call_name(one) == "Field"]
    settings = value if call_name(value) == "Field" else extras[0] if extras else Call(Ref("sqlmodel.Field"))
    if (
        call_name(value) in {"Relationship", "PrivateAttr"}
        or not isinstance(settings, Call)
        or _is_class_variable(found)
    ):
        return None
    column = column_call(settings.argument("sa_column"))
    if column is not None:
        return Made(column, Declared())
    args: list[Value] = []
    kwargs: dict[str, Value] = {name: settings.kwargs[name] for name in _HANDED_ON if name in settings.kwargs}
    foreign_key = settings.argument("foreign_key")
    if foreign_key is not None:
        args.append(Call(Ref("sqlalchemy.ForeignKey"), (foreign_key,), {"ondelete": settings.argument("ondelete")}))
    more = settings.argument("sa_column_args")
    args.extend(more if isinstance(more, list | tuple) else [])
    nullable = settings.argument("nullable")
    if nullable is not None:
        kwargs["nullable"] = nullable
    more_kwargs = settings.argument("sa_column_kwargs")
    if isinstance(more_kwargs, dict):
        kwargs.update({str(name): one for name, one in more_kwargs.items()})
    type_ = settings.argument("sa_type")
    spec = compile_type(type_, reader) if type_ is not None else _type_of(found, settings, reader)
    call = Call(Ref("sqlalchemy.Column"), tuple(args), kwargs, settings.path, settings.line)
    return Made(call, Declared(spec, found.optional))


def _is_class_variable(found: Annotation) -> bool:
    return isinstance(found.core, Item) and last_name(found.core) == "ClassVar"


def _type_of(found: Annotation, settings: Call, reader: Reader) -> TypeSpec:  # noqa: PLR0911 - one answer a kind
    name = last_name(found.core)
    lengths = [one.argument("max_length") for one in (settings, *found.extras) if isinstance(one, Call)]
    if name in _TEXTS and not isinstance(found.core, ClassDef):
        length = next((one for one in lengths if isinstance(one, int)), None)
        return compile_type(Call(Ref("sqlalchemy.String"), () if length is None else (length,)), reader)
    if name in _TIMES:
        # Newer releases keep the time zone, older ones do not.
        return compile_type(Ref("sqlmodel.UTCDateTime"), reader)
    if name == "Decimal":
        digits = settings.argument("max_digits"), settings.argument("decimal_places")
        return compile_type(
            Call(Ref("sqlalchemy.Numeric"), tuple(one for one in digits if isinstance(one, int))), reader
        )
    if name == "float":
        return compile_type(Ref("sqlalchemy.Float"), reader)
    if isinstance(found.core, ClassDef) and not reader.is_enum(found.core):
        if any(last_name(one) == "str" for one in reader.mro(found.core)):
            return compile_type(Ref("sqlalchemy.String"), reader)
        return TypeSpec((), ("annotation", found.core))
    return python_type(found.core, reader) or TypeSpec((), ("annotation", found.core))
