"""What changed models say of columns: `belongs_to`, `enum` and `has_secure_password` need some.

Rule: the class inherits from ApplicationRecord or ActiveRecord::Base, its table is in the schema at head without the
column, and the macro is not in the file at the merge base. What the class declares itself (`attribute`) is there.
Out of sight: macros in concerns, classes that inherit from another model, tables whose names are made by a module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checks.migrations.rails import names
from bot.checks.migrations.rails.calls import Call, TooLongError
from bot.checks.migrations.rails.evaluate import Interpreter
from bot.checks.migrations.rails.ruby import Source, TooBigError, Unread, Value, line_of, parse, text_of
from bot.checks.migrations.rails.schema import Table
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Change, Finding, Severity, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

_PARENTS = frozenset({"ApplicationRecord", "ActiveRecord::Base", "::ApplicationRecord", "::ActiveRecord::Base"})
_MODEL = re.compile(r"(?:.*/)?app/models/.*\.rb")
_MACRO = re.compile(rb"\b(?:belongs_to|enum|has_secure_password|table_name)\b")
_OPTIONS_OF_ENUM = frozenset(
    {"prefix", "suffix", "scopes", "default", "validate", "instance_methods", "_prefix", "_suffix"}
)
_HELP = "https://guides.rubyonrails.org/association_basics.html#for-belongs-to-associations"


@dataclass(frozen=True)
class Need:
    """A column that a macro of a class needs."""

    table: str
    column: str
    macro: str


class _Macros:
    """Collects the calls in a class's body; what they give is not known."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def call(self, call: Call) -> Value:
        """Keep a call."""
        self.calls.append(call)
        return call.unread

    def assigned(self, name: str, value: Value, node: Node) -> None:
        pass

    def pass_over(self, node: Node) -> None:
        """What is not followed is not counted."""

    def maybe(self, run: Callable[[], None], node: Node) -> None:
        """What may or may not be said is not counted."""


def changed_models(change: Change) -> list[tuple[str, str | None, str]]:
    """The models that the change adds or edits: path, and object before and after."""
    return [(one.path, one.old_oid, one.new_oid) for one in change.files if one.new_oid and _MODEL.fullmatch(one.path)]


def new_needs(change: Change) -> Iterator[tuple[str, int, Need] | Unknown]:
    """Yield the columns that changed models need and did not need before, with path and line; and what is not read."""
    files = changed_models(change)
    contents = dict(change.blobs.read([oid for _, old, new in files for oid in (old, new) if oid is not None]))
    for path, old, new in files:
        before, after = (contents.get(oid or "") for oid in (old, new))
        if not isinstance(after, bytes):
            continue
        had = _needs(path, before) if isinstance(before, bytes) else {}
        needs = _needs(path, after)
        if isinstance(needs, Unknown):
            if _macros_in(before if isinstance(before, bytes) else b"") != _macros_in(after):
                yield needs
            continue
        known = had if not isinstance(had, Unknown) else {}
        yield from ((path, line, need) for need, line in needs.items() if need not in known)


def _macros_in(content: bytes) -> list[bytes]:
    """The lines that may need columns."""
    return [line.strip() for line in content.splitlines() if _MACRO.search(line)]


def find_lacking(needs: list[tuple[str, int, Need]], tables: Mapping[str, Table], schema: str) -> Iterator[Finding]:
    """Yield a finding for each column that is needed and that its table does not have."""
    for path, line, need in needs:
        table = tables.get(need.table)
        if table is None or need.column in table.columns:
            continue
        yield Finding(
            rule="rails-model-column",
            message=f"`{need.macro}` needs column {need.table}.{need.column}, which {schema} does not have",
            severity=Severity.HIGH,
            certainty=Certainty.LIKELY,
            path=path,
            line=line,
            fingerprint=fingerprint("rails", "model", need.table, need.column),
            fix=f"write a migration that adds {need.column} to {need.table}, run it, and commit the schema",
            help=_HELP,
        )


def _needs(path: str, content: bytes) -> dict[Need, int] | Unknown:
    """The columns that a file's models need, with their lines."""
    try:
        source = parse(path, content)
    except TooBigError:
        return _unread(path, 1, "the file is too big to be read")
    if source.broken is not None:
        return _unread(path, source.broken, "a syntax that cannot be read")
    found: dict[Need, int] = {}
    for node in source.root.named_children:
        parent = node.child_by_field_name("superclass") if node.type == "class" else None
        if parent is not None and text_of(parent).lstrip("< ").strip() in _PARENTS:
            try:
                found |= _of_class(source, node)
            except (TooLongError, RecursionError):
                return _unread(path, line_of(node), "it is too long to be followed")
    return found


def _unread(path: str, line: int, reason: str) -> Unknown:
    settle = "look whether the tables have the columns that the model needs"
    return Unknown(path=path, line=line, reason=f"{reason}: which columns the model needs is not known", settle=settle)


def _of_class(source: Source, node: Node) -> dict[Need, int]:
    macros, name, body = _Macros(), node.child_by_field_name("name"), node.child_by_field_name("body")
    table = ""
    interpreter = Interpreter(source, macros)
    for child in body.named_children if body is not None else ():
        if child.type == "assignment" and text_of(child).startswith("self.table_name"):
            value = interpreter.run(child.child_by_field_name("right"))
            table = value if isinstance(value, str) else "?"
        elif child.type in {"call", "identifier"}:
            interpreter.run(child)
    if not table and name is not None:
        table = _table_of(text_of(name))
    own = {
        str(one) for call in macros.calls if call.name in {"attribute", "alias_attribute"} for one in call.arguments[:1]
    }
    needs = ((call, column) for call in macros.calls for column in _columns(call))
    return {Need(table, column, _macro(call)): line_of(call.node) for call, column in needs if column not in own}


def _macro(call: Call) -> str:
    """How a macro begins, for people."""
    first = call.argument(0)
    return f"{call.name} :{first}" if isinstance(first, str) else call.name


def _table_of(class_name: str) -> str:
    import inflection

    return names.plural(str(inflection.underscore(class_name.rpartition("::")[2])))


def _columns(call: Call) -> Iterator[str]:
    first = call.argument(0)
    if call.name == "belongs_to" and isinstance(first, str):
        key = call.options.get("foreign_key", f"{first}_id")
        if isinstance(key, str) and "query_constraints" not in call.options:
            yield str(key)
        if call.options.get("polymorphic") is True:
            yield str(call.options.get("foreign_type", f"{first}_type"))
    elif call.name == "has_secure_password":
        yield f"{first or 'password'}_digest"
    elif call.name == "enum" and isinstance(first, str):
        yield str(first)
    elif call.name == "enum" and not call.arguments:
        yield from (
            key for key, value in call.options.items() if key not in _OPTIONS_OF_ENUM and not isinstance(value, Unread)
        )
