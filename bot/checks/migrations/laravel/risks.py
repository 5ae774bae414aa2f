"""Advice on what new migrations of Laravel do to a running system.

Source: https://laravel.com/docs/12.x/migrations and MySQL's documentation of online DDL (read 2026-11-30). SQL is read
as in folders of SQL; tables that the change makes are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.checks.migrations.laravel.files import DROPS, Call, Read, Table
from bot.checks.migrations.laravel.hidden import TABLE_VERBS
from bot.checks.migrations.sql.folder import SqlFile, find_risks
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Finding, Severity

_HELP = "https://laravel.com/docs/migrations#"
_ADVICE: Mapping[str, tuple[str, str, str]] = {
    "drop-column": ("drops a column with its data", "deploy code that does not use it first", "dropping-columns"),
    "drop-table": (
        "drops a table with its data",
        "deploy code that does not use it first; keep a copy",
        "renaming-and-dropping-tables",
    ),
    "rename-column": ("running code uses the old name", "add, copy, switch, then drop", "renaming-columns"),
    "rename-table": (
        "running code uses the old name",
        "make the new table, copy, switch, then drop",
        "renaming-and-dropping-tables",
    ),
    "change-column": (
        "what is not said again of the column is lost, and the table may be rewritten under a lock",
        "repeat all of its modifiers; add a column of the new type, copy and switch, where the table is big",
        "modifying-columns",
    ),
    "not-null-without-default": (
        "fails, or fills in nothing, on a table that has rows",
        "add it nullable, or with a default",
        "column-modifiers",
    ),
    "delete-rows": ("deletes every row of a table", "say in the change why the rows may go", "introduction"),
    "computed-sql": ("is SQL that is put together, and cannot be read", "look at it by hand", "introduction"),
    "no-down": (
        "cannot be rolled back: it has no `down`, as other migrations of the folder have",
        "write `down`",
        "migration-structure",
    ),
}
_VERBS = {
    "drop": "drop-table",
    "dropIfExists": "drop-table",
    "dropAllTables": "drop-table",
    "dropAllTypes": "drop-table",
    "dropAllViews": "drop-table",
    "dropDatabaseIfExists": "drop-table",
    "rename": "rename-table",
    "dropColumns": "drop-column",
    "dropColumn": "drop-column",
}
# What of a table is no column of its own, or may be null.
_NO_COLUMN = frozenset({
    "after", "bigIncrements", "charset", "collation", "comment", "engine", "foreign", "fullText", "getColumns",
    "getTable", "id", "increments", "index", "nullableMorphs", "nullableTimestamps", "nullableUlidMorphs",
    "nullableUuidMorphs", "primary", "rawIndex", "rememberToken", "renameIndex", "softDeletes", "softDeletesTz",
    "spatialIndex", "timestamps", "timestampsTz", "unique",
})  # fmt: skip
_FILLED = frozenset(
    {"nullable", "default", "useCurrent", "storedAs", "virtualAs", "generatedAs", "autoIncrement", "change", "always"}
)


def find_risks_of(migrations: Sequence[Read]) -> Iterator[Finding]:
    """Yield advice on the steps of new migrations, but for tables that they make themselves."""
    made = {table.name for one in migrations for table in one.tables if table.verb == "create"}
    for one in migrations:
        for table in one.tables:
            if table.name is None or table.name not in made:
                yield from _of_table(one, table)
        for name, line in one.deleted:
            if name not in made:
                yield _finding("delete-rows", one.path, line, name)
        for text, line in one.sql:
            if text is None:
                yield _finding("computed-sql", one.path, line, "a statement")
            else:
                yield from find_risks([SqlFile(one.path, text)], "laravel", lambda table: table in made)


def no_down(one: Read) -> Finding:
    """A migration without a way back."""
    return _finding("no-down", one.path, one.line, one.path.rpartition("/")[2])


def _of_table(one: Read, table: Table) -> Iterator[Finding]:
    name = table.name or "a table"
    if table.verb in _VERBS:
        yield _finding(_VERBS[table.verb], one.path, table.line, name)
    if table.verb not in TABLE_VERBS - {"create"}:
        return
    for chain in table.chains:
        if len(chain) < 2:  # noqa: PLR2004 - the table and a call
            continue
        for kind, column in _of_chain(chain):
            yield _finding(kind, one.path, chain[1].line, f"{name}.{column}" if column else name)


def _of_chain(chain: Sequence[Call]) -> Iterator[tuple[str, str]]:
    first, names = chain[1], {call.name for call in chain[1:]}
    column = next((one for one in first.arguments if one), "") or ""
    if first.name in {"drop", "dropIfExists"}:
        yield "drop-table", ""
    elif first.name in DROPS:
        yield "drop-column", ", ".join(one for one in first.arguments if one)
    elif first.name == "renameColumn":
        yield "rename-column", column
    elif first.name == "rename":
        yield "rename-table", ""
    elif "change" in names:
        yield "change-column", column
    elif first.name not in _NO_COLUMN and not first.name.startswith("drop") and not names & _FILLED and first.arguments:
        yield "not-null-without-default", column


def _finding(kind: str, path: str, line: int, subject: str) -> Finding:
    does, fix, anchor = _ADVICE[kind]
    return Finding(
        rule=f"laravel-{kind}",
        message=f"{subject}: {does}",
        severity=Severity.MEDIUM,
        certainty=Certainty.NOTE,
        path=path,
        line=line,
        fingerprint=fingerprint("laravel", kind, path, subject),
        fix=fix,
        help=_HELP + anchor,
    )
