"""Task-list boxes in gonogo's comment: a tick is a person's word for an item that no file can show.

A box is a line of its own, with the item's id in a hidden mark at its end. Text of others never stands at the beginning
of a line of the comment, and never holds a comment of HTML, so that it makes no box.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_BOX: Final = re.compile(
    r"^- \[(?P<tick>[ xX])\] (?P<words>.*) <!-- gonogo:sign-off (?P<item>[a-z0-9][a-z0-9._#-]{0,99}) -->$", re.MULTILINE
)


def render_box(item: str, words: str, *, ticked: bool) -> str:
    """A box; `words` are Markdown in one line."""
    return f"- [{'x' if ticked else ' '}] {words} <!-- gonogo:sign-off {item} -->"


def find_boxes(body: str) -> Mapping[str, bool]:
    """The boxes of a comment by item, and whether they are ticked. An item with two boxes has none."""
    found: dict[str, bool] = {}
    twice = set()
    for box in _BOX.finditer(plain(body)):
        if box["item"] in found:
            twice.add(box["item"])
        found[box["item"]] = box["tick"] != " "
    return {item: ticked for item, ticked in found.items() if item not in twice}


def without_ticks(body: str) -> str:
    """A comment with each box empty: two that differ in ticks alone are then the same."""
    return _BOX.sub(lambda box: render_box(box["item"], box["words"], ticked=False), plain(body))


def plain(body: str) -> str:
    """A comment with simple line breaks and without blanks at its ends: GitHub's page may send others."""
    return body.replace("\r\n", "\n").strip()
