"""Entities that are declared where a module's top level does not show them.

A class in a function or a namespace, a schema that is no constant of its module, a decorator that is called like a
function, what a compiler makes of decorators: none of it is followed, so that a change of it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.script.module import Import, Module
from bot.checks.migrations.script.nodes import MAX_BYTES, node_text, parse
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.script.values import Member, Name
from bot.model import Change, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_CLASSES = frozenset({"abstract_class_declaration", "class", "class_declaration"})
_FUNCTIONS = frozenset({"arrow_function", "function_declaration", "function_expression", "method_definition"})
_SEEN = frozenset({"class_body", "export_statement", "program"})
# What may stand around a schema that is a constant of its module.
_CONSTANT = frozenset({
    "as_expression", "export_statement", "lexical_declaration", "parenthesized_expression", "program",
    "satisfies_expression", "variable_declaration", "variable_declarator",
})  # fmt: skip
_COMPILED = frozenset({"__decorate", "__decorateClass", "_ts_decorate"})
_INSIDE = "an entity inside of something else"


@dataclass(frozen=True, kw_only=True)
class Makers:
    """What makes entities, by the names under which an ORM exports it.

    Attributes:
        is_orm: whether a package is the ORM.
        entities: decorators of classes.
        members: decorators of what makes columns.
        schemas: functions and classes that make an entity of an object.
    """

    is_orm: Callable[[str], bool]
    entities: frozenset[str]
    members: frozenset[str]
    schemas: frozenset[str]


@dataclass(frozen=True)
class _Hidden:
    """Something that is declared out of sight: its line, what it is, and how it is written."""

    line: int
    reason: str
    written: str


def find_hidden(
    change: Change, programs: tuple[Program, Program], paths: Iterable[str], makers: Makers, settle: str
) -> Iterator[Unknown]:
    """Yield what the change writes of entities, or takes away, where it is not looked for; paths are of both sides."""
    before = {file.path: file.old_path or file.path for file in change.files}
    for path in sorted(before.keys() & {*paths}):
        was, now = (
            {one.written: one for one in _find(*at, makers)} for at in zip(programs, (before[path], path), strict=True)
        )
        left = [one for written, one in now.items() if written not in was]
        gone = [] if left else [one for written, one in was.items() if written not in now]
        for one in (*left, *gone):
            reason = f"{one.reason}, which is {'gone, and was ' if gone else ''}not followed"
            yield Unknown(path=path, line=None if gone else one.line, reason=reason, settle=settle)


def _find(program: Program, path: str, makers: Makers) -> Iterator[_Hidden]:
    content, module = program.content(path), program.module(path)
    if content is None or module is None or len(content) > MAX_BYTES:
        return
    names = _Names(program, module, makers)
    waiting: list[tuple[Node, bool, bool, bool]] = [(parse(path, content), False, True, True)]
    while waiting:
        node, in_function, top, constant = waiting.pop()
        reason = names.reason(node, in_function=in_function, top=top, constant=constant)
        if reason:
            yield _Hidden(node.start_point.row + 1, reason, " ".join(node_text(node).split()))
            continue
        inside = in_function or node.type in _FUNCTIONS
        top, constant = top and node.type in _SEEN, constant and node.type in _CONSTANT
        waiting += [(child, inside, top, constant) for child in node.named_children]


class _Names:
    """What names of a module are of the ORM's."""

    def __init__(self, program: Program, module: Module, makers: Makers) -> None:
        self._program, self._module, self._makers = program, module, makers
        self._known: dict[str, str] = {}

    def reason(self, node: Node, *, in_function: bool, top: bool, constant: bool) -> str:
        """Why what a node declares is out of sight; empty where it declares nothing, or is looked for."""
        if node.type in _CLASSES:
            return "" if top or self._makers.entities.isdisjoint(map(self._own, _decorators(node))) else _INSIDE
        if node.type == "new_expression":
            return self._of_schema(node.child_by_field_name("constructor"), constant=constant)
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        if function is None:
            return ""
        if node_text(function).rpartition(".")[2] in _COMPILED:
            return "decorators that were compiled"
        if function.type == "call_expression" and not in_function:
            name = self._own(function.child_by_field_name("function"))
            if name in self._makers.entities or name in self._makers.members:
                return f"{name} that is called like a function"
        return self._of_schema(function, constant=constant)

    def _of_schema(self, function: Node | None, *, constant: bool) -> str:
        return _INSIDE if not constant and self._own(function) in self._makers.schemas else ""

    def _own(self, function: Node | None) -> str:
        """The name under which the ORM exports what is named; empty where it is not the ORM's."""
        # A compiler writes `(0, orm_1.Entity)()`.
        while function is not None and function.type in {"parenthesized_expression", "sequence_expression"}:
            function = function.named_children[-1] if function.named_children else None
        named = function is not None and function.type in {"identifier", "member_expression"}
        text = node_text(function) if named and function is not None else ""
        if text not in self._known:
            namespace, _, name = text.rpartition(".")
            value = Member(Name(namespace), name) if namespace else Name(name)
            found = self._program.named(self._module, value)
            ours = isinstance(found, Import) and self._makers.is_orm(found.source)
            self._known[text] = found.exported if ours and isinstance(found, Import) else ""
        return self._known[text]


def _decorators(node: Node) -> Iterator[Node | None]:
    """Yield what decorates a class, without what it is called with."""
    parent = node.parent
    beside = parent.children if parent is not None and parent.type == "export_statement" else []
    for one in (*node.children, *beside):
        if one.type == "decorator" and one.named_children:
            called = one.named_children[0]
            yield called.child_by_field_name("function") if called.type == "call_expression" else called
