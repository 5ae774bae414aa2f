"""Changelogs that are SQL with comments for Liquibase, as the elements of the other formats.

Source: https://docs.liquibase.com/concepts/changelogs/sql-format.html.
"""

from __future__ import annotations

import re

from bot.checks.migrations.changelog.nodes import Node, UnreadError

# Its first line that is not empty; some keep a licence before it.
_FORMATTED = re.compile(
    r"\A(?:\s|\ufeff|--(?![ \t]*liquibase\s+formatted)[^\n]*\n)*+--[ \t]*liquibase\s+formatted\s+sql", re.IGNORECASE
)
_WORD = re.compile(
    r"^\s*(?:--|/\*)\s*(changeset|property|rollback|preconditions|precondition-[\w-]+|comment:?|validCheckSum:?|"
    r"include|includeAll|liquibase\s+rollback|ignoreLines)\b:?(.*)$",
    re.IGNORECASE,
)
_IDENTITY = re.compile(r"""\s*("[^"]+"|'[^']+'|[^:"'\s][^:]*):("[^"]+"|'[^']+'|\S+)""")
_ATTRIBUTE = re.compile(r"""(\w+):("[^"]*"|'[^']*'|\S+)""")
_MAX_LINE = 10_000
_MAX_CHANGE_SETS = 20_000


def is_formatted(text: str) -> bool:
    """Whether a text of SQL is a changelog."""
    return _FORMATTED.match(text) is not None


def read_formatted(text: str) -> Node:  # noqa: C901 - one answer a comment
    """The root of a changelog in SQL.

    Raises:
        UnreadError: a change set has no author and id, or there are more than anybody writes.
    """
    root = Node(name="databaseChangeLog", line=1)
    current: Node | None = None
    undoing = False
    for number, line in enumerate(text.split("\n"), start=1):
        found = _WORD.match(line) if len(line) < _MAX_LINE else None
        word = " ".join(found[1].lower().split()).rstrip(":") if found else ""
        if found is None:
            if current is not None and not undoing:
                current.children[-1].parts.append(f"{line}\n")
            undoing = undoing and "*/" not in line
        elif word == "changeset":
            current = _change_set(found[2], number)
            root.children.append(current)
            if len(root.children) > _MAX_CHANGE_SETS:
                raise UnreadError(number, f"has more than {_MAX_CHANGE_SETS:,} change sets")
        elif word == "liquibase rollback":
            undoing = "*/" not in line
        elif word in {"property", "include", "includeall"}:
            name = "includeAll" if word == "includeall" else word
            root.children.append(Node(name=name, line=number, attributes=_attributes(found[2])))
        elif current is not None and word == "preconditions":
            current.children.insert(0, Node(name="preConditions", line=number, attributes=_attributes(found[2])))
        elif current is not None and word.startswith("precondition-"):
            conditions = current.first("preConditions")
            if conditions is not None:
                conditions.children.append(Node(name=word, line=number, attributes=_attributes(found[2])))
        elif current is not None and word == "validchecksum":
            current.children.insert(0, Node(name="validCheckSum", line=number, parts=[found[2].strip()]))
    return root


def _change_set(rest: str, line: int) -> Node:
    found = _IDENTITY.match(rest)
    if found is None:
        raise UnreadError(line, "has a change set without author and id")
    author, name = (part.strip("\"'") for part in found.groups())
    attributes = {**_attributes(rest[found.end() :]), "author": author.strip(), "id": name}
    return Node(name="changeSet", line=line, attributes=attributes, children=[Node(name="sql", line=line)])


def _attributes(text: str) -> dict[str, str]:
    return {name: value.strip("\"'") for name, value in _ATTRIBUTE.findall(text.rstrip().removesuffix("*/"))}
