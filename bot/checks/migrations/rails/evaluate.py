"""Follows Ruby statement by statement as far as its values are known. What a call means is its host's business."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from bot.checks.migrations.rails import core
from bot.checks.migrations.rails.ruby import (
    Const,
    Source,
    Sql,
    Symbol,
    Unread,
    Value,
    line_of,
    number,
    text_of,
    unescape,
    unread,
    weight,
)

if TYPE_CHECKING:
    from tree_sitter import Node

Environment = ChainMap[str, Value]
# Beside one for each byte of the file.
_MAX_STEPS = 20_000
_MAX_DEPTH = 80
_BODIES = frozenset({
    "begin", "begin_block", "block_body", "body_statement", "do", "else", "ensure", "parenthesized_statements",
    "program", "then",
})  # fmt: skip
_PASSED_OVER = frozenset({"comment", "rescue", "heredoc_body", "class", "module", "empty_statement"})


class TooLongError(ValueError):
    """The statements do not end within what is looked at."""


class _LeaveError(Exception):
    """A statement leaves what surrounds it: `return`, `next`, `break` or `raise`."""

    def __init__(self, kind: str, value: Value = None) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


class NoReceiver:
    """The receiver of a call that names none."""


NO_RECEIVER = NoReceiver()


@dataclass(frozen=True)
class Block:
    """A block or a lambda with the names around it."""

    node: Node
    environment: Environment


@dataclass(frozen=True)
class Call:
    """A call with its values. `statement` tells that nothing takes its answer."""

    name: str
    receiver: Value
    arguments: Sequence[Value]
    options: Mapping[str, Value]
    block: Block | None
    node: Node
    statement: bool

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return line_of(self.node)

    @property
    def unread(self) -> Unread:
        """Its answer, where that is not known."""
        return unread(self.node)

    def argument(self, at: int) -> Value:
        """A positional argument; None where it is not given."""
        return self.arguments[at] if at < len(self.arguments) else None


class Host(Protocol):
    """Whoever knows what calls mean."""

    def call(self, call: Call) -> Value:
        """Do what a call does, and give its answer."""
        ...

    def maybe(self, run: Callable[[], None], node: Node) -> None:
        """Do what may or may not be done: its condition is not known."""
        ...


def _number(node: Node) -> Value:
    value = number(text_of(node))
    return unread(node) if value is None else value


_LITERALS: Mapping[str, Callable[[Node], Value]] = {
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
class Interpreter:
    """Follows the code of one file.

    Attributes:
        constants: what the file's constants hold.
        methods: the file's methods, for calls without a receiver.
    """

    source: Source
    host: Host
    constants: dict[str, Value] = field(default_factory=dict)
    methods: dict[str, Node] = field(default_factory=dict)
    _steps: int = 0
    _depth: int = 0

    def run(self, node: Node | None, environment: Environment | None = None) -> Value:
        """Follow a body.

        Raises:
            TooLongError: it does not end within the limits.
        """
        try:
            return self._body(node, environment if environment is not None else ChainMap({}))
        except _LeaveError as left:
            return left.value

    def yield_to(self, block: Block, *values: Value) -> Value:
        """Follow a block with its parameters bound."""
        environment = block.environment.new_child()
        self._bind(block.node.child_by_field_name("parameters"), values, environment, {})
        try:
            return self._body(block.node.child_by_field_name("body"), environment)
        except _LeaveError as left:
            if left.kind == "next":
                return left.value
            raise

    def each(self, block: Block, rows: Sequence[Value]) -> list[Value]:
        """Follow a block once for each value, and give its answers."""
        answers = []
        try:
            for row in rows:
                answer = self.yield_to(block, *(row if isinstance(row, tuple) else (row,)))
                answers.append(answer)
        except _LeaveError as left:
            if left.kind != "break":
                raise
        return answers

    def call_method(self, node: Node, arguments: Sequence[Value], options: Mapping[str, Value]) -> Value:
        """Follow one of the file's own methods."""
        environment: Environment = ChainMap({})
        self._bind(node.child_by_field_name("parameters"), arguments, environment, options)
        return self.run(node.child_by_field_name("body"), environment)

    def _bind(
        self, parameters: Node | None, values: Sequence[Value], environment: Environment, options: Mapping[str, Value]
    ) -> None:
        named = [child for child in parameters.named_children if child.type != "comment"] if parameters else []
        plain = [one for one in named if one.type in {"identifier", "optional_parameter", "destructured_parameter"}]
        if len(values) == 1 and isinstance(values[0], list) and len(plain) > 1:
            values = values[0]
        rest = list(values)
        for one in named:
            name = one.child_by_field_name("name")
            given = text_of(name) if name is not None else text_of(one)
            default = one.child_by_field_name("value")
            match one.type:
                case "identifier" | "optional_parameter":
                    fallback = self.evaluate(default, environment) if default is not None and not rest else None
                    environment[given] = rest.pop(0) if rest else fallback
                case "destructured_parameter":
                    inner = rest.pop(0) if rest else None
                    self._bind(one, inner if isinstance(inner, list) else [inner], environment, {})
                case "splat_parameter":
                    environment[given], rest = self._bounded(rest, one), []
                case "keyword_parameter":
                    known = given in options or default is not None
                    value = options[given] if given in options else self.evaluate(default, environment)
                    environment[given] = value if known else unread(one)
                case "hash_splat_parameter":
                    environment[given] = self._bounded(dict(options), one)

    def _body(self, node: Node | None, environment: Environment) -> Value:
        """Follow a body; it may also be one expression."""
        if node is None:
            return None
        if node.type not in _BODIES:
            return self.evaluate(node, environment, statement=True)
        answer: Value = None
        for child in node.named_children:
            if child.type in {"method", "singleton_method"}:
                self.define(child)
            elif child.type not in _PASSED_OVER:
                answer = self.evaluate(child, environment, statement=True)
        return answer

    def define(self, node: Node) -> None:
        """Take a method for later calls."""
        name = node.child_by_field_name("name")
        if name is not None:
            self.methods[text_of(name)] = node

    def evaluate(self, node: Node | None, environment: Environment, *, statement: bool = False) -> Value:
        """The value of an expression, or what following a statement gives."""
        if node is None:
            return None
        self._steps += 1
        if self._steps > _MAX_STEPS + self.source.root.end_byte or self._depth > _MAX_DEPTH:
            raise TooLongError(self.source.path)
        self._depth += 1
        try:
            return self._evaluate(node, environment, statement)
        finally:
            self._depth -= 1

    def _evaluate(  # noqa: C901, PLR0911, PLR0912 - one answer a kind of node
        self,
        node: Node,
        environment: Environment,
        statement: bool,  # noqa: FBT001 - handed on
    ) -> Value:
        match node.type:
            case "string" | "chained_string" | "delimited_symbol" | "heredoc_beginning" | "bare_string" | "bare_symbol":
                return self._text(node, environment)
            case kind if kind in _LITERALS:
                return _LITERALS[kind](node)
            case "array" | "string_array" | "symbol_array":
                return self._bounded(self._items(node, environment), node)
            case "hash":
                return self._bounded(self._pairs(node, environment), node)
            case "identifier":
                name = text_of(node)
                if name in environment:
                    return environment[name]
                return self._dispatch(node, name, NO_RECEIVER, None, None, environment, statement)
            case "instance_variable" | "class_variable" | "global_variable":
                return environment.get(text_of(node), unread(node))
            case "constant":
                return self.constants.get(text_of(node), Const(text_of(node)))
            case "call":
                return self._call(node, environment, statement)
            case "lambda":
                return self._lambda(node, environment)
            case "assignment" | "operator_assignment":
                return self._assign(node, environment)
            case "binary":
                return self._binary(node, environment)
            case "unary":
                return self._unary(node, environment)
            case "if" | "unless" | "if_modifier" | "unless_modifier" | "conditional" | "elsif":
                return self._condition(node, environment)
            case "case":
                return self._case(node, environment)
            case "return" | "next" | "break":
                inner = node.named_children
                given = inner[0].named_children if inner else []
                raise _LeaveError(node.type, self.evaluate(given[0], environment) if given else None)
            case "element_reference":
                return self._element(node, environment)
            case "while" | "until" | "for" | "while_modifier" | "until_modifier":
                body = node.child_by_field_name("body")
                self._maybe(body, environment, node)
                return None
            case "rescue_modifier":
                return self.evaluate(node.child_by_field_name("body"), environment, statement=statement)
            case kind if kind in _BODIES:
                return self._body(node, environment)
        return unread(node)

    def _maybe(self, body: Node | None, environment: Environment, node: Node) -> None:
        self.host.maybe(lambda: self._quietly(body, environment), node)

    def _quietly(self, body: Node | None, environment: Environment) -> None:
        try:
            self._body(body, environment)
        except _LeaveError:
            return

    def _text(self, node: Node, environment: Environment) -> Value:
        if node.type == "chained_string":
            parts = [self.evaluate(child, environment) for child in node.named_children]
            return "".join(parts) if all(isinstance(one, str) for one in parts) else unread(node)
        body = self.source.heredocs.get(node.start_byte) if node.type == "heredoc_beginning" else node
        made = []
        for child in body.named_children if body is not None else ():
            match child.type:
                case "string_content" | "heredoc_content":
                    made.append(text_of(child))
                case "escape_sequence":
                    made.append(unescape(text_of(child)))
                case "interpolation":
                    inner = self.evaluate(child.named_children[0], environment) if child.named_children else ""
                    if isinstance(inner, Unread | Const) or not isinstance(inner, str | int | float):
                        return unread(node)
                    made.append(str(inner))
        text = "".join(made)
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
        return Block(body, environment) if body is not None else unread(node)

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
        elif left.type != "call":
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

    def _condition(self, node: Node, environment: Environment) -> Value:
        condition = self.evaluate(node.child_by_field_name("condition"), environment)
        then = node.child_by_field_name("consequence") or node.child_by_field_name("body")
        other = node.child_by_field_name("alternative")
        if isinstance(condition, Unread | Const):
            # A way out that may or may not be taken is not taken: what follows is what matters.
            self._maybe(then, environment, node)
            self._maybe(other, environment, node)
            return unread(node)
        holds = core.truth(condition) is not node.type.startswith("unless")
        return self._body(then if holds else other, environment)

    def _case(self, node: Node, environment: Environment) -> Value:
        subject = self.evaluate(node.child_by_field_name("value"), environment)
        for child in node.named_children:
            if child.type == "when":
                patterns = [
                    self.evaluate(one.named_children[0], environment) for one in child.children_by_field_name("pattern")
                ]
                if isinstance(subject, Unread | Const) or any(isinstance(one, Unread | Const) for one in patterns):
                    self._maybe(child.child_by_field_name("body"), environment, node)
                elif subject in patterns:
                    return self._body(child.child_by_field_name("body"), environment)
            elif child.type == "else":
                if isinstance(subject, Unread | Const):
                    self._maybe(child, environment, node)
                else:
                    return self._body(child, environment)
        return unread(node) if isinstance(subject, Unread | Const) else None

    def _element(self, node: Node, environment: Environment) -> Value:
        children = node.named_children
        holder = self.evaluate(children[0], environment)
        key = self.evaluate(children[1], environment) if len(children) > 1 else None
        if isinstance(holder, dict) and isinstance(key, str | int):
            return holder.get(str(key))
        if isinstance(holder, list) and isinstance(key, int) and -len(holder) <= key < len(holder):
            return holder[key]
        return Const(text_of(node)) if isinstance(holder, Const) else unread(node)

    def _call(self, node: Node, environment: Environment, statement: bool) -> Value:  # noqa: FBT001 - handed on
        receiver = node.child_by_field_name("receiver")
        held = self.evaluate(receiver, environment) if receiver is not None else NO_RECEIVER
        method = node.child_by_field_name("method")
        name = text_of(method) if method is not None else "call"
        block = node.child_by_field_name("block")
        return self._dispatch(node, name, held, node.child_by_field_name("arguments"), block, environment, statement)

    def _dispatch(  # noqa: C901, PLR0913, PLR0917 - the parts of a call
        self,
        node: Node,
        name: str,
        receiver: Value,
        arguments: Node | None,
        block: Node | None,
        environment: Environment,
        statement: bool,  # noqa: FBT001 - a part of the call
    ) -> Value:
        values: list[Value] = []
        options: dict[str, Value] = {}
        handed: Block | None = Block(block, environment) if block is not None else None
        for child in arguments.named_children if arguments is not None else ():
            if child.type in {"pair", "hash_splat_argument"}:
                continue
            if child.type == "splat_argument":
                inner = self.evaluate(child.named_children[0], environment) if child.named_children else None
                values.extend(inner if isinstance(inner, list) else [unread(child)])
            elif child.type == "block_argument":
                inner = self.evaluate(child.named_children[0], environment) if child.named_children else None
                handed = inner if isinstance(inner, Block) else handed
                if isinstance(inner, str):
                    options["&"] = inner
            elif child.type in {"method", "singleton_method"}:
                self.define(child)
            elif child.type != "comment":
                values.append(self.evaluate(child, environment))
        if arguments is not None:
            options |= self._pairs(arguments, environment)
        call = Call(name, receiver, values, options, handed, node, statement)
        if name == "raise" and isinstance(receiver, NoReceiver):
            raise _LeaveError("raise")
        if isinstance(receiver, Block) and name in {"call", "()"}:
            return self.yield_to(receiver, *values)
        if isinstance(receiver, str | int | float | list | dict | None | Sql):
            answer = core.call(call, self)
            if isinstance(answer, Unread) and handed is not None:
                # Whether, and with what, the block is run is not known.
                return self.host.call(call)
            return answer if answer is receiver else self._bounded(answer, node)
        return self.host.call(call)
