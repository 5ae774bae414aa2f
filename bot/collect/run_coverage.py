"""Coverage reports inside GitHub Actions: files of the workspace, or artifacts of runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.collect.artifacts import Artifacts
from bot.collect.change import Repository
from bot.collect.coverage import GivenCoverage, find_given
from bot.collect.notes import find_noted
from bot.collect.reports import GivenReports
from bot.collect.target import Target
from bot.errors import ToolError
from bot.github.client import GitHub
from bot.inputs import Inputs, Runner
from bot.model import Change, Reports


@dataclass(frozen=True, kw_only=True)
class RunCoverage:
    """Finds the reports that a run of the action is to look at. `folder` is where archives are saved."""

    inputs: Inputs
    runner: Runner
    target: Target
    client: GitHub
    repository: Repository
    folder: Path

    def find(self, change: Change) -> Reports:
        """The reports for a change.

        Raises:
            UsageError: there are reports of the base alone.
        """
        inputs = self.inputs
        names = inputs.coverage_artifact
        head_paths = inputs.coverage if not names or self._is_there(inputs.coverage) else ()
        given = find_given(
            self.repository,
            change,
            GivenCoverage(
                folder=self.runner.workspace,
                head=head_paths,
                head_commit=inputs.coverage_sha or self._tested_commit(change) or "",
                base=inputs.base_coverage if head_paths else (),
                base_commit=inputs.base_coverage_sha,
            ),
        )
        if not names:
            base = given.base or (find_noted(self.repository, change) if given.head else None)
            return Reports(given.head, base)
        artifacts = self._artifacts()
        commit = inputs.coverage_sha or self._tested_commit(change)
        head = given.head or artifacts.find_head(self.repository, change, commit)
        base = given.base or artifacts.find_base(self.repository, change) or find_noted(self.repository, change)
        return Reports(head, base)

    def _is_there(self, paths: tuple[str, ...]) -> bool:
        root = self.repository.checkout.root if self.repository.checkout else None
        return GivenReports(paths, self.runner.workspace, root).any_there()

    def _tested_commit(self, change: Change) -> str | None:
        """What the jobs of a pull request's own workflow check out: a merge of the head into the base."""
        sha = self.runner.sha
        if self.runner.event_name != "pull_request" or sha == change.head.commit:
            return None
        with suppress(ToolError):
            self.repository.fetch(sha)
        return sha if change.head.commit in self.repository.parents(sha) else None

    def _artifacts(self) -> Artifacts:
        own = self.inputs.coverage_workflow in {"", self.runner.workflow}
        return Artifacts(
            client=self.client,
            names=self.inputs.coverage_artifact,
            workflow=self.inputs.coverage_workflow or self.runner.workflow,
            repository=self.runner.repository,
            branch=self.target.base.name,
            own_run=self.runner.run_id if own else None,
            settled=self.runner.event_name == "workflow_run",
            folder=self.folder,
        )
