"""What a script binds: the names of patterns and parameters, and what is assigned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.script.homes import names_of
from bot.checks.migrations.script.nodes import node_text, string_text
from bot.checks.migrations.script.scopes import Scope
from bot.checks.migrations.script.values import Array, Call, Constant, Entry, Member, Name, Object, Text, Unread, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.script.run import Runner

_UNDEFINED = Constant("undefined")
_MAX_WRITTEN = 2_000


def is_nothing(value: Value | None) -> bool:
    """Whether a value is none, or `undefined`."""
    return value is None or value == _UNDEFINED


def key_of(node: Node) -> str:
    """The name of a member, as it is written in an object."""
    return string_text(node) if node.type == "string" else node_text(node)


def bind(runner: Runner, pattern: Node, value: Value | None, scope: Scope) -> None:
    """Bind the names of a pattern; without a value each stands for itself."""
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            name = node_text(pattern)
            scope.names[name] = value if value is not None else Name(name)
        case "object_pattern":
            _bind_members(runner, pattern, value, scope)
        case "array_pattern":
            items = value.items if isinstance(value, Array) else None
            for at, child in enumerate(pattern.named_children):
                given = items[at] if items is not None and at < len(items) else None
                # Where it comes from is kept, so that it can be seen what a condition rests on.
                whole = isinstance(value, Call) and child.type == "identifier"
                bind(runner, child, Member(value, str(at)) if whole and value is not None else given, scope)
        case "assignment_pattern" | "object_assignment_pattern":
            left, right = pattern.child_by_field_name("left"), pattern.child_by_field_name("right")
            if left is not None and right is not None:
                bind(runner, left, runner.evaluate(right, scope) if is_nothing(value) else value, scope)
        case _:
            for child in pattern.named_children[:1] if pattern.type == "variable_declarator" else ():
                bind(runner, child, value, scope)
            for name in names_of(pattern):
                scope.names[name] = Name(name)


def _bind_members(runner: Runner, pattern: Node, value: Value | None, scope: Scope) -> None:
    taken: set[str] = set()
    for child in pattern.named_children:
        match child.type:
            case "shorthand_property_identifier_pattern":
                key, target = node_text(child), child
            case "pair_pattern":
                named, inner = child.child_by_field_name("key"), child.child_by_field_name("value")
                if named is None or inner is None:
                    continue
                key, target = key_of(named), inner
            case "object_assignment_pattern":
                left = child.child_by_field_name("left")
                if left is None:
                    continue
                key, target = node_text(left), child
            case "rest_pattern":
                rest = [one for one in value.entries if one.key not in taken] if isinstance(value, Object) else None
                for name in names_of(child):
                    scope.names[name] = Object(rest) if rest is not None else Name(name)
                continue
            case _:
                continue
        taken.add(key)
        bind(runner, target, runner.member(value, key) if value is not None else None, scope)


def bind_parameters(runner: Runner, node: Node, arguments: Sequence[Value] | None, scope: Scope) -> None:
    """Bind the parameters of a function to what it is called with."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        bind(runner, single, arguments[0] if arguments else None, scope)
        return
    parameters = node.child_by_field_name("parameters")
    children = parameters.named_children if parameters is not None else []
    at = 0
    for child in children:
        if child.type in {"comment", "this"}:
            continue
        pattern, default = child.child_by_field_name("pattern") or child, child.child_by_field_name("value")
        if pattern.type == "rest_pattern":
            for name in names_of(pattern):
                scope.names[name] = Array(list(arguments[at:])) if arguments is not None else Name(name)
            return
        given = arguments[at] if arguments is not None and at < len(arguments) else None
        if given is None and arguments is not None and pattern.type == "identifier":
            given = _UNDEFINED
        if default is not None and is_nothing(given):
            given = runner.evaluate(default, scope)
        bind(runner, pattern, given, scope)
        at += 1


def assign(runner: Runner, node: Node, scope: Scope) -> Value:
    """Give a value to a name, or put it into an object that has one."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return Unread(" ".join(node_text(node).split())[:_MAX_WRITTEN])
    exported = node_text(left)
    for bound in (exported, exported.removeprefix("module.")):
        if exported.partition(".")[0] in {"exports", "module"} and bound in scope.names:
            return runner.lookup(scope, bound)
    value = runner.evaluate(right, scope)
    if left.type == "identifier":
        holder = scope.holder(node_text(left)) or scope
        holder.names[node_text(left)] = value
    elif left.type == "member_expression":
        target, name = left.child_by_field_name("object"), left.child_by_field_name("property")
        if target is not None and name is not None:
            _put(runner, target, Entry(node_text(name), value, node.start_point.row + 1), scope)
            runner.listener.assigned(runner.evaluate(target, scope), node_text(name), value, scope.path)
    elif left.type == "subscript_expression":
        target, index = left.child_by_field_name("object"), left.child_by_field_name("index")
        if target is not None and index is not None:
            key = runner.evaluate(index, scope)
            entry = Entry(key.text if isinstance(key, Text) else "", value, node.start_point.row + 1)
            _put(runner, target, entry, scope)
    return value


def _put(runner: Runner, target: Node, entry: Entry, scope: Scope) -> None:
    """Put a member into an object that has a name; where that may not happen, it is no more than may be there."""
    holder = scope.holder(node_text(target)) if target.type == "identifier" else None
    had = runner.lookup(scope, node_text(target)) if holder is not None else None
    if holder is None or not isinstance(had, Object):
        return
    if not runner.certain:
        entry = Entry("", Unread(f"perhaps {entry!r}"), entry.line)
    rest = [one for one in had.entries if not entry.key or one.key != entry.key]
    holder.names[node_text(target)] = Object([*rest, entry])


def push(runner: Runner, function: Node, given: Sequence[Value], scope: Scope) -> None:
    """`list.push(...)` on a list that has a name."""
    target, name = function.child_by_field_name("object"), function.child_by_field_name("property")
    if target is None or name is None or target.type != "identifier" or node_text(name) != "push":
        return
    holder = scope.holder(node_text(target))
    had = runner.lookup(scope, node_text(target)) if holder is not None else None
    if holder is not None and isinstance(had, Array):
        holder.names[node_text(target)] = Array([*had.items, *given]) if runner.certain else Name(node_text(target))
