"""Pipelines of Woodpecker CI, and of Drone, which it came from: steps of commands, and of plugins with their settings.

Rule: a plugin is told by its image, and runs as an action does; what a step or a pipeline says of events is when it
runs, and a step whose failure is ignored holds nothing up. A condition on labels waits for a hand.
Source: https://woodpecker-ci.org/docs/usage/workflow-syntax, https://docs.drone.io/pipeline/docker/syntax/
(read 2026-11-30).
Out of sight: conditions on paths, platforms and branches, and pipelines in Starlark or Jsonnet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place, get_in, locate, mappings, place_in, text_of
from bot.checks.readiness.facts.workflows.conditions import EVERY
from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline, Step

NAMES = (".drone.yml", ".drone.yaml", ".woodpecker.y*ml", ".woodpecker/**/*.yml", ".woodpecker/**/*.yaml")
_EVENTS = {
    "push": "push",
    "pull_request": "pull_request",
    "pull_request_closed": "after",
    "pull_request_metadata": "manual",
    "tag": "tag",
    "release": "release",
    "deployment": "release",
    "promote": "release",
    "cron": "schedule",
    "manual": "manual",
    "custom": "manual",
    "rollback": "manual",
}
_BY_DEFAULT = frozenset({"pull_request", "push", "tag"})
_ON_LABELS = re.compile(r"(?i)\blabels?\b|_LABELS\b")
# `docker.io/plugins/docker:20`, `plugins/docker@sha256:...`.
_REGISTRY = re.compile(r"^(?:[\w-]*[.:][\w.:-]*|localhost)/")
_VERSION = re.compile(r"[:@][^/]*$")


def find_drone_pipelines(files: Files) -> Iterator[Pipeline]:
    """Yield one pipeline for each document of each file."""
    for path in files.select(*NAMES):
        document = files.parsed(path)
        for part in document.parts if document else ():
            value = locate(part.value, part.lines, partial(Place, path))
            if isinstance(value, dict) and (jobs := _jobs(value, Place(path, 1))):
                yield Pipeline("Drone", path, path, _triggers(value), jobs, value)


def _triggers(value: Mapping[str, object]) -> frozenset[str]:
    told = _events(value.get("when")) & _events(value.get("trigger"))
    return _BY_DEFAULT if told == EVERY else told


def _jobs(value: Mapping[str, object], start: Place) -> Sequence[Job]:
    # Before its first version Woodpecker named the steps so.
    key = next((one for one in ("steps", "pipeline") if isinstance(value.get(one), list | dict)), "")
    steps = [one for name, step, at in _named(value, key, start) for one in _steps(name, step, at)]
    services = [text_of(step.get("image")) for _, step, _ in _named(value, "services", start)]
    return [Job(text_of(value.get("name")) or "pipeline", start, steps, services=services)] if steps else []


def _named(value: Mapping[str, object], key: str, start: Place) -> Iterator[tuple[str, Mapping[str, object], Place]]:
    """Yield the steps below a key, which are a list or have their names for keys."""
    held = value.get(key)
    if isinstance(held, dict):
        yield from (
            (name, one, place_in(value, start, key, name)) for name, one in held.items() if isinstance(one, dict)
        )
    for at, one in enumerate(held if isinstance(held, list) else ()):
        if isinstance(one, dict):
            yield text_of(one.get("name")), one, place_in(value, start, key, at, "name")


def _steps(name: str, step: Mapping[str, object], start: Place) -> Iterator[Step]:
    when = step.get("when")
    statuses = [one for told in _conditions(when) for one in _texts(get_in(told, "status"))]
    whole = Step(
        start,
        name,
        soft=step.get("failure") == "ignore",
        events=_events(when),
        after_failure=bool(statuses) and set(statuses) == {"failure"},
    )
    commands = step.get("commands")
    if isinstance(commands, str | list):
        place = place_in(step, start, "commands")
        for at, one in enumerate(_texts(commands)):
            here = place if isinstance(commands, str) else Place(place.path, place.line + 1 + at)
            yield replace(whole, place=here, script=one, script_place=here)
    elif image := text_of(step.get("image")):
        settings = step.get("settings")
        given = settings if isinstance(settings, dict) else step
        bare = _VERSION.sub("", image)
        yield replace(whole, uses=_REGISTRY.sub("", bare) + image[len(bare) :].replace(":", "@", 1), given=given)


def _events(when: object) -> frozenset[str]:
    """The triggers on which one of some conditions may be met."""
    told = _conditions(when)
    return frozenset().union(*map(_events_of, told)) if told else EVERY


def _conditions(when: object) -> Sequence[Mapping[str, object]]:
    return [when] if isinstance(when, dict) else mappings(when)


def _events_of(condition: Mapping[str, object]) -> frozenset[str]:
    if _ON_LABELS.search(text_of(condition.get("evaluate"))[:1_000]):
        return frozenset({"manual"})
    event = condition.get("event")
    kept = _texts(get_in(event, "include")) if isinstance(event, dict) else _texts(event)
    left_out = {_EVENTS.get(one, one) for one in _texts(get_in(event, "exclude"))}
    found = frozenset(_EVENTS[one] for one in kept if one in _EVENTS)
    return (found if kept else EVERY) - left_out


def _texts(value: object) -> Sequence[str]:
    held = value if isinstance(value, list) else [value]
    return [one for one in held if isinstance(one, str)]
