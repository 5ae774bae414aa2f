"""`gonogo check`: the verdict on a laptop, from git alone."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.assess import Subject, Surroundings, assess, can_audit
from bot.checks import CHECKS
from bot.collect.advisories.asked import AskedAdvisories
from bot.collect.change import Repository
from bot.collect.coverage import GivenCoverage, find_given
from bot.collect.folders import cache_folder, scratch_folder
from bot.collect.gate_report import read_gate_report
from bot.collect.notes import find_noted
from bot.collect.sarif import find_sarif
from bot.errors import UsageError
from bot.model import Change, LiveAnswer, Report, Reports, Verdict
from bot.output import write_report
from bot.policy.command import load_policy
from bot.progress import Progress
from bot.settings import Limits

_OFFLINE = "no connection was opened: what needs the network is not part of this verdict"


@dataclass(frozen=True, kw_only=True)
class Range:
    """What to judge on a laptop. `base` and `policy` are None for what the repository itself says.

    Without a base, a named policy that asks nothing of a change is an audit: the head is judged by itself.
    """

    folder: Path
    base: str | None = None
    head: str = "HEAD"
    policy: str | None = None
    only: Sequence[str] = ()
    coverage: GivenCoverage | None = None
    sarif: Sequence[str] = ()
    base_sarif: Sequence[str] = ()
    gate_report: Path | None = None
    advisories: AskedAdvisories = field(default_factory=AskedAdvisories)


def check(arguments: argparse.Namespace) -> int:
    """Judge a range of the repository around a folder, print the report, and return the exit status."""
    asked = Range(
        folder=arguments.repo,
        base=arguments.base,
        head=arguments.head,
        policy=arguments.policy,
        only=tuple(arguments.only),
        coverage=GivenCoverage(
            folder=Path.cwd(),
            head=arguments.coverage,
            head_commit=arguments.coverage_sha,
            base=arguments.base_coverage,
            base_commit=arguments.base_coverage_sha,
        ),
        sarif=tuple(arguments.sarif),
        base_sarif=tuple(arguments.base_sarif),
        gate_report=arguments.gate_report,
        advisories=AskedAdvisories(online=arguments.online, url=arguments.osv_url, folder=arguments.advisories),
    )
    report = assess_range(asked, _limits(arguments))
    write_report(report, arguments.format, arguments.output)
    return exit_status(report)


def exit_status(report: Report) -> int:
    """0 for go, 1 for anything else."""
    return 0 if report.verdict is Verdict.GO else 1


def assess_range(asked: Range, limits: Limits) -> Report:
    """The report on a range, with progress on stderr.

    Raises:
        UsageError: the folder, the policy's name or a prefix stands for nothing.
        PolicyError: the policy that counts is not valid.
        ChangeError: a revision is not known, or there is no change to look at.
    """
    if not asked.folder.is_dir():
        raise UsageError(f"--repo {asked.folder}: no such folder")
    progress = Progress()
    with scratch_folder() as scratch:
        repository = Repository(asked.folder, scratch=scratch, limits=limits)
        around = Surroundings(
            scratch=scratch,
            cache=cache_folder(os.environ),
            limits=limits,
            today=datetime.now(UTC).date(),
            notes=() if asked.advisories.opens_connections else (_OFFLINE,),
            coverage=lambda change: _find_coverage(repository, change, asked.coverage),
            sarif=find_sarif(repository, Path.cwd(), asked.sarif, asked.base_sarif),
            live=_live(asked.gate_report),
            advisories=asked.advisories.door(scratch),
            on_step=progress.step,
        )
        try:
            policy = load_policy(asked.policy, CHECKS) if asked.policy else None
            audit = asked.base is None and policy is not None and can_audit(policy)
            subject = _audited(repository, asked) if audit else _subject(repository, asked)
            return assess(repository, subject, around, policy=policy, only=asked.only)
        finally:
            progress.clear()
            repository.close()


def _live(path: Path | None) -> Callable[[str], tuple[Mapping[str, LiveAnswer], str]]:
    return (lambda head: read_gate_report(path, head)) if path else lambda _: ({}, "")


def _find_coverage(repository: Repository, change: Change, given: GivenCoverage | None) -> Reports:
    if given is None:
        return Reports()
    found = find_given(repository, change, given)
    return found if found.base or not found.head else Reports(found.head, find_noted(repository, change))


def _subject(repository: Repository, asked: Range) -> Subject:
    head = repository.resolve(asked.head)
    base = repository.resolve(asked.base) if asked.base else repository.resolve_default_base()
    return Subject(
        repository=repository.name,
        url=None,
        pull_request=None,
        base=base,
        head=head,
        base_branch=repository.branch_name(base.name),
        default=repository.default_branch(),
    )


def _audited(repository: Repository, asked: Range) -> Subject:
    head = repository.resolve(asked.head)
    return Subject(repository=repository.name, url=None, pull_request=None, base=head, head=head, audit=True)


def _limits(arguments: argparse.Namespace) -> Limits:
    return Limits(
        max_file_bytes=arguments.max_file_bytes,
        max_total_bytes=arguments.max_total_bytes,
        max_diff_bytes=arguments.max_diff_bytes,
        max_files=arguments.max_files,
        max_commits=arguments.max_commits,
        budget_s=float(arguments.time_budget),
    )
