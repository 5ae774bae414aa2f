"""Routes of FastEndpoints, ServiceStack and Azure Functions.

Sources: https://fast-endpoints.com/docs/get-started, https://docs.servicestack.net/routing and
https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_text,
    following_function,
    functions_in,
    join_paths,
    named_text,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_ENDPOINT = re.compile(r":\s*(?:[\w.]{0,60}\.)?(?:Endpoint\w*\b|Ep\.)")
_CONFIGURES = re.compile(rb"\boverride\s+void\s+Configure\(\)")
_VERB = re.compile(r"Get|Post|Put|Patch|Delete|Head")
_VERBS_OF = re.compile(r"\b(?:Http\.)?(GET|POST|PUT|PATCH|DELETE|HEAD)\b")
_TEXT = re.compile(r"\"([^\"\n]{0,300})\"")
_CONSTANT = re.compile(r"\(\s*(?:\w{1,80}\.){0,3}?(\w{1,80})\.(\w{1,80})\s*[,)]")
_SERVICE = re.compile(r"\bIReturn\b|\bIReturnVoid\b")
_TRIGGER = re.compile(r"\"(get|post|put|patch|delete|head)\"", re.IGNORECASE)


def find_endpoints(source: Source) -> Iterator[Route]:
    """Yield what endpoints of FastEndpoints say in `Configure`; such a route goes to the end of its handler."""
    constants = _Constants(source)
    for file in source.parsed("Endpoint", language="csharp", pattern=_CONFIGURES):
        for one in file.functions:
            owner = file.class_around(one)
            if one.name == "Configure" and owner is not None and _ENDPOINT.match(owner.text):
                yield from _configured(constants, file, one, owner)


def _configured(constants: _Constants, file: SourceFile, configure: Element, owner: Element) -> Iterator[Route]:
    handlers = [one for one in functions_in(file, owner) if one.name in {"HandleAsync", "ExecuteAsync"}]
    calls = [one for one in file.inside(configure) if one.kind is Kind.CALL]
    end_line = max(one.end_line for one in (configure, *handlers))
    routes = next((one for one in calls if one.name == "Routes"), None)
    for call in calls:
        if _VERB.fullmatch(call.name):
            for path in _paths(constants, call):
                yield declare(call.name.upper(), join_paths(path), "fastendpoints", (file, call), end_line)
        elif call.name == "Verbs":
            for method in _VERBS_OF.findall(call.text.upper()):
                for path in _paths(constants, routes) if routes else [""]:
                    yield declare(method, join_paths(path), "fastendpoints", (file, call), end_line)


def _paths(constants: _Constants, call: Element) -> Sequence[str]:
    """The texts that a call is given, or that of a constant; an empty one where neither is known."""
    found = _TEXT.findall(call.text)
    named = _CONSTANT.match(call.text)
    return found or ([constants.text(named[1], named[2])] if named else [""])


class _Constants:
    """The texts that classes give names, each file read once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._of_file: dict[str, Mapping[tuple[str, str], str]] = {}

    def text(self, owner: str, name: str) -> str:
        """The text of a class's name; an empty one where it is not known."""
        for file in self._source.parsed(f"class {owner}", f"record {owner}", language="csharp"):
            if file.path not in self._of_file:
                self._of_file[file.path] = dict(_given(file))
            if (owner, name) in self._of_file[file.path]:
                return self._of_file[file.path][owner, name]
        return ""


def _given(file: SourceFile) -> Iterator[tuple[tuple[str, str], str]]:
    # Of two of a name the first counts.
    for one in reversed(file.assigns):
        owner = file.class_around(one)
        if owner is not None:
            yield (owner.name, one.name), first_text(one.text) or ""


def find_services(source: Source) -> Iterator[Route]:
    """Yield the routes of ServiceStack's requests."""
    for file in source.parsed("IReturn", "ServiceStack", language="csharp"):
        imports = any(one.name.partition(".")[0] == "ServiceStack" for one in file.imports)
        for one in file.decorators:
            target = following_function(file, one) if one.name == "Route" else None
            path = first_text(one.text)
            if target is not None and target.kind is Kind.CLASS and path and (imports or _SERVICE.search(target.text)):
                stated = _VERBS_OF.findall(one.text.partition(",")[2].upper())
                for method in stated or [ANY]:
                    yield declare(method, join_paths(path), "servicestack", (file, one), target.end_line)


def find_functions(source: Source) -> Iterator[Route]:
    """Yield the functions of Azure that requests trigger, below `/api`."""
    for file in source.parsed("HttpTrigger", language="csharp"):
        names = {
            _line(file, one): first_text(one.text)
            for one in file.decorators
            if one.name in {"Function", "FunctionName"}
        }
        for one in file.decorators:
            function = next(iter(file.functions_around(one)), None) if one.name == "HttpTrigger" else None
            if function is not None:
                path = named_text(one.text, "Route") or names.get(function.line) or function.name
                for method in [verb.upper() for verb in _TRIGGER.findall(one.text)] or [ANY]:
                    yield declare(
                        method, join_paths("api", path), "azure-functions", (file, function), function.end_line
                    )


def _line(file: SourceFile, one: Element) -> int:
    target = following_function(file, one)
    return target.line if target else 0
