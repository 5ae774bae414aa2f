"""The rules `unit-tests` and `ci-workflows`: tests that a pipeline runs on each change.

Out of sight: whether they pass (the check runs of a commit tell), and what they assert.
"""

from __future__ import annotations

import re
from collections import Counter

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.runners import Kind
from bot.checks.readiness.facts.suites import Suite
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.testing.runs import (
    MAX_EVIDENCE,
    OF_UNITS,
    SUITES,
    find_unread_workflows,
    has_code,
    none_found,
    run_by_pipeline,
    run_evidence,
    searched,
    test_runs,
)
from bot.model import State, Strength

# Folders of tests that are more than those of a unit, whatever they hold.
_OF_OTHERS = re.compile(
    r"(?i)(?:^|/)(?:[\w.-]*integration[\w.-]*|features?|functional[\w.-]*|acceptance[\w.-]*|[\w.-]*e2e[\w.-]*|system)/"
)


class TestsAsk(Ask):
    """Settings of the rules about tests."""


def judge_unit_tests(look: Look, ask: TestsAsk) -> Judged:
    """Whether there are tests that are no end-to-end tests, and a pipeline runs them."""
    if not has_code(look):
        return Judged(state=State.NOT_APPLICABLE, reason=f"no source code to test; {searched(look)}")
    endings = Counter(path.rpartition(".")[2] for path in look.suites.candidates)
    files = sorted(
        look.suites.of(*SUITES),
        key=lambda one: (
            one.suite is not Suite.UNIT and OF_UNITS.search(one.path) is None,
            # The product is in the language that most tests are in.
            -endings[one.path.rpartition(".")[2]],
            OF_UNITS.search(one.path) is None,
            _OF_OTHERS.search(one.path) is not None,
        ),
    )
    if files:
        return run_by_pipeline(look, files, test_runs(look, Kind.UNIT), "unit tests")
    only = " (only end-to-end tests)" if look.suites.of(Suite.E2E) else ""
    return none_found(look, f"no file of unit tests{only}", ask)


def judge_ci_workflows(look: Look, ask: TestsAsk) -> Judged:
    """Whether a job runs tests on each change, and the change is not fine where they fail."""
    runs = sorted(test_runs(look, Kind.UNIT, Kind.E2E), key=lambda ran: not ran.on_pull_request)
    guarding = [ran for ran in runs if ran.guards and ran.on_pull_request]
    if guarding:
        evidence = [run_evidence(ran, Strength.WIRED) for ran in guarding[:MAX_EVIDENCE]]
        return Judged(state=State.PASS, reason=evidence[0].text, evidence=evidence)
    if find_unread_workflows(look):
        return none_found(look, "no pipeline runs tests on pull requests", ask)
    if runs:
        evidence = [run_evidence(ran, Strength.CONFIGURED) for ran in runs[:MAX_EVIDENCE]]
        why = "passes over their failure" if any(ran.on_pull_request for ran in runs) else "starts on no pull request"
        return Judged(state=State.PASS, reason=f"tests are run by a pipeline that {why}", evidence=evidence)
    pipelines = look.workflows.pipelines
    what = f"none of {len(pipelines)} pipelines runs tests" if pipelines else "no pipeline of a CI system"
    return none_found(look, what, ask)
