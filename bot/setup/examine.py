"""What is said of a workflow that uses gonogo, of the coverage it waits for, and of the rules of the branch.

Strong is a set-up that a pull request cannot change: GitHub takes the workflow from the default branch
(`pull_request_target`, `workflow_run`, ...), or a ruleset requires a workflow of another repository. Weak is one whose
file comes with the pull request.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
(read 2026-11-29)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from bot.collect.platform import BranchRules
from bot.publish.mark import status_context
from bot.setup.diagnosis import Diagnosis, mend, note, ok, unknown
from bot.setup.strong import EVENTS, PERMISSIONS
from bot.setup.workflows import Job, Step, Workflow

_STRONG: Final = frozenset({"pull_request_target", "workflow_run"})
_WEAK: Final = "pull_request"
_FILTERS: Final = frozenset({"paths", "paths-ignore"})
_EXPRESSION: Final = re.compile(r"\$\{\{.*?\}\}")
_UPLOAD: Final = re.compile(r"^actions/upload-artifact@")


def examine_workflow(workflow: Workflow) -> Iterator[Diagnosis]:
    """Yield what is to say of a workflow that has a step with gonogo."""
    if workflow.gonogo is None:
        return
    job, step = workflow.gonogo
    yield from _strength(workflow, job)
    yield from _events(workflow)
    yield from _permissions(workflow, job, reads_artifacts="coverage-artifact" in step.inputs)
    if step.is_pinned:
        yield ok(f"{workflow.path}: gonogo is pinned")
    else:
        yield mend(f"{workflow.path}: {step.uses} can be moved to another commit", "name the commit's 40 digits")


def _strength(workflow: Workflow, job: Job) -> Iterator[Diagnosis]:
    strong = sorted(_STRONG & workflow.events.keys())
    if strong and any(step.checks_out_head for step in job.steps):
        yield mend(
            f"{workflow.path}: the head of a pull request is checked out with a token that may write",
            "leave `ref` out of the checkout; gonogo needs no files of the head",
        )
    elif strong:
        yield ok(f"{workflow.path}: strong: a pull request cannot change what judges it ({', '.join(strong)})")
    if _WEAK in workflow.events:
        yield mend(
            f"{workflow.path}: weak: on `pull_request` the workflow is the pull request's own, which can change it",
            "use pull_request_target, as gonogo init writes it",
        )
    elif not strong:
        yield mend(f"{workflow.path}: no pull request starts it", "gonogo init writes one that is started")


def _events(workflow: Workflow) -> Iterator[Diagnosis]:
    for event in sorted((_STRONG | {_WEAK}) & workflow.events.keys()):
        filters = workflow.events[event]
        for name in sorted(_FILTERS & filters.keys()):
            yield mend(f"{workflow.path}: `{name}` of {event} lets a required status never come", "delete the filter")
        types = filters.get("types", ())
        if event != "workflow_run" and (missing := [name for name in EVENTS if name not in _names(types)]):
            yield mend(f"{workflow.path}: {event} is not started by {', '.join(missing)}", "add them to its types")

    if "issue_comment" not in workflow.events:
        yield note(f"{workflow.path}: no issue_comment: commands in comments and ticked boxes are not heard")


def _names(types: object) -> Sequence[object]:
    """The types of an event; where none are given, GitHub's own."""
    if isinstance(types, str):
        return [types]
    return types if isinstance(types, list) and types else ("opened", "synchronize", "reopened")


def _permissions(workflow: Workflow, job: Job, *, reads_artifacts: bool) -> Iterator[Diagnosis]:
    needs = {name: access for name, _, access in (need.partition(": ") for need in PERMISSIONS)}
    needs |= {"actions": "read"} if reads_artifacts else {}
    if job.permissions is None:
        yield mend(f"{workflow.path}: the job {job.name} says no permissions", f"give it {_listed(needs)}")
        return
    given = job.permissions
    lacking = {name: access for name, access in needs.items() if not _grants(given, name, access)}
    if lacking:
        yield mend(f"{workflow.path}: the job {job.name} lacks {_listed(lacking)}", "add that to its permissions")
    surplus = {name: access for name, access in given.items() if access == "write" and needs.get(name) != "write"}
    if surplus:
        yield mend(f"{workflow.path}: the job {job.name} has more than it needs: {_listed(surplus)}", "take that away")
    if not lacking and not surplus:
        yield ok(f"{workflow.path}: the job {job.name} has the permissions it needs and no more")


def _grants(given: Mapping[str, str], name: str, access: str) -> bool:
    return given.get(name, given.get("*", "none")) in {access, "write"}


def _listed(permissions: Mapping[str, str]) -> str:
    return ", ".join("all" if name == "*" else f"`{name}: {access}`" for name, access in sorted(permissions.items()))


def examine_coverage(workflow: Workflow, workflows: Sequence[Workflow]) -> Iterator[Diagnosis]:
    """Yield what is to say of the artifacts that a workflow takes coverage reports from."""
    if workflow.gonogo is None:
        return
    _, step = workflow.gonogo
    patterns = [line.strip() for line in step.inputs.get("coverage-artifact", "").splitlines() if line.strip()]
    if not patterns:
        return
    path = step.inputs.get("coverage-workflow") or workflow.path
    source = next((one for one in workflows if one.path == path), None)
    if source is None:
        yield mend(f"{workflow.path}: coverage comes from {path}, which is not there", "correct `coverage-workflow`")
        return
    names = [name for job in source.jobs for one in job.steps if (name := _artifact(one)) is not None]
    for pattern in patterns:
        if any(fnmatchcase(name, pattern) for name in names):
            yield ok(f"{source.path} leaves an artifact that fits {pattern}")
        else:
            yield mend(
                f"{source.path} leaves no artifact that fits {pattern}", "add actions/upload-artifact to its job"
            )
    if source is not workflow and source.name not in _names(workflow.events.get("workflow_run", {}).get("workflows")):
        yield mend(f"{workflow.path} does not hear when {source.name} ends", "add it to workflow_run")


def _artifact(step: Step) -> str | None:
    """The name of the artifact that a step uploads, an expression in it shown as a letter; None for another step."""
    return _EXPRESSION.sub("x", step.inputs.get("name", "artifact")) if _UPLOAD.match(step.uses) else None


def examine_rules(rules: BranchRules, workflows: Sequence[Workflow]) -> Iterator[Diagnosis]:
    """Yield what is to say of the rules of the default branch."""
    ours = [workflow for workflow in workflows if workflow.gonogo]
    steps = [workflow.gonogo[1] for workflow in ours if workflow.gonogo]
    for context in sorted({status_context(step.inputs.get("name", "")) for step in steps} or {status_context("")}):
        yield from _required(context, rules)
    if any(context.startswith("gonogo/report") for context in rules.contexts):
        yield mend("gonogo/report is required, which only shows details", f"require {status_context('')} instead")
    if rules.workflow_required:
        yield ok(f"a ruleset requires a workflow on {rules.branch}")
    if rules.has_queue and not any("merge_group" in workflow.events for workflow in ours):
        yield mend(f"{rules.branch} has a merge queue, and no workflow with gonogo runs on merge_group", "add it")
    yield from (unknown(f"rules of {rules.branch}: {words}") for words in rules.unread)


def _required(context: str, rules: BranchRules) -> Iterator[Diagnosis]:
    if context in rules.contexts:
        yield ok(f"{rules.branch} requires {context}")
    elif rules.unread:
        yield unknown(f"whether {rules.branch} requires {context}: not all of its rules could be read")
    else:
        yield mend(f"{rules.branch} does not require {context}", "add it to the required status checks of the branch")
