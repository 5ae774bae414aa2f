"""The words of a file that tree-sitter parsed, without comments and layout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

# Within these, blanks count.
_WHOLE = frozenset({"string", "encapsed_string", "heredoc_body", "heredoc", "nowdoc"})


def leaves(root: Node) -> Iterator[str]:
    """Yield the words in their order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "comment":
            continue
        if node.children and node.type not in _WHOLE:
            stack.extend(reversed(node.children))
        elif (text := (node.text or b"").decode("utf-8", "replace")).strip():
            yield text


def digest(root: Node) -> str:
    """What is the same for two files of the same words."""
    found = hashlib.sha256()
    for word in leaves(root):
        found.update(f"{len(word)}:{word}".encode())
    return found.hexdigest()
