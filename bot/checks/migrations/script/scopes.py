"""Names of a script that is followed step by step: what each stands for where it is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from bot.checks.migrations.script.values import Value

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, eq=False)
class Later:
    """An expression of a module's top level: evaluated when one of its names is first looked up.

    Attributes:
        pattern: what takes it apart; None where the name stands for all of it.
    """

    node: Node
    scope: Scope
    pattern: Node | None = None


@dataclass(frozen=True)
class Imported:
    """A name of another module: `exported` is `*` for all of it and `default` for its main one."""

    source: str
    exported: str


Bound: TypeAlias = "Value | Later | Imported"


@dataclass(eq=False, kw_only=True)
class Scope:
    """The names of a module, a function or a block.

    Attributes:
        path: of the module's file.
        this: what `this` is; None where the scope has none of its own.
    """

    path: str
    parent: Scope | None = None
    names: dict[str, Bound] = field(default_factory=dict)
    this: Value | None = None

    def inner(self, this: Value | None = None) -> Scope:
        """A scope inside this one."""
        return Scope(path=self.path, parent=self, this=this)

    def holder(self, name: str) -> Scope | None:
        """The scope that binds a name; None where none does."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope

    def own_this(self) -> Value | None:
        """What `this` is here."""
        scope: Scope | None = self
        while scope is not None and scope.this is None:
            scope = scope.parent
        return scope.this if scope is not None else None


@dataclass(eq=False, kw_only=True)
class Home:
    """A module that is followed: its top level, and what it exports.

    Attributes:
        exports: exported name to the name in the module.
        passed_on: modules whose every export is exported.
        broken: the first line that cannot be parsed; None where all can.
    """

    scope: Scope
    root: Node
    exports: dict[str, str] = field(default_factory=dict)
    passed_on: list[str] = field(default_factory=list)
    broken: int | None = None
