"""What belongs to a `MetaData` or a declarative base: how names are made, and which Python type is which column."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from bot.checks.migrations.alembic.bindings import class_bindings
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.schema import Convention
from bot.checks.migrations.alembic.values import Attribute, Call, ClassDef, Value, call_name, last_name

_MAX_DEPTH = 6


@dataclass
class Conventions:
    """Looks conventions up, once for each class.

    Attributes:
        assigned: what `X.metadata.naming_convention = {...}` sets; it counts wherever no other is found.
    """

    reader: Reader
    assigned: Convention = field(default_factory=Convention)
    _of_class: dict[ClassDef, Convention] = field(default_factory=dict)
    _maps: dict[ClassDef, list[tuple[Value, Value]]] = field(default_factory=dict)

    def read_assignments(self, path: str) -> None:
        """Look for a convention that a statement of a file sets."""
        parsed = self.reader.parsed(path)
        for node in parsed.tree.body if parsed is not None else ():
            match node:
                case ast.Assign(targets=[ast.Attribute(attr="naming_convention")], value=value):
                    names = self.reader.eval(value, self.reader.module_scope(path))
                    self.assigned = Convention(_names(names), self.assigned.schema)

    def of_class(self, owner: ClassDef) -> Convention:
        """The convention of the metadata that a class's table is in."""
        if owner not in self._of_class:
            self._of_class[owner] = self._find(owner)
        return self._of_class[owner]

    def _find(self, owner: ClassDef) -> Convention:
        for one in self.reader.mro(owner):
            found: Value = None
            if isinstance(one, ClassDef):
                for name in ("metadata", "registry"):
                    node = class_bindings(one).get(name)
                    if found is None and isinstance(node, ast.expr):
                        found = self.reader.eval(node, self.reader.class_scope(one))
            else:
                found = one
            convention = self.of_metadata(found) if found is not None else self.assigned
            if convention != self.assigned:
                return convention
        return self.assigned

    def of_metadata(self, value: Value, depth: int = 0) -> Convention:  # noqa: PLR0911 - one answer a kind
        """The convention of a `MetaData`, or of what one can be reached from."""
        if depth > _MAX_DEPTH:
            return self.assigned
        match value:
            case Call() if call_name(value) == "MetaData":
                schema = value.argument("schema", 1)
                names = value.argument("naming_convention", 3)
                return Convention(
                    _names(names) if names is not None else self.assigned.names,
                    schema if isinstance(schema, str) else "",
                )
            case Call() if "metadata" in value.kwargs:
                return self.of_metadata(value.kwargs["metadata"], depth + 1)
            case Call(func=ClassDef() as made):
                return self._of_made(made, depth)
            case Attribute(owner=ClassDef() as owner, name="metadata"):
                return self.of_class(owner)
            case Attribute(owner=owner):
                return self.of_metadata(owner, depth + 1)
            case ClassDef():
                return self.of_class(value)
        return self.assigned

    def _of_made(self, made: ClassDef, depth: int) -> Convention:
        for one in self.reader.mro(made):
            node = class_bindings(one).get("metadata") if isinstance(one, ClassDef) else None
            if isinstance(node, ast.expr) and isinstance(one, ClassDef):
                return self.of_metadata(self.reader.eval(node, self.reader.class_scope(one)), depth + 1)
        return self.assigned

    def annotation_map(self, owner: ClassDef) -> list[tuple[Value, Value]]:
        """The `type_annotation_map` of a class's base: pairs of a Python type and a column type."""
        if owner not in self._maps:
            self._maps[owner] = self._find_map(owner)
        return self._maps[owner]

    def _find_map(self, owner: ClassDef) -> list[tuple[Value, Value]]:
        for one in self.reader.mro(owner):
            if not isinstance(one, ClassDef):
                continue
            for name in ("type_annotation_map", "registry"):
                node = class_bindings(one).get(name)
                found = self.reader.eval(node, self.reader.class_scope(one)) if isinstance(node, ast.expr) else None
                if isinstance(found, Call):
                    found = found.argument("type_annotation_map")
                if isinstance(found, dict):
                    return list(found.items())
        return self._registered

    @property
    def _registered(self) -> list[tuple[Value, Value]]:
        return []


def _names(value: Value) -> tuple[tuple[str, str | None], ...]:
    if not isinstance(value, dict):
        return ()
    kinds = {"Index": "ix", "UniqueConstraint": "uq", "ForeignKeyConstraint": "fk", "PrimaryKeyConstraint": "pk"}
    named = ((key if isinstance(key, str) else kinds.get(last_name(key), ""), text) for key, text in value.items())
    return tuple((key, text if isinstance(text, str) else None) for key, text in named)
