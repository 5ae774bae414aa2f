"""What shows that a tree is published for others' programs, and where programs of the JVM and of .NET begin.

Of the JVM and of .NET: what publishes it, in a build file of the product, where no program begins in its sources.
Out of sight: what publishes from a build file elsewhere, a program that begins in a class of its framework's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.index import Source

Told: TypeAlias = tuple[str, str, int]
"""What says so in words, the file and the line."""

BEGINS = (
    *("void main(", "fun main(", "extends AbstractVerticle", "SpringBootServletInitializer"),
    *("void main (", "fun main ("),
    *("void Main(", "int Main(", "Task Main(", "Task<int> Main("),
)
# What starts a server of Django, or of another framework of Python, whatever package it is built into.
_PROGRAMS = ("manage.py", "**/wsgi.py", "**/asgi.py")
# What a server loads from such a module; a library has modules of these names that speak the protocol.
_APPLICATION = re.compile(r"^(?:application|app)\b[^=\n]{0,80}=", re.MULTILINE)
# Composer's own type of a program, and what people make of it; every other one is for others' programs.
_PROGRAM_TYPE = re.compile(r"(?i)(?:^|-)(?:project|app|application|website|site)$")
_STARTS = re.compile(r"(?:(?:\w{1,60}+=\S++|cross-env)\s++)*+(?:node|nodemon|ts-node(?:-dev)?|tsx|bun|pm2|nest)\b")
# What puts a build's artefacts where others' builds take them from, of Maven and of Gradle.
_TO_CENTRAL = re.compile(
    r"<artifactId>(?:central-publishing-maven-plugin|nexus-staging-maven-plugin)</artifactId>"
    r"|https://(?:[a-z0-9-]+\.)*(?:oss\.sonatype\.org|central\.sonatype\.com)/"
    r"|nexus-publish-plugin|com\.vanniktech\.maven\.publish|\bmaven-publish\b|\bmavenPublish\b"
)
_PACKED = re.compile(
    r"<(?:PackageId|PackageLicenseExpression|PackageReadmeFile)>"
    r"|<(?:IsPackable|GeneratePackageOnBuild)>\s*+true\s*+<"
)
# Of languages whose elements are not read.
_BEGINS_THERE = re.compile(r"\bextends\s++(?:IO)?App\b|\b(?:def|fun)\s++main\b|\bstatic\s++(?:void\s++)?main\b|@main\b")
_MAX_OTHERS = 5_000
_BINARY = re.compile(r"^[ \t]*+(?:\[\[[ \t]*+bin\b|bin[ \t]*+=)", re.MULTILINE)
_BUILDS = ("pom.xml", "*.gradle", "*.gradle.kts", "*.csproj", "*.fsproj", "Directory.Build.props")
# A build of these makes a program, whatever is published beside it.
_MADE_TO_RUN = re.compile(
    r"<packaging>\s*+war\s*+<|<OutputType>\s*+(?:Win)?Exe\s*+<|<AzureFunctionsVersion>"
    r"|\bSdk\s*+=\s*+[\"']Microsoft\.NET\.Sdk\.(?:Web|Worker|BlazorWebAssembly)\b"
    r"|<mainClass>|\bmainClass(?:Name)?\s*+(?:=|\.set\()"
    r"|quarkus-maven-plugin|\bio\.quarkus\b(?![:.])|jib-maven-plugin|com\.google\.cloud\.tools\.jib"
)


def find_published(files: Files, source: Source) -> Told | None:
    """What shows it first; None where nothing does, or a program of its own is among the files."""
    if any(_is_program(files, path) for path in files.select(*_PROGRAMS)):
        return None
    return next(_find_all(files, source), None)


def _is_program(files: Files, path: str) -> bool:
    return path.endswith("manage.py") or bool(_APPLICATION.search(files.text(path) or ""))


def _find_all(files: Files, source: Source) -> Iterator[Told]:
    yield from _of_npm(files)
    yield from _of_python_and_ruby(files)
    yield from _of_composer(files)
    if files.select("go.mod") and not source.mentioning("package main", language="go"):
        yield "no package main", files.select("go.mod")[0], 1
    crates = files.select("**/src/lib.rs")
    if crates and not files.select("**/src/main.rs", "**/src/bin/**/*.rs") and not _has_binary(files):
        yield "a crate without main.rs", crates[0], 1
    yield from _of_builds(files, source)


def _has_binary(files: Files) -> bool:
    """Whether a crate names a program of its own, which may begin in any file."""
    return any(_BINARY.search(files.text(path) or "") for path in files.select("Cargo.toml"))


def _of_npm(files: Files) -> Iterator[Told]:
    for path in files.select("package.json"):
        document = files.parsed(path)
        if (
            document
            and not document.get("private")
            and any(document.get(k) for k in ("main", "exports", "module", "bin"))
            # `npm init` writes a `main` for programs, too.
            and not _STARTS.match(str(document.get("scripts", "start")))
        ):
            yield "package.json is published to npm", path, 1


def _of_python_and_ruby(files: Files) -> Iterator[Told]:
    for path in files.select("pyproject.toml"):
        document = files.parsed(path)
        if (
            document
            and document.get("build-system")
            and (document.get("project") or document.get("tool", "poetry", "name"))
        ):
            yield "pyproject.toml builds a package", path, document.line("build-system")
    for path in files.select("setup.py", "*.gemspec"):
        yield f"{path.rpartition('/')[2]} builds a package", path, 1


def _of_composer(files: Files) -> Iterator[Told]:
    for path in files.select("composer.json"):
        document = files.parsed(path)
        kind = document.get("type") if document else None
        if document and isinstance(kind, str) and not _PROGRAM_TYPE.search(kind):
            yield f"composer.json is of type {kind}", path, document.line("type")


def _of_builds(files: Files, source: Source) -> Iterator[Told]:
    paths = sorted(files.select(*_BUILDS), key=lambda path: path.count("/"))
    texts = {path: without_comments(path, files.text(path) or "") for path in paths}
    told = list(_publishing(texts))
    if told and not any(map(_MADE_TO_RUN.search, texts.values())) and not _begins(files, source):
        yield from told


def _publishing(texts: Mapping[str, str]) -> Iterator[Told]:
    for path, text in texts.items():
        pattern = _PACKED if path.endswith(("proj", ".props")) else _TO_CENTRAL
        if (found := pattern.search(text)) is not None:
            name = path.rpartition("/")[2]
            yield f"{name} publishes it, and no program begins", path, text.count("\n", 0, found.start()) + 1


def _begins(files: Files, source: Source) -> bool:
    others = files.select("*.kt", "*.scala", "*.groovy")
    return bool(
        source.mentioning(*BEGINS)
        or files.select("**/WEB-INF/web.xml")
        or len(others) > _MAX_OTHERS
        or any(_BEGINS_THERE.search(files.text(path) or "") for path in others)
    )
