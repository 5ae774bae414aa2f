"""The statements of a schema.rb that a change cannot concern: most of them, and reading them takes most of the time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.rails.ruby import Source, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = re.compile(rb"\A(create_table|add_foreign_key) \"([^\"]+)\"(?:, \"([^\"]+)\")?")
# What takes keys of other tables along, or may.
_GOES = re.compile(rb"\b(?:drop_|rename_table|force|execute|DROP)")
_WORDS = re.compile(rb"\w+")


def unchanged(
    base: Source, head: Source, migrations: Sequence[Source], wanted: frozenset[str] = frozenset()
) -> frozenset[bytes]:
    """The texts of tables and keys that stand in both schemas and that no migration of the change names.

    `wanted` are tables that one is about all the same, since their names are put together.
    """
    old, new = list(_statements(base)), list(_statements(head))
    if _opening(base) != _opening(head):
        return frozenset()
    both = {text for text, _ in old} & {text for text, _ in new}
    concerned = {word for source in migrations for word in _WORDS.findall(source.root.text or b"")}
    concerned |= {name.encode("utf-8", "surrogateescape") for name in wanted}
    for text, names in (*old, *new):
        if text not in both:
            # What is no table or key may be about any that it names.
            concerned |= names or set(_WORDS.findall(text))
    if any(_GOES.search(source.root.text or b"") for source in migrations):
        # A table that has a key to one that goes is concerned by what becomes of the key.
        for text, names in old:
            if text.startswith(b"add_foreign_key") and names & concerned:
                concerned |= names
    return frozenset(
        text for text, names in (*old, *new) if names and text in both and _own(text, names).isdisjoint(concerned)
    )


def _own(text: bytes, names: set[bytes]) -> set[bytes]:
    """The table that a statement is of: of a key, the one that holds it."""
    found = _NAMES.match(text)
    return {found[2]} if found is not None else names


def table_in(text: bytes) -> str:
    """The table that a statement of a schema is of; empty where it is of none."""
    found = _NAMES.match(text)
    return found[2].decode("utf-8", "replace") if found is not None else ""


def _opening(source: Source) -> str:
    """The version of Rails that wrote a schema."""
    found = re.search(r"ActiveRecord::Schema(\[[\d.]+\])?", text_of(source.root)[:5000])
    return found[0] if found else ""


def _statements(source: Source) -> Iterator[tuple[bytes, set[bytes]]]:
    """Yield each statement in the block of `define`, with the tables that it is of."""
    for body in _blocks(source.root):
        for child in body.named_children:
            text = child.text or b""
            found = _NAMES.match(text)
            names = found.groups()[1:] if found is not None else ()
            yield text, {name for name in names if name is not None}


def _blocks(root: Node) -> Iterator[Node]:
    for child in root.named_children:
        block = child.child_by_field_name("block") if child.type == "call" else None
        body = block.child_by_field_name("body") if block is not None else None
        if body is not None:
            yield body
