"""Advice on new SQL of PostgreSQL by squawk, a linter of migrations.

Of its rules those are taken that tell of lost data, of locks and of code that breaks; its rules of style are not.
Source: https://squawkhq.com/docs/rules. Out of sight: other databases, and SQL that squawk cannot parse; there gonogo's
own steps stand (see `steps.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.checks.migrations.sql.folder import SqlFile
from bot.checks.migrations.sql.report import fingerprint
from bot.checks.migrations.sql.statements import Statement, UnreadSqlError, read_statements
from bot.errors import ToolError
from bot.model import Certainty, Finding, Severity, Tools

if TYPE_CHECKING:
    from sqlglot import exp

_HELP = "https://squawkhq.com/docs/"
_TIMEOUT_S = 30.0
_MAX_FILES = 200
_ARGS = ("--config", "squawk.toml", "--reporter", "json", "--no-error-on-unmatched-pattern")
_BROKEN = "syntax-error"
# Comments with which SQL would excuse itself from squawk: no change waives its own findings.
_EXCUSE = re.compile(r"squawk-(?=ignore)", re.IGNORECASE)
# Each rule, with the safe way for where squawk says none.
_RULES: Mapping[str, str] = {
    "adding-field-with-default": "add it nullable, fill it in steps, then set the default",
    "adding-foreign-key-constraint": "add it as NOT VALID, then VALIDATE CONSTRAINT",
    "adding-not-nullable-field": "add a CHECK as NOT VALID, validate it, then set it",
    "adding-required-field": "add it nullable, fill it, then set it",
    "adding-serial-primary-key-field": "make a unique index concurrently, then the key with USING INDEX",
    "ban-alter-domain-with-add-constraint": "check in the tables instead",
    "ban-concurrent-index-creation-in-transaction": "run it outside of a transaction",
    "ban-drop-column": "deploy code that does not read it first, then drop it",
    "ban-drop-database": "say in the change why the database may go",
    "ban-drop-not-null": "deploy code that bears NULL first",
    "ban-drop-table": "deploy code that does not use it first; keep a copy",
    "ban-truncate-cascade": "name the tables that are emptied",
    "ban-uncommitted-transaction": "end the transaction in the file",
    "changing-column-type": "add a column of the new type, copy, switch",
    "constraint-missing-not-valid": "add it as NOT VALID, then VALIDATE CONSTRAINT",
    "disallowed-unique-constraint": "make a unique index concurrently, then the constraint with USING INDEX",
    "renaming-column": "add, copy, switch, then drop",
    "renaming-table": "keep a view under the old name",
    "require-concurrent-index-creation": "CREATE INDEX CONCURRENTLY, outside of a transaction",
    "require-concurrent-index-deletion": "DROP INDEX CONCURRENTLY, outside of a transaction",
    "require-concurrent-partition-detach": "DETACH PARTITION CONCURRENTLY",
    "require-concurrent-reindex": "REINDEX CONCURRENTLY",
}
# Said of a statement together with a rule that knows more of it.
_GENERAL = "constraint-missing-not-valid"
# Steps of gonogo's own that squawk has no rule for.
OWN_STEPS = frozenset({"delete-rows"})
_FOREIGN = re.compile(r"`|\b(?:auto_increment|autoincrement|engine\s*=|pragma)\b", re.IGNORECASE)
_OTHERS = re.compile(r"mysql|maria|sqlite|mssql|sqlserver|oracle|clickhouse", re.IGNORECASE)


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    file: str
    line: int
    message: str
    help: str | None = None
    rule_name: str


def may_be_postgres(file: SqlFile) -> bool:
    """Whether neither a file's path nor its words say that it is of another database."""
    return not _OTHERS.search(file.path) and not _FOREIGN.search(file.text)


def lint(files: Sequence[SqlFile], orm: str, tools: Tools) -> tuple[list[Finding], frozenset[str]]:
    """Squawk's advice on files that are new together, and the paths that it could parse.

    Raises:
        ToolError: squawk is not there, or ends without a report.
    """
    chosen = [file for file in files if may_be_postgres(file) and file.text.strip()][:_MAX_FILES]
    if not chosen:
        return [], frozenset()
    names = {f"{number:04d}.sql": file for number, file in enumerate(chosen)}
    results = _run(names, tools)
    broken = {one.file for one in results if one.rule_name == _BROKEN}
    # Several statements of a migration may concern a table that only it makes.
    made = {table for file in chosen for table in _made(file)}
    kept = [one for one in results if one.file not in broken and one.rule_name in _RULES]
    findings = [finding for name, file in names.items() for finding in _findings(name, file, kept, made, orm)]
    return findings, frozenset(file.path for name, file in names.items() if name not in broken)


def _run(names: Mapping[str, SqlFile], tools: Tools) -> list[_Result]:
    with tools.workspace() as workspace:
        workspace.write("squawk.toml", b"")
        for name, file in names.items():
            workspace.write(name, _EXCUSE.sub("squawk ", file.text).encode("utf-8", "replace"))
        ended = workspace.run("squawk", *_ARGS, *names, timeout_s=_TIMEOUT_S, max_memory_bytes=2**33)
    try:
        return [_Result.model_validate(one) for one in json.loads(ended.stdout)]
    except (ValueError, TypeError, RecursionError, ValidationError):
        raise ToolError(f"squawk ended with status {ended.returncode}, without a report") from None


def _findings(name: str, file: SqlFile, results: Sequence[_Result], made: set[str], orm: str) -> Iterator[Finding]:
    own = [one for one in results if one.file == name]
    statements = list(_statements(file))
    better = {one.line for one in own if one.rule_name != _GENERAL}
    for number, one in enumerate(own):
        # Squawk counts lines from 0.
        line = one.line + 1
        table = _table(statements, line)
        if table in made or (one.rule_name == _GENERAL and one.line in better):
            continue
        yield Finding(
            rule=f"{orm}-{one.rule_name}",
            message=f"{table}: {_first_lower(one.message)}" if table else one.message,
            severity=Severity.MEDIUM,
            certainty=Certainty.NOTE,
            path=file.path,
            line=line,
            fingerprint=fingerprint(orm, one.rule_name, file.path, table, str(number)),
            fix=one.help or _RULES[one.rule_name],
            help=f"{_HELP}{one.rule_name}",
        )


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _statements(file: SqlFile) -> Iterator[Statement]:
    try:
        yield from read_statements(file.text, "postgres")
    except UnreadSqlError:
        return


def _made(file: SqlFile) -> Iterator[str]:
    from sqlglot import exp

    for statement in _statements(file):
        if isinstance(statement.tree, exp.Create) and statement.tree.args.get("kind") == "TABLE":
            yield _name(statement.tree)


def _table(statements: Sequence[Statement], line: int) -> str:
    """The table of the statement that a line is in; empty where it has none, or is not understood."""
    before = [one for one in statements if one.line <= line]
    return _name(before[-1].tree) if before and before[-1].tree is not None else ""


def _name(tree: exp.Expr | None) -> str:
    from sqlglot import exp

    found = tree.find(exp.Table) if tree is not None else None
    return found.name if found is not None else ""
