"""Advice on what new migrations do to a running system.

Source: the dangerous operations of https://github.com/ankane/strong_migrations#checks (read 2026-11-30), for PostgreSQL
where it is not said otherwise. What stands in `safety_assured` was looked at by its author, and tables that the change
makes are empty. SQL is read as in folders of SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.checks.migrations.rails.ruby import Sql, Value
from bot.checks.migrations.rails.steps import Step
from bot.checks.migrations.sql.folder import SqlFile, find_risks
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Finding, Severity

_HELP = "https://github.com/ankane/strong_migrations#"
# Kind to what it does, what is the safe way, and where it is explained.
_ADVICE: Mapping[str, tuple[str, str, str]] = {
    "remove-column": (
        "running processes hold its name in their cache of columns, and fail",
        "deploy `self.ignored_columns += [...]` first, then remove it",
        "removing-a-column",
    ),
    "drop-table": ("drops a table with its data", "deploy code that does not use it first; keep a copy", "checks"),
    "rename-column": ("running code uses the old name", "add, copy, switch, then remove", "renaming-a-column"),
    "rename-table": (
        "running code uses the old name",
        "make the new table, copy, switch, then drop",
        "renaming-a-table",
    ),
    "change-type": (
        "may rewrite the table, and blocks reads and writes while it does",
        "add a column of the new type, copy, switch, then remove the old one",
        "changing-the-type-of-a-column",
    ),
    "set-not-null": (
        "reads the whole table, and blocks reads and writes while it does",
        "add a check constraint that is not validated, validate it in a migration of its own, then set it",
        "setting-not-null-on-an-existing-column",
    ),
    "lock-index": (
        "blocks writes while the index is made",
        "`algorithm: :concurrently`, with `disable_ddl_transaction!`",
        "adding-an-index-non-concurrently",
    ),
    "lock-foreign-key": (
        "checks every row, and blocks writes on both tables while it does",
        "add it with `validate: false`, and validate it in a migration of its own",
        "adding-a-foreign-key",
    ),
    "lock-check": (
        "checks every row, and blocks reads and writes while it does",
        "add it with `validate: false`, and validate it in a migration of its own",
        "adding-a-check-constraint",
    ),
    "volatile-default": (
        "writes every row of the table, and blocks reads and writes while it does",
        "add the column without a default, set the default, fill the rows in batches",
        "adding-a-column-with-a-volatile-default-value",
    ),
    "not-null-without-default": ("fails on a table that has rows", "add it nullable, fill it, then set it", "checks"),
    "force": ("drops the table that is there", "leave `force` out", "creating-a-table-with-the-force-option"),
    "json": ("has no equality, so that `SELECT DISTINCT` fails", "use `jsonb`", "adding-a-json-column"),
    "in-transaction": (
        "an index cannot be made concurrently in a transaction: the migration fails",
        "write `disable_ddl_transaction!` into its class",
        "adding-an-index-non-concurrently",
    ),
}


def find_risks_of(steps: Sequence[Step], made: frozenset[str], adapter: str) -> Iterator[Finding]:
    """Yield advice on the steps of new migrations, but for tables that they make themselves."""
    seen: set[tuple[str, str, str]] = set()
    for step in steps:
        if step.name == "execute":
            text = step.values[0] if step.values else ""
            if isinstance(text, str) and not step.assured:
                yield from find_risks([SqlFile(step.path, text)], "rails", lambda table: table in made)
            continue
        if step.assured or (step.table in made and step.name != "create_table"):
            continue
        for kind in _kinds(step, adapter):
            subject = f"{step.table}.{step.member}" if step.member else step.table
            if (kind, step.path, subject) not in seen:
                seen.add((kind, step.path, subject))
                yield _finding(kind, step, subject)


def _finding(kind: str, step: Step, subject: str) -> Finding:
    does, fix, anchor = _ADVICE[kind]
    return Finding(
        rule=f"rails-{kind}",
        message=f"{subject}: {does}",
        severity=Severity.MEDIUM,
        certainty=Certainty.NOTE,
        path=step.path,
        line=step.line,
        fingerprint=fingerprint("rails", kind, step.path, subject),
        fix=fix,
        help=_HELP + anchor,
    )


def _kinds(step: Step, adapter: str) -> Iterator[str]:
    found = _KINDS.get(step.name)
    if isinstance(found, str):
        yield found
    elif found is not None:
        yield from found(step, adapter)


def _of_column(step: Step, adapter: str) -> Iterator[str]:
    kind, options = str(step.values[1]) if len(step.values) > 1 else "", step.options
    if isinstance(options.get("default"), Sql) and "(" in options["default"].text:
        yield "volatile-default"
    if options.get("null") is False and options.get("default") is None and kind not in {"virtual", "primary_key"}:
        yield "not-null-without-default"
    if kind == "json" and adapter == "postgres":
        yield "json"
    if options.get("index"):
        yield from _of_index(step, adapter, options["index"])


def _of_index(step: Step, adapter: str, given: Value = None) -> Iterator[str]:
    options = given if isinstance(given, Mapping) else {} if given is True else step.options
    concurrent = str(options.get("algorithm", "")) in {"concurrently", "inplace"}
    if adapter in {"postgres", ""} and not concurrent:
        yield "lock-index"
    elif adapter == "postgres" and step.transaction:
        yield "in-transaction"


def _of_reference(step: Step, adapter: str) -> Iterator[str]:
    if step.options.get("index", True):
        yield from _of_index(step, adapter, step.options.get("index", True))
    key = step.options.get("foreign_key")
    if key and not (isinstance(key, Mapping) and key.get("validate") is False):
        yield "lock-foreign-key"
    if step.options.get("null") is False:
        yield "not-null-without-default"


def _of_key(step: Step, adapter: str) -> Iterator[str]:
    if step.options.get("validate") is not False and adapter != "sqlite":
        yield "lock-foreign-key"


def _of_check(step: Step, adapter: str) -> Iterator[str]:
    if step.options.get("validate") is not False and adapter != "sqlite":
        yield "lock-check"


def _of_null(step: Step, adapter: str) -> Iterator[str]:
    if step.values[1:2] == [False] and adapter != "sqlite":
        yield "set-not-null"


def _of_table(step: Step, _: str) -> Iterator[str]:
    if step.options.get("force"):
        yield "force"


_KINDS: Mapping[str, str | Callable[[Step, str], Iterator[str]]] = {
    "remove_column": "remove-column",
    "remove_columns": "remove-column",
    "remove_timestamps": "remove-column",
    "remove_reference": "remove-column",
    "remove_belongs_to": "remove-column",
    "drop_table": "drop-table",
    "drop_join_table": "drop-table",
    "rename_column": "rename-column",
    "rename_table": "rename-table",
    "change_column": "change-type",
    "change_column_null": _of_null,
    "add_column": _of_column,
    "add_index": _of_index,
    "add_reference": _of_reference,
    "add_belongs_to": _of_reference,
    "add_foreign_key": _of_key,
    "add_check_constraint": _of_check,
    "create_table": _of_table,
}
