"""Whether a change can touch a schema at all, told without reading the rest of the repository."""

from __future__ import annotations

import ast

from bot.checks.migrations.alembic.models import may_declare
from bot.checks.migrations.alembic.revisions import is_revision
from bot.checks.migrations.syntax.source import Parsed, Sources
from bot.model import Change, ChangedFile


def may_matter(change: Change, sources: Sources) -> bool:
    """Whether some changed file declares tables or migrates, or a name in it that others may use has changed."""
    files = [one for one in change.files if one.path.endswith(".py") or (one.old_path or "").endswith(".py")]
    return any(_may_matter(change, sources, one) for one in files)


def _may_matter(change: Change, sources: Sources, file: ChangedFile) -> bool:
    old_path = file.old_path or file.path
    before, after = sources.text(change.merge_base, old_path), sources.text(change.head, file.path)
    for text in (before, after):
        if isinstance(text, bytes) and (may_declare(text) or is_revision(text)):
            return True
    old, new = sources.parse(change.merge_base, old_path), sources.parse(change.head, file.path)
    if not isinstance(old, Parsed) or not isinstance(new, Parsed):
        # A file that comes, goes or cannot be read: only what it binds to plain names can be used in a schema.
        return any(isinstance(one, Parsed) and _constants(one) for one in (old, new))
    return _constants(old) != _constants(new)


def _constants(parsed: Parsed) -> dict[str, str]:
    """What a file binds that a declaration of a table may use: constants, enumerations, names of other files."""
    found: dict[str, str] = {}
    for name, bindings in parsed.bindings.items():
        for one in bindings:
            if isinstance(one.node, ast.ClassDef):
                body = [part for part in one.node.body if isinstance(part, ast.Assign | ast.AnnAssign)]
                found[name] = _source(*one.node.bases, *body)
            elif not isinstance(one.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Import):
                found[name] = _source(one.node)
    return found


def _source(*nodes: ast.AST) -> str:
    try:
        return "\n".join(ast.dump(node) for node in nodes)
    except RecursionError:
        return repr([getattr(node, "lineno", 0) for node in nodes])
