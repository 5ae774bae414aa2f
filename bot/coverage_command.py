"""`gonogo coverage record`: keep the coverage of a commit, for later pull requests to be compared with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.assess import Subject, find_policy
from bot.checks.coverage.known import Problem, Side
from bot.checks.coverage.reading import read_side
from bot.checks.coverage.settings import CoverageTotalSettings
from bot.checks.coverage.stored import encode
from bot.collect.change import Repository, Revision
from bot.collect.folders import scratch_folder
from bot.collect.notes import REF, write_note
from bot.collect.reports import GivenReports
from bot.errors import ChangeError, PolicyError, ReportError
from bot.model import ReportSet
from bot.settings import Limits

_ITEM = "coverage.total"


def record(arguments: argparse.Namespace) -> int:
    """Keep the reports as a note of the commit that was measured, and say how to share it."""
    with scratch_folder() as scratch:
        repository = Repository(arguments.repo, scratch=scratch, limits=Limits())
        try:
            commit = repository.resolve(arguments.coverage_sha)
            _check_allowed(repository, commit)
            side = _read(repository, commit, arguments.coverage)
            write_note(repository, commit.commit, encode(side))
        finally:
            repository.close()
    sys.stderr.write(f"kept for {commit.commit[:12]}; share it: git push origin {REF}\n")
    return 0


def _check_allowed(repository: Repository, commit: Revision) -> None:
    """A commit of the default branch, under a policy that asks for it.

    Raises:
        ChangeError: it is of another branch, or the default branch is not known.
        PolicyError: the policy does not ask for baselines to be kept.
    """
    default = repository.default_branch()
    if default is None:
        raise ChangeError("the default branch is not known here, and baselines are kept for its commits alone")
    if repository.distance(commit.commit, default.commit) is None:
        raise ChangeError(f"{commit.commit[:12]} is no commit of {default.name}: baselines are kept for those alone")
    change = repository.change(default.commit, default.commit)
    subject = Subject(repository=repository.name, url=None, pull_request=None, base=default, head=default)
    policy = find_policy(repository, subject, change)
    item = next((item for item in policy.items if item.id == _ITEM), None)
    if item is None or CoverageTotalSettings.model_validate(item.settings).store != "notes":
        reason = f"no baseline is kept; let the policy say `store: notes` in the settings of {_ITEM}"
        raise PolicyError(policy.source, item.line if item else None, reason)


def _read(repository: Repository, commit: Revision, paths: list[str]) -> Side:
    """The coverage of a commit.

    Raises:
        ReportError: a report cannot be used, or is of another commit.
    """
    root = repository.checkout.root if repository.checkout else None
    given = ReportSet(source=GivenReports(paths, Path.cwd(), root), commit=commit.commit)
    found = read_side(given, repository.tree(commit.commit), (), lambda _: (), "head")
    if isinstance(found, Problem):
        raise ReportError(found.unknowns[0].reason)
    return found.side
