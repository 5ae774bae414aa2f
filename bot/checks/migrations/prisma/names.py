"""What is built of Prisma's blocks, and how its engine names tables, columns and constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.prisma.syntax import Attribute, Block, Call, Field, Text, Value, Word
from bot.checks.migrations.sql.schema import Schema, qualified

# The longest name of a constraint, in bytes, by dialect. Source: the engine's answers.
_LONGEST = {"postgres": 63, "mysql": 64, "tsql": 128, "sqlite": 10_000}


@dataclass(kw_only=True)
class Builder:
    """What is being built: the blocks by name, and the tables so far."""

    provider: str
    foreign_keys: bool
    models: dict[str, Block]
    enums: dict[str, Block]
    schema: Schema
    others: frozenset[str] = frozenset()
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    unread: dict[tuple[str, str, str], tuple[str, int]] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        """The SQL of the provider, as sqlglot names it."""
        return self.schema.dialect


def database_name(block: Block) -> str:
    """The name of a model's table, or of an enumeration's type, with its schema where that is not the usual one."""
    return qualified(schema_name(block), text_of(argument(block.attribute("map"), "name")) or block.name)


def schema_name(block: Block) -> str:
    """The schema of a database in which a model or an enumeration is; empty for the usual one."""
    return text_of(argument(block.attribute("schema"), "name"))


def bare_name(name: str) -> str:
    """A table's name without its schema."""
    return name.rpartition(".")[2]


def column_name(one: Field) -> str:
    """The name of a field's column."""
    return text_of(argument(one.attribute("map"), "name")) or one.name


def enum_value(value: Field) -> str:
    """A value of an enumeration as the database has it."""
    return text_of(argument(value.attribute("map"), "name")) or value.name


def columns_of(model: Block, value: Value | None) -> tuple[str, ...]:
    """The columns of the fields that a list names."""
    names = {one.name: column_name(one) for one in model.fields}
    return tuple(names.get(name, name) for item in items_of(value) if (name := _name(item)))


def items_of(value: Value | None) -> Sequence[Value]:
    """The elements of a list; one that stands alone is a list of one."""
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _name(value: Value) -> str:
    match value:
        case Word(text) | Call(name=text):
            return text
        case _:
            return ""


def cut_name(builder: Builder, start: str, ending: str) -> str:
    """A name for a constraint, cut where the database would: at a whole character."""
    room = _LONGEST[builder.dialect] - len(ending)
    raw = start.encode()[:room]
    return raw.decode("utf-8", "ignore") + ending


def argument(attribute: Attribute | None, name: str, position: int | None = 0) -> Value | None:
    """An attribute's argument; None where there is no attribute."""
    return attribute.get(name, position) if attribute is not None else None


def text_of(value: Value | None) -> str:
    """A text; empty for anything else."""
    return value.text if isinstance(value, Text) else ""
