"""Routes of C#: actions of ASP.NET controllers that say where they are, and minimal endpoints.

A controller takes the route of the class that it extends, where it has none; groups of endpoints are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.readiness.facts.routes.aspnet_conventions import conventional_path
from bot.checks.readiness.facts.routes.route import (
    ANY,
    VERBS,
    Route,
    declare,
    first_text,
    following_function,
    join_paths,
    made_before,
    named_text,
    owner_of,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_HTTP = {f"Http{verb.capitalize()}": verb.upper() for verb in VERBS}
_NAMING = frozenset({"Route", *_HTTP})
_MAP = re.compile(r"Map(Get|Post|Put|Patch|Delete|Methods)")
_TOKEN = re.compile(r"(?i)\[(controller|action)\]")
_GROUP = re.compile(r"\.MapGroup\(\s*\"([^\"\n]{0,200})\"")
_MAX_BASES = 4
_MAX_GROUPS = 6


def find_csharp_routes(source: Source) -> Iterator[Route]:
    """Yield actions of controllers, and minimal endpoints."""
    files = list(source.parsed("[Http", "[Route", ", Route(", language="csharp"))
    prefixes = {
        owner_of(file, one): first_text(one.text) or ""
        for file in files
        for one in file.decorators
        if one.name == "Route"
    }
    for file in files:
        targets = [(one, following_function(file, one)) for one in file.decorators if one.name in _NAMING]
        stated = {target for one, target in targets if one.name in _HTTP}
        for one, target in targets:
            if target is None or target.kind is not Kind.FUNCTION:
                continue
            if one.name in _HTTP or (target not in stated and _is_controller(file.class_around(target))):
                yield _action(file, one, target, prefixes)
    for file in source.parsed(*(f".Map{verb.capitalize()}" for verb in VERBS), ".MapMethods", language="csharp"):
        for call in file.calls:
            found = _MAP.fullmatch(call.last_name)
            if found:
                method = found[1].upper() if found[1] != "Methods" else ANY
                path = join_paths(*_groups(file, call), first_text(call.text) or "")
                yield declare(method, path, "aspnet", (file, call), call.end_line)


def _is_controller(owner: Element | None) -> bool:
    return owner is not None and "Controller" in owner.name


def _action(file: SourceFile, one: Element, action: Element, prefixes: Mapping[str, str]) -> Route:
    owner = file.class_around(action)
    name = owner.name if owner else ""
    path = first_text(one.text) or named_text(one.text, "Template") or prefixes.get(f"{name}.{action.name}", "")
    prefix, framework = _prefix(owner, prefixes), "aspnet"
    if path.startswith(("/", "~/")):
        prefix = ""
    elif prefix is None and not path:
        prefix, framework = conventional_path(owner, action), "aspnet-mvc"
    tokens = {"controller": name.removesuffix("Controller").lower(), "action": action.name}
    whole = _TOKEN.sub(lambda found: tokens[found[1].lower()], join_tokens(prefix or "", path.removeprefix("~")))
    return declare(_HTTP.get(one.name, ANY), join_paths(whole), framework, (file, one), action.end_line)


def join_tokens(prefix: str, path: str) -> str:
    """Both, before `[controller]` is taken for a parameter."""
    return f"{prefix.strip('/')}/{path.strip('/')}"


def _prefix(owner: Element | None, prefixes: Mapping[str, str]) -> str | None:
    """The route of a class, or of one that it extends."""
    if owner is None:
        return ""
    return prefixes.get(owner.name, next((prefixes[base] for base in bases_of(owner) if base in prefixes), None))


def bases_of(owner: Element) -> Sequence[str]:
    """The names of what a class extends."""
    return re.findall(r"\w+", owner.text[:300])[:_MAX_BASES]


def _groups(file: SourceFile, call: Element) -> Sequence[str]:
    """The prefixes of the groups that an endpoint is mapped in, outermost first."""
    found: list[str] = []
    receiver = call.name
    for _ in range(_MAX_GROUPS):
        found = [*_GROUP.findall(receiver), *found]
        name = receiver.partition(".")[0]
        made = next(made_before(file, name, call.start), None)
        if made is None or not _GROUP.search(made.text) or made.text == receiver:
            break
        receiver = made.text
        call = made
    return found
