"""The ticks of gonogo's comment that count: for this head, by a person who may write to the repository."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.boxes import find_boxes
from bot.github.answers import Author, Comment, ContentEdit
from bot.github.client import GitHub
from bot.github.transport import GitHubError
from bot.model import Tick
from bot.publish.mark import parse_mark
from bot.ticks import Origin, Revision, find_origins

MAY = frozenset({"write", "admin"})
"""The permissions of those whose word counts."""
_PERSON = "User"


@dataclass(frozen=True)
class Rules:
    """For whom a tick counts.

    Attributes:
        head: the commit that is judged.
        me: whose token this is.
        authors: of the change, in lower case, their logins among them.
        author_may: whether their own ticks count.
    """

    head: str
    me: Author
    authors: frozenset[str]
    author_may: bool


def find_comment(comments: Iterable[Comment], me: Author, name: str) -> Comment | None:
    """The one comment of ours under the input `name`: the oldest."""
    ours = [
        comment
        for comment in comments
        if comment.user == me and (mark := parse_mark(comment.body or "")) and mark.name == name
    ]
    return min(ours, key=lambda comment: comment.id, default=None)


def find_ticks(client: GitHub, comment: Comment, rules: Rules) -> list[Tick]:
    """Each ticked box of a comment, with the reason where it does not count. Without one, no history is asked for.

    A tick of another head is none: the comment for that one is about to be replaced.
    """
    body = comment.body or ""
    mark = parse_mark(body)
    ticked = [item for item, is_ticked in find_boxes(body).items() if is_ticked]
    if not ticked or mark is None or mark.head != rules.head:
        return []
    try:
        edits = client.comment_history(comment)
    except GitHubError as error:
        return [Tick(item=item, fault=f"who ticked it is not known: {error}") for item in ticked]
    revisions = [_revision(edit, rules.me) for edit in _newest_first(edits)]
    return list(_judge(find_origins(body, revisions), client, rules))


def _newest_first(edits: list[ContentEdit]) -> list[ContentEdit]:
    return edits[::-1] if len(edits) > 1 and edits[0].edited_at < edits[-1].edited_at else edits


def _revision(edit: ContentEdit, me: Author) -> Revision:
    editor = edit.editor
    ours = editor is not None and editor.login == me.login.removesuffix("[bot]")
    person = editor.login if editor is not None and editor.kind == _PERSON and not ours else None
    return Revision(None if edit.deleted_at else edit.diff, person, ours, edit.edited_at)


def _judge(origins: Iterable[Origin], client: GitHub, rules: Rules) -> Iterator[Tick]:
    known: dict[str, str] = {}
    for origin in origins:
        if origin.by and origin.by not in known:
            known[origin.by] = _fault_of(origin.by, client, rules)
        fault = origin.fault or known[origin.by]
        yield Tick(item=origin.item, by=origin.by, at=origin.at, fault=fault)


def _fault_of(login: str, client: GitHub, rules: Rules) -> str:
    """Why a person's ticks do not count; empty where they do."""
    if not rules.author_may and login.casefold() in rules.authors:
        return "an author of the change cannot sign off what it needs"
    try:
        permission = client.permission(login)
    except GitHubError as error:
        return f"what that person may do here is not known: {error}"
    return "" if permission in MAY else "only who may write to the repository can sign off"
