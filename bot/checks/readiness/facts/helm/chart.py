"""Charts as they are committed: metadata, default values, templates, and the charts below them.

Source: https://helm.sh/docs/topics/charts/ (read 2026-11-29).
Out of sight: dependencies that are not in the repository, and those packed into archives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import dirname, normpath

from bot.checks.readiness.facts.document_error import DocumentError
from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.located import Located, Place, locate
from bot.checks.readiness.facts.yaml_text import Lines, parse_yaml
from bot.model import Json, Unknown

_MAX_DEPTH = 4
_SPOKEN = re.compile(r":[ \t]+(yes|no|on|off|Yes|No|On|Off|YES|NO|ON|OFF)[ \t]*(?:#.*)?$", re.MULTILINE)
_TRUE = frozenset({"yes", "on"})


@dataclass(frozen=True)
class Dependency:
    """A chart that another one needs. `name` is what it goes by, its alias; `chart` is None where it is not there."""

    name: str
    condition: str
    tags: Sequence[str]
    chart: Chart | None
    line: int
    imports: Sequence[Json] = ()


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes:
        folder: from the repository's root; empty for the root itself.
        metadata: what Chart.yaml says.
        values: the default values, with their places.
        templates: path to text; also those whose names begin with `_`.
        others: path to text of what templates may read through `.Files`.
    """

    name: str
    folder: str
    metadata: Mapping[str, Json]
    values: Located
    templates: Mapping[str, str]
    files: Files = field(repr=False)
    dependencies: Sequence[Dependency] = ()
    unknowns: Sequence[Unknown] = ()

    @property
    def is_library(self) -> bool:
        """Whether it only lends templates to others."""
        return self.metadata.get("type") == "library"

    def path(self, name: str) -> str:
        """The path from the repository's root of a file of the chart."""
        return f"{self.folder}/{name}" if self.folder else name


def find_chart_folders(files: Files) -> Sequence[str]:
    """The folders of charts that stand for themselves: those below another's `charts/` are its parts."""
    folders = [dirname(path) for path in files.select("Chart.yaml")]
    known = set(folders)
    return [folder for folder in folders if not _is_inside(folder, known)]


def _is_inside(folder: str, known: set[str]) -> bool:
    head, found, _ = folder.rpartition("/charts/")
    while found:
        if head in known:
            return True
        head, found, _ = head.rpartition("/charts/")
    return folder.startswith("charts/") and "" in known


def load_chart(files: Files, folder: str, depth: int = 0) -> Chart:
    """The chart of a folder, with the charts that it needs as far as they are in the repository."""
    unknowns: list[Unknown] = []
    chart_path = f"{folder}/Chart.yaml" if folder else "Chart.yaml"
    metadata, lines = _mapping(files, chart_path, unknowns)
    prefix = f"{folder}/" if folder else ""
    templates = files.select(f"{prefix}templates/**", roles=frozenset(Role))
    files.prefetch(templates)
    requirements_path = f"{prefix}requirements.yaml"
    if "dependencies" not in metadata and requirements_path in files:
        required, lines = _mapping(files, requirements_path, unknowns)
        metadata = {**metadata, "dependencies": required.get("dependencies")}
    return Chart(
        name=str(metadata.get("name") or folder.rpartition("/")[2]),
        folder=folder,
        metadata=metadata,
        values=load_values(files, f"{prefix}values.yaml", unknowns),
        templates={path: files.text(path) or "" for path in templates},
        files=files,
        dependencies=_dependencies(files, folder, metadata, lines, depth),
        unknowns=unknowns,
    )


def _dependencies(
    files: Files, folder: str, metadata: Mapping[str, Json], lines: Lines, depth: int
) -> Sequence[Dependency]:
    found: list[Dependency] = []
    prefix = f"{folder}/" if folder else ""
    declared = metadata.get("dependencies")
    named: set[str] = set()
    entries = [one for one in declared if isinstance(one, dict)] if isinstance(declared, list) else []
    for at, entry in enumerate(entries):
        name = str(entry.get("name") or "")
        repository = str(entry.get("repository") or "")
        home = f"{prefix}charts/{name}"
        if repository.startswith("file://"):
            home = normpath(f"{folder or '.'}/{repository.removeprefix('file://')}")
        named.add(home)
        there = depth < _MAX_DEPTH and f"{home}/Chart.yaml" in files
        tags, imports = entry.get("tags"), entry.get("import-values")
        found.append(
            Dependency(
                name=str(entry.get("alias") or name),
                condition=str(entry.get("condition") or ""),
                tags=[str(one) for one in tags] if isinstance(tags, list) else [],
                chart=load_chart(files, home, depth + 1) if there else None,
                line=lines.get(("dependencies", at), 1),
                imports=imports if isinstance(imports, list) else [],
            )
        )
    undeclared = {dirname(path) for path in files.select(f"{prefix}charts/*/Chart.yaml", roles=frozenset(Role))}
    for home in sorted(undeclared - named) if depth < _MAX_DEPTH else ():
        chart = load_chart(files, home, depth + 1)
        found.append(Dependency(name=chart.name, condition="", tags=[], chart=chart, line=1))
    return found


def _mapping(files: Files, path: str, unknowns: list[Unknown]) -> tuple[dict[str, Json], Lines]:
    text = files.text(path)
    if text is None:
        return {}, {}
    try:
        documents = parse_yaml(text)
    except DocumentError as error:
        unknowns.append(Unknown(path=path, line=error.line, reason=str(error), settle="mend the file"))
        return {}, {}
    value, lines = documents[0] if documents else (None, {})
    return (value if isinstance(value, dict) else {}), lines


def load_values(files: Files, path: str, unknowns: list[Unknown]) -> Located:
    """A file of values as Helm reads it: numbers are floats, `yes` and `off` are booleans, each key has its place."""
    value, lines = _mapping(files, path, unknowns)
    located = _as_helm(locate(value, lines, lambda line: Place(path, line)))
    text = files.text(path) or ""
    if isinstance(located, Located) and _SPOKEN.search(text):
        said = ((number, _SPOKEN.search(line)) for number, line in enumerate(text.split("\n"), start=1))
        spoken = {number: found[1].lower() in _TRUE for number, found in said if found}
        _speak(located, spoken)
    return located if isinstance(located, Located) else Located()


def _as_helm(value: object) -> object:
    """With each number a float, as YAML becomes JSON in Helm; changes the value in place."""
    if isinstance(value, dict):
        for key, one in value.items():
            value[key] = _as_helm(one)
    elif isinstance(value, list):
        value[:] = [_as_helm(one) for one in value]
    elif isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _speak(values: Located, spoken: Mapping[int, bool]) -> None:
    """Put YAML 1.1's booleans, which Helm still takes, where their lines say so."""
    for key, value in values.items():
        if isinstance(value, Located):
            _speak(value, spoken)
        elif isinstance(value, str) and key in values.places and values.places[key].line in spoken:
            values[key] = spoken[values.places[key].line]
