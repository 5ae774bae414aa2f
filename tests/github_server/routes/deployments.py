"""Deployments and their statuses."""

from __future__ import annotations

from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.wire import Answer, Call, RefusalError, not_found, route

_DEPLOYMENTS = "/repos/{owner}/{repo}/deployments"
_STATUSES = f"{_DEPLOYMENTS}/{{deployment_id}}/statuses"
_MAX_DESCRIPTION = 140


def add_deployment(state: State, *, ref: str, sha: str, environment: str, login: str) -> Object:
    """Add a deployment of a commit to an environment."""
    identity, now = state.new_id(), state.now()
    url = f"{state.api}/deployments/{identity}"
    deployment = {
        **state.objects.seed("deployment"),
        "id": identity,
        "url": url,
        "statuses_url": f"{url}/statuses",
        "repository_url": state.api,
        "ref": ref,
        "sha": sha,
        "environment": environment,
        "original_environment": environment,
        "creator": state.objects.user(login),
        "created_at": now,
        "updated_at": now,
    }
    state.deployments[identity] = deployment
    return deployment


@route("GET", _DEPLOYMENTS, "deployments:read")
def list_deployments(call: Call) -> Answer:
    """Answer with a page of deployments, newest first."""
    found = list(reversed(call.state.deployments.values()))
    for name in ("sha", "ref", "task", "environment"):
        if name in call.query:
            found = [deployment for deployment in found if deployment[name] == call.query[name]]
    return call.paged(found)


@route("POST", _DEPLOYMENTS, "deployments:write")
def create_deployment(call: Call) -> Answer:
    """Create a deployment of a ref; the merging and the required contexts of the real one are out of sight."""
    ref = call.body["ref"]
    sha = call.state.resolve(ref)
    if sha is None:
        raise RefusalError(422, f"No ref found for: {ref}")
    environment = call.body.get("environment") or "production"
    login = call.actor().login
    return Answer(201, add_deployment(call.state, ref=ref, sha=sha, environment=environment, login=login))


@route("GET", f"{_DEPLOYMENTS}/{{deployment_id}}", "deployments:read")
def get_deployment(call: Call) -> Answer:
    """Answer with one deployment."""
    return Answer(200, _deployment(call))


@route("GET", _STATUSES, "deployments:read")
def list_deployment_statuses(call: Call) -> Answer:
    """Answer with a page of a deployment's statuses, newest first."""
    return call.paged(call.state.deployment_statuses.get(_deployment(call)["id"], [])[::-1])


@route("POST", _STATUSES, "deployments:write")
def create_deployment_status(call: Call) -> Answer:
    """Add a status to a deployment."""
    state, deployment = call.state, _deployment(call)
    description = call.body.get("description") or ""
    if len(description) > _MAX_DESCRIPTION:
        raise RefusalError(422, f"description is too long (maximum is {_MAX_DESCRIPTION} characters)")
    identity, now = state.new_id(), state.now()
    status = {
        **state.objects.seed("deployment-status"),
        "id": identity,
        "url": f"{deployment['url']}/statuses/{identity}",
        "deployment_url": deployment["url"],
        "repository_url": state.api,
        "state": call.body["state"],
        "description": description,
        "environment": call.body.get("environment") or deployment["environment"],
        "environment_url": call.body.get("environment_url") or "",
        "log_url": call.body.get("log_url") or "",
        "target_url": call.body.get("target_url") or "",
        "creator": state.objects.user(call.actor().login),
        "created_at": now,
        "updated_at": now,
    }
    state.deployment_statuses.setdefault(deployment["id"], []).append(status)
    return Answer(201, status)


def _deployment(call: Call) -> Object:
    try:
        return call.state.deployments[call.number("deployment_id")]
    except KeyError:
        raise not_found() from None
