"""`migrations.risky`: steps of the change's migrations that need care in production, each with the safe way.

Sources: https://docs.djangoproject.com/en/5.2/ref/migration-operations/,
https://github.com/3YOURMIND/django-migration-linter/blob/main/docs/incompatibilities.md,
https://github.com/ankane/strong_migrations#checks and https://www.postgresql.org/docs/17/sql-altertable.html
(read 2026-11-25). What touches only tables that the same change makes is safe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.migrations.django.apps import App
from bot.checks.migrations.django.fields import FieldState
from bot.checks.migrations.django.graph import Migration, load_operations
from bot.checks.migrations.django.known_fields import core_name
from bot.checks.migrations.django.replay import AppState, arguments, operation_name
from bot.checks.migrations.django.side import Side
from bot.checks.migrations.django.values import Call, Opaque, Ref
from bot.checks.migrations.sql.programs import find_merged
from bot.checks.migrations.sql.steps import find_steps
from bot.checks.migrations.syntax.folding import Value
from bot.model import Certainty, Finding, Severity

_OPERATIONS = "https://docs.djangoproject.com/en/stable/ref/migration-operations/"
_LINTER = "https://github.com/3YOURMIND/django-migration-linter/blob/main/docs/incompatibilities.md"
_STRONG = "https://github.com/ankane/strong_migrations#checks"
_MAX_NESTING = 8


@dataclass(frozen=True)
class _Rule:
    """A kind of step: what it does to a running system, and the safe way."""

    what: str
    safe: str
    source: str
    severity: Severity = Severity.MEDIUM


_RULES: Mapping[str, _Rule] = {
    "drop-column": _Rule(
        "deletes a column with its data, while the running code still reads it",
        "1. stop using it and take it out of the state (SeparateDatabaseAndState), deploy; 2. drop the column",
        _LINTER,
        Severity.HIGH,
    ),
    "drop-table": _Rule(
        "deletes a table with its data, while the running code still reads it",
        "1. remove the model from the code and the state, deploy; 2. drop the table",
        _LINTER,
        Severity.HIGH,
    ),
    "rename-column": _Rule(
        "renames a column that the running code still uses by its old name",
        "rename the attribute and keep the column with db_column, or add a new column, copy, switch, drop",
        _LINTER,
        Severity.HIGH,
    ),
    "rename-table": _Rule(
        "renames a table that the running code still uses by its old name",
        "keep the table's name with Meta.db_table",
        _LINTER,
        Severity.HIGH,
    ),
    "not-null-without-default": _Rule(
        "adds a column that must not be null, without a default in the database: inserts of older code fail",
        "1. add it with null=True or db_default, deploy; 2. fill it; 3. make it not null",
        _LINTER,
    ),
    "set-not-null": _Rule(
        "makes a column not null: it fails where a row is null, and scans the table under a lock",
        "1. fill the nulls; 2. add a CHECK (... IS NOT NULL) NOT VALID and validate it; 3. set not null",
        _STRONG,
    ),
    "change-type": _Rule(
        "changes a column's type, which rewrites the table under a lock in most databases",
        "add a new column, write both, copy in batches, switch, drop the old one",
        _STRONG,
    ),
    "lock-index": _Rule(
        "builds an index while writes to the table wait (PostgreSQL)",
        "use AddIndexConcurrently with atomic = False",
        "https://docs.djangoproject.com/en/stable/ref/contrib/postgres/operations/#concurrent-index-operations",
    ),
    "lock-constraint": _Rule(
        "adds a constraint that is checked for all rows under a lock, and fails where one does not fit",
        "use AddConstraintNotValid, then ValidateConstraint in a later migration",
        "https://docs.djangoproject.com/en/stable/ref/contrib/postgres/operations/#adding-constraints-without-enforcing-validation",
    ),
    "delete-rows": _Rule(
        "deletes all rows of a table",
        "take a copy first, and delete in batches what is to go",
        _STRONG,
        Severity.HIGH,
    ),
    "unread-sql": _Rule(
        "is not understood, so that nothing is said of what it does",
        "read it with care: whether it locks, rewrites or drops what the running code uses",
        f"{_OPERATIONS}#runsql",
        Severity.LOW,
    ),
    "irreversible": _Rule(
        "cannot be undone: it has no reverse",
        "give reverse_code or reverse_sql (RunPython.noop, RunSQL.noop where there is nothing to undo)",
        f"{_OPERATIONS}#runpython",
        Severity.LOW,
    ),
    "drop-and-add": _Rule(
        "drops a field and adds one of the same kind: if it was renamed, its data is lost",
        "use RenameField, where it is a rename",
        f"{_OPERATIONS}#renamefield",
        Severity.HIGH,
    ),
}


def _texts_of(sql: Value) -> Iterator[Value]:
    """Yield the texts that RunSQL is given: one, or a list of them and of pairs with parameters."""
    for one in sql if isinstance(sql, list | tuple) else [sql]:
        yield one[0] if isinstance(one, list | tuple) and one else one


def _steps_of_sql(sql: Value, programs: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the risky steps of what RunSQL is given; `programs` are functions that may change tables."""
    for text in _texts_of(sql):
        if isinstance(text, str):
            yield from find_steps(text, programs)
        elif isinstance(text, Opaque):
            yield "unread-sql", "SQL that code makes"


class Risks:
    """The risky steps that a change adds to one app."""

    def __init__(self, app: App, base: Side, head: Side) -> None:
        self._app, self._head = app, head
        old = base.apps.all.get(app.folder)
        has_old = old is not None and old.migrations is not None
        self._before = base.state(old) if old is not None and has_old else AppState()
        known = base.graph(old).migrations if old is not None and has_old else {}
        graph = head.graph(app)
        self._programs: Collection[str] = ()
        self._added = [one for one in graph.in_order() if one.name not in known and not one.replaces]

    def find(self) -> Iterator[Finding]:
        """Yield each risky step, in the order of the migrations."""
        found = []
        for migration in self._added:
            load_operations(self._head.evaluator, migration)
            if isinstance(migration.operations, Sequence):
                found.append((migration, list(self._flatten(migration.operations, 0))))
        sql = [text for _, steps in found for _, given, _ in steps for text in _texts_of(given.get("sql"))]
        self._programs = self._find_programs([text for text in sql if isinstance(text, str)])
        for migration, steps in found:
            for name, given, line in steps:
                yield from self._judge(migration, name, given, line)
            yield from self._drop_and_add(migration, steps)

    def _find_programs(self, texts: Sequence[str]) -> set[str]:
        """The functions that may change tables and that texts call, of those that migrations of any app make."""
        tree, folders = self._head.evaluator.tree, self._head.apps.by_migrations
        paths = (one.path for one in tree.entries() if one.path.endswith(".py"))
        return find_merged(tree, (path for path in paths if path.rpartition("/")[0] in folders), texts)

    def _flatten(self, operations: Sequence[Value], depth: int) -> Iterator[tuple[str, Mapping[str, Value], int]]:
        """Yield what touches the database: name, arguments and line of each operation."""
        for one in operations:
            if not isinstance(one, Call) or depth > _MAX_NESTING:
                continue
            name = operation_name(self._head.evaluator, one)
            if name == "SeparateDatabaseAndState":
                inner = (arguments(one, name) or {}).get("database_operations")
                yield from self._flatten(list(inner) if isinstance(inner, list | tuple) else [], depth + 1)
            elif name is not None:
                yield one.name, self._given(one, name), one.line

    def _given(self, one: Call, name: str) -> Mapping[str, Value]:
        if name == "RunPython":
            return {**dict(zip(("code", "reverse_code"), one.args, strict=False)), **one.kwargs}
        return arguments(one, name) or {}

    def _judge(self, migration: Migration, name: str, given: Mapping[str, Value], line: int) -> Iterator[Finding]:
        model = given.get("model_name", given.get("name", given.get("old_name")))
        subject = str(model) if isinstance(model, str) else ""
        if name in {"RunPython", "RunSQL"}:
            if given.get("reverse_code", given.get("reverse_sql")) is None:
                yield self._finding("irreversible", migration, line, name)
            for kind, table in _steps_of_sql(given.get("sql"), self._programs):
                yield self._finding(kind, migration, line, table)
            return
        if subject.lower() not in self._before.models:
            return
        what = given.get("name", given.get("old_name")) if "model_name" in given else None
        title = f"{self._app.label}.{subject}" + (f".{what}" if isinstance(what, str) else "")
        if (rule := self._rule(name, subject.lower(), given)) is not None:
            yield self._finding(rule, migration, line, title)

    def _rule(self, name: str, model: str, given: Mapping[str, Value]) -> str | None:
        plain = {
            "RemoveField": "drop-column",
            "DeleteModel": "drop-table",
            "RenameField": "rename-column",
            "RenameModel": "rename-table",
            "AlterModelTable": "rename-table",
            "AddIndex": "lock-index",
            "AddConstraint": "lock-constraint",
        }
        if name in {"AddField", "AlterField"}:
            field = given.get("field")
            return self._rule_of_field(name, model, given, field) if isinstance(field, Call) else None
        return plain.get(name)

    def _rule_of_field(self, name: str, model: str, given: Mapping[str, Value], field: Call) -> str | None:
        if field.name == "ManyToManyField":
            return None
        nullable = field.kwargs.get("null") is True
        if name == "AddField":
            filled = nullable or "db_default" in field.kwargs or "auto_created" in field.kwargs
            # A default of the code is gone from the column once it is added, so that older code's inserts fail.
            return None if filled else "not-null-without-default"
        old = self._before.models[model].fields.get(str(given.get("name")))
        if old is None:
            return None
        if old.kwargs.get("null") is True and not nullable:
            return "set-not-null"
        if any(field.kwargs.get(key) is True and old.kwargs.get(key) is not True for key in ("unique", "db_index")):
            # A relation has its index already.
            return None if field.name in {"ForeignKey", "OneToOneField"} else "lock-index"
        return "change-type" if self._changes_type(old, field) else None

    @staticmethod
    def _changes_type(old: FieldState, new: Call) -> bool:
        before, after = core_name(old.func), core_name(new.func)
        if before is None or after is None or before != after:
            return before is not None and after is not None
        lengths = old.kwargs.get("max_length"), new.kwargs.get("max_length")
        return (
            before == "CharField"
            and isinstance(lengths[0], int)
            and isinstance(lengths[1], int)
            and lengths[1] < lengths[0]
        )

    def _drop_and_add(
        self, migration: Migration, steps: Sequence[tuple[str, Mapping[str, Value], int]]
    ) -> Iterator[Finding]:
        for name, given, line in steps:
            if name != "AddField" or not isinstance(field := given.get("field"), Call):
                continue
            for other, removed, _ in steps:
                model = str(removed.get("model_name", "")).lower()
                if other != "RemoveField" or model != str(given.get("model_name", "")).lower():
                    continue
                old = (
                    self._before.models[model].fields.get(str(removed.get("name")))
                    if model in self._before.models
                    else None
                )
                if (
                    old is not None
                    and isinstance(field.func, Ref)
                    and isinstance(old.func, Ref)
                    and old.func.last == field.func.last
                ):
                    title = f"{self._app.label}.{given.get('model_name')}.{removed.get('name')} and {given.get('name')}"
                    yield self._finding("drop-and-add", migration, line, title)

    def _finding(self, name: str, migration: Migration, line: int, title: str) -> Finding:
        rule = _RULES[name]
        key = f"django\0{self._app.label}\0{name}\0{migration.name}\0{title}".encode("utf-8", "surrogateescape")
        return Finding(
            rule=f"django-{name}",
            message=f"{title}: {rule.what}",
            severity=rule.severity,
            certainty=Certainty.LIKELY,
            path=migration.path,
            line=line or migration.line,
            fingerprint=hashlib.sha256(key).hexdigest()[:32],
            fix=rule.safe,
            help=rule.source,
            details={"orm": "django", "app": self._app.label},
        )
