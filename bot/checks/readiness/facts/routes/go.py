"""Routes of Go: calls of routers with a path, which may be a constant of the package, or of another one.

Out of sight: paths that are put together by `fmt.Sprintf`, or kept in variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname

from bot.checks.readiness.facts.routes.route import ANY, Route, declare, join_paths
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_ROUTER = re.compile(
    r"Handle(?:Func|r|Path)?|GET|POST|PUT|PATCH|DELETE|Any|Get|Post|Put|Patch|Delete|Head|Methods?|Path(?:Prefix)?"
)
_WORDS = ("Handle", ".GET(", ".POST(", ".Get(", ".Post(", ".Path(", ".PathPrefix(", ".Put(", ".Delete(", ".DELETE(")
_NAMED = rb"(?:\w{1,80}\.)?\w{0,80}(?:[rR]oute|[pP]ath|[eE]ndpoint|[uU][rR][lL])\w{0,80}"
_CALL = re.compile(
    rb"""\.(?:Handle\w*|[A-Z][A-Za-z]+)\(\s*(?:["`](?:[A-Z]+ )?[\w.-]*/|(?:"[A-Z]+ "\s*\+\s*)?"""
    + _NAMED
    + rb"\s*[+,])"
)
_PATTERN = re.compile(r"^(?:(GET|POST|PUT|PATCH|DELETE|HEAD) )?((?:[\w.-]+)?/.*)$")
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


def find_go_routes(source: Source) -> Iterator[Route]:
    """Yield calls of routers whose first argument is a text that begins with `/`, or with a method and a path."""
    constants = _Constants(source)
    for file in source.parsed(*_WORDS, language="go", pattern=_CALL):
        for call in file.calls:
            if not _ROUTER.fullmatch(call.last_name) or "." not in call.name or "," not in call.text:
                continue
            found = _PATTERN.match(constants.first_text(file, call.text) or "")
            if found and not found[2].startswith("//"):
                name = call.last_name.upper()
                method = found[1] or (name if name in _VERBS else ANY)
                yield declare(method, join_paths(found[2][found[2].index("/") :]), "go", (file, call), call.end_line)


class _Constants:
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
