"""Workflow files of GitHub Actions, as far as a set-up depends on them.

Read as YAML 1.1, in which the key `on` is true. They are the user's own files; one that cannot be read is named.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (read 2026-11-29)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.errors import UsageError

FOLDER: Final = Path(".github", "workflows")
MAX_BYTES: Final = 512 * 1024
_MAX_FILES: Final = 500
_GONOGO: Final = re.compile(r"(?:^|/)gonogo(?:@|:|$)")
_CHECKOUT: Final = re.compile(r"^actions/checkout@")
_PINNED: Final = re.compile(r"@(?:sha256:[0-9a-f]{64}|[0-9a-f]{40})$")
# Expressions that name the head of a pull request, or the merge of it.
_HEAD: Final = re.compile(
    r"pull_request\.head\.(?:sha|ref)|head_ref|workflow_run\.head_(?:sha|branch)|refs/pull/|merge_commit_sha"
)


@dataclass(frozen=True)
class Step:
    """A step that uses an action: which, and with what."""

    uses: str
    inputs: Mapping[str, str]

    @property
    def is_gonogo(self) -> bool:
        """Whether it is this action, from wherever it is taken."""
        return bool(_GONOGO.search(self.uses))

    @property
    def is_pinned(self) -> bool:
        """Whether nobody can change what it runs: a commit's id, an image's digest, or a path of the repository."""
        return bool(_PINNED.search(self.uses)) or self.uses.startswith("./")

    @property
    def checks_out_head(self) -> bool:
        """Whether it puts files of a pull request's head into the workspace, where an event names it."""
        return bool(_CHECKOUT.match(self.uses)) and bool(_HEAD.search(self.inputs.get("ref", "")))


@dataclass(frozen=True)
class Job:
    """A job. `permissions` are its own or the workflow's; None where neither says any."""

    name: str
    steps: Sequence[Step]
    permissions: Mapping[str, str] | None
    commands: str


@dataclass(frozen=True)
class Workflow:
    """A workflow file.

    Attributes:
        path: from the repository's root, with `/`.
        name: what `workflow_run` knows it by.
        events: what starts it, with the filters of each.
    """

    path: str
    name: str
    events: Mapping[str, Mapping[str, object]]
    jobs: Sequence[Job]

    @property
    def gonogo(self) -> tuple[Job, Step] | None:
        """The first step that is gonogo, and its job."""
        return next(((job, step) for job in self.jobs for step in job.steps if step.is_gonogo), None)


def read_workflows(root: Path) -> tuple[list[Workflow], list[str]]:
    """The workflows below a repository's root, by path, and the paths of those that cannot be read."""
    read, unreadable = [], []
    for path in sorted((root / FOLDER).glob("*.y*ml"))[:_MAX_FILES]:
        name = path.relative_to(root).as_posix()
        try:
            with path.open("rb") as file:
                read.append(parse_workflow(name, file.read(MAX_BYTES + 1)))
        except (OSError, UsageError):
            unreadable.append(name)
    return read, unreadable


def parse_workflow(path: str, content: bytes) -> Workflow:
    """A workflow file.

    Raises:
        UsageError: it is too large, or no workflow.
    """
    if len(content) > MAX_BYTES:
        raise UsageError(f"{path}: larger than {MAX_BYTES:,} bytes")
    try:
        document = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UsageError(f"{path}: not YAML") from None
    top = _mapping(document)
    # YAML 1.1 reads `on` as true.
    events = _events(top.get("on", top.get(True)))
    if not events:
        raise UsageError(f"{path}: no workflow: nothing starts it")
    shared = _permissions(top.get("permissions"))
    jobs = [_job(str(name), _mapping(job), shared) for name, job in _mapping(top.get("jobs")).items()]
    return Workflow(path, str(top.get("name") or path), events, jobs)


def _events(value: object) -> dict[str, Mapping[str, object]]:
    """`on: push`, `on: [push]` and `on: {push: ...}` as the last."""
    if isinstance(value, str):
        return {value: {}}
    if isinstance(value, list):
        return {name: {} for name in value if isinstance(name, str)}
    return {
        str(name): {str(key): filters for key, filters in _mapping(v).items()} for name, v in _mapping(value).items()
    }


def _permissions(value: object) -> dict[str, str] | None:
    if isinstance(value, str):
        return {"*": value.removesuffix("-all")}
    return {str(name): str(access) for name, access in value.items()} if isinstance(value, dict) else None


def _job(name: str, job: Mapping[object, object], shared: Mapping[str, str] | None) -> Job:
    own = _permissions(job.get("permissions"))
    listed = job.get("steps")
    steps = [_mapping(step) for step in listed] if isinstance(listed, list) else []
    commands = "\n".join(str(step["run"]) for step in steps if "run" in step)
    return Job(name, list(_steps(steps)), shared if own is None else own, commands)


def _steps(steps: Sequence[Mapping[object, object]]) -> Iterator[Step]:
    for step in steps:
        if isinstance(uses := step.get("uses"), str):
            yield Step(uses.strip(), {str(key): str(value) for key, value in _mapping(step.get("with")).items()})


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, dict) else {}
