"""Values without their names: constants, members of enumerations, spreads and simple calls, put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.checks.migrations.script.classes import Class
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import Found, Program
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

_MAX_DEPTH = 40
_MAX_STEPS = 200_000
_NOTHING: Mapping[str, Value] = {}
_FALSE = (Constant("null"), Constant("undefined"), Constant("false"), Text(""), Number("0"))
_TRUE = (Constant("true"),)


class Folder:
    """Folds values of one program. `scope` gives the names of a function: its parameters and its own constants.

    `truths` are texts that name the world in which it runs, such as a dialect of SQL, and whether this is it: they
    decide `x === "sqlite"` where x cannot be told.
    """

    def __init__(self, program: Program, truths: Mapping[str, bool] = MappingProxyType({})) -> None:
        self.program, self._truths = program, truths
        self._steps = 0

    def fold(  # noqa: C901, PLR0911 - one answer a kind
        self, module: Module, value: Value, scope: Mapping[str, Value] = _NOTHING, depth: int = 0
    ) -> Value:
        """A value with all that can be told put in; what cannot stays as it is written."""
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return Unread("too deep")

        def fold(one: Value) -> Value:
            return self.fold(module, one, scope, depth + 1)

        match value:
            case Name(name):
                return self._name(module, name, scope, depth)
            case Member():
                return self._member(module, value, fold)
            case Object(entries):
                return Object(list(self._entries(entries, fold)))
            case Array(items):
                return Array(list(_items(items, fold)))
            case Tagged(tag=tag, texts=texts, holes=holes):
                return _template(tag, texts, [fold(one) for one in holes])
            case Operation(sign, operands):
                return self._guess(sign, _operate(sign, [fold(one) for one in operands]))
            case Call():
                return self._call(module, value, scope, depth)
            case Function(parameters=[], result=result) if result is not None:
                return Function([], fold(result))
        return value

    def _guess(self, sign: str, value: Value) -> Value:
        """What a comparison with the name of a world comes to, and what is chosen by it."""
        if isinstance(value, Operation) and sign in {"===", "==", "!==", "!="}:
            for one in value.operands:
                if isinstance(one, Text) and one.text in self._truths:
                    return Constant("true" if self._truths[one.text] is sign.startswith("=") else "false")
        if isinstance(value, Operation) and sign == "[]" and isinstance(value.operands[0], Object):
            entries = value.operands[0].entries
            if entries and all(one.key in self._truths for one in entries):
                return next((one.value for one in entries if self._truths[one.key]), Constant("undefined"))
        return value

    def _name(self, module: Module, name: str, scope: Mapping[str, Value], depth: int) -> Value:
        if name in scope:
            return scope[name]
        found = self.program.find(module, name)
        if not isinstance(found, Found) or isinstance(found.declared.value, Function | Class):
            return Name(name)
        return self.fold(found.module, found.declared.value, depth=depth + 1)

    def _member(self, module: Module, value: Member, fold: Callable[[Value], Value]) -> Value:
        if isinstance(value.value, Name):
            found = self.program.member(module, value.value.name, value.name)
            if isinstance(found, Found) and not isinstance(found.declared.value, Function | Class):
                return self.fold(found.module, found.declared.value, depth=_MAX_DEPTH // 2)
            constant = self._static(module, value.value.name, value.name)
            if constant is not None:
                return constant
        owner = fold(value.value)
        if isinstance(owner, Object):
            found_entry = next((one for one in reversed(owner.entries) if one.key == value.name), None)
            spread = any(not one.key for one in owner.entries)
            if found_entry is not None:
                return found_entry.value
            return Member(owner, value.name) if spread else Constant("undefined")
        if isinstance(owner, Array | Text) and value.name == "length":
            return Number(str(len(owner.items if isinstance(owner, Array) else owner.text)))
        return Member(owner if isinstance(owner, Name | Member | Call) else value.value, value.name)

    def _static(self, module: Module, owner: str, name: str) -> Value | None:
        """A static property of a class, where it is set to a value."""
        found = self.program.find(module, owner)
        if isinstance(found, Found) and isinstance(found.declared.value, Class):
            given = dict(found.declared.value.constants).get(name)
            return self.fold(found.module, given, depth=_MAX_DEPTH // 2) if given is not None else None
        return None

    def _entries(self, entries: Sequence[Entry], fold: Callable[[Value], Value]) -> Iterator[Entry]:
        for one in entries:
            value = fold(one.value)
            if one.key:
                yield Entry(one.key, value, one.line)
            elif isinstance(value, Object):
                yield from value.entries
            elif value not in _FALSE:
                yield Entry("", value, one.line)

    def _call(self, module: Module, value: Call, scope: Mapping[str, Value], depth: int) -> Value:
        arguments = [self.fold(module, one, scope, depth + 1) for one in value.arguments]
        found = self.function(module, value.function, scope)
        if found is not None:
            home, function = found
            if function.result is not None and len(function.parameters) >= len(arguments):
                return self.fold(home, function.result, bind(function, arguments), depth + 1)
        called = value.function
        if isinstance(called, Member):
            called = Member(self.fold(module, called.value, scope, depth + 1), called.name)
        made = self._built_in(module, called, arguments, depth)
        return made if made is not None else Call(called, arguments, value.line)

    def function(
        self, module: Module, value: Value, scope: Mapping[str, Value] = _NOTHING
    ) -> tuple[Module, Function] | None:
        """The function of the repository that is called, and its module."""
        if isinstance(value, Function):
            return module, value
        if isinstance(value, Name) and isinstance(given := scope.get(value.name), Function):
            return module, given
        found = self.program.named(module, value)
        if isinstance(found, Found) and isinstance(found.declared.value, Function):
            return found.module, found.declared.value
        return None

    def _built_in(self, module: Module, function: Value, arguments: Sequence[Value], depth: int) -> Value | None:
        match function, arguments:
            case Member(Name("Object"), "values"), [Object(entries)] if all(one.key for one in entries):
                return Array([one.value for one in entries])
            case Member(Name("Object"), "keys"), [Object(entries)] if all(one.key for one in entries):
                return Array([Text(one.key) for one in entries])
            case Name("String"), [Text() | Number() as one]:
                return Text(one.text)
            case Member(owner, name), _:
                return self._method(module, owner, name, arguments, depth)
        return None

    def _method(  # noqa: PLR0911 - one answer a method
        self, module: Module, owner: Value, name: str, arguments: Sequence[Value], depth: int
    ) -> Value | None:
        match owner, name, arguments:
            case Text(text), "trim" | "toString", []:
                return Text(text.strip() if name == "trim" else text)
            case Text(text), "toLowerCase" | "toUpperCase", []:
                return Text(text.lower() if name == "toLowerCase" else text.upper())
            case Array(items), "join", [Text(sign)] if all(isinstance(one, Text | Number) for one in items):
                return Text(sign.join(one.text for one in items if isinstance(one, Text | Number)))
            case Array(items), "concat", _ if all(isinstance(one, Array) for one in arguments):
                more = [item for one in arguments if isinstance(one, Array) for item in one.items]
                return Array([*items, *more])
            case Array(items), "map", [Function(result=result) as each] if result is not None:
                return Array([self.fold(module, result, bind(each, [one]), depth + 1) for one in items])
            case Array(items), "includes", [Text() as wanted] if all(isinstance(one, Text) for one in items):
                return Constant("true" if wanted in items else "false")
        return None


def bind(function: Function, arguments: Sequence[Value]) -> dict[str, Value]:
    """A function's parameters with what they are given; `undefined`, or their default, where nothing is."""
    names: dict[str, Value] = {}
    for at, parameter in enumerate(function.parameters):
        given = arguments[at] if at < len(arguments) else Constant("undefined")
        if parameter.startswith("{") and isinstance(given, Object):
            for part in parameter.strip("{} \n").split(","):
                key, _, name = part.partition(":")
                entry = next((one.value for one in given.entries if one.key == key.strip()), Constant("undefined"))
                names[(name or key).strip()] = entry
        names[parameter.partition("=")[0].strip()] = given
    return names


def _items(items: Sequence[Value], fold: Callable[[Value], Value]) -> Iterator[Value]:
    for one in items:
        if isinstance(one, Operation) and one.sign == "...":
            inner = fold(one.operands[0])
            yield from inner.items if isinstance(inner, Array) else (Operation("...", [inner]),)
        else:
            yield fold(one)


def _part(owner: Value, at: Value) -> Value | None:
    """`owner[at]`; None where it cannot be told."""
    match owner, at:
        case Object(entries), Text(key):
            return next((one.value for one in reversed(entries) if one.key == key), Constant("undefined"))
        case Array(items), Number(text) if text.isdigit() and not any(_is_spread(one) for one in items):
            return items[int(text)] if int(text) < len(items) else Constant("undefined")
    return None


def _is_spread(value: Value) -> bool:
    return isinstance(value, Operation) and value.sign == "..."


def _template(tag: Value, texts: Sequence[str], holes: Sequence[Value]) -> Value:
    if tag == Name("") and all(isinstance(one, Text | Number) for one in holes):
        words = [one.text for one in holes if isinstance(one, Text | Number)]
        return Text(texts[0] + "".join(word + text for word, text in zip(words, texts[1:], strict=True)))
    return Tagged(tag, texts, holes)


def truth(value: Value) -> bool | None:
    """Whether a value counts as true; None where that cannot be told."""
    if value in _FALSE:
        return False
    if value in _TRUE or isinstance(value, Text | Number | Object | Array | Function):
        return True
    return None


def _operate(sign: str, operands: Sequence[Value]) -> Value:  # noqa: PLR0911 - one answer a sign
    match sign, operands:
        case "!", [one] if (told := truth(one)) is not None:
            return Constant("false" if told else "true")
        case "?", [condition, then, otherwise] if (told := truth(condition)) is not None:
            return then if told else otherwise
        case "||" | "&&", [one, other] if (told := truth(one)) is not None:
            return other if told is (sign == "&&") else one
        case "[]", [owner, at] if (part := _part(owner, at)) is not None:
            return part
        case "??", [Constant("null" | "undefined"), other]:
            return other
        case "??", [Text() | Number() | Object() | Array() as one, _]:
            return one
        case "===" | "==" | "!==" | "!=", [
            Text() | Number() | Constant() as one,
            Text() | Number() | Constant() as two,
        ]:
            return Constant("true" if (one == two) is sign.startswith("=") else "false")
        case "+", [Text(one), Text(two) | Number(two)] | [Number(one), Text(two)]:
            return Text(one + two)
        case "+" | "-" | "*", [Number(one), Number(two)] if one.isdigit() and two.isdigit():
            left, right = int(one), int(two)
            return Number(str(left + right if sign == "+" else left - right if sign == "-" else left * right))
    return Operation(sign, operands)


def options_of(value: Value | None) -> dict[str, Value]:
    """The members of a folded object; what is spread and cannot be told is under an empty key."""
    return {one.key: one.value for one in value.entries} if isinstance(value, Object) else {}
