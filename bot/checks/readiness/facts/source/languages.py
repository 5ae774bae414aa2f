"""The languages whose source is parsed: endings, grammar, and the query that picks out elements.

A capture's first word is the element's kind; `comment` is blanked. What a node's name and text are is in `reading.py`.
Sources: the grammars' own node types (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Query


@dataclass(frozen=True)
class Syntax:
    """One language: the grammar's module and function, and the query."""

    name: str
    module: str
    function: str
    query: str


_SCRIPT = """
(import_statement) @import (export_statement source: (_)) @import
(call_expression) @call (new_expression) @call
(decorator) @decorator
(variable_declarator) @assign (assignment_expression) @assign (pair) @assign (public_field_definition) @assign
(augmented_assignment_expression) @assign
(function_declaration) @function (function_expression) @function (arrow_function) @function
(generator_function_declaration) @function (method_definition) @function
(class_declaration) @class (abstract_class_declaration) @class
(if_statement) @branch (ternary_expression) @branch (binary_expression operator: "&&") @branch
(expression_statement (binary_expression operator: "||") @branch)
(comment) @comment
"""
_PYTHON = """
(import_statement) @import (import_from_statement) @import
(call) @call
(decorator) @decorator
(assignment) @assign (augmented_assignment) @assign (keyword_argument) @assign (pair) @assign
(function_definition) @function
(class_definition) @class
(if_statement) @branch (elif_clause) @branch (conditional_expression) @branch
(boolean_operator operator: "and") @branch
(comment) @comment (expression_statement . (string) @comment .)
"""
_GO = """
(import_spec) @import
(call_expression) @call (composite_literal) @call
(short_var_declaration) @assign (var_spec) @assign (const_spec) @assign (assignment_statement) @assign
(keyed_element) @assign
(function_declaration) @function (method_declaration) @function (func_literal) @function
(type_spec) @class
(if_statement) @branch (binary_expression operator: "&&") @branch
(comment) @comment
"""
_JAVA = """
(import_declaration) @import
(method_invocation) @call (object_creation_expression) @call
(annotation) @decorator (marker_annotation) @decorator
(variable_declarator) @assign (assignment_expression) @assign (element_value_pair) @assign
(method_declaration) @function (constructor_declaration) @function (lambda_expression) @function
(class_declaration) @class (interface_declaration) @class (record_declaration) @class
(if_statement) @branch (ternary_expression) @branch (binary_expression operator: "&&") @branch
(line_comment) @comment (block_comment) @comment
"""
_CSHARP = """
(using_directive) @import
(invocation_expression) @call (object_creation_expression) @call
(attribute) @decorator
(variable_declarator) @assign (assignment_expression) @assign (property_declaration) @assign
(method_declaration) @function (constructor_declaration) @function (lambda_expression) @function
(local_function_statement) @function
(class_declaration) @class (interface_declaration) @class (record_declaration) @class
(if_statement) @branch (conditional_expression) @branch (binary_expression operator: "&&") @branch
(comment) @comment
"""
_RUBY = """
(call) @call
(assignment) @assign (operator_assignment) @assign (pair) @assign
(method) @function (singleton_method) @function
(class) @class (module) @class
(if) @branch (unless) @branch (if_modifier) @branch (unless_modifier) @branch (elsif) @branch
(conditional) @branch
(comment) @comment
"""
_PHP = """
(namespace_use_declaration) @import
(function_call_expression) @call (member_call_expression) @call (scoped_call_expression) @call
(object_creation_expression) @call (nullsafe_member_call_expression) @call
(attribute) @decorator
(assignment_expression) @assign (augmented_assignment_expression) @assign
(property_element) @assign (const_element) @assign (array_element_initializer) @assign
(function_definition) @function (method_declaration) @function (anonymous_function) @function (arrow_function) @function
(class_declaration) @class (interface_declaration) @class
(if_statement) @branch (conditional_expression) @branch
(comment) @comment
"""
_RUST = """
(use_declaration) @import
(call_expression) @call (macro_invocation) @call (struct_expression) @call
(attribute_item) @decorator
(let_declaration) @assign (assignment_expression) @assign (field_initializer) @assign (const_item) @assign
(static_item) @assign
(function_item) @function (closure_expression) @function
(struct_item) @class (enum_item) @class (trait_item) @class (impl_item) @class
(if_expression) @branch
(line_comment) @comment (block_comment) @comment
((attribute_item (attribute (identifier) @_given arguments: (token_tree) @_when))
  . (attribute_item)? . [(mod_item) (function_item) (impl_item)] @left_out
  (#eq? @_given "cfg")
  (#match? @_when "^[(](all[(])?(test[,)]|feature = .([a-z0-9_-]+[_-])?test(s|ing|suite|utils)?[^a-z0-9])"))
"""

_SYNTAXES = {
    "typescript": Syntax("typescript", "tree_sitter_typescript", "language_typescript", _SCRIPT),
    # Of JavaScript the grammar of TSX is a superset, but for Flow's types, which it reads too where they look alike.
    "tsx": Syntax("typescript", "tree_sitter_typescript", "language_tsx", _SCRIPT + "(jsx_attribute) @assign\n"),
    "python": Syntax("python", "tree_sitter_python", "language", _PYTHON),
    "go": Syntax("go", "tree_sitter_go", "language", _GO),
    "java": Syntax("java", "tree_sitter_java", "language", _JAVA),
    "csharp": Syntax("csharp", "tree_sitter_c_sharp", "language", _CSHARP),
    "ruby": Syntax("ruby", "tree_sitter_ruby", "language", _RUBY),
    "php": Syntax("php", "tree_sitter_php", "language_php", _PHP),
    "rust": Syntax("rust", "tree_sitter_rust", "language", _RUST),
}
_ENDINGS: Mapping[str, str] = {
    **dict.fromkeys((".ts", ".mts", ".cts"), "typescript"),
    **dict.fromkeys((".tsx", ".jsx", ".js", ".mjs", ".cjs"), "tsx"),
    ".py": "python",
    ".go": "go",
    ".java": "java",
    ".cs": "csharp",
    **dict.fromkeys((".rb", ".ru", ".rake"), "ruby"),
    ".php": "php",
    ".rs": "rust",
}
# Languages of servers that are seen, and not read: an item never passes over them in silence.
UNREAD_ENDINGS: Mapping[str, str] = {
    ".kt": "Kotlin",
    ".scala": "Scala",
    ".groovy": "Groovy",
    ".ex": "Elixir",
    ".exs": "Elixir",
    ".erl": "Erlang",
    ".clj": "Clojure",
    ".hs": "Haskell",
    ".swift": "Swift",
    ".dart": "Dart",
    ".pl": "Perl",
    ".fs": "F#",
    ".vb": "Visual Basic",
    ".cpp": "C++",
}


def syntax_of(path: str) -> Syntax | None:
    """The language of a path, by its ending; None where it is no source that is parsed."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    key = _ENDINGS.get(name[dot:]) if dot >= 0 else None
    return _SYNTAXES[key] if key else None


@cache
def load(syntax: Syntax) -> tuple[Language, Query]:
    """The grammar and the compiled query of a language, once a process."""
    from tree_sitter import Language, Query

    grammar = Language(getattr(import_module(syntax.module), syntax.function)())
    return grammar, Query(grammar, syntax.query)
