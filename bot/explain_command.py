"""`gonogo explain ITEM`: what an item of a readiness list asks, and what a repository shows of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from textwrap import TextWrapper
from typing import Any

from bot.check_command import Range, assess_range
from bot.checks import CHECKS
from bot.errors import UsageError
from bot.model import PART, Item, Report
from bot.policy.command import load_policy
from bot.policy.faults import near
from bot.policy.values import Policy, PolicyItem
from bot.render.escape import one_line
from bot.settings import Limits

_LIST = "production-readiness"
_WIDTH = 100
_MAX_SHOWN = 20
_ASKS = (
    ("rows", "answers"),
    ("evidence", "what counts"),
    ("traps", "what does not"),
    ("not_applicable", "does not apply"),
    ("why", "why"),
    ("fix", "how to fix it"),
    ("source", "source"),
)


def explain(arguments: argparse.Namespace) -> int:
    """Print what an item asks, and what the head of a repository has of it.

    Raises:
        UsageError: the policy has no such item, or none of a readiness list.
    """
    policy = load_policy(arguments.policy or _LIST, CHECKS)
    item = _find(policy, arguments.item)
    lines = list(_asks(item))
    if arguments.repo is not None:
        asked = Range(folder=arguments.repo, head=arguments.head, policy=arguments.policy or _LIST, only=(item.id,))
        lines += ["", *_seen(item, assess_range(asked, Limits()))]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _find(policy: Policy, name: str) -> PolicyItem:
    items = {item.id: item for item in policy.items if item.check == "readiness"}
    found = items.get(name) or items.get(f"readiness.{name}")
    if found is None:
        short = [item_id.removeprefix("readiness.") for item_id in items]
        raise UsageError(f"{name}: no readiness item of the policy {policy.name}{near(name, short)}")
    return found


def _asks(item: PolicyItem) -> Iterator[str]:
    settings: Mapping[str, Any] = item.settings.model_dump()
    yield f"{item.id}: {item.title}"
    yield from _labelled("asks for", f"evidence that is {settings['strength']} (rule {settings['rule']})")
    for key, label in _ASKS:
        value = settings[key]
        text = "; ".join(value) if isinstance(value, list | tuple) else str(value)
        if text:
            yield from _labelled(label, text)


def _seen(item: PolicyItem, report: Report) -> Iterator[str]:
    for judged in report.items:
        whole, _, part = judged.id.partition(PART)
        # A prefix stands for longer names too.
        if whole == item.id:
            yield f"{part or f'at {report.head[:12]}'}: {judged.outcome.state}"
            yield from _details(judged)


def _details(item: Item) -> Iterator[str]:
    outcome = item.outcome
    yield from _labelled("because", outcome.reason)
    for seen in outcome.evidence[:_MAX_SHOWN]:
        strength = f" ({seen.strength})" if seen.strength else ""
        yield from _labelled("seen", f"{_place(seen.path, seen.line)}{seen.text}{strength}")
    for found in outcome.findings[:_MAX_SHOWN]:
        yield from _labelled(
            "missing" if found.fails else "worth a look", f"{_place(found.path, found.line)}{found.message}"
        )
    for unknown in outcome.unknowns[:_MAX_SHOWN]:
        place = _place(unknown.path, unknown.line)
        yield from _labelled("not looked at", f"{place}{unknown.reason}; to settle it: {unknown.settle}")


def _place(path: str | None, line: int | None) -> str:
    return "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "


def _labelled(label: str, text: str) -> list[str]:
    wrapper = TextWrapper(width=_WIDTH, initial_indent=f"  {label}: ", subsequent_indent="    ", break_long_words=False)
    return wrapper.wrap(one_line(text))
