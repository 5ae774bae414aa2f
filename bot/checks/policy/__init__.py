"""Whether the change breaks or loosens the rules that pull requests are judged by.

Rule: the policy file at head is valid; where the change makes it ask less, each way is listed, and so is each edit of
a workflow that runs gonogo. What the file says at head never judges the change itself, since the policy is read at
the base; once merged it counts for everybody, so a reader should see it now.
Out of sight: settings of the repository (required checks, branch protection), and workflows of other repositories.

Policies are what this check is about, so it alone may import `bot.policy`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.model import Check, CheckResult, ItemSpec, Request

CHANGED = "policy.changed"


def make_check(known: Callable[[], Sequence[Check]]) -> Check:
    """The check, given what tells all checks there are: a policy is valid only against those."""

    def run(request: Request) -> CheckResult:
        from bot.checks.policy.changed import judge_change

        return CheckResult([judge_change(request.change, item, known()) for item in request.items])

    return Check(name="policy", items=_items, run=run)


def _items() -> Sequence[ItemSpec]:
    from bot.checks.policy.settings import PolicyChangedSettings

    return (ItemSpec(id=CHANGED, title="The policy stays valid", settings=PolicyChangedSettings),)
