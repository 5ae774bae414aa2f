"""Files that decide what scanners report. Where the change edits them, what the SARIF says is the change's own word.

Out of sight: scripts that a workflow calls, and what a scanner is told outside the repository.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.globs import Glob
from bot.model import Certainty, Change, Finding, Outcome, Severity, State

_FLOWS: Final = [Glob(".github/workflows/*.y*ml"), Glob("**/action.y*ml")]
_NAMES: Final = """
codeql-config.y*ml .semgrep.y*ml .semgrepignore .trivyignore* trivy.y*ml .checkov.y*ml .checkov.baseline .snyk
.eslintrc* eslint.config.* .eslintignore .bandit bandit.y*ml .hadolint.y*ml zizmor.y*ml .gosec.json
kics.config tfsec.yml
"""
_SETTINGS: Final = [Glob(f"**/{name}") for name in _NAMES.split()]


def find_edited_producers(change: Change, *, fails: bool) -> Iterator[Finding]:
    """One finding for each workflow, action and settings file of a scanner that the change touches."""
    for file in change.files:
        if any(glob.matches(path) for glob in (*_FLOWS, *_SETTINGS) for path in (file.path, file.old_path) if path):
            added = next(file.added_lines(), None)
            yield Finding(
                rule="producer-edited",
                message="the change edits what may have made the SARIF: what it says is a claim",
                severity=Severity.MEDIUM,
                certainty=Certainty.CERTAIN if fails else Certainty.NOTE,
                path=file.path,
                line=added.start if added else None,
                fingerprint=hashlib.sha256(f"producer\0{file.path}".encode("utf-8", "surrogateescape")).hexdigest()[
                    :32
                ],
                fix="look at the edit, and have the policy's owners waive the finding if it hides nothing",
                fails=fails,
            )


def with_producers(outcome: Outcome, producers: Sequence[Finding]) -> Outcome:
    """The outcome with these findings; it fails where they do."""
    failing = sum(one.fails for one in producers)
    if not failing:
        return replace(outcome, findings=[*outcome.findings, *producers])
    reason = f"the change edits {failing} files that may have made the SARIF; {outcome.reason}"
    return replace(outcome, state=State.FAIL, reason=reason, findings=[*producers, *outcome.findings])
