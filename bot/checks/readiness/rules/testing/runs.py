"""Which tests a repository has and which of them its pipelines run: what the rules about tests share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.runners import Kind, kinds_of
from bot.checks.readiness.facts.suites import Suite, SuiteFile
from bot.checks.readiness.facts.workflows import Ran
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.testing import maven
from bot.checks.readiness.rules.testing.collecting import collected
from bot.model import Evidence, Finding, State, Strength, Unknown

MAX_EVIDENCE = 10


def test_runs(look: Look, *kinds: Kind) -> Sequence[Ran]:
    """What runs tests of these kinds, each place and folder once; what guards a change first."""
    found: dict[tuple[str, int, str, str], Ran] = {}
    for ran in look.workflows.ran:
        if kinds_of(ran) & set(kinds) and not maven.leaves_out_all(look.files, ran):
            key = (ran.place.path, ran.place.line, ran.text, ran.folder)
            if key not in found or _worth(ran) > _worth(found[key]):
                found[key] = ran
    return sorted(found.values(), key=lambda ran: not ran.guards)


def _worth(ran: Ran) -> tuple[bool, bool]:
    return ran.guards, ran.on_pull_request


def evidence_of(look: Look, files: Sequence[SuiteFile], runs: Sequence[Ran], what: str) -> Iterator[Evidence]:
    """Yield the files of tests that a pipeline runs on each change, with what runs them; else those it does not."""
    # The shortest command is the one that narrows least.
    guarding = sorted((ran for ran in runs if ran.guards), key=lambda ran: len(ran.text))
    wired = [one for one in files if any(collected(look, ran, one.path) for ran in guarding)]
    for one in wired[:MAX_EVIDENCE]:
        by = next(ran.pipeline.path for ran in guarding if collected(look, ran, one.path))
        yield Evidence(path=one.path, line=one.line, text=f"{what}, run by {by}", strength=Strength.WIRED)
    for ran in [ran for ran in guarding if any(collected(look, ran, one.path) for one in wired)][:MAX_EVIDENCE]:
        yield run_evidence(ran, Strength.WIRED)
    if not wired:
        for one in files[:MAX_EVIDENCE]:
            yield Evidence(path=one.path, line=one.line, text=f"{what}, {_why_not(runs)}", strength=Strength.CONFIGURED)


def run_evidence(ran: Ran, strength: Strength) -> Evidence:
    """A command of a pipeline as evidence, at the pipeline's step."""
    via = "" if ran.place.path == ran.step.path else f" (by way of {ran.place.path}:{ran.place.line})"
    text = f"the job {ran.job.name!r} runs {' '.join(ran.words[:4])[:80]}{via}"
    return Evidence(path=ran.step.path, line=ran.step.line, text=text, strength=strength)


def _why_not(runs: Sequence[Ran]) -> str:
    if not runs:
        return "run by no pipeline"
    if all(ran.soft for ran in runs):
        return "run by a pipeline that does not mind their failure"
    return "run by no pipeline on a pull request or push"


def run_by_pipeline(look: Look, files: Sequence[SuiteFile], runs: Sequence[Ran], what: str) -> Judged:
    """A pass on these files of tests, as far as pipelines run them; open where one of another repository may."""
    evidence = list(evidence_of(look, files, runs, what))
    if not runs and (unread := find_unread_workflows(look)):
        reason = f"{what}, run by no pipeline that was read; {unread[0].reason}"
        return Judged(state=State.NOT_CHECKED, reason=reason, evidence=evidence, unknowns=unread)
    return Judged(state=State.PASS, reason=f"{evidence[0].text}: {evidence[0].path}", evidence=evidence)


def none_found(look: Look, what: str, ask: Ask) -> Judged:
    """A failure for want of something; open where a workflow of another repository may have it."""
    if unread := find_unread_workflows(look):
        reason = f"{what} in what was read; {unread[0].reason}"
        return Judged(state=State.NOT_CHECKED, reason=reason, unknowns=unread)
    return Judged(state=State.FAIL, reason=f"{what}; {searched(look)}", missing=[nothing(what, ask.fix)])


# Workflows that do something else, by their names.
_OTHER_WORK = re.compile(
    r"lint|format|release|publish|deploy|docker|image|container|label|stale|lock|cla\b|codeql|scorecard|dependabot|renovate"
    r"|docs?\b|backport|issue|triage|semantic|title|auto-?merge|changelog|zizmor|analysis|static|phpstan|psalm|sonar|types?\b|security|sbom|npm|pypi|notify",
    re.IGNORECASE,
)
_READ_THERE = "read the workflow where it is, or keep the steps that run the tests in this repository"


def find_unread_workflows(look: Look) -> Sequence[Unknown]:
    """Workflows that could not be read, and those of other repositories that run on a change and may run its tests."""
    elsewhere = [
        Unknown(
            path=ran.step.path,
            line=ran.step.line,
            reason=f"{ran.step.path}:{ran.step.line} calls a workflow of another repository",
            settle=_READ_THERE,
        )
        for ran in look.workflows.ran
        if ran.elsewhere and ran.on_change and not _OTHER_WORK.search(ran.text.rpartition("/")[2])
    ]
    return [*look.workflows.unread, *elsewhere][:MAX_EVIDENCE]


def nothing(message: str, fix: str) -> Finding:
    """The finding of a thing that is not there at all."""
    return Finding(rule="missing", message=message, fix=fix)


def has_code(look: Look) -> bool:
    """Whether the repository has source code of its own that tests could be of."""
    return bool(look.source.paths)


def searched(look: Look) -> str:
    """How much was searched, in words."""
    return f"{len(look.files.paths):,} files searched"


SUITES = (Suite.UNIT, Suite.INTEGRATION)
OF_UNITS = re.compile(r"(?i)(?:^|/)units?(?:[._-]?tests?)?/")
"""What a runner of unit tests collects."""
