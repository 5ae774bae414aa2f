"""Reactions to comments."""

from __future__ import annotations

from tests.github_server.wire import Answer, Call, not_found, route


@route(
    "POST",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "issues:write",
    "pull-requests:write",
)
def create_reaction(call: Call) -> Answer:
    """Add a reaction to a comment; one that is there already is answered with 200."""
    state, identity = call.state, call.number("comment_id")
    if identity not in state.comments:
        raise not_found()
    login, content = call.actor().login, call.body["content"]
    given = state.reactions.setdefault(identity, [])
    is_new = (login, content) not in given
    if is_new:
        given.append((login, content))
    reaction = {**state.objects.seed("reaction"), "id": state.new_id(), "content": content}
    reaction |= {"user": state.objects.user(login), "created_at": state.now()}
    return Answer(201 if is_new else 200, reaction)
