"""Differences of schemas in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.rails.compare import Difference
from bot.checks.migrations.rails.key_changes import Touched
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Finding, Severity

MIGRATE = "run `bin/rails db:migrate` and commit the schema's file"
_GENERATE = "write the migration (`bin/rails generate migration`), run `bin/rails db:migrate`, and commit both"
_HELP = "https://guides.rubyonrails.org/active_record_migrations.html#schema-dumping-and-you"
_WORDS = {
    "option": "column",
    "primary-key": "the primary key of",
    "comment": "the comment of",
    "foreign-key": "foreign key",
}


def subject(one: Difference) -> str:
    """What differs: `column users.age`, `index index_users_on_email of users`."""
    what = _WORDS.get(one.kind, one.kind)
    if one.kind in {"column", "option"}:
        return f"{what} {one.table}.{one.name.partition('.')[0]}"
    if one.kind in {"index", "foreign-key", "constraint"}:
        return f"{what} {one.name or 'without a name'} of {one.table}"
    return f"{what} {one.table}"


def describe(one: Difference, schema: str, migration: str) -> str:
    """A difference in a sentence. `migration` is the path of the one that is about it; empty where none is."""
    what = subject(one)
    if migration and not one.written:
        return f"{migration} makes {what}{_in_brackets(one.made)}, and {schema} does not have it"
    if migration and not one.made:
        return f"{migration} takes {what} away, and {schema} still has it"
    if migration:
        return f"{what} has {one.written} in {schema}, and {one.made} by {migration}"
    if not one.made:
        return f"{what}{_in_brackets(one.written)} is new in {schema}, and no migration of the change makes it"
    if not one.written:
        return f"{what} is gone from {schema}, and no migration of the change takes it away"
    return f"{what} now has {one.written} in {schema} (it had {one.made}), and no migration of the change does that"


def _in_brackets(words: str) -> str:
    return f" ({words})" if words not in {"", "table", "there"} else ""


def finding(
    one: Difference, schema: str, touched: Mapping[Touched, tuple[str, int]], certainty: Certainty = Certainty.CERTAIN
) -> Finding:
    """The finding of a difference."""
    kind = "column" if one.kind == "option" else one.kind
    member = one.name.partition(".")[0] if one.kind == "option" else one.name
    place = touched.get((one.table, kind, member)) or touched.get((one.table, "table", ""))
    path, line = place if place is not None else (schema, one.line or 1)
    if place is not None and one.written:
        path, line = schema, one.line or 1
    which = "differs" if one.made and one.written else "lacks" if not one.written else "extra"
    return Finding(
        rule=f"rails-schema-{which}" if place is not None else f"rails-missing-{one.kind}",
        message=describe(one, schema, place[0] if place is not None else ""),
        severity=Severity.HIGH,
        certainty=certainty,
        path=path,
        line=line,
        fingerprint=fingerprint("rails", schema, one.kind, one.table, one.name, one.made, one.written),
        fix=MIGRATE if place is not None else _GENERATE,
        help=_HELP,
    )


def version_finding(schema: str, line: int, message: str, certainty: Certainty = Certainty.CERTAIN) -> Finding:
    """A finding about the schema's version."""
    return Finding(
        rule="rails-schema-version",
        message=message,
        severity=Severity.HIGH,
        certainty=certainty,
        path=schema,
        line=line,
        fingerprint=fingerprint("rails", "version", schema, message),
        fix=MIGRATE,
        help=_HELP,
    )
