"""Under which path a module's router is mounted by another one: `include_router(users.router, prefix="/users")`.

Out of sight: what mounts the one that mounts it, and routers that are put together in a loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.routes.route import named_text
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_MOUNTING = frozenset({"include_router", "register_blueprint", "add_router"})
_ROUTER = re.compile(r"\(\s*([A-Za-z_]\w*)((?:\.\w+)?)\s*,")


def find_mounted_prefixes(source: Source) -> Mapping[str, str]:
    """The prefix of each file whose router another file mounts under one, where that is told without a doubt."""
    found: dict[str, set[str]] = {}
    for file in source.parsed("include_router(", "register_blueprint(", "add_router(", language="python"):
        for path, prefix in _mounted_in(file, source):
            found.setdefault(path, set()).add(prefix)
    return {path: next(iter(prefixes)) for path, prefixes in found.items() if len(prefixes) == 1}


def _mounted_in(file: SourceFile, source: Source) -> Iterator[tuple[str, str]]:
    modules: dict[str, list[str]] = {}
    for one in file.imports:
        for word in one.text.split():
            modules.setdefault(word, []).append(one.name)
    for call in file.calls:
        router = _ROUTER.match(call.text) if call.last_name in _MOUNTING else None
        prefix = named_text(call.text, "prefix", "url_prefix") if router else None
        if not router or not prefix or not prefix.startswith("/"):
            continue
        for module in dict.fromkeys(modules.get(router[1], ())):
            name = f"{module}.{router[1]}" if router[2] and not module.endswith(f".{router[1]}") else module
            paths = _files_of(name, file, source)
            if len(paths) == 1:
                yield paths[0], prefix


def _files_of(module: str, home: SourceFile, source: Source) -> list[str]:
    """The files that a module's dotted name may stand for; with dots at its begin it is of the file's own package."""
    name = module.lstrip(".")
    if dots := len(module) - len(name):
        exact = "/".join([*home.path.split("/")[:-dots], f"{name.replace('.', '/')}.py"])
        return [exact] if exact in source else []
    return modules_of(source, name)


def modules_of(source: Source, dotted: str) -> list[str]:
    """The files that a module's dotted name may stand for, by the ends of their paths."""
    ending = f"/{dotted.replace('.', '/')}.py"
    return [path for path in source.named(ending.rpartition("/")[2]) if f"/{path}".endswith(ending)]
