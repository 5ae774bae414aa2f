"""Advice on the steps of new migrations: what loses data, locks tables or breaks the code that still runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.checks.migrations.script.values import Constant, Text
from bot.checks.migrations.sequelize.operations import Followed, Step
from bot.checks.migrations.sequelize.options import entries_of, table_of
from bot.checks.migrations.sql.apply import apply
from bot.checks.migrations.sql.folder import SqlFile, find_risks
from bot.checks.migrations.sql.schema import Schema
from bot.model import Finding

_MAX_CHARACTERS = 50_000


def find_step_risks(followed: Mapping[str, Followed]) -> Iterator[Finding]:
    """Yield advice on what migrations do. Their steps are put in SQL, of which the rules speak."""
    made: set[str] = set()
    files = []
    for path, one in followed.items():
        statements = [text for step in one.steps if (text := _sql(step))]
        made |= {name for step in one.steps if step.name == "createTable" and (name := _table(step))}
        schema = Schema(dialect="postgres")
        for step, text in ((step, _sql(step)) for step in one.steps):
            if step.name == "query" and text:
                list(apply(schema, text))
        made |= {table.name for table in schema.tables.values()}
        files.append(SqlFile(path, ";\n".join(statements)[:_MAX_CHARACTERS]))
    yield from find_risks(files, "sequelize", lambda table: table in made)


def _table(step: Step) -> str:
    return table_of(step.arguments[0] if step.arguments else None) or ""


def _name(step: Step) -> str:
    second = step.arguments[1] if len(step.arguments) > 1 else None
    return _quoted(second.text) if isinstance(second, Text) else '"?"'


def _quoted(name: str) -> str:
    return '"' + name.replace('"', "") + '"'


def _sql(step: Step) -> str:  # noqa: C901, PLR0911 - one statement a step
    """A step as SQL, as far as its risks go; empty where it has none."""
    first = step.arguments[0] if step.arguments else None
    if step.name == "query":
        return first.text.rstrip("; \n") if isinstance(first, Text) else ""
    table = _quoted(_table(step) or "?")
    given = entries_of(step.arguments[2] if len(step.arguments) > 2 else None)  # noqa: PLR2004 - table, name, options
    match step.name:
        case "dropTable":
            return f"DROP TABLE {table}"
        case "removeColumn":
            return f"ALTER TABLE {table} DROP COLUMN {_name(step)}"
        case "renameColumn":
            return f'ALTER TABLE {table} RENAME COLUMN {_name(step)} TO "_"'
        case "renameTable":
            return f'ALTER TABLE {table} RENAME TO "_"'
        case "addColumn" if given.get("allowNull") == Constant("false") and "defaultValue" not in given:
            return f"ALTER TABLE {table} ADD COLUMN {_name(step)} INT NOT NULL"
        case "changeColumn" if "type" in given and given.get("allowNull") == Constant("false"):
            return f"ALTER TABLE {table} ALTER COLUMN {_name(step)} SET NOT NULL"
        case "changeColumn" if "type" in given:
            return f"ALTER TABLE {table} ALTER COLUMN {_name(step)} TYPE INT"
        case "addIndex" if not _concurrently(step):
            return f'CREATE INDEX "_" ON {table} ("_")'
        case "addConstraint":
            return f'ALTER TABLE {table} ADD CONSTRAINT "_" UNIQUE ("_")'
    return ""


def _concurrently(step: Step) -> bool:
    options = [entries_of(argument) for argument in step.arguments[1:]]
    return any(one.get("concurrently") == Constant("true") for one in options)
