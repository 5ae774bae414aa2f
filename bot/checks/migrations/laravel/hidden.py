"""What of a migration may change tables and is not followed: what stands elsewhere, and names that are computed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

    from bot.checks.migrations.laravel.files import Call, Table

_INCLUDES = frozenset(
    {"include_expression", "include_once_expression", "require_expression", "require_once_expression"}
)
_RUNS = frozenset({
    "call_user_func", "call_user_func_array", "eval", "exec", "passthru", "popen", "proc_open", "shell_exec", "system",
})  # fmt: skip
_CALLS = frozenset({"scoped_call_expression", "member_call_expression", "nullsafe_member_call_expression"})
TABLE_VERBS = frozenset({"create", "table", "whenTableHasColumn", "whenTableDoesntHaveColumn"})
"""The methods of `Schema` whose function says what is done to one table."""
# Commands that make, change or empty a database.
_COMMANDS = re.compile(r"migrate|db:wipe|schema|tenants?:")
_FUNCTIONS = frozenset({"anonymous_function", "arrow_function"})
# Where a table's variable stands without being handed on: `$table->string()`, `function ($table)`, `use ($table)`.
_KEEPS = frozenset({
    "anonymous_function_use_clause", "member_access_expression", "member_call_expression",
    "nullsafe_member_call_expression", "simple_parameter",
})  # fmt: skip
_OUTSIDE = re.compile(r"\b(?:Schema|DB|Artisan)\s*::|->\s*(?:drop|statement|unprepared)\b")
_LONGEST = 500
# Methods of Laravel's own class, and of tables, that take no column away.
_OWN = frozenset({"command", "getConnection", "shouldRun"})
_KEYS = frozenset({
    "dropForeign", "dropForeignIdFor", "dropFullText", "dropIndex", "dropPrimary", "dropSpatialIndex", "dropUnique",
    "dropVectorIndex",
})  # fmt: skip
_TAKES = ("drop", "remove")
_DOCTRINE = frozenset({"createSchemaManager", "getDoctrineConnection", "getDoctrineSchemaManager"})
_DOES = re.compile("alter|create|drop|exec|migrate|rename")


def find_hidden(
    chains: Iterable[Sequence[Call]], nodes: Sequence[Node], methods: Collection[str], outside: Iterable[Node]
) -> Iterator[tuple[str, int]]:
    """Yield why something may change tables all the same, with its line.

    Args:
        chains: the chains of calls that are reached.
        nodes: all that is reached, each before what it holds.
        methods: the names of the class's own.
        outside: what stands beside the class.
    """
    for chain in chains:
        reason = _of_chain(chain, methods)
        if reason:
            yield reason, chain[-1].line
    for node in nodes:
        reason = _of_node(node)
        if reason:
            yield reason, node.start_point.row + 1
    for node in _find_handed(nodes):
        yield "a table that is handed to what stands elsewhere", node.start_point.row + 1
    for node in outside:
        if _OUTSIDE.search((node.text or b"").decode("utf-8", "replace")):
            yield "code that is run as the file is loaded", node.start_point.row + 1


def find_macros(tables: Iterable[Table], known: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the calls of a table that may take columns away and are none of Laravel's."""
    for table in tables:
        for chain in table.chains:
            name = chain[1].name if len(chain) > 1 else ""
            if name.startswith(_TAKES) and name not in _KEYS and name not in known:
                yield f"`{name}`, which is none of Laravel's", chain[1].line


def _of_chain(chain: Sequence[Call], methods: Collection[str]) -> str:
    first, last = chain[0].name, chain[-1]
    own = {"$this": {*methods, *_OWN}, "self": methods, "static": methods, "parent": _OWN}.get(first)
    if own is not None and len(chain) == 2 and last.name not in own:  # noqa: PLR2004 - the object and a call
        return f"`{last.name}`, a method that is defined elsewhere"
    if first == "Artisan" and last.name in {"call", "callSilently", "queue"}:
        command = last.arguments[0] if last.arguments else None
        return "a command that may change the database" if command is None or _COMMANDS.search(command) else ""
    if any(one.name in _DOCTRINE for one in chain) and _DOES.match(last.name):
        return "what is done by Doctrine"
    if first.startswith("(new ") and "class" not in first:
        return "an object of the project's own"
    return ""


def _of_node(node: Node) -> str:
    if node.type in _INCLUDES:
        return "a file that is included"
    if node.type == "shell_command_expression":
        return "a program that is run"
    if node.type == "function_call_expression":
        called = node.child_by_field_name("function")
        computed = called is not None and (called.type == "variable_name" or _text(called).lstrip("\\") in _RUNS)
        return "what it runs is computed" if computed else ""
    return _of_call(node) if node.type in _CALLS else ""


def _of_call(node: Node) -> str:
    name = node.child_by_field_name("name")
    return "a method whose name is computed" if name is not None and name.type != "name" else ""


def _find_handed(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield where the variable of a table is used for more than its own methods, within its function."""
    scopes: list[tuple[int, str]] = []
    names: Counter[str] = Counter()
    for node in nodes:
        while scopes and (node.type == "method_declaration" or scopes[-1][0] <= node.start_byte):
            names[scopes.pop()[1]] -= 1
        if node.type in _FUNCTIONS and (name := _table_of(node)):
            scopes.append((node.end_byte, name))
            names[name] += 1
        elif node.type == "variable_name" and scopes and names[_text(node)] and not _is_kept(node):
            yield node


def _table_of(function: Node) -> str:
    """The variable that a function has a table in; empty where it has none."""
    parameters = function.child_by_field_name("parameters")
    first = parameters.named_children[0] if parameters is not None and parameters.named_children else None
    name, kind = (first.child_by_field_name(field) if first is not None else None for field in ("name", "type"))
    call = function.parent.parent.parent if function.parent is not None and function.parent.parent is not None else None
    verb = call.child_by_field_name("name") if call is not None and call.type in _CALLS else None
    is_table = (kind is not None and _text(kind).endswith("Blueprint")) or (
        verb is not None and _text(verb) in TABLE_VERBS
    )
    return _text(name) if name is not None and is_table else ""


def _is_kept(variable: Node) -> bool:
    parent = variable.parent
    # As an argument it is in a node of its own.
    return parent is not None and parent.type in _KEEPS


def _text(node: Node) -> str:
    """A node's text; empty where it is long, since what holds it is asked for too."""
    short = node.end_byte - node.start_byte < _LONGEST
    return (node.text or b"").decode("utf-8", "replace") if short else ""
