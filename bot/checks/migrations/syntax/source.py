"""Python files of a tree, parsed once for each content."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.model import Change, Mode, NotRead, Tree

_FILES = (Mode.FILE, Mode.EXECUTABLE)
_MAX_BYTES = 2_000_000


@dataclass(frozen=True)
class Unreadable:
    """A file that is no Python that this Python reads, and where."""

    reason: str
    line: int = 1


@dataclass(frozen=True, eq=False)
class Parsed:
    """A parsed file: for each top-level name the statements that bind or change it, in order.

    Attributes:
        stars: the `from x import *` statements.
    """

    tree: ast.Module
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)


@dataclass(frozen=True)
class Binding:
    """A statement that binds or changes a name, with the `if` tests that it stands under (False: in the `else`)."""

    node: ast.stmt
    tests: tuple[tuple[ast.expr, bool], ...] = ()
    fallback: bool = False


class Sources:
    """Reads and parses the files of one change's trees. Equal contents are parsed once."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._texts: dict[str, bytes | NotRead] = {}
        self._parsed: dict[str, Parsed | Unreadable] = {}

    def prefetch(self, tree: Tree, paths: Iterable[str]) -> None:
        """Read many files in one batch."""
        entries = (tree.entry(path) for path in paths)
        oids = [entry.oid for entry in entries if entry is not None and entry.mode in _FILES]
        self._texts.update(self._change.blobs.read(oid for oid in oids if oid not in self._texts))

    def text(self, tree: Tree, path: str) -> bytes | NotRead | None:
        """A file's content; None where there is no regular file."""
        entry = tree.entry(path)
        if entry is None or entry.mode not in _FILES:
            return None
        if entry.oid not in self._texts:
            self._texts.update(self._change.blobs.read([entry.oid]))
        return self._texts[entry.oid]

    def parse(self, tree: Tree, path: str) -> Parsed | Unreadable | None:
        """A file's syntax; None where there is no regular file."""
        entry = tree.entry(path)
        if entry is None or entry.mode not in _FILES:
            return None
        if entry.oid not in self._parsed:
            text = self.text(tree, path)
            self._parsed[entry.oid] = _parse(text) if isinstance(text, bytes) else Unreadable(_reason(text))
        return self._parsed[entry.oid]


def _reason(text: NotRead | None) -> str:
    return text.reason if text is not None else "the file is not there"


def decode(content: bytes) -> str:
    """The text, by its coding cookie or mark, as Python reads it; what does not fit is replaced."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except (SyntaxError, LookupError, UnicodeDecodeError):
        encoding = "utf-8"
    try:
        return content.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "replace")


def _parse(content: bytes) -> Parsed | Unreadable:
    if len(content) > _MAX_BYTES:
        return Unreadable(f"the file has {len(content):,} bytes, more than the {_MAX_BYTES:,} that are read as code")
    try:
        tree = _parse_text(decode(content))
        parsed = Parsed(tree)
        for name, binding in _find_bindings(tree.body, parsed.stars):
            parsed.bindings.setdefault(name, []).append(binding)
    except SyntaxError as error:
        return Unreadable("the file is not Python that can be read (a newer syntax, or an error)", error.lineno or 1)
    except (RecursionError, MemoryError):
        return Unreadable("the file is nested too deep")
    except ValueError:
        return Unreadable("the file holds what no Python source may hold (a null byte, a huge number)")
    return parsed


# Python 3.14 lets the parentheses go: `except A, B:`. Nothing of a handler matters here but that the file can be read.
_BARE_EXCEPT = re.compile(r"^(\s*except\*?\s+)([\w.]+(?:\s*,\s*[\w.]+)+)(\s*:)", re.MULTILINE)

# Python 3.12 has type parameters and the `type` statement; what is left of them names the same things.
_BRACKETS = r"\[(?:[^\[\]]|\[[^\[\]]{0,200}\]){0,600}\]"
_TYPE_PARAMETERS = re.compile(rf"^([ \t]*(?:class|(?:async[ \t]+)?def|type)[ \t]+\w+){_BRACKETS}", re.MULTILINE)
_TYPE_STATEMENT = re.compile(r"^([ \t]*)type[ \t]+(\w+[ \t]*)=(?!=)", re.MULTILINE)


def _without_parameters(found: re.Match[str]) -> str:
    # Lines keep their numbers.
    return found[1] + "\\\n" * found[0].count("\n")


def _parse_text(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError:
            older = _BARE_EXCEPT.sub(r"\1(\2)\3", text)
            older = _TYPE_STATEMENT.sub(r"\1\2=", _TYPE_PARAMETERS.sub(_without_parameters, older))
            if older == text:
                raise
            return ast.parse(older)


def _find_bindings(
    body: Iterable[ast.stmt],
    stars: list[ast.ImportFrom],
    tests: tuple[tuple[ast.expr, bool], ...] = (),
    *,
    fallback: bool = False,
) -> Iterator[tuple[str, Binding]]:
    for node in body:
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            stars.append(node)
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            yield from _find_bindings(node.orelse, stars, tests, fallback=fallback)
        elif isinstance(node, ast.If):
            yield from _find_bindings(node.body, stars, (*tests, (node.test, True)), fallback=fallback)
            yield from _find_bindings(node.orelse, stars, (*tests, (node.test, False)), fallback=fallback)
        elif isinstance(node, ast.Try | ast.With | ast.While | ast.Match):
            for part in _plain_bodies(node):
                yield from _find_bindings(part, stars, tests, fallback=fallback)
            for handler in node.handlers if isinstance(node, ast.Try) else ():
                yield from _find_bindings(handler.body, stars, tests, fallback=True)
        else:
            for name in bound_names(node):
                yield name, Binding(node, tests, fallback)


def _plain_bodies(node: ast.Try | ast.With | ast.While | ast.Match) -> list[list[ast.stmt]]:
    """The parts of a statement that are taken to run."""
    if isinstance(node, ast.Match):
        return [case.body for case in node.cases]
    return [node.body, node.orelse, node.finalbody] if isinstance(node, ast.Try) else [node.body]


def _is_type_checking(test: ast.expr) -> bool:
    """Whether a test holds for type checkers alone, so that nothing under it runs."""
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
    return False


def bound_names(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds or changes in its own scope."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Import(names=names):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in names)
        case ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name for alias in names)
        case ast.Assign(targets=targets):
            for target in targets:
                yield from target_names(target)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            yield from target_names(target)
        case ast.For():
            yield from dict.fromkeys(
                name
                for inner in ast.walk(node)
                if isinstance(inner, ast.stmt) and inner is not node
                for name in bound_names(inner)
            )
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            yield name


def target_names(target: ast.expr) -> Iterator[str]:
    """Yield the names that a target of an assignment binds; for `x[1] = ...` that is x."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from target_names(part)
        case ast.Starred(value=value) | ast.Subscript(value=value):
            yield from target_names(value)


def dump(node: ast.AST) -> str:
    """The syntax as text, equal for equal syntax; what is nested too deep equals itself alone."""
    try:
        return ast.dump(node)
    except RecursionError:
        return f"too deep: {id(node)}"
    except ValueError:
        # Python refuses to write huge numbers in decimal digits.
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, int):
                part.value = hex(part.value)
        return ast.dump(node)


_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")


def words(content: bytes) -> frozenset[bytes]:
    """The words of a text, for a cheap look before parsing."""
    return frozenset(_WORD.findall(content))
