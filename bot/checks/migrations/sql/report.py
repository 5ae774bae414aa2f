"""Differences of schemas in words, as findings and unknowns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.checks.migrations.sql.compare import Difference
from bot.model import Certainty, Finding, Severity, Unknown

_MEMBER = {
    "type": "type",
    "nullable": "nullability",
    "default": "default",
    "increments": "numbering",
    "primary-key": "primary key",
    "index": "index",
    "index-name": "index's name",
    "foreign-key": "foreign key",
    "foreign-key-name": "foreign key's name",
    "enum-value": "value",
    "check": "check",
    "comment": "comment",
    "collation": "collation",
    "sequence": "sequence",
    "extension": "extension",
    "seed": "rows",
    "values": "values",
}
_OF_COLUMN = frozenset({"collation", "comment", "default", "increments", "nullable", "type", "values"})
_WHOLE = frozenset({"index", "foreign-key", "enum-value", "check", "sequence", "extension"})


@dataclass(frozen=True, kw_only=True)
class Teller:
    """How one tool's findings are told.

    Attributes:
        orm: the tool's stable name, the start of each rule.
        command: what makes the migration.
        help: an address that explains it.
        place: where an element is declared; None where it is not.
    """

    orm: str
    command: str
    help: str
    place: Callable[[Difference], tuple[str, int] | None]

    def finding(self, one: Difference, certainty: Certainty = Certainty.CERTAIN) -> Finding:
        """The finding of a difference: what the schema says and the migrations do not."""
        place = self.place(one)
        return Finding(
            rule=f"{self.orm}-missing-{one.kind}" if one.want else f"{self.orm}-extra-{one.kind}",
            message=f"{describe(one)}, and no migration of the change does that",
            severity=Severity.HIGH,
            certainty=certainty,
            path=place[0] if place else None,
            line=place[1] if place else None,
            fingerprint=fingerprint(self.orm, one.kind, one.table, one.name, one.want),
            fix=f"run `{self.command}`; the migration must {step(one)}",
            help=self.help,
        )

    def clash(self, words: str, path: str) -> Finding:
        """The database would refuse a statement of a migration."""
        return Finding(
            rule=f"{self.orm}-refused",
            message=f"the migration would fail: {words}",
            severity=Severity.HIGH,
            certainty=Certainty.LIKELY,
            path=path,
            line=1,
            fingerprint=fingerprint(self.orm, "refused", words),
            fix=f"drop or rename first what stands in the way, as `{self.command}` would",
            help=self.help,
        )

    def unknowns(self, differences: Iterable[Difference], reason: str) -> Iterator[Unknown]:
        """One for each table: what differs, and why it cannot be told whether that stays so."""
        tables: dict[str, list[Difference]] = {}
        for one in differences:
            tables.setdefault(one.table, []).append(one)
        for found in tables.values():
            place = self.place(found[0])
            yield Unknown(
                path=place[0] if place else None,
                line=place[1] if place else None,
                reason=f"{describe(found[0])}; {reason}",
                settle=f"run `{self.command}` and look whether it writes anything",
            )


def describe(one: Difference) -> str:  # noqa: PLR0911 - one answer a kind
    """What is to become of an element, in a sentence without its end."""
    if one.kind == "table":
        return f"table {one.table} is {'new' if one.want else 'gone from the schema'}"
    if one.kind == "enum":
        return f"type {one.table} is {'new' if one.want else 'gone from the schema'}"
    if one.kind == "column":
        end = f"new ({one.want})" if one.want else "gone from the schema"
        return f"column {one.table}.{one.name} is {end}"
    what = _MEMBER[one.kind]
    if one.kind in _WHOLE:
        whole = f"{what} {one.name} of {one.table}" if one.table else f"{what} {one.name}"
        if not one.have:
            return f"{whole} is new"
        if not one.want:
            return f"{whole} is gone from the schema"
        return f"{whole} is now {one.want} (was {one.have})"
    subject = f"{one.table}.{one.name}" if one.kind in _OF_COLUMN and one.name else one.table
    return f"the {what} of {subject} is now {one.want or 'none'} (was {one.have or 'none'})"


def step(one: Difference) -> str:
    """What a migration must do, as the end of a sentence."""
    verb = "change" if one.have and one.want else "add" if one.want else "drop"
    if one.kind in {"table", "enum"}:
        kind = "table" if one.kind == "table" else "type"
        return f"{'create' if one.want else 'drop'} {kind} {one.table}"
    if one.kind == "column":
        return f"{verb} column {one.table}.{one.name}"
    if one.kind in {"index-name", "foreign-key-name"}:
        return f"rename {one.have} to {one.want}"
    if one.kind == "nullable":
        return f"make {one.table}.{one.name} {one.want}"
    if one.kind in _OF_COLUMN and one.name:
        return f"{verb} the {_MEMBER[one.kind]} of {one.table}.{one.name}"
    return f"{verb} {_MEMBER[one.kind]} {one.name} of {one.table}".replace("  ", " ")


def fingerprint(*parts: str) -> str:
    """A name of a finding that survives moved lines and renamed files."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
