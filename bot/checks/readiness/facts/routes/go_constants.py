"""Texts of Go: literals, constants of the package or of another one, and sums of them.

Out of sight: texts that are put together by `fmt.Sprintf`, or kept in variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname

from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

# The first argument of a call: texts and names with `+` between them.
_TERM = r"""(?:"[^"\n]{0,300}"|`[^`\n]{0,300}`|(?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*)"""
_FIRST = re.compile(rf"\(\s*({_TERM}(?:\s*\+\s*{_TERM}){{0,6}})\s*,")
_TERMS = re.compile(_TERM)
_CONSTANT = re.compile(
    rf"\s*(?:const )?([A-Za-z_]\w*)(?:\s+string)?\s*=\s*({_TERM}(?:\s*\+\s*{_TERM}){{0,6}})\s*(?://.*)?"
)
# What oapi-codegen puts before each path: where the router is mounted. Elsewhere that may be another server's address.
_PREFIX = re.compile(r"^options\.BaseURL\s*\+\s*(?=[\"`]/)")
_LONGEST_LINE = 1_000
_MAX_DEPTH = 4
_MAX_PATH = 500


class Constants:
    """The texts of constants, by the folder of their package."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._folders: dict[str, list[str]] = {}
        for path in source.paths:
            if path.endswith(".go"):
                self._folders.setdefault(dirname(path), []).append(path)
        self._by_name: dict[str, list[str]] = {}
        for folder in self._folders:
            self._by_name.setdefault(basename(folder), []).append(folder)
        self._known: dict[str, Mapping[str, str]] = {}
        self._texts: dict[tuple[str, str], str | None] = {}

    def first_text(self, file: SourceFile, arguments: str) -> str | None:
        """The first of some arguments as text; None where it is none, or not known."""
        found = _FIRST.match(arguments)
        if found is None:
            return None
        folder = dirname(file.path)
        return self._text(found[1], folder, 0) or self._text(_PREFIX.sub("", found[1], count=1), folder, 0)

    def _text(self, expression: str, folder: str, depth: int) -> str | None:
        if depth > _MAX_DEPTH:
            return None
        texts = [self._term(term, folder, depth) for term in _TERMS.findall(expression)]
        if None in texts:
            return None
        return "".join(filter(None, texts))[:_MAX_PATH]

    def _term(self, term: str, folder: str, depth: int) -> str | None:
        if term[0] in '"`':
            return term[1:-1]
        package, _, name = term.rpartition(".")
        for one in self._by_name.get(package, ()) if package else (folder,):
            expression = self._of(one).get(name)
            if expression is not None:
                if (one, name) not in self._texts:
                    self._texts[one, name] = self._text(expression, one, depth + 1)
                return self._texts[one, name]
        return None

    def _of(self, folder: str) -> Mapping[str, str]:
        """The constants of a folder's package, each as it is written; of two of a name the first."""
        if folder not in self._known:
            known: dict[str, str] = {}
            for path in self._folders.get(folder, ()):
                content = self._source.content(path)
                if b'"/' in content or b"`/" in content:
                    for line in _constant_lines(content.decode("utf-8", "replace")):
                        if found := _CONSTANT.fullmatch(line):
                            known.setdefault(found[1], found[2])
            self._known[folder] = known
        return self._known[folder]


def _constant_lines(text: str) -> Iterator[str]:
    """Yield the lines that declare constants: what a variable holds may be anything when the program runs."""
    inside = False
    for line in text.split("\n"):
        if line.startswith("const ("):
            inside = True
        elif line.startswith(")"):
            inside = False
        elif (inside or line.startswith("const ")) and len(line) < _LONGEST_LINE:
            yield line
