"""Routes of servlets: `@WebServlet` and web.xml name the paths, `doGet` and its kin the methods.

Source: https://jakarta.ee/specifications/servlet/6.0/ (read 2026-11-30).
Out of sight: servlets of libraries, which a mapping names and no source of the tree has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    following_function,
    functions_in,
    join_paths,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_HANDLER = re.compile(r"do(Get|Post|Put|Patch|Delete|Head)")
_PATH = re.compile(r"\"(/[^\"\n]{0,200})\"")
_ENTRY = re.compile(r"<(servlet|servlet-mapping)>([^\0]{0,2000}?)</\1>")
_NAME = re.compile(r"<servlet-name>([^<]{1,300})</")
_CLASS = re.compile(r"<servlet-class>\s*([\w.$]{1,300})\s*</")
_PATTERN = re.compile(r"<url-pattern>\s*(/[^<\s]{0,200})\s*</")
# One that is not closed goes to the end.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MAX_BYTES = 200_000


def find_servlet_routes(source: Source) -> Iterator[Route]:
    """Yield the methods of servlets that are annotated with their paths."""
    for file in source.parsed("@WebServlet", language="java"):
        for one in file.decorators:
            target = following_function(file, one) if one.name == "WebServlet" else None
            if target is not None and target.kind is Kind.CLASS:
                for path in _PATH.findall(one.text):
                    yield from _methods(file, target, path)


def _methods(file: SourceFile, servlet: Element, path: str) -> Iterator[Route]:
    handlers = [(found[1], one) for one in functions_in(file, servlet) if (found := _HANDLER.fullmatch(one.name))]
    for name, one in handlers:
        yield declare(name.upper(), join_paths(path), "servlet", (file, one), one.end_line)
    if not handlers:
        yield declare(ANY, join_paths(path), "servlet", (file, servlet), servlet.line)


def find_mapped_servlets(source: Source, files: Files) -> Iterator[Route]:
    """Yield the methods of the servlets that web.xml maps, each class the one of its name."""
    for path in files.select("web.xml"):
        text = _COMMENT.sub("", (files.text(path) or "")[:_MAX_BYTES])
        entries = [(found[1], found[2]) for found in _ENTRY.finditer(text)]
        named = {name: one[1] for kind, text in entries if kind == "servlet" for name, one in _pairs(text, _CLASS)}
        for kind, text in entries:
            for name, pattern in _pairs(text, _PATTERN) if kind == "servlet-mapping" else ():
                yield from _of_class(source, named.get(name, ""), pattern[1])


def _pairs(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, re.Match[str]]]:
    name = _NAME.search(text)
    for found in pattern.finditer(text) if name else ():
        if name:
            yield name[1].strip(), found


def _of_class(source: Source, dotted: str, path: str) -> Iterator[Route]:
    name = dotted.rpartition(".")[2]
    paths = source.named(f"{name}.java")
    for file in [source.file(paths[0])] if len(paths) == 1 else ():
        for servlet in file.called(Kind.CLASS, name):
            yield from _methods(file, servlet, path)
