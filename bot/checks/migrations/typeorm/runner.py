"""What the query runner reaches: the values that have it, and what takes it to where it is not followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.checks.migrations.script.rounds import holds
from bot.checks.migrations.script.values import Array, Call, Function, Member, Name, Object, Operation, Value
from bot.checks.migrations.typeorm.effects import Effects
from bot.checks.migrations.typeorm.words import RUNNER, WORD, resolved, texts_in


class Reach:
    """Tells who has the runner in migrations that are followed, and keeps what cannot be followed with it."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects
        self._named: dict[int, tuple[Value, bool]] = {}

    def is_runner(self, value: Value, scope: Mapping[str, Value]) -> bool:
        """Whether a value is a query runner."""
        match resolved(value, scope):
            case Name(name):
                return name in {RUNNER.name, "queryRunner"}
            case Member(name="queryRunner") | Call(function=Member(name="createQueryRunner")):
                return True
        return False

    def is_from_runner(self, value: Value, scope: Mapping[str, Value]) -> bool:
        """Whether a value is what a query runner holds, or gives."""
        value = resolved(value, scope)
        while isinstance(value, Member | Call):
            value = value.value if isinstance(value, Member) else value.function
            if self.is_runner(value, {}):
                return True
        return False

    def _names_runner(self, value: Value) -> bool:
        """Whether the runner is a part of a value; parts that several values share are looked at once."""
        if id(value) not in self._named:
            # The value is kept, so that no other one gets its identity.
            self._named[id(value)] = (value, holds(value, RUNNER))
        return self._named[id(value)][1]

    def _has_runner(self, value: Value, scope: Mapping[str, Value]) -> bool:
        functions = [one for one in _parts(value) if isinstance(one, Function)]
        return self._names_runner(value) or any(self.holds_runner(one, scope) for one in functions)

    def holds_runner(self, value: Value, scope: Mapping[str, Value]) -> bool:
        """Whether a value has the runner; a function, itself or by the functions beside it that it names."""
        waiting, known = [value], set[str]()
        while waiting:
            one = waiting.pop()
            if self._names_runner(one):
                return True
            if isinstance(one, Function):
                words = set(WORD.findall(f"{one.written} {one.result!r}")) - known
                known |= words
                named = {word: scope[word] for word in words if word in scope}
                if "queryRunner" in words or any(map(self._names_runner, named.values())):
                    return True
                waiting += [each for each in named.values() if isinstance(each, Function)]
        return False

    def note_lost(self, value: Value, line: int, scope: Mapping[str, Value]) -> None:
        """Keep a call that takes the runner to where it cannot be followed."""
        if not isinstance(value, Call) or not any(self.holds_runner(one, scope) for one in value.arguments):
            return
        names = [word for text in texts_in(value) for word in WORD.findall(text)]
        self._effects.note("a call that cannot be followed", names, line, anything=not names)

    def note_held(self, call: Call, scope: Mapping[str, Value]) -> None:
        """Keep a call of what has the runner: a method of an object, a function of a list, what a class makes of it."""
        owner: Value = call.function
        given: list[Value] = []
        while (inside := _owner(owner)) is not None:
            given += owner.arguments if isinstance(owner, Call) else ()
            owner = inside
        named = [scope[one.name] for one in (owner, *given) if isinstance(one, Name) and one.name in scope]
        if any(self.is_runner(one, scope) for one in given) or any(self._has_runner(one, scope) for one in named):
            self._effects.note("a call that cannot be followed", (), call.line, anything=True)

    def note_text(self, text: str, line: int, scope: Mapping[str, Value]) -> None:
        """Keep a statement that is known by its text alone, if it names what has the runner."""
        words = WORD.findall(text)
        named = [scope[word] for word in words if word in scope]
        if "queryRunner" in words or any(self._has_runner(one, scope) for one in named):
            self._effects.note("a statement that cannot be followed", words, line, anything=True)


def _owner(value: Value) -> Value | None:
    """What a call is of, and what a member and an item are of."""
    match value:
        case Member(owner) | Call(owner) | Operation("[]", [owner, *_]):
            return owner
    return None


def _parts(value: Value) -> Sequence[Value]:
    """A value, or what an object or a list holds."""
    match value:
        case Object(entries):
            return [one.value for one in entries]
        case Array(items):
            return items
    return [value]
