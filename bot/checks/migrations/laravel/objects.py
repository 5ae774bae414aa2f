"""Objects and classes of the project's own that a migration has do its work: services, jobs, seeders.

Of what the container gives, each method may do anything, but for those that only ask or forget; of other objects and
of classes, which mostly are models, those whose names say that they run something.
Source: https://laravel.com/docs/12.x/container#resolving (read 2026-11-30).
Out of sight: what a queue runs later, and what listeners of events do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_CALLS = frozenset({"scoped_call_expression", "member_call_expression", "nullsafe_member_call_expression"})
_GIVES = frozenset({"app", "resolve"})
_MAKES = frozenset({"build", "get", "make", "makeWith"})
_CONTAINER = re.compile(r"\\?(?:\w+\\)*(?:app\(\)|App|Container(?:::getInstance\(\))?|\$this->app)")
# Services of Laravel's own, by their names, that change no table; what the database's is told is read.
_SERVICES = re.compile(
    r"[\"'](?:auth|cache|config|cookie|db|encrypter|env|events|files|filesystem|hash|log|mailer|path|redis|request|router"
    r"|session|translator|url|validator|view|cache\.store)[\"']"
)
_ASKS = re.compile(r"(?:clear|flush|forget|get|has|info|is|log|set|warn)(?:[A-Z]\w*)?")
_RUNS = re.compile(
    r"(?:__invoke|alter|apply|call|convert|drop|execute|fix|handle|install|invoke|migrate|modify|perform|process|rename"
    r"|repair|run|seed|transfer|up|upgrade)(?:[A-Z]\w*)?|dispatch(?:Sync|Now)"
)
_RUN_AT_ONCE = frozenset({"dispatch_now", "dispatch_sync"})
# A function of the project's own whose name says that it changes tables.
_OF_TABLES = re.compile(r"(?!array_|database_path|get_|has_|is_)\w*(?:table|column|schema|migrat)\w*", re.IGNORECASE)
_HANDS_BACK = frozenset({"once", "tap", "with"})
# Facades whose methods of such names run nothing of the project's own, or are asked about elsewhere.
_FACADES = frozenset({
    "Artisan", "Cache", "Config", "DB", "Event", "File", "Gate", "Http", "Lang", "Log", "Mail", "Password", "Queue",
    "Redis", "Schema", "Storage", "Str", "URL", "parent", "self", "static",
})  # fmt: skip
_LONGEST = 500


def find_objects(nodes: Sequence[Node]) -> Iterator[tuple[str, int]]:
    """Yield what runs code that stands elsewhere, with its line."""
    kept = {name: kind for node in nodes if (found := _kept(node)) is not None for name, kind in [found]}
    for node in nodes:
        if node.type == "function_call_expression":
            reason = _of_function(node)
        elif node.type in _CALLS:
            reason = _of_method(node, kept)
        else:
            continue
        if reason:
            yield reason, node.start_point.row + 1


def _kept(node: Node) -> tuple[str, str] | None:
    """The variable that an assignment gives an object, and which; None of other nodes."""
    if node.type != "assignment_expression":
        return None
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    kind = _kind(right, {}) if right is not None else ""
    return (_text(left), kind) if kind and left is not None else None


def _of_function(node: Node) -> str:
    called = node.child_by_field_name("function")
    name = _text(called).rpartition("\\")[2] if called is not None else ""
    if called is not None and called.type not in {"name", "qualified_name"}:
        # A variable is told elsewhere.
        return "what it runs is computed" if called.type != "variable_name" else ""
    if name in _RUN_AT_ONCE:
        return "a job that is run"
    return f"`{name}`, a function that is defined elsewhere" if _OF_TABLES.fullmatch(name) else ""


def _of_method(node: Node, kept: dict[str, str]) -> str:
    name, owner = node.child_by_field_name("name"), node.child_by_field_name("object")
    called = _text(name) if name is not None else ""
    if node.type == "scoped_call_expression":
        scope = node.child_by_field_name("scope")
        plain = scope is not None and scope.type in {"name", "qualified_name"}
        cls = _text(scope).rpartition("\\")[2] if scope is not None else ""
        runs = plain and cls not in _FACADES and _RUNS.fullmatch(called)
        return f"`{cls}::{called}`, which is defined elsewhere" if runs else ""
    kind = _kind(owner, kept) if owner is not None else ""
    if (kind == "service" and not _ASKS.fullmatch(called)) or (kind == "object" and _RUNS.fullmatch(called)):
        return "an object of the project's own"
    return ""


def _kind(node: Node, kept: dict[str, str]) -> str:
    """Whether a value is a `service` that the container gives, an `object` that is made here, or neither."""
    node = _within(node)
    if node.type == "object_creation_expression":
        return "" if any(child.type in {"anonymous_class", "declaration_list"} for child in node.children) else "object"
    if node.type == "variable_name":
        return kept.get(_text(node), "")
    arguments = node.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if first is None:
        return ""
    if node.type == "function_call_expression":
        return "service" if _called(node) in _GIVES and not _SERVICES.fullmatch(_text(first)) else ""
    holder = node.child_by_field_name("object") or node.child_by_field_name("scope")
    gives = (
        node.type in _CALLS
        and _text(node.child_by_field_name("name")) in _MAKES
        and _CONTAINER.fullmatch(_text(holder))
    )
    return "service" if gives and not _SERVICES.fullmatch(_text(first)) else ""


def _within(node: Node) -> Node:
    """What stands in brackets, or is handed to a function that hands it back."""
    while True:
        inner: Node | None = None
        if node.type == "parenthesized_expression":
            inner = next(iter(node.named_children), None)
        elif node.type == "function_call_expression" and _called(node) in _HANDS_BACK:
            arguments = node.child_by_field_name("arguments")
            first = next(iter(arguments.named_children), None) if arguments is not None else None
            inner = next(iter(first.named_children), first) if first is not None and first.type == "argument" else first
        if inner is None:
            return node
        node = inner


def _called(node: Node) -> str:
    return _text(node.child_by_field_name("function")).rpartition("\\")[2]


def _text(node: Node | None) -> str:
    """A node's text; empty where it is long, since what holds it is asked for too."""
    short = node is not None and node.end_byte - node.start_byte < _LONGEST
    return (node.text or b"").decode("utf-8", "replace") if short and node is not None else ""
