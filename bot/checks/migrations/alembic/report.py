"""A difference in words: the finding, with the command that settles it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from bot.checks.migrations.alembic.compare import Difference, Kind
from bot.checks.migrations.alembic.schema import Column, ForeignKey, Index, Table, TypeSpec, Unique
from bot.model import Certainty, Finding, Severity, Unknown

HELP = "https://alembic.sqlalchemy.org/en/latest/autogenerate.html"
_COMMAND = "alembic revision --autogenerate"


def describe(one: Difference, certainty: Certainty, folder: str) -> Finding:
    """The finding of a difference; `folder` names the migrations where there are several."""
    subject = _subject(one)
    what, step = _words(one)
    where = f" in {folder}" if folder else ""
    return Finding(
        rule=f"alembic-missing-{one.kind}" if not one.kind.startswith("extra") else f"alembic-{one.kind}",
        message=f"{subject}: {what}, and no migration{where} of the change does that",
        severity=Severity.HIGH,
        certainty=certainty,
        path=one.place.path or None,
        line=one.place.line or None,
        fingerprint=fingerprint("missing", *one.key),
        fix=f'{_COMMAND} -m "{_title(one)}": it must contain {step}',
        help=HELP,
    )


def unknowns_of(differences: Iterable[Difference]) -> Iterator[Unknown]:
    """What is said of differences that may be none, or that an operation out of sight may settle: one a model."""
    models: dict[tuple[str, str], list[Difference]] = {}
    for one in differences:
        models.setdefault((one.place.path, one.place.model or one.table), []).append(one)
    for (path, model), found in models.items():
        words = [f"{_subject(found[0])}: {_words(found[0])[0]}", *(_subject(one) for one in found[1:4])]
        more = f" and {len(found) - 4} more" if len(found) > 4 else ""  # noqa: PLR2004 - as many as are named
        yield Unknown(
            path=path or None,
            line=found[0].place.line or None,
            reason=f"{model}: whether the migrations agree cannot be told: {', '.join(words)}{more}",
            settle="run `alembic upgrade head` and `alembic check`",
        )


def fingerprint(*parts: str) -> str:
    """A name of a finding that survives moved lines and renamed files."""
    return hashlib.sha256("\0".join(("alembic", *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _subject(one: Difference) -> str:
    place = one.place
    if place.model and place.attribute:
        return f"{place.model}.{place.attribute}"
    return place.model or f"table {one.table}"


def _title(one: Difference) -> str:
    return {
        Kind.TABLE: f"create {one.table}",
        Kind.EXTRA_TABLE: f"drop {one.table}",
        Kind.COLUMN: f"add {one.table}.{one.name}",
        Kind.EXTRA_COLUMN: f"drop {one.table}.{one.name}",
    }.get(one.kind, f"change {one.table}")


def _words(one: Difference) -> tuple[str, str]:  # noqa: PLR0911 - one answer a kind
    """What differs, and the step of the migration."""
    declared, migrated, table = one.declared, one.migrated, one.table
    match one.kind:
        case Kind.TABLE:
            columns = len(declared.columns) if isinstance(declared, Table) else 0
            return f"table {table} is new, with {columns} columns", f'op.create_table("{table}", ...)'
        case Kind.EXTRA_TABLE:
            return f"table {table} is in no model any more", f'op.drop_table("{table}")'
        case Kind.COLUMN:
            return (
                f"column {table}.{one.name} is new{_of_column(declared)}",
                f'op.add_column("{table}", sa.Column("{one.name}", ...))',
            )
        case Kind.EXTRA_COLUMN:
            return f"column {table}.{one.name} is in no model any more", f'op.drop_column("{table}", "{one.name}")'
        case Kind.TYPE:
            return (
                f"column {table}.{one.name} is {_type(declared)} where the database has {_type(migrated)}",
                f'op.alter_column("{table}", "{one.name}", type_=...)',
            )
        case Kind.NULLABLE:
            nullable = isinstance(declared, Column) and declared.nullable
            return (
                f"column {table}.{one.name} {'allows' if nullable else 'no longer allows'} NULL",
                f'op.alter_column("{table}", "{one.name}", nullable={bool(nullable)})',
            )
        case Kind.COMMENT:
            return f"the comment on {table}{'' if one.name == table else '.' + one.name} differs", "the comment"
    return _words_of_constraint(one)


def _words_of_constraint(one: Difference) -> tuple[str, str]:
    part = one.declared or one.migrated
    removed = one.declared is None
    table = one.table
    if isinstance(part, Index):
        over = f"index {one.name} on {table} ({', '.join(part.parts)})"
        if removed:
            return f"{over} is in no model any more", f'op.drop_index("{one.name}", table_name="{table}")'
        return (
            f"{'unique ' if part.unique else ''}{over} {'differs' if one.migrated else 'is new'}",
            f'op.create_index("{one.name}", "{table}", ...)',
        )
    if isinstance(part, Unique):
        over = f"unique constraint on {table} ({', '.join(part.columns)})"
        name = f'"{part.name}"' if part.name else "..."
        step = (
            f'op.drop_constraint({name}, "{table}")'
            if removed
            else f'op.create_unique_constraint({name}, "{table}", {list(part.columns)})'
        )
        return f"{over} is {'in no model any more' if removed else 'new'}", step
    if isinstance(part, ForeignKey):
        options = f" {', '.join(part.options)}" if part.options else ""
        over = f"foreign key {table} ({', '.join(part.columns)}) to {part.table} ({', '.join(part.targets)}){options}"
        step = (
            f'op.drop_constraint(..., "{table}", type_="foreignkey")'
            if removed
            else f'op.create_foreign_key(..., "{table}", "{part.table}", ...)'
        )
        return f"{over} is {'in no model any more' if removed else 'new'}", step
    return "it differs", "the change"


def _of_column(part: object) -> str:
    if not isinstance(part, Column):
        return ""
    null = "" if part.nullable is None else " NULL" if part.nullable else " NOT NULL"
    return f" ({_type(part)}{null})"


def _type(part: object) -> str:
    spec = part.type if isinstance(part, Column) else TypeSpec(())
    return spec.texts[0].upper() if spec.texts else "of another type"
