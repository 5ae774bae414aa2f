"""The one comment on a pull request: written once, then kept up to date in its place.

It is found by its mark and by its author; a mark that somebody else wrote counts for nothing. Listing and writing are
two requests, so that two runs at the same time may both write: after a new comment the list is read again, the oldest
is kept and the others go. A run that was killed in between leaves that to the next one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from bot.boxes import find_boxes, without_ticks
from bot.github.answers import Author, Comment
from bot.github.client import GitHub
from bot.github.transport import GitHubError, MissingError
from bot.publish.mark import Mark, parse_mark

_CLOCKS_S: Final = 60
"""How far apart the clocks of GitHub and of runners may be, generously."""


@dataclass(frozen=True)
class Draft:
    """A comment to be written.

    Attributes:
        mark: this run's.
        body: renders the whole text with a mark: this run's, or that of the comment which is already there.
        seen: what the comment said when its ticks were read; None where none were.
    """

    mark: Mark
    body: Callable[[Mark], str]
    seen: str | None = None


@dataclass(frozen=True)
class Left:
    """The comment as a run leaves it, and whether that run wrote it."""

    comment: Comment
    written: bool


@dataclass(frozen=True)
class _Found:
    """A comment of ours, with its mark."""

    comment: Comment
    mark: Mark


def publish_comment(client: GitHub, number: int, draft: Draft, me: Author | None) -> Left:
    """Leave exactly one comment of ours, which says what the newest run has to say, and return it.

    Args:
        client: GitHub.
        number: the pull request, whose head is still the one that was judged.
        draft: what to say.
        me: whose token this is; None where nobody could tell. Then a comment is recognised only after a new one was
            written.

    Raises:
        GitHubError: it could not be written.
    """
    started = time.monotonic()
    kept = _settle(client, _ours(client.comments(number), draft, me), draft)
    if kept:
        return kept
    new = client.create_comment(number, draft.body(draft.mark))
    since = _before(new.created_at, time.monotonic() - started) if me else None
    others = (comment for comment in client.comments(number, since) if comment.id != new.id)
    settled = _settle(client, _ours(chain(others, [new]), draft, me or new.user), draft)
    return Left(settled.comment if settled else new, written=True)


def _before(moment: datetime, seconds: float) -> datetime:
    return moment - timedelta(seconds=seconds + _CLOCKS_S)


def _ours(comments: Iterable[Comment], draft: Draft, me: Author | None) -> list[_Found]:
    """Our comments under the draft's name, oldest first."""
    found = [
        _Found(comment, mark)
        for comment in comments
        if me and comment.user == me and (mark := parse_mark(comment.body or "")) and mark.name == draft.mark.name
    ]
    return sorted(found, key=lambda one: one.comment.id)


def _settle(client: GitHub, found: Sequence[_Found], draft: Draft) -> Left | None:
    """Bring the oldest up to date and delete the others; None where there is none (any more)."""
    for place, oldest in enumerate(found):
        try:
            kept = _update(client, oldest, found, draft)
        except MissingError:
            # Somebody has deleted it since the list was read.
            continue
        for surplus in found[place + 1 :]:
            # What cannot be deleted now is found again by the next run.
            with suppress(GitHubError):
                client.delete_comment(surplus.comment.id)
        return kept
    return None


def _update(client: GitHub, oldest: _Found, found: Sequence[_Found], draft: Draft) -> Left:
    """Let the oldest say what the run that began last has to say; where it does, its mark stays as well."""
    if draft.seen is not None and _ticked_since(oldest.comment, draft.seen):
        # What was ticked has started a run of its own, which knows of it.
        return Left(oldest.comment, written=False)
    newest = max(found, key=lambda one: one.mark.at)
    # A mark from the future was made by a clock that is wrong.
    if draft.mark.at < newest.mark.at <= time.time() + _CLOCKS_S:
        body = newest.comment.body or ""
    else:
        body = draft.body(oldest.mark)
        if not _same(oldest.comment, body):
            body = draft.body(draft.mark)
    if _same(oldest.comment, body):
        return Left(oldest.comment, written=False)
    return Left(client.edit_comment(oldest.comment.id, body), written=True)


def _ticked_since(comment: Comment, seen: str) -> bool:
    body = comment.body or ""
    return find_boxes(body) != find_boxes(seen) and without_ticks(body) == without_ticks(seen)


def _same(comment: Comment, body: str) -> bool:
    """Whether a comment has that text; GitHub may keep other line breaks."""
    return (comment.body or "").replace("\r\n", "\n").strip() == body.strip()
