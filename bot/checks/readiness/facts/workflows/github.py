"""Workflows and composite actions of GitHub, and of systems that read the same from folders of their own.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (read 2026-11-29),
https://docs.gitea.com/usage/actions/comparison, https://forgejo.org/docs/latest/user/actions/,
https://depot.dev/docs/ci/overview (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.located import Located, Place, get_in, locate, mappings, place_in, text_of
from bot.checks.readiness.facts.workflows.conditions import TRIGGERS, events_of, runs_after_failure
from bot.checks.readiness.facts.workflows.inputs import fill, variables_of
from bot.checks.readiness.facts.workflows.parts import Manner
from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline, Step

_PULL_REQUESTS = ("pull_request", "pull_request_target", "merge_group")
# A part of a folder's name that each run of a job has its own value for.
_INDEX = r"(?:\.[\w-]{1,99}|\[\s{0,9}'[\w-]{1,99}'\s{0,9}\])"
_OF_MATRIX = re.compile(rf"\$\{{\{{\s{{0,9}}matrix({_INDEX})({_INDEX})?\s{{0,9}}\}}\}}")
_CHECKOUT = "actions/checkout"
_OWN = ("", "${{ github.repository }}", "${{github.repository}}")
# What only runs where it is at home says what home is called.
_NAMED = re.compile(r"\bgithub\.repository\s{0,4}==\s{0,4}'([\w.-]{1,100}/[\w.-]{1,100})'")
_MAX_FOLDERS, _MAX_VALUE, _MAX_CONDITION = 12, 500, 4_000
# A value that may be of a command, rather than a version, a system or an address.
_SAYS = re.compile(r"^(?![\w./-]*\d[\w./-]*$|(?:ubuntu|windows|macos)-)[a-zA-Z@./]")
# What a pull request can do, without any of which no commit of it starts a workflow.
_COMMITS = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})
_EVERY_PATH = frozenset({"**", "*", "**/*"})
_SYSTEMS = {
    ".github": "GitHub Actions",
    ".gitea": "Gitea Actions",
    ".forgejo": "Forgejo Actions",
    ".depot": "Depot CI",
}
WORKFLOWS = tuple(f"{folder}/workflows/*.{ending}" for folder in _SYSTEMS for ending in ("yml", "yaml"))


def find_github_pipelines(files: Files) -> Iterator[Pipeline]:
    """Yield the workflows that GitHub, or a system of its kind, would read."""
    for path in files.select(*WORKFLOWS):
        value = read_located(files, path)
        if isinstance(value, Located):
            jobs = value.get("jobs")
            yield Pipeline(
                system=_SYSTEMS[path.partition("/")[0]],
                path=path,
                name=text_of(value.get("name")) or path.rpartition("/")[2],
                triggers=_triggers(files, value.get("on", value.get("true"))),
                jobs=[_job(value, path, key) for key in jobs] if isinstance(jobs, dict) else [],
                values=value,
            )


def read_located(files: Files, path: str) -> object:
    """The first document of a file, with places; None where it cannot be read."""
    document = files.parsed(path)
    return None if document is None else locate(document.value, document.first.lines, lambda line: Place(path, line))


def _triggers(files: Files, on: object) -> frozenset[str]:
    names = [on] if isinstance(on, str) else list(on) if isinstance(on, dict | list) else []
    found = {TRIGGERS[name] for name in names if isinstance(name, str) and name in TRIGGERS}
    events = on if isinstance(on, dict) else dict.fromkeys(names)
    pulls = [events[name] for name in _PULL_REQUESTS if name in events]
    if not any(_is_of_commits(event) and _is_of_code(files, event) for event in pulls):
        found -= {"pull_request"}
    push = events.get("push")
    if isinstance(push, dict) and "tags" in push and "branches" not in push:
        return frozenset((found - {"push"}) | {"tag"})
    return frozenset(found if _is_of_code(files, push) else found - {"push"})


def _is_of_commits(event: object) -> bool:
    """Whether a trigger on pull requests, as it is set up, starts for their commits."""
    types = get_in(event, "types")
    names = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    return not names or any(name in _COMMITS for name in names)


def _is_of_code(files: Files, event: object) -> bool:
    """Whether a trigger with a filter of paths starts for any file but documents and workflows."""
    ignored, wanted = get_in(event, "paths-ignore"), get_in(event, "paths")
    if isinstance(ignored, list) and not _EVERY_PATH.isdisjoint(map(text_of, ignored)):
        return False
    globs = [text for one in wanted if (text := text_of(one))] if isinstance(wanted, list) else []
    named = [one.removeprefix("/") for one in globs if not one.startswith("!")]
    if not named:
        return True
    found = files.select(*(one if "/" in one or "*" in one else f"**/{one}" for one in named), roles=_OF_CODE)
    return any(path.partition("/")[0] not in _SYSTEMS for path in found)


_OF_CODE = tuple(role for role in Role if role is not Role.DOCS)


def _job(value: Located, path: str, key: str) -> Job:
    start = place_in(value, Place(path, 1), "jobs", key)
    job = get_in(value, "jobs", key)
    if not isinstance(job, dict):
        return Job(key, start, ())
    condition = _text(job.get("if"))
    environment = job.get("environment")
    services = job.get("services")
    images = (
        [text_of(get_in(one, "image")) or text_of(one) for one in services.values()]
        if isinstance(services, dict)
        else []
    )
    needs = job.get("needs")
    folder, shell = (
        text_of(get_in(job, "defaults", "run", key)) or text_of(get_in(value, "defaults", "run", key))
        for key in ("working-directory", "shell")
    )
    matrix = get_in(job, "strategy", "matrix")
    variables = variables_of(value.get("env"), job.get("env"))
    checkout = _checkout(job.get("steps"))
    steps = [
        replace(step, folder=one, checkout=checkout)
        for found in steps_of(job.get("steps"), start, folder, shell)
        for step in _told(fill(found, variables), matrix)
        for one in _folders(step.folder, matrix)
    ]
    calls = job.get("with")
    return Job(
        name=text_of(job.get("name")) or key,
        place=start,
        steps=steps,
        needs=[needs]
        if isinstance(needs, str)
        else [one for one in needs if isinstance(one, str)]
        if isinstance(needs, list)
        else [],
        reuses=_called(text_of(job.get("uses")), value),
        given=calls if isinstance(calls, dict) else {},
        environment=text_of(environment) or text_of(get_in(environment, "name")),
        services=images,
        condition=condition,
        soft=_is_true(job.get("continue-on-error")),
        off=not events_of(condition),
        events=events_of(condition),
        after_failure=runs_after_failure(condition),
    )


def _called(uses: str, workflow: Located) -> str:
    """The workflow that a job calls: one of this repository, whose whole name conditions tell, by its path here."""
    jobs = workflow.get("jobs")
    conditions = [text_of(get_in(one, "if")) for one in jobs.values()] if uses and isinstance(jobs, dict) else []
    own = {name for one in conditions for name in _NAMED.findall(one[:_MAX_CONDITION])}
    owner, _, rest = uses.partition("/.github/workflows/")
    return f"./.github/workflows/{rest.partition('@')[0]}" if rest and owner in own else uses


def _is_true(value: object) -> bool:
    return value is True or text_of(value).strip("${} ").lower() == "true"


def _checkout(steps: object) -> str:
    """The folder that the steps of a job put the repository into; empty where they do not, or not into one alone."""
    own = [one for one in mappings(steps) if text_of(one.get("uses")).partition("@")[0] == _CHECKOUT]
    given = [one.get("with") for one in own]
    paths = {text_of(get_in(one, "path")) for one in given if text_of(get_in(one, "repository")) in _OWN}
    return paths.pop().removeprefix("./").rstrip("/") if len(paths) == 1 else ""


def _folders(folder: str, matrix: object) -> Sequence[str]:
    """A folder, or the folders that the values of a matrix make of it."""
    found = _OF_MATRIX.search(folder)
    names = _values_of(matrix, found)[:_MAX_FOLDERS] if found else ()
    return [folder.replace(found[0], one) for one in names] if found and names else [folder]


def _told(step: Step, matrix: object) -> Sequence[Step]:
    """A step, or the steps that a matrix makes of one whose script names its commands."""
    found = next(
        (one for one in _OF_MATRIX.finditer(step.script) if any(map(_SAYS.search, _values_of(matrix, one)))), None
    )
    if found is None:
        return [step]
    values = _values_of(matrix, found)[:_MAX_FOLDERS]
    return [replace(step, script=step.script.replace(found[0], one)) for one in values if len(one) <= _MAX_VALUE]


def _values_of(matrix: object, found: re.Match[str]) -> Sequence[str]:
    """The values, each once, of what an expression names of a matrix."""
    name, part = (text.strip(".[]' \t\n") for text in found.groups(""))
    values = get_in(matrix, name)
    given = values if isinstance(values, list) else []
    given = [*given, *(one.get(name) for one in mappings(get_in(matrix, "include")))]
    # What is left out by this value alone is left out of every run.
    left_out = [one.get(name) for one in mappings(get_in(matrix, "exclude"))[:_MAX_FOLDERS] if len(one) == 1]
    inner = [text_of(get_in(one, part)) if part else text_of(one) for one in given if one not in left_out]
    return list(dict.fromkeys(one for one in inner if one))


_FOLDER_INPUTS = ("working-directory", "working_directory", "dir")


def _text(value: object) -> str:
    return "false" if value is False else "true" if value is True else text_of(value)


def steps_of(steps: object, start: Place, folder: str, shell: str = "") -> Iterator[Step]:
    """Yield the steps of a job or of a composite action that may run."""
    for at, step in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(step, dict):
            continue
        condition = _text(step.get("if"))
        events = events_of(condition)
        if not events:
            continue
        given = step.get("with")
        place = place_in(steps, start, at)
        script_place = place_in(steps, start, at, "run")
        yield Step(
            place=place,
            name=text_of(step.get("name")),
            uses=text_of(step.get("uses")),
            script=text_of(step.get("run")),
            script_place=script_place,
            folder=text_of(step.get("working-directory")) or _folder_given(given) or folder,
            given=given if isinstance(given, dict) else {},
            condition=condition,
            soft=_is_true(step.get("continue-on-error")),
            manner=_manner(text_of(step.get("shell")) or shell),
            events=events,
            after_failure=runs_after_failure(condition),
        )


def _folder_given(given: object) -> str:
    """The folder that an action is told to run its commands in."""
    return next((folder for key in _FOLDER_INPUTS if (folder := text_of(get_in(given, key)))), "")


def _manner(shell: str) -> Manner:
    """How GitHub runs a script: a shell that is named minds failures within pipes, and an own command is an own one."""
    if shell.startswith("bash ") and "{0}" in shell:
        return Manner.PLAIN if not re.search(r"\s-\w*e", shell) else _MANNERS["pipefail" in shell]
    return _MANNERS[bool(shell) and shell != "sh"]


_MANNERS = {True: Manner.STRICT, False: Manner.ERREXIT}


def read_action(files: Files, uses: str) -> tuple[object, Sequence[Step]]:
    """The inputs that a composite action of the same repository declares, and its steps."""
    folder = uses.removeprefix("./").rstrip("/")
    for name in ("action.yml", "action.yaml"):
        path = f"{folder}/{name}" if folder else name
        if path in files:
            value = read_located(files, path)
            return get_in(value, "inputs"), list(steps_of(get_in(value, "runs", "steps"), Place(path, 1), ""))
    return None, ()
