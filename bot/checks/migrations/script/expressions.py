"""Expressions of a script that is followed step by step, and the names that patterns bind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.script import conditions, natives
from bot.checks.migrations.script.bindings import assign, key_of, push
from bot.checks.migrations.script.nodes import escape_text, node_text, string_text
from bot.checks.migrations.script.scopes import Scope
from bot.checks.migrations.script.values import (
    Array,
    ClassOf,
    Closure,
    Constant,
    Entry,
    Name,
    Number,
    Object,
    Tagged,
    Text,
    Unread,
    Value,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.script.run import Runner

_UNDEFINED = Constant("undefined")
_TRUE, _FALSE = Constant("true"), Constant("false")


def evaluate(runner: Runner, node: Node, scope: Scope) -> Value:
    """An expression as a value."""
    handler = _HANDLERS.get(node.type)
    return handler(runner, node, scope) if handler is not None else _unread(node)


def _unread(node: Node) -> Unread:
    return Unread(" ".join(node_text(node).split())[:2_000])


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that cannot be told."""
    match value:
        case Constant(name):
            return name == "true"
        case Text(text):
            return bool(text)
        case Number(text):
            return text.strip("-0.") != ""
        case Object() | Array() | Closure() | ClassOf():
            return True
    return None


def keys_of(value: Value) -> Sequence[Value] | None:
    """The keys of an object that is written out; None where they cannot be told."""
    if isinstance(value, Object) and all(entry.key for entry in value.entries):
        return [Text(key) for key in dict.fromkeys(entry.key for entry in value.entries)]
    return None


# One function a kind


def _inner(runner: Runner, node: Node, scope: Scope) -> Value:
    children = [child for child in node.named_children if child.type != "comment"]
    return runner.evaluate(children[0], scope) if children else _UNDEFINED


def _text(_: Runner, node: Node, __: Scope) -> Value:
    return Text(string_text(node))


def _template(runner: Runner, node: Node, scope: Scope) -> Value:
    texts, holes = _parts(runner, node, scope)
    return Tagged(Name(""), texts, holes) if holes else Text(texts[0])


def _parts(runner: Runner, node: Node, scope: Scope) -> tuple[list[str], list[Value]]:
    """The texts of a template and the holes between them; holes that can be told are part of the texts."""
    texts: list[str] = [""]
    holes: list[Value] = []
    for child in node.named_children:
        if child.type != "template_substitution":
            texts[-1] += escape_text(child) if child.type == "escape_sequence" else node_text(child)
            continue
        value = runner.evaluate(child.named_children[0], scope) if child.named_children else Unread("")
        match value:
            case Text(text) | Number(text):
                texts[-1] += text
            case Tagged(tag=Name(""), texts=[first, *others], holes=inner):
                texts[-1] += first
                texts += others
                holes += inner
            case _:
                holes.append(value)
                texts.append("")
    return texts, holes


def _number(_: Runner, node: Node, __: Scope) -> Value:
    return Number(node_text(node).replace("_", ""))


def _constant(_: Runner, node: Node, __: Scope) -> Value:
    return Constant(node.type)


def _name(runner: Runner, node: Node, scope: Scope) -> Value:
    return runner.lookup(scope, node_text(node))


def _this(_: Runner, __: Node, scope: Scope) -> Value:
    return scope.own_this() or Name("this")


def _super(_: Runner, __: Node, ___: Scope) -> Value:
    return Name("super")


def _unary(runner: Runner, node: Node, scope: Scope) -> Value:
    operator, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    value = runner.evaluate(argument, scope) if argument is not None else None
    sign = operator.type if operator is not None else ""
    if sign == "!" and value is not None and (known := truth(value)) is not None:
        return _FALSE if known else _TRUE
    if sign in {"-", "+"} and isinstance(value, Number):
        return Number(value.text if sign == "+" else f"-{value.text}")
    return _unread(node)


def _binary(runner: Runner, node: Node, scope: Scope) -> Value:  # noqa: PLR0911 - one answer an operator
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None:
        return _unread(node)
    first = runner.evaluate(left, scope)
    known = runner.decide(first, left, scope) if operator.type in {"&&", "||"} else truth(first)
    match operator.type:
        case "&&" if known is not None:
            return runner.evaluate(right, scope) if known else first
        case "||" if known is not None:
            return first if known else runner.evaluate(right, scope)
        case "??" if known is not None:
            return runner.evaluate(right, scope) if first == _UNDEFINED or first == Constant("null") else first
        case "&&" | "||" | "??":
            with runner.doubting():
                runner.evaluate(right, scope)
            return _unread(node)
    second = runner.evaluate(right, scope)
    match operator.type, first, second:
        case "+", Text() | Number() | Tagged(), Text() | Number() | Tagged():
            return natives.joined(first, second) or _unread(node)
        case "===" | "==" | "!==" | "!=", _, _ if (same := conditions.same(first, second, runner.truths)) is not None:
            return _TRUE if same is operator.type.startswith("=") else _FALSE
        case "*", Number(one), Number(other) if one.isdigit() and other.isdigit():
            return Number(str(int(one[:9]) * int(other[:9])))
    return _unread(node)


def _choice(runner: Runner, node: Node, scope: Scope) -> Value:
    condition, then, otherwise = (
        node.child_by_field_name(name) for name in ("condition", "consequence", "alternative")
    )
    if condition is None or then is None or otherwise is None:
        return _unread(node)
    known = runner.decide(runner.evaluate(condition, scope), condition, scope)
    if known is not None:
        return runner.evaluate(then if known else otherwise, scope)
    with runner.doubting():
        one, other = runner.evaluate(then, scope), runner.evaluate(otherwise, scope)
    return one if one == other else _unread(node)


def _member(runner: Runner, node: Node, scope: Scope) -> Value:
    target, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    if target is None or name is None:
        return _unread(node)
    if node_text(node) == "module.exports" and scope.holder("module.exports") is not None:
        return runner.lookup(scope, "module.exports")
    return runner.member(runner.evaluate(target, scope), node_text(name))


def _subscript(runner: Runner, node: Node, scope: Scope) -> Value:
    target, index = node.child_by_field_name("object"), node.child_by_field_name("index")
    if target is None or index is None:
        return _unread(node)
    value, key = runner.evaluate(target, scope), runner.evaluate(index, scope)
    match value, key:
        case _, Text(text):
            return runner.member(value, text)
        case Array(items), Number(text) if text.isdigit() and int(text[:9]) < len(items):
            return items[int(text[:9])]
        case Object(), Number(text):
            return runner.member(value, text)
    return _unread(node)


def _call(runner: Runner, node: Node, scope: Scope) -> Value:
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    arguments = node.child_by_field_name("arguments")
    if function is None:
        return _unread(node)
    line = (function.child_by_field_name("property") or function).start_point.row + 1
    if arguments is not None and arguments.type == "template_string":
        texts, holes = _parts(runner, arguments, scope)
        return Tagged(runner.evaluate(function, scope), texts, holes)
    children = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    if (function.type == "import" or node_text(function) == "require") and children:
        source = runner.evaluate(children[0], scope)
        return runner.imported(scope.path, source.text, "*") if isinstance(source, Text) else _unread(node)
    receiver = None
    if function.type == "member_expression" and (target := function.child_by_field_name("object")) is not None:
        receiver = runner.evaluate(target, scope)
        named = function.child_by_field_name("property")
        callee = runner.member(receiver, node_text(named) if named is not None else "")
    else:
        callee = runner.evaluate(function, scope)
    given = [value for child in children for value in _items(runner, child, scope)]
    push(runner, function, given, scope)
    return natives.call(runner, natives.Asked(callee, receiver, given, line, node.type == "new_expression"), scope)


def _items(runner: Runner, node: Node, scope: Scope) -> Iterator[Value]:
    """Yield the element that a node is, or those that it spreads."""
    if node.type != "spread_element":
        yield runner.evaluate(node, scope)
        return
    value = runner.evaluate(node.named_children[0], scope)
    if isinstance(value, Array):
        yield from value.items
    else:
        yield Unread(f"...{_unread(node).text}")


def _object(runner: Runner, node: Node, scope: Scope) -> Value:
    entries: list[Entry] = []
    for child in node.named_children:
        if child.type != "comment":
            entries += _entries(runner, child, scope)
    return Object(entries)


def _entries(runner: Runner, node: Node, scope: Scope) -> Iterator[Entry]:
    line = node.start_point.row + 1
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    if node.type == "pair" and key is not None and value is not None:
        name = key_of(key)
        if key.type == "computed_property_name":
            computed = runner.evaluate(key.named_children[0], scope)
            name = computed.text if isinstance(computed, Text | Number) else ""
            if not name:
                yield Entry("", _unread(node), line)
                return
        yield Entry(name, runner.evaluate(value, scope), line)
    elif node.type == "shorthand_property_identifier":
        yield Entry(node_text(node), runner.lookup(scope, node_text(node)), line)
    elif node.type == "method_definition" and (named := node.child_by_field_name("name")) is not None:
        yield Entry(key_of(named), Closure(node, scope, key_of(named)), line)
    elif node.type == "spread_element":
        spread = runner.evaluate(node.named_children[0], scope)
        if isinstance(spread, Object):
            yield from spread.entries
        else:
            yield Entry("", spread, line)
    else:
        yield Entry("", _unread(node), line)


def _array(runner: Runner, node: Node, scope: Scope) -> Value:
    return Array(
        [value for child in node.named_children if child.type != "comment" for value in _items(runner, child, scope)]
    )


def _function(_: Runner, node: Node, scope: Scope) -> Value:
    return Closure(node, scope)


def _class(runner: Runner, node: Node, scope: Scope) -> Value:
    name = node.child_by_field_name("name")
    text = node_text(name) if name is not None else ""
    bound = scope.names.get(text)
    if isinstance(bound, ClassOf) and bound.node == node:
        return bound
    made = ClassOf(text, node, scope)
    runner.listener.declared(made)
    return made


def _enumeration(runner: Runner, node: Node, scope: Scope) -> Value:
    """An enumeration of TypeScript as the object that it is when it runs."""
    body = node.child_by_field_name("body")
    entries, following = [], 0
    for child in body.named_children if body is not None else ():
        line = child.start_point.row + 1
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "enum_assignment" and name is not None and value is not None:
            given = runner.evaluate(value, scope)
            following = int(given.text) + 1 if isinstance(given, Number) and given.text.isdigit() else following + 1
            entries.append(Entry(key_of(name), given, line))
        elif child.type != "comment":
            entries.append(Entry(key_of(child), Number(str(following)), line))
            following += 1
    return Object(entries)


def static_member(runner: Runner, one: ClassOf, name: str) -> Value | None:
    """A static method or field of a class; None where it has none of the name."""
    body = one.node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        named = child.child_by_field_name("name")
        if named is None or node_text(named) != name or not any(part.type == "static" for part in child.children):
            continue
        if child.type == "method_definition":
            return Closure(child, one.scope.inner(one), name)
        value = child.child_by_field_name("value")
        return runner.evaluate(value, one.scope.inner(one)) if value is not None else None
    return None


_HANDLERS: Mapping[str, Callable[[Runner, Node, Scope], Value]] = {
    "array": _array,
    "arrow_function": _function,
    "as_expression": _inner,
    "assignment_expression": assign,
    "await_expression": _inner,
    "binary_expression": _binary,
    "call_expression": _call,
    "class": _class,
    "class_declaration": _class,
    "enum_declaration": _enumeration,
    "false": _constant,
    "function_declaration": _function,
    "function_expression": _function,
    "generator_function": _function,
    "identifier": _name,
    "member_expression": _member,
    "new_expression": _call,
    "non_null_expression": _inner,
    "null": _constant,
    "number": _number,
    "object": _object,
    "parenthesized_expression": _inner,
    "satisfies_expression": _inner,
    "string": _text,
    "subscript_expression": _subscript,
    "super": _super,
    "template_string": _template,
    "ternary_expression": _choice,
    "this": _this,
    "true": _constant,
    "type_assertion": _inner,
    "unary_expression": _unary,
    "undefined": _constant,
    "yield_expression": _inner,
}
