"""Whether a merged migration still does what it did, after an edit."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from bot.checks.migrations.syntax.source import decode


def does_the_same(old: bytes, new: bytes, squashes: Mapping[tuple[str, str], str]) -> bool:
    """Whether two migrations do the same, comments and layout apart.

    `replaces` may go, and a dependency may name the squash that stands for what it named.
    """
    try:
        before, after = ast.parse(decode(old)), ast.parse(decode(new))
        for tree in (before, after):
            _follow_squashes(tree, squashes)
        if not any(_assigned(node, "replaces") for node in ast.walk(after)):
            _drop_replaces(before)
        return ast.dump(before) == ast.dump(after)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _follow_squashes(tree: ast.Module, squashes: Mapping[tuple[str, str], str]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _assigned(node, "dependencies") and isinstance(node.value, ast.List):
            for one in node.value.elts:
                match one:
                    case ast.Tuple(elts=[ast.Constant(value=str() as label), ast.Constant(value=str() as name) as at]):
                        at.value = squashes.get((label, name), name)
            kept = {ast.dump(one): one for one in node.value.elts}
            node.value.elts = [kept[text] for text in sorted(kept)]


def _drop_replaces(tree: ast.Module) -> None:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            node.body = [one for one in node.body if not _assigned(one, "replaces")]


def _assigned(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
