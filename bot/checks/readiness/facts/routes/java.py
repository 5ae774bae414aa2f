"""Routes of Java by annotations: Spring's mappings, JAX-RS' resources, Micronaut's controllers, Armeria's services.

The same annotations tell clients what to ask: interfaces of Feign, Retrofit and the like declare no routes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    VERBS,
    Route,
    declare,
    first_text,
    following_function,
    join_paths,
    named_text,
    owner_of,
)
from bot.checks.readiness.facts.source.elements import Element, Kind
from bot.checks.readiness.facts.source.index import Source

_SPRING = {f"{verb.capitalize()}Mapping": verb.upper() for verb in VERBS} | {"RequestMapping": ANY}
_ONE_METHOD = r"(?:RequestMethod\s*\.\s*)?([A-Z]+)"
_REQUEST_METHOD = re.compile(rf"\bmethod\s*=\s*(?:\{{\s*{_ONE_METHOD}\s*\}}|{_ONE_METHOD})\s*(?:,|$)")
_JAX = frozenset(verb.upper() for verb in VERBS)


_PREFIXES = {False: frozenset({"RequestMapping", "Path"}), True: frozenset({"Controller", "PathPrefix"})}
# Of Micronaut and of Armeria: `@Get("/{id}")`.
_BY_VERB = {verb.capitalize(): verb.upper() for verb in VERBS}
_BY_VERB_IMPORT = re.compile(r"io\.(micronaut)\.http\.annotation\b|com\.linecorp\.(armeria)\.server\.annotation\b")
_CLIENTS = re.compile(rb"@FeignClient\b|@RegisterRestClient\b|@Client\(|\bimport retrofit2?\.|\bimport feign\.")


def find_java_routes(source: Source) -> Iterator[Route]:
    """Yield what the methods of controllers and resources are annotated with."""
    for file in source.parsed(
        "Mapping", "@Path", "micronaut.http.annotation", "armeria.server.annotation", language="java"
    ):
        if _CLIENTS.search(file.content):
            continue
        by_verb = next((found for one in file.imports if (found := _BY_VERB_IMPORT.match(one.name))), None)
        named = _PREFIXES[by_verb is not None]
        prefixes = {owner_of(file, one): _text_of(one) for one in file.decorators if one.name in named}
        for one in file.decorators:
            target = following_function(file, one)
            if target is None or target.kind is Kind.CLASS:
                continue
            owner = file.class_around(target)
            name = owner.name if owner else ""
            if by_verb and one.name in _BY_VERB:
                path = join_paths(prefixes.get(name, ""), _text_of(one))
                framework = by_verb[1] or by_verb[2]
                yield declare(_BY_VERB[one.name], path, framework, (file, one), target.end_line)
            elif method := _spring_method(one) or (one.name if one.name in _JAX else None):
                own = _text_of(one) if one.name in _SPRING else prefixes.get(f"{name}.{target.name}", "")
                path = join_paths(prefixes.get(name, ""), own)
                yield declare(method, path, "spring", (file, one), target.end_line)


def _spring_method(one: Element) -> str | None:
    """The method of a mapping of Spring: the only one that it names, where `RequestMapping` is told which."""
    named = _REQUEST_METHOD.search(one.text) if one.name == "RequestMapping" else None
    return (named[1] or named[2]) if named else _SPRING.get(one.name)


def _text_of(one: Element) -> str:
    return first_text(one.text.lstrip("{")) or named_text(one.text, "value", "path", "uri") or ""
