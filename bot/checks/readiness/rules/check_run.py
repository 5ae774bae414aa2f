"""What a job of CI says of this very commit: the rule `check-run`.

Rule: a job that runs on changes has a command or an action of that kind, found in the workflow's own text; its check
run for the head, matched by workflow and job, succeeded. Skipped, neutral and missing runs are no success, and a job
whose failure is passed over shows nothing.
Out of sight: jobs of other CI systems' services, which have no check run by GitHub Actions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.checks.readiness.ask import Glob, RegularExpression
from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.facts.runners import Kind, leaves_out_tests
from bot.checks.readiness.facts.suites import Suite
from bot.checks.readiness.facts.workflows import Ran
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.checks.readiness.rules.testing.outside import e2e_runs
from bot.checks.readiness.rules.testing.runs import find_unread_workflows, test_runs
from bot.model import Evidence, Finding, JobResult, State, Strength, Unknown

_MAX_EVIDENCE = 10
_MAX_LINE = 2_000
_MAX_NAME = 500
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
# What installs a tool does not run it.
_INSTALLS = re.compile(
    r"(?:python3? -m )?pip3? install|(?:npm|pnpm|yarn|bun) (?:i|install|ci|add)\b|apt(?:-get)? |uv (?:pip|sync|tool)\b"
    r"|(?:poetry|gem|bundle|go|cargo|composer) install|composer require|brew |dotnet tool|rustup "
)
_FAILED = frozenset({"failure", "timed_out", "cancelled", "action_required", "startup_failure"})


class Implied(BaseModel):
    """A command that runs it where a file of the build adds it, such as `gradle check` with a linter's plugin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    runs: Annotated[RegularExpression, Field(description="of the command with its arguments")]
    files: Annotated[tuple[Glob, ...], Field(description="the files of the build", min_length=1)]
    line: Annotated[RegularExpression, Field(description="of a line that adds it")]


class CheckRunAsk(NeedsAsk):
    """Settings of the rule `check-run`."""

    runs: Annotated[RegularExpression, Field(description="of a command with its arguments, or of an action's name")]
    applies_with: Annotated[tuple[Glob, ...], Field(description="files of which the project must have one")] = ()
    tests: Annotated[
        Literal["any", "unit", "e2e"],
        Field(description="`unit`: whatever runs tests counts too; `e2e`: of a project's end-to-end tests"),
    ] = "any"
    elsewhere: Annotated[
        tuple[Glob, ...], Field(description="files of services and hooks that may run it, whose runs are no jobs of CI")
    ] = ()
    implied: Annotated[Implied | None, Field(description="a command that runs it by what the build adds to it")] = None
    any_trigger: Annotated[bool, Field(description="whether jobs that no change starts count too")] = False
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that no job runs it")] = (
        "fail"
    )


def judge_check_run(look: Look, ask: CheckRunAsk) -> Judged:
    """Pass where the jobs that run it succeeded for the head."""
    if lack := judge_needs(look, ask):
        return lack
    if ask.applies_with and not look.files.select(*ask.applies_with, roles=(Role.PRODUCT, Role.TEST)):
        reason = f"no file is named {' or '.join(ask.applies_with[:4])}; {look.files.count:,} files searched"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    found = _find(look, ask)
    if found is None:
        reason = f"no end-to-end test; {len(look.suites.candidates):,} files of tests searched"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    hard = [ran for ran in found if not ran.soft]
    if not hard:
        return _none(look, ask, found)
    return _by_results(look, hard)


def _find(look: Look, ask: CheckRunAsk) -> Sequence[Ran] | None:
    """What runs it, or None where it asks for end-to-end tests and there is none."""
    suite = look.suites.of(Suite.E2E) if ask.tests == "e2e" else ()
    if ask.tests == "e2e" and not suite:
        return None
    pattern = re.compile(ask.runs, re.IGNORECASE)
    implied = _implied(look, ask.implied) if ask.implied else None
    found = [
        ran
        for ran in look.workflows.ran
        if (pattern.search(ran.text) or (implied and implied.search(ran.text))) and not _INSTALLS.match(ran.text)
    ]
    if ask.tests == "unit":
        tests = test_runs(look, Kind.UNIT)
        found = [*tests, *(ran for ran in found if ran not in tests and not leaves_out_tests(ran))]
    if suite:
        found += [ran for ran in e2e_runs(look, suite) if ran not in found]
    return [ran for ran in found if ask.any_trigger or ran.on_change]


def _implied(look: Look, ask: Implied) -> re.Pattern[str] | None:
    """What runs it by what the build adds; None where no file of the build does."""
    adds = re.compile(ask.line)
    lines = (line for path in look.files.select(*ask.files) for line in look.files.lines(path))
    return re.compile(ask.runs) if any(adds.search(line[:_MAX_LINE]) for line in lines) else None


def _none(look: Look, ask: CheckRunAsk, soft: Sequence[Ran]) -> Judged:
    number = len(look.workflows.pipelines)
    if soft:
        message = "CI runs it and passes its failure over"
        place = soft[0].place
        missing = Finding(rule="soft", message=message, path=place.path, line=place.line)
        return Judged(state=State.FAIL, reason=message, missing=[missing])
    if unread := find_unread_workflows(look) or list(_elsewhere(look, ask)):
        reason = f"no job that was read runs it; {unread[0].reason}"
        return Judged(state=State.NOT_CHECKED, reason=reason, unknowns=unread)
    reason = f"no job of CI runs it; {number:,} {'pipeline' if number == 1 else 'pipelines'} read"
    if ask.otherwise == "needs-sign-off":
        return Judged(state=State.NEEDS_SIGN_OFF, reason=f"{reason}: show it by the deploy gate, or sign it off")
    return Judged(state=State.FAIL, reason=reason, missing=[Finding(rule="missing", message=reason)])


def _elsewhere(look: Look, ask: CheckRunAsk) -> Iterator[Unknown]:
    """Yield where a file of a service or of hooks says that it is run, by whom no job of CI tells."""
    pattern = re.compile(ask.runs, re.IGNORECASE)
    for path in look.files.select(*ask.elsewhere) if ask.elsewhere else ():
        for number, line in enumerate(look.files.lines(path), start=1):
            if pattern.search(line.partition("#")[0][:_MAX_LINE]):
                reason = f"{path}:{number} names it, for hooks or a service outside of CI's jobs"
                yield Unknown(path=path, line=number, reason=reason, settle="run it in a job of CI")
                return


def _by_results(look: Look, found: Sequence[Ran]) -> Judged:
    jobs = look.attested.jobs
    seen = [_evidence(ran, Strength.WIRED) for ran in found[:_MAX_EVIDENCE]]
    where = f"{found[0].place.path}:{found[0].place.line}"
    if jobs is None:
        reason = f"CI runs it ({where}); whether it passed for this commit is known to GitHub alone"
        unknown = Unknown(reason=reason, settle="let the action ask for the head's check runs")
        state = State.NOT_CHECKED
        return Judged(state=state, reason=reason, evidence=seen, unknowns=[unknown], needs_network=True)
    if isinstance(jobs, Unknown):
        return Judged(state=State.NOT_CHECKED, reason=jobs.reason, evidence=seen, unknowns=[jobs])
    results = [(ran, job) for ran in found for job in _matching(ran, jobs)]
    return _judge_results(look, results, seen, where)


def _judge_results(
    look: Look, results: Sequence[tuple[Ran, JobResult]], seen: Sequence[Evidence], where: str
) -> Judged:
    failed = [(ran, job) for ran, job in results if job.conclusion in _FAILED]
    if failed:
        missing = [_failure(ran, job) for ran, job in failed[:_MAX_EVIDENCE]]
        return Judged(state=State.FAIL, reason=missing[0].message, evidence=seen, missing=missing)
    if any(job.conclusion is None for _, job in results):
        return Judged(state=State.PENDING, reason=f"the job of {where} still runs", evidence=seen)
    good = [(ran, job) for ran, job in results if job.conclusion == "success"]
    if good:
        evidence = [_evidence(ran, Strength.VERIFIED, job) for ran, job in good[:_MAX_EVIDENCE]]
        edited = sorted({ran.pipeline.path for ran, _ in good} & look.edited)
        claim = f"; the change itself edits {edited[0]}" if edited else ""
        reason = f"the job {good[0][1].name} succeeded for this commit{claim}"
        return Judged(state=State.PASS, reason=reason, evidence=evidence)
    ended = ", ".join(sorted({job.conclusion or "" for _, job in results})) or "no run"
    reason = f"CI runs it ({where}), but for this commit there is no result: {ended}"
    unknown = Unknown(reason=reason, settle="let the job run for the head")
    return Judged(state=State.NOT_CHECKED, reason=reason, evidence=seen, unknowns=[unknown])


def _failure(ran: Ran, job: JobResult) -> Finding:
    message = f"the job {job.name} ended with {job.conclusion}: {job.url}"
    return Finding(rule="failed", message=message, path=ran.place.path, line=ran.place.line)


def _matching(ran: Ran, jobs: Sequence[JobResult]) -> Iterator[JobResult]:
    """The results of the job that runs it: of its own workflow, or called by another one."""
    name = ".*".join(re.escape(part) for part in _EXPRESSION.split(ran.job.name[:_MAX_NAME]))
    own, called = re.compile(rf"{name}(?: \(.*\))?"), re.compile(rf".* / {name}(?: \(.*\))?")
    for job in jobs:
        if job.app == "github-actions" and (
            (job.workflow == ran.pipeline.path and own.fullmatch(job.name)) or called.fullmatch(job.name)
        ):
            yield job


def _evidence(ran: Ran, strength: Strength, job: JobResult | None = None) -> Evidence:
    text = f"{ran.pipeline.system} runs {ran.text[:100]}"
    if job is not None:
        text = f"{text}: {job.name} succeeded, {job.url}"
    return Evidence(path=ran.place.path, line=ran.place.line, text=text, strength=strength)
