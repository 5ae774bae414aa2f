"""Modules of TypeScript and JavaScript: what they import, declare and export. Parsed with tree-sitter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.script.nodes import (
    MAX_BYTES,
    escape_text,
    first_error,
    node_text,
    parse,
    specifiers,
    string_text,
)
from bot.checks.migrations.script.values import (
    Array,
    Call,
    Constant,
    Entry,
    Function,
    Member,
    Name,
    Number,
    Object,
    Operation,
    Tagged,
    Text,
    Unread,
    Value,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_MAX_DEPTH = 60
_WRAPPERS = frozenset({
    "as_expression", "await_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression",
})  # fmt: skip
# Methods that change the list or the object that they are called on.
_CHANGING = frozenset({"add", "delete", "fill", "pop", "push", "reverse", "set", "shift", "sort", "splice", "unshift"})
_CLASSES = frozenset({"abstract_class_declaration", "class", "class_declaration"})


@dataclass(frozen=True)
class Import:
    """A name from another module: `exported` is `*` for all of it and `default` for its main one."""

    source: str
    exported: str


@dataclass(frozen=True)
class Declared:
    """A constant of a module's top level, and its line."""

    value: Value
    line: int


@dataclass(kw_only=True)
class Module:
    """What stands at a module's top level.

    Attributes:
        exports: exported name to the name in the module.
        passed_on: modules whose every export is exported (`export * from`).
        types: names of types to how they are written.
        broken: the first line that cannot be parsed; None where all can.
    """

    path: str
    imports: dict[str, Import] = field(default_factory=dict)
    declared: dict[str, Declared] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    passed_on: list[str] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    broken: int | None = None


def read_module(path: str, content: bytes) -> Module:
    """The top level of a file. One of over a megabyte is broken at its first line."""
    module = Module(path=path)
    if len(content) > MAX_BYTES:
        module.broken = 1
        return module
    root = parse(path, content)
    if root.has_error:
        module.broken = first_error(root)
    for statement in root.named_children:
        _read_statement(module, statement)
    return module


def _read_statement(module: Module, node: Node) -> None:
    match node.type:
        case "import_statement":
            _read_import(module, node)
        case "export_statement":
            _read_export(module, node)
        case "expression_statement":
            _read_assignment(module, node.named_children[0])
            _read_mutation(module, node.named_children[0])
        case "type_alias_declaration":
            _read_type(module, node)
        case "lexical_declaration" | "variable_declaration" | "function_declaration" | "enum_declaration":
            _read_declaration(module, node)
        case kind if kind in _CLASSES:
            _read_declaration(module, node)


def _read_import(module: Module, node: Node) -> None:
    source = node.child_by_field_name("source")
    clause = next((child for child in node.named_children if child.type == "import_clause"), None)
    if source is None or clause is None:
        return
    address = string_text(source)
    for child in clause.named_children:
        if child.type == "identifier":
            module.imports[node_text(child)] = Import(address, "default")
        elif child.type == "namespace_import":
            module.imports[node_text(child.named_children[0])] = Import(address, "*")
        else:
            for exported, name in specifiers(child):
                module.imports[name] = Import(address, exported)


def _read_export(module: Module, node: Node) -> None:
    source = node.child_by_field_name("source")
    declaration = node.child_by_field_name("declaration")
    clause = next((child for child in node.named_children if child.type == "export_clause"), None)
    if declaration is not None and declaration.type == "type_alias_declaration":
        _read_type(module, declaration)
    elif declaration is not None:
        main = any(child.type == "default" for child in node.children)
        for name in _read_declaration(module, declaration):
            module.exports["default" if main else name] = name
    elif clause is not None:
        for name, alias in specifiers(clause):
            if source is not None:
                module.imports.setdefault(f"{name} of {string_text(source)}", Import(string_text(source), name))
                module.exports[alias] = f"{name} of {string_text(source)}"
            else:
                module.exports[alias] = name
    elif source is not None:
        module.passed_on.append(string_text(source))
    elif (value := node.child_by_field_name("value")) is not None:
        module.declared["default"] = Declared(read_value(value), value.start_point.row + 1)
        module.exports["default"] = "default"


def _read_assignment(module: Module, node: Node) -> None:
    """`module.exports = ...` and `exports.name = ...` of CommonJS."""
    if node.type != "assignment_expression":
        return
    target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    if target is None or value is None:
        return
    written = node_text(target)
    if written == "module.exports":
        module.declared["default"] = Declared(read_value(value), value.start_point.row + 1)
        module.exports["default"] = "default"
    elif written.startswith(("exports.", "module.exports.")) and value.type in {"class", "identifier"}:
        name = written.rpartition(".")[2]
        module.declared.setdefault(name, Declared(read_value(value), value.start_point.row + 1))
        module.exports[name] = name


def _read_type(module: Module, node: Node) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is not None and value is not None:
        module.types[node_text(name)] = node_text(value)


def _read_mutation(module: Module, node: Node) -> None:
    """`options.length = 5`, `Object.assign(options, more)`, `list.push(one)`: what is changed is no constant."""
    target = node.child_by_field_name("left") or node.child_by_field_name("argument")
    if node.type == "call_expression":
        target = _changed_by(node)
    elif node.type not in {"assignment_expression", "augmented_assignment_expression", "unary_expression"}:
        return
    whole = target is not None and target.type == "identifier" and node.type != "call_expression"
    while target is not None and target.type != "identifier":
        target = target.named_children[0] if target.named_children else None
    before = module.declared.get(node_text(target)) if target is not None else None
    if before is not None and target is not None and (whole or isinstance(before.value, Array | Object)):
        module.declared[node_text(target)] = Declared(Unread(f"{before.value!r}\n{node_text(node)}"), before.line)


def _changed_by(call: Node) -> Node | None:
    """What a call changes: the list or object that its method is of, or the first argument of `Object.assign`."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    if node_text(function) in {"Object.assign", "Object.defineProperty"}:
        return next(iter(arguments.named_children), None)
    name = function.child_by_field_name("property")
    return function.child_by_field_name("object") if name is not None and node_text(name) in _CHANGING else None


def _read_declaration(module: Module, node: Node) -> list[str]:
    named = node.child_by_field_name("name")
    if named is not None and node.type in _CLASSES:
        from bot.checks.migrations.script.classes import read_class

        module.declared[node_text(named)] = Declared(read_class(node), named.start_point.row + 1)
        return [node_text(named)]
    if named is not None and node.type in {"function_declaration", "enum_declaration"}:
        made = _function(node, 0) if node.type == "function_declaration" else _enumeration(node)
        module.declared[node_text(named)] = Declared(made, named.start_point.row + 1)
        return [node_text(named)]
    names = []
    for child in node.named_children:
        if child.type != "variable_declarator":
            continue
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if name is not None and name.type == "identifier" and value is not None:
            module.declared[node_text(name)] = Declared(read_value(value), name.start_point.row + 1)
            names.append(node_text(name))
    return names


def _enumeration(node: Node) -> Value:
    """An enumeration of TypeScript as the object that it is when it runs, without the names that numbers have in it."""
    body = node.child_by_field_name("body")
    entries: list[Entry] = []
    for child in body.named_children if body is not None else ():
        if child.type == "comment":
            continue
        name, value = child.child_by_field_name("name") or child, child.child_by_field_name("value")
        key = string_text(name) if name.type == "string" else node_text(name)
        given = read_value(value) if value is not None else _next_number(entries, child)
        entries.append(Entry(key, given, child.start_point.row + 1))
    return Object(entries)


def _next_number(entries: list[Entry], node: Node) -> Value:
    """The value of an enumeration's member that is given none: one more than that of the member before it."""
    before = entries[-1].value if entries else Number("-1")
    if isinstance(before, Number) and before.text.lstrip("-").isdigit():
        return Number(str(int(before.text) + 1))
    return Unread(node_text(node)[:200])


def read_value(node: Node, depth: int = 0) -> Value:  # noqa: C901, PLR0911, PLR0912 - one answer a kind
    """An expression as a value."""
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[0]
    if depth > _MAX_DEPTH:
        return Unread(node_text(node)[:200])
    children = [child for child in node.named_children if child.type != "comment"]
    match node.type:
        case "string":
            return Text(string_text(node))
        case "template_string":
            texts, holes = _template(node, depth)
            return Text(texts[0]) if not holes else Tagged(Name(""), texts, holes)
        case "number":
            return Number(node_text(node).replace("_", ""))
        case "true" | "false" | "null" | "undefined":
            return Constant(node.type)
        case "identifier" | "super" | "this":
            return Constant("undefined") if node_text(node) == "undefined" else Name(node_text(node))
        case "unary_expression" if len(children) == 1 and children[0].type == "number":
            return Number(node_text(node).replace(" ", ""))
        case "member_expression":
            target, name = node.child_by_field_name("object"), node.child_by_field_name("property")
            if target is not None and name is not None:
                return Member(read_value(target, depth + 1), node_text(name))
        case "subscript_expression":
            target, index = node.child_by_field_name("object"), node.child_by_field_name("index")
            if target is not None and index is not None and index.type == "string":
                return Member(read_value(target, depth + 1), string_text(index))
            if target is not None and index is not None:
                return Operation("[]", [read_value(target, depth + 1), read_value(index, depth + 1)])
        case "call_expression" | "new_expression":
            return _call(node, depth)
        case "unary_expression" | "binary_expression" | "ternary_expression":
            sign = node.child_by_field_name("operator")
            operands = [read_value(one, depth + 1) for one in children]
            return Operation(node_text(sign) if sign is not None else "?", operands)
        case kind if kind in _CLASSES:
            from bot.checks.migrations.script.classes import read_class

            return read_class(node)
        case "spread_element" if children:
            return Operation("...", [read_value(children[0], depth + 1)])
        case "object":
            return Object([entry for child in children for entry in _entries(child, depth)])
        case "array":
            return Array([read_value(child, depth + 1) for child in children])
        case "arrow_function" | "function_expression":
            return _function(node, depth)
    return Unread(" ".join(node_text(node).split())[:200])


def _call(node: Node, depth: int) -> Value:
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    arguments = node.child_by_field_name("arguments")
    if function is None:
        return Unread(node_text(node)[:200])
    name = function.child_by_field_name("property") or function
    line = name.start_point.row + 1
    if arguments is not None and arguments.type == "template_string":
        texts, holes = _template(arguments, depth)
        return Tagged(read_value(function, depth + 1), texts, holes)
    given = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    return Call(read_value(function, depth + 1), [read_value(child, depth + 1) for child in given], line)


def _entries(node: Node, depth: int) -> Iterator[Entry]:
    line = node.start_point.row + 1
    if node.type == "pair":
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is not None and key.type == "computed_property_name":
            inner = key.named_children[0] if key.named_children else key
            if inner.type != "string":
                yield Entry("", Unread(node_text(node)[:200]), line)
                return
            key = inner
        if key is not None and value is not None:
            yield Entry(
                string_text(key) if key.type == "string" else node_text(key), read_value(value, depth + 1), line
            )
    elif node.type == "shorthand_property_identifier":
        yield Entry(node_text(node), Name(node_text(node)), line)
    elif node.type == "method_definition" and (name := node.child_by_field_name("name")) is not None:
        yield Entry(node_text(name), _function(node, depth), line)
    elif node.type == "spread_element":
        yield Entry("", read_value(node.named_children[0], depth + 1), line)
    else:
        yield Entry("", Unread(node_text(node)[:200]), line)


def _function(node: Node, depth: int) -> Value:
    parameters = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
    names = []
    if parameters is not None:
        inner = [parameters] if parameters.type == "identifier" else parameters.named_children
        names = [node_text(child.child_by_field_name("pattern") or child) for child in inner]
    body = node.child_by_field_name("body")
    if body is None:
        return Function(names, None)
    written = node_text(body)
    if body.type != "statement_block":
        return Function(names, read_value(body, depth + 1))
    statements = [child for child in body.named_children if child.type != "comment"]
    if len(statements) == 1 and statements[0].type == "return_statement" and statements[0].named_children:
        return Function(names, read_value(statements[0].named_children[0], depth + 1), body=body)
    return Function(names, None, written, body)


def _template(node: Node, depth: int) -> tuple[list[str], list[Value]]:
    texts, holes = [""], []
    for child in node.named_children:
        if child.type == "template_substitution":
            holes.append(read_value(child.named_children[0], depth + 1) if child.named_children else Unread(""))
            texts.append("")
        else:
            texts[-1] += escape_text(child) if child.type == "escape_sequence" else node_text(child)
    return texts, holes
