"""The comment on a pull request and the summary of a job, in GitHub's Markdown.

The verdict comes first, then one line an item, what stands in the way on top; findings, how to fix them and what
could not be looked at are folded under their item. What does not fit is cut in whole blocks, the least important
first, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from textwrap import indent

from bot.model import PART, Item, Report, State
from bot.render import blocks
from bot.render.blocks import Entry, Kind
from bot.render.coverage import find_rows
from bot.render.readiness import audit_scores, find_scores, find_steps, unchanged_words
from bot.render.words import open_items, settled_items, unchanged_items

# GitHub takes 65,536 UTF-16 units (and 262,144 bytes, which so many units never reach). The rest is left for a
# server that counts a line break as two: https://github.com/peter-evans/create-or-update-comment/issues/181
_COMMENT_UNITS = 63_000
# GitHub drops a step's summary of more than 1 MiB whole:
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
_SUMMARY_BYTES = 1_000_000
_COMMENT_ENTRIES = 50
_SUMMARY_ENTRIES = 500
_LINE_BREAK = "\\\n"
_FRAME = 900  # what a fold takes besides its entries, at most
_OPEN_ENTRIES = 5  # so few are shown without a click
_MAX_STEPS = 10
_MAX_BOXES = 40
_MAX_LINES = 10  # longer lists of what passes are folded


def render_comment(report: Report, *, mark: str, full_report: str | None) -> str:
    """The comment, at most 63,000 UTF-16 units. Two runs on the same input give the same text: it holds no time.

    Args:
        report: what to say.
        mark: the hidden first line (`<!-- gonogo ... -->`) by which the comment is found again, put in as it is.
        full_report: where all of it can be read, an address or plain words; named where something is cut.
    """
    room = _Room(_COMMENT_UNITS, lambda text: len(text.encode("utf-16-le")) // 2)
    room.take(mark)
    form = _Form(_COMMENT_ENTRIES, full_report=full_report, has_boxes=bool(mark))
    return f"{mark}\n{_document(report, room, form)}"


def render_summary(report: Report) -> str:
    """The job summary: what the comment says, with more of it and the time, at most 1,000,000 bytes of UTF-8."""
    room = _Room(_SUMMARY_BYTES, lambda text: len(text.encode()))
    return _document(report, room, _Form(_SUMMARY_ENTRIES, seconds=f"{report.seconds:.1f} s"))


@dataclass
class _Room:
    """What is left of a limit."""

    left: int
    measure: Callable[[str], int]

    def take(self, text: str, extra: int = 0) -> bool:
        """Take room for a block and its line breaks; False, and nothing taken, where it does not fit."""
        size = self.measure(text) + extra + 2
        if size > self.left:
            return False
        self.left -= size
        return True


@dataclass
class _Section:
    """An item's line, what stands over the entries under it, those that are kept, and those that wait for room."""

    item: Item
    line: str
    heading: str
    totals: Counter[Kind]
    waiting: Iterator[Entry]
    kept: list[Entry] = field(default_factory=list)

    def keep_next(self, room: _Room) -> bool:
        """Keep the next entry; False where there is none or it does not fit."""
        entry = next(self.waiting, None)
        if entry is None:
            return False
        fix = "" if any(entry.fix == kept.fix for kept in self.kept) else entry.fix
        heading = "" if self.kept or self.totals.total() else self.heading
        if not room.take(f"{heading}\n{entry.text}\n{entry.waiver}\n{fix}\n\n"):
            return False
        self.kept.append(entry)
        return True

    def left_out(self) -> int:
        """How many findings and unknowns are not shown."""
        return self.totals.total() - sum(entry.kind is not Kind.EVIDENCE for entry in self.kept)


@dataclass(frozen=True)
class _Form:
    """What becomes of a report: how many entries an item may have, where all of it is, and what is added.

    Boxes can be ticked in a comment alone.
    """

    limit: int
    full_report: str | None = None
    seconds: str | None = None
    has_boxes: bool = False


def _document(report: Report, room: _Room, form: _Form) -> str:
    top = [blocks.heading(report)]
    footer = blocks.footer(report, form.seconds)
    room.take(top[0])
    room.take(footer, extra=2 * _FRAME + len(form.full_report or ""))
    top += [text for note in report.notes if room.take(text := blocks.note(note))]
    boxes = list(_boxes(report, room)) if form.has_boxes else []
    opened = _sections(report, open_items(report), room, form.limit)
    settled = _sections(report, settled_items(report), room, form.limit)
    _fill(opened, room)
    _fill(settled, room)
    top += [text for text in _audit(report) if room.take(text)]
    few = sum(len(section.kept) for section in opened) <= _OPEN_ENTRIES
    parts = [*top, *_lines(opened, settled), *boxes]
    parts += [*_details(report, opened, unfold=few), *_details(report, settled, unfold=False)]
    parts += _coverage(report, room, form.limit)
    parts += _unchanged(report, room)
    if report.answer and room.take(text := blocks.answer(report.answer), extra=_FRAME):
        parts.append(text)
    lines_left_out = len(open_items(report)) + len(settled_items(report)) - len(opened) - len(settled)
    if lines_left_out or any(section.left_out() for section in (*opened, *settled)):
        parts.append(blocks.cut(form.full_report))
    return "\n\n".join([*parts, footer]) + "\n"


def _boxes(report: Report, room: _Room) -> Iterator[str]:
    """A box for each item that a person has to answer, or has answered by a tick; what decides the verdict first."""
    ticked = {tick.item for tick in report.ticks}
    # What was as open before the change is its list's business, and no box of every pull request.
    asked = [
        item
        for item in report.items
        if (item.outcome.state is State.NEEDS_SIGN_OFF and (item.required or item.outcome.regressed is not False))
        or item.id in ticked
    ]
    asked = [item for item in asked if PART not in item.id]
    shown = sorted(asked, key=lambda item: not item.required)[:_MAX_BOXES]
    lines = [text for item in shown if room.take(text := blocks.box(item, ticked=item.id in ticked))]
    if lines:
        yield blocks.how_to_sign_off(report)
        yield "\n".join(lines)
        if left := len(asked) - len(lines):
            yield blocks.left_out(left)


def _sections(report: Report, items: Iterable[Item], room: _Room, limit: int) -> list[_Section]:
    """The items for whose lines there is room, the fold under each that has findings or unknowns included."""
    found = []
    for item in items:
        line, totals = blocks.line(item), blocks.totals(item)
        has_fold = bool(totals.total())
        heading = blocks.item_summary(item, totals) if has_fold else blocks.title(item)
        if not room.take(f"{line}\n{heading}" if has_fold else line, _FRAME if has_fold else 0):
            break
        found.append(_Section(item, line, heading, totals, blocks.entries(report, item, limit)))
    return found


def _fill(sections: Iterable[_Section], room: _Room) -> None:
    """Give each item in turn room for its next entry, so that no item's many crowd out another's first."""
    waiting = list(sections)
    while waiting:
        waiting = [section for section in waiting if section.keep_next(room)]


def _lines(opened: Sequence[_Section], settled: Sequence[_Section]) -> Iterator[str]:
    """One line an item; what does not apply, and a long list of what passes, is folded."""
    lines = [section.line for section in opened]
    shown = [section for section in settled if section.item.outcome.state is not State.NOT_APPLICABLE]
    if len(lines) + len(shown) > _MAX_LINES:
        shown = []
    if lines or shown:
        yield _LINE_BREAK.join([*lines, *(section.line for section in shown)])
    if rest := [section for section in settled if section not in shown]:
        summary = blocks.states(section.item for section in rest)
        yield blocks.fold(summary, [_LINE_BREAK.join(section.line for section in rest)], is_open=False)


def _details(report: Report, sections: Iterable[_Section], *, unfold: bool) -> Iterator[str]:
    """What is under each item with findings or unknowns, then what the others rest on."""
    seen = []
    for section in sections:
        if not section.totals.total():
            seen += [_evidence(section)] if section.kept else []
            continue
        body = list(_entries(section.kept))
        if waivers := [entry.waiver for entry in section.kept if entry.waiver]:
            body.append(_false_alarm(report, section.item, waivers))
        if number := section.left_out():
            body.append(blocks.left_out(number))
        yield blocks.fold(section.heading, body, is_open=unfold and section.item.required)
    if seen:
        yield blocks.fold("What this rests on", seen, is_open=False)


def _coverage(report: Report, room: _Room, limit: int) -> Iterator[str]:
    """The changed files with the coverage of their changed lines, as far as there is room."""
    rows = find_rows(report)
    if not rows or not room.take(blocks.COVERAGE_HEAD, extra=_FRAME):
        return
    lines = [blocks.COVERAGE_HEAD]
    lines += takewhile(room.take, (blocks.coverage_row(row) for row in rows[:limit]))
    if len(lines) == 1:
        return
    left = len(rows) - len(lines) + 1
    body = ["\n".join(lines), *([blocks.left_out(left)] if left else [])]
    yield blocks.fold("Coverage of the changed lines, by file", body, is_open=False)


def _audit(report: Report) -> Iterator[str]:
    """What an audit says to do next, and the score of each section."""
    steps = find_steps(report, _MAX_STEPS)
    if steps:
        yield "\n".join([blocks.steps_head(), *(blocks.step(number, one) for number, one in enumerate(steps, start=1))])
    if scores := audit_scores(report):
        yield blocks.fold("By section", ["\n".join(blocks.score(score) for score in scores)], is_open=False)


def _unchanged(report: Report, room: _Room) -> Iterator[str]:
    """What the change took nothing from: one line, with what is missing of each section under it."""
    words = unchanged_words(report)
    if not words:
        return
    lines = [blocks.score(score) for score in find_scores(report, unchanged_items(report))]
    kept = list(takewhile(room.take, lines)) if room.take(words, extra=_FRAME) else []
    if kept:
        yield blocks.fold(words, ["\n".join(kept)], is_open=False)
    elif not lines:
        yield blocks.note(words)


def _false_alarm(report: Report, item: Item, waivers: Sequence[str]) -> str:
    return blocks.fold("A false alarm?", [blocks.how_to_waive(report, item), "\n".join(waivers)], is_open=False)


def _entries(kept: Iterable[Entry]) -> Iterator[str]:
    """The entries as lists: by kind, and those with the same way to fix together, with it below."""
    groups: dict[tuple[Kind, str], list[str]] = {}
    for entry in kept:
        groups.setdefault((entry.kind, entry.fix), []).append(entry.text)
    unheaded = {kind for kind, _ in groups}
    several = len(unheaded) > 1
    for (kind, fix), texts in groups.items():
        if several and kind in unheaded - {Kind.FAILS}:
            yield kind
        unheaded.discard(kind)
        yield "\n".join(texts)
        if fix:
            yield fix


def _evidence(section: _Section) -> str:
    return "\n".join([section.heading, *(indent(entry.text, "  ") for entry in section.kept)])
