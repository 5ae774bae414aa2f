"""A chart rendered as `helm template` would: values put together, templates evaluated, each line traced to its source.

Source: Helm's `pkg/chartutil` (coalesce.go, dependencies.go) and `pkg/engine` (read 2026-11-29);
checked against Helm 3.17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.checks.readiness.facts.helm.chart import Chart, Dependency
from bot.checks.readiness.facts.helm.containers import deep_copy
from bot.checks.readiness.facts.helm.engine import Chunk, Engine
from bot.checks.readiness.facts.helm.nodes import Node, TemplateFault
from bot.checks.readiness.facts.helm.parser import parse_template
from bot.checks.readiness.facts.helm.surroundings import surroundings
from bot.checks.readiness.facts.helm.values import Budget, TooMuch
from bot.checks.readiness.facts.located import Located, Place
from bot.model import Unknown

_MANIFESTS = (".yaml", ".yml", ".tpl", ".json")


@dataclass(frozen=True)
class Rendered:
    """The output of one template.

    Attributes:
        path: the template's, from the repository's root.
        sources: of each line of the text the line of the template, counted from 1.
        values: of each line of the text where the value stands that decided it; None where none did.
    """

    path: str
    text: str
    sources: Sequence[int]
    values: Sequence[Place | None]


@dataclass(frozen=True)
class Release:
    """What the templates of a chart and of its parts give.

    Attributes:
        unknowns: templates that could not be rendered.
        absent: charts that it needs and that are not in the repository.
    """

    rendered: Sequence[Rendered]
    unknowns: Sequence[Unknown]
    absent: Sequence[Unknown] = ()


def render_chart(chart: Chart, overrides: Sequence[Located] = ()) -> Release:
    """Render a chart.

    `overrides` are files of values, the last one wins, as with `--values`.
    """
    budget = Budget()
    unknowns: list[Unknown] = [*chart.unknowns]
    try:
        values = _coalesced(chart, overrides, budget)
    except TooMuch:
        return Release([], [*unknowns, _too_much(chart.path("values.yaml"), 1)])
    renderer = _Renderer(chart, budget, unknowns)
    try:
        renderer.load(chart, values, chart.name)
    except TooMuch:
        return Release([], [*unknowns, _too_much(chart.path("values.yaml"), 1)])
    return Release(renderer.render(), unknowns, renderer.absent)


def _too_much(path: str, line: int) -> Unknown:
    return Unknown(
        path=path, line=line, reason="rendering it takes more steps than a chart is given", settle="simplify the chart"
    )


# Values


def _coalesced(chart: Chart, overrides: Sequence[Located], budget: Budget) -> Located:
    values = _copied(chart.values, budget)
    for one in overrides:
        _override(values, _copied(one, budget))
    return values


def _copied(values: Located, budget: Budget) -> Located:
    copied = deep_copy(budget, values)
    return copied if isinstance(copied, Located) else Located()


def _override(values: Located, by: Mapping[str, object]) -> None:
    """Lay values over others: mappings are merged, null takes away, anything else replaces."""
    for key, value in by.items():
        mine = values.get(key)
        if isinstance(mine, Located) and isinstance(value, dict):
            _override(mine, value)
            continue
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
        if isinstance(by, Located) and key in by.places:
            values.places[key] = by.places[key]


def _is_enabled(dependency: Dependency, values: Mapping[str, object]) -> bool:
    for path in dependency.condition.split(","):
        value: object = values
        for key in path.strip().split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, bool):
            return value
    tags = values.get("tags")
    known = [tags[one] for one in dependency.tags if one in tags] if isinstance(tags, dict) else []
    return any(one is True for one in known) if known else True


# Templates


@dataclass(frozen=True)
class _Body:
    path: str
    nodes: Sequence[Node]
    data: Mapping[str, object]


class _Renderer:
    def __init__(self, chart: Chart, budget: Budget, unknowns: list[Unknown]) -> None:
        self._root, self._budget, self._unknowns = chart, budget, unknowns
        self.absent: list[Unknown] = []
        self._bodies: list[_Body] = []
        self._named: dict[str, Sequence[Node]] = {}

    def load(self, chart: Chart, values: Located, name: str) -> dict[str, object]:
        """Take in a chart with its values, and before it the charts below, whose named templates it may replace.

        Gives what its templates see.
        """
        below: dict[str, object] = {}
        around = surroundings(chart, name, self._budget, is_root=chart is self._root)
        data: dict[str, object] = {**around, "Values": values, "Subcharts": below}
        for dependency in chart.dependencies:
            if not _is_enabled(dependency, values):
                continue
            if dependency.chart is None:
                self.absent.append(_not_there(chart, dependency))
                continue
            child = _child_values(dependency, values, self._budget)
            values[dependency.name] = child
            _import_values(dependency, values, child, self._budget)
            below[dependency.name] = self.load(dependency.chart, child, f"{name}/charts/{dependency.name}")
        for path, text in sorted(chart.templates.items(), key=lambda item: (-item[0].count("/"), item[0])):
            self._parse(chart, path, text, data, name)
        return data

    def _parse(self, chart: Chart, path: str, text: str, data: Mapping[str, object], name: str) -> None:
        try:
            template = parse_template(text)
        except TemplateFault as fault:
            self._unknowns.append(_fault(path, fault))
            return
        inside = path.removeprefix(chart.path(""))
        self._named.update(template.defined)
        self._named[f"{name}/{inside}"] = template.body
        file = path.rpartition("/")[2]
        if chart.is_library or file.startswith("_") or not file.endswith(_MANIFESTS):
            return
        own = {**data, "Template": {"Name": f"{name}/{inside}", "BasePath": f"{name}/templates"}}
        self._bodies.append(_Body(path, template.body, own))

    def render(self) -> Sequence[Rendered]:
        """The output of every template that has one."""
        engine = Engine(self._named, self._budget)
        rendered: list[Rendered] = []
        for body in self._bodies:
            try:
                chunks = engine.render(body.nodes, body.data)
            except TemplateFault as fault:
                self._unknowns.append(_fault(body.path, fault))
            except RecursionError:
                self._unknowns.append(_fault(body.path, TemplateFault(1, "nested too deep")))
            except TooMuch:
                self._unknowns.append(_too_much(body.path, 1))
                break
            else:
                rendered.append(_trace(body.path, chunks))
        return rendered


def _not_there(chart: Chart, dependency: Dependency) -> Unknown:
    return Unknown(
        path=chart.path("Chart.yaml"),
        line=dependency.line,
        reason=f"the chart {dependency.name} that it needs is not in the repository",
        settle="judge the rendered manifests, or commit the dependency below charts/",
    )


def _fault(path: str, fault: TemplateFault) -> Unknown:
    return Unknown(
        path=path,
        line=fault.line,
        reason=f"the template cannot be rendered: {fault.reason}",
        settle="give default values that the chart renders with, or look at `helm template` by hand",
    )


def _child_values(dependency: Dependency, values: Located, budget: Budget) -> Located:
    """A part's own values, under those that its parent gives it, with the values that are for all."""
    chart = dependency.chart
    child = _copied(chart.values if chart else Located(), budget)
    given = values.get(dependency.name)
    if isinstance(given, dict):
        _override(child, given)
    shared = values.get("global")
    if isinstance(shared, Located):
        own = child.get("global")
        if not isinstance(own, Located):
            child["global"] = own = Located()
        # A copy: a part that is itself called `global` would hold its own values within themselves.
        _override(own, _copied(shared, budget))
    elif "global" not in child:
        child["global"] = Located()
    return child


def _import_values(dependency: Dependency, values: Located, child: Located, budget: Budget) -> None:
    for one in dependency.imports:
        source, target = (f"exports.{one}", "") if isinstance(one, str) else ("", "")
        if isinstance(one, dict):
            source, target = str(one.get("child") or ""), str(one.get("parent") or "").strip(".")
        found: object = child
        for key in source.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        into: object = values
        for key in filter(None, target.split(".")):
            into = into.setdefault(key, Located()) if isinstance(into, dict) else None
        if isinstance(found, Located) and isinstance(into, dict):
            # A copy: what is imported into itself would hold itself.
            into.update({key: value for key, value in _copied(found, budget).items() if key not in into})


# Lines


def _trace(path: str, chunks: Sequence[Chunk]) -> Rendered:
    """The text of the chunks, and for each of its lines the template's line of the first thing to be seen in it."""
    sources: list[int] = []
    values: list[Place | None] = []
    seen = True
    for chunk in chunks:
        for at, part in enumerate(chunk.text.split("\n")):
            line = chunk.line + at if chunk.grows else chunk.line
            if at or not sources:
                sources.append(line)
                values.append(chunk.value)
                seen = bool(part.strip())
            elif not seen and part.strip():
                sources[-1], values[-1], seen = line, chunk.value, True
            elif part.strip() and (values[-1] is None or (chunk.value is not None and not chunk.grows)):
                # What is printed tells more than what let the text around it through.
                values[-1] = chunk.value
    return Rendered(path, "".join(chunk.text for chunk in chunks), sources, values)
