"""Manifests of Python: pyproject.toml, requirements files, Pipfile, setup.cfg, setup.py.

Names are normalised as in https://packaging.python.org/en/latest/specifications/name-normalization/ (read 2026-11-29).
Out of sight: names that setup.py computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.readiness.facts.dependencies.declared import Dependency
from bot.checks.readiness.facts.documents import Document
from bot.checks.readiness.facts.files import Files
from bot.model import Json

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_SEPARATORS = re.compile(r"[-_.]+")
_DEVELOPMENT = re.compile(r"dev|test|lint|doc|typing|types|ci$|style|quality", re.IGNORECASE)
# Groups of PEP 735 that the program runs with: `pip install --group main`.
_RUN_WITH = re.compile(
    r"(?:main|prod(?:uction)?|run(?:time|-time)?|app|application|server|service|web|api|backend|worker|deploy)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""["']([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]'"]*\])?\s*(?:[<>=!~;@][^"'\n]*)?["']""")
_SETUP_LIST = re.compile(r"(install_requires|tests_require)\s*=\s*\[([^\]]*)\]")


def read_pyproject(files: Files, path: str) -> Iterator[Dependency]:
    """Yield what PEP 621, PEP 735, Poetry, uv and PDM declare."""
    document = files.parsed(path)
    if document is None:
        return
    yield from _listed(document, path, ("project", "dependencies"), development=False)
    for table in (("project", "optional-dependencies"), ("dependency-groups",), ("tool", "pdm", "dev-dependencies")):
        for group in _mapping(document.get(*table)):
            run_with = table[0] == "project" and not _DEVELOPMENT.search(group)
            development = not run_with and not (table[0] == "dependency-groups" and _RUN_WITH.fullmatch(group))
            yield from _listed(document, path, (*table, group), development=development)
    yield from _listed(document, path, ("tool", "uv", "dev-dependencies"), development=True)
    poetry = ("tool", "poetry")
    yield from _keyed(document, path, (*poetry, "dependencies"), development=False)
    yield from _keyed(document, path, (*poetry, "dev-dependencies"), development=True)
    for group in _mapping(document.get(*poetry, "group")):
        development = bool(_DEVELOPMENT.search(group))
        yield from _keyed(document, path, (*poetry, "group", group, "dependencies"), development=development)


def read_pipfile(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the packages of Pipenv."""
    document = files.parsed(path)
    if document is not None:
        yield from _keyed(document, path, ("packages",), development=False)
        yield from _keyed(document, path, ("dev-packages",), development=True)


def read_requirements(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the lines of a requirements file; its name tells whether it is for development."""
    # What is compiled from a list names what others need, too.
    if path.endswith(".txt") and path.removesuffix("txt") + "in" in files:
        return
    folder, _, name = path.rpartition("/")
    development = bool(_DEVELOPMENT.search(name)) or (folder.endswith("requirements") and name.startswith("local"))
    for number, line in enumerate(files.lines(path), 1):
        found = _NAME.match(line)
        if found:
            yield _dependency(found[1], path, number, development=development)


def read_setup(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the literal names of `install_requires`."""
    lines = [line.partition("#")[0] for line in files.lines(path)]
    if path.endswith(".cfg"):
        yield from _setup_cfg(path, lines)
        return
    text = "\n".join(lines)
    for block in _SETUP_LIST.finditer(text):
        for name in _QUOTED.finditer(block[2]):
            line = text.count("\n", 0, block.start(2) + name.start()) + 1
            yield _dependency(name[1], path, line, development=block[1] == "tests_require")


def _setup_cfg(path: str, lines: Sequence[str]) -> Iterator[Dependency]:
    inside = False
    for number, line in enumerate(lines, 1):
        if line[:1].strip():
            inside = line.replace(" ", "").startswith("install_requires=")
            line = line.partition("=")[2] if inside else ""  # noqa: PLW2901 - what stands behind the key
        found = _NAME.match(line) if inside else None
        if found:
            yield _dependency(found[1], path, number, development=False)


def _listed(document: Document, path: str, place: tuple[str, ...], *, development: bool) -> Iterator[Dependency]:
    listed = document.get(*place)
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return
    for position, one in enumerate(listed):
        found = _NAME.match(one) if isinstance(one, str) else None
        if found:
            line = document.line(*place, position)
            yield _dependency(found[1], path, line, development=development)


def _keyed(document: Document, path: str, place: tuple[str, ...], *, development: bool) -> Iterator[Dependency]:
    for name in _mapping(document.get(*place)):
        if name.lower() != "python":
            yield _dependency(name, path, document.line(*place, name), development=development)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _dependency(name: str, path: str, line: int, *, development: bool) -> Dependency:
    return Dependency("pypi", _SEPARATORS.sub("-", name).lower(), development, path, line)
