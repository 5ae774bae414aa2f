"""Follows Ruby statement by statement as far as its values are known. What a call means is its host's business."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.rails import core
from bot.checks.migrations.rails.calls import (
    NO_RECEIVER,
    Block,
    Call,
    Environment,
    LeaveError,
    NoReceiver,
    TooLongError,
)
from bot.checks.migrations.rails.expressions import LITERALS, Expressions
from bot.checks.migrations.rails.ruby import GAP, Const, Sql, Unread, Value, text_of, unread

if TYPE_CHECKING:
    from tree_sitter import Node

# Beside one for each byte of the file.
_MAX_STEPS = 20_000
_MAX_DEPTH = 80
# The name under which a method's environment holds the block that it was given.
_YIELD = "yield"
_BODIES = frozenset({
    "begin", "begin_block", "block_body", "body_statement", "do", "else", "ensure", "parenthesized_statements",
    "program", "then",
})  # fmt: skip
_PASSED_OVER = frozenset({"comment", "heredoc_body", "class", "module", "empty_statement"})


@dataclass
class Interpreter(Expressions):
    """Follows the code of one file."""

    _depth: int = 0

    def run(self, node: Node | None, environment: Environment | None = None) -> Value:
        """Follow a body.

        Raises:
            TooLongError: it does not end within the limits.
        """
        try:
            return self._body(node, environment if environment is not None else ChainMap({}))
        except LeaveError as left:
            return left.value

    def yield_to(self, block: Block, *values: Value) -> Value:
        """Follow a block with its parameters bound."""
        environment = block.environment.new_child()
        if block.parameters is None:
            several = values[0] if len(values) == 1 and isinstance(values[0], list) else values
            environment |= {f"_{at}": one for at, one in enumerate(several[:9], start=1)}
            if values:
                environment["it"] = values[0]
                environment["_1"] = environment["_1"] if _takes_two(block.node) and several else values[0]
        self._bind(block.parameters, values, environment, {})
        try:
            return self._body(block.node.child_by_field_name("body"), environment)
        except LeaveError as left:
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
        except LeaveError as left:
            if left.kind != "break":
                raise
        return answers

    def call_method(
        self, node: Node, arguments: Sequence[Value], options: Mapping[str, Value], block: Block | None = None
    ) -> Value:
        """Follow one of the file's own methods."""
        environment: Environment = ChainMap({_YIELD: block})
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
                case "block_parameter":
                    environment[given] = environment.get(_YIELD)
                case "hash_splat_parameter":
                    environment[given] = self._bounded(dict(options), one)

    def _body(self, node: Node | None, environment: Environment) -> Value:
        """Follow a body; it may also be one expression."""
        if node is None:
            return None
        if node.type not in _BODIES:
            return self.evaluate(node, environment, statement=True)
        answer: Value = None
        failed = False
        rescued = any(child.type == "rescue" for child in node.named_children)
        for child in node.named_children:
            if child.type in {"method", "singleton_method"}:
                self.define(child)
            elif child.type == "rescue":
                self._maybe(child.child_by_field_name("body"), environment, child)
            elif child.type not in _PASSED_OVER and not (failed and child.type != "ensure"):
                try:
                    answer = self.evaluate(child, environment, statement=True)
                except LeaveError as left:
                    if left.kind != "raise" or not rescued:
                        raise
                    failed = True
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
            case kind if kind in LITERALS:
                return LITERALS[kind](node)
            case "array" | "string_array" | "symbol_array":
                return self._bounded(self._items(node, environment), node)
            case "hash":
                return self._bounded(self._pairs(node, environment), node)
            case "yield":
                return self._yield(node, environment)
            case "identifier" | "super":
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
                raise LeaveError(node.type, self.evaluate(given[0], environment) if given else None)
            case "element_reference":
                return self._element(node, environment)
            case "while" | "until" | "for" | "while_modifier" | "until_modifier":
                body = node.child_by_field_name("body")
                self._maybe(body, environment, node)
                return None
            case "rescue_modifier":
                return self._rescue(node, environment, statement)
            case kind if kind in _BODIES:
                return self._body(node, environment)
        self.host.pass_over(node)
        return unread(node)

    def _rescue(self, node: Node, environment: Environment, statement: bool) -> Value:  # noqa: FBT001 - handed on
        """Follow an expression, and what may be done where it fails."""
        answer: Value = unread(node)
        try:
            answer = self.evaluate(node.child_by_field_name("body"), environment, statement=statement)
        except LeaveError as left:
            if left.kind != "raise":
                raise
        self._maybe(node.child_by_field_name("handler"), environment, node)
        return answer

    def _yield(self, node: Node, environment: Environment) -> Value:
        """Follow the block that the method at hand was given."""
        block = environment.get(_YIELD)
        given = node.named_children[0].named_children if node.named_children else []
        values = [self.evaluate(child, environment) for child in given]
        return self.yield_to(block, *values) if isinstance(block, Block) else unread(node)

    def _maybe(self, body: Node | None, environment: Environment, node: Node) -> None:
        self.host.maybe(lambda: self._quietly(body, environment), node)

    def _quietly(self, body: Node | None, environment: Environment) -> None:
        try:
            self._body(body, environment)
        except LeaveError:
            return

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

    def _call(self, node: Node, environment: Environment, statement: bool) -> Value:  # noqa: FBT001 - handed on
        receiver = node.child_by_field_name("receiver")
        held = self.evaluate(receiver, environment) if receiver is not None else NO_RECEIVER
        method = node.child_by_field_name("method")
        name = text_of(method) if method is not None else "call"
        block = node.child_by_field_name("block")
        return self._dispatch(node, name, held, node.child_by_field_name("arguments"), block, environment, statement)

    def _arguments(
        self, arguments: Node | None, environment: Environment
    ) -> tuple[list[Value], dict[str, Value], Block | None]:
        """The arguments of a call: by place, by name, and the block that is handed on with `&`."""
        values: list[Value] = []
        options: dict[str, Value] = {}
        handed: Block | None = None
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
        return values, options, handed

    def _dispatch(  # noqa: PLR0913, PLR0917 - the parts of a call
        self,
        node: Node,
        name: str,
        receiver: Value,
        arguments: Node | None,
        block: Node | None,
        environment: Environment,
        statement: bool,  # noqa: FBT001 - a part of the call
    ) -> Value:
        values, options, given = self._arguments(arguments, environment)
        handed = given or (Block(block, environment) if block is not None else None)
        call = Call(name, receiver, values, options, handed, node, statement)
        if name == "raise" and isinstance(receiver, NoReceiver):
            raise LeaveError("raise")
        if isinstance(receiver, Unread) and receiver.pieces != GAP and name in core.SAME_TEXT:
            return receiver
        if isinstance(receiver, Block) and name in {"call", "()", "yield", "==="}:
            return self.yield_to(receiver, *values)
        if isinstance(receiver, str | int | float | list | dict | None | Sql):
            answer = core.call(call, self)
            if isinstance(answer, Unread) and handed is not None:
                # Whether, and with what, the block is run is not known.
                return self.host.call(call)
            return answer if answer is receiver else self._bounded(answer, node)
        return self.host.call(call)


def _takes_two(node: Node) -> bool:
    """Whether a block names its second parameter by its number: then the first is no list of both."""
    return b"_2" in (node.text or b"")
