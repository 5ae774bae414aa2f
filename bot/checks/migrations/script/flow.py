"""Statements of a script that is followed step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.script import bindings, conditions, expressions
from bot.checks.migrations.script.homes import declare_one, hoist
from bot.checks.migrations.script.scopes import Later, Scope
from bot.checks.migrations.script.values import Array, ClassOf, Value

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
            bindings.bind(runner, pattern, given, scope)
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
    # A return under a condition that cannot be told leaves the rest to happen, perhaps.
    if not runner.reached:
        runner.left()
    return runner.reached


def _throw(runner: Runner, node: Node, scope: Scope) -> bool:
    _expression(runner, node, scope)
    return runner.reached


def _block(runner: Runner, node: Node, scope: Scope) -> bool:
    return runner.follow(node.named_children, scope.inner())


def _if(runner: Runner, node: Node, scope: Scope) -> bool:
    condition = node.child_by_field_name("condition")
    then, otherwise = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    if otherwise is not None and otherwise.type == "else_clause":
        otherwise = otherwise.named_children[0] if otherwise.named_children else None
    known = None
    if condition is not None:
        value = runner.evaluate(condition, scope)
        known = expressions.truth(value)
        if known is None and (conditions.throws(then) or conditions.throws(otherwise)):
            known = not conditions.throws(then)
        elif known is None:
            known = runner.decide(value, condition, scope)
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
        return _perhaps(runner, [body], scope.inner(), left)
    runner.cut = runner.cut or len(items) > _MAX_ROUNDS
    for item in items[:_MAX_ROUNDS]:
        inner = scope.inner()
        bindings.bind(runner, left, item, inner)
        runner.follow([body], inner)
    return False


def _perhaps(runner: Runner, nodes: Sequence[Node], scope: Scope, name: Node | None = None) -> bool:
    """Follow what may not happen."""
    if runner.assume is not None and not runner.happens(scope.path, nodes[0].start_point.row + 1 if nodes else 1):
        return False
    if name is not None:
        bindings.bind(runner, name, None, scope)
    if runner.assume is not None:
        return runner.follow(nodes, scope)
    with runner.doubting():
        runner.follow(nodes, scope)
    return False


def _loop(runner: Runner, node: Node, scope: Scope) -> bool:
    inner = scope.inner()
    first, body = node.child_by_field_name("initializer"), node.child_by_field_name("body")
    for child in first.named_children if first is not None else ():
        name = child.child_by_field_name("name")
        if name is not None:
            bindings.bind(runner, name, None, inner)
    if body is not None:
        _perhaps(runner, [body], inner)
    return False


def _try(runner: Runner, node: Node, scope: Scope) -> bool:
    body, last = node.child_by_field_name("body"), node.child_by_field_name("finalizer")
    ended = body is not None and runner.follow([body], scope)
    for child in last.named_children if last is not None else ():
        runner.follow([child], scope)
    return ended


def _switch(runner: Runner, node: Node, scope: Scope) -> bool:
    body, value = node.child_by_field_name("body"), node.child_by_field_name("value")
    given = runner.evaluate(value, scope) if value is not None else None
    cases = [one for one in body.named_children if one.type != "comment"] if body is not None else []
    answers = [_is_case(runner, given, one, scope) for one in cases]
    at = next((number for number, answer in enumerate(answers) if answer is not False), None)
    if at is not None and (answers[at] or runner.assume is not None):
        last = len(cases) - 1
        if not answers[at] and not runner.happens(scope.path, node.start_point.row + 1):
            if cases[last].type != "switch_default":
                return False
            at = last
        return runner.follow(_of_case(cases[at]), scope.inner())
    with runner.doubting():
        for case, answer in zip(cases, answers, strict=True):
            runner.follow(_of_case(case) if answer is not False else (), scope.inner())
    return False


def _is_case(runner: Runner, given: Value | None, case: Node, scope: Scope) -> bool | None:
    """Whether a case is that of a value; None where that cannot be told."""
    value = case.child_by_field_name("value")
    if value is None or given is None:
        return True
    return conditions.same(given, runner.evaluate(value, scope), runner.truths)


def _of_case(case: Node) -> list[Node]:
    value = case.child_by_field_name("value")
    return [child for child in case.named_children if child != value]


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
    "throw_statement": _throw,
    "try_statement": _try,
    "variable_declaration": _variables,
    "while_statement": _loop,
}
