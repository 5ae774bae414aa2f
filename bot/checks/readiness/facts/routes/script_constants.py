"""Texts of JavaScript and TypeScript: literals, templates, constants of any file; members of objects and classes.

Rule: a name is what the one file says that declares it by `const`, `enum` or `class`: its own, or the only other.
Out of sight: what a function makes; names that two files declare, and neither is the one that uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.checks.readiness.facts.routes.route import first_text
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_NAME = r"[A-Za-z_$][\w$]{0,80}(?:\.[A-Za-z_$][\w$]{0,80}){0,5}"
_TERM = rf"""(?:"[^"\n]{{0,300}}"|'[^'\n]{{0,300}}'|`[^`\n]{{0,300}}`|{_NAME})"""
_SUM = rf"{_TERM}(?:\s{{0,40}}\+\s{{0,40}}{_TERM}){{0,6}}"
_FIRST = re.compile(rf"[(\s]{{0,40}}({_SUM})\s{{0,40}}(?:[,)]|$)")
_VALUE = re.compile(rf"({_SUM})\s{{0,40}}(?:as\s{{1,4}}const)?\s{{0,40}},?")
_TERMS = re.compile(_TERM)
_HOLE = re.compile(rf"\$\{{\s*({_NAME})\s*\}}")
_DECLARING = ("const", "enum", "class")
_DECLARED = re.compile(rf"\b(?:{'|'.join(_DECLARING)})\s+([A-Za-z_$][\w$]*)".encode())
_ENUM = re.compile(r"\benum\s+([A-Za-z_$][\w$]*)\s*\{([^{}]{0,20000})\}")
_MAX_DEPTH, _MAX_FILES, _MAX_TEXT = 5, 3, 500


class ScriptConstants:
    """The texts that names stand for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._known: dict[tuple[str, str], str | None] = {}
        self._declared: dict[str, frozenset[bytes]] = {}

    def first_text(self, file: SourceFile, arguments: str) -> str | None:
        """The first of some arguments as text; None where it is none, or not known."""
        literal = first_text(arguments)
        if literal is not None and "${" not in literal:
            return literal
        found = _FIRST.match(arguments)
        return (self._sum(file, found[1], 0) if found else None) or literal

    def _sum(self, file: SourceFile, expression: str, depth: int) -> str | None:
        texts = [self._term(file, term, depth) for term in _TERMS.findall(expression)]
        return None if None in texts else "".join(filter(None, texts))[:_MAX_TEXT]

    def _term(self, file: SourceFile, term: str, depth: int) -> str | None:
        if term[0] in "\"'":
            return term[1:-1]
        if term[0] != "`":
            return self._named(file, term, depth)
        pieces = _HOLE.split(term[1:-1])
        pieces[1::2] = [self._named(file, name, depth) for name in pieces[1::2]]
        return None if None in pieces or "${" in "".join(pieces[::2]) else "".join(pieces)

    def _named(self, file: SourceFile, name: str, depth: int) -> str | None:
        if depth >= _MAX_DEPTH:
            return None
        key = (file.path, name)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._find(file, name, depth + 1)
        return self._known[key]

    def _find(self, file: SourceFile, name: str, depth: int) -> str | None:
        head = name.partition(".")[0]
        words = [f"{word} {head}" for word in _DECLARING]
        here = head.encode() in self._declared_in(file.path)
        paths = [file.path] if here else self._source.mentioning(*words, language="typescript")
        paths = [path for path in paths[:_MAX_FILES] if head.encode() in self._declared_in(path)]
        if len(paths) != 1:
            return None
        holder = self._source.file(paths[0])
        found = _VALUE.fullmatch(next(_values(holder, name.split(".")), "").strip())
        return self._sum(holder, found[1], depth) if found else None

    def _declared_in(self, path: str) -> frozenset[bytes]:
        if path not in self._declared:
            self._declared[path] = frozenset(_DECLARED.findall(self._source.content(path)))
        return self._declared[path]


@lru_cache(maxsize=64)
def _enums(file: SourceFile) -> Mapping[str, Sequence[str]]:
    """What stands in the enums of a file, by their names."""
    found: dict[str, list[str]] = {}
    for name, body in _ENUM.findall(file.code):
        found.setdefault(name, []).append(body)
    return found


def _values(file: SourceFile, names: list[str]) -> Iterator[str]:
    """Yield the expressions that a name stands for, whose parts are those of objects in objects, or of a class."""
    for one in file.called(Kind.ASSIGN, names[-1]):
        held = [one.name.strip("\"'"), *_holders(file, one)]
        if held[::-1] == names:
            yield one.text
    if len(names) == 2:  # noqa: PLR2004 - an enum and its member
        for body in _enums(file).get(names[0], ()):
            member = re.search(rf"\b{re.escape(names[1])}\s*=\s*({_TERM})", body)
            if member:
                yield member[1]


def _holders(file: SourceFile, one: Element) -> Iterator[str]:
    """Yield the names of what holds a value, innermost first; what a function makes has one more that is none."""
    for around in file.around(one):
        if around.kind is not Kind.CALL:
            yield around.name if around.kind in {Kind.ASSIGN, Kind.CLASS} else "()"
