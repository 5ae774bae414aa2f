"""The rules `integration-tests` and `e2e-tests`: tests of more than a unit, which a pipeline runs on each change.

Out of sight: whether they pass (the check runs of a commit tell), and what they assert.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.facts.runners import Kind, leaves_out_e2e
from bot.checks.readiness.facts.suites import Suite, SuiteFile
from bot.checks.readiness.facts.workflows import Ran
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.testing.collecting import collected
from bot.checks.readiness.rules.testing.runs import (
    OF_UNITS,
    none_found,
    run_by_pipeline,
    searched,
    test_runs,
)
from bot.checks.readiness.rules.testing.suites import TestsAsk
from bot.model import State

# Folders of tests that ask the app itself, by the names that frameworks and people give them.
_OF_WHOLE = re.compile(
    r"(?i)(?:^|[/._-])(?:integrations?|functional|acceptance)(?:[._-]?tests?)?(?:[/._-]|$)|IntegrationTests?/"
    r"|(?:^|/)(?:tests?|specs?|__tests__)/(?:.*/)?(?:requests?|controllers?|features?|api|routes?|endpoints?)/"
)


def _telling_first(files: Sequence[SuiteFile]) -> Sequence[SuiteFile]:
    """Files of tests, those whose folder says that they are more than a unit's first, and those of units last."""
    return sorted(files, key=lambda one: (OF_UNITS.search(one.path) is not None, _OF_WHOLE.search(one.path) is None))


def judge_integration_tests(look: Look, ask: TestsAsk) -> Judged:
    """Whether tests reach the app's own interfaces or a real database, and a pipeline runs them."""
    if files := _telling_first(look.suites.of(Suite.INTEGRATION)):
        return run_by_pipeline(look, files, test_runs(look, Kind.UNIT), "integration tests")
    # What a runner of unit tests collects, whatever its folder is named; then what drives the app from outside.
    if files := look.suites.integrating("integration_texts"):
        return run_by_pipeline(look, files, test_runs(look, Kind.UNIT, Kind.E2E), "integration tests")
    if files := look.suites.integrating("integration_from_outside"):
        return run_by_pipeline(look, files, e2e_runs(look, files), "integration tests from outside")
    project = look.project
    if not project.server and not project.having(Trait.DATABASE) and not project.having(Trait.BROKER):
        reason = f"no server, no client of a database or a broker to test together with; {searched(look)}"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return none_found(look, "no test starts the app or reaches a database", ask)


def judge_e2e_tests(look: Look, ask: TestsAsk) -> Judged:
    """Whether tests drive the app from outside, and a pipeline runs them."""
    files = look.suites.of(Suite.E2E)
    if files:
        return run_by_pipeline(look, files, e2e_runs(look, files), "end-to-end tests")
    if not look.project.front_end and not look.project.server:
        reason = f"no user interface and no server to drive; {searched(look)}"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return none_found(look, "no test drives the app from outside", ask)


_OWN_RUNNER = (".ts", ".js", ".mts", ".mjs", ".tsx", ".jsx", ".feature")
# Libraries that drive a browser from tests of any runner, and what has a runner of its own.
_DRIVER = re.compile(
    r"""(?:\bfrom\s*|\brequire\()["'](?:puppeteer(?:-core)?|selenium-webdriver|playwright(?:-core)?|chromedriver)["']"""
)
_WITH_RUNNER = re.compile(r"@playwright/test|\bcypress\b|\bcy\.(?:visit|get)\(|@?\bwdio\b|testcafe|nightwatch")


def e2e_runs(look: Look, files: Sequence[SuiteFile]) -> Sequence[Ran]:
    """The commands and actions that run end-to-end tests, or a runner of any tests that collects them."""
    runs = [*test_runs(look, Kind.E2E)]
    if any(ran.guards and collected(look, ran, one.path) for ran in runs for one in files):
        return runs
    # What the runner of unit tests collects too: RSpec's system specs, a folder of pytest's, a project of .NET's.
    if any(not one.path.endswith(_OWN_RUNNER) for one in files) or _drive_themselves(look, files):
        runs += [ran for ran in test_runs(look, Kind.UNIT) if not leaves_out_e2e(ran)]
    return runs


def _drive_themselves(look: Look, files: Sequence[SuiteFile]) -> bool:
    """Whether tests of JavaScript drive a browser by a library, so that any runner can run them."""
    texts = [look.files.text(one.path) or "" for one in files]
    return any(map(_DRIVER.search, texts)) and not any(map(_WITH_RUNNER.search, texts))
