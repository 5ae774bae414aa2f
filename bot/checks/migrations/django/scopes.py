"""Names and what they stand for: modules with their bindings, and the scopes inside them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from bot.checks.migrations.django.values import Definition
from bot.checks.migrations.syntax.folding import Value
from bot.checks.migrations.syntax.source import Parsed


@dataclass(eq=False)
class Module:
    """A module of the repository, with what was found of its names so far."""

    path: str
    dotted: str
    parsed: Parsed


@dataclass(eq=False)
class Scope:
    """Where an expression stands.

    Attributes:
        names: what the scope itself binds; a module's names are looked up in its file.
        parent: the scope around it; None for a module's own.
        owner: the class whose body, or whose method's body, this is.
        prefix: of qualified names defined here.
    """

    module: Module
    names: dict[str, Value] = field(default_factory=dict)
    parent: Scope | None = None
    owner: Definition | None = None
    prefix: str = ""

    def define(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Definition:
        """The class or function that a statement of this scope defines."""
        name = f"{self.prefix}<lambda>" if isinstance(node, ast.Lambda) else f"{self.prefix}{node.name}"
        return Definition(self.module.path, name, self.module.dotted, node, self, self.owner)

    def find(self, name: str) -> tuple[bool, Value]:
        """Whether a scope below the module's binds the name, and what it stands for."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.parent
        return False, None
