"""Check runs and their annotations."""

from __future__ import annotations

from tests.github_server import limits
from tests.github_server.description import Object
from tests.github_server.state import State
from tests.github_server.wire import Answer, Call, RefusalError, not_found, route

_RUNS = "/repos/{owner}/{repo}/check-runs"
_RUN = f"{_RUNS}/{{check_run_id}}"
_SETTABLE = ("name", "details_url", "external_id", "status", "started_at", "conclusion", "completed_at")


@route("POST", _RUNS, "checks:write")
def create_check_run(call: Call) -> Answer:
    """Create a check run; only an App may."""
    app, state = _app(call), call.state
    limits.check_run(call.body)
    sha = state.resolve(call.body["head_sha"])
    if sha is None:
        raise RefusalError(422, f"No commit found for SHA: {call.body['head_sha']}")
    identity = state.new_id()
    run: Object = {
        **state.objects.seed("check-run"),
        "id": identity,
        "node_id": f"CR_{identity}",
        "url": f"{state.api}/check-runs/{identity}",
        "html_url": f"{state.page}/runs/{identity}",
        "details_url": f"{state.page}/runs/{identity}",
        "external_id": "",
        "head_sha": sha,
        "status": "queued",
        "conclusion": None,
        "started_at": state.now(),
        "completed_at": None,
        "check_suite": {"id": state.suites.setdefault((sha, app), state.new_id())},
        "app": state.objects.app(app),
        "pull_requests": [_pull_of_run(pull) for pull in state.pulls.values() if _inside(pull, sha)],
        "output": dict.fromkeys(("title", "summary", "text")) | _annotated(state, identity, 0),
    }
    state.check_runs[identity] = run
    state.annotations[identity] = []
    _apply(state, run, call.body)
    return Answer(201, run, {"Location": run["url"]})


@route("PATCH", _RUN, "checks:write")
def update_check_run(call: Call) -> Answer:
    """Change a check run of the App's own; annotations are appended."""
    run, app = _run(call), call.state.objects.app(_app(call))
    if run["app"]["id"] != app["id"]:
        reason = "check run can only be modified by the GitHub App that created it."
        raise RefusalError(403, f"Invalid app_id `{app['id']}` - {reason}")
    limits.check_run(call.body)
    _apply(call.state, run, call.body)
    return Answer(200, run)


@route("GET", _RUN, "checks:read")
def get_check_run(call: Call) -> Answer:
    """Answer with one check run."""
    return Answer(200, _run(call))


@route("GET", f"{_RUN}/annotations", "checks:read")
def list_annotations(call: Call) -> Answer:
    """Answer with a page of a check run's annotations."""
    return call.paged(call.state.annotations[_run(call)["id"]])


@route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", "checks:read")
def list_check_runs(call: Call) -> Answer:
    """Answer with a commit's check runs, newest first: of each name and App the newest, unless `filter=all`."""
    sha = call.commit("ref")
    runs = [run for run in reversed(call.state.check_runs.values()) if run["head_sha"] == sha]
    return call.counted("check_runs", _filtered(call, runs))


@route("GET", "/repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs", "checks:read")
def list_suite_check_runs(call: Call) -> Answer:
    """Answer with a page of a suite's check runs."""
    suite = call.number("check_suite_id")
    runs = [run for run in reversed(call.state.check_runs.values()) if run["check_suite"]["id"] == suite]
    return call.counted("check_runs", _filtered(call, runs))


def _filtered(call: Call, runs: list[Object]) -> list[Object]:
    for name, key in (("check_name", "name"), ("status", "status")):
        if name in call.query:
            runs = [run for run in runs if run[key] == call.query[name]]
    if "app_id" in call.query:
        runs = [run for run in runs if str(run["app"]["id"]) == call.query["app_id"]]
    if call.query.get("filter") == "all":
        return runs
    newest: dict[tuple[str, int], Object] = {}
    for run in runs:
        newest.setdefault((run["name"], run["app"]["id"]), run)
    return list(newest.values())


def _apply(state: State, run: Object, body: Object) -> None:
    run.update({name: body[name] for name in _SETTABLE if body.get(name) is not None})
    if body.get("conclusion"):
        run["status"] = "completed"
        run["completed_at"] = body.get("completed_at") or state.now()
    elif body.get("status") in {"queued", "in_progress"}:
        run |= {"conclusion": None, "completed_at": None}
    output = body.get("output") or {}
    run["output"].update({name: output[name] for name in ("title", "summary", "text") if name in output})
    known = state.annotations[run["id"]]
    known += [_annotation(state, run["head_sha"], given) for given in output.get("annotations") or []]
    run["output"] |= _annotated(state, run["id"], len(known))


def _annotated(state: State, identity: int, count: int) -> Object:
    return {"annotations_count": count, "annotations_url": f"{state.api}/check-runs/{identity}/annotations"}


def _annotation(state: State, sha: str, given: Object) -> Object:
    optional = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return {**optional, **given, "blob_href": f"{state.page}/blob/{sha}/{given['path']}"}


def _app(call: Call) -> str:
    app = call.actor().app
    if app is None:
        raise RefusalError(403, "You must authenticate via a GitHub App.")
    return app


def _run(call: Call) -> Object:
    try:
        return call.state.check_runs[call.number("check_run_id")]
    except KeyError:
        raise not_found() from None


def _inside(pull: Object, sha: str) -> bool:
    """Whether a pull request shows in a run on this commit: those of forks do not."""
    return bool(pull["head"]["sha"] == sha and pull["head"]["repo"] and not pull["head"]["repo"]["fork"])


def _pull_of_run(pull: Object) -> Object:
    def side(name: str) -> Object:
        repo = pull[name]["repo"]
        short = {key: repo[key] for key in ("id", "url", "name")}
        return {"ref": pull[name]["ref"], "sha": pull[name]["sha"], "repo": short}

    return {key: pull[key] for key in ("url", "id", "number")} | {"head": side("head"), "base": side("base")}
