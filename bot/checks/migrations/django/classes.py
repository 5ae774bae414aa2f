"""Classes of the repository: their bases, their order, their names; enumerations and their members."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.django import statements
from bot.checks.migrations.django.scopes import Scope
from bot.checks.migrations.django.values import Call, Definition, Member, Method, Opaque, Ref, plain
from bot.checks.migrations.syntax.folding import PLAIN, Value

if TYPE_CHECKING:
    from bot.checks.migrations.django.evaluate import Evaluator

Class = Definition | Ref | Opaque
_MAX_CLASSES = 100
_ENUMS = {
    **{f"enum.{name}": False for name in ("Enum", "Flag")},
    **{f"enum.{name}": True for name in ("IntEnum", "StrEnum", "IntFlag")},
    **{f"django.db.models.{name}": True for name in ("Choices", "TextChoices", "IntegerChoices")},
    **{f"django.db.models.enums.{name}": True for name in ("Choices", "TextChoices", "IntegerChoices")},
}
_MODEL_UTILS = "model_utils.Choices"


@dataclass(eq=False)
class Namespace:
    """What the body of a class binds, in order, and where."""

    names: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def namespace(evaluator: Evaluator, owner: Definition) -> Namespace:
    """The names that the body of a class binds, not those of its bases."""
    cache = evaluator.namespaces
    key = (owner.path, owner.qualname, owner.node.lineno)
    if key not in cache:
        # A class that needs itself sees what is bound so far.
        found = Namespace()
        cache[key] = found, frozenset({owner.path})
        _, files = evaluator.tracked(lambda: _fill(evaluator, owner, found))
        cache[key] = found, files
    found, files = cache[key]
    evaluator.rests_on(files)
    return found


def _fill(evaluator: Evaluator, owner: Definition, found: Namespace) -> None:
    evaluator.rests_on(frozenset({owner.path}))
    scope = Scope(owner.scope.module, found.names, owner.scope, owner, f"{owner.qualname}.")
    if isinstance(owner.node, ast.ClassDef):
        statements.run_class_body(evaluator, owner.node.body, scope, found.lines)


def bases(evaluator: Evaluator, owner: Definition) -> list[Class]:
    """The bases as written: classes of the repository, names of others, or what could not be told."""
    if not isinstance(owner.node, ast.ClassDef):
        return []
    values = [evaluator.eval(node, owner.scope) for node in owner.node.bases]
    return [value if isinstance(value, Definition | Ref | Opaque) else Opaque("base", (value,)) for value in values]


def mro(evaluator: Evaluator, owner: Definition) -> list[Class]:
    """The class and those it inherits from, in Python's order (C3), each once."""
    return _linearize(evaluator, owner, [])


def _linearize(evaluator: Evaluator, owner: Class, above: list[Class]) -> list[Class]:
    if not isinstance(owner, Definition) or owner in above or len(above) > _MAX_CLASSES:
        return [owner]
    evaluator.step()
    cached = evaluator.orders.get((owner.path, owner.qualname))
    if cached is not None:
        evaluator.rests_on(cached[1])
        return cached[0]

    def find() -> Value:
        parents = bases(evaluator, owner)
        lines = [_linearize(evaluator, parent, [*above, owner]) for parent in parents]
        return [owner, *_merge(evaluator, [*lines, parents])]

    found, files = evaluator.tracked(find)
    order = list(found) if isinstance(found, list) else []
    evaluator.orders[owner.path, owner.qualname] = order, files
    return order


def _merge(evaluator: Evaluator, lines: Sequence[Sequence[Class]]) -> Iterator[Class]:
    """Python's merge; where it would refuse, what is left comes in the order of the bases."""
    remaining = [list(line) for line in lines if line]
    count = 0
    while remaining and count < _MAX_CLASSES:
        count += 1
        heads = (line[0] for line in remaining)
        evaluator.step(sum(map(len, remaining)))
        good = next((head for head in heads if not any(head in line[1:] for line in remaining)), remaining[0][0])
        yield good
        remaining = [rest for line in remaining if (rest := [one for one in line if one != good])]


def attribute(evaluator: Evaluator, owner: Definition, name: str) -> Value:  # noqa: PLR0911 - one answer a kind
    """What an attribute of a class or function stands for."""
    if name == "__name__":
        return owner.name
    if name == "__qualname__":
        return owner.qualname
    if name == "__module__":
        return owner.module
    if not owner.is_class:
        return Opaque("attribute", (owner, name))
    if (of_enum := _attribute_of_enum(evaluator, owner, name)) is not None:
        return of_enum
    for one in mro(evaluator, owner):
        if isinstance(one, Definition) and name in (names := namespace(evaluator, one).names):
            return names[name]
    return Opaque("class attribute", (owner, name))


def find_inherited(evaluator: Evaluator, order: Sequence[Class], name: str) -> Definition | None:
    """The function that a name stands for in the first class of an order that binds it."""
    for one in order:
        if isinstance(one, Definition) and name in (names := namespace(evaluator, one).names):
            value = names[name]
            return value if isinstance(value, Definition) and not value.is_class else None
    return None


def item(evaluator: Evaluator, owner: Definition, key: Value) -> Value:
    """`Colour["RED"]`, or a generic's parameter, which changes nothing."""
    found = _members_by_name(evaluator, owner)
    if found is None:
        return owner
    return found.get(key, Opaque("item", (owner, key))) if isinstance(key, str) else Opaque("item", (owner, key))


def instantiate(
    evaluator: Evaluator, owner: Definition, args: tuple[Value, ...], kwargs: dict[str, Value], line: int
) -> Value:
    """`Order(...)`: the call, or a member where the class is an enumeration."""
    found = members(evaluator, owner)
    if found is not None and len(args) == 1 and isinstance(args[0], PLAIN):
        return next(
            (one for one in found if plain(one) == args[0] or one.value == args[0]), Call(owner, args, kwargs, line)
        )
    return Call(owner, args, kwargs, line)


# Enumerations


def members(evaluator: Evaluator, owner: Definition) -> list[Member] | None:
    """The members of an enumeration in order, aliases left out; None where the class is none."""
    found = _members_by_name(evaluator, owner)
    if found is None:
        return None
    distinct: list[Member] = []
    for member in found.values():
        if not isinstance(member.value, PLAIN) or all(member.value != other.value for other in distinct):
            distinct.append(member)
    return distinct


def _members_by_name(evaluator: Evaluator, owner: Definition) -> dict[str, Member] | None:
    if not owner.is_class:
        return None
    kinds = [one.name for one in mro(evaluator, owner) if isinstance(one, Ref)]
    if not any(kind in _ENUMS for kind in kinds):
        return None
    is_plain = any(_ENUMS.get(kind, kind in {"builtins.str", "builtins.int"}) for kind in kinds)
    is_choices = any(kind.startswith("django.") for kind in kinds)
    texts = any(kind.endswith(("TextChoices", "StrEnum")) for kind in kinds)
    found: dict[str, Member] = {}
    # An enumeration with members has no subclass, so that its own body is all there is.
    for name, written in namespace(evaluator, owner).names.items():
        if name.startswith("_") or isinstance(written, Definition) or name in {"choices", "labels", "values", "names"}:
            continue
        value, label = _value_and_label(name, written) if is_choices else (written, name)
        if isinstance(value, tuple) and len(value) == 1 and is_plain:
            value = value[0]
        if isinstance(value, Call) and value.func == Ref("enum.auto"):
            value = _auto(name, found, texts=texts, choices=is_choices)
        found[name] = Member(owner, name, value, label, is_plain)
    return found


def _value_and_label(name: str, written: Value) -> tuple[Value, Value]:
    """As Django's ChoicesType takes `DRAFT = "draft", "Draft"` apart."""
    if isinstance(written, tuple | list) and len(written) > 1 and isinstance(written[-1], str):
        return (written[0] if len(written) == 2 else tuple(written[:-1])), written[-1]  # noqa: PLR2004 - value and label
    return written, name.replace("_", " ").title()


def _auto(name: str, before: dict[str, Member], *, texts: bool, choices: bool) -> Value:
    if texts:
        return name if choices else name.lower()
    numbers = [member.value for member in before.values() if isinstance(member.value, int)]
    return max(numbers, default=0) + 1


def _attribute_of_enum(evaluator: Evaluator, owner: Definition, name: str) -> Value | None:  # noqa: PLR0911 - one answer an attribute
    found = _members_by_name(evaluator, owner)
    if found is None:
        return None
    if name in found:
        return found[name]
    own = namespace(evaluator, owner).names
    distinct = members(evaluator, owner) or []
    empty: list[tuple[Value, Value]] = [(None, own["__empty__"])] if "__empty__" in own else []
    if name in own:
        return own[name]
    if name == "choices":
        return [*empty, *((member.value, member.label) for member in distinct)]
    if name == "labels":
        return [label for _, label in [*empty, *((member.value, member.label) for member in distinct)]]
    if name == "values":
        return [value for value, _ in [*empty, *((member.value, member.label) for member in distinct)]]
    if name == "names":
        return [*(["__empty__"] if empty else []), *(member.name for member in distinct)]
    return dict(found) if name == "__members__" else None


def attribute_of_member(evaluator: Evaluator, member: Member, name: str) -> Value:
    """`.value`, `.name` and `.label` of a member of an enumeration; else a method of its value."""
    if name in {"value", "_value_"}:
        return member.value
    if name in {"name", "_name_"}:
        return member.name
    if name == "label":
        return member.label
    order = mro(evaluator, member.owner)
    if (found := find_inherited(evaluator, order, name)) is not None and statements.is_property(found):
        return statements.call_function(evaluator, found, (member,), {}, 0)
    if member.plain and isinstance(member.value, str):
        return Method(member.value, name)
    return Opaque("attribute", (member, name))


def choices_of(evaluator: Evaluator, value: Value) -> Value:
    """What is given as `choices`, as pairs: an enumeration, a dict, or the Choices of django-model-utils."""
    if isinstance(value, Definition) and members(evaluator, value) is not None:
        return attribute(evaluator, value, "choices")
    if isinstance(value, Call) and isinstance(value.func, Ref) and value.func.name == _MODEL_UTILS:
        return [_pair(one) for one in value.args]
    return value


def _pair(one: Value) -> Value:
    match plain(one):
        case tuple() | list() as parts if len(parts) == 3:  # noqa: PLR2004 - value, name, label
            return parts[0], parts[2]
        case tuple() | list() as parts:
            return tuple(parts)
        case value:
            return value, value
