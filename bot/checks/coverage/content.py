"""Which lines of a source file hold code, as far as that can be told without its compiler."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

_HASH = frozenset({".py", ".pyi", ".rb", ".rake", ".sh", ".pl", ".pm", ".r", ".ex", ".exs", ".jl", ".coffee"})
_MAX_PARSED_BYTES = 1 << 20


class Content:
    """One version of a source file."""

    def __init__(self, path: str, content: bytes) -> None:
        self._suffix = PurePosixPath(path).suffix.lower()
        self.content = content

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.content.split(b"\n")

    @property
    def length(self) -> int:
        """How many lines it has."""
        return self.content.count(b"\n") + (not self.content.endswith(b"\n") and bool(self.content))

    def is_code(self, line: int) -> bool:
        """Whether a line may be one that a tool counts: in Python a statement begins on it, else it holds a word."""
        if self.statement_lines is not None:
            return line in self.statement_lines
        text = self._lines[line - 1].strip() if 0 < line <= len(self._lines) else b""
        comment = b"#" if self._suffix in _HASH else b"//"
        return not text.startswith((comment, b"*", b"/*")) and any(chr(byte).isalnum() for byte in text)

    @cached_property
    def statement_lines(self) -> frozenset[int] | None:
        """The lines that coverage.py can count: on which statements, handlers, cases and decorators begin.

        None for another language than Python, and for what this Python cannot read.
        """
        if self._suffix != ".py" or len(self.content) > _MAX_PARSED_BYTES:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.content)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return frozenset(_starts(tree))


def _starts(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.match_case(pattern=pattern):
                yield pattern.lineno
            case ast.stmt() | ast.ExceptHandler():
                yield node.lineno
                yield from (decorator.lineno for decorator in getattr(node, "decorator_list", ()))
