"""Routes of programs for the JVM that a document names: the interfaces of its server are generated out of it.

Rule: the operations of a document that openapi-generator makes a server of, by its plugin for Maven or Gradle, or that
Quarkus' generator of servers is given. Each stands in its document: the interface is made as the program is built.
Sources: https://openapi-generator.tech/docs/generators and
https://docs.quarkiverse.io/quarkus-openapi-generator/dev/server.html (read 2026-11-30).
Out of sight: documents that are fetched, and paths that stand in files of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, normpath

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.routes.route import VERBS, Route, join_paths
from bot.checks.readiness.facts.source.index import Source
from bot.checks.readiness.facts.spring import find_spring_settings

_SERVERS = re.compile(
    r"spring|jaxrs(?:-[\w-]+)?|kotlin-(?:spring|server)[\w-]*|java-micronaut-server|java-(?:helidon|undertow)-server"
    r"|java-(?:play-framework|vertx-web|inflector|camel|msf4j)"
)
# Of such a generator these make what asks.
_ASKS = re.compile(r"\blibrary\b(?:\.set)?[\s>=(\"']{1,8}spring-(?:cloud|http-interface)\b")
_BUILDS = ("pom.xml", "build.gradle", "build.gradle.kts")
_PLUGIN = re.compile(r"openapi-generator-maven-plugin|org\.openapi\.generator|\bopenApiGenerate\b")
_CONFIGURED = re.compile(r"<configuration>|\bopenApiGenerate\b|\bGenerateTask\b")
_GENERATOR = re.compile(r"\bgeneratorName\b(?:\.set)?[\s>=(\"']{1,8}([\w-]{1,60})")
_GIVEN = re.compile(r"\binputSpec\b(?:\.set)?[\s>=(\"']{1,8}([^\s<>\"'(),]{1,200})")
_VARIABLE = re.compile(r"\$(?:\{[\w.]{1,60}\}|\w{1,60})/?")
_OF_QUARKUS = ("quarkus", "openapi", "generator", "server", "spec")
_DOCUMENT = "openapi"
_MAX_DOCUMENTS, _MAX_OPERATIONS, _MAX_CHARACTERS = 20, 1_000, 400_000


def find_document_routes(_source: Source, files: Files) -> Iterator[Route]:
    """Yield the operations, each where its document has it."""
    for path in list(dict.fromkeys([*_of_builds(files), *_of_quarkus(files)]))[:_MAX_DOCUMENTS]:
        yield from _operations(files, path)


def is_of_document(route: Route) -> bool:
    """Whether a route is one that a server has by its document."""
    return route.framework == _DOCUMENT


def _of_builds(files: Files) -> Iterator[str]:
    """Yield the documents that a build makes a server of."""
    for path in files.select(*_BUILDS):
        text = (files.text(path) or "")[:_MAX_CHARACTERS]
        if _PLUGIN.search(text) is None:
            continue
        for part in _CONFIGURED.split(without_comments(path, text))[1:]:
            told = part.partition("</configuration>")[0]
            generator, given = _GENERATOR.search(told), _GIVEN.search(told)
            if generator and given and _SERVERS.fullmatch(generator[1]) and not _ASKS.search(told):
                yield from _placed(files, dirname(path), _VARIABLE.sub("", given[1]))


def _of_quarkus(files: Files) -> Iterator[str]:
    for one in find_spring_settings(files):
        if one.names == _OF_QUARKUS and isinstance(one.value, str):
            folder = dirname(one.path)
            yield from _placed(files, f"{folder}/openapi" if folder else "openapi", one.value)


def _placed(files: Files, folder: str, name: str) -> Iterator[str]:
    """Yield the file of a name below a folder, or else from the repository's root."""
    for path in (normpath(f"{folder or '.'}/{name}"), normpath(name)):
        if path in files:
            yield path
            return


def _operations(files: Files, path: str) -> Iterator[Route]:
    document = files.parsed(path)
    paths = document.get("paths") if document else None
    if document is None or not isinstance(paths, Mapping):
        return
    named = [(name, verb) for name, item in paths.items() if isinstance(item, Mapping) for verb in item]
    for name, verb in named[:_MAX_OPERATIONS]:
        if verb in VERBS:
            line = document.line("paths", name, verb)
            yield Route(verb.upper(), join_paths(name), _DOCUMENT, path, line, line)
