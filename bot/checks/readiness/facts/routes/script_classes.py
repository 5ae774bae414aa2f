"""Routes of TypeScript by decorators of classes: NestJS and its kin, tsoa, Inversify, LoopBack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_text,
    following_function,
    join_paths,
    last_before,
    named_text,
)
from bot.checks.readiness.facts.routes.script_constants import ScriptConstants
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_CONTROLLER = re.compile(rb"@\s*(?:(?:Rest|Json)?Controller|Route)\b")
_NEST = {"Get": "GET", "Post": "POST", "Put": "PUT", "Patch": "PATCH", "Delete": "DELETE", "All": ANY}
_CONTROLLERS = frozenset({"Controller", "RestController", "JsonController"})
_PATH = re.compile(r"\bpath\s*:\s*([A-Za-z_$][\w$.]{0,200})\s*[,}]")
_TSOA = re.compile(r"@?tsoa(?:/|$)")
_INVERSIFY = {
    **{f"http{name}": method for name, method in _NEST.items() if name != "All"},
    "httpHead": "HEAD",
    "all": ANY,
}
_LOOPBACK = {"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "del": "DELETE"}


def find_class_routes(source: Source) -> Iterator[Route]:
    """Yield the routes, file by file."""
    constants = ScriptConstants(source)
    for file in source.parsed("@Controller", "Controller(", "tsoa", language="typescript"):
        if _CONTROLLER.search(source.content(file.path)):
            yield from _by_decorators(file, constants)
    for file in source.parsed("inversify-express-utils", language="typescript"):
        if any(one.name == "inversify-express-utils" for one in file.imports):
            yield from _beneath(file, constants, frozenset({"controller"}), _INVERSIFY)
    for file in source.parsed("@loopback/rest", language="typescript"):
        yield from _of_loopback(file)


def _by_decorators(file: SourceFile, constants: ScriptConstants) -> Iterator[Route]:
    of_tsoa = any(_TSOA.match(one.name) for one in file.imports)
    return _beneath(file, constants, frozenset({"Route"}) if of_tsoa else _CONTROLLERS, _NEST)


def _beneath(
    file: SourceFile, constants: ScriptConstants, names: frozenset[str], methods: Mapping[str, str]
) -> Iterator[Route]:
    """Yield the routes of methods whose class has a decorator of some names."""
    controllers = [one for one in file.decorators if one.name in names]
    for one in file.decorators:
        if one.name not in methods:
            continue
        before = last_before(controllers, one.start)
        if before is None:
            continue
        prefix = constants.first_text(file, before.text) or _named_path(file, before.text, constants) or ""
        function = following_function(file, one)
        end = function.end_line if function else one.end_line
        path = constants.first_text(file, one.text) or ""
        yield declare(methods[one.name], join_paths(prefix, path), "nestjs", (file, one), end)


def _named_path(file: SourceFile, arguments: str, constants: ScriptConstants) -> str | None:
    """The path among the options of a controller, a text or a constant."""
    literal, named = named_text(arguments, "path"), _PATH.search(arguments)
    return literal or (constants.first_text(file, named[1]) if named else None)


def _of_loopback(file: SourceFile) -> Iterator[Route]:
    imported = {word for one in file.imports if one.name == "@loopback/rest" for word in one.text.split()}
    for one in file.decorators:
        path, function = first_text(one.text), following_function(file, one)
        if one.name in _LOOPBACK and one.name in imported and path is not None and function is not None:
            yield declare(_LOOPBACK[one.name], join_paths(path), "loopback", (file, one), function.end_line)
