"""Commit statuses."""

from __future__ import annotations

from tests.github_server import limits
from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.wire import Answer, Call, route


@route("POST", "/repos/{owner}/{repo}/statuses/{sha}", "statuses:write")
def create_status(call: Call) -> Answer:
    """Add a status to a commit."""
    state, sha = call.state, call.commit("sha")
    context = call.body.get("context") or "default"
    limits.check_status(call.body, sum(s["context"] == context for s in statuses_of(state, sha)))
    identity, now = state.new_id(), state.now()
    creator = state.objects.user(call.actor().login)
    status = {
        **state.objects.seed("status"),
        "id": identity,
        "node_id": f"SC_{identity}",
        "url": f"{state.api}/statuses/{sha}",
        "avatar_url": creator["avatar_url"],
        "state": call.body["state"],
        "description": call.body.get("description"),
        "target_url": call.body.get("target_url"),
        "context": context,
        "created_at": now,
        "updated_at": now,
        "creator": creator,
    }
    state.statuses.append(status)
    state.status_shas[identity] = sha
    return Answer(201, status, {"Location": status["url"]})


@route(
    "GET",
    "/repos/{owner}/{repo}/commits/{ref}/statuses",
    "statuses:read",
    alias="/repos/{owner}/{repo}/statuses/{ref}",
)
def list_statuses(call: Call) -> Answer:
    """Answer with a page of a commit's statuses, newest first."""
    return call.paged(statuses_of(call.state, call.commit("ref"))[::-1])


@route("GET", "/repos/{owner}/{repo}/commits/{ref}/status", "statuses:read")
def combined_status(call: Call) -> Answer:
    """Answer with the newest status of each context, a page of them though the count is of all."""
    state, sha = call.state, call.commit("ref")
    newest = list({status["context"]: status for status in statuses_of(state, sha)}.values())
    part, links = call.page(newest)
    repository = {name: state.repository[name] for name in state.objects.seed("combined-commit-status")["repository"]}
    body: Object = {
        "state": _combined({status["state"] for status in newest}),
        "statuses": [{name: value for name, value in status.items() if name != "creator"} for status in part],
        "sha": sha,
        "total_count": len(newest),
        "repository": repository,
        "commit_url": f"{state.api}/commits/{sha}",
        "url": f"{state.api}/commits/{sha}/status",
    }
    return Answer(200, body, links)


def statuses_of(state: State, sha: str) -> list[Object]:
    """The statuses of a commit, oldest first."""
    return [status for status in state.statuses if state.status_shas[status["id"]] == sha]


def _combined(states: set[str]) -> str:
    if states & {"failure", "error"}:
        return "failure"
    return "success" if states == {"success"} else "pending"
