"""The operations that a method of a migration does, in their order, and those of which that is not known.

What stands behind a condition, in a loop, or after a way out that may be taken, is kept with the reason; what stands
after a way out that is taken is not done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.checks.migrations.csharp.declarations import Method, TypeDecl
from bot.checks.migrations.csharp.values import (
    Assign,
    Branch,
    Call,
    Constant,
    Do,
    Local,
    Loop,
    Member,
    Name,
    Other,
    Return,
    Statement,
    Text,
    Value,
)
from bot.checks.migrations.csharp.values import Operation as Signed
from bot.checks.migrations.efcore.model import written
from bot.checks.migrations.efcore.operations import DATA, PLACED, Operation
from bot.checks.migrations.efcore.providers import of_migration

# Deeper than migrations are written, and more than they have.
_MAX_DEPTH = 4
_MAX_STEPS = 50_000
_MAX_HELPERS = 200
_MAX_TEXT = 100_000
_TEXTS = re.compile(r'"(?:\\.|[^"\\])*"')
# A text among the values of an expression.
_KEPT_TEXTS = re.compile(r"\bText\(text=(?:'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\")\)")
_THROWS = re.compile(r"(?<!\w)throw(?!\w)")
_ENDS = re.compile(r"(?<!\w)(?:return|throw|goto|break|continue)(?!\w)")
_CHANGES = frozenset(PLACED) - {"Sql"} | DATA - {"InsertData", "UpdateData", "DeleteData"}
# Arguments without which an operation is not known.
_NAMES = ("name", "table", "schema", "newName", "newSchema", "principalTable", "principalSchema")
_FLAGS = ("nullable", "unique")


def read_operations(method: Method, decl: TypeDecl, provider: str) -> list[Operation]:
    """The operations of a method in order; what is none has its words."""
    builder = method.parameters[0][0] if method.parameters else "migrationBuilder"
    return list(_Way(decl, provider, {builder}).walk(method.body(), ""))


@dataclass
class _Way:
    """How far a method was followed.

    Attributes:
        builders: the names of the builder.
        texts: variables that are texts.
        ended: whether what follows is not reached.
        thrown: whether that is so, or may be, by an error, which ends whoever called the method too.
        doubt: why what follows may not be reached.
        steps: how many statements were followed, and how many methods beside the first.
    """

    decl: TypeDecl
    provider: str
    builders: set[str]
    texts: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    ended: bool = False
    doubt: str = ""
    thrown: bool = False
    steps: list[int] = field(default_factory=lambda: [0, 0])

    def walk(self, statements: Sequence[Statement], doubt: str) -> Iterator[Operation]:
        """Yield what statements do; `doubt` is why they may not be reached."""
        for one in statements:
            self.steps[0] += 1
            if self.ended:
                return
            if self.steps[0] > _MAX_STEPS:
                yield Operation("", {}, one.line, unsure="so many statements are not followed")
                return
            yield from self._statement(one, doubt or self.doubt)

    def _statement(self, one: Statement, doubt: str) -> Iterator[Operation]:
        match one:
            case Do(Assign(Name(name), Name(given)), line) if given in self.builders and name not in self.builders:
                # Other methods may use it from there.
                self.builders.add(name)
                yield Operation("", {}, line)
            case Do(Assign(Name(name), value), line) | Local(name, value, line):
                yield from self._assigned(name, value, line, doubt)
            case Do(value, line):
                yield from self._value(value, line, doubt)
            case Return(value, line):
                yield from self._value(value, line, doubt)
                self._end(doubt)
            case Branch():
                yield from self._branch(one, doubt)
            case Loop(body=body):
                yield from self._unsure(body, "it stands in a loop")
            case Other(text, line) if text.startswith("throw "):
                self.thrown = True
                self._end(doubt)
            case Other(text, line):
                yield from self._words(text, line)

    def _end(self, doubt: str) -> None:
        if doubt:
            self.doubt = self.doubt or f"a way out before it may be taken, since {doubt}"
        else:
            self.ended = True

    def _branch(self, one: Branch, doubt: str) -> Iterator[Operation]:
        met = of_migration(one.condition, self.provider)
        if met is not None:
            yield from self.walk(one.then if met else one.otherwise, doubt)
            return
        for way in (one.then, one.otherwise):
            yield from self._unsure(way, "it stands behind a condition that is not followed")

    def _unsure(self, body: Sequence[Statement], doubt: str) -> Iterator[Operation]:
        """Yield what a part does that may not be reached; a way out in it leaves in doubt what follows."""
        inside = replace(self, texts=dict(self.texts), builders=set(self.builders))
        yield from inside.walk(body, doubt)
        self.doubt = self.doubt or inside.doubt
        self.thrown = self.thrown or inside.thrown

    def _words(self, text: str, line: int) -> Iterator[Operation]:
        """A statement of another kind: a condition of the compiler, `try`, `switch`, a function within."""
        words = _TEXTS.sub('""', text)
        unsure = self._named(words, "it stands in a statement that is not followed")
        if unsure is not None:
            yield Operation("", {}, line, unsure=unsure)
        if _ENDS.search(words):
            self.doubt = self.doubt or "a way out before it stands in a statement that is not followed"
            self.thrown = self.thrown or _THROWS.search(words) is not None

    def _assigned(self, name: str, value: Value, line: int, doubt: str) -> Iterator[Operation]:
        if isinstance(value, Name) and value.name in self.builders:
            self.builders.add(name)
            return
        text = self._text(value, 0)
        if text is not None and not doubt:
            self.texts[name] = text
        else:
            self.texts.pop(name, None)
        yield from self._value(value, line, doubt)

    def _value(self, value: Value, line: int, doubt: str) -> Iterator[Operation]:
        whole = value
        while isinstance(value, Call) and isinstance(value.function, Member):
            function = value.function
            if isinstance(function.value, Name) and function.value.name in self.builders:
                yield self._operation(value, function, doubt)
                return
            value = function.value
        helper = self._helper(whole, doubt)
        if helper is not None and self.depth < _MAX_DEPTH and self.steps[1] < _MAX_HELPERS:
            self.steps[1] += 1
            yield from helper[0].walk(helper[1], doubt)
            self._take_error(helper[0], doubt)
            return
        words = written(whole)
        if _THROWS.search(_TEXTS.sub('""', _KEPT_TEXTS.sub("", words))):
            self.thrown, self.doubt = True, self.doubt or "an error before it may be thrown"
        unsure = self._named(words, "it stands in an expression that is not followed")
        if helper is not None:
            yield Operation("", {}, line, unsure="the methods that it calls go too deep")
        elif unsure is not None:
            yield Operation("", {}, line, unsure=unsure)

    def _named(self, words: str, reason: str) -> str | None:
        """The reason, where words call an operation on the builder; empty where they only name it, None where not."""
        one = f"(?<!\\w)(?:{'|'.join(map(re.escape, self.builders))})(?!\\w)"
        if not self.builders or re.search(one, words) is None:
            return None
        called = re.findall(rf"{one}(?:', types=\(\)\), name='| [?]?[.] )(\w+)", words)
        return reason if not {*_CHANGES, "Operations"}.isdisjoint(called) else ""

    def _helper(self, value: Value, doubt: str) -> tuple[_Way, Sequence[Statement]] | None:
        """A method of the migration's own class that is given the builder."""
        match value:
            case Call(Name(name) | Member(Name("this"), name), arguments):
                method = self.decl.method(name)
            case _:
                return None
        if method is None or len(method.parameters) < len(arguments):
            return None
        builders: set[str] = set()
        texts: dict[str, str] = {}
        for number, one in enumerate(arguments):
            parameter = one.name or method.parameters[number][0]
            if isinstance(one.value, Name) and one.value.name in self.builders:
                builders.add(parameter)
            elif (text := self._text(one.value, 0)) is not None:
                texts[parameter] = text
        way = _Way(self.decl, self.provider, builders, texts, self.depth + 1, steps=self.steps)
        body = method.body()
        if builders:
            return way, body
        # What is not given the builder may end all by an error.
        if self.depth < _MAX_DEPTH and self.steps[1] < _MAX_HELPERS:
            self.steps[1] += 1
            for _ in way.walk(body, ""):
                pass
            self._take_error(way, doubt)
        return None

    def _take_error(self, helper: _Way, doubt: str) -> None:
        """Take in that a method that was called ends by an error, or may."""
        if helper.thrown:
            self.thrown = True
            if helper.ended and not helper.doubt:
                self._end(doubt)
            else:
                self.doubt = self.doubt or "an error before it may be thrown"

    def _operation(self, call: Call, function: Member, doubt: str) -> Operation:
        placed = PLACED.get(function.name, ())
        given = dict(zip(placed, (one.value for one in call.arguments if not one.name), strict=False))
        given.update({one.name: one.value for one in call.arguments if one.name})
        known = function.name in PLACED or function.name in DATA
        for name in (*_NAMES, "sql", "type", "column", "principalColumn", "filter"):
            text = self._text(given[name], 0) if name in given else None
            if text is not None:
                given[name] = Text(text)
        unsure = doubt if function.name in _CHANGES else ""
        if function.name in _CHANGES and not unsure:
            unsure = _computed(given)
        types = tuple(str(one) for one in function.types)
        words = written(call) if function.name == "CreateIndex" else ""
        return Operation(function.name if known else "", given, call.line, types, words, unsure)

    def _text(self, value: Value, depth: int) -> str | None:
        """A text, also of a variable or a constant of the class."""
        match value:
            case Text(text):
                return text
            case Name(name) | Member(Name("this"), name) if name in self.texts:
                return self.texts[name]
            case Name(name) if depth < _MAX_DEPTH:
                fields = (one for one in self.decl.properties if {"const", "readonly"} & one.modifiers)
                given = next((one.value for one in fields if one.name == name), None)
                return self._text(given, depth + 1) if given is not None else None
            case Signed("+", left, right) if left is not None and depth < _MAX_DEPTH:
                one, other = self._text(left, depth + 1), self._text(right, depth + 1)
                if one is not None and other is not None and len(one) + len(other) <= _MAX_TEXT:
                    return one + other
        return None


def _computed(given: Mapping[str, Value]) -> str:
    """Why an operation is not known, by its arguments; empty where it is."""
    for name in _NAMES:
        if name in given and not isinstance(given[name], Text | Constant):
            return f"its argument {name} is computed"
    for name in _FLAGS:
        if name in given and not isinstance(given[name], Constant):
            return f"its argument {name} is computed"
    return ""
