"""Steps that fail a job by the results that tests wrote down, though what ran them passed over their failure.

Source: the documentation of dorny/test-reporter, phoenix-actions/test-reporting, mikepenz/action-junit-report,
EnricoMi/publish-unit-test-result-action, scacap/action-surefire-report and Azure's tasks (read 2026-11-30).
Out of sight: whether the files that it reads are those that the tests wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.checks.readiness.facts.workflows.pipelines import Step

_MAX_TEXT = 4_000
# A file of results is written where it is asked for; Maven and Gradle write one always.
_WRITES = re.compile(r"(?i)\btrx\b|junit|nunit|xunit|^(?:\S{1,200}/)?(?:mvnw?|mvnd|gradlew?)(?:\.\w{3})?\s")


@dataclass(frozen=True)
class _Reporter:
    """The input that decides whether an action fails, what it says then, and whether it does where it is not given."""

    key: str
    fails: str = "true"
    by_default: bool = False


_REPORTERS: Mapping[str, _Reporter] = {
    "dorny/test-reporter": _Reporter("fail-on-error", by_default=True),
    "phoenix-actions/test-reporting": _Reporter("fail-on-error", by_default=True),
    "enricomi/publish-unit-test-result-action": _Reporter("action_fail"),
    "mikepenz/action-junit-report": _Reporter("fail_on_failure"),
    "scacap/action-surefire-report": _Reporter("fail_on_test_failures"),
    "publishtestresults": _Reporter("failtaskonfailedtests"),
}


def fails_by_results(step: Step) -> bool:
    """Whether a step fails where tests did, by what they wrote down."""
    reporter = _REPORTERS.get(step.uses.partition("@")[0].lower())
    if reporter is None or step.soft or step.after_failure:
        return False
    given = {key.lower(): str(value).strip().lower() for key, value in step.given.items()}
    return given[reporter.key] == reporter.fails if reporter.key in given else reporter.by_default


def writes_results(words: Sequence[str]) -> bool:
    """Whether a command writes down the results of tests where a reporter may find them."""
    return bool(_WRITES.search(" ".join(words)[:_MAX_TEXT]))
