"""Routes of Java by annotations: the mappings of Spring and the resources of JAX-RS."""

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
from bot.checks.readiness.facts.source.elements import Element
from bot.checks.readiness.facts.source.index import Source

_SPRING = {f"{verb.capitalize()}Mapping": verb.upper() for verb in VERBS} | {"RequestMapping": ANY}
_ONE_METHOD = r"(?:RequestMethod\s*\.\s*)?([A-Z]+)"
_REQUEST_METHOD = re.compile(rf"\bmethod\s*=\s*(?:\{{\s*{_ONE_METHOD}\s*\}}|{_ONE_METHOD})\s*(?:,|$)")
_JAX = frozenset(verb.upper() for verb in VERBS)


def find_java_routes(source: Source) -> Iterator[Route]:
    """Yield the mappings of Spring and the resources of JAX-RS."""
    for file in source.parsed("Mapping", "@Path", language="java"):
        if "@FeignClient" in file.code:
            continue
        prefixes = {
            owner_of(file, one): _text_of(one) for one in file.decorators if one.name in {"RequestMapping", "Path"}
        }
        for one in file.decorators:
            method = _spring_method(one) or (one.name if one.name in _JAX else None)
            target = following_function(file, one)
            if method is None or target is None or target in file.classes:
                continue
            owner = file.class_around(target)
            prefix = prefixes.get(owner.name if owner else "", "")
            path = (
                _text_of(one)
                if one.name in _SPRING
                else prefixes.get(f"{owner.name if owner else ''}.{target.name}", "")
            )
            yield declare(method, join_paths(prefix, path), "spring", (file, one), target.end_line)


def _spring_method(one: Element) -> str | None:
    """The method of a mapping of Spring: the only one that it names, where `RequestMapping` is told which."""
    named = _REQUEST_METHOD.search(one.text) if one.name == "RequestMapping" else None
    return (named[1] or named[2]) if named else _SPRING.get(one.name)


def _text_of(one: Element) -> str:
    return first_text(one.text.lstrip("{")) or named_text(one.text, "value", "path") or ""
