"""The top level of a module: which names it binds and exports, told without following it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.script.nodes import node_text, specifiers, string_text
from bot.checks.migrations.script.scopes import Home, Imported, Later, Scope
from bot.checks.migrations.script.values import ClassOf, Closure

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset({"function_declaration", "generator_function_declaration"})
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})
_VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})


def declare(home: Home) -> None:
    """Bind what a module's top level declares, to be evaluated when it is looked up."""
    for node in home.root.named_children:
        if node.type == "import_statement":
            _declare_import(home.scope, node)
        elif node.type == "export_statement":
            _declare_export(home, node)
        elif node.type == "expression_statement":
            _declare_assignment(home, node)
        else:
            declare_one(home.scope, node)


def declare_one(scope: Scope, node: Node) -> list[str]:
    """Bind what a declaration declares; its names."""
    named = node.child_by_field_name("name")
    if node.type in _VARIABLES:
        return [name for child in node.named_children for name in _declare_variable(scope, child)]
    if named is None:
        return []
    name = node_text(named)
    if node.type in _FUNCTIONS:
        scope.names[name] = Closure(node, scope, name)
    elif node.type in _CLASSES:
        scope.names[name] = ClassOf(name, node, scope)
    elif node.type == "enum_declaration":
        scope.names[name] = Later(node, scope)
    else:
        return []
    return [name]


def hoist(scope: Scope, nodes: Sequence[Node]) -> None:
    """Bind the functions of a block, which count from its beginning."""
    for node in nodes:
        if node.type in _FUNCTIONS:
            declare_one(scope, node)


def _declare_variable(scope: Scope, node: Node) -> Iterator[str]:
    if node.type != "variable_declarator":
        return
    pattern, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if pattern is None or value is None:
        return
    if pattern.type == "identifier":
        scope.names[node_text(pattern)] = Later(value, scope)
        yield node_text(pattern)
        return
    for name in names_of(pattern):
        scope.names[name] = Later(value, scope, pattern)
        yield name


def names_of(pattern: Node) -> Iterator[str]:
    """Yield the names that a pattern binds."""
    waiting = [pattern]
    while waiting:
        node = waiting.pop(0)
        match node.type:
            case "identifier" | "shorthand_property_identifier_pattern":
                yield node_text(node)
            case "pair_pattern":
                value = node.child_by_field_name("value")
                waiting[:0] = [value] if value is not None else []
            case "assignment_pattern" | "object_assignment_pattern":
                left = node.child_by_field_name("left")
                waiting[:0] = [left] if left is not None else []
            case "object_pattern" | "array_pattern" | "rest_pattern":
                waiting[:0] = node.named_children


def _declare_import(scope: Scope, node: Node) -> None:
    source = node.child_by_field_name("source")
    required = next((child for child in node.named_children if child.type == "import_require_clause"), None)
    if required is not None:
        address = required.child_by_field_name("source")
        if address is not None:
            scope.names[node_text(required.named_children[0])] = Imported(string_text(address), "*")
    clause = next((child for child in node.named_children if child.type == "import_clause"), None)
    if source is None or clause is None:
        return
    address_text = string_text(source)
    for child in clause.named_children:
        if child.type == "identifier":
            scope.names[node_text(child)] = Imported(address_text, "default")
        elif child.type == "namespace_import":
            scope.names[node_text(child.named_children[0])] = Imported(address_text, "*")
        else:
            for exported, name in specifiers(child):
                scope.names[name] = Imported(address_text, exported)


def _declare_export(home: Home, node: Node) -> None:
    source = node.child_by_field_name("source")
    declaration = node.child_by_field_name("declaration")
    clause = next((child for child in node.named_children if child.type == "export_clause"), None)
    default = any(child.type == "default" for child in node.children)
    if declaration is not None:
        for name in declare_one(home.scope, declaration):
            home.exports["default" if default else name] = name
    elif clause is not None:
        for name, alias in specifiers(clause):
            local = name
            if source is not None:
                local = f"{name} of {string_text(source)}"
                home.scope.names[local] = Imported(string_text(source), name)
            home.exports[alias] = local
    elif source is not None:
        home.passed_on.append(string_text(source))
    else:
        _declare_default(home, node)


def _declare_default(home: Home, node: Node) -> None:
    """`export default ...`, and TypeScript's `export = ...`."""
    value = node.child_by_field_name("value") or (node.named_children[-1] if node.named_children else None)
    if value is None:
        return
    if any(child.type == "=" for child in node.children):
        home.scope.names["module.exports"] = Later(value, home.scope)
        return
    home.scope.names["default"] = Later(value, home.scope)
    home.exports["default"] = "default"


def _declare_assignment(home: Home, statement: Node) -> None:
    """`module.exports = ...` and `exports.name = ...`."""
    node = statement.named_children[0] if statement.named_children else None
    if node is None or node.type != "assignment_expression":
        return
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    target = node_text(left)
    if target == "module.exports":
        home.scope.names["module.exports"] = Later(right, home.scope)
        return
    start, _, name = target.rpartition(".")
    if start in {"exports", "module.exports"}:
        home.scope.names[f"exports.{name}"] = Later(right, home.scope)
        home.exports[name] = f"exports.{name}"
