"""Findings and unknowns in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.migrations.jpa.compare import Lack
from bot.checks.migrations.jpa.wanted import Place
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Finding, Severity, Unknown

HELP = "https://docs.jboss.org/hibernate/orm/current/userguide/html_single/Hibernate_User_Guide.html#schema-generation"
SETTLE = "let Hibernate validate the migrated schema (`spring.jpa.hibernate.ddl-auto=validate`)"


def tell(lack: Lack, certainty: Certainty, databases: Sequence[str], tool: str) -> Finding:
    """A lack as a finding; `databases` are those that lack it, empty where all do."""
    where = f" on {', '.join(databases)}" if databases else ""
    return Finding(
        rule=f"jpa-missing-{lack.kind}",
        message=f"{lack.place.owner}: {_fault(lack)}{where}",
        severity=Severity.HIGH if certainty is not Certainty.NOTE else Severity.LOW,
        certainty=certainty,
        path=lack.place.path,
        line=lack.place.line,
        fingerprint=fingerprint("jpa", lack.kind, lack.table, lack.name, lack.want),
        fix=f"add a migration of {tool} that will {_step(lack)}",
        help=HELP,
    )


def note_left(table: str, column: str, place: Place, *, required: bool) -> Finding:
    """A column that no entity maps any more: good practice, if rows can still be written."""
    end = "; it is NOT NULL and has no default, so that new rows cannot be written" if required else ""
    return Finding(
        rule="jpa-column-left",
        message=f"column {table}.{column} is no longer mapped, and stays in the database{end}",
        severity=Severity.LOW,
        certainty=Certainty.NOTE,
        path=place.path,
        line=place.line,
        fingerprint=fingerprint("jpa", "left", table, column),
        fix="make it nullable now" if required else "drop it in a later release, when no running code reads it",
        help=HELP,
        fails=False,
    )


def unknown(place: Place, reason: str) -> Unknown:
    """Something that cannot be told, with its place."""
    return Unknown(path=place.path, line=place.line, reason=f"{place.owner}: {reason}", settle=SETTLE)


def describe(lack: Lack) -> str:
    """What is lacking, for a sentence."""
    return _fault(lack)


def _fault(lack: Lack) -> str:  # noqa: PLR0911 - one answer a kind
    name = f"{lack.table}.{lack.name}"
    match lack.kind:
        case "table":
            return f"no migration makes table {lack.table}"
        case "column":
            return f"no migration adds column {name}"
        case "nullable":
            return f"column {name} is {lack.have} in the migrations and {lack.want} in the entity"
        case "length":
            return f"column {name} has length {lack.have} in the migrations and {lack.want} in the entity"
        case "precision":
            return f"column {name} has ({lack.have}) digits in the migrations and ({lack.want}) in the entity"
        case "unique":
            return f"no migration makes ({lack.name}) of {lack.table} unique"
    return f"column {name} is {lack.have} in the migrations, which does not fit {lack.want}"


def _step(lack: Lack) -> str:
    name = f"{lack.table}.{lack.name}"
    match lack.kind:
        case "table":
            return f"create table {lack.table}"
        case "column":
            return f"add column {name}"
        case "nullable":
            return f"make {name} {lack.want}"
        case "length" | "precision":
            return f"change the {lack.kind} of {name} to {lack.want}"
        case "unique":
            return f"add a unique constraint on ({lack.name}) of {lack.table}"
    return f"change the type of {name}"
