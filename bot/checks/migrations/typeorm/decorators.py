"""Classes with TypeORM's decorators, also through decorators of the project's own, base classes and mixins.

Source: https://typeorm.io/docs/help/decorator-reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from bot.checks.migrations.script.classes import Class, Decorator, Property
from bot.checks.migrations.script.folding import Folder, bind, options_of
from bot.checks.migrations.script.module import Import, Module
from bot.checks.migrations.script.program import Found, Program
from bot.checks.migrations.script.statements import Let, Return, read_statements
from bot.checks.migrations.script.values import (
    Array,
    Call,
    Constant,
    Function,
    Member,
    Name,
    Object,
    Operation,
    Text,
    Value,
)
from bot.checks.migrations.script.written import written
from bot.checks.migrations.typeorm.applied import (
    COLUMNS,
    CUSTOM,
    FOREIGN,
    KEYS,
    RELATIONS,
    Applied,
    column_of,
    entity_options,
    fields_named,
    inverse_of,
    is_embedded,
    is_typeorm,
    typeorm_names,
)
from bot.checks.migrations.typeorm.facts import (
    ClassFacts,
    EmbeddedFact,
    Key,
    KeyFact,
    Place,
    RelationFact,
    Words,
    given_options,
    is_told,
)

_MAX_DEPTH = 12
_MAX_NAMES = 50


def _stands_for(value: Value | None) -> Sequence[Value | None]:
    """What a constant may be another name for: `Column`, `forMongo ? ObjectIdColumn : PrimaryColumn`."""
    if isinstance(value, Operation) and value.sign == "?":
        return value.operands[1:]
    return [value if isinstance(value, Name | Member) else None]


class ClassReader:
    """Reads classes of a program, each once."""

    def __init__(self, program: Program, folder: Folder) -> None:
        self._program, self._folder = program, folder
        self._read: dict[Key, ClassFacts] = {}

    def read(self, module: Module, name: str, value: Class, depth: int = 0) -> ClassFacts:
        """What a class says."""
        key = (module.path, name)
        if key in self._read:
            return self._read[key]
        facts = ClassFacts(key=key, place=Place(path=module.path, line=value.line))
        self._read[key] = facts
        if depth > _MAX_DEPTH:
            facts.odd.append(("classes that extend each other too deep", lambda: name))
            return facts
        for applied in self._applied(module, value.decorators):
            self._add_to_class(module, facts, applied)
        for prop in value.properties:
            self._add_property(module, facts, prop, depth)
        if value.base is not None:
            facts.parents = list(self._parents(module, facts, value.base, depth))
        return facts

    def _parents(self, module: Module, facts: ClassFacts, base: Value, depth: int) -> Iterator[ClassFacts]:
        """Yield the classes that `base` stands for: itself, or what a mixin makes and what that is given."""
        found = self._program.named(module, base)
        if isinstance(found, Import) and is_typeorm(found.source):
            return
        if isinstance(found, Found) and isinstance(found.declared.value, Class):
            yield self.read(found.module, found.name, found.declared.value, depth + 1)
            return
        value = found.declared.value if isinstance(found, Found) else base
        home = found.module if isinstance(found, Found) else module
        if isinstance(value, Call):
            made = self._mixin(home, value, depth)
            if made is not None:
                yield made
                for one in value.arguments:
                    yield from self._parents(home, facts, one, depth + 1)
                return
        facts.odd.append(("it extends what is not in the repository", partial(written, self._program, module, base)))

    def _mixin(self, module: Module, call: Call, depth: int) -> ClassFacts | None:
        """The class that a function makes of a base class."""
        found = self._folder.function(module, call.function)
        if found is None:
            return None
        home, function = found
        if isinstance(function.result, Class):
            return self._inner(home, function.result, depth)
        classes = {}
        for statement in read_statements(function.body):
            match statement:
                case Let(name, _, Class() as one):
                    classes[name] = one
                case Return(Class() as one):
                    return self._inner(home, one, depth)
                case Return(Name(name)) if name in classes:
                    return self._inner(home, classes[name], depth)
        return None

    def _inner(self, module: Module, value: Class, depth: int) -> ClassFacts:
        without_base = Class(value.name, None, (), value.decorators, value.properties, value.methods, value.line)
        return self.read(module, f"{value.name} {value.line}", without_base, depth + 1)

    # Decorators

    def _applied(self, module: Module, decorators: Sequence[Decorator]) -> list[Applied]:
        return [
            one
            for decorator in decorators
            for one in self._expand(module, Call(decorator.function, decorator.arguments, decorator.line), {}, 0)
        ]

    def typeorm_name(self, module: Module, function: Value) -> str | None:
        """The name under which TypeORM exports a function; None where it is not TypeORM's, or may be another."""
        names: set[str | None] = set()
        waiting: list[tuple[Module, Value | None]] = [(module, function)]
        seen: set[tuple[str, str]] = set()
        while waiting and len(seen) < _MAX_NAMES:
            home, value = waiting.pop()
            found = self._program.named(home, value)
            if not isinstance(found, Found):
                names.add(found.exported if found is not None and is_typeorm(found.source) else None)
            elif (key := (found.module.path, found.name)) not in seen:
                seen.add(key)
                waiting += [(found.module, one) for one in _stands_for(found.declared.value)]
        if len(names) > 1:
            names.discard("ObjectIdColumn")
        return names.pop() if len(names) == 1 and not waiting else None

    def _expand(self, module: Module, call: Call, scope: Mapping[str, Value], depth: int) -> Iterator[Applied]:
        """Yield the decorators of TypeORM's own that one comes to: itself, or those that it is made of."""
        given = [self._folder.fold(module, one, scope) for one in call.arguments]
        name = self.typeorm_name(module, call.function)
        if name is not None:
            yield Applied(name, given, module, call.line)
            return
        if call.function == Name("applyDecorators"):
            for one in call.arguments:
                if isinstance(one, Call):
                    yield from self._expand(module, one, scope, depth + 1)
            return
        found = self._folder.function(module, call.function, scope)
        if found is None or depth > _MAX_DEPTH:
            if self._may_be_columns(self._program.named(module, call.function)):
                yield Applied(FOREIGN, given, module, call.line)
            return
        home, made = found
        inner = made.result
        if isinstance(inner, Call):
            yield from self._expand(home, inner, bind(made, given), depth + 1)
        elif any(one in COLUMNS and one in made.written for one in typeorm_names(home)):
            yield Applied(CUSTOM, given, module, call.line)

    def _may_be_columns(self, found: Found | Import | None) -> bool:
        """Whether a decorator that is not followed may make columns: its package, or its module, is about TypeORM."""
        if isinstance(found, Import):
            return found.source.startswith(".") or "typeorm" in found.source
        return found is not None and any(one in COLUMNS for one in typeorm_names(found.module))

    # A class's own decorators

    def _add_to_class(self, module: Module, facts: ClassFacts, applied: Applied) -> None:
        first = applied.arguments[0] if applied.arguments else None
        match applied.name:
            case "Entity":
                facts.kind, facts.options = "entity", entity_options(applied.arguments)
            case "ChildEntity":
                facts.kind = "child"
            case "ViewEntity":
                facts.kind, facts.options = "view", entity_options(applied.arguments)
            case "TableInheritance":
                facts.inheritance = given_options(first)
            case name if name == FOREIGN:
                facts.odd.append(("a decorator that is not in the repository", partial(self._words, "", [applied])))
            case "Tree":
                facts.tree = first.text if isinstance(first, Text) else CUSTOM
            case name if name in KEYS:
                facts.keys.append(self._key(module, applied, None))
            case "ForeignKey":
                facts.odd.append(("a foreign key beside a relation", partial(repr, applied.arguments)))

    def _key(self, module: Module, applied: Applied, prop: str | None) -> KeyFact:
        given = list(applied.arguments)
        name, expression, columns = "", None, None
        if applied.name in {"Check", "Exclusion"}:
            texts = [one.text if isinstance(one, Text) else None for one in given]
            expression = texts[-1] if texts else None
            name = (texts[0] or "") if len(texts) > 1 else ""
        else:
            name = given.pop(0).text if given and isinstance(given[0], Text) else ""  # type: ignore[union-attr]
            fields = next((one for one in given if isinstance(one, Array | Function)), None)
            columns = (prop,) if prop is not None else fields_named(fields)
        odd = [one for one in given if not isinstance(one, Array | Function | Object | Constant | Text)]
        options = next((options_of(one) for one in given if isinstance(one, Object)), {})
        options |= {"": odd[0]} if odd else {}
        words = partial(self._words, "", [applied])
        place = Place(path=module.path, line=applied.line)
        kind = applied.name.lower()
        return KeyFact(
            kind=kind, name=name, columns=columns, options=options, expression=expression, place=place, written=words
        )

    # Properties

    def _add_property(self, module: Module, facts: ClassFacts, prop: Property, depth: int) -> None:
        applied = self._applied(module, prop.decorators)
        if not applied:
            return
        names = {one.name for one in applied}
        place = Place(path=module.path, line=prop.line)
        words = partial(self._words, prop.type, applied)
        facts.keys += [self._key(module, one, prop.name) for one in applied if one.name in KEYS]
        relation = next((one for one in applied if one.name in RELATIONS), None)
        # Decorators are applied from the last one up, and the first that says what the column is counts.
        column = next((one for one in reversed(applied) if one.name in COLUMNS or one.name == CUSTOM), None)
        if relation is not None:
            facts.relations.append(self._relation(facts, prop, relation, applied, words))
        elif column is not None and is_embedded(column):
            facts.embedded.append(self._embedded(column, prop, place, words, depth))
        elif column is not None:
            generated = next((one for one in applied if one.name == "Generated"), None)
            facts.columns.append(column_of(prop, module, column, generated, words))
        elif FOREIGN in names:
            facts.odd.append((f"a decorator of {prop.name} is not in the repository", words))
        elif names & {"ForeignKey"}:
            facts.odd.append(("a foreign key beside a relation", words))

    def _words(self, start: str, applied: Sequence[Applied]) -> str:
        parts = [f"{one.name} {written(self._program, one.module, Array(one.arguments))}" for one in applied]
        return "\n".join([start, *parts])

    def _embedded(self, column: Applied, prop: Property, place: Place, words: Words, depth: int) -> EmbeddedFact:
        target = self.target(column.module, column.arguments[0])
        inner = self.facts(target, depth) if isinstance(target, tuple) else None
        options = given_options(column.arguments[1] if len(column.arguments) > 1 else None)
        prefix = options.get("prefix")
        given = prefix.text if isinstance(prefix, Text) else "" if prefix == Constant("false") else None
        if not is_told(options, ("prefix",)):
            inner = None
        return EmbeddedFact(prop=prop.name, target=inner, prefix=given, place=place, written=words)

    def facts(self, key: Key, depth: int = 0) -> ClassFacts | None:
        """What the class of a key says."""
        module = self._program.module(key[0])
        declared = module.declared.get(key[1]) if module is not None else None
        if module is None or declared is None or not isinstance(declared.value, Class):
            return self._read.get(key)
        return self.read(module, key[1], declared.value, depth + 1)

    def target(self, module: Module, value: Value | None) -> Key | str | None:
        """The class that `() => User`, `type => User`, `User` or `"User"` names."""
        if isinstance(value, Function) and value.result is not None:
            value = value.result
        if isinstance(value, Call) and value.arguments and value.function == Name("forwardRef"):
            return self.target(module, value.arguments[0])
        if isinstance(value, Text):
            return value.text
        found = self._program.named(module, value)
        if isinstance(value, Member) and isinstance(value.value, Call):
            found = self._required(module, value.value, value.name)
        return (found.module.path, found.name) if isinstance(found, Found) else None

    def _required(self, module: Module, call: Call, name: str) -> Found | Import | None:
        """What `require("./user").User` is."""
        first = call.arguments[0] if call.arguments else None
        if call.function != Name("require") or not isinstance(first, Text):
            return None
        path = self._program.resolve(module.path, first.text)
        target = self._program.module(path) if path is not None else None
        return self._program.find(target, target.exports.get(name, name)) if target is not None else None

    def _relation(
        self, facts: ClassFacts, prop: Property, relation: Applied, applied: Sequence[Applied], words: Words
    ) -> RelationFact:
        given = list(relation.arguments)
        target: Key | str | None = facts.key
        if relation.name not in {"TreeParent", "TreeChildren"}:
            target = self.target(relation.module, given.pop(0) if given else None)
        joins = next((one for one in applied if one.name == "JoinColumn"), None)
        table = next((one for one in applied if one.name == "JoinTable"), None)
        given_joins = joins.arguments[0] if joins is not None and joins.arguments else None
        parts = given_joins.items if isinstance(given_joins, Array) else [given_joins] if given_joins else []
        odd = [one for one in given if not isinstance(one, Text | Function | Object | Constant)]
        return RelationFact(
            prop=prop.name,
            kind=RELATIONS[relation.name],
            target=target,
            inverse=inverse_of(given[0] if given else None),
            options={"": odd[0]} if odd else next((options_of(one) for one in given if isinstance(one, Object)), {}),
            joins=tuple(given_options(one) for one in parts) if joins is not None else None,
            table=given_options(table.arguments[0] if table.arguments else None) if table is not None else None,
            primary=any(one.name in {"PrimaryColumn", "PrimaryGeneratedColumn"} for one in applied),
            place=Place(path=relation.module.path if relation.name == CUSTOM else facts.key[0], line=prop.line),
            written=words,
        )
