"""Outcomes and a policy to items and a verdict, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from bot.model import PART, Evidence, Finding, Item, Level, Outcome, Report, State, Strength, Tick, Verdict
from bot.policy.values import Policy, PolicyItem, Waiver

# Of a required item, only these leave the way free.
_FREE = frozenset({State.PASS, State.NOT_APPLICABLE, State.WAIVED})


def judge_items(outcomes: Iterable[Outcome], policy: Policy, today: date) -> list[Item]:
    """Each outcome as an item of the policy, with the waivers that count today applied."""
    asked = {item.id: item for item in policy.items}
    return [_judge_item(outcome, asked[outcome.item.partition(PART)[0]], policy, today) for outcome in outcomes]


def _judge_item(outcome: Outcome, asked: PolicyItem, policy: Policy, today: date) -> Item:
    _, is_part, part = outcome.item.partition(PART)
    return Item(
        id=outcome.item,
        section=asked.section,
        title=f"{asked.title}: {part}" if is_part else asked.title,
        level=_level(outcome, asked),
        outcome=_waive(outcome, policy.waivers, today),
    )


def _level(outcome: Outcome, asked: PolicyItem) -> Level:
    """What an item decides: by a ratchet, only where the change made it worse."""
    if not asked.ratchet or outcome.regressed is None:
        return asked.level
    return Level.BLOCK if outcome.regressed else Level.WARN


def judge_verdict(items: Iterable[Item]) -> Verdict:
    """Go, unless a required item stands in the way. Pending only where nothing worse does.

    What was not checked because nobody allowed a connection decides nothing: the report says that it is left out.
    """
    asked = (item.outcome for item in items if item.required)
    states = {outcome.state for outcome in asked if not outcome.needs_network} - _FREE
    if not states:
        return Verdict.GO
    return Verdict.PENDING if states == {State.PENDING} else Verdict.NO_GO


def apply_ticks(report: Report, ticks: Iterable[Tick]) -> Report:
    """The report with each item that only a person can answer answered by a tick that counts; others become notes.

    A tick never makes anything of another state: what the tree shows stands.
    """
    waiting = {item.id: item for item in report.items if item.outcome.state is State.NEEDS_SIGN_OFF}
    seen = [tick for tick in ticks if tick.item in waiting]
    counting = {tick.item: tick for tick in seen if not tick.fault}
    items = [_ticked(item, counting[item.id]) if item.id in counting else item for item in report.items]
    notes = [
        f"the tick for {waiting[tick.item].title or tick.item}{f' by {tick.by}' if tick.by else ''} does not count: "
        f"{tick.fault}"
        for tick in seen
        if tick.fault
    ]
    verdict = judge_verdict(items)
    return replace(report, items=items, ticks=[*counting.values()], notes=[*report.notes, *notes], verdict=verdict)


def _ticked(item: Item, tick: Tick) -> Item:
    on = f" on {tick.at.date().isoformat()}" if tick.at else ""
    words = f"signed off by {tick.by}{on}, for this commit alone"
    evidence = [Evidence(text=words, strength=Strength.VERIFIED), *item.outcome.evidence]
    return replace(item, outcome=replace(item.outcome, state=State.PASS, reason=words, evidence=evidence))


def find_expired(policy: Policy, today: date) -> list[Waiver]:
    """The waivers that no longer count."""
    return [waiver for waiver in policy.waivers if not waiver.active_on(today)]


def _waive(outcome: Outcome, waivers: Sequence[Waiver], today: date) -> Outcome:
    active = [waiver for waiver in waivers if waiver.active_on(today)]
    used: dict[int, Waiver] = {}
    findings = []
    for finding in outcome.findings:
        waiver = next((waiver for waiver in active if waiver.covers(outcome.item, finding)), None)
        if waiver is None or not finding.fails:
            findings.append(finding)
            continue
        used[id(waiver)] = waiver
        findings.append(_waived(finding, waiver))
    if not used:
        return outcome
    evidence = (*outcome.evidence, *(Evidence(text=_words(waiver)) for waiver in used.values()))
    return _with_state(replace(outcome, findings=findings, evidence=evidence))


def _waived(finding: Finding, waiver: Waiver) -> Finding:
    by = {"owner": waiver.owner, "reason": waiver.reason, "expires": waiver.expires.isoformat()}
    return replace(finding, fails=False, details={**finding.details, "waived": by})


def _words(waiver: Waiver) -> str:
    return f"waived by {waiver.owner} until {waiver.expires.isoformat()}: {waiver.reason}"


def _with_state(outcome: Outcome) -> Outcome:
    if outcome.state is not State.FAIL or any(finding.fails for finding in outcome.findings):
        return outcome
    if outcome.unknowns:
        return replace(outcome, state=State.NOT_CHECKED, reason=outcome.unknowns[0].reason)
    return replace(outcome, state=State.WAIVED, reason="what was found is waived by the policy")
