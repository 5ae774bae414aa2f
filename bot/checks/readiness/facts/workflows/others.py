"""Pipelines of GitLab CI, CircleCI, Azure, Bitbucket, Travis, Drone, Jenkins and others, as far as jobs and scripts go.

Sources: https://docs.gitlab.com/ci/yaml/, https://circleci.com/docs/configuration-reference/,
https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/ (read 2026-11-29).
A configuration of CircleCI that is continued is read where the other one is committed, and unread where it is made.
Out of sight: included files of other repositories, orbs, templates with parameters; a Jenkinsfile is read for the
commands of its `sh` steps alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Located, Place, get_in, mappings, place_in, text_of
from bot.checks.readiness.facts.workflows.azure import find_azure_steps, find_azure_triggers
from bot.checks.readiness.facts.workflows.conditions import EVERY
from bot.checks.readiness.facts.workflows.drone import NAMES as DRONE
from bot.checks.readiness.facts.workflows.drone import find_drone_pipelines
from bot.checks.readiness.facts.workflows.github import read_located
from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline, Step
from bot.checks.readiness.facts.workflows.travis import find_default
from bot.model import Unknown

_CHANGES = frozenset({"pull_request", "push"})
_GITLAB_WORDS = frozenset(
    {
        "stages",
        "variables",
        "image",
        "services",
        "default",
        "include",
        "workflow",
        "cache",
        "before_script",
        "after_script",
        "pages:deploy",
    }
)
_SH = re.compile(r"""\b(?:sh|bat|powershell)\s*+(?:\(\s*+)?(?:script:\s*+)?('''|\"\"\"|'|")(.*?)\1""", re.DOTALL)
_MAX_DEPTH = 12


_GITLAB = (".gitlab-ci.yml", ".gitlab-ci.yaml")
_CIRCLE = (".circleci/config.yml", ".circleci/config.yaml")
_AZURE = ("azure-pipelines*.yml", "azure-pipelines*.yaml", ".azure-pipelines/*.yml")
# What the orb for changed paths goes on with where it is told nothing.
_CONTINUED = ".circleci/continue_config.yml"
_MAX_CONTINUED = 8
_MAX_STEPS = 2_500
_MAX_SCRIPT, _MAX_TOLD = 10_000, 1_000
_FEWER = "call fewer commands, or sign the item off"
_PARAMETER = re.compile(r"<<\s{0,9}parameters\.([\w-]{1,80})\s{0,9}>>")
_COMMIT_IT = "commit the configuration that the pipeline goes on with, or keep the jobs that run the tests in this one"
_BITBUCKET = ("bitbucket-pipelines.yml",)
_TRAVIS = (".travis.yml",)
# Systems whose steps may stand at any depth: their files, and the keys of what they run.
_SIMPLE: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "Buildkite": ((".buildkite/*.yml", ".buildkite/*.yaml"), ("command", "commands")),
    "Cirrus CI": ((".cirrus.yml", ".cirrus.yaml"), ("*_script", "script")),
    "AppVeyor": (("appveyor.yml", ".appveyor.yml"), ("test_script", "build_script", "before_test", "cmd", "ps", "sh")),
    "Semaphore": ((".semaphore/*.yml", ".semaphore/*.yaml"), ("commands",)),
}
# What runs behind the rest, whatever became of it, or whose failure comes too late.
_BEHIND = frozenset(
    {"on_failure", "on_fail", "on_success", "on_finish", "before_deploy", "deploy_script", "after_deploy", "epilogue"}
)
OTHERS = (
    *_GITLAB,
    *_CIRCLE,
    *_AZURE,
    *_BITBUCKET,
    *_TRAVIS,
    *DRONE,
    *(one for names, _ in _SIMPLE.values() for one in names),
)
"""Names of the files of pipelines that are YAML."""


def find_other_pipelines(files: Files) -> Iterator[Pipeline]:
    """Yield the pipelines of systems other than GitHub's."""
    for path in files.select(*_GITLAB):
        yield from _gitlab(files, path)
    for path in files.select(*_CIRCLE):
        yield from _circle(files, path)
    for path in files.select(*_AZURE):
        yield from _nested(files, path, "Azure Pipelines", find_azure_steps)
    for path in files.select(*_BITBUCKET):
        yield from _nested(files, path, "Bitbucket Pipelines", partial(_search, scripts=("script",), action="pipe"))
    for path in files.select(*_TRAVIS):
        yield from _nested(files, path, "Travis CI", partial(_travis_steps, files))
    yield from find_drone_pipelines(files)
    for system, (names, keys) in _SIMPLE.items():
        for path in files.select(*names):
            yield from _nested(files, path, system, partial(_search, scripts=keys))
    for path in files.select("Jenkinsfile"):
        yield from _jenkins(files, path)


def _gitlab(files: Files, path: str) -> Iterator[Pipeline]:
    value = read_located(files, path)
    if not isinstance(value, Located):
        return
    jobs: list[Job] = []
    for key, job in value.items():
        if key in _GITLAB_WORDS or key.startswith(".") or not isinstance(job, dict):
            continue
        whole = _extended(value, job)
        start = place_in(value, Place(path, 1), key)
        environment = whole.get("environment")
        rules = mappings(whole.get("rules"))
        jobs.append(
            Job(
                name=key,
                place=start,
                steps=[
                    step
                    for name in ("before_script", "script")
                    for step in _scripts(whole.get(name), place_in(whole, start, name))
                ],
                environment=text_of(environment) or text_of(get_in(environment, "name")),
                services=[text_of(one) or text_of(get_in(one, "name")) for one in _list(whole.get("services"))],
                soft=whole.get("allow_failure") is True or _each(rules, "allow_failure", value=True),
                manual=whole.get("when") == "manual" or _each(rules, "when", value="manual"),
                off=whole.get("when") == "never" or (bool(rules) and not _taken(rules)),
                events=_events(whole, _taken(rules)),
                condition=str(whole.get("rules") or whole.get("only") or "")[:500],
            )
        )
    yield Pipeline("GitLab CI", path, path, _CHANGES | {"tag", "schedule"}, jobs, value)


def _taken(rules: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
    """The rules that add a job, rather than leave it out."""
    return [one for one in rules if one.get("when") != "never"]


def _each(rules: Sequence[Mapping[str, object]], key: str, *, value: object) -> bool:
    """Whether each rule that adds a job says something of it."""
    taken = _taken(rules)
    return bool(taken) and all(one.get(key) == value for one in taken)


def _events(job: Mapping[str, object], rules: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """What starts a job: tags or schedules, where all its rules name one of these, else anything."""
    only = job.get("only")
    names = _list(only) or _list(get_in(only, "refs")) or ([only] if isinstance(only, str) else [])
    if names and all(text_of(one) in _ONLY for one in names):
        return frozenset(_ONLY[text_of(one)] for one in names)
    found = [_RULE.search(text_of(one.get("if"))) for one in rules]
    if rules and all(found):
        return frozenset("tag" if one and one[1] else "schedule" if one and one[2] else "manual" for one in found)
    return EVERY


_ONLY = {
    "tags": "tag",
    "schedules": "schedule",
    "web": "manual",
    "triggers": "manual",
    "api": "manual",
    "pipelines": "call",
    "external": "call",
}
_RULE = re.compile(
    r"^\s*(?:(\$CI_COMMIT_TAG\b)(?!\s*==\s*null)|\$CI_PIPELINE_SOURCE\s*==\s*[\"'](?:(schedule)|web|trigger|api)[\"'])[^|]*$"
)


def _extended(value: Located, job: Located | dict[str, object]) -> Located:
    """A job with what it extends laid below it."""
    whole = Located(job.items(), job.places if isinstance(job, Located) else {})
    waiting, seen = _names(job.get("extends")), set[str]()
    while waiting and len(seen) < _MAX_DEPTH:
        name = waiting.pop()
        parent = value.get(name)
        if name in seen or not isinstance(parent, dict):
            continue
        seen.add(name)
        waiting += _names(parent.get("extends"))
        for key, one in parent.items():
            if key not in whole:
                whole[key] = one
                if isinstance(parent, Located) and key in parent.places:
                    whole.places[key] = parent.places[key]
    return whole


def _circle(files: Files, path: str, *, continued: bool = False) -> Iterator[Pipeline]:
    value = read_located(files, path)
    if not isinstance(value, Located):
        return
    jobs, unread = value.get("jobs"), None
    for name in () if continued else _continued(value):
        if isinstance(read_located(files, name), Located):
            yield from _circle(files, name, continued=True)
        else:
            reason = f"it goes on with {name}, which is made as it runs"
            unread = Unknown(path=path, line=1, reason=reason, settle=_COMMIT_IT)
    if unread is None and not isinstance(jobs, dict):
        return
    found, listed, left = [], _listed(value.get("workflows")), [_MAX_STEPS]
    for key, job in jobs.items() if isinstance(jobs, dict) else ():
        start = place_in(value, Place(path, 1), "jobs", key)
        steps = list(_circle_steps(get_in(job, "steps"), start, value.get("commands"), left))
        images = [text_of(one.get("image")) for one in mappings(get_in(job, "docker"))]
        off = listed is not None and key not in listed
        found.append(Job(name=key, place=start, steps=steps, services=images[1:], off=off))
    if left[0] < 0:
        reason = f"more than {_MAX_STEPS:,} steps: not all were read"
        unread = Unknown(path=path, line=1, reason=reason, settle=_FEWER)
    yield Pipeline("CircleCI", path, path, _CHANGES, found, value, unread)


def _listed(workflows: object) -> frozenset[str] | None:
    """The jobs that workflows of CircleCI run; None where there is no workflow, and the job `build` runs."""
    each = workflows.values() if isinstance(workflows, dict) else ()
    jobs = [_list(one.get("jobs")) for one in each if isinstance(one, dict) and "jobs" in one]
    entries = [one for own in jobs for one in own]
    named = [str(key) for one in entries if isinstance(one, dict) for key in one]
    return frozenset([*named, *(one for one in entries if isinstance(one, str))]) if jobs else None


def _continued(value: Located) -> Sequence[str]:
    """The configurations that one with `setup: true` goes on with, which it may make as it runs."""
    if value.get("setup") is not True:
        return ()
    named = [text_of(one) for key in ("configuration_path", "config-path") for one in _values(value, key, 0)]
    return list(dict.fromkeys(one.removeprefix("./") for one in named or [_CONTINUED]))[:_MAX_CONTINUED]


def _circle_steps(steps: object, start: Place, commands: object, left: list[int], depth: int = 0) -> Iterator[Step]:
    """Yield the steps of a job, and those of the commands that the file defines and they name, while any is left."""
    for at, step in enumerate(_list(steps)):
        left[0] -= 1
        if left[0] < 0:
            return
        place = place_in(steps, start, at)
        run = get_in(step, "run")
        script = text_of(run) or text_of(get_in(run, "command"))
        if script:
            inner = place_in(run, place, "command")
            yield Step(place, script=script, script_place=inner, folder=text_of(get_in(run, "working_directory")))
            continue
        named = {step: None} if isinstance(step, str) else step if isinstance(step, dict) else {}
        for name, given in named.items():
            defined = get_in(commands, name)
            if isinstance(defined, dict) and depth < _MAX_DEPTH:
                own = _circle_steps(
                    defined.get("steps"), place_in(commands, start, name, "steps"), commands, left, depth + 1
                )
                yield from (_told(one, defined.get("parameters"), given) for one in own)
            else:
                yield Step(place, uses=name)


def _told(step: Step, parameters: object, given: object) -> Step:
    """A step of a command of CircleCI with the parameters put in that it is given, or that it has by default."""

    def value(found: re.Match[str]) -> str:
        told = get_in(given, found[1])
        text = text_of(told if told is not None else get_in(parameters, found[1], "default"))
        return text if 0 < len(text) <= _MAX_TOLD else found[0]

    # What values make much longer is kept as it is written.
    script = _PARAMETER.sub(value, step.script) if "<<" in step.script and len(step.script) <= _MAX_SCRIPT else ""
    return replace(step, script=script) if 0 < len(script) <= _MAX_SCRIPT else step


def _nested(
    files: Files, path: str, system: str, find: Callable[[Located, Place], Iterator[Step]]
) -> Iterator[Pipeline]:
    """A pipeline whose steps may stand at any depth: one job of all that it runs."""
    value = read_located(files, path)
    if not isinstance(value, Located):
        return
    start = Place(path, 1)
    steps = list(find(value, start))
    environments = [text_of(one) for one in _values(value, "environment", 0)] + [
        text_of(one) for one in _values(value, "deployment", 0)
    ]
    environment = next((one for one in environments if one), "")
    triggers = find_azure_triggers(value) if find is find_azure_steps else _CHANGES
    if system == "Semaphore" and not path.rpartition("/")[2].startswith("semaphore."):
        # What is promoted to comes after what holds a change up.
        triggers = frozenset({"release"})
    yield Pipeline(system, path, path, triggers, [Job("pipeline", start, steps, environment=environment)], value)


def _travis_steps(files: Files, value: Located, start: Place) -> Iterator[Step]:
    yield from find_default(files, value, start)
    yield from _search(value, start, ("script", "before_script", "after_success"))


def _search(value: object, start: Place, scripts: Sequence[str], action: str = "", depth: int = 0) -> Iterator[Step]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from _search(one, place_in(value, start, at), scripts, action, depth + 1)
    elif isinstance(value, dict) and not _is_off(value):
        steps = _within(value, start, scripts, action, depth)
        yield from (replace(one, soft=True) for one in steps) if _is_soft(value) else steps


def _within(value: dict[str, object], start: Place, scripts: Sequence[str], action: str, depth: int) -> Iterator[Step]:
    for key, one in value.items():
        place = place_in(value, start, key)
        if key in _BEHIND:
            continue
        if any(fnmatchcase(key, name) for name in scripts):
            yield from _scripts(one, place)
            yield from _search(one if isinstance(one, list) else None, place, scripts, action, depth + 1)
        elif key == action and isinstance(one, str):
            yield Step(place, uses=one)
        else:
            yield from _search(one, place, scripts, action, depth + 1)


def _is_off(value: Mapping[str, object]) -> bool:
    """Whether a step or a task is left out, or waits for a hand."""
    idle = value.get("skip") is True or str(value.get("only_if")).lower() == "false"
    return idle or "manual" in (value.get("trigger_type"), value.get("trigger"))


def _is_soft(value: Mapping[str, object]) -> bool:
    # A list of failures that are allowed is one of jobs, for Travis.
    allowed = value.get("allow_failures")
    return bool(value.get("soft_fail")) or allowed is True or isinstance(allowed, str)


def _values(value: object, key: str, depth: int) -> Iterator[object]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        value = list(value.values())
    for one in _list(value):
        yield from _values(one, key, depth + 1)


def _scripts(value: object, place: Place) -> Iterator[Step]:
    if isinstance(value, str):
        yield Step(place, script=value, script_place=place)
    for at, one in enumerate(_list(value)):
        if isinstance(one, str):
            # An element that is text has no place of its own: elements follow each other.
            here = Place(place.path, place.line + 1 + at)
            yield Step(here, script=one, script_place=Place(here.path, here.line))
        elif isinstance(one, list):
            yield from _scripts(one, place)


def _jenkins(files: Files, path: str) -> Iterator[Pipeline]:
    text = without_comments("x.groovy", files.text(path) or "")
    steps = []
    for found in _SH.finditer(text):
        place = Place(path, text.count("\n", 0, found.start(2)) + 1)
        steps.append(Step(place, script=found[2], script_place=place))
    yield Pipeline("Jenkins", path, path, _CHANGES, [Job("pipeline", Place(path, 1), steps)])


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _names(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [one for one in _list(value) if isinstance(one, str)]
