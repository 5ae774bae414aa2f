"""Routes of Symfony: attributes, and annotations in comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_behind,
    first_text,
    following_function,
    join_paths,
    named_text,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_ANNOTATION = re.compile(r"\*\s?@Route\(\s*(?:path\s*=\s*)?\"([^\"\n]{0,200})\"([^)]{0,400})")
_SYMFONY_METHODS = re.compile(r"methods\s*(?:=|:)\s*[\[{]?\s*[\"']([A-Z]+)[\"']\s*[\]},)]?(?!\s*,?\s*[\"'])")


def find_symfony_routes(source: Source) -> Iterator[Route]:
    """Yield what attributes and annotations say."""
    for file in source.parsed("#[Route", "Annotation\\Route", language="php"):
        yield from _symfony(file)


def _symfony(file: SourceFile) -> Iterator[Route]:
    """Yield the routes of attributes, and of annotations in comments, below what they say of the class."""
    said = [*_attributes(file), *_annotations(file)]
    prefixes = {target.name: path for target, path, _ in said if target.kind is Kind.CLASS}
    # A class that is called itself has one route.
    called = {owner: one for one in file.called(Kind.FUNCTION, "__invoke") if (owner := file.class_around(one))}
    for target, path, method in said:
        owner = file.class_around(target)
        if target.kind is Kind.CLASS:
            if one := called.get(target):
                yield declare(method, join_paths(path), "symfony", (file, one), one.end_line)
        else:
            whole = join_paths(prefixes.get(owner.name if owner else "", ""), path)
            yield declare(method, whole, "symfony", (file, target), target.end_line)


def _attributes(file: SourceFile) -> Iterator[tuple[Element, str, str]]:
    for one in file.decorators:
        target = following_function(file, one) if one.name.rpartition("\\")[2] == "Route" else None
        if target is not None:
            path = first_text(one.text) or named_text(one.text, "path") or ""
            yield target, path, _symfony_method(one.text)


def _annotations(file: SourceFile) -> Iterator[tuple[Element, str, str]]:
    """What comments say, as Doctrine reads them: `@Route("/path", methods={"GET"})`."""
    if not any(one.name.endswith("Annotation\\Route") for one in file.imports):
        return
    text = file.original.decode("latin-1")
    for found in _ANNOTATION.finditer(text):
        target = first_behind(file.declared, found.end())
        if target is not None:
            yield target, found[1], _symfony_method(found[2])


def _symfony_method(text: str) -> str:
    named = _SYMFONY_METHODS.findall(text)
    return named[0] if len(named) == 1 else ANY
