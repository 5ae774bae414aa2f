"""A pytest plugin: where everything was to be had, no test may be skipped.

A test that lacks a program, a download or a privilege skips with a reason that says how to get it. `.ci/run` installs
all of it and sets `GONOGO_REQUIRE_ALL=1`, which makes each skip a failure, so that none goes unseen.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report a skipped test as failed, if all is required."""
    report = yield
    # An expected failure is reported as skipped too, and lacks nothing.
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("GONOGO_REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"GONOGO_REQUIRE_ALL=1 allows no skip: {report.longrepr}"
    return report
