"""Hibernate Envers: a table beside an audited entity's own, which holds every state that it had.

Source: Hibernate's user guide, "Envers": `@Audited`, `@NotAudited`, `@AuditTable`; the table's name ends in `_AUD`, and
the field that counts versions is left out, unless settings say otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.migrations.jpa.java import Member
from bot.checks.migrations.jpa.wanted import Place, Table

if TYPE_CHECKING:
    from bot.checks.migrations.jpa.mapping import Entity, Mapping

_SUFFIX = "_AUD"


def add_history(mapping: Mapping, entity: Entity, table: Table) -> None:
    """Ask for the columns of an audited entity's history."""
    whole = any(level.cls.annotation("Audited") is not None for level in entity.own)
    left_out, audited = set(), set()
    for level, member in mapping.own_members(entity):
        lines = {name for name, one in table.columns.items() if _is_of(one.place, level.cls.file.path, member)}
        if member.annotation("NotAudited", "Version") is not None:
            left_out |= lines
        elif whole or member.annotation("Audited") is not None:
            audited |= lines
    if not audited:
        return
    given = entity.cls.annotation("AuditTable")
    name = mapping.sources.evaluate(entity.cls, given.given.get("value", "")) if given is not None else None
    names = (
        mapping.naming.names(name)
        if isinstance(name, str) and name
        else tuple(made for one in table.names for made in mapping.naming.names(f"{one}{_SUFFIX}"))
    )
    history = mapping.wanted.table(names, table.place)
    history.history = True
    for key in table.columns:
        if key in audited - left_out:
            # A row of the history may lack any of them.
            history.add(replace(table.columns[key], nullable=None, unique=False))


def _is_of(place: Place, path: str, member: Member) -> bool:
    return place.path == path and place.line == member.line
