"""Pull requests, their files, commits and reviews."""

from __future__ import annotations

import hashlib

from tests.github_server.description import Object
from tests.github_server.routes import code
from tests.github_server.routes.comments import comments_of, make_label
from tests.github_server.state import State
from tests.github_server.wire import Answer, Call, RefusalError, not_found, route

_PULLS = "/repos/{owner}/{repo}/pulls"
_PULL = f"{_PULLS}/{{pull_number}}"
_MAX_FILES = 3_000


def make_pull(
    state: State,
    number: int,
    *,
    base_ref: str,
    head_ref: str,
    base_sha: str,
    head_sha: str,
    author: str,
    head_repository: Object,
    **changed: object,
) -> Object:
    """An open pull request of GitHub's shape; `changed` replaces further members."""
    user, now = state.objects.user(author), state.now()
    at = {"api": f"{state.api}/pulls/{number}", "issue": f"{state.api}/issues/{number}"}
    links = {
        "self": at["api"],
        "html": f"{state.page}/pull/{number}",
        "issue": at["issue"],
        "comments": f"{at['issue']}/comments",
        "review_comments": f"{at['api']}/comments",
        "review_comment": f"{state.api}/pulls/comments{{/number}}",
        "commits": f"{at['api']}/commits",
        "statuses": f"{state.api}/statuses/{head_sha}",
    }
    identity = state.new_id()
    return {
        **state.objects.seed("pull-request"),
        **dict.fromkeys(("milestone", "active_lock_reason", "closed_at", "merged_at", "assignee", "merged_by")),
        **{name: [] for name in ("assignees", "labels", "requested_reviewers", "requested_teams")},
        **{f"{name}_url": href for name, href in links.items() if name != "self"},
        "id": identity,
        "node_id": f"PR_{identity}",
        "number": number,
        "url": at["api"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        "_links": {name: {"href": href} for name, href in links.items()},
        "state": "open",
        "locked": False,
        "title": "Change something",
        "user": user,
        "created_at": now,
        "updated_at": now,
        "merge_commit_sha": hashlib.sha1(f"{base_sha}{head_sha}".encode(), usedforsecurity=False).hexdigest(),
        "head": _side(head_ref, head_sha, head_repository),
        "base": _side(base_ref, base_sha, state.repository),
        "author_association": "CONTRIBUTOR",
        "review_comments": 0,
        **changed,
    }


def with_counts(state: State, pull: Object) -> Object:
    """A pull request with the counts that GitHub works out when asked for one."""
    files, commits = _files(state, pull), code.commits_between(state, pull["base"]["sha"], pull["head"]["sha"])
    return {
        **pull,
        "comments": len(comments_of(state, pull["number"])),
        "commits": len(commits) or 1,
        "changed_files": len(files),
        "additions": sum(file["additions"] for file in files),
        "deletions": sum(file["deletions"] for file in files),
    }


@route("GET", _PULL, "pull-requests:read")
def get_pull(call: Call) -> Answer:
    """Answer with one pull request, or with its diff where the header asks for that."""
    pull = _pull(call)
    if "diff" in call.accept:
        return _diff(call.state, pull)
    return Answer(200, with_counts(call.state, pull))


@route("GET", _PULLS, "pull-requests:read")
def list_pulls(call: Call) -> Answer:
    """Answer with a page of pull requests, newest first."""
    wanted, pulls = call.query.get("state", "open"), list(call.state.pulls.values())
    pulls = [pull for pull in pulls if wanted in {"all", pull["state"]}]
    # GitHub ignores a `head` that has no `owner:`.
    if ":" in (head := call.query.get("head", "")):
        pulls = [pull for pull in pulls if pull["head"]["label"] == head]
    if base := call.query.get("base"):
        pulls = [pull for pull in pulls if pull["base"]["ref"] == base]
    pulls.sort(key=lambda pull: pull["created_at"], reverse=call.query.get("direction", "desc") == "desc")
    return call.paged([_simple(call.state, pull) for pull in pulls])


@route("GET", f"{_PULL}/files", "pull-requests:read")
def list_files(call: Call) -> Answer:
    """Answer with a page of the changed files, of the first 3,000."""
    return call.paged(_files(call.state, _pull(call))[:_MAX_FILES])


@route("GET", f"{_PULL}/commits", "pull-requests:read")
def list_commits(call: Call) -> Answer:
    """Answer with a page of the commits, oldest first, of the first 250."""
    pull = _pull(call)
    shas = code.commits_between(call.state, pull["base"]["sha"], pull["head"]["sha"])[:250]
    return call.paged([code.make_commit(call.state, sha) for sha in shas])


@route("GET", f"{_PULL}/reviews", "pull-requests:read")
def list_reviews(call: Call) -> Answer:
    """Answer with a page of the reviews, oldest first."""
    return call.paged(call.state.reviews.get(_pull(call)["number"], []))


@route("GET", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", "pull-requests:read")
def list_pulls_of_commit(call: Call) -> Answer:
    """Answer with the open pull requests whose head is the commit, forks' too."""
    sha = call.commit("commit_sha")
    pulls = [pull for pull in call.state.pulls.values() if pull["head"]["sha"] == sha]
    return call.paged([_simple(call.state, pull) for pull in pulls])


def add_review(state: State, pull: Object, *, author: str, verdict: str, body: str) -> Object:
    """Add a review of a pull request's head; the verdict as in the API, `APPROVED`."""
    number = pull["number"]
    identity = state.new_id()
    page = f"{state.page}/pull/{number}#pullrequestreview-{identity}"
    review = {
        **state.objects.seed("pull-request-review-items"),
        "id": identity,
        "user": state.objects.user(author),
        "body": body,
        "state": verdict,
        "html_url": page,
        "pull_request_url": f"{state.api}/pulls/{number}",
        "_links": {"html": {"href": page}, "pull_request": {"href": f"{state.api}/pulls/{number}"}},
        "submitted_at": state.now(),
        "commit_id": pull["head"]["sha"],
    }
    state.reviews.setdefault(number, []).append(review)
    return review


def set_labels(state: State, pull: Object, names: tuple[str, ...]) -> None:
    """Give a pull request exactly these labels."""
    pull["labels"] = [make_label(state, name) for name in names]


def _side(ref: str, sha: str, repository: Object) -> Object:
    owner = repository["owner"]
    return {"label": f"{owner['login']}:{ref}", "ref": ref, "sha": sha, "user": owner, "repo": repository}


def _simple(state: State, pull: Object) -> Object:
    return {name: pull[name] for name in state.objects.seed("pull-request-simple-items")}


def _files(state: State, pull: Object) -> list[Object]:
    if pull["number"] in state.files:
        return state.files[pull["number"]]
    return code.diff_entries(state, pull["base"]["sha"], pull["head"]["sha"])


def _diff(state: State, pull: Object) -> Answer:
    """GitHub refuses a diff of more than 300 files or 20,000 lines with 406."""
    text = (code.diff_text(state, pull["base"]["sha"], pull["head"]["sha"]) or b"").decode(errors="replace")
    if len(_files(state, pull)) > 300:
        raise RefusalError(406, "Sorry, the diff exceeded the maximum number of files (300).")
    if text.count("\n") > 20_000:
        raise RefusalError(406, "Sorry, the diff exceeded the maximum number of lines (20000)")
    return Answer(200, text, content_type="application/vnd.github.v3.diff; charset=utf-8")


def _pull(call: Call) -> Object:
    try:
        return call.state.pulls[call.number("pull_number")]
    except KeyError:
        raise not_found() from None
