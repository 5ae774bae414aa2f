"""The strong set-up as a workflow file: one that no pull request can change, with no more permissions than it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PATH: Final = ".github/workflows/gonogo.yml"
EVENTS: Final = ("opened", "synchronize", "reopened", "edited", "ready_for_review")
"""What a workflow must hear of a pull request: `edited` is a changed base, `ready_for_review` the end of a draft."""
PERMISSIONS: Final = {
    "checks: write": "the check run with findings on their lines",
    "contents: read": "the commits and the policy",
    "pull-requests: write": "the comment",
    "statuses: write": "the status gonogo/verdict",
}
"""What the job needs, and what for; `actions: read` besides, where reports come from artifacts."""

_HEAD: Final = """\
# May this pull request be merged? Require the status gonogo/verdict; `gonogo doctor` looks this set-up over.
# GitHub takes this file from the default branch, so that no pull request changes what judges it. That is safe as long
# as nothing of a pull request is checked out or run here: gonogo reads commits as data.
name: gonogo

on:
  pull_request_target: # zizmor: ignore[dangerous-triggers] nothing of the head is checked out or run
    types: [{events}]
  merge_group:
  issue_comment: # commands, and sign-offs by ticking a box
    types: [created, edited, deleted]
  workflow_dispatch:
    inputs:
      number:
        description: Pull request to judge
        required: true
        type: number
"""
_LATE: Final = """\
  workflow_run: # zizmor: ignore[dangerous-triggers] reports are read as data, and no word of theirs is trusted
    workflows: ["{name}"] # when these tests end, their coverage is there
    types: [completed]
"""
_JOB: Final = """\

permissions: {{}}

concurrency:
  # A newer push ends the run for the older one. What is started otherwise ends nothing: anybody may comment.
  group: gonogo-${{{{ github.event.pull_request.number || github.run_id }}}}
  cancel-in-progress: true

jobs:
  gonogo:
    if: github.event_name != 'issue_comment' || github.event.issue.pull_request
    runs-on: ubuntu-latest # an action in a container: Linux runners only
    timeout-minutes: 15
    permissions:
{permissions}    steps:
      - uses: {action}{version}
"""
_COVERAGE: Final = """\
        with:
          coverage-artifact: coverage*
          coverage-workflow: {path}
"""


@dataclass(frozen=True)
class Suite:
    """The workflow whose tests leave coverage reports as artifacts: its name and its file."""

    name: str
    path: str


def render_workflow(action: str, version: str, tests: Suite | None) -> str:
    """The workflow file.

    Args:
        action: `OWNER/NAME@COMMIT`.
        version: what the commit is known as, for people; may be empty.
        tests: where coverage reports come from; None for nowhere.
    """
    needs = {**({"actions: read": "coverage reports that tests left as artifacts"} if tests else {}), **PERMISSIONS}
    permissions = "".join(f"      {name} # {purpose}\n" for name, purpose in needs.items())
    text = _HEAD.format(events=", ".join(EVENTS))
    text += _LATE.format(name=tests.name.replace("\\", "\\\\").replace('"', '\\"')) if tests else ""
    text += _JOB.format(permissions=permissions, action=action, version=f" # {version}" if version else "")
    return text + (_COVERAGE.format(path=tests.path) if tests else "")


POLICY: Final = """\
# What a pull request is asked: all of gonogo's own policy, and below what differs here. It is read at the base, so that
# no pull request changes the rules it is judged by. docs/policy.md has every key; `gonogo policy show` prints it all.
extends: pull-request

# A stricter item, for example:
# items:
#   secrets.suppressions:
#     required: block

# A finding that a person answers for until a day; the report gives its fingerprint:
# waivers:
#   - item: secrets.added
#     fingerprint: 5f2b9c1e7a3d4860
#     owner: "@ada"
#     reason: the sandbox's public test key
#     expires: 2027-01-31
"""
