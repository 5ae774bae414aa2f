"""The report as one HTML page that needs nothing else: no script, no picture, no font, light and dark, any width."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from bot.model import Finding, Item, Level, Report, State
from bot.render.coverage import find_chart, find_rows
from bot.render.escape import escape_page_text, printable, safe_url
from bot.render.jinja import load_template
from bot.render.readiness import audit_scores, find_scores, find_steps, unchanged_words
from bot.render.words import (
    commit_place,
    compared,
    count,
    facts,
    finding_place,
    finding_rank,
    old_count,
    open_items,
    place,
    settled_items,
    state_word,
    unchanged_items,
    verdict_reason,
    verdict_word,
    waiver,
)

if TYPE_CHECKING:
    from jinja2 import Template

_MAX_ENTRIES = 2_000
_MAX_STEPS = 15


def render_html(report: Report) -> str:
    """The report as a page. Each list holds at most 2,000 entries, worst first; what is left out is counted."""
    style = _style()
    opened = open_items(report)
    warnings = sum(not item.required for item in opened)
    return str(
        _template().render(
            report=report,
            style=Markup(style),  # noqa: S704 - a file of this package
            style_hash=b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            verdict=verdict_word(report.verdict),
            reason=verdict_reason(report),
            warnings=count(warnings, "warning") if warnings else "",
            head=commit_place(report, report.head),
            base=commit_place(report, report.base),
            changes=compared(report),
            seconds=f"{report.seconds:.1f} s",
            unchanged=unchanged_words(report),
            steps=find_steps(report, _MAX_STEPS),
            audit_scores={score.title: score for score in audit_scores(report)},
            scores=find_scores(report, unchanged_items(report)),
            items=[_item(report, item) for item in _ordered(report, opened)],
        )
    )


def _ordered(report: Report, opened: Sequence[Item]) -> list[Item]:
    """What wants attention first; of an audit in the list's order, with the parts."""
    if report.audit:
        return [item for item in report.items if item.level is not Level.OFF]
    return [*opened, *settled_items(report)]


def _item(report: Report, item: Item) -> dict[str, object]:
    outcome = item.outcome
    findings = sorted(outcome.findings, key=finding_rank)[:_MAX_ENTRIES]
    parts: dict[str, object] = {
        "findings": [_finding(report, finding) for finding in findings],
        "unknowns": [
            {"place": place(report, unknown.path, unknown.line), "reason": unknown.reason, "settle": unknown.settle}
            for unknown in outcome.unknowns[:_MAX_ENTRIES]
        ],
        "evidence": [
            {"place": place(report, seen.path, seen.line), "text": seen.text, "strength": seen.strength}
            for seen in outcome.evidence[:_MAX_ENTRIES]
        ],
        "old": count(number, "older finding") if (number := old_count(item)) else "",
        "left_out": _left_out(item),
        "chart": find_chart(item),
        "files": find_rows(report)[:_MAX_ENTRIES] if item.id == "coverage.patch" else [],
    }
    return {
        **parts,
        "title": item.title or item.id,
        "id": item.id,
        "part": item.is_part,
        "section": report.sections.get(item.section, "") if report.audit else "",
        "reason": outcome.reason,
        "state": state_word(item),
        "style": _style_of(item),
        "required": item.required,
        "has_details": any(parts.values()),
    }


def _finding(report: Report, finding: Finding) -> dict[str, object]:
    return {
        "place": finding_place(report, finding),
        "message": finding.message,
        "facts": facts(finding),
        "fingerprint": finding.fingerprint,
        "fix": [] if waiver(finding) else [line for line in (finding.fix or "").splitlines() if line.strip()],
        "help": safe_url(finding.help) if finding.help else None,
    }


def _left_out(item: Item) -> str:
    lists = (item.outcome.findings, item.outcome.unknowns, item.outcome.evidence)
    number = sum(max(0, len(entries) - _MAX_ENTRIES) for entries in lists)
    return count(number, "more is", "more are") if number else ""


def _style_of(item: Item) -> str:
    match item.outcome.state:
        case State.PASS:
            return "pass"
        case State.FAIL:
            return "fail" if item.required else "warning"
        case State.NOT_CHECKED | State.NEEDS_SIGN_OFF | State.PENDING:
            return "open"
        case State.WAIVED | State.NOT_APPLICABLE:
            return "quiet"


@cache
def _template() -> Template:
    return load_template("page.html.j2", escape_page_text, {"plain": lambda text: escape(printable(text))})


@cache
def _style() -> str:
    return files("bot.render").joinpath("templates/page.css").read_text(encoding="utf-8")
