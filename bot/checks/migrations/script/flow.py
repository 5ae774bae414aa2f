"""Statements of a script that is followed step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.script import expressions
from bot.checks.migrations.script.homes import declare_one, hoist
from bot.checks.migrations.script.scopes import Later, Scope
from bot.checks.migrations.script.values import Array, ClassOf

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.script.run import Runner

_MAX_ROUNDS = 500


def follow(runner: Runner, nodes: Sequence[Node], scope: Scope, *, top: bool) -> bool:
    """Follow statements in order; whether they end in a return.

    At a module's top level (`top`) the declarations are bound already.
    """
    if not top:
        hoist(scope, nodes)
    for node in nodes:
        handler = _HANDLERS.get(node.type)
        if top and node.type == "export_statement":
            inner = node.child_by_field_name("declaration")
            if inner is not None and inner.type in _CLASSES:
                _class(runner, inner, scope)
            continue
        if top and node.type in _DECLARED:
            continue
        if handler is not None and handler(runner, node, scope):
            return True
    return False


def _expression(runner: Runner, node: Node, scope: Scope) -> bool:
    if node.named_children:
        runner.evaluate(node.named_children[0], scope)
    return False


def _variables(runner: Runner, node: Node, scope: Scope) -> bool:
    for child in node.named_children:
        pattern, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "variable_declarator" and pattern is not None:
            given = runner.evaluate(value, scope) if value is not None else None
            expressions.bind(runner, pattern, given, scope)
    return False


def _class(runner: Runner, node: Node, scope: Scope) -> bool:
    name = node.child_by_field_name("name")
    text = name.text.decode("utf-8", "replace") if name is not None and name.text is not None else ""
    bound = scope.names.get(text)
    if not isinstance(bound, ClassOf):
        declare_one(scope, node)
        bound = scope.names.get(text)
    if isinstance(bound, ClassOf):
        runner.listener.declared(bound)
    return False


def _enumeration(runner: Runner, node: Node, scope: Scope) -> bool:
    for name in declare_one(scope, node):
        if isinstance(scope.names[name], Later):
            runner.lookup(scope, name)
    return False


def _return(runner: Runner, node: Node, scope: Scope) -> bool:
    given = [runner.evaluate(child, scope) for child in node.named_children if child.type != "comment"]
    if given and runner.returns:
        runner.returns[-1].append(given[0])
    # A return under a condition that cannot be told leaves the rest to happen.
    return runner.certain


def _block(runner: Runner, node: Node, scope: Scope) -> bool:
    return runner.follow(node.named_children, scope.inner())


def _if(runner: Runner, node: Node, scope: Scope) -> bool:
    condition = node.child_by_field_name("condition")
    known = expressions.truth(runner.evaluate(condition, scope)) if condition is not None else None
    then, otherwise = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    if otherwise is not None and otherwise.type == "else_clause":
        otherwise = otherwise.named_children[0] if otherwise.named_children else None
    if known is not None:
        taken = then if known else otherwise
        return taken is not None and runner.follow([taken], scope)
    with runner.doubting():
        for one in (then, otherwise):
            if one is not None:
                runner.follow([one], scope)
    return False


def _for_each(runner: Runner, node: Node, scope: Scope) -> bool:
    left, right, body = (node.child_by_field_name(name) for name in ("left", "right", "body"))
    if left is None or right is None or body is None:
        return False
    given = runner.evaluate(right, scope)
    keys = any(child.type == "in" for child in node.children)
    items = expressions.keys_of(given) if keys else given.items if isinstance(given, Array) else None
    if items is None:
        with runner.doubting():
            inner = scope.inner()
            expressions.bind(runner, left, None, inner)
            runner.follow([body], inner)
        return False
    for item in items[:_MAX_ROUNDS]:
        inner = scope.inner()
        expressions.bind(runner, left, item, inner)
        runner.follow([body], inner)
    return False


def _loop(runner: Runner, node: Node, scope: Scope) -> bool:
    inner = scope.inner()
    first, body = node.child_by_field_name("initializer"), node.child_by_field_name("body")
    with runner.doubting():
        for child in first.named_children if first is not None else ():
            name = child.child_by_field_name("name")
            if name is not None:
                expressions.bind(runner, name, None, inner)
        if body is not None:
            runner.follow([body], inner)
    return False


def _try(runner: Runner, node: Node, scope: Scope) -> bool:
    body, last = node.child_by_field_name("body"), node.child_by_field_name("finalizer")
    ended = body is not None and runner.follow([body], scope)
    for child in last.named_children if last is not None else ():
        runner.follow([child], scope)
    return ended


def _switch(runner: Runner, node: Node, scope: Scope) -> bool:
    body = node.child_by_field_name("body")
    with runner.doubting():
        for case in body.named_children if body is not None else ():
            value = case.child_by_field_name("value")
            runner.follow([child for child in case.named_children if child != value], scope.inner())
    return False


def _label(runner: Runner, node: Node, scope: Scope) -> bool:
    body = node.child_by_field_name("body")
    return body is not None and runner.follow([body], scope)


_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})
_DECLARED = frozenset({
    "enum_declaration", "function_declaration", "generator_function_declaration", "import_statement",
    "lexical_declaration", "variable_declaration",
})  # fmt: skip
_HANDLERS: Mapping[str, Callable[[Runner, Node, Scope], bool]] = {
    "abstract_class_declaration": _class,
    "class_declaration": _class,
    "do_statement": _loop,
    "enum_declaration": _enumeration,
    "expression_statement": _expression,
    "for_in_statement": _for_each,
    "for_statement": _loop,
    "if_statement": _if,
    "labeled_statement": _label,
    "lexical_declaration": _variables,
    "return_statement": _return,
    "statement_block": _block,
    "switch_statement": _switch,
    "try_statement": _try,
    "variable_declaration": _variables,
    "while_statement": _loop,
}
