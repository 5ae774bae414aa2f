"""Tables and columns that code makes only when it runs: in functions and loops, by `type(...)` and assignments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from bot.checks.migrations.alembic.columns import COLUMNS
from bot.checks.migrations.alembic.evaluate import Reader
from bot.checks.migrations.alembic.members import last_word
from bot.checks.migrations.alembic.values import Function, source_of

_LATE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.For, ast.While)
_MAKERS = frozenset(
    {"type", "new_class", "setattr", "create_model", "append_column", "append_constraint", "map_imperatively"}
)


def runtime_sources(reader: Reader, path: str) -> dict[str, int]:
    """The statements of a file that make tables or columns when they run: their source, and the line of each."""
    parsed = reader.parsed(path)
    if parsed is None:
        return {}
    found = [*_makers(parsed.tree), *_calls(reader, path, parsed.tree)]
    return {source_of(node): node.lineno for node in found}


def _makers(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield what makes tables and columns beside the classes and tables of the module itself."""
    placed = set(_placed(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Call() if last_word(node.func) in _MAKERS and _declares(node):
                yield node
            case ast.Call() if last_word(node.func) == "Table" and node not in placed:
                yield from _tables(node)
            case ast.Assign(targets=[ast.Attribute()], value=ast.Call() as value) if last_word(value.func) in COLUMNS:
                yield node
            case ast.ClassDef(body=body):
                inner = (one for one in body if isinstance(one, ast.ClassDef | ast.For | ast.While))
                yield from (one for one in inner if _declares(one))
            case _ if isinstance(node, _LATE):
                yield from _tables(node)


def _placed(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the tables that stand where they are read: as a statement, under a name, as the `__table__` of a class."""
    for node in ast.walk(tree):
        for statement in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ) if not isinstance(node, ast.ClassDef) or name == "__table__":
                    yield value
                case ast.Expr(value=value):
                    yield value


def _tables(within: ast.AST) -> Iterator[ast.ClassDef | ast.Call]:
    """Yield the classes and calls in a node that make a table; one on a `MetaData()` of its own is a temporary one."""
    for node in ast.walk(within):
        match node:
            case ast.ClassDef() if _declares(node):
                yield node
            case ast.Call(args=[_, ast.Call() as metadata, *_]) if last_word(metadata.func) == "MetaData":
                continue
            case ast.Call() if last_word(node.func) == "Table" and _declares(node):
                yield node


def _declares(node: ast.AST) -> bool:
    """Whether a column stands in a node."""
    return any(
        (isinstance(inner, ast.Call) and last_word(inner.func) in COLUMNS)
        or (isinstance(inner, ast.Subscript) and last_word(inner.value) == "Mapped")
        for inner in ast.walk(node)
    )


def _calls(reader: Reader, path: str, tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the module's calls of functions that make tables: `Extra = make_model("extra")`."""
    scope = reader.module_scope(path)
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made = reader.name(node.func.id, scope)
                if isinstance(made, Function) and any(_tables(made.node)):
                    yield node
