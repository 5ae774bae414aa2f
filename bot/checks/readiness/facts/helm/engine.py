"""Go templates evaluated: the tree of `parser.py` over values, with the line that each character comes from.

Source: https://pkg.go.dev/text/template, `text/template/exec.go`, and Helm's `pkg/engine` (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.checks.readiness.facts.helm.functions import FUNCTIONS, FunctionFault
from bot.checks.readiness.facts.helm.nodes import (
    Action,
    Call,
    Chain,
    Dot,
    Field,
    Function,
    If,
    Jump,
    Literal,
    Node,
    Operand,
    Pipe,
    Range,
    TemplateFault,
    Text,
    Variable,
)
from bot.checks.readiness.facts.helm.parser import parse_template
from bot.checks.readiness.facts.helm.values import Budget, is_true, show
from bot.checks.readiness.facts.located import Located, Place

# Charts that mean well stay under twenty; Python's own limit is near past eighty.
_MAX_DEPTH = 60
_MAX_TPL_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of output.

    Attributes:
        line: of the template, where the run begins.
        grows: whether the template's line moves on with each line break (copied text) or stays (an action).
        value: where the value stands that was printed, or that let the text through; None where no value decided.
    """

    text: str
    line: int
    grows: bool
    value: Place | None


class _Jump(Exception):  # noqa: N818 - Go's break and continue
    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Engine:
    """Evaluates the templates of one release, over one set of named templates."""

    def __init__(self, templates: Mapping[str, Sequence[Node]], budget: Budget) -> None:
        self._templates = dict(templates)
        self._budget = budget
        self._chunks: list[Chunk] = []
        self._variables: list[tuple[str, object]] = []
        self._depth = 0
        self._line = 1
        self._value: Place | None = None
        self._guards: list[Place | None] = []
        self._parsed: dict[str, Sequence[Node]] = {}

    def render(self, body: Sequence[Node], data: object) -> Sequence[Chunk]:
        """The output of a template, in order.

        Raises:
            TemplateFault: it cannot be evaluated; the line is one of this body's file.
            TooMuch: the budget is used up.
        """
        self._depth = 0
        self._guards = []
        return self._execute(body, data, outer=True)

    # Blocks

    def _execute(self, body: Sequence[Node], data: object, *, outer: bool = False) -> Sequence[Chunk]:
        if self._depth > _MAX_DEPTH:
            raise TemplateFault(self._line, f"templates that include each other deeper than {_MAX_DEPTH}")
        saved = (self._chunks, self._variables, self._line, self._value)
        self._chunks, self._variables = [], [("$", data)]
        self._depth += 1
        try:
            self._block(body, data, outer=outer)
        except _Jump as jump:
            raise TemplateFault(self._line, f"`{jump.word}` outside of a range") from None
        else:
            return self._chunks
        finally:
            self._depth -= 1
            self._chunks, self._variables = saved[:2]
            if not outer:
                self._line, self._value = saved[2:]

    def _block(self, body: Sequence[Node], dot: object, *, outer: bool) -> None:
        mark = len(self._variables)
        for node in body:
            self._budget.step()
            if outer:
                self._line = node.line
            self._node(node, dot, outer=outer)
        del self._variables[mark:]

    def _node(self, node: Node, dot: object, *, outer: bool) -> None:
        match node:
            case Text():
                self._emit(node.text, node.line, grows=True)
            case Action():
                self._value = None
                value = self._pipe(node.pipe, dot)
                if not node.pipe.variables:
                    self._emit(show(value), node.line, grows=False)
            case If():
                self._if(node, dot, outer=outer)
            case Range():
                self._range(node, dot, outer=outer)
            case Call():
                data = self._pipe(node.pipe, dot) if node.pipe else None
                self._value = None
                self._emit(self._named(node.name, data), node.line, grows=False)
            case Jump():
                raise _Jump(node.word)

    def _emit(self, text: str, line: int, *, grows: bool) -> None:
        if text:
            guard = next((one for one in reversed(self._guards) if one is not None), None)
            value = guard if grows else self._value or guard
            self._chunks.append(Chunk(self._budget.text(text), line, grows, value))

    @contextmanager
    def _guarded(self, place: Place | None) -> Iterator[None]:
        mark = len(self._variables)
        self._guards.append(place)
        try:
            yield
        finally:
            self._guards.pop()
            del self._variables[mark:]

    def _if(self, node: If, dot: object, *, outer: bool) -> None:
        mark = len(self._variables)
        self._value = None
        value = self._pipe(node.pipe, dot)
        true = is_true(value)
        with self._guarded(self._value):
            self._block(node.body if true else node.otherwise, value if node.moves and true else dot, outer=outer)
        del self._variables[mark:]

    def _range(self, node: Range, dot: object, *, outer: bool) -> None:
        mark = len(self._variables)
        self._value = None
        pairs = _pairs(self._pipe(Pipe(node.pipe.commands, node.pipe.line), dot), node.line)
        with self._guarded(self._value):
            for key, value in pairs:
                names = node.pipe.variables
                if len(names) > 1:
                    self._variables.append((names[0], key))
                if names:
                    self._variables.append((names[-1], value))
                try:
                    self._block(node.body, value, outer=outer)
                except _Jump as jump:
                    if jump.word == "break":
                        break
                finally:
                    del self._variables[mark:]
            if not pairs:
                self._block(node.otherwise, dot, outer=outer)

    def _named(self, name: str, data: object) -> str:
        body = self._templates.get(name)
        if body is None:
            raise TemplateFault(self._line, f'the template "{name}" is not in the repository')
        return "".join(chunk.text for chunk in self._execute(body, data))

    # Pipelines

    def _pipe(self, pipe: Pipe, dot: object) -> object:
        self._budget.step()
        value = self._command(pipe.commands[0], dot, ())
        for command in pipe.commands[1:]:
            value = self._command(command, dot, (value,))
        for name in pipe.variables[-1:]:
            self._set(name, value, declares=pipe.declares)
        return value

    def _set(self, name: str, value: object, *, declares: bool) -> None:
        if declares:
            self._variables.append((name, value))
            return
        for index in range(len(self._variables) - 1, -1, -1):
            if self._variables[index][0] == name:
                self._variables[index] = (name, value)
                return
        raise TemplateFault(self._line, f"the variable {name} is not declared")

    def _command(self, command: Sequence[Operand], dot: object, piped: tuple[object, ...]) -> object:
        self._budget.step()
        head, rest = command[0], command[1:]
        if isinstance(head, Function):
            return self._call(head.name, rest, dot, piped)
        value = self._operand(head, dot)
        if callable(value):
            arguments = [self._operand(one, dot) for one in rest]
            return self._guarded_call(value, [*arguments, *piped], "a method")
        if rest or piped:
            raise TemplateFault(self._line, "arguments given to what is no function")
        return value

    def _operand(self, operand: Operand, dot: object) -> object:
        match operand:
            case Literal():
                return operand.value
            case Dot():
                return dot
            case Field():
                return self._fields(dot, operand.names)
            case Variable():
                return self._fields(self._variable(operand.name), operand.names)
            case Chain():
                return self._fields(self._pipe(operand.pipe, dot), operand.names)
            case Function():
                return self._call(operand.name, (), dot, ())

    def _variable(self, name: str) -> object:
        for known, value in reversed(self._variables):
            if known == name:
                return value
        raise TemplateFault(self._line, f"the variable {name} is not declared")

    def _fields(self, value: object, names: Sequence[str]) -> object:
        # Go gives nothing for a field of a nil that begins a chain, and stops at one within it.
        if value is None:
            return None
        for name in names:
            if callable(value):
                value = self._guarded_call(value, [], "a method")
            if isinstance(value, dict):
                if isinstance(value, Located) and name in value.places:
                    self._value = value.places[name]
                value = value.get(name)
            elif value is None:
                raise TemplateFault(self._line, f"`.{name}` of nothing")
            else:
                raise TemplateFault(self._line, f"`.{name}` of what has no fields")
        return value

    def _call(self, name: str, rest: Sequence[Operand], dot: object, piped: tuple[object, ...]) -> object:
        if name in {"and", "or"}:
            return self._logic(name, rest, dot, piped)
        arguments = [self._argument(one, dot) for one in rest] + list(piped)
        match name, arguments:
            case "include", [str() as template, data]:
                return self._named(template, data)
            case "tpl", [str() as text, data]:
                return self._tpl(text, data)
            case (("include" | "tpl"), _):
                raise TemplateFault(self._line, f"`{name}` without a text and its data")
        function = FUNCTIONS.get(name)
        if function is None:
            raise TemplateFault(self._line, f"the function `{name}` is not known")
        return self._guarded_call(lambda *given: function(self._budget, *given), arguments, f"`{name}`")

    def _argument(self, operand: Operand, dot: object) -> object:
        value = self._operand(operand, dot)
        return self._guarded_call(value, [], "a method") if callable(value) else value

    def _logic(self, name: str, rest: Sequence[Operand], dot: object, piped: tuple[object, ...]) -> object:
        value: object = None
        for operand in rest:
            value = self._argument(operand, dot)
            if is_true(value) is (name == "or"):
                return value
        return piped[0] if piped else value

    def _guarded_call(self, function: Callable[..., object], arguments: Sequence[object], what: str) -> object:
        try:
            return function(*arguments)
        except FunctionFault as fault:
            raise TemplateFault(self._line, f"{what}: {fault}") from None
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError):
            raise TemplateFault(self._line, f"{what} with arguments that it does not take") from None

    def _tpl(self, text: str, data: object) -> str:
        if "{{" not in text:
            return text
        if len(text) > _MAX_TPL_CHARACTERS:
            raise TemplateFault(self._line, "`tpl` of a very long text")
        self._budget.step(1 + len(text) // 100)
        if text not in self._parsed:
            try:
                template = parse_template(text)
            except TemplateFault as fault:
                raise TemplateFault(self._line, f"`tpl`: {fault.reason}") from None
            self._parsed[text] = template.body
            self._templates.update(template.defined)
        return "".join(chunk.text for chunk in self._execute(self._parsed[text], data))


def _pairs(value: object, line: int) -> list[tuple[object, object]]:
    match value:
        case dict():
            return [(key, value[key]) for key in sorted(value, key=str)]
        case list():
            return list(enumerate(value))
        case None:
            return []
        case int() if not isinstance(value, bool) and 0 <= value <= 10_000:  # noqa: PLR2004 - no chart counts so far
            return [(number, number) for number in range(value)]
    raise TemplateFault(line, "`range` over what is no list")
