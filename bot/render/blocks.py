"""The blocks that a comment or a summary is made of, each as GitHub's Markdown without a last line break."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.boxes import render_box
from bot.model import Answer, Evidence, Finding, Item, Report, State, Unknown, Verdict
from bot.render.coverage import Row
from bot.render.escape import clip, code_span, escape_html_text, escape_markdown_text, printable, safe_url
from bot.render.jinja import load_template
from bot.render.readiness import Score, Step
from bot.render.words import (
    Place,
    commit_place,
    compared,
    count,
    finding_place,
    finding_rank,
    old_count,
    open_items,
    place,
    shorten,
    state_verb,
    state_word,
    verdict_reason,
    verdict_word,
    waiver,
    weight,
)

_TICK = re.compile(r"\[([xX])\]")
_MAX_TEXT = 500
_MAX_CODE = 160
_MAX_ADDRESS = 60
_MAX_FIX_LINES = 6
_ICONS = {
    State.PASS: Markup("\u2705"),
    State.FAIL: Markup("\u274c"),
    State.NOT_APPLICABLE: Markup("\u2796"),
    State.NOT_CHECKED: Markup("\u2753"),
    State.PENDING: Markup("\u23f3"),
    State.NEEDS_SIGN_OFF: Markup("\u270d\ufe0f"),
    State.WAIVED: Markup("\u2611\ufe0f"),
}
_WARNING = Markup("\u26a0\ufe0f")
_VERDICT_STATES = {Verdict.GO: State.PASS, Verdict.NO_GO: State.FAIL, Verdict.PENDING: State.PENDING}


class Kind(StrEnum):
    """What an entry under an item is; the value is the heading over such entries, in this order."""

    FAILS = ""
    ADVICE = "Worth a look:"
    WAIVED = "Waived:"
    UNKNOWN = "Not looked at:"
    EVIDENCE = "Seen:"


@dataclass(frozen=True)
class Entry:
    """A list entry under an item; how to fix it (shown once for all with the same); its fingerprint for a waiver."""

    kind: Kind
    text: str
    fix: str = ""
    waiver: str = ""


def heading(report: Report) -> str:
    """The verdict in one line, with the number of warnings."""
    warnings = sum(not item.required for item in open_items(report))
    return str(
        _macros().heading(
            _ICONS[_VERDICT_STATES[report.verdict]],
            verdict_word(report.verdict),
            verdict_reason(report),
            count(warnings, "warning") if warnings else "",
        )
    )


def note(text: str) -> str:
    """What a reader must know of the whole."""
    return str(_macros().note(text))


def line(item: Item) -> str:
    """An item in one line."""
    return str(_macros().line(_icon(item), item.title or item.id, _remark(item), item.outcome.reason))


def _remark(item: Item) -> str:
    """What the icon does not say."""
    if item.outcome.state is State.FAIL:
        return ""
    if item.outcome.state is not State.PASS:
        return state_word(item)
    advice = sum(kind_of(finding) is Kind.ADVICE for finding in item.outcome.findings)
    return f"{advice:,} worth a look" if advice else ""


def _icon(item: Item) -> Markup:
    return _WARNING if item.outcome.state is State.FAIL and not item.required else _ICONS[item.outcome.state]


def title(item: Item) -> str:
    """An item's title as a list entry."""
    return str(_macros().title(item.title or item.id))


def box(item: Item, *, ticked: bool) -> str:
    """A task-list box for an item that a person answers."""
    # GitHub's library shows a box as ticked where `[x]` stands anywhere in its line.
    title, reason = (_TICK.sub(r"(\1)", text) for text in (item.title or item.id, item.outcome.reason))
    return render_box(item.id, str(_macros().box(title, reason, item.required)), ticked=ticked)


def how_to_sign_off(report: Report) -> str:
    """What a tick means."""
    return str(_macros().how_to_sign_off(commit_place(report, report.head), report.author_may_sign_off))


def answer(said: Answer) -> str:
    """The answer to a command, open."""
    body = ["\n".join(str(_macros().answer_line(text)) for text in said.lines)]
    if said.code:
        lines = [printable(text) for text in said.code.splitlines()]
        fence = "`" * (3 + max((len(run) for text in lines for run in re.findall("`+", text)), default=0))
        body.append("\n".join([f"{fence}yaml", *lines, fence]))
    return fold(clip(said.title, _MAX_TEXT), body, is_open=True)


def how_to_waive(report: Report, item: Item) -> str:
    """What to do about a false alarm, of a change or of the deploy gate."""
    return str(_macros().how_to_waive(item.id, bool(report.targets)))


def totals(item: Item) -> Counter[Kind]:
    """How many entries of each kind an item has; evidence does not count."""
    found = Counter(kind_of(finding) for finding in item.outcome.findings)
    found[Kind.UNKNOWN] += len(item.outcome.unknowns)
    return found


def item_summary(item: Item, kinds: Counter[Kind]) -> Markup:
    """The line over an item's details: what there is of each kind, at least one."""
    summary = _macros().item_summary(_icon(item), item.title or item.id, _summarize(kinds))
    return Markup(summary)  # noqa: S704 - escaped by the template


def fold(summary: str, body: Sequence[str], *, is_open: bool) -> str:
    """Blocks that are folded under a line."""
    return str(_macros().fold(summary, is_open, Markup("\n\n".join(body))))  # noqa: S704 - made of other blocks


def _summarize(kinds: Counter[Kind]) -> str:
    """What a fold holds, in a few words."""
    number = kinds[Kind.FAILS]
    unknown = kinds[Kind.UNKNOWN]
    if unknown == kinds.total():
        return "what would settle it"
    parts = [
        (number, f"{count(number, 'finding')} and how to fix {'it' if number == 1 else 'them'}"),
        (kinds[Kind.ADVICE], f"{kinds[Kind.ADVICE]:,} worth a look"),
        (kinds[Kind.WAIVED], f"{kinds[Kind.WAIVED]:,} waived"),
        (unknown, f"{unknown:,} not looked at"),
    ]
    return ", ".join(text for size, text in parts if size)


def states(items: Iterable[Item]) -> str:
    """How many of the items are in which state, such as `12 pass, 3 do not apply`."""
    found = Counter(item.outcome.state for item in items)
    return ", ".join(f"{number:,} {state_verb(state, number)}" for state, number in found.items())


def entries(report: Report, item: Item, limit: int) -> Iterator[Entry]:
    """The entries under an item, the most important first; of findings and of unknowns at most `limit` each."""
    findings = sorted(item.outcome.findings, key=finding_rank)
    return chain(
        (_finding(report, finding) for finding in islice(findings, limit)),
        (_unknown(report, unknown) for unknown in islice(item.outcome.unknowns, limit)),
        (_evidence(report, evidence) for evidence in islice(_evidences(item), limit)),
        _old(item),
    )


def kind_of(finding: Finding) -> Kind:
    """Under which heading a finding stands."""
    if finding.fails:
        return Kind.FAILS
    return Kind.WAIVED if waiver(finding) else Kind.ADVICE


COVERAGE_HEAD = "| file | changed lines that tests reach | not reached |\n| --- | ---: | --- |"


def coverage_row(row: Row) -> str:
    """A changed file in the table of coverage."""
    return str(_macros().coverage_row(row))


def score(of: Score) -> str:
    """A section of a readiness list, and what of it is missing."""
    return str(_macros().score(of.title, of.words(), [item.title or item.id for item in of.missing]))


def steps_head() -> str:
    """What stands over the steps to do next."""
    return "**What to do next**\n"


def step(number: int, of: Step) -> str:
    """A step to do next."""
    return str(_macros().step(number, of.item.title or of.item.id, of.fix))


def left_out(number: int) -> str:
    """How many entries are not shown."""
    return str(_macros().left_out(count(number, "more is", "more are")))


def cut(where: str | None) -> str:
    """That not all is shown, and where all of it can be read."""
    return str(_macros().cut(where))


def footer(report: Report, seconds: str | None) -> str:
    """What was compared, and by which policy."""
    changes = compared(report)
    head, base = commit_place(report, report.head), commit_place(report, report.base)
    return str(_macros().footer(report, shorten(report.policy.source), head, base, changes, seconds))


def _finding(report: Report, finding: Finding) -> Entry:
    commit = commit_place(report, finding.commit) if finding.commit else None
    kind = kind_of(finding)
    waived = waiver(finding) if kind is Kind.WAIVED else None
    text = _macros().finding(finding_place(report, finding), finding, weight(finding), commit, waived)
    if waived:
        return Entry(kind, str(text))
    if kind is Kind.ADVICE:
        return Entry(kind, str(text), _fix(finding))
    name = _macros().waiver(finding_place(report, finding), finding.fingerprint) if finding.fingerprint else ""
    return Entry(kind, str(text), _fix(finding), str(name))


def _fix(finding: Finding) -> str:
    lines = [text for text in (finding.fix or "").splitlines() if text.strip()][:_MAX_FIX_LINES]
    return str(_macros().fix(lines)) if lines else ""


def _unknown(report: Report, unknown: Unknown) -> Entry:
    return Entry(Kind.UNKNOWN, str(_macros().unknown(place(report, unknown.path, unknown.line), unknown)))


def _evidence(report: Report, evidence: Evidence) -> Entry:
    return Entry(Kind.EVIDENCE, str(_macros().evidence(place(report, evidence.path, evidence.line), evidence)))


def _evidences(item: Item) -> Iterator[Evidence]:
    """The evidence but for what the waived findings say themselves."""
    waivers = {waived.words() for finding in item.outcome.findings if (waived := waiver(finding))}
    return (shown for shown in item.outcome.evidence if shown.text not in waivers)


def _old(item: Item) -> Iterable[Entry]:
    if number := old_count(item):
        text = f"{count(number, 'older finding')}, there before this change, not counted"
        yield Entry(Kind.EVIDENCE, str(_macros().evidence(None, Evidence(text=text))))


@cache
def _macros() -> Any:  # noqa: ANN401 - macros have no types
    filters: dict[str, Callable[[Any], Markup]] = {
        "link": _link,
        "cell": _cell,
        "code": _code,
        "address": _address,
        "host": _host,
        "html": _html,
    }
    return load_template("comment.md.j2", lambda text: escape_markdown_text(clip(text, _MAX_TEXT)), filters).module


def _code(text: str) -> Markup:
    return Markup(code_span(clip(printable(clip(text, _MAX_CODE)), _MAX_CODE)))  # noqa: S704 - a span cannot be left


def _link(to: Place) -> Markup:
    shown = code_span(_clip_start(printable(_clip_start(to.text))))
    return Markup(f"[{shown}]({to.url})" if to.url else shown)  # noqa: S704 - the address is encoded


def _cell(to: Place) -> Markup:
    # A table ends a cell at each bar, in code too: https://github.github.com/gfm/#example-200
    return Markup(str(_link(to)).replace("|", "\\|"))  # noqa: S704 - escaped by `_link`


def _clip_start(text: str) -> str:
    """The end of a path tells more than its start."""
    return text if len(text) <= _MAX_CODE else "\u2026" + text[1 - _MAX_CODE :]


def _host(text: str) -> Markup:
    url = safe_url(text)
    host = urlsplit(text).hostname if url else None
    return Markup(f"[{code_span(clip(host, _MAX_CODE))}]({url})") if host else _code(text)  # noqa: S704 - encoded


def _html(text: str) -> Markup:
    return text if isinstance(text, Markup) else Markup(escape_html_text(clip(text, _MAX_TEXT)))  # noqa: S704 - escaped


def _address(text: str) -> Markup:
    url = safe_url(text)
    if url is None:
        return Markup(escape_markdown_text(clip(text, _MAX_TEXT)))  # noqa: S704 - escaped
    return Markup(f"[{code_span(clip(text.partition('://')[2], _MAX_ADDRESS))}]({url})")  # noqa: S704 - the address is encoded
