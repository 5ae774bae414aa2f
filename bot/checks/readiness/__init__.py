"""Whether what runs in production is ready for it: each item of a list, by evidence in the tree.

Rule: an item names a rule (`bot.checks.readiness.rules`), which says what the tree shows, with file and line, and how
far that goes: a file says so, the code that runs uses it, or a test proves it. What falls short of what the policy asks
fails; what cannot be known from the repository needs a sign-off.
Out of sight: what runs; the deploy gate looks at that.

The items are the policy's own: any id under `readiness.` that names a rule is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model import Check, CheckResult, ItemSpec, Json, Request


def _items() -> Sequence[ItemSpec]:
    return ()


def _spec(item_id: str, settings: Mapping[str, Json], shipped: bool) -> ItemSpec:  # noqa: FBT001 - a port's shape
    from bot.checks.readiness.spec import make_spec

    return make_spec(item_id, settings, shipped=shipped)


def _kinds() -> Sequence[ItemSpec]:
    from bot.checks.readiness.spec import all_kinds

    return all_kinds()


def _run(request: Request) -> CheckResult:
    from bot.checks.readiness.check import check_readiness

    return check_readiness(request)


CHECK = Check(name="readiness", items=_items, run=_run, spec=_spec, kinds=_kinds, audits=True)
