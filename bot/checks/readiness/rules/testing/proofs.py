"""Tests that show that something works, and that a pipeline runs on each change: what makes evidence verified.

Out of sight: whether the test passes (the check runs of a commit tell), and what a helper of the tests asserts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.needles import find_needles, may_hold
from bot.checks.readiness.facts.runners import Kind
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.testing.collecting import collected
from bot.checks.readiness.rules.testing.runs import test_runs
from bot.model import Evidence, Strength

_MAX_FILES = 600
_MAX_BYTES = 400_000
_MAX_LINE = 2_000


def find_proof(look: Look, pattern: str, words: Sequence[str] = ()) -> Evidence | None:
    """The first line of a test that says it, of a file that a pipeline runs on each change and that has a word."""
    mentioned = [word.encode() for word in words]
    runs = [ran for ran in test_runs(look, Kind.UNIT, Kind.E2E) if ran.guards]
    line, needles = re.compile(pattern, re.IGNORECASE), find_needles(pattern)
    paths = sorted(look.suites.candidates, key=lambda path: (path.count("/"), path))[:_MAX_FILES] if runs else []
    look.files.prefetch(paths)
    for path in paths:
        content = look.files.content(path)
        if content is None or len(content) > _MAX_BYTES or not any(collected(look, ran, path) for ran in runs):
            continue
        if (mentioned and not any(word in content for word in mentioned)) or not may_hold(content, needles):
            continue
        text = content.decode("utf-8", "replace")
        for number, one in enumerate(without_comments(path, text).split("\n"), start=1):
            if line.search(one[:_MAX_LINE]):
                by = next(ran.pipeline.path for ran in runs if collected(look, ran, path))
                shows = f"a test that {by} runs shows it"
                return Evidence(text=shows, path=path, line=number, strength=Strength.VERIFIED)
    return None
