"""Items that were compared with the merge base and lost nothing, by section: shown folded, with a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Item, Report, State
from bot.render.words import count, unchanged_items

_MISSING = (State.FAIL, State.NOT_CHECKED)


@dataclass(frozen=True)
class Score:
    """A section: how many of the items that apply pass, and what is missing."""

    title: str
    passing: int
    applying: int
    missing: Sequence[Item]

    def words(self) -> str:
        """The score as text: `5 of 7`."""
        return f"{self.passing} of {self.applying}"


def find_scores(report: Report, items: Sequence[Item]) -> list[Score]:
    """The score of each section that has an item which applies; parts do not count."""
    scores = []
    for section, title in report.sections.items():
        own = [item for item in items if item.section == section and not item.is_part]
        own = [item for item in own if not item.outcome.needs_network]
        passing = sum(item.outcome.state in {State.PASS, State.WAIVED} for item in own)
        missing = [item for item in own if item.outcome.state in _MISSING]
        asked = sum(item.outcome.state in {State.NEEDS_SIGN_OFF, State.PENDING} for item in own)
        if applying := passing + len(missing) + asked:
            scores.append(Score(title, passing, applying, missing))
    return scores


@dataclass(frozen=True)
class Step:
    """What to do next: an item that fails, and how to fix it."""

    item: Item
    fix: str


def find_steps(report: Report, most: int) -> list[Step]:
    """What an audit says to do next, in the order of worth: what is required, then what is half done already."""
    if not report.audit:
        return []
    order = list(report.sections)
    failing = [item for item in report.items if item.outcome.state is State.FAIL and not item.is_part]
    failing.sort(key=lambda item: (not item.required, not _is_begun(item), order.index(item.section)))
    return [Step(item, _fix(item)) for item in failing[:most]]


def _is_begun(item: Item) -> bool:
    return item.outcome.figures.get("strength") is not None


def _fix(item: Item) -> str:
    fixes = (finding.fix for finding in item.outcome.findings if finding.fails and finding.fix)
    return next(fixes, item.outcome.reason)


def audit_scores(report: Report) -> list[Score]:
    """The score of each section of an audit; none where it is no audit."""
    return find_scores(report, report.items) if report.audit else []


def unchanged_words(report: Report) -> str:
    """What the change took nothing from, in one line; empty where nothing was compared so."""
    items = [item for item in unchanged_items(report) if not item.is_part]
    if not items:
        return ""
    scores = find_scores(report, items)
    if not scores:
        return f"Production readiness: the change touches nothing that its {count(len(items), 'item')} rest on"
    passing, applying = sum(score.passing for score in scores), sum(score.applying for score in scores)
    return f"Production readiness as before: {passing:,} of {count(applying, 'item')} that apply pass"
