"""Whose tick it is: read out of the history that GitHub keeps of a comment, and of nothing else.

Rule: a tick is the work of whoever made the revision in which the box goes from empty to ticked, and nothing else
changes. From there on it must stay, through edits that change boxes alone and through gonogo's own revisions for the
same head. What gonogo itself ticked counts for nothing; it only keeps what a person ticked before.
Source: https://docs.github.com/en/graphql/reference/objects#usercontentedit (read 2026-11-29)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.boxes import find_boxes, plain, without_ticks


@dataclass(frozen=True)
class Revision:
    """A text that a comment had.

    Attributes:
        body: None where GitHub does not show it, since somebody deleted the revision.
        editor: the login of the person who made it; None where it was no person, or one who is gone.
        ours: whether gonogo's own account made it.
        at: when.
    """

    body: str | None
    editor: str | None
    ours: bool
    at: datetime


@dataclass(frozen=True)
class Origin:
    """Who ticked a box, or in `fault` why nobody can be said to have."""

    item: str
    by: str = ""
    at: datetime | None = None
    fault: str = ""


def find_origins(body: str, revisions: Sequence[Revision]) -> list[Origin]:
    """The origin of each tick of a comment.

    Args:
        body: the comment as it is now.
        revisions: newest first; maybe not all of the oldest.
    """
    return [_find_origin(item, body, revisions) for item, ticked in find_boxes(body).items() if ticked]


def _find_origin(item: str, body: str, revisions: Sequence[Revision]) -> Origin:
    if not revisions or revisions[0].body is None or plain(revisions[0].body) != plain(body):
        return Origin(item, fault="GitHub's history of the comment does not end with what it says now")
    for newer, older in pairwise(revisions):
        if newer.body is None or older.body is None:
            return Origin(item, fault="a revision of the comment was deleted from its history")
        before = find_boxes(older.body).get(item)
        if newer.ours:
            if not before or _head(newer.body) != _head(older.body):
                return Origin(item, fault="it was in the text as gonogo wrote it, and no person ticked it")
            continue
        if without_ticks(newer.body) != without_ticks(older.body):
            return Origin(item, fault="more than boxes was edited in the comment")
        if before is False:
            return _by(item, newer)
    return Origin(item, fault="the comment's history does not show who ticked it")


def _by(item: str, revision: Revision) -> Origin:
    if revision.editor is None:
        return Origin(item, fault="it was ticked by no person whom GitHub names")
    return Origin(item, by=revision.editor, at=revision.at)


def _head(body: str) -> str:
    """The part of the hidden first line that names the judged commit."""
    return next((word for word in body.partition("\n")[0].split() if word.startswith("head=")), "")
