"""`pyproject.toml`: the standard's tables, and those of Poetry, PDM and uv.

Sources: https://packaging.python.org/en/latest/specifications/pyproject-toml/,
https://packaging.python.org/en/latest/specifications/dependency-groups/ and
https://python-poetry.org/docs/dependency-specification/ (read 2026-11-30)
Out of sight: what only building needs (`build-system.requires`).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import Source, is_own_folder
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.dependencies.locks.manifests.python_requirement import declare_requirement, tell_files
from bot.checks.security.dependencies.locks.python.requirement import normalise
from bot.checks.security.text.located import Place
from bot.checks.security.text.toml_text import read_toml


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the project asks for, of its extras and groups too."""
    root = read_toml(source.text)
    project, tool = root.get("project"), root.get("tool")
    yield from _declare_list(source, project.get("dependencies"))
    for extra in project.get("optional-dependencies").members():
        yield from _declare_list(source, extra)
    for groups in (root.get("dependency-groups"), tool.get("pdm", "dev-dependencies")):
        for group in groups.members():
            yield from _declare_list(source, group, dev=True)
    yield from _declare_list(source, tool.get("uv", "dev-dependencies"), dev=True)
    dynamic = tool.get("setuptools", "dynamic")
    for place in (dynamic.get("dependencies"), *dynamic.get("optional-dependencies").members()):
        named = place.get("file")
        yield from tell_files(source, [named.text] if named.text else named.texts, place.line)
    yield from _declare_table(tool.get("poetry", "dependencies"))
    yield from _declare_table(tool.get("poetry", "dev-dependencies"), dev=True)
    for group in tool.get("poetry", "group").members():
        yield from _declare_table(group.get("dependencies"), dev=True)


def _declare_list(source: Source, place: Place, *, dev: bool = False) -> Iterator[Statement]:
    for element in place.elements():
        # An element that is a table includes another group.
        if element.text:
            yield declare_requirement(source, element.text, element.line, dev=dev)


def _declare_table(table: Place, *, dev: bool = False) -> Iterator[Statement]:
    for place in table.members():
        name = normalise(place.key)
        # Poetry allows several tables for a name, one for each platform.
        for one in [place] if not place.is_list else place.elements():
            if name != "python" and (declared := _declare_poetry(name, one, dev=dev)):
                yield declared


def _declare_poetry(name: str, place: Place, *, dev: bool) -> Declared | None:
    for key, origin in (("git", Origin.VCS), ("url", Origin.URL), ("path", Origin.PATH), ("file", Origin.PATH)):
        if said := place.get(key).text:
            if origin is Origin.PATH and is_own_folder(said):
                return None
            return Declared(name=name, said=said, line=place.get(key).line, origin=origin, dev=dev)
    version = place if place.text else place.get("version")
    exact = version.text.lstrip("= ")
    pinned = exact if version.text.startswith("==") and "*" not in exact and "," not in exact else ""
    return Declared(name=name, said=version.text, line=version.line, version=pinned, dev=dev)
