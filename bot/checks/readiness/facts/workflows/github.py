"""Workflows and composite actions of GitHub.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Located, Place, get_in, locate, place_in, text_of
from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline, Step

_TRIGGERS = {
    "pull_request": "pull_request",
    "pull_request_target": "pull_request",
    "merge_group": "pull_request",
    "push": "push",
    "schedule": "schedule",
    "workflow_dispatch": "manual",
    "repository_dispatch": "manual",
    "workflow_call": "call",
    "workflow_run": "after",
    "release": "release",
    "deployment": "release",
}
_PULL_REQUESTS = ("pull_request", "pull_request_target", "merge_group")
_NEVER = re.compile(r"\s*(?:\$\{\{\s*)?(?:false|0|''|1\s*==\s*0)(?:\s*\}\})?\s*", re.IGNORECASE)
# The repository that a condition leaves out by its name is the one that holds it: a template, which copies run.
_LEFT_OUT = re.compile(r"(?:^|&&|[({])\s*github\.repository(?:_owner)?\s*!=\s*['\"][\w./-]+['\"]\s*(?:$|&&|[)}])")
# What a pull request can do, without any of which no commit of it starts a workflow.
_COMMITS = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})


def find_github_pipelines(files: Files) -> Iterator[Pipeline]:
    """Yield the workflows that GitHub would read."""
    for path in files.select(".github/workflows/*.yml", ".github/workflows/*.yaml"):
        value = read_located(files, path)
        if isinstance(value, Located):
            jobs = value.get("jobs")
            yield Pipeline(
                system="GitHub Actions",
                path=path,
                name=text_of(value.get("name")) or path.rpartition("/")[2],
                triggers=_triggers(value.get("on", value.get("true"))),
                jobs=[_job(value, path, key) for key in jobs] if isinstance(jobs, dict) else [],
                values=value,
            )


def read_located(files: Files, path: str) -> object:
    """The first document of a file, with places; None where it cannot be read."""
    document = files.parsed(path)
    return None if document is None else locate(document.value, document.first.lines, lambda line: Place(path, line))


def _triggers(on: object) -> frozenset[str]:
    names = [on] if isinstance(on, str) else list(on) if isinstance(on, dict | list) else []
    found = {_TRIGGERS[name] for name in names if isinstance(name, str) and name in _TRIGGERS}
    if isinstance(on, dict) and not any(map(_is_of_commits, (on.get(name, "") for name in _PULL_REQUESTS))):
        found -= {"pull_request"}
    push = on.get("push") if isinstance(on, dict) else None
    if isinstance(push, dict) and "tags" in push and "branches" not in push:
        found = (found - {"push"}) | {"tag"}
    return frozenset(found)


def _is_of_commits(event: object) -> bool:
    """Whether a trigger on pull requests, as it is set up, starts for their commits; the empty text is none."""
    types = event.get("types") if isinstance(event, dict) else None
    names = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    return event != "" and (not names or any(name in _COMMITS for name in names))


def is_never(condition: str) -> bool:
    """Whether what has this condition never runs in the repository that holds it."""
    either = "||" in condition
    return bool(condition and (_NEVER.fullmatch(condition) or (not either and _LEFT_OUT.search(condition))))


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
    folder = text_of(get_in(job, "defaults", "run", "working-directory")) or text_of(
        get_in(value, "defaults", "run", "working-directory")
    )
    return Job(
        name=text_of(job.get("name")) or key,
        place=start,
        steps=list(steps_of(job.get("steps"), start, folder)),
        needs=[needs]
        if isinstance(needs, str)
        else [one for one in needs if isinstance(one, str)]
        if isinstance(needs, list)
        else [],
        reuses=text_of(job.get("uses")),
        environment=text_of(environment) or text_of(get_in(environment, "name")),
        services=images,
        condition=condition,
        soft=job.get("continue-on-error") is True,
        off=is_never(condition),
    )


def _text(value: object) -> str:
    return "false" if value is False else "true" if value is True else text_of(value)


def steps_of(steps: object, start: Place, folder: str) -> Iterator[Step]:
    """Yield the steps of a job or of a composite action that may run."""
    for at, step in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(step, dict):
            continue
        condition = _text(step.get("if"))
        if is_never(condition):
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
            folder=text_of(step.get("working-directory")) or folder,
            given=given if isinstance(given, dict) else {},
            condition=condition,
            soft=step.get("continue-on-error") is True,
        )


def local_steps(files: Files, uses: str) -> Sequence[Step]:
    """The steps of a composite action of the same repository."""
    folder = uses.removeprefix("./").rstrip("/")
    for name in ("action.yml", "action.yaml"):
        path = f"{folder}/{name}" if folder else name
        if path in files:
            value = read_located(files, path)
            return list(steps_of(get_in(value, "runs", "steps"), Place(path, 1), ""))
    return ()
