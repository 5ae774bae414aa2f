"""A column as its builder's chain says: its type, its default, whether it may be null."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.checks.migrations.drizzle.chains import Chain, options_of, read_chain, words_of
from bot.checks.migrations.drizzle.defaults import default_text, steps_with_defaults
from bot.checks.migrations.drizzle.names import Names
from bot.checks.migrations.drizzle.types import column_type
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Found
from bot.checks.migrations.script.values import (
    Call,
    Function,
    Member,
    Name,
    Number,
    Object,
    Operation,
    Tagged,
    Text,
    Unread,
    Value,
)
from bot.checks.migrations.sql.schema import Column

# Methods of a column that change nothing in the database.
_SILENT = frozenset({"$type", "$default", "$defaultFn", "$onUpdate", "$onUpdateFn", "$inferSelect", "as"})
# Options that the type is made of.
_IN_TYPE = frozenset({"dimensions", "fields", "fsp", "length", "precision", "scale", "unsigned", "withTimezone"})
_KNOWN_STEPS = frozenset({
    "array", "autoincrement", "default", "defaultNow", "defaultRandom", "generatedAlwaysAs",
    "generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity", "notNull", "onUpdateNow", "primaryKey", "references",
    "unique",
})  # fmt: skip
_REQUIRED = frozenset({"notNull", "primaryKey", "generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity"})


def read_column(names: Names, dialect: str, module: Module, name: str, chain: Chain) -> Column | None:
    """The column of a name; None where its type or its default cannot be told."""
    first = chain.arguments[0] if chain.arguments else None
    # Its name, or what it is given, is computed; the values of an enumeration may be a name of them.
    if isinstance(first, Name | Member | Call | Operation | Tagged | Unread) and "num" not in chain.function:
        return None
    kind = _kind(names, dialect, module, chain)
    return _column(dialect, name, kind, chain) if kind is not None else None


def _kind(names: Names, dialect: str, module: Module, chain: Chain) -> str | None:
    builder = names.callee(module, Name(chain.function)) if not chain.owner else None
    if chain.owner:
        builder = names.callee(module, Member(Name(chain.owner), chain.function)) or (
            chain.function if names.program.find(module, chain.owner) is None else None
        )
    enum = names.enum_name(module, chain.function) if not chain.owner else None
    if enum is not None:
        return enum.rpartition(".")[2]
    if builder is None:
        return _custom(names, module, chain)
    if builder == "mysqlEnum":
        values = names.texts(module, chain.arguments[-1]) if chain.arguments else ()
        return "enum(" + ",".join(f"'{value}'" for value in values) + ")" if values else None
    given = next((options_of(one) for one in chain.arguments if isinstance(one, Object)), {})
    options = {key: names.number(module, value) for key, value in given.items()}
    words = words_of(options)
    # A length that is computed is no length that can be told.
    return column_type(dialect, builder, words) if _IN_TYPE & options.keys() <= words.keys() else None


def _column(dialect: str, name: str, kind: str, chain: Chain) -> Column | None:
    if {step.name for step in chain.steps} - _KNOWN_STEPS - _SILENT:
        return None
    for step in chain.steps:
        if step.name == "array":
            size = step.arguments[0].text if step.arguments and isinstance(step.arguments[0], Number) else ""
            kind += f"[{size}]"
    steps = [step.name for step in chain.steps]
    numbered = kind.startswith(("serial", "smallserial", "bigserial"))
    required = bool({"notNull", "primaryKey", "generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity"} & set(steps))
    increments = "autoincrement" in steps or kind.endswith(" AUTO_INCREMENT") or _sqlite_autoincrement(chain)
    column = Column(
        name=name,
        type=kind.removesuffix(" AUTO_INCREMENT") + (" on update now()" if "onUpdateNow" in steps else ""),
        nullable=not (required or numbered),
        default=steps_with_defaults(steps, dialect),
        increments=increments,
    )
    return _with_default(dialect, column, kind, chain)


def _sqlite_autoincrement(chain: Chain) -> bool:
    key = chain.step("primaryKey")
    return (
        key is not None
        and words_of(options_of(key.arguments[0] if key.arguments else None)).get("autoIncrement") == "true"
    )


def _with_default(dialect: str, column: Column, kind: str, chain: Chain) -> Column | None:
    for step in chain.steps:
        if step.name == "default" and step.arguments:
            text = default_text(step.arguments[0], dialect, kind)
            if text is None:
                return None
            column = replace(column, default=text)
        elif step.name.startswith("generated"):
            text = _generated(dialect, step.name, step.arguments)
            if text is None:
                return None
            column = replace(column, default=text)
    return column


def _generated(dialect: str, name: str, arguments: Sequence[Value]) -> str | None:
    if name == "generatedAlwaysAsIdentity":
        return "identity always"
    if name == "generatedByDefaultAsIdentity":
        return "identity byDefault"
    value = arguments[0] if arguments else None
    if isinstance(value, Function):
        value = value.result
    mode = words_of(options_of(arguments[1] if len(arguments) > 1 else None)).get("mode")
    mode = mode or ("stored" if dialect == "postgresql" else "virtual")
    if isinstance(value, Tagged) and not value.holes:
        return f"generated {mode} as {value.texts[0]}"
    return None


def _custom(names: Names, module: Module, chain: Chain) -> str | None:
    """The type of a `customType` whose `dataType` gives a text."""
    found = names.program.find(module, chain.function) if not chain.owner else None
    made = read_chain(found.declared.value) if isinstance(found, Found) else None
    if not isinstance(found, Found) or made is None or names.callee(found.module, Name(made.function)) != "customType":
        return None
    kind = options_of(made.arguments[0] if made.arguments else None).get("dataType")
    return kind.result.text if isinstance(kind, Function) and isinstance(kind.result, Text) else None
