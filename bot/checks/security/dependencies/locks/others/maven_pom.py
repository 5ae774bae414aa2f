"""Maven's `pom.xml`: what it asks for at exact versions, by the properties and parents that the tree has.

Source: https://maven.apache.org/pom.html (read 2026-11-30)
Out of sight: what those artifacts need in turn, and versions that a parent outside of the repository manages.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import MAVEN, About, Entry, Source, loose, pinned
from bot.checks.security.dependencies.locks.others.ranges import is_exact_of_maven
from bot.checks.security.text.located import UnreadableError
from bot.checks.security.text.xml_text import Element, read_xml

_PROPERTY: Final = re.compile(r"\$\{([^{}]+)\}")
_MAX_PARENTS: Final = 8
_MAX_STEPS: Final = 8
_MAX_VALUE: Final = 200


def read(source: Source) -> Iterator[Entry]:
    """Yield the artifacts of the file; those without a version to be had are told, save snapshots of the project."""
    root = read_xml(source.content)
    if root.name != "project":
        raise UnreadableError(root.line, "is no project of Maven")
    model = _Model(source, root)
    for element in root.iterate():
        if element.name in ("dependency", "plugin", "extension") and element.find("artifactId"):
            yield from _read_dependency(source, element, model)
    parent = root.find("parent")
    if parent and not model.parents:
        yield from _read_dependency(source, parent, model)


class _Model:
    """What the file and its parents of the tree say of versions."""

    def __init__(self, source: Source, root: Element) -> None:
        self.parents = list(_parents(source, root))
        chain = [root, *self.parents]
        own = root.find("properties")
        self.lines = {one.name: one.text_line for one in (own.children if own else ())}
        self.group = next(filter(None, (_said(one, "groupId") for one in chain)), "")
        self.properties: dict[str, str] = {}
        self.managed: dict[str, str] = {}
        for one in reversed(chain):
            self.properties |= _own_properties(one)
        for one in reversed(chain):
            managed = one.find("dependencyManagement", "dependencies")
            for element in managed.children if managed else ():
                self.managed[self.name_of(element)] = self.resolve(element.text_of("version"))

    def resolve(self, text: str) -> str:
        """The text with properties put in, some steps deep; what is not known stays."""
        for _ in range(_MAX_STEPS):
            if "${" not in text or len(text) > _MAX_VALUE:
                break
            text = _PROPERTY.sub(lambda found: self.properties.get(found[1], found[0]), text)
        return text

    def name_of(self, element: Element) -> str:
        """Group and artifact; plugins have a default group."""
        group = element.text_of("groupId") or ("org.apache.maven.plugins" if element.name == "plugin" else "")
        return f"{self.resolve(group)}:{self.resolve(element.text_of('artifactId'))}"


def _own_properties(root: Element) -> dict[str, str]:
    """The properties that a project sets, and those that Maven makes of its coordinates."""
    properties = root.find("properties")
    found = {one.name: one.text for one in (properties.children if properties else ())}
    for name in ("groupId", "artifactId", "version"):
        if said := _said(root, name):
            found |= {f"project.{name}": said, f"pom.{name}": said, name: said}
        found[f"project.parent.{name}"] = root.text_of("parent", name)
    return {name: value for name, value in found.items() if len(value) <= _MAX_VALUE}


def _said(root: Element, name: str) -> str:
    return root.text_of(name) or root.text_of("parent", name) if name != "artifactId" else root.text_of(name)


def _parents(source: Source, root: Element) -> Iterator[Element]:
    """Yield the parents that stand in the tree, the nearest first."""
    for _ in range(_MAX_PARENTS):
        parent = root.find("parent")
        if parent is None:
            return
        relative = parent.find("relativePath")
        path = posixpath.normpath(source.folder + (relative.text if relative else "../pom.xml"))
        if not path.endswith(".xml"):
            path += "/pom.xml"
        found = source.at(path)
        if found is None:
            return
        try:
            root = read_xml(found.content)
        except UnreadableError:
            return
        # Maven takes what stands at that path only where it is the parent that the file names.
        if root.text_of("artifactId") != parent.text_of("artifactId"):
            return
        source = found
        yield root


def _read_dependency(source: Source, element: Element, model: _Model) -> Iterator[Entry]:
    name = model.name_of(element)
    version = element.find("version")
    said = model.resolve(version.text) if version else model.managed.get(name, "")
    line = (version or element.find("artifactId") or element).text_line
    if version and (found := _PROPERTY.fullmatch(version.text)):
        # The line that a change of the version edits.
        line = model.lines.get(found[1], line)
    about = About(name=name, dev=element.text_of("scope") == "test", direct=True)
    if element.text_of("scope") == "system":
        return
    own = name.startswith(f"{model.group}:") and said == model.properties.get("project.version")
    if is_exact_of_maven(said):
        # Looked up also where it seems to be the project's own: group and version are whatever the file says.
        yield pinned(source, line, MAVEN, said, about)
    elif own:
        return
    elif version or element.name == "dependency":
        yield loose(source, line, Origin.UNPINNED, said, about)
