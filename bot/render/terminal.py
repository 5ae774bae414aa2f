"""The report for a terminal: the same order and words as the comment, aligned, and safe to print.

Escape sequences come from rich alone: text of the change is made printable first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.model import Evidence, Finding, Item, Report, State, Unknown, Verdict
from bot.render.escape import clip, one_line, printable
from bot.render.readiness import audit_scores, find_scores, find_steps, unchanged_words
from bot.render.words import (
    compared,
    count,
    facts,
    finding_place,
    finding_rank,
    old_count,
    open_items,
    place,
    settled_items,
    short,
    shorten,
    state_word,
    unchanged_items,
    verdict_reason,
    verdict_word,
    waiver,
)

_MAX_ENTRIES = 50
_MAX_TEXT = 2_000
_MAX_STEPS = 10
_SIGNS = {
    State.PASS: ("\u2713", "green"),
    State.FAIL: ("\u2717", "bold red"),
    State.NOT_APPLICABLE: ("-", "dim"),
    State.NOT_CHECKED: ("?", "bold magenta"),
    State.PENDING: ("\u2026", "bold blue"),
    State.NEEDS_SIGN_OFF: ("!", "bold blue"),
    State.WAIVED: ("~", "cyan"),
}
_WARNING = ("!", "bold yellow")
_VERDICT_STYLES = {Verdict.GO: "bold green", Verdict.NO_GO: "bold red", Verdict.PENDING: "bold blue"}


def render_terminal(report: Report, *, color: bool, width: int) -> str:
    """The report in lines of at most `width` columns, with a last line break.

    Args:
        report: what to say.
        color: whether to use the terminal's sixteen colours; the caller asks NO_COLOR and the terminal.
        width: columns of the terminal; fewer than 40 count as 40.
    """
    console = Console(
        file=StringIO(),
        width=max(width, 40),
        color_system="standard" if color else None,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as captured:
        console.print(Group(*_report(report)))
    # Padding to the right is only noise in a log.
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def _report(report: Report) -> Iterator[RenderableType]:
    opened, settled = open_items(report), settled_items(report)
    verdict = _verdict(report, sum(not item.required for item in opened))
    yield verdict
    yield from (_text(note, "yellow") for note in report.notes)
    yield Text()
    yield _lines([*opened, *settled])
    found = [(item, list(_details(report, item, shown=item in opened))) for item in [*opened, *settled]]
    for item, details in found:
        if details:
            yield Text()
            yield _title(item)
            yield _under(Group(*details))
    yield from _unchanged(report)
    yield from _audit(report)
    yield Text()
    yield _footer(report)
    if any(details for _, details in found):
        # What stands last is what a reader sees first.
        yield verdict


def _unchanged(report: Report) -> Iterator[RenderableType]:
    words = unchanged_words(report)
    if words:
        yield Text()
        yield _text(words, "dim")
    for score in find_scores(report, unchanged_items(report)):
        missing = ", ".join(item.title or item.id for item in score.missing)
        yield _under(_text(f"{score.title}: {score.words()}{f'; missing: {missing}' if missing else ''}", "dim"))


def _audit(report: Report) -> Iterator[RenderableType]:
    """The score of each section, and what to do next."""
    if scores := audit_scores(report):
        yield Text()
        yield Text("By section", "bold")
    yield from (_under(_text(f"{score.title}: {score.words()}")) for score in scores)
    steps = find_steps(report, _MAX_STEPS)
    if steps:
        yield Text()
        yield Text("What to do next", "bold")
    for number, step in enumerate(steps, start=1):
        yield _under(_labelled(f"{number}.", _text(f"{step.item.title or step.item.id}: {step.fix}")))


def _verdict(report: Report, warnings: int) -> Text:
    more = f", with {count(warnings, 'warning')}" if warnings else ""
    word = (verdict_word(report.verdict), _VERDICT_STYLES[report.verdict])
    return Text.assemble(word, (f": {verdict_reason(report)}{more}", "bold"))


def _lines(items: Iterable[Item]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for item in items:
        sign, style = _sign(item)
        table.add_row(
            Text(f"{sign} {state_word(item)}", style), _text(item.title or item.id), _text(item.outcome.reason)
        )
    return table


def _sign(item: Item) -> tuple[str, str]:
    return _WARNING if item.outcome.state is State.FAIL and not item.required else _SIGNS[item.outcome.state]


def _title(item: Item) -> Text:
    sign, style = _sign(item)
    return Text.assemble((f"{sign} ", style), _text(item.title or item.id, "bold"))


def _details(report: Report, item: Item, *, shown: bool) -> Iterator[RenderableType]:
    """What is under an item: evidence only where the item needs attention."""
    outcome = item.outcome
    findings = sorted(outcome.findings, key=finding_rank)[:_MAX_ENTRIES]
    for number, finding in enumerate(findings):
        after = findings[number + 1] if number + 1 < len(findings) else None
        repeated = after is not None and (after.fix, after.help) == (finding.fix, finding.help)
        yield from _finding(report, finding, with_fix=not repeated and waiver(finding) is None)
    for unknown in outcome.unknowns[:_MAX_ENTRIES]:
        yield from _unknown(report, unknown)
    if shown:
        yield from (_evidence(report, evidence) for evidence in outcome.evidence[:_MAX_ENTRIES])
    if number := old_count(item):
        yield _text(f"{count(number, 'older finding')}, there before this change, not counted", "dim")
    left_out = sum(max(0, len(found) - _MAX_ENTRIES) for found in (outcome.findings, outcome.unknowns))
    if left_out:
        yield _text(f"{count(left_out, 'more is', 'more are')} not shown here: see --format json", "dim")


def _finding(report: Report, finding: Finding, *, with_fix: bool) -> Iterator[RenderableType]:
    at = finding_place(report, finding)
    yield Text.assemble((f"{printable(at.text)} " if at else "", "cyan"), _text(finding.message))
    yield _under(_text(" \u00b7 ".join(facts(finding)), "dim"))
    if finding.fingerprint:
        yield _under(_text(f"fingerprint {finding.fingerprint}", "dim"))
    if with_fix and finding.fix:
        lines = [_text(line) for line in finding.fix.splitlines() if line.strip()]
        yield _under(_labelled("fix:", Group(*lines)))
    if with_fix and finding.help:
        yield _under(_labelled("see:", _text(finding.help)))


def _under(shown: RenderableType) -> Padding:
    return Padding(shown, (0, 0, 0, 2))


def _labelled(label: str, shown: RenderableType) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(Text(label, "bold"), shown)
    return table


def _unknown(report: Report, unknown: Unknown) -> Iterator[RenderableType]:
    at = place(report, unknown.path, unknown.line)
    yield Text.assemble((f"{printable(at.text)} " if at else "", "cyan"), _text(unknown.reason))
    if unknown.settle:
        yield _under(_labelled("to settle it:", _text(unknown.settle)))


def _evidence(report: Report, evidence: Evidence) -> Text:
    at = place(report, evidence.path, evidence.line)
    strength = f" ({evidence.strength})" if evidence.strength else ""
    return _text(f"{at.text if at else ''} {evidence.text}{strength}", "dim")


def _footer(report: Report) -> Text:
    return _text(
        f"{report.tool} {_looked_at(report)}, in {report.seconds:.1f} s. "
        f"Policy: {report.policy.name} ({shorten(report.policy.source)}).",
        "dim",
    )


def _looked_at(report: Report) -> str:
    if report.targets:
        return f"asked {', '.join(report.targets)}" + (f", to run {short(report.head)}" if report.head else "")
    against = "" if report.audit else f" against {report.base_name} ({short(report.base)})"
    return f"looked at {short(report.head)}{against}: {compared(report)}"


def _text(text: str, style: str = "") -> Text:
    return Text(clip(one_line(text), _MAX_TEXT), style)
