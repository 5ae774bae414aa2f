"""From a repository and two revisions to a `Report`: the stages, in their order. Wiring only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot import __version__
from bot.checks import CHECKS
from bot.collect.authors import find_names
from bot.collect.change import Repository, Revision
from bot.collect.tools import EngineTools
from bot.errors import GonogoError, PolicyError, ToolError, UsageError
from bot.judge import find_expired, judge_items, judge_verdict
from bot.model import (
    Advisories,
    Attested,
    Change,
    Item,
    JobResult,
    Level,
    LiveAnswer,
    NotRead,
    PolicyName,
    Report,
    Reports,
    Tree,
    Unknown,
)
from bot.policy.load import parse_policy, shipped_names, shipped_policy
from bot.policy.values import Policy
from bot.render.line_hashes import hash_lines
from bot.run import run_checks
from bot.settings import MIB, Limits

POLICY_PATH = ".github/gonogo.yml"
_DEFAULT_POLICY = "pull-request"
# A file of this name would be meant as the policy, and count for nothing.
_MISNAMED = ".github/gonogo.yaml"
# A file of nothing but line breaks costs some microseconds a byte.
_MAX_HASHED_BYTES = 8 * MIB


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a report is about.

    Attributes:
        repository: `owner/name` on GitHub, or the folder's name on a laptop.
        url: the repository's web address; None on a laptop.
        base: the tip of the base branch, and its name.
        base_branch: the base's short branch name; None where the base is a mere revision.
        default: the tip of the default branch, and its short name; None where it is not known.
        policy: a shipped policy's name, or a path at the base; None lets the repository say.
        policy_base: where the base's policy is read, if not at `base`: the branch's tip, where the change is compared
            with something else, such as the group before it in a merge queue.
        audit: whether the head is judged by itself; `base` is the head then.
    """

    repository: str
    url: str | None
    pull_request: int | None
    base: Revision
    head: Revision
    base_branch: str | None = None
    default: Revision | None = None
    policy: str | None = None
    policy_base: Revision | None = None
    audit: bool = False


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Where an assessment takes place.

    Attributes:
        scratch: an empty private folder; the caller removes it.
        cache: where engines keep what they compiled; None keeps nothing.
        notes: what a reader must know of the whole report.
        coverage: finds the coverage reports for a change, after it was read.
        sarif: the SARIF files of other tools.
        advisories: who knows of vulnerable packages; None where nobody may be asked.
        live: what the deploy gate says of the head, and why that does not count where it is of another commit.
        jobs: finds the check runs of the head, or why there are none; None where nobody may be asked.
        authors: logins of whoever opened the pull request; those of its commits come on top.
        on_step: called with a few words when something begins or has ended.
    """

    scratch: Path
    cache: Path | None
    limits: Limits
    today: date
    notes: Sequence[str] = ()
    coverage: Callable[[Change], Reports] = lambda _: Reports()
    sarif: Reports = field(default_factory=Reports)
    advisories: Advisories | None = None
    live: Callable[[str], tuple[Mapping[str, LiveAnswer], str]] = lambda _: ({}, "")
    jobs: Callable[[str], Sequence[JobResult] | Unknown] | None = None
    authors: Sequence[str] = ()
    on_step: Callable[[str], None] = lambda _: None


def assess(
    repository: Repository,
    subject: Subject,
    around: Surroundings,
    *,
    policy: Policy | None = None,
    only: Sequence[str] = (),
) -> Report:
    """Read the change, run what the policy asks, judge.

    `policy` is one that the user named on the command line. `only` keeps the items whose id begins with one of its
    prefixes; none keeps all.

    Raises:
        UsageError: no item begins with a prefix.
        PolicyError: the policy that counts is not valid.
        ChangeError: the change cannot be read at all.
    """
    started = time.perf_counter()
    around.on_step("reading the change")
    head = subject.head.commit
    change = repository.audit(head) if subject.audit else repository.change(subject.base.commit, head)
    policy = _narrowed(policy or find_policy(repository, subject, change), only)
    around.on_step(f"checking {len(change.files):,} files in {len(change.commits):,} commits")
    tools = EngineTools(around.scratch, around.cache)
    attested = _attested(repository, subject, change, policy, around)
    outcomes = run_checks(
        change,
        policy,
        tools,
        checks=CHECKS,
        budget_s=around.limits.budget_s,
        coverage=around.coverage(change) if change.readable else Reports(),
        sarif=around.sarif,
        advisories=around.advisories,
        attested=attested,
        on_done=lambda name: around.on_step(f"{name}: done"),
    )
    items = judge_items(outcomes, policy, around.today)
    report = _report(subject, change, policy, items, around)
    report = replace(report, authors=attested.authors, author_may_sign_off=attested.author_may_sign_off)
    notes = [*report.notes, f"only items that begin with {', '.join(only)} were asked"] if only else report.notes
    return replace(report, notes=notes, seconds=time.perf_counter() - started)


def _attested(
    repository: Repository, subject: Subject, change: Change, policy: Policy, around: Surroundings
) -> Attested:
    head = subject.head.commit
    asked = policy
    # A policy that was named holds no sign-offs of the repository's: those stand in its own file, at the base.
    if POLICY_PATH not in policy.source and repository.has(subject.base.commit):
        asked = _policy_at(repository, subject.policy_base or subject.base, POLICY_PATH, required=False)
    live, fault = around.live(head)
    return Attested(
        today=around.today,
        signoffs=asked.signoffs,
        authors=find_names(around.authors, change.commits),
        author_may_sign_off=asked.author_may_sign_off,
        jobs=around.jobs(head) if around.jobs and _asks_for_jobs(policy) else None,
        live=live,
        live_fault=fault,
    )


def _asks_for_jobs(policy: Policy) -> bool:
    """Whether a result of CI may decide an item: by the ratchet none can get worse, so that nobody has to be asked."""
    asked = (item for item in policy.items if item.level is not Level.OFF and item.ratchet is False)
    return any(getattr(item.settings, "rule", "") == "check-run" for item in asked)


def can_audit(policy: Policy) -> bool:
    """Whether all that a policy asks can be asked of a revision by itself."""
    audits = {check.name for check in CHECKS if check.audits}
    asked = {item.check for item in policy.items if item.level is not Level.OFF}
    return bool(asked) and asked <= audits


def _narrowed(policy: Policy, only: Sequence[str]) -> Policy:
    if not only:
        return policy
    for prefix in only:
        if not any(item.id.startswith(prefix) for item in policy.items):
            known = ", ".join(item.id for item in policy.items)
            raise UsageError(f"--only {prefix}: no item of the policy begins so; there are {known}")
    return replace(policy, items=[item for item in policy.items if item.id.startswith(tuple(only))])


def _report(subject: Subject, change: Change, policy: Policy, items: Sequence[Item], around: Surroundings) -> Report:
    expired = [
        f"the waiver by {waiver.owner} for {waiver.item} expired on {waiver.expires.isoformat()}"
        for waiver in find_expired(policy, around.today)
    ]
    return Report(
        tool=f"gonogo {__version__}",
        repository=subject.repository,
        url=subject.url,
        pull_request=subject.pull_request,
        base=subject.base.commit,
        base_name=subject.base.name,
        merge_base=change.merge_base.commit,
        head=subject.head.commit,
        policy=PolicyName(name=policy.name, source=policy.source, digest=policy.digest),
        verdict=judge_verdict(items),
        sections=policy.sections,
        items=items,
        notes=[*around.notes, *expired],
        commits=len(change.commits),
        files=len(change.files),
        audit=subject.audit,
        line_hashes=_hash_lines(change.head, items),
    )


def _hash_lines(head: Tree, items: Sequence[Item]) -> dict[str, dict[int, str]]:
    """By path: the hashes of the lines that findings name. What has none, GitHub's uploader looks up itself."""
    lines: dict[str, set[int]] = {}
    for finding in (finding for item in items for finding in item.outcome.findings):
        if finding.path and finding.line and finding.in_head is not False:
            lines.setdefault(finding.path, set()).add(finding.line)
    hashes: dict[str, dict[int, str]] = {}
    left = _MAX_HASHED_BYTES
    with suppress(GonogoError):
        for path, content in head.read_many(lines) if lines else ():
            if isinstance(content, bytes) and len(content) <= left:
                left -= len(content)
                hashes[path] = hash_lines(content, lines[path])
    return hashes


def find_policy(repository: Repository, subject: Subject, change: Change) -> Policy:
    """The policy that counts: the base's own, unless the default branch's has a say in it.

    Where the base is not the default branch, the default branch's policy counts, unless that one names the base
    branch under `branches`. Where the base is known but not here, nothing is checked and a shipped policy says so.

    Raises:
        PolicyError: it is not valid, or not here.
    """
    if subject.policy in shipped_names():
        return shipped_policy(str(subject.policy), CHECKS)
    if not change.readable and not repository.has(subject.base.commit):
        return shipped_policy(_DEFAULT_POLICY, CHECKS)
    path = subject.policy or POLICY_PATH
    required = subject.policy is not None
    own = subject.policy_base or subject.base
    default = subject.default
    if default is None or subject.base_branch in {None, default.name}:
        return _policy_at(repository, own, path, required=required)
    general = _policy_at(repository, default, path, required=required)
    if subject.base_branch is not None and general.names_branch(subject.base_branch):
        return _policy_at(repository, own, path, required=required)
    return general


def _policy_at(repository: Repository, revision: Revision, path: str, *, required: bool) -> Policy:
    source = f"{path} at {revision.commit[:12]}"
    try:
        repository.fetch(revision.commit)
        tree = repository.tree(revision.commit)
        entry = tree.entry(path)
        content = tree.read(path) if entry else None
        misnamed = tree.entry(_MISNAMED) if path == POLICY_PATH else None
    except ToolError as error:
        raise PolicyError(source, None, f"the file cannot be read: {error}") from error
    except KeyError:
        raise PolicyError(source, None, "a symbolic link or a submodule; a policy is a regular file") from None
    if isinstance(content, NotRead):
        raise PolicyError(source, None, f"{content.reason}; {content.settle}")
    if content is not None:
        return parse_policy(content, source, CHECKS)
    if misnamed:
        raise PolicyError(f"{_MISNAMED} at {revision.commit[:12]}", None, f"it is read as {POLICY_PATH}; rename it")
    if required:
        raise PolicyError(source, None, f"no such file; {', '.join(shipped_names())} are shipped with gonogo")
    return shipped_policy(_DEFAULT_POLICY, CHECKS)
