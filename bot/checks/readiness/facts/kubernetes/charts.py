"""Stacks out of Helm charts: default values first, then each committed file of production values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from posixpath import basename, dirname

from bot.checks.readiness.facts.document_error import DocumentError
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.helm.chart import Chart, find_chart_folders, load_chart, load_values
from bot.checks.readiness.facts.helm.given import find_given_values
from bot.checks.readiness.facts.helm.release import Rendered, render_chart
from bot.checks.readiness.facts.kubernetes.objects import KubernetesObject, Means, Stack, objects_of
from bot.checks.readiness.facts.located import Located, Place, get_in, locate
from bot.checks.readiness.facts.yaml_text import parse_yaml
from bot.model import Unknown

_KIND = re.compile(r"^kind:[ \t]*([A-Z][A-Za-z]+)[ \t]*$", re.MULTILINE)
_PRODUCTION = re.compile(r"(?:^|[-_./])(?:prod|prd|production|live)(?:[-_./]|$)", re.IGNORECASE)
_DEVELOPMENT = re.compile(
    r"(?:^|[-_./])(?:dev|devel|development|local|test|tests|testing|ci|e2e|minikube|kind|k3d|sandbox|preview|debug)(?:[-_./]|$)",
    re.IGNORECASE,
)
_MAX_CHARTS = 40
_MAX_PRODUCTION_VALUES = 6


def find_chart_stacks(files: Files) -> Sequence[Stack]:
    """The stacks of every chart of the repository that is a product's own."""
    folders = find_chart_folders(files)
    stacks: list[Stack] = []
    for folder in folders[:_MAX_CHARTS]:
        chart = load_chart(files, folder)
        if chart.is_library:
            continue
        stacks.append(_default_stack(files, chart))
        for path in _production_values(files, folder, only=len(folders) == 1):
            unknowns: list[Unknown] = []
            values = load_values(files, path, unknowns)
            stacks.append(_stack(chart, (values,), path, unknowns))
    if len(folders) > _MAX_CHARTS:
        rest = Unknown(
            path=f"{folders[_MAX_CHARTS]}/Chart.yaml",
            reason=f"the repository has more than {_MAX_CHARTS} charts: this and later ones were not rendered",
            settle="judge the charts one by one",
        )
        stacks.append(Stack(Means.HELM, "further charts", "", "", (), [rest]))
    return stacks


def _default_stack(files: Files, chart: Chart) -> Stack:
    """With the default values; where these do not render, with the files of values that a script gives as well."""
    stack = _stack(chart, (), "")
    paths = find_given_values(files, chart.folder) if stack.unknowns else ()
    if not paths:
        return stack
    unknowns: list[Unknown] = []
    given = _stack(chart, [load_values(files, path, unknowns) for path in paths], ", ".join(paths), unknowns)
    return replace(given, production=False) if len(given.unknowns) < len(stack.unknowns) else stack


def is_production(path: str) -> bool:
    """Whether a path names production."""
    return bool(_PRODUCTION.search(path))


def is_development(path: str) -> bool:
    """Whether a path names what is not for production."""
    return bool(_DEVELOPMENT.search(path))


def _production_values(files: Files, folder: str, *, only: bool) -> Sequence[str]:
    found = []
    inside = f"{folder}/" if folder else ""
    for path in files.select("*.yaml", "*.yml"):
        if not is_production(path.removeprefix(inside)) or "values" not in path.lower():
            continue
        own = path.startswith(inside) and not path.startswith((f"{inside}templates/", f"{inside}charts/"))
        named = not folder or basename(folder) in dirname(path).split("/") or basename(folder) in basename(path)
        if own or ((only or named) and "values" in basename(path).lower()):
            found.append(path)
    return found[:_MAX_PRODUCTION_VALUES]


def _stack(chart: Chart, overrides: Sequence[Located], path: str, unknowns: Sequence[Unknown] = ()) -> Stack:
    release = render_chart(chart, overrides)
    objects: list[KubernetesObject] = []
    doubts = [*unknowns, *release.unknowns]
    causes: dict[Place, Place] = {}
    for one in release.rendered:
        try:
            objects += _objects(one)
        except DocumentError as error:
            line = one.sources[min(error.line, len(one.sources)) - 1] if one.sources else 1
            doubts.append(
                Unknown(
                    path=one.path,
                    line=line,
                    reason="what the template renders to is not YAML",
                    settle="look at `helm template` by hand",
                )
            )
        for source, value in zip(one.sources, one.values, strict=True):
            if value is not None:
                causes.setdefault(Place(one.path, source), value)
    title = f"chart {chart.folder or chart.name}" + (f" with {path}" if path else "")
    return Stack(
        Means.HELM,
        title,
        chart.folder,
        chart.folder,
        [one for one in objects if not _is_test(one)],
        doubts,
        _dormant(chart, objects),
        causes,
        release.absent,
        production=bool(path),
    )


def _objects(rendered: Rendered) -> Iterator[KubernetesObject]:
    def place(line: int) -> Place:
        return Place(rendered.path, rendered.sources[min(line, len(rendered.sources)) - 1])

    if not rendered.text.strip():
        return
    for value, lines in parse_yaml(rendered.text):
        yield from objects_of(locate(value, lines, place), place(lines.get((), 1)))


def _is_test(one: KubernetesObject) -> bool:
    hook = get_in(one.value, "metadata", "annotations", "helm.sh/hook")
    return isinstance(hook, str) and "test" in hook


def _dormant(chart: Chart, objects: Sequence[KubernetesObject]) -> dict[str, Place]:
    kinds = {one.kind for one in objects}
    found: dict[str, Place] = {}
    for path, text in sorted(chart.templates.items()):
        for match in _KIND.finditer(text):
            if match[1] not in kinds and match[1] not in found:
                found[match[1]] = Place(path, text.count("\n", 0, match.start()) + 1)
    return found
