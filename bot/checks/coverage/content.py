"""Which lines of a source file hold code, as far as that can be told without its compiler."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

_HASH = frozenset({".py", ".pyi", ".rb", ".rake", ".sh", ".pl", ".pm", ".r", ".ex", ".exs", ".jl", ".coffee"})
_MAX_PARSED_BYTES = 1 << 20
# What tools are told to leave out, by default or by the usual settings.
_EXCLUDES = re.compile(
    rb"no\s?cover|TYPE_CHECKING|NotImplementedError|__main__|overload|abstractmethod|Protocol", re.IGNORECASE
)


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
        return frozenset(_starts(tree, documents=True))

    @cached_property
    def sure_lines(self) -> frozenset[int]:
        """Of Python, the lines with statements that coverage.py counts unless it is told not to."""
        if self.statement_lines is None or _EXCLUDES.search(self.content):
            return frozenset()
        return frozenset(_starts(ast.parse(self.content), documents=False))


def _starts(tree: ast.Module, *, documents: bool) -> Iterator[int]:
    """The lines of statements, those that do nothing only with `documents`. Expressions hold none."""
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        match node:
            case (
                ast.Expr(value=ast.Constant()) | ast.Global() | ast.Nonlocal() | ast.AnnAssign(value=None) | ast.Pass()
            ):
                if documents:
                    yield node.lineno
            case ast.match_case(pattern=pattern):
                yield pattern.lineno
            case ast.stmt() | ast.ExceptHandler():
                yield node.lineno
                yield from (decorator.lineno for decorator in getattr(node, "decorator_list", ()))
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, name, ())
