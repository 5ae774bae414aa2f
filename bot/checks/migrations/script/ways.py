"""The way up of a migration that is a script: its function, what it names, and whether two texts do the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.script.nodes import node_text, parse
from bot.checks.migrations.script.run import Runner
from bot.checks.migrations.script.scopes import Home
from bot.checks.migrations.script.values import Array, Call, Closure, Member, Object, Tagged, Text, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_LAYOUT = frozenset({";", ",", '"', "'", "`", "(", ")", "comment"})
_MAX_NAMES = 500
_TYPES = frozenset({"type_annotation", "type_arguments"})


def same_way_up(old: bytes, new: bytes) -> bool:
    """Whether two scripts have the same words but for comments, layout, types, and the way down."""
    return list(_words(parse("a.ts", old))) == list(_words(parse("a.ts", new)))


def _words(root: Node) -> Iterator[str]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _TYPES or node.type in _LAYOUT or _is_down(node):
            continue
        if node.child_count == 0:
            yield node_text(node)
        waiting.extend(reversed(node.children))


def _is_down(node: Node) -> bool:
    """Whether a node is the function that undoes the migration."""
    if node.type in {"method_definition", "function_declaration", "variable_declarator"}:
        name = node.child_by_field_name("name")
        return name is not None and node_text(name) == "down"
    if node.type == "pair":
        key = node.child_by_field_name("key")
        return key is not None and node_text(key) == "down"
    if node.type == "assignment_expression":
        left = node.child_by_field_name("left")
        return left is not None and node_text(left).endswith("exports.down")
    return False


def find_up(runner: Runner, home: Home, name: str = "up") -> Closure | None:
    """The function that a migration exports as its way up."""
    for exported in (name, "default"):
        value = runner.export(home, exported)
        if isinstance(value, Closure) and exported == name:
            return value
        if isinstance(value, Object):
            inner = runner.member(value, name)
            if isinstance(inner, Closure):
                return inner
    return None


def root_of(value: Value, through: Collection[str] | None = None) -> Value:
    """What a chain of members and calls begins with; of calls only those of some methods, where they are given."""
    while True:
        match value:
            case Member(inner, _):
                value = inner
            case Call(Member(name=name) as function) if through is None or name in through:
                value = function
            case Call(function) if through is None:
                value = function
            case _:
                return value


def words_in(values: Sequence[Value]) -> frozenset[str]:
    """The texts in values: what a step that cannot be told may concern."""
    found: set[str] = set()
    waiting: list[Value] = list(values)
    while waiting and len(found) < _MAX_NAMES:
        match waiting.pop():
            case Text(text):
                found.add(text)
            case Array(items):
                waiting += items
            case Object(entries):
                found.update(entry.key for entry in entries)
                waiting += [entry.value for entry in entries]
            case Tagged(texts=texts, holes=holes):
                found.update(texts)
                waiting += holes
            case Call(arguments=arguments):
                waiting += arguments
            case _:
                continue
    return frozenset(found)
