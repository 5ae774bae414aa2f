"""The migrations of one app: their order, and what is wrong with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.django.apps import App
from bot.checks.migrations.django.evaluate import Evaluator
from bot.checks.migrations.django.scopes import Scope
from bot.checks.migrations.django.values import Call, Definition, Opaque, Ref
from bot.checks.migrations.syntax.folding import Value

_NUMBER = re.compile(r"^(\d+)_")
Key = tuple[str, str]


@dataclass(kw_only=True, eq=False)
class Migration:
    """One file of migrations.

    Attributes:
        name: of the file, without `.py`.
        dependencies: label and name; None where they could not be read.
        operations: in order; Opaque where the list could not be read.
        lines: of each operation.
        files: what its operations rest on.
    """

    label: str
    name: str
    path: str
    line: int = 1
    dependencies: Sequence[Key] = ()
    replaces: Sequence[Key] = ()
    operations: Sequence[Value] | Opaque = ()
    files: frozenset[str] = frozenset()
    unread: str | None = None

    @property
    def number(self) -> str | None:
        """The number that its name begins with."""
        match = _NUMBER.match(self.name)
        return match[1] if match else None


@dataclass(kw_only=True, eq=False)
class Graph:
    """The migrations of an app by name, and those that a squash stands for."""

    app: App
    migrations: Mapping[str, Migration]
    replaced: Mapping[str, str] = field(default_factory=dict)

    def active(self) -> dict[str, Migration]:
        """The migrations that count: where there is a squash, it and not what it replaces."""
        return {name: one for name, one in self.migrations.items() if name not in self.replaced}

    def parents(self, migration: Migration) -> list[str]:
        """The names, in the same app, of what a migration depends on; a squash stands for what it replaces."""
        names = [name for label, name in migration.dependencies if label == self.app.label]
        names = ["__first__" if name == "__first__" else self.replaced.get(name, name) for name in names]
        if migration.replaces:
            inner = {name for _, name in migration.replaces}
            for name in inner & self.migrations.keys():
                outer = [one for label, one in self.migrations[name].dependencies if label == self.app.label]
                names += [self.replaced.get(one, one) for one in outer if one not in inner]
        return [name for name in dict.fromkeys(names) if name != migration.name]

    def leaves(self) -> list[str]:
        """The names of the migrations that none of the app depends on, sorted."""
        active = self.active()
        depended = {name for one in active.values() for name in self.parents(one)}
        return sorted(name for name in active if name not in depended)

    def in_order(self) -> list[Migration]:
        """The migrations, each after those it depends on; by name where nothing else tells. Rings are broken."""
        active = self.active()
        waiting = {name: {parent for parent in self.parents(one) if parent in active} for name, one in active.items()}
        for one, _ in self.missing_parents():
            # Where what comes before is not there, all that is numbered lower does.
            waiting[one.name] |= {name for name in active if name < one.name}
        ordered: list[Migration] = []
        while waiting:
            ready = sorted(name for name, parents in waiting.items() if not parents) or [min(waiting)]
            for name in ready:
                ordered.append(active[name])
                del waiting[name]
            done = set(ready)
            waiting = {name: parents - done for name, parents in waiting.items()}
        return ordered

    def ring(self) -> list[str]:
        """The names of migrations that depend on each other in a ring, or on one in it; sorted, empty where none do."""
        active = self.active()
        waiting = {name: {parent for parent in self.parents(one) if parent in active} for name, one in active.items()}
        while ready := [name for name, parents in waiting.items() if not parents & waiting.keys()]:
            for name in ready:
                del waiting[name]
        return sorted(waiting)

    def missing_parents(self) -> Iterator[tuple[Migration, str]]:
        """Yield each migration whose dependency in its own app does not exist, and the dependency's name."""
        for one in self.active().values():
            for name in self.parents(one):
                if name not in self.migrations and name not in {"__first__", "__latest__"}:
                    yield one, name


def join(own: Graph, tip: Graph, base: Graph) -> Graph:
    """The migrations of an app once `own`, made from `base`, is merged into `tip`."""
    gone = base.migrations.keys() - own.migrations.keys()
    kept = {name: one for name, one in tip.migrations.items() if name not in gone}
    migrations = {**kept, **own.migrations}
    gone_from_tip = base.migrations.keys() - tip.migrations.keys()
    migrations = {name: one for name, one in migrations.items() if name not in gone_from_tip}
    replaced = {name: by for name, by in {**tip.replaced, **own.replaced}.items() if by in migrations}
    return Graph(app=own.app, migrations=migrations, replaced=replaced)


def find_files(evaluator: Evaluator, app: App) -> list[str]:
    """The files of an app's migrations, sorted."""
    prefix = f"{app.migrations}/"
    return sorted(
        path
        for path in evaluator.layout.python_files
        if path.startswith(prefix) and "/" not in path[len(prefix) :] and path[len(prefix)] not in "_~"
    )


def read_graph(evaluator: Evaluator, app: App) -> Graph:
    """Read the migrations of an app, without their operations."""
    paths = find_files(evaluator, app)
    evaluator.sources.prefetch(evaluator.tree, paths)
    found = [one for path in paths if (one := _read(evaluator, app, path)) is not None]
    migrations = {one.name: one for one in found}
    replaced = {
        name: one.name for one in found for label, name in one.replaces if label == app.label and name != one.name
    }
    return Graph(app=app, migrations=migrations, replaced=replaced)


def _read(evaluator: Evaluator, app: App, path: str) -> Migration | None:
    name = path.rpartition("/")[2].removesuffix(".py")
    module = evaluator.module(path)
    if module is None:
        why = evaluator.unreadable.get(path)
        reason = why.reason if why is not None else "the file could not be read"
        return Migration(label=app.label, name=name, path=path, line=why.line if why else 1, unread=reason)
    if "Migration" not in module.parsed.bindings:
        return None
    body = _class_body(evaluator, path)
    migration = Migration(label=app.label, name=name, path=path)
    if body is None:
        migration.unread = "its class Migration could not be read"
        return migration
    node, scope = body
    migration.line = node.lineno
    migration.dependencies = tuple(_keys(_attribute(evaluator, node, scope, "dependencies")))
    migration.replaces = tuple(_keys(_attribute(evaluator, node, scope, "replaces")))
    return migration


def _class_body(evaluator: Evaluator, path: str) -> tuple[ast.ClassDef, Scope] | None:
    owner = evaluator.lookup(path, "Migration")
    if not isinstance(owner, Definition) or not isinstance(owner.node, ast.ClassDef):
        return None
    return owner.node, Scope(owner.scope.module, {}, owner.scope, owner, f"{owner.qualname}.")


def _attribute(evaluator: Evaluator, node: ast.ClassDef, scope: Scope, name: str) -> Value:
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return evaluator.eval(value, scope)
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                return evaluator.eval(value, scope)
    return []


def _keys(value: Value) -> Iterator[Key]:
    for one in value if isinstance(value, list | tuple) else ():
        match one:
            case (str() as label, str() as name):
                yield label, name
            case Opaque() | Call():
                # `migrations.swappable_dependency(...)` and settings name another app.
                continue


def load_operations(evaluator: Evaluator, migration: Migration) -> None:
    """Read a migration's operations into it."""
    if migration.unread is not None:
        return
    value, files = evaluator.tracked(lambda: _operations(evaluator, migration.path))
    migration.files = files
    if isinstance(value, list | tuple):
        migration.operations = list(value)
    else:
        migration.operations = value if isinstance(value, Opaque) else Opaque("operations", (value,))


def _operations(evaluator: Evaluator, path: str) -> Value:
    from bot.checks.migrations.django import classes

    owner = evaluator.lookup(path, "Migration")
    if not isinstance(owner, Definition):
        return Opaque("operations")
    value = classes.attribute(evaluator, owner, "operations")
    # A class that only names its base has no operations of its own: Django's default is an empty list.
    absent = isinstance(value, Opaque) and value.kind == "class attribute"
    known = all(isinstance(one, Ref | Definition) for one in classes.mro(evaluator, owner))
    return [] if absent and known else value
