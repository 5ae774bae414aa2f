"""Coverage reports that workflows left as artifacts: the head's, and a baseline for it.

Who may make a baseline: a run that succeeded, of the very workflow, started by a push to the base branch of the very
repository or by its schedule. A pull request's run may not, although its head is a commit of the base once it is
merged: what it ran was written by whoever opened it. What lies in an artifact is never trusted.
Source: https://docs.github.com/en/rest/actions/workflow-runs and https://docs.github.com/en/rest/actions/artifacts
(read 2026-11-25)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from bot.collect.change import Repository
from bot.collect.coverage import for_base, for_head
from bot.collect.reports import MAX_REPORT_BYTES, ArchivedReports, JoinedReports
from bot.github.answers import Artifact, WorkflowRun
from bot.github.client import GitHub
from bot.github.transport import GitHubError
from bot.model import Change, MissingReports, ReportSet

MAX_ANCESTORS: Final = 51
"""The merge base, and so many commits before it are looked at for a baseline, less one."""
_MAX_ARTIFACTS: Final = 20
_MAX_BYTES: Final = 2 * MAX_REPORT_BYTES
_MAX_TRIES: Final = 5
_RUN_PAGES: Final = 3
_EVENTS: Final = ("push", "schedule")
_PULL_EVENTS: Final = frozenset({"pull_request", "pull_request_target"})


@dataclass(frozen=True, kw_only=True)
class Artifacts:
    """Where a project keeps its reports.

    Attributes:
        names: patterns of artifacts' names.
        workflow: the file of the workflow whose runs leave them.
        repository: `owner/name`.
        branch: the base branch.
        own_run: the id of the run that asks, where that workflow is its own; None otherwise.
        settled: whether no run of the workflow is to come any more, as far as the event tells.
        folder: where archives are saved.
    """

    client: GitHub
    names: Sequence[str]
    workflow: str
    repository: str
    branch: str
    own_run: int | None
    settled: bool
    folder: Path

    def find_head(self, repository: Repository, change: Change, commit: str | None) -> ReportSet | MissingReports:
        """The reports of the head. `commit` is what the own run's tests have measured, where that is known."""
        try:
            if self.own_run is not None:
                source = self._download(self.own_run)
                return self._head(repository, change, source, commit, self.own_run)
            return self._head_of_other_run(repository, change)
        except GitHubError as error:
            return MissingReports(reason=str(error), settle="run it again once GitHub hands the artifacts over")

    def _head_of_other_run(self, repository: Repository, change: Change) -> ReportSet | MissingReports:
        run = next(
            (run for run in self.client.runs(head_sha=change.head.commit) if run.workflow == self.workflow), None
        )
        if run is None:
            reason = f"no run of {self.workflow} for this head is known"
            settle = "look whether that workflow runs for this change, and whether `coverage-workflow` names its file"
            return MissingReports(reason=reason, settle=settle, pending=not self.settled)
        if run.status != "completed" or run.conclusion == "action_required":
            what = "waits for an approval" if run.conclusion == "action_required" else "still runs"
            return MissingReports(reason=f"{self.workflow} {what}", settle="wait for its end", pending=True)
        found = self._head(repository, change, self._download(run.id), None, run.id)
        if isinstance(found, MissingReports) or run.event not in _PULL_EVENTS:
            return found
        # Such a run may have tested the head merged into the base as that was then.
        return replace(found, unsure=_moved_on_base(change))

    def _head(
        self, repository: Repository, change: Change, source: JoinedReports | None, commit: str | None, run: int
    ) -> ReportSet | MissingReports:
        if source is None:
            reason = f"run {run} of {self.workflow} has left no artifact named {' or '.join(self.names)}"
            settle = (
                "upload the reports with actions/upload-artifact, also where tests fail (`if: ${{ !cancelled() }}`)"
            )
            return MissingReports(reason=reason, settle=settle)
        return for_head(repository, change, source, commit, origin=f"run {run}")

    def find_base(self, repository: Repository, change: Change) -> ReportSet | MissingReports | None:
        """The reports of the newest commit on the way to the merge base that has any; None where none has."""
        ancestors = repository.ancestors(change.merge_base.commit, MAX_ANCESTORS)
        distances = {commit: distance for distance, commit in enumerate(ancestors)}
        try:
            for run in self._find_baselines(distances)[:_MAX_TRIES]:
                source = self._download(run.id)
                if source is not None:
                    return for_base(repository, change, source, run.head_sha, origin=f"run {run.id}")
        except GitHubError as error:
            return MissingReports(reason=f"no baseline could be had: {error}", settle="run it again")
        return None

    def _find_baselines(self, distances: dict[str, int]) -> list[WorkflowRun]:
        """The runs whose artifacts may be a baseline, nearest first, of one commit the newest first."""
        nearest = next(iter(distances), None)
        runs = list(self.client.runs(head_sha=nearest)) if nearest else []
        if not any(self._may_be_baseline(run) for run in runs):
            for event in _EVENTS:
                runs += self.client.runs(pages=_RUN_PAGES, branch=self.branch, event=event, status="success")
        known = {run.id: run for run in runs if run.head_sha in distances and self._may_be_baseline(run)}
        return sorted(known.values(), key=lambda run: (distances[run.head_sha], -run.id))

    def _may_be_baseline(self, run: WorkflowRun) -> bool:
        home = run.head_repository.full_name if run.head_repository else ""
        return (
            run.event in _EVENTS
            and run.conclusion == "success"
            and run.head_branch == self.branch
            and run.workflow == self.workflow
            and home.lower() == self.repository.lower()
        )

    def _download(self, run: int) -> JoinedReports | None:
        """The artifacts of a run that have one of the names; None where there are none."""
        archives = []
        for artifact in self._choose(run):
            path = self.folder / f"artifact-{artifact.id}.zip"
            if not path.exists():
                self.client.download_artifact(artifact, path, max_bytes=MAX_REPORT_BYTES)
            archives.append(ArchivedReports(path, f"artifact {artifact.name}"))
        return JoinedReports(archives) if archives else None

    def _choose(self, run: int) -> Iterator[Artifact]:
        found: dict[str, Artifact] = {}
        for artifact in sorted(self.client.artifacts(run), key=lambda artifact: -artifact.id):
            if not artifact.expired and any(fnmatchcase(artifact.name, pattern) for pattern in self.names):
                # Another attempt of the same run has left one of the same name: the newest comes first.
                found.setdefault(artifact.name, artifact)
        if len(found) > _MAX_ARTIFACTS:
            raise GitHubError(f"run {run} has {len(found):,} artifacts with reports, more than {_MAX_ARTIFACTS}")
        if sum(artifact.size_in_bytes for artifact in found.values()) > _MAX_BYTES:
            raise GitHubError(f"the artifacts with reports of run {run} have more than {_MAX_BYTES:,} bytes")
        yield from (found[name] for name in sorted(found))


def _moved_on_base(change: Change) -> frozenset[str]:
    """The paths that the base changed since the merge base."""
    if change.base.commit == change.merge_base.commit:
        return frozenset()
    old = {entry.path: entry.oid for entry in change.merge_base.entries()}
    new = {entry.path: entry.oid for entry in change.base.entries()}
    return frozenset(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
