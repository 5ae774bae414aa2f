"""Comments and labels of a pull request."""

from __future__ import annotations

from tests.github_server import limits
from tests.github_server.description import Object
from tests.github_server.state import Edit, State
from tests.github_server.wire import Answer, Call, not_found, route

_ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}"
_COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
_READ = ("issues:read", "pull-requests:read")
_REACTIONS = ("total_count", "+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
_WRITE = ("issues:write", "pull-requests:write")


def add_comment(state: State, number: int, body: str, login: str, app: str | None = None) -> Object:
    """Add a comment to a pull request and return it."""
    identity, now = state.new_id(), state.now()
    comment = {
        **state.objects.seed("issue-comment"),
        "id": identity,
        "node_id": f"IC_{identity}",
        "url": f"{state.api}/issues/comments/{identity}",
        "html_url": f"{state.page}/pull/{number}#issuecomment-{identity}",
        "issue_url": f"{state.api}/issues/{number}",
        "body": body,
        "user": state.objects.user(login),
        "created_at": now,
        "updated_at": now,
        "author_association": "NONE",
        "reactions": {"url": f"{state.api}/issues/comments/{identity}/reactions", **dict.fromkeys(_REACTIONS, 0)},
        "performed_via_github_app": state.objects.app(app) if app and state.apps_named else None,
    }
    state.comments[identity] = comment
    state.issue_of[identity] = number
    state.edits[identity] = [Edit(login, now, body)]
    return comment


def edit_comment(state: State, identity: int, body: str, login: str) -> Object:
    """Give a comment a new body and return it."""
    comment = state.comments[identity]
    if body != comment["body"]:
        comment |= {"body": body, "updated_at": state.now()}
        state.edits[identity].append(Edit(login, comment["updated_at"], body))
    return comment


def comments_of(state: State, number: int) -> list[Object]:
    """The comments of a pull request, oldest first."""
    return [state.comments[identity] for identity, issue in sorted(state.issue_of.items()) if issue == number]


@route("GET", _ISSUE, *_READ)
def get_issue(call: Call) -> Answer:
    """Answer with a pull request as the issue that it is too."""
    pull = call.state.pulls[_pull(call)]
    links = {name: pull[name] for name in ("url", "html_url", "diff_url", "patch_url")}
    shared = {name: pull[name] for name in ("number", "title", "body", "user", "labels", "state", "html_url", "id")}
    issue = {**call.state.objects.seed("issue"), **shared, "url": pull["issue_url"], "pull_request": links}
    issue |= {"comments": len(comments_of(call.state, pull["number"])), "comments_url": f"{pull['issue_url']}/comments"}
    issue |= {"assignees": [], "repository_url": call.state.api}
    nothing = ("assignee", "milestone", "closed_at", "closed_by", "active_lock_reason")
    return Answer(200, {**issue, **dict.fromkeys(nothing), "locked": False})


@route("GET", f"{_ISSUE}/comments", *_READ)
def list_comments(call: Call) -> Answer:
    """Answer with a page of the comments."""
    since = call.query.get("since", "")
    return call.paged([c for c in comments_of(call.state, _pull(call)) if c["updated_at"] >= since])


@route("POST", f"{_ISSUE}/comments", *_WRITE)
def create_comment(call: Call) -> Answer:
    """Create a comment."""
    number = _pull(call)
    limits.check_comment(call.body["body"], len(comments_of(call.state, number)))
    actor = call.actor()
    comment = add_comment(call.state, number, call.body["body"], actor.login, actor.app)
    return Answer(201, comment, {"Location": comment["url"]})


@route("GET", _COMMENT, *_READ)
def get_comment(call: Call) -> Answer:
    """Answer with one comment."""
    return Answer(200, call.state.comments[_comment(call)])


@route("PATCH", _COMMENT, *_WRITE)
def update_comment(call: Call) -> Answer:
    """Edit a comment, whoever wrote it: write access is enough on GitHub."""
    identity = _comment(call)
    limits.check_comment(call.body["body"])
    return Answer(200, edit_comment(call.state, identity, call.body["body"], call.actor().login))


@route("DELETE", _COMMENT, *_WRITE)
def delete_comment(call: Call) -> Answer:
    """Delete a comment."""
    identity = _comment(call)
    del call.state.comments[identity], call.state.issue_of[identity]
    return Answer(204)


@route("GET", f"{_ISSUE}/labels", *_READ)
def list_labels(call: Call) -> Answer:
    """Answer with a page of the labels."""
    return call.paged(call.state.pulls[_pull(call)]["labels"])


@route("POST", f"{_ISSUE}/labels", *_WRITE)
def add_labels(call: Call) -> Answer:
    """Add labels by name."""
    pull = call.state.pulls[_pull(call)]
    named = call.body["labels"] if isinstance(call.body, dict) else call.body
    present = {label["name"] for label in pull["labels"]}
    names = [entry["name"] if isinstance(entry, dict) else entry for entry in named]
    pull["labels"] += [make_label(call.state, name) for name in names if name not in present]
    return Answer(200, pull["labels"])


@route("DELETE", f"{_ISSUE}/labels/{{name}}", *_WRITE)
def remove_label(call: Call) -> Answer:
    """Remove a label."""
    pull = call.state.pulls[_pull(call)]
    kept = [label for label in pull["labels"] if label["name"] != call.params["name"]]
    if len(kept) == len(pull["labels"]):
        raise not_found()
    pull["labels"] = kept
    return Answer(200, kept)


def make_label(state: State, name: str) -> Object:
    """A label of the repository."""
    return {**state.objects.seed("label"), "id": state.new_id(), "name": name, "url": f"{state.api}/labels/{name}"}


def _pull(call: Call) -> int:
    number = call.number("issue_number")
    if number not in call.state.pulls:
        raise not_found()
    return number


def _comment(call: Call) -> int:
    identity = call.number("comment_id")
    if identity not in call.state.comments:
        raise not_found()
    return identity
