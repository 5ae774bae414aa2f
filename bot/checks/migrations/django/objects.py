"""Objects whose methods are followed: fields of classes of the repository, as they are made and deconstructed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.checks.migrations.django.scopes import Scope
from bot.checks.migrations.django.values import Definition, Opaque, Ref
from bot.checks.migrations.syntax.folding import Value

if TYPE_CHECKING:
    from bot.checks.migrations.django.evaluate import Evaluator


@dataclass(eq=False)
class Instance:
    """An object whose `__init__` is being followed: a field of a class of the repository."""

    owner: Definition
    attrs: dict[str, Value] = field(default_factory=dict)

    def attribute(self, evaluator: Evaluator, name: str) -> Value:
        """An attribute that was set, or a method of the class."""
        from bot.checks.migrations.django import classes

        if name in self.attrs:
            return self.attrs[name]
        if name == "__class__":
            return self.owner
        value = classes.attribute(evaluator, self.owner, name)
        return Bound(value, self) if isinstance(value, Definition) and not value.is_class else value


@dataclass(frozen=True, eq=False)
class Parent:
    """`super()` in a method of `owner`, for an object."""

    owner: Definition
    instance: Instance

    def attribute(self, evaluator: Evaluator, name: str) -> Value:
        """The method of the next class in the object's order."""
        from bot.checks.migrations.django import classes

        order = classes.mro(evaluator, self.instance.owner)
        place = order.index(self.owner) + 1 if self.owner in order else len(order)
        for number, one in enumerate(order[place:], place):
            if isinstance(one, Definition) and name in classes.namespace(evaluator, one).names:
                found = classes.find_inherited(evaluator, order[number:], name)
                return Bound(found, self.instance) if found is not None else Opaque("super", (name,))
            if isinstance(one, Ref):
                return Outside(one, name, self.instance)
        return Opaque("super", (name,))


@dataclass(frozen=True, eq=False)
class Bound:
    """A method of an object."""

    func: Definition
    instance: Instance

    def call_as_method(
        self, evaluator: Evaluator, args: tuple[Value, ...], kwargs: dict[str, Value], line: int
    ) -> Value:
        """Call it with the object as first argument."""
        from bot.checks.migrations.django import statements

        return statements.call_function(evaluator, self.func, (self.instance, *args), kwargs, line)


@dataclass(frozen=True, eq=False)
class Outside:
    """A method that a base outside the repository defines, for an object."""

    base: Ref
    name: str
    instance: Instance

    def call_as_method(
        self, evaluator: Evaluator, args: tuple[Value, ...], kwargs: dict[str, Value], line: int
    ) -> Value:
        """What a field of Django does on `__init__` and `deconstruct`; None of others."""
        del evaluator, line
        from bot.checks.migrations.django import custom

        return custom.call_outside(self, args, kwargs)


def parent_of(scope: Scope) -> Value:
    """What `super()` stands for in a scope: the method's class and its first argument."""
    at: Scope | None = scope
    while at is not None:
        instance = next((value for value in at.names.values() if isinstance(value, Instance)), None)
        if instance is not None and at.owner is not None:
            return Parent(at.owner, instance)
        at = at.parent
    return Opaque("super")
