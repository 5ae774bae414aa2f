r"""Laravel's migrations as files, and what PHP says in one: its class, and what it does when a database goes up.

Source: https://laravel.com/docs/12.x/migrations and Illuminate\Database\Migrations\Migrator (read 2026-11-30): files
are run in the order of their names; where the class has a name, it is that of the file, from the fifth word on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.checks.migrations.laravel.hidden import TABLE_VERBS, find_hidden, find_macros
from bot.checks.migrations.laravel.objects import find_objects

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

# With a time, wherever it lies: packages say where theirs are. In Laravel's own folder any name with `_` is run.
_PATH = re.compile(
    r"(?P<folder>(?:.*/)?migrations(?:/.*)?)/(?P<name>\d{4}_\d\d_\d\d_\d{6}_(?P<words>[\w.-]+))\.php", re.IGNORECASE
)
_ANY_NAME = re.compile(r"(?P<folder>(?:.*/)?database/migrations)/(?P<name>(?P<words>[^/]*_[^/]*))\.php")
_MAX_BYTES = 1_000_000
DROPS = frozenset({
    "drop", "dropColumn", "dropConstrainedForeignId", "dropConstrainedForeignIdFor", "dropIfExists", "dropMorphs",
    "dropRememberToken", "dropSoftDeletes", "dropSoftDeletesTz", "dropTimestamps", "dropTimestampsTz", "removeColumn",
})  # fmt: skip
"""What of a table's methods takes columns away, or the table."""
_CALLS = frozenset({"scoped_call_expression", "member_call_expression", "nullsafe_member_call_expression"})
# Methods of a connection that run SQL, and of no other object; those of its PDO are called as others' are.
_RUNS = frozenset({"affectingStatement", "statement", "unprepared"})
# Methods of the builder of schemas that take tables or columns away.
_SCHEMA_DROPS = frozenset({
    "drop", "dropAllTables", "dropAllTypes", "dropAllViews", "dropColumns", "dropDatabaseIfExists", "dropIfExists",
})  # fmt: skip
_RUNS_ROWS = frozenset({"delete", "insert", "scalar", "select", "selectOne", "update"})
_ALL_ROWS = (["truncate"], ["query", "delete"], ["query", "truncate"])
_OWN = frozenset({"$this", "self", "static"})
_TEXTS = frozenset({"string", "encapsed_string", "heredoc", "nowdoc"})


@dataclass(frozen=True)
class Migration:
    """A migration's file. Names are compared as they are; `words` is what follows the time."""

    path: str
    folder: str
    name: str
    words: str


@dataclass(frozen=True)
class Call:
    """One call of a chain: a name, its arguments as texts (None where one cannot be told), and its line."""

    name: str
    arguments: Sequence[str | None]
    line: int


@dataclass(frozen=True)
class Table:
    """What is done to a table: `create`, `table`, `drop` and so on, with the chains of calls of its columns."""

    verb: str
    name: str | None
    line: int
    chains: Sequence[Sequence[Call]]


@dataclass(frozen=True)
class Read:
    """A migration as it is written.

    Attributes:
        class_name: None where the class has no name.
        has_up: whether there is an `up`.
        has_down: whether there is a `down` that does something.
        sql: statements that are run, with their lines; None where one is put together.
        deleted: tables whose rows are deleted, with their lines.
        hidden: what may change tables and is not followed, with its line.
        broken: the first line that cannot be parsed; None where all can.
    """

    path: str
    class_name: str | None
    has_up: bool
    has_down: bool
    tables: Sequence[Table]
    sql: Sequence[tuple[str | None, int]]
    deleted: Sequence[tuple[str, int]]
    hidden: Sequence[tuple[str, int]]
    broken: int | None
    line: int


def parse_path(path: str) -> Migration | None:
    """A path as a migration; None where it is not one."""
    found = _PATH.fullmatch(path) or _ANY_NAME.fullmatch(path)
    return Migration(path, found["folder"], found["name"], found["words"]) if found is not None else None


@cache
def _parser() -> Parser:
    import tree_sitter_php
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_php.language_php()))


def root_of(content: bytes) -> Node | None:
    """The tree of a file; None where it is too big to be read."""
    return _parser().parse(content).root_node if len(content) <= _MAX_BYTES else None


def read(path: str, content: bytes) -> Read | None:
    """A migration; None where the file is too big or has no class of one."""
    root = root_of(content)
    found = next((node for node in _walk(root) if _is_migration(node)), None) if root is not None else None
    if root is None or found is None:
        return None
    name = found.child_by_field_name("name")
    methods = {_name(node): node for node in _methods(found)}
    up, down = methods.get("up"), methods.get("down")
    starts = [one for one in (up, methods.get("__construct")) if one is not None]
    reached = list({node.id: node for start in starts for node in _reached(start, methods)}.values())
    calls = [call for method in reached for call in _calls(method)]
    tables = [table for chain, node in calls if (table := _table(chain, node)) is not None]
    outside = [node for node in root.named_children if not node.start_byte <= found.start_byte < node.end_byte]
    nodes = [node for method in reached for node in _walk(method)]
    hidden = [*find_hidden([chain for chain, _ in calls], nodes, methods, outside), *find_macros(tables, DROPS)]
    told = {line for _, line in hidden}
    hidden += [one for one in find_objects(nodes) if one[1] not in told]
    return Read(
        path=path,
        class_name=_text(name) if name is not None else None,
        has_up=up is not None,
        has_down=down is not None and any(True for _ in _calls(down)),
        tables=tables,
        sql=[statement for chain, _ in calls if (statement := _statement(chain)) is not None],
        deleted=[rows for chain, _ in calls if (rows := _deleted(chain)) is not None],
        hidden=list(dict.fromkeys(hidden)),
        broken=_first_error(root),
        line=found.start_point.row + 1,
    )


def _walk(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(reversed(one.named_children))


def _is_migration(node: Node) -> bool:
    if node.type not in {"class_declaration", "anonymous_class"}:
        return False
    base = next((child for child in node.named_children if child.type == "base_clause"), None)
    return base is not None and _text(base).rstrip().endswith("Migration")


def _methods(node: Node) -> list[Node]:
    body = node.child_by_field_name("body")
    return [child for child in body.named_children if child.type == "method_declaration"] if body is not None else []


def _reached(start: Node, methods: Mapping[str, Node]) -> list[Node]:
    """A method, with those of its class that it calls, each once."""
    found = [start]
    for method in found:
        for node in _walk(method):
            called = methods.get(_name(node)) if node.type in _CALLS else None
            owner = node.child_by_field_name("object") or node.child_by_field_name("scope")
            # A chain is as long as its text, and is asked for at each of its calls.
            short = owner is not None and owner.end_byte - owner.start_byte < 10  # noqa: PLR2004 - the longest is `static`
            if called is not None and owner is not None and short and _text(owner) in _OWN and called not in found:
                found.append(called)
    return found


def _first_error(root: Node) -> int | None:
    found = next((node for node in _walk(root) if node.is_error or node.is_missing), None) if root.has_error else None
    return found.start_point.row + 1 if found is not None else (1 if root.has_error else None)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _name(node: Node) -> str:
    name = node.child_by_field_name("name")
    return _text(name) if name is not None else ""


def _calls(node: Node) -> Iterator[tuple[list[Call], Node]]:
    """Yield each chain of calls, from its object on, with its last node.

    Closures that are given to one are looked into, but for those that say what a table holds.
    """
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type in _CALLS:
            chain = _chain(one)
            yield chain, one
            if chain[-1].name not in TABLE_VERBS or not is_schema(chain, closures=True):
                stack.extend(reversed(_closures(one)))
            continue
        stack.extend(reversed(one.named_children))


def _chain(node: Node) -> list[Call]:
    """`Schema::connection('x')->table('users')` as calls; the first is of the class or variable, without arguments."""
    calls: list[Call] = []
    cursor: Node | None = node
    while cursor is not None and cursor.type in _CALLS:
        calls.append(Call(_name(cursor), _arguments(cursor), cursor.start_point.row + 1))
        cursor = cursor.child_by_field_name("object") or cursor.child_by_field_name("scope")
    if cursor is not None:
        calls.append(Call(_text(cursor).rpartition("\\")[2], (), cursor.start_point.row + 1))
    return calls[::-1]


def _arguments(node: Node) -> list[str | None]:
    given = node.child_by_field_name("arguments")
    found: list[str | None] = []
    for argument in given.named_children if given is not None else ():
        if argument.type == "argument" and argument.named_children:
            value = argument.named_children[-1]
            if value.type == "array_creation_expression":
                found.extend(_value(one.named_children[-1]) for one in value.named_children if one.named_children)
            else:
                found.append(_value(value))
    return found


def _value(node: Node) -> str | None:
    if node.type not in _TEXTS:
        return None if node.named_children else _text(node)
    parts = [child for child in _walk(node) if not child.named_children and child is not node]
    if any(
        child.type not in {"string_content", "escape_sequence", "heredoc_start", "heredoc_end", "nowdoc_string"}
        for child in parts
    ):
        return None
    return "".join(_text(child) for child in parts if child.type not in {"heredoc_start", "heredoc_end"})


def _table(chain: Sequence[Call], node: Node) -> Table | None:
    last = chain[-1]
    if not is_schema(chain, closures=bool(_closures(node))):
        return None
    name = last.arguments[0] if last.arguments else None
    closures = _closures(node) if last.name in TABLE_VERBS else []
    inner = [calls for calls, _ in _calls_in(closures[0])] if closures else []
    return Table(last.name, name, last.line, [calls for calls in inner if calls[0].name.startswith("$")])


def _closures(node: Node) -> list[Node]:
    """The functions that are given within a node, without those within these."""
    found, stack = [], [node]
    while stack:
        one = stack.pop()
        if one.type in {"anonymous_function", "arrow_function"}:
            found.append(one)
        else:
            stack.extend(reversed(one.named_children))
    return found


def _calls_in(closure: Node) -> Iterator[tuple[list[Call], Node]]:
    body = closure.child_by_field_name("body")
    return _calls(body) if body is not None else iter(())


def _statement(chain: Sequence[Call]) -> tuple[str | None, int] | None:
    last = chain[-1]
    given = last.arguments[0] if last.arguments else None
    pdo = last.name == "exec" and (chain[0].name == "DB" or "getPdo" in {call.name for call in chain})
    runs = len(chain) > 1 and (last.name in _RUNS or pdo)
    # What reads and writes rows is computed most often.
    rows = chain[0].name == "DB" and len(chain) == 2 and last.name in _RUNS_ROWS and given is not None  # noqa: PLR2004 - DB and it
    return (given, last.line) if runs or rows else None


def _deleted(chain: Sequence[Call]) -> tuple[str, int] | None:
    names = [call.name for call in chain]
    if names[:2] == ["DB", "table"] and (names[-1] == "truncate" or names[2:] == ["delete"]):
        return str(chain[1].arguments[0] if chain[1].arguments else ""), chain[-1].line
    # Of a model, whose table has another name.
    if names[0][:1].isupper() and names[0] not in {"DB", "Schema"} and names[1:] in _ALL_ROWS:
        return names[0], chain[-1].line
    return None


def is_schema(chain: Sequence[Call], *, closures: bool) -> bool:
    """Whether a chain of calls is on the builder of schemas, under whatever name."""
    names = [call.name for call in chain]
    if len(names) < 2:  # noqa: PLR2004 - the class and a call
        return False
    if names[0] == "Schema" or not {"getSchemaBuilder", "schema"}.isdisjoint(names[1:-1]):
        return True
    if names[0].startswith("$") and names[-1] in _SCHEMA_DROPS:
        return names[-1] != "drop" or bool(chain[-1].arguments)
    return closures and names[-1] in TABLE_VERBS and bool(chain[-1].arguments)
