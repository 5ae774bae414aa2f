"""Nodes of tree-sitter's TypeScript: parsing a file, and the texts of nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_BYTES = 1_000_000
_TYPES_PASSED_ON = re.compile(rb"^export[ \t]+type[ \t]+\*[^\n;]*;?", re.MULTILINE)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f", "v": "\v", "\n": ""}


def parse(path: str, content: bytes) -> Node:
    """The root of a file's syntax."""
    # The grammar does not know this form yet; it passes on types, which are nothing here.
    content = _TYPES_PASSED_ON.sub(lambda found: b" " * len(found[0]), content)
    return _parser(path.endswith(("x", ".js", ".mjs", ".cjs"))).parse(content).root_node


@cache
def _parser(jsx: bool) -> Parser:  # noqa: FBT001 - a key of the cache
    import tree_sitter_typescript
    from tree_sitter import Language, Parser

    grammar = tree_sitter_typescript.language_tsx() if jsx else tree_sitter_typescript.language_typescript()
    return Parser(Language(grammar))


def first_error(root: Node) -> int:
    """The line of the first error in a tree that has one."""
    cursor, last = root, root
    while cursor.has_error and not cursor.is_error and not cursor.is_missing:
        last = cursor
        cursor = next((child for child in cursor.children if child.has_error or child.is_missing), cursor)
        if cursor is last:
            break
    return cursor.start_point.row + 1


def specifiers(node: Node) -> Iterator[tuple[str, str]]:
    """Yield (name, alias) of each member of `{a, b as c}`."""
    for child in node.named_children:
        name = child.child_by_field_name("name")
        alias = child.child_by_field_name("alias")
        if name is not None:
            yield node_text(name), node_text(alias or name)


def string_text(node: Node) -> str:
    """The text of a string."""
    return "".join(
        escape_text(child) if child.type == "escape_sequence" else node_text(child) for child in node.named_children
    )


def escape_text(node: Node) -> str:
    """The sign that an escape sequence stands for."""
    text = node_text(node)[1:]
    if text[:1] in {"u", "x"}:
        digits = text[1:].strip("{}")
        return chr(int(digits, 16)) if digits and int(digits, 16) < 0x110000 else ""  # noqa: PLR2004 - Unicode's end
    return _ESCAPES.get(text, text)


def node_text(node: Node) -> str:
    """A node as it is written."""
    return node.text.decode("utf-8", "replace") if node.text is not None else ""
