"""What statements bind: targets of assignments, names in the body of a class, members of an enumeration."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from bot.checks.migrations.alembic.values import ClassDef, Opaque, Value


def assign(targets: list[ast.expr], value: Value, names: dict[str, Value]) -> None:
    """Bind the targets of an assignment, as far as they are names."""
    for target in targets:
        match target:
            case ast.Name(id=name):
                names[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part, one in zip(parts, _unpacked(value, len(parts)), strict=True):
                    assign([part], one, names)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key)):
                if isinstance(held := names.get(name), dict):
                    names[name] = {**held, key: value}


def _unpacked(value: Value, count: int) -> list[Value]:
    if isinstance(value, tuple | list) and len(value) == count:
        return list(value)
    return [Opaque("unpacked", str(position), (value,)) for position in range(count)]


def class_bindings(owner: ClassDef) -> Mapping[str, ast.expr | ast.stmt]:
    """What the body of a class binds: a name to the value's expression, or to the statement that binds it."""
    cached: Mapping[str, ast.expr | ast.stmt] | None = owner.node.__dict__.get("gonogo_bindings")
    if cached is None:
        cached = owner.node.__dict__["gonogo_bindings"] = dict(_find_class_bindings(owner.node.body))
    return cached


def _find_class_bindings(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | ast.stmt]]:
    for node in body:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield name, value if value is not None else node
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node
            case ast.If(body=inner, orelse=orelse):
                yield from _find_class_bindings(orelse)
                yield from _find_class_bindings(inner)


def enum_members(owner: ClassDef) -> list[str]:
    """The names of an enumeration's members."""
    bindings = class_bindings(owner)
    return [name for name, node in bindings.items() if isinstance(node, ast.expr) and not name.startswith("_")]
