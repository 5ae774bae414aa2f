"""What the calls of a revision say: whose method a call is, and which constraint a name means."""

from __future__ import annotations

from collections.abc import Iterable

from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.schema import ForeignKey, Table, same_name
from bot.checks.migrations.alembic.values import Attribute, Call, ClassDef, Function, Ref, Value, call_name


def is_operation(func: Value) -> bool:
    """Whether a method of that name is Alembic's: of `op`, of a batch, of an argument that cannot be told."""
    if isinstance(func, Ref):
        return True
    return isinstance(func, Attribute) and not isinstance(func.owner, ClassDef)


def batch_of(call: Call) -> Call | None:
    """The `batch_alter_table` whose method a call is."""
    owner = call.func.owner if isinstance(call.func, Attribute) else None
    return owner if isinstance(owner, Call) and call_name(owner) == "batch_alter_table" else None


def texts_of(values: Iterable[Value]) -> tuple[str, ...]:
    """Values as texts, for names of columns."""
    return tuple(one if isinstance(one, str) else repr(one)[:100] for one in values)


def is_called(name: str | None, columns: tuple[str, ...], ending: str, table: Table, wanted: str) -> bool:
    """Whether a constraint has a name: its own, or the one that PostgreSQL gives to one that has none."""
    if name is not None:
        return same_name(name, wanted)
    return same_name(f"{table.key.rpartition('.')[2]}_{'_'.join(columns)}_{ending}", wanted)


def only_fitting(keys: list[ForeignKey], name: str) -> list[ForeignKey]:
    """The one foreign key whose column a name holds, where there is one alone."""
    found = [one for one in keys if one.columns[0] in name]
    return found if len(found) == 1 else []


def upgrade_functions(reader: Reader, path: str) -> list[Function]:
    """The functions of a revision file that take the schema forward."""
    parsed = reader.parsed(path)
    if parsed is None:
        return []
    names = ["upgrade"]
    body = reader.lookup(path, "upgrade")
    # The template for several databases calls `upgrade_<name>` through `globals()`.
    if isinstance(body, Function) and "globals" in body.source:
        names = sorted(name for name in parsed.bindings if name.startswith("upgrade_"))
    found = [reader.lookup(path, name) for name in names]
    return [one for one in found if isinstance(one, Function)]
