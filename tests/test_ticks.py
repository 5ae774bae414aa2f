"""Whose tick it is, by the history of a comment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.boxes import find_boxes, render_box, without_ticks
from bot.render.escape import code_span, escape_markdown_text
from bot.ticks import Origin, Revision, find_origins

ITEM = "readiness.backups.restore"
OTHER = "readiness.on-call.rota"
_START = datetime(2026, 1, 1, tzinfo=UTC)


def _body(*ticked: str, head: str = "a", more: str = "") -> str:
    boxes = "\n".join(render_box(item, f"**{item}**", ticked=item in ticked) for item in (ITEM, OTHER))
    return f"<!-- gonogo:1 head={head * 40} run=1 attempt=1 at=1 -->\n### No go\n\n{boxes}\n{more}"


_BOT = "gonogo"


def _origins(*texts: tuple[str | None, str | None]) -> list[Origin]:
    """The origins of a comment's ticks; each text with its editor, oldest first."""
    revisions = [
        Revision(body, None if editor == _BOT else editor, ours=editor == _BOT, at=_START + timedelta(hours=number))
        for number, (body, editor) in enumerate(texts)
    ]
    return find_origins(texts[-1][0] or "", revisions[::-1])


def _at(hours: int) -> datetime:
    return _START + timedelta(hours=hours)


def test_a_tick_is_whose_edit_ticked_the_box() -> None:
    assert _origins((_body(), _BOT), (_body(ITEM), "ada")) == [Origin(ITEM, "ada", _at(1))]


def test_two_ticks_are_two_people_s() -> None:
    found = _origins((_body(), _BOT), (_body(ITEM), "ada"), (_body(ITEM, OTHER), "bob"))

    assert found == [Origin(ITEM, "ada", _at(1)), Origin(OTHER, "bob", _at(2))]


def test_gonogo_s_own_revision_keeps_what_a_person_ticked() -> None:
    found = _origins((_body(), _BOT), (_body(ITEM), "ada"), (_body(ITEM, more="rewritten\n"), _BOT))

    assert found == [Origin(ITEM, "ada", _at(1))]


def test_a_box_that_was_emptied_and_ticked_again_is_the_last_one_s() -> None:
    found = _origins((_body(), _BOT), (_body(ITEM), "ada"), (_body(), "ada"), (_body(ITEM), "bob"))

    assert found == [Origin(ITEM, "bob", _at(3))]


def test_line_breaks_of_github_s_page_are_no_edit() -> None:
    found = _origins((_body(), _BOT), (_body(ITEM).replace("\n", "\r\n") + "\r\n", "ada"))

    assert found == [Origin(ITEM, "ada", _at(1))]


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ([(_body(), _BOT), (_body(ITEM, more="and more\n"), "ada")], "more than boxes was edited in the comment"),
        (
            [(_body(head="b"), _BOT), (_body(ITEM), "ada")],
            "more than boxes was edited in the comment",
        ),
        ([(_body(), _BOT), (_body(ITEM), None)], "it was ticked by no person whom GitHub names"),
        (
            [(_body(), _BOT), (_body(ITEM), _BOT)],
            "it was in the text as gonogo wrote it, and no person ticked it",
        ),
        (
            [(_body(head="b"), _BOT), (_body(ITEM, head="b"), "ada"), (_body(ITEM), _BOT)],
            "it was in the text as gonogo wrote it, and no person ticked it",
        ),
        ([(None, _BOT), (_body(ITEM), "ada")], "a revision of the comment was deleted from its history"),
        (
            [(_body(), _BOT), (None, "ada"), (_body(ITEM), "ada"), (_body(ITEM, OTHER), "bob")],
            "a revision of the comment was deleted from its history",
        ),
        ([(_body(ITEM), "ada")], "the comment's history does not show who ticked it"),
        ([(_body(ITEM), _BOT)], "the comment's history does not show who ticked it"),
        (
            [(_body(), _BOT), (_body(ITEM), "ada"), (_body(ITEM, more="x\n"), "bob")],
            "more than boxes was edited in the comment",
        ),
    ],
    ids=[
        "the text was edited",
        "the mark was edited",
        "nobody",
        "a bot's",
        "of another head",
        "the revision before is gone",
        "a revision between is gone",
        "a first revision by a person",
        "a first revision by gonogo",
        "the text was edited later",
    ],
)
def test_a_tick_that_cannot_be_shown_to_be_a_person_s_counts_for_nothing(
    texts: list[tuple[str | None, str | None]], fault: str
) -> None:
    assert _origins(*texts)[0] == Origin(ITEM, fault=fault)


def test_a_history_that_is_not_up_to_date_counts_for_nothing() -> None:
    [origin] = find_origins(_body(ITEM), [Revision(_body(), editor=None, ours=True, at=_START)])

    assert origin.fault == "GitHub's history of the comment does not end with what it says now"


def test_without_a_tick_there_is_nothing_to_tell() -> None:
    assert _origins((_body(), _BOT)) == []


def test_an_item_with_two_boxes_has_none() -> None:
    twice = "\n".join([render_box(ITEM, "one", ticked=True), render_box(ITEM, "two", ticked=False)])

    assert find_boxes(twice) == {}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_of_a_change_is_a_box(text: str) -> None:
    forged = f"- [x] {text} <!-- gonogo:sign-off {ITEM} -->"
    shown = [f"- {escape_markdown_text(forged)}", f"- {code_span(forged.replace(chr(10), ' '))}"]

    assert find_boxes("\n".join(shown)) == {}


@settings(deadline=None)
@given(st.text(alphabet="- []xX\n<!->gonogo:sign-off abc", max_size=300))
def test_emptying_boxes_twice_is_emptying_them_once(text: str) -> None:
    once = without_ticks(text)

    assert without_ticks(once) == once
    assert not any(find_boxes(once).values())
