"""Follows the calls of a model's builder, in a snapshot or in code, and puts what they say into a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.checks.migrations.csharp.declarations import Method, TypeDecl
from bot.checks.migrations.csharp.library import Library
from bot.checks.migrations.csharp.values import (
    Assign,
    Branch,
    Call,
    Do,
    Items,
    Lambda,
    Local,
    Loop,
    Member,
    Name,
    New,
    Other,
    Return,
    Statement,
    TypeOf,
    TypeRef,
    Unread,
    Value,
)
from bot.checks.migrations.efcore.calls import argument, literal
from bot.checks.migrations.efcore.classes import Classes
from bot.checks.migrations.efcore.constants import NotConstantError, constant, dotted
from bot.checks.migrations.efcore.extensions import takes
from bot.checks.migrations.efcore.filters import only_filters
from bot.checks.migrations.efcore.handles import HANDLES, Given, Handle, Nothing, OfEntity, OfModel, OfProperty
from bot.checks.migrations.efcore.model import UNKNOWN, Bound, Doubt, Entity, Facet, Model, Place, written
from bot.checks.migrations.efcore.providers import is_met
from bot.checks.migrations.efcore.scope import Scope

_MAX_DEPTH = 12
# Statements and calls that are followed, and one more for so many bytes of them: more than large models have.
_MAX_STEPS = 150_000
_BYTES = 200
# Of longer code a doubt keeps a hash.
_MAX_WRITTEN = 2_000

_WORD = re.compile(r"\w+")
# Packages' own names for `ApplyConfigurationsFromAssembly`: `ApplyAllConfigurationsFromCurrentAssembly`.
_APPLIES = re.compile(r"^(?:Apply|Add|Register)\w*(?:All\w*Configurations?|Configurations?\w*Assembl)")
Verb = Callable[["Fluent", Any, Call, Scope], Given | None]


class Fluent:
    """Follows statements.

    Attributes:
        model: what is filled.
        classes: the classes of the repository; None for a snapshot, which names all in full.
        provider: `npgsql`, `sqlserver`, `sqlite`, `mysql`, `oracle`, or empty where it is not known.
        known: what a snapshot calls the types of packages: their name without namespace to the whole.
    """

    def __init__(
        self, model: Model, classes: Classes | None, provider: str, known: Mapping[str, str] | None = None
    ) -> None:
        self.model = model
        self.classes = classes
        self.provider = provider
        self.known = known or {}
        self._steps = 0

    @property
    def library(self) -> Library | None:
        """The library that types are looked up in."""
        return self.classes.library if self.classes is not None else None

    def run(self, statements: Sequence[Statement], scope: Scope) -> Given | None:
        """Follow statements in order; what they return, if they do."""
        for one in statements:
            if self._is_spent(one.line, scope):
                return None
            match one:
                case Do(value):
                    self.evaluate(value, scope)
                case Local(name, value):
                    scope.variables[name] = self.evaluate(value, scope)
                case Return(value):
                    return self.evaluate(value, scope)
                case Branch():
                    returned = self._branch(one, scope)
                    if returned is not None:
                        return returned
                case Loop():
                    self._loop(one, scope)
                case Other(text):
                    self._doubt_words(text, scope, one.line, "a statement")
        return None

    def _branch(self, one: Branch, scope: Scope) -> Given | None:
        met = self.condition(one.condition, scope)
        if met is None:
            self.doubt(scope, one.line, "a condition that decides about the model", written(one))
            self.run(one.then, scope)
            return self.run(one.otherwise, scope)
        return self.run(one.then if met else one.otherwise, scope)

    def condition(self, value: Value, scope: Scope) -> bool | None:
        """Whether a condition is met; None where that cannot be told."""

        def empty(value: Value, *, texts: bool) -> bool | None:
            made = self.constant(self.evaluate(value, scope), scope)
            return None if made == UNKNOWN else not made if texts else made is None

        return is_met(value, self.provider, empty)

    def _loop(self, one: Loop, scope: Scope) -> None:
        source = self.evaluate(one.source, scope)
        if isinstance(source, Items):
            for item in source.items:
                if self._is_spent(one.line, scope):
                    return
                self.run(one.body, scope.inner({one.name: self.evaluate(item, scope)}))
            return
        if self._concerns_model(one, scope) and not only_filters(one):
            self.doubt(scope, one.line, "a loop over the model", written(one))

    def _concerns_model(self, one: Statement | Lambda, scope: Scope) -> bool:
        text = written(one)
        handles = {name for name, value in scope.variables.items() if isinstance(value, HANDLES)}
        return any(f"Name(name='{name}'" in text for name in handles) or "GetEntityTypes" in text

    def _doubt_words(self, text: str, scope: Scope, line: int, reason: str) -> None:
        words = set(_WORD.findall(text))
        if any(name in words for name, value in scope.variables.items() if isinstance(value, HANDLES)):
            self.doubt(scope, line, reason, text)

    def evaluate(self, value: Value, scope: Scope) -> Given:  # noqa: PLR0911 - one answer a kind
        """A builder, or the expression itself where it gives none."""
        match value:
            case Name(name) if name in scope.variables:
                return scope.variables[name]
            case Call():
                return self._call(value, scope)
            case Member(target, "Metadata" | "Model"):
                return Nothing() if isinstance(self.evaluate(target, scope), HANDLES) else value
            case Member(target, "Conventions"):
                return OfModel() if isinstance(self.evaluate(target, scope), OfModel) else value
            case Assign(Name(name), right):
                scope.variables[name] = self.evaluate(right, scope)
                return scope.variables[name]
            case Assign(Member(target, _), _) if isinstance(self.evaluate(target, scope), HANDLES):
                return Nothing()
            case Unread(text) if not self._is_spent(scope.at.line, scope, len(text)):
                self._doubt_words(text, scope, scope.at.line, "an expression")
        return value

    def _call(self, call: Call, scope: Scope) -> Given:  # noqa: PLR0911 - one answer a kind
        if self._is_spent(call.line, scope, call.size):
            return Nothing()
        function = call.function
        if isinstance(function, Member):
            if isinstance(function.value, Name) and function.value.name == "base":
                return self._own(function.name, call, scope, of_base=True)
            if isinstance(function.value, Name) and function.value.name == "this":
                return self._own(function.name, call, scope)
            target = self.evaluate(function.value, scope)
            if isinstance(target, HANDLES):
                return self.apply(target, call, scope)
            return self._static(function, target, call, scope)
        if isinstance(function, Name):
            bound = scope.variables.get(function.name)
            if isinstance(bound, Lambda):
                self.enter(bound, [self.evaluate(one.value, scope) for one in call.arguments], scope)
                return Nothing()
            return self._own(function.name, call, scope)
        self.evaluate(function, scope)
        return call

    def _is_spent(self, line: int, scope: Scope, size: int = 0) -> bool:
        """Count a step of a size in bytes; whether there were more than are followed, which is a doubt."""
        if self._steps <= _MAX_STEPS:
            self._steps += 1 + size // _BYTES
            if self._steps > _MAX_STEPS:
                self.doubt(scope, line, "a model of so many calls", "")
        return self._steps > _MAX_STEPS

    def apply(self, target: Handle, call: Call, scope: Scope) -> Given:
        """What a call on a builder gives; what it says goes into the model."""
        from bot.checks.migrations.efcore.verbs import verb_of

        name = call.function.name if isinstance(call.function, Member | Name) else ""
        verb = verb_of(target, name)
        if verb is not None:
            made = verb(self, target, call, scope)
            return target if made is None else made
        return self._extension(target, name, call, scope)

    def _static(self, function: Member, target: Given, call: Call, scope: Scope) -> Given:
        """`SqlServerPropertyBuilderExtensions.UseIdentityColumn(b.Property<int>("Id"))` is called on its argument."""
        if isinstance(target, New) and any(
            isinstance(self.evaluate(one.value, scope), HANDLES) for one in call.arguments
        ):
            return self._of_object(target, function.name, call, scope)
        owner = dotted(function.value)
        if owner is None and any(self._is_given(one.value, scope) for one in call.arguments):
            self.doubt(scope, call.line, f"the call of {function.name}", written(call))
        if owner is None or not call.arguments or owner.endswith("Exception") or function.name.startswith("Throw"):
            return call
        first = self.evaluate(call.arguments[0].value, scope)
        if isinstance(first, HANDLES):
            if self.classes is not None:
                decl = self.classes.library.resolve(TypeRef(owner), scope.at)
                method = decl.method(function.name) if decl is not None else None
                if decl is not None and method is not None:
                    return self._enter_method(decl, method, call, [], scope)
            made = Call(function, call.arguments[1:], call.line)
            return self.apply(first, made, scope)
        if isinstance(target, New) or any(
            isinstance(self.evaluate(one.value, scope), HANDLES) for one in call.arguments
        ):
            self.doubt(scope, call.line, f"the call of {function.name}", written(call))
        return call

    def _is_given(self, value: Value, scope: Scope) -> bool:
        """Whether an argument is a builder, or a lambda that works on one."""
        if isinstance(value, Lambda):
            return self._concerns_model(value, scope)
        return isinstance(self.evaluate(value, scope), HANDLES)

    def _of_object(self, made: New, name: str, call: Call, scope: Scope) -> Given:
        """`new OrderConfiguration().Configure(modelBuilder.Entity<Order>())`."""
        decl = self.classes.resolve(Bound(made.type, scope.at, scope.types)) if self.classes and made.type else None
        for one, given in self.classes.bases(decl) if self.classes and decl else ():
            method = next(
                (each for each in one.methods if each.name == name and len(each.parameters) == len(call.arguments)),
                None,
            )
            if method is not None:
                return self._enter_method(one, method, call, [], scope, given)
        self.doubt(scope, call.line, f"the call of {name}", written(call))
        return call

    def _own(self, name: str, call: Call, scope: Scope, *, of_base: bool = False) -> Given:
        """A call of a method of the class in which the code stands, or of its base."""
        if self.classes is None:
            return call
        for number, (decl, given) in enumerate(self.classes.bases(scope.at)):
            if of_base and number == 0:
                continue
            method = next(
                (one for one in decl.methods if one.name == name and len(one.parameters) >= len(call.arguments)), None
            )
            if method is not None:
                return self._enter_method(decl, method, call, [], scope, given)
        if not of_base and any(isinstance(self.evaluate(one.value, scope), HANDLES) for one in call.arguments):
            self.doubt(scope, call.line, f"the call of {name}", written(call))
        return call

    def _extension(self, target: Handle, name: str, call: Call, scope: Scope) -> Given:
        """A method that the repository adds to a builder; one of a package is a doubt."""
        library = self.library
        found = library.extensions(name) if library is not None and scope.depth < _MAX_DEPTH else []
        fitting = [(decl, method) for decl, method in found if len(method.parameters) > len(call.arguments)] or found
        if len(fitting) > 1:
            fitting = [one for one in fitting if takes(self, one[1], target)] or fitting
            if isinstance(target, OfProperty) and len(fitting) > 1:
                fitting = []
        if fitting:
            decl, method = fitting[0]
            self._enter_method(library.whole(decl) if library else decl, method, call, [target], scope)
            return target
        if isinstance(target, OfModel) and _APPLIES.search(name) and self.classes is not None:
            return self.apply(target, Call(Name("ApplyConfigurationsFromAssembly"), call.arguments, call.line), scope)
        if self.classes is not None:
            self.doubt(scope, call.line, f"the call of {name}", written(Call(Name(name), call.arguments, 0)), target)
        return target

    def member_type(self, entity: Entity, name: str) -> Bound | None:
        """The type of a class's member, where the class is known."""
        if self.classes is None or entity.decl is None:
            return None
        member = self.classes.members(entity.decl).get(name)
        return member.bound.expanded() if member is not None else None

    def _enter_method(  # noqa: PLR0913, PLR0917 - a call has so many sides
        self,
        decl: TypeDecl,
        method: Method,
        call: Call,
        first: list[Given],
        scope: Scope,
        given: tuple[tuple[str, Bound], ...] = (),
    ) -> Given:
        if scope.depth >= _MAX_DEPTH:
            self.doubt(scope, call.line, "calls that go too deep", written(call))
            return call
        values = [*first, *(self.evaluate(one.value, scope) for one in call.arguments)]
        named = {one.name: self.evaluate(one.value, scope) for one in call.arguments if one.name}
        variables: dict[str, Given] = dict(zip((name for name, _ in method.parameters), values, strict=False))
        types = call.function.types if isinstance(call.function, Member | Name) else ()
        bound = [Bound(one, scope.at, scope.types).expanded() for one in types]
        env = (*given, *zip(method.types, bound, strict=False))
        if not types and method.types:
            env = (*env, *self._inferred(method, values))
        inside = Scope(at=decl, variables={**variables, **named}, types=env, depth=scope.depth + 1)
        returned = self.run(method.body(), inside)
        return returned if returned is not None else call

    def _inferred(self, method: Method, values: Sequence[Given]) -> list[tuple[str, Bound]]:
        """The type that a builder given to a method stands for: `Configure<T>(this EntityTypeBuilder<T> builder)`."""
        found = []
        for (_, ref), value in zip(method.parameters, values, strict=False):
            if (
                isinstance(value, OfEntity)
                and ref.arguments
                and ref.arguments[-1].name in method.types
                and value.entity.bound
            ):
                found.append((ref.arguments[-1].name, value.entity.bound))
        return found

    def enter(self, action: Value | Given, arguments: Sequence[Given], scope: Scope) -> None:
        """Follow a lambda (or a method that is named in its place) with what it is given."""
        if isinstance(action, Lambda):
            if scope.depth < _MAX_DEPTH:
                self.run(action.body, scope.inner(dict(zip(action.parameters, arguments, strict=False))))
        elif isinstance(action, Name) and self.classes is not None:
            for decl, given in self.classes.bases(scope.at):
                method = decl.method(action.name)
                if method is not None:
                    variables = dict(zip((name for name, _ in method.parameters), arguments, strict=False))
                    self.run(method.body(), Scope(at=decl, variables=variables, types=given, depth=scope.depth + 1))
                    return

    def entity_of(self, ref: TypeRef, scope: Scope) -> Entity:
        """The entity type that a type names."""
        if self.classes is None:
            return self.model.entity(str(ref))
        bound = Bound(ref, scope.at, scope.types).expanded()
        return self.entity_of_bound(bound)

    def entity_of_bound(self, bound: Bound) -> Entity:
        """The entity type of a class; of a package's by the name that the snapshot has for it."""
        decl = self.classes.resolve(bound) if self.classes is not None else None
        if decl is None:
            name = str(bound.type).removesuffix("?")
            return self.model.entity(self.known.get(name, f"?{name}"))
        made = self.model.entity(decl.full_name, decl)
        made.bound = made.bound or bound
        made.place = made.place or Place(path=decl.path, line=decl.line)
        return made

    def typeof(self, value: Value, scope: Scope) -> Bound | None:
        """The type of `typeof(type)`."""
        return Bound(value.type, scope.at, scope.types).expanded() if isinstance(value, TypeOf) else None

    def constant(self, value: Given, scope: Scope) -> Facet:
        """The value of an argument; UNKNOWN where it cannot be told."""
        if isinstance(value, Name) and value.name in scope.variables:
            value = scope.variables[value.name]
        if isinstance(value, HANDLES):
            return UNKNOWN
        if self.library is None:
            return literal(value)
        try:
            given = constant(self.library, value, scope.at)
        except NotConstantError:
            return UNKNOWN
        return str(given) if isinstance(given, float) else given

    def text(self, call: Call, number: int, scope: Scope, name: str = "") -> str | None:
        """An argument that is a text, by its place or name; UNKNOWN where it is given and cannot be told."""
        given = argument(call, number, name)
        if given is None:
            return None
        made = self.constant(given, scope)
        return made if isinstance(made, str) or made is None else str(made)

    def doubt(self, scope: Scope, line: int, reason: str, words: str, target: Handle | None = None) -> None:
        """Note that something was not read: of the builder's subject, or of the whole model."""
        if isinstance(target, Nothing):
            return
        entity = (
            "" if target is None or isinstance(target, OfModel) else getattr(getattr(target, "entity", None), "key", "")
        )
        member = target.property.name if isinstance(target, OfProperty) else ""
        place = Place(path=scope.at.path, line=line)
        if len(words) > _MAX_WRITTEN:
            words = sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
        self.model.doubt(Doubt(reason=reason, written=words, place=place, entity=entity, property=member))
