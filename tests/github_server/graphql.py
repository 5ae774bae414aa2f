"""The GraphQL that is needed: whose a token is, who edited a comment, and what it said before.

Source: https://docs.github.com/en/graphql/reference/objects#issuecomment (read 2026-11-25). `viewer` answers to a
workflow's token too, with the suffix `[bot]`: https://github.com/fullsend-ai/fullsend/pull/1953
"""

from __future__ import annotations

from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.tokens import Token
from tests.github_server.wire import Answer, RefusalError


def answer(state: State, token: Token | None, body: Object) -> Answer:
    """Answer a query for the viewer, or for `userContentEdits` of one comment, by its node id in the variable `id`.

    Newest edit first, as GitHub does; `diff` is the whole body after that edit.
    """
    if token is None:
        raise RefusalError(401, "Requires authentication")
    if "viewer" in str(body.get("query")):
        return Answer(200, {"data": {"viewer": {"login": token.login}}})
    node = str(body.get("variables", {}).get("id", ""))
    identity = next((key for key, comment in state.comments.items() if comment["node_id"] == node), None)
    if identity is None or "userContentEdits" not in str(body.get("query")):
        fault = {
            "type": "NOT_FOUND",
            "path": ["node"],
            "message": f"Could not resolve to a node with the id of '{node}'",
        }
        return Answer(200, {"data": {"node": None}, "errors": [fault]})
    edits = [
        {"editedAt": edit.edited_at, "editor": {"login": edit.editor.removesuffix("[bot]")}, "diff": edit.body}
        for edit in reversed(state.edits[identity])
    ]
    shown = edits if len(edits) > 1 else []
    return Answer(200, {"data": {"node": {"userContentEdits": {"totalCount": len(shown), "nodes": shown}}}})
