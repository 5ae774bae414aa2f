"""Which changed files can matter to a schema, told from what differs in their syntax, before anything is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from bot.checks.migrations.syntax.source import Parsed, bound_names, dump

# Methods whose body says what a field or a manager is made of.
_TELLING = frozenset(
    {"__init__", "deconstruct", "__new__", "contribute_to_class", "__init_subclass__", "__class_getitem__"}
)
# What a module does beside binding names: it may change a class of another module, or call what makes one.
_EFFECTS = (ast.Expr, ast.Assign, ast.For, ast.While, ast.With, ast.Match)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def changed_names(old: Parsed | None, new: Parsed | None) -> tuple[frozenset[str], frozenset[str]]:
    """The top-level names whose meaning differs between two revisions of a file: all, and those of functions.

    Comments, docstrings, annotations, the bodies of methods and the order of statements make no difference.
    """
    before, after = (_summaries(one) if one is not None else {} for one in (old, new))
    differ = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    functions = {name for name in differ if _is_function(before.get(name)) and _is_function(after.get(name))}
    return frozenset(differ), frozenset(functions)


def _is_function(summary: tuple[str, ...] | None) -> bool:
    return summary is None or all(one.startswith(("FunctionDef", "AsyncFunctionDef")) for one in summary)


def _summaries(parsed: Parsed) -> Mapping[str, tuple[str, ...]]:
    summaries = {
        name: tuple(_summary(binding.node) + _tests(binding.tests) for binding in bindings)
        for name, bindings in parsed.bindings.items()
    }
    effects = [dump(node) for node in parsed.tree.body if isinstance(node, _EFFECTS) and not any(bound_names(node))]
    return {**summaries, "*": tuple(dump(star) for star in parsed.stars), "": tuple(effects)}


def _tests(tests: tuple[tuple[ast.expr, bool], ...]) -> str:
    return "".join(f"{dump(test)}{wanted}" for test, wanted in tests)


def _summary(node: ast.stmt) -> str:
    if not isinstance(node, ast.ClassDef):
        return dump(_without_docstring(node))
    parts = [dump(one) for one in (*node.bases, *node.keywords, *node.decorator_list)]
    return "ClassDef" + "|".join([*parts, *(part for one in node.body if (part := _part(one)))])


def _without_docstring(node: ast.stmt) -> ast.stmt:
    if isinstance(node, _FUNCTIONS) and node.body and _is_text(node.body[0]):
        kept = node.body[1:] or [ast.Pass()]
        kind = type(node)
        return kind(node.name, node.args, kept, node.decorator_list, node.returns, node.type_comment)
    return node


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _part(node: ast.stmt) -> str:
    if isinstance(node, _FUNCTIONS) and node.name not in _TELLING:
        return f"def {node.name}"
    if isinstance(node, ast.ClassDef):
        return f"{node.name}:{_summary(node)}"
    return "" if _is_text(node) or isinstance(node, ast.Pass) else dump(node)
