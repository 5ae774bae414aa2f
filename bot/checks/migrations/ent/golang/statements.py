"""Bodies of functions that only put values together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.checks.migrations.ent.golang.scope import BASIC, LONGEST_TEXT, Scope, plain, unread
from bot.checks.migrations.ent.golang.source import Function, text
from bot.checks.migrations.ent.golang.types import read_type, zero
from bot.checks.migrations.ent.golang.values import Chain, Unread, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.ent.golang.evaluate import Evaluator


class _Bare:
    """A `return` without a value."""


def run_closure(evaluator: Evaluator, node: Node, scope: Scope) -> Value:
    """What a function that is written where a value stands returns."""
    body = node.child_by_field_name("body")
    done, value = _block(evaluator, body, scope) if body is not None else (False, None)
    return value if done and not isinstance(value, _Bare) else unread("a function without a value", node, scope)


def run(evaluator: Evaluator, function: Function, scope: Scope) -> Value:
    """What a function returns, where it only puts values together."""
    body = function.node.child_by_field_name("body")
    if body is None:
        return unread("a function without a body", function.node, scope)
    results = _named_results(function.node)
    scope.names.update(dict.fromkeys(results))
    done, value = _block(evaluator, body, scope)
    if done and isinstance(value, _Bare):
        return scope.names[results[0]] if results else None
    return value if done and not isinstance(value, _Bare) else unread("a function without a value", body, scope)


def _block(evaluator: Evaluator, block: Node, scope: Scope) -> tuple[bool, Value | _Bare]:
    """Whether a value is returned, and which."""
    for statement in _statements(block):
        done, value = _follow(evaluator, statement, scope)
        if done:
            return True, value
    return False, None


def _follow(evaluator: Evaluator, statement: Node, scope: Scope) -> tuple[bool, Value | _Bare]:
    match statement.type:
        case "return_statement":
            values = statement.named_children[0].named_children if statement.named_children else []
            return True, evaluator.value(values[0], scope) if values else _Bare()
        case "short_var_declaration" | "assignment_statement":
            _assign(evaluator, statement, scope)
        case "var_declaration" | "const_declaration":
            _declare(evaluator, statement, scope)
        case "if_statement":
            return _if(evaluator, statement, scope)
        case "for_statement":
            fault = _loop(evaluator, statement, scope)
            return fault is not None, fault
        case "expression_statement":
            _tell(evaluator, statement, scope)
        case "empty_statement" | "comment":
            pass
        case _:
            return True, unread("a statement", statement, scope)
    return False, None


def _tell(evaluator: Evaluator, statement: Node, scope: Scope) -> None:
    """A builder is told more: it is changed in its place."""
    node = statement.named_children[0] if statement.named_children else None
    owner = node
    while owner is not None and owner.type in {"call_expression", "selector_expression"}:
        owner = owner.child_by_field_name("function") or owner.child_by_field_name("operand")
    name = text(owner) if owner is not None and owner.type == "identifier" else ""
    if node is not None and isinstance(scope.names.get(name), Chain):
        scope.names[name] = evaluator.value(node, scope)


def _assign(evaluator: Evaluator, node: Node, scope: Scope) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    sign = node.child_by_field_name("operator")
    if sign is not None and text(sign) not in {"=", ":="}:
        # `name += "_id"`: what it was counts too.
        for name in left.named_children:
            scope.names[text(name)] = _joined(evaluator, text(sign), (left, right), scope)
        return
    for name, value in zip(left.named_children, right.named_children, strict=False):
        if name.type == "identifier":
            scope.names[text(name)] = evaluator.value(value, scope)
        else:
            # A member is given later: its owner is no longer what it was.
            root = text(name).partition(".")[0].partition("[")[0]
            scope.names[root] = unread("a member that is set later", node, scope)


def _joined(evaluator: Evaluator, sign: str, sides: tuple[Node, Node], scope: Scope) -> Value:
    old, more = (plain(evaluator.value(one, scope)) for one in sides)
    if sign == "+=" and isinstance(old, str) and isinstance(more, str) and len(old) + len(more) <= LONGEST_TEXT:
        return old + more
    return unread("an assignment", sides[0], scope)


def _declare(evaluator: Evaluator, node: Node, scope: Scope) -> None:
    specs = [node, *(child for one in node.named_children for child in (one, *one.named_children))]
    for spec in specs:
        if spec.type in {"var_spec", "const_spec"}:
            value = spec.child_by_field_name("value")
            values = value.named_children if value is not None else []
            for at, name in enumerate(spec.children_by_field_name("name")):
                given = values[at] if at < len(values) else None
                scope.names[text(name)] = evaluator.value(given, scope) if given else _nothing(evaluator, spec, scope)


def _nothing(evaluator: Evaluator, spec: Node, scope: Scope) -> Value:
    """What a variable is that is only declared."""
    kind = spec.child_by_field_name("type")
    if kind is None or kind.type not in {"type_identifier", "qualified_type", "generic_type"}:
        return None
    basic: dict[str, Value] = {"string": "", "bool": False}
    if text(kind) in BASIC:
        return basic.get(text(kind), 0)
    return zero(read_type(evaluator.program, kind, scope.source, scope.folder, scope.names))


def _if(evaluator: Evaluator, node: Node, scope: Scope) -> tuple[bool, Value | _Bare]:
    condition = node.child_by_field_name("condition")
    value = evaluator.value(condition, scope) if condition is not None else None
    if not isinstance(value, bool) or node.child_by_field_name("initializer") is not None:
        return True, unread("a condition", node, scope)
    branch = node.child_by_field_name("consequence" if value else "alternative")
    if branch is None:
        return False, None
    return _if(evaluator, branch, scope) if branch.type == "if_statement" else _block(evaluator, branch, scope)


def _loop(evaluator: Evaluator, node: Node, scope: Scope) -> Unread | None:
    clause = next((child for child in node.named_children if child.type == "range_clause"), None)
    body = node.child_by_field_name("body")
    left = clause.child_by_field_name("left") if clause is not None else None
    right = clause.child_by_field_name("right") if clause is not None else None
    values = evaluator.value(right, scope) if right is not None else None
    if body is None or not isinstance(values, tuple):
        return unread("a loop", node, scope)
    names = [text(one) for one in left.named_children] if left is not None else []
    for at, value in enumerate(values):
        scope.names.update(zip(names, (at, value), strict=False))
        done, _ = _block(evaluator, body, scope)
        if done:
            return unread("a loop that returns", node, scope)
    return None


def _named_results(function: Node) -> list[str]:
    result = function.child_by_field_name("result")
    given = result.named_children if result is not None and result.type == "parameter_list" else []
    return [text(name) for one in given for name in one.children_by_field_name("name")]


def _statements(block: Node) -> list[Node]:
    found: list[Node] = []
    for child in block.named_children:
        found.extend(_statements(child) if child.type == "statement_list" else [child])
    return found
