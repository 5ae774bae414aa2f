"""Workflow runs and their artifacts."""

from __future__ import annotations

import hashlib

from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.wire import Answer, Call, RefusalError, not_found, route

_ACTIONS = "/repos/{owner}/{repo}/actions"
_ARTIFACT = f"{_ACTIONS}/artifacts/{{artifact_id}}"


def add_run(state: State, *, head_sha: str, head_branch: str, event: str, **changed: object) -> Object:
    """Add a workflow run, completed with success unless `changed` says otherwise."""
    identity, now = state.new_id(), state.now()
    url = f"{state.api}/actions/runs/{identity}"
    seeded = state.objects.seed("workflow-run")
    minimal = {name: state.repository[name] for name in seeded["repository"] if name in state.repository}
    run = {
        **seeded,
        **{name: f"{url}/{name.removesuffix('_url')}" for name in ("jobs_url", "logs_url", "artifacts_url")},
        "id": identity,
        "url": url,
        "html_url": f"{state.page}/actions/runs/{identity}",
        "head_branch": head_branch,
        "head_sha": head_sha,
        "event": event,
        "status": "completed",
        "conclusion": "success",
        "pull_requests": [],
        "created_at": now,
        "updated_at": now,
        "run_started_at": now,
        "repository": minimal,
        "head_repository": minimal,
        "actor": state.objects.user("ada"),
        "triggering_actor": state.objects.user("ada"),
        **changed,
    }
    state.runs[identity] = run
    return run


def add_artifact(state: State, name: str, archive: bytes, run: Object, *, expired: bool = False) -> Object:
    """Add an artifact, whose content is a zip archive, to a run."""
    identity = state.new_id()
    url = f"{state.api}/actions/artifacts/{identity}"
    short = {key: run[key] for key in ("id", "head_branch", "head_sha")}
    home = {"repository_id": run["repository"]["id"], "head_repository_id": run["head_repository"]["id"]}
    artifact = {
        **state.objects.seed("artifact"),
        "id": identity,
        "name": name,
        "size_in_bytes": len(archive),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": expired,
        "created_at": state.now(),
        "digest": f"sha256:{hashlib.sha256(archive).hexdigest()}",
        "workflow_run": {**short, **home},
    }
    state.artifacts[identity], state.archives[identity] = artifact, archive
    return artifact


@route("GET", f"{_ACTIONS}/runs", "actions:read")
def list_runs(call: Call) -> Answer:
    """Answer with a page of runs, newest first."""
    runs = list(reversed(call.state.runs.values()))
    for name, key in (("head_sha", "head_sha"), ("event", "event"), ("branch", "head_branch")):
        if name in call.query:
            runs = [run for run in runs if run[key] == call.query[name]]
    if wanted := call.query.get("status"):
        runs = [run for run in runs if wanted in {run["status"], run["conclusion"]}]
    return call.counted("workflow_runs", runs)


@route("GET", f"{_ACTIONS}/runs/{{run_id}}", "actions:read")
def get_run(call: Call) -> Answer:
    """Answer with one run."""
    return Answer(200, _known(call, call.state.runs, "run_id"))


@route("GET", f"{_ACTIONS}/artifacts", "actions:read")
def list_artifacts(call: Call) -> Answer:
    """Answer with a page of the repository's artifacts, newest first."""
    return _artifacts(call, list(call.state.artifacts.values()))


@route("GET", f"{_ACTIONS}/runs/{{run_id}}/artifacts", "actions:read")
def list_artifacts_of_run(call: Call) -> Answer:
    """Answer with a page of one run's artifacts, newest first."""
    run = _known(call, call.state.runs, "run_id")
    return _artifacts(call, [a for a in call.state.artifacts.values() if a["workflow_run"]["id"] == run["id"]])


@route("GET", _ARTIFACT, "actions:read")
def get_artifact(call: Call) -> Answer:
    """Answer with one artifact."""
    return Answer(200, _known(call, call.state.artifacts, "artifact_id"))


@route("GET", f"{_ARTIFACT}/{{archive_format}}", "actions:read")
def download_artifact(call: Call) -> Answer:
    """Answer with where the archive is: on another host, whose address is a secret that must get no token."""
    artifact = _known(call, call.state.artifacts, "artifact_id")
    # Even of a public repository, artifacts are for those who are signed in.
    call.actor()
    if call.params["archive_format"] != "zip":
        raise not_found()
    if artifact["expired"]:
        raise RefusalError(410, "Artifact has expired")
    return Answer(302, headers={"Location": f"{call.state.storage_url}/{artifact['id']}.zip?sig=0"})


def _artifacts(call: Call, artifacts: list[Object]) -> Answer:
    if "name" in call.query:
        artifacts = [artifact for artifact in artifacts if artifact["name"] == call.query["name"]]
    return call.counted("artifacts", artifacts[::-1])


def _known(call: Call, found: dict[int, Object], name: str) -> Object:
    try:
        return found[call.number(name)]
    except KeyError:
        raise not_found() from None
