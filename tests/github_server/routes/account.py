"""Who asks, and how much they may."""

from __future__ import annotations

from tests.github_server.state import HOURLY_LIMIT
from tests.github_server.tokens import Kind
from tests.github_server.wire import Answer, Call, RefusalError, not_found, route


@route("GET", "/rate_limit", public=True)
def rate_limit(call: Call) -> Answer:
    """Answer with what is left; asking costs nothing."""
    rate = call.state.rate
    used = HOURLY_LIMIT - rate.remaining
    core = {"limit": HOURLY_LIMIT, "used": used, "remaining": rate.remaining, "reset": rate.reset}
    seeded = call.state.objects.seed("rate-limit-overview")
    return Answer(200, {"resources": {**seeded["resources"], "core": core}, "rate": core})


@route("GET", "/user", public=True)
def get_user(call: Call) -> Answer:
    """Answer with the user behind a token; an App's token has none."""
    token = call.actor()
    if token.kind is not Kind.PAT:
        raise RefusalError(403, token.refusal)
    seed = "private-user-response-with-public-and-private-profile-information"
    user = {**call.state.objects.seed(seed), **call.state.objects.user(token.login)}
    return Answer(200, user | {"user_view_type": "private"})


@route("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", "metadata:read")
def get_permission(call: Call) -> Answer:
    """Answer with what a user may do in the repository: `read` where a test has not said."""
    login = call.params["username"]
    if login.endswith("[bot]"):
        raise not_found()
    role = call.state.permissions.get(login, "read")
    legacy = {"maintain": "write", "triage": "read"}.get(role, role)
    seeded = call.state.objects.seed("repository-collaborator-permission-response-if-user-has-admin-permissions")
    user = {**seeded["user"], **call.state.objects.user(login), "role_name": role}
    user["permissions"] = {
        "pull": role != "none",
        "triage": role in {"triage", "write", "maintain", "admin"},
        "push": role in {"write", "maintain", "admin"},
        "maintain": role in {"maintain", "admin"},
        "admin": role == "admin",
    }
    return Answer(200, {"permission": legacy, "role_name": role, "user": user})
