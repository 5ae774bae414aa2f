"""Values of Ruby's expressions: texts, lists, hashes, assignments and operators."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.rails import core
from bot.checks.migrations.rails.calls import NO_RECEIVER, Block, Environment, Host
from bot.checks.migrations.rails.ruby import (
    Const,
    Source,
    Sql,
    Symbol,
    Unread,
    Value,
    number,
    pieces_of,
    text_of,
    unescape,
    unread,
    weight,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def _number(node: Node) -> Value:
    value = number(text_of(node))
    return unread(node) if value is None else value


LITERALS: Mapping[str, Callable[[Node], Value]] = {
    "simple_symbol": lambda node: Symbol(text_of(node)[1:]),
    "hash_key_symbol": lambda node: Symbol(text_of(node)),
    "integer": _number,
    "float": _number,
    "true": lambda _: True,
    "false": lambda _: False,
    "nil": lambda _: None,
    "self": lambda _: NO_RECEIVER,
    "scope_resolution": lambda node: Const(text_of(node)),
}


@dataclass
class Expressions(ABC):
    """Follows the expressions of one file.

    Attributes:
        constants: what the file's constants hold.
        methods: the file's methods, for calls without a receiver.
    """

    source: Source
    host: Host
    constants: dict[str, Value] = field(default_factory=dict)
    methods: dict[str, Node] = field(default_factory=dict)
    _steps: int = 0

    @abstractmethod
    def evaluate(self, node: Node | None, environment: Environment, *, statement: bool = False) -> Value:
        """The value of an expression, or what following a statement gives."""

    @abstractmethod
    def yield_to(self, block: Block, *values: Value) -> Value:
        """Follow a block with its parameters bound."""

    @abstractmethod
    def _maybe(self, body: Node | None, environment: Environment, node: Node) -> None:
        """Follow what may or may not be followed."""

    def _text(self, node: Node, environment: Environment) -> Value:
        if node.type == "chained_string":
            parts = [self.evaluate(child, environment) for child in node.named_children]
            joined = "".join(pieces_of(one) for one in parts)
            return joined if all(isinstance(one, str) for one in parts) else unread(node, joined)
        body = self.source.heredocs.get(node.start_byte) if node.type == "heredoc_beginning" else node
        made, known, given = [], True, 0
        for child in body.named_children if body is not None else ():
            match child.type:
                case "string_content" | "heredoc_content":
                    made.append(text_of(child))
                case "escape_sequence":
                    made.append(unescape(text_of(child)))
                case "interpolation":
                    inner = self.evaluate(child.named_children[0], environment) if child.named_children else ""
                    made.append(pieces_of(inner))
                    given += len(made[-1])
                    if given > core.MAX_LENGTH:
                        return unread(node)
                    known = known and isinstance(inner, str | int | float)
        text = "".join(made)
        if not known:
            return unread(node, text)
        if len(text) > core.MAX_LENGTH and node.type != "heredoc_beginning" and len(made) > 1:
            return unread(node)
        return Symbol(text) if node.type in {"delimited_symbol", "bare_symbol"} else text

    def _bounded(self, value: Value, node: Node) -> Value:
        """A list or hash; one whose parts hold one another many times over would take for ever to be looked at."""
        if not isinstance(value, list | dict):
            return value
        parts = weight(value, core.MAX_PARTS)
        self._steps += parts
        return value if parts < core.MAX_PARTS else unread(node)

    def _items(self, node: Node, environment: Environment) -> list[Value]:
        found: list[Value] = []
        for child in node.named_children:
            if child.type == "splat_argument":
                inner = self.evaluate(child.named_children[0], environment)
                found.extend(inner if isinstance(inner, list) else [unread(child)])
            elif child.type == "pair":
                found.append(self._pairs(node, environment))
                break
            elif child.type != "comment":
                found.append(self.evaluate(child, environment))
        return found

    def _pairs(self, node: Node, environment: Environment) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for child in node.named_children:
            if child.type == "pair":
                key = self.evaluate(child.child_by_field_name("key"), environment)
                value = child.child_by_field_name("value")
                # `{ a: }` is `{ a: a }`.
                given = environment.get(str(key), unread(child)) if value is None else self.evaluate(value, environment)
                if isinstance(key, str | int):
                    found[str(key)] = given
                else:
                    found["?"] = unread(child)
            elif child.type == "hash_splat_argument":
                inner = self.evaluate(child.named_children[0], environment) if child.named_children else None
                found |= inner if isinstance(inner, dict) else {"?": unread(child)}
        return found

    def _lambda(self, node: Node, environment: Environment) -> Value:
        body = node.child_by_field_name("body")
        inner = body.child_by_field_name("body") if body is not None else None
        texts = inner.named_children if inner is not None else []
        if len(texts) == 1 and texts[0].type in {"string", "chained_string", "heredoc_beginning"}:
            value = self.evaluate(texts[0], environment)
            return Sql(value) if isinstance(value, str) else unread(node)
        return Block(body, environment, node.child_by_field_name("parameters")) if body is not None else unread(node)

    def _assign(self, node: Node, environment: Environment) -> Value:
        left = node.child_by_field_name("left")
        value = self.evaluate(node.child_by_field_name("right"), environment)
        if node.type == "operator_assignment":
            operator = node.child_by_field_name("operator")
            old = environment.get(text_of(left)) if left is not None else None
            if operator is not None and text_of(operator) == "||=":
                value = value if old is None or old is False else old
            else:
                value = self._bounded(core.add(old, value, unread(node)), node)
        if left is None:
            return value
        if left.type == "left_assignment_list":
            inner = value if isinstance(value, list) else []
            for at, one in enumerate(left.named_children):
                environment[text_of(one)] = inner[at] if at < len(inner) else unread(node)
        elif left.type == "constant":
            self.constants[text_of(left)] = value
        elif left.type == "element_reference":
            self._put(left, value, environment)
        elif left.type == "call":
            method = left.child_by_field_name("method")
            self.host.assigned(text_of(method) if method is not None else "", value, node)
        else:
            name = text_of(left)
            next((one for one in environment.maps if name in one), environment)[name] = value
        return value

    def _put(self, left: Node, value: Value, environment: Environment) -> None:
        """Set a member of a list or hash; where that cannot be told, its holder is not known any more."""
        inner = left.named_children
        holder = self.evaluate(inner[0], environment) if inner else None
        key = self.evaluate(inner[1], environment) if len(inner) == 2 else None  # noqa: PLR2004 - holder and key
        if isinstance(holder, dict) and isinstance(key, str | int):
            core.put(holder, str(key), value, unread(left))
        elif isinstance(holder, dict):
            holder["?"] = unread(left)
        elif isinstance(holder, list):
            holder[:] = [unread(left)]

    def _push(self, node: Node, left: Node, value: Value, environment: Environment) -> Value:
        """`<<`, which changes what stands at its left."""
        held = self.evaluate(left, environment)
        if isinstance(held, list):
            core.extend(held, [value], unread(node))
            return held
        answer = core.add(held, value, unread(node))
        name = text_of(left)
        holder = next((one for one in environment.maps if name in one), None)
        if holder is not None:
            holder[name] = answer
        return answer

    def _binary(self, node: Node, environment: Environment) -> Value:
        operator = node.child_by_field_name("operator")
        word = text_of(operator) if operator is not None else ""
        first, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if word == "<<" and first is not None:
            return self._push(node, first, self.evaluate(right, environment), environment)
        left = self.evaluate(first, environment)
        if word in {"&&", "and", "||", "or"}:
            if isinstance(left, Unread | Const):
                self._maybe(right, environment, node)
                return unread(node)
            wanted = word in {"&&", "and"}
            return self.evaluate(right, environment) if core.truth(left) is wanted else left
        return self._bounded(core.compare(word, left, self.evaluate(right, environment), unread(node)), node)

    def _unary(self, node: Node, environment: Environment) -> Value:
        operator = node.child_by_field_name("operator")
        value = self.evaluate(node.child_by_field_name("operand"), environment)
        word = text_of(operator) if operator is not None else text_of(node)[:1]
        if word in {"!", "not"}:
            return unread(node) if isinstance(value, Unread | Const) else not core.truth(value)
        if word == "-" and isinstance(value, int | float):
            return -value
        return unread(node)

    def _element(self, node: Node, environment: Environment) -> Value:
        children = node.named_children
        holder = self.evaluate(children[0], environment)
        key = self.evaluate(children[1], environment) if len(children) > 1 else None
        if isinstance(holder, Block):
            return self.yield_to(holder, *[self.evaluate(one, environment) for one in children[1:]])
        if isinstance(holder, dict) and isinstance(key, str | int):
            return holder.get(str(key))
        if isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder):
            return holder[key]
        return Const(text_of(node)) if isinstance(holder, Const) else unread(node)
