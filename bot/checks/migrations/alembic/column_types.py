"""A column's type as the database writes it, and when two of them make a migration.

Rule: `DefaultImpl.compare_type` of alembic/ddl/impl.py: the first word must be the same (or a synonym); further words
and the numbers in brackets count only where both sides have as many of them, so `VARCHAR` to `VARCHAR(50)` is none.
Source: https://github.com/sqlalchemy/alembic/blob/main/alembic/ddl/impl.py and the type compilers of SQLAlchemy 2.1
(read 2026-11-25); tests/checks/migrations/alembic/test_types.py asks both.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from bot.checks.migrations.alembic.bindings import class_bindings, enum_members
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.schema import Same, TypeSpec
from bot.checks.migrations.alembic.values import (
    Attribute,
    Call,
    ClassDef,
    Function,
    Ref,
    Value,
    holds_opaque,
    last_name,
)

_MAX_DEPTH = 8
# By the class's name: on PostgreSQL, SQLite, MySQL. `{}` is the length or precision with its brackets, or nothing.
_CLASSES: Mapping[str, tuple[str, str, str]] = {
    "Integer": ("integer", "integer", "integer"),
    "SmallInteger": ("smallint", "smallint", "smallint"),
    "BigInteger": ("bigint", "bigint", "bigint"),
    "INT": ("integer", "integer", "integer"),
    "String": ("varchar{}", "varchar{}", "varchar{}"),
    "Unicode": ("varchar{}", "varchar{}", "varchar{}"),
    "AutoString": ("varchar{}", "varchar{}", "varchar{}"),
    "VARCHAR": ("varchar{}", "varchar{}", "varchar{}"),
    "Text": ("text", "text", "text"),
    "UnicodeText": ("text", "text", "text"),
    "Boolean": ("boolean", "boolean", "bool"),
    "BOOLEAN": ("boolean", "boolean", "bool"),
    "Float": ("float{}", "float", "float{}"),
    "Double": ("double precision", "double", "double"),
    "DOUBLE_PRECISION": ("double precision", "double precision", "double precision"),
    "Numeric": ("numeric{}", "numeric{}", "numeric{}"),
    "Date": ("date", "date", "date"),
    "LargeBinary": ("bytea", "blob", "blob{}"),
    "PickleType": ("bytea", "blob", "blob"),
    "Interval": ("interval", "datetime", "datetime"),
    "JSON": ("json", "json", "json"),
    "Uuid": ("uuid", "char(32)", "char(32)"),
    "UUID": ("uuid", "uuid", "uuid"),
    # Packages that many projects use.
    "GUID": ("uuid", "char(36)", "char(36)"),
    "UUIDType": ("uuid", "binary(16)", "binary(16)"),
    "EmailType": ("varchar(255)", "varchar(255)", "varchar(255)"),
    "URLType": ("text", "text", "text"),
    "TSVectorType": ("tsvector", "text", "text"),
    "EncryptedType": ("bytea", "blob", "blob"),
    "StringEncryptedType": ("varchar", "varchar", "varchar"),
    "JSONType": ("json", "text", "text"),
    "ArrowType": ("timestamp without time zone", "datetime", "datetime"),
    "UtcDateTime": ("timestamp with time zone", "datetime", "datetime"),
    "TIMESTAMPAware": ("timestamp with time zone", "timestamp", "timestamp"),
    "DateTimeUTC": ("timestamp with time zone", "datetime", "datetime"),
    "Vector": ("vector{}", "vector{}", "vector{}"),
}
_DIALECTS = ("postgresql", "sqlite", "mysql")
_SYNONYMS: Mapping[str, tuple[frozenset[str], ...]] = {
    "postgresql": (frozenset({"numeric", "decimal"}), frozenset({"float", "double precision"})),
    "sqlite": (frozenset({"numeric", "decimal"}),),
    "mysql": (frozenset({"numeric", "decimal"}), frozenset({"bool", "tinyint"}), frozenset({"json", "longtext"})),
}
_PYTHON: Mapping[str, tuple[str, ...]] = {
    "int": ("Integer",),
    "str": ("String",),
    "bool": ("Boolean",),
    "float": ("Float", "Double"),
    "bytes": ("LargeBinary",),
    "Decimal": ("Numeric",),
    "UUID": ("Uuid",),
    "date": ("Date",),
    "datetime": ("DateTime",),
    "time": ("Time",),
    "timedelta": ("Interval",),
}


def compile_type(value: Value, reader: Reader, depth: int = 0) -> TypeSpec:
    """A type from what stands in the source: a class or an instance of one."""
    call = value if isinstance(value, Call) else Call(value)
    if depth > _MAX_DEPTH or holds_opaque(call.func):
        return TypeSpec((), value)
    texts = _texts(call, reader, depth)
    return TypeSpec(tuple(dict.fromkeys(texts)), None if texts else value)


def _texts(call: Call, reader: Reader, depth: int) -> list[str]:  # noqa: C901, PLR0911 - one answer a kind
    match call.func:
        case Attribute(name="with_variant", owner=owner):
            variant = reader.dialect in call.args[1:]
            return list(compile_type(call.args[0] if variant else owner, reader, depth + 1).texts)
        case Attribute(name="as_mutable" | "type_descriptor" | "adapt") if call.args:
            return list(compile_type(call.args[0], reader, depth + 1).texts)
        case ClassDef() as owner:
            return _of_class(owner, call, reader, depth)
        case Function() | Attribute(owner=Call()):
            pass
    name = last_name(call.func)
    match name:
        case "Enum" | "ENUM":
            return _of_enum(call, reader)
        case "DateTime" | "Time" | "TIMESTAMP" | "DATETIME" | "TIME":
            return _of_time(name, call, reader.dialect)
        case "UTCDateTime":
            return [*_of_time("DateTime", Call(None), reader.dialect), *_of_time("DateTime", _AWARE, reader.dialect)]
        case "ARRAY" if call.args:
            return [f"{text}[]" for text in compile_type(call.args[0], reader, depth + 1).texts]
        case "Uuid" | "UUID" if call.argument("native_uuid") is False:
            return ["char(32)"]
        case "NullType":
            return []
    if name in _CLASSES:
        template = _CLASSES[name][_DIALECTS.index(reader.dialect)]
        return [template.format(_numbers(call)) + _collation(call)]
    if name.isupper() and isinstance(call.func, Ref | Attribute):
        return [name.lower() + _numbers(call) + (" unsigned" if call.argument("unsigned") is True else "")]
    return []


_AWARE = Call(None, (), {"timezone": True})


def _numbers(call: Call) -> str:
    names = ("length", "precision", "display_width", "dim")
    first = next((call.kwargs[name] for name in names if name in call.kwargs), None)
    values = [one for one in call.args if isinstance(one, int) and not isinstance(one, bool)][:2]
    if isinstance(first, int):
        values = [first]
    if isinstance(scale := call.argument("scale"), int) and values:
        values = [values[0], scale]
    return f"({', '.join(str(one) for one in values)})" if values else ""


def _collation(call: Call) -> str:
    collation = call.argument("collation")
    return f" collate {collation.lower()}" if isinstance(collation, str) else ""


def _of_time(name: str, call: Call, dialect: str) -> list[str]:
    if dialect != "postgresql":
        return [{"DateTime": "datetime", "Time": "time"}.get(name, name.lower())]
    if name == "DATETIME":
        return ["datetime"]
    aware = call.argument("timezone", 0)
    zones = ["with"] if aware is True else ["without"] if aware in {None, False} else ["with", "without"]
    kind = "time" if name in {"Time", "TIME"} else "timestamp"
    precision = call.argument("precision")
    digits = f"({precision})" if isinstance(precision, int) else ""
    return [f"{kind}{digits} {zone} time zone" for zone in zones]


def _of_enum(call: Call, reader: Reader) -> list[str]:
    members = call.args[0] if call.args else None
    name = call.argument("name")
    length = call.argument("length")
    if last_name(call.func) == "Enum" and isinstance(members, ClassDef):
        name = name if isinstance(name, str) else members.name.lower()
        values: list[Value] = list(enum_members(members))
        if "values_callable" in call.kwargs:
            values = []
    else:
        values = list(call.args)
    if reader.dialect == "mysql":
        return ["enum"]
    native = call.argument("native_enum") is not False
    if reader.dialect == "postgresql" and native:
        return [name.lower()] if isinstance(name, str) else []
    if isinstance(length, int):
        return [f"varchar({length})"]
    texts = [one for one in values if isinstance(one, str)]
    return [f"varchar({max(map(len, texts))})" if texts and len(texts) == len(values) else "varchar"]


def _of_class(owner: ClassDef, call: Call, reader: Reader, depth: int) -> list[str]:
    """A type that the repository defines: by what it decorates, or by the text that it gives the database."""
    if reader.is_enum(owner):
        return _of_enum(Call(Ref("sqlalchemy.Enum"), (owner,)), reader)
    for one in reader.mro(owner):
        if not isinstance(one, ClassDef):
            if last_name(one) in _CLASSES:
                return _texts(Call(one, call.args, call.kwargs), reader, depth + 1)
            continue
        bindings = class_bindings(one)
        for method, argument in (
            ("load_dialect_impl", Attribute(Ref("sqlalchemy"), "dialect")),
            ("get_col_spec", None),
        ):
            if method in bindings and (texts := _of_method(one, method, argument, reader, depth)):
                return texts
        if isinstance(impl := bindings.get("impl"), ast.expr):
            value = reader.eval(impl, reader.class_scope(one))
            # `TypeDecorator.__init__` hands its arguments to the class it decorates.
            own = isinstance(value, Call) or "__init__" in bindings
            return list(compile_type(value if own else replace(call, func=value), reader, depth + 1).texts)
    return []


def _of_method(owner: ClassDef, method: str, argument: Value, reader: Reader, depth: int) -> list[str]:
    node = class_bindings(owner)[method]
    function = reader.define(node, owner.scope) if isinstance(node, ast.FunctionDef) else None
    if not isinstance(function, Function):
        return []
    value = reader.call_function(function, Call(function, (Ref("self"), argument)))
    if isinstance(value, str):
        return [value.lower()]
    return list(compile_type(value, reader, depth + 1).texts) if isinstance(value, Call) else []


def python_type(value: Value, reader: Reader) -> TypeSpec | None:
    """The type of a column annotated with a Python type, by SQLAlchemy's own table; None where it has none."""
    if isinstance(value, ClassDef):
        if reader.is_enum(value):
            return compile_type(Call(Ref("sqlalchemy.Enum"), (value,)), reader)
        return None
    names = _PYTHON.get(last_name(value))
    if names is None:
        return None
    return TypeSpec(tuple(text for name in names for text in compile_type(Ref(f"sqlalchemy.{name}"), reader).texts))


def compare_types(left: TypeSpec, right: TypeSpec, dialect: str) -> Same:
    """Whether a column of one type needs no migration to become one of the other."""
    if left.texts and right.texts:
        matches = any(_match(one, other, dialect) for one in left.texts for other in right.texts)
        return Same.YES if matches else Same.NO
    if not left.texts and not right.texts and (left.value == right.value or _is_one_class(left.value, right.value)):
        return Same.YES
    return Same.UNKNOWN


def _is_one_class(left: Value, right: Value) -> bool:
    """Whether two types that cannot be told are made by a class of one name, with the same arguments or none."""
    one, other = (value if isinstance(value, Call) else Call(value) for value in (left, right))
    same = last_name(one.func) == last_name(other.func) != ""
    return same and (not one.args or not other.args or one.args == other.args)


def _match(left: str, right: str, dialect: str) -> bool:
    left_words, left_numbers = _split(left)
    right_words, right_numbers = _split(right)
    if left_words[:1] != right_words[:1]:
        names = [{" ".join(left_words), " ".join(right_words)}, {left_words[0], right_words[0]}]
        if not any(one <= batch for batch in _SYNONYMS[dialect] for one in names):
            return False
    if len(left_words) == len(right_words) and left_words[1:] != right_words[1:]:
        return False
    return len(left_numbers) != len(right_numbers) or left_numbers == right_numbers


def _split(text: str) -> tuple[list[str], list[str]]:
    tokens = re.findall(r"[\w\-]+|\([^)]*\)", text)
    words = [token for token in tokens if not token.startswith("(")]
    numbers = [
        part.strip() for token in tokens if token.startswith("(") for part in token[1:-1].split(",") if part.strip()
    ]
    return words or [text], numbers
