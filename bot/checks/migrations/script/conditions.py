"""Conditions that cannot be told, of a script that is followed step by step: what they rest on, and which way they go.

A script may be followed in two worlds: in one all such conditions hold, in the other none does. What comes out the same
in both does not hang on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.checks.migrations.script.nodes import node_text
from bot.checks.migrations.script.scopes import Scope
from bot.checks.migrations.script.values import Closure, Constant, Number, Text, Unread, Value

if TYPE_CHECKING:
    from tree_sitter import Node

# Questions that ask what the schema is: a step that waits for their answer is a step that looks before it goes.
CATALOGUE = re.compile(
    r"information_schema|\bpg_\w+|sqlite_(master|schema)|\bpragma\b|\bto_regclass\b|\bsys\.\w+"
    r"|\bshow\s+(full\s+)?(columns|tables|index|indexes|keys|create)\b"
    r"|\b(describeTable|show(All(Tables|Schemas)|Constraint|Index)|getForeignKey\w*|tableExists|columnInfo)\b"
    r"|\b(does)?(has|have|exists?)?_?(Table|Column|Index|Constraint)_?(Exists?)?\b(?=\()|\bhas(Table|Column|Index)\b"
    r"|\bgetTables?\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_MAX_DEPTH = 5
_MAX_WORDS = 200


def asks_catalogue(node: Node, scope: Scope) -> bool:
    """Whether a condition rests on what the database says of its schema, by itself or by the names in it."""
    waiting, seen = [(node_text(node), 0)], set[str]()
    while waiting and len(seen) < _MAX_WORDS:
        text, depth = waiting.pop()
        if CATALOGUE.search(text):
            return True
        for word in _WORD.findall(text) if depth < _MAX_DEPTH else ():
            holder = scope.holder(word) if word not in seen else None
            seen.add(word)
            if holder is not None:
                waiting.append((_ground(holder.names[word]), depth + 1))
    return False


def _ground(value: object) -> str:
    match value:
        case Closure(node=node):
            return node_text(node)
        case Unread(text):
            return text
    return repr(value)


def is_negated(node: Node) -> bool:
    """Whether a condition is one that does not hold: `!one`."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    sign = node.child_by_field_name("operator") if node.type == "unary_expression" else None
    inner = node.child_by_field_name("argument")
    return sign is not None and inner is not None and sign.type == "!" and not is_negated(inner)


def throws(node: Node | None) -> bool:
    """Whether a branch ends with an error: nothing at all is done then, and whoever runs it sees that."""
    children = [one for one in node.named_children if one.type != "comment"] if node is not None else []
    if node is not None and node.type == "statement_block" and children:
        return throws(children[-1])
    return node is not None and node.type == "throw_statement"


def same(one: Value, other: Value, truths: Mapping[str, bool]) -> bool | None:
    """Whether two values are equal; `truths` are texts that name the world, and whether it is that. None if untold."""
    plain = Text | Number | Constant
    if isinstance(one, plain) and isinstance(other, plain):
        return one == other
    return next((truths[each.text] for each in (one, other) if isinstance(each, Text) and each.text in truths), None)
