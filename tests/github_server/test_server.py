"""The server answers as GitHub does, with a plain HTTP client and with PyGithub."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest
import requests
from github import Auth, Github, GithubException

from tests.github_server.faults import UNICORN, secondary_limit
from tests.github_server.handle import GitHub
from tests.github_server.tokens import Access, Kind

if TYPE_CHECKING:
    from github.Repository import Repository

BASE, HEAD = "b" * 40, "a" * 40
COMMENTS = "/repos/acme/shop/issues/7/comments"


class Http:
    """A plain client with one token; paths are below the API's root."""

    def __init__(self, github: GitHub, token: str | None) -> None:
        self._root = github.api_url
        self._headers = {"User-Agent": "test"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def __call__(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        return requests.request(
            method,
            self._root + path,
            json=body,
            headers={**self._headers, **(headers or {})},
            allow_redirects=False,
            timeout=10,
        )


@pytest.fixture
def http(github: GitHub) -> Http:
    github.add_pull(7, head_ref="feat/x")
    return Http(github, github.token())


@pytest.fixture
def repo(github: GitHub) -> Repository:
    github.add_pull(7, head_ref="feat/x")
    client = Github(
        auth=Auth.Token(github.token()),
        base_url=github.api_url,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    return client.get_repo(github.repository)


# Comments


def test_a_comment_is_created_edited_and_deleted(github: GitHub, repo: Repository) -> None:
    pull = repo.get_pull(7)

    comment = pull.create_issue_comment("one")
    comment.edit("two")

    assert [(c["body"], c["user"]["login"]) for c in github.comments(7)] == [("two", "github-actions[bot]")]
    assert [edit.body for edit in github.edits(comment.id)] == ["one", "two"]
    comment.delete()
    assert github.comments(7) == []


def test_an_equal_body_is_no_edit(github: GitHub, http: Http) -> None:
    comment = github.add_comment(7, "same")

    http("PATCH", f"/repos/acme/shop/issues/comments/{comment['id']}", {"body": "same"})

    assert len(github.edits(comment["id"])) == 1


def test_250_comments_take_9_pages_of_30(github: GitHub, repo: Repository) -> None:
    for number in range(250):
        github.add_comment(7, f"comment {number}")

    bodies = [comment.body for comment in repo.get_pull(7).get_issue_comments()]

    assert bodies == [f"comment {number}" for number in range(250)]
    assert sum(request.path == COMMENTS for request in github.requests) == 9


def test_pages_hold_100_at_most_and_lead_to_each_other(github: GitHub, http: Http) -> None:
    for number in range(250):
        github.add_comment(7, f"comment {number}")

    answer = http("GET", f"{COMMENTS}?per_page=1000&page=2")

    assert len(answer.json()) == 100
    url = f"{github.api_url}{COMMENTS}?per_page=1000&page="
    assert {name: link["url"] for name, link in answer.links.items()} == {
        "prev": f"{url}1",
        "next": f"{url}3",
        "last": f"{url}3",
        "first": f"{url}1",
    }


def test_a_page_past_the_last_is_empty(github: GitHub, http: Http) -> None:
    github.add_comment(7, "one")

    assert http("GET", f"{COMMENTS}?page=5").json() == []


@pytest.mark.parametrize("body", ["x" * 65_537, "😀" * 32_769, " \n"])
def test_a_comment_that_is_too_long_or_blank_is_refused(github: GitHub, http: Http, body: str) -> None:
    answer = http("POST", COMMENTS, {"body": body})

    assert (answer.status_code, answer.json()["message"]) == (422, "Validation Failed")
    assert github.comments(7) == []


def test_a_comment_as_long_as_may_be_is_taken(github: GitHub, http: Http) -> None:
    assert http("POST", COMMENTS, {"body": "x" * 65_536}).status_code == 201
    assert len(github.comments(7)[0]["body"]) == 65_536


# Who may


@pytest.mark.parametrize(
    ("permissions", "path", "body", "accepted"),
    [
        ({}, COMMENTS, {"body": "x"}, "issues=write; pull_requests=write"),
        ({"pull-requests": "read"}, COMMENTS, {"body": "x"}, "issues=write; pull_requests=write"),
        ({"issues": "none"}, "/repos/acme/shop/check-runs", {"name": "a", "head_sha": HEAD}, "checks=write"),
        ({"statuses": "read"}, f"/repos/acme/shop/statuses/{HEAD}", {"state": "success"}, "statuses=write"),
    ],
)
def test_a_token_without_a_permission_is_refused_and_told_which(
    github: GitHub, permissions: dict[str, Access], path: str, body: object, accepted: str
) -> None:
    github.add_pull(7)

    answer = Http(github, github.token(permissions))("POST", path, body)

    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
    assert answer.headers["X-Accepted-GitHub-Permissions"] == accepted


@pytest.mark.parametrize("permissions", [{"issues": "write"}, {"pull-requests": "write"}])
def test_one_of_two_permissions_is_enough_to_comment(github: GitHub, permissions: dict[str, Access]) -> None:
    github.add_pull(7)

    assert Http(github, github.token(permissions))("POST", COMMENTS, {"body": "x"}).status_code == 201


def test_only_an_app_makes_check_runs(github: GitHub) -> None:
    github.add_pull(7)
    http = Http(github, github.token(kind=Kind.PAT))

    answer = http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": HEAD})

    assert (answer.status_code, answer.json()["message"]) == (403, "You must authenticate via a GitHub App.")
    assert http("POST", f"/repos/acme/shop/statuses/{HEAD}", {"state": "success"}).status_code == 201


def test_a_check_run_is_changed_by_its_own_app_alone(github: GitHub, http: Http) -> None:
    run = http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": HEAD}).json()
    other = Http(github, github.token(kind=Kind.APP, login="other"))

    assert other("PATCH", f"/repos/acme/shop/check-runs/{run['id']}", {"status": "in_progress"}).status_code == 403


def test_only_a_user_has_a_user(github: GitHub, http: Http) -> None:
    assert http("GET", "/user").status_code == 403
    assert Http(github, github.token(kind=Kind.PAT, login="grace"))("GET", "/user").json()["login"] == "grace"


def test_a_wrong_token_is_refused_even_for_reading(github: GitHub) -> None:
    github.add_pull(7)

    assert Http(github, "ghs_wrong")("GET", COMMENTS).status_code == 401


def test_without_a_token_a_public_repository_is_read_and_not_written(github: GitHub) -> None:
    github.add_pull(7)
    http = Http(github, None)

    assert http("GET", COMMENTS).status_code == 200
    assert http("POST", COMMENTS, {"body": "x"}).status_code == 401


def test_a_private_repository_is_hidden_from_those_without_a_token(github: GitHub) -> None:
    github.state.repository["private"] = True
    github.add_pull(7)

    assert Http(github, None)("GET", COMMENTS).status_code == 404
    assert Http(github, github.token({}))("GET", COMMENTS).status_code == 403
    assert Http(github, github.token())("GET", COMMENTS).status_code == 200


def test_another_repository_is_not_found(http: Http) -> None:
    assert http("GET", "/repos/acme/other/issues/7/comments").status_code == 404


# Check runs and statuses


def annotation(line: int) -> dict[str, object]:
    return {"path": "a.py", "start_line": line, "end_line": line, "annotation_level": "warning", "message": "m"}


def test_120_annotations_come_in_three_batches(github: GitHub, repo: Repository) -> None:
    run = repo.create_check_run(name="gonogo/report", head_sha=HEAD, status="in_progress")
    for start in (1, 51, 101):
        batch = [annotation(line) for line in range(start, min(start + 50, 121))]
        run.edit(output={"title": "t", "summary": "s", "annotations": batch})
    run.edit(status="completed", conclusion="failure")

    [made] = github.check_runs(HEAD)
    assert (made["status"], made["conclusion"], made["output"]["annotations_count"]) == ("completed", "failure", 120)
    assert [a.start_line for a in repo.get_check_run(run.id).get_annotations()] == list(range(1, 121))


def output(*annotations: dict[str, object], **members: str) -> dict[str, object]:
    return {"output": {"title": "t", "summary": "s", "annotations": annotations, **members}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "completed"}, 'Invalid request.\n\n"conclusion" wasn\'t supplied'),
        ({"conclusion": "stale"}, "Invalid request.\n\nstale is not a conclusion that can be set"),
        (output({**annotation(3), "end_line": 2}), "Invalid request.\n\nend_line must not be before start_line"),
        (output({**annotation(3), "title": "x" * 256}), "Invalid request.\n\nOnly 255 characters are allowed in title"),
        (
            output({**annotation(3), "end_line": 4, "end_column": 2}),
            "Invalid request.\n\nstart_column and end_column are only allowed where start_line is end_line",
        ),
        ({"head_sha": "f" * 40}, f"No commit found for SHA: {'f' * 40}"),
    ],
)
def test_a_check_run_past_a_limit_is_refused(
    github: GitHub, http: Http, changes: dict[str, object], message: str
) -> None:
    answer = http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": HEAD, **changes})

    assert (answer.status_code, answer.json()["message"]) == (422, message)
    assert github.check_runs(HEAD) == []


@pytest.mark.parametrize(
    "changes",
    [output(summary="x" * 65_536), output(text="x" * 65_536), output(*(annotation(line) for line in range(1, 52)))],
    ids=["summary", "text", "annotations"],
)
def test_a_check_run_past_a_limit_that_is_described_is_a_violation_too(
    github: GitHub, http: Http, changes: dict[str, object]
) -> None:
    assert http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": HEAD, **changes}).status_code == 422
    assert len(github.violations) == 1
    github.violations.clear()


def test_of_each_name_the_newest_check_run_is_listed(repo: Repository) -> None:
    for _ in range(2):
        repo.create_check_run(name="a", head_sha=HEAD)
    newest = repo.create_check_run(name="b", head_sha=HEAD)
    commit = repo.get_commit(HEAD)

    assert [run.name for run in commit.get_check_runs()] == ["b", "a"]
    assert [run.name for run in commit.get_check_runs(filter="all")] == ["b", "a", "a"]
    assert [run.id for run in commit.get_check_runs(check_name="b")] == [newest.id]


def test_a_forks_pull_request_is_not_in_its_check_run(github: GitHub, http: Http) -> None:
    github.add_pull(8, head_sha="d" * 40, fork=True)

    of = {
        sha: http("POST", "/repos/acme/shop/check-runs", {"name": "a", "head_sha": sha}).json()["pull_requests"]
        for sha in (HEAD, "d" * 40)
    }

    assert ([pull["number"] for pull in of[HEAD]], of["d" * 40]) == ([7], [])


def test_the_newest_status_of_each_context_counts(github: GitHub, repo: Repository) -> None:
    commit = repo.get_commit(HEAD)
    for state in ("pending", "success"):
        commit.create_status(state, description="d", context="gonogo/verdict")
    commit.create_status("pending", context="other")

    combined = commit.get_combined_status()

    assert (combined.state, combined.total_count) == ("pending", 2)
    assert [status.state for status in commit.get_statuses()] == ["pending", "success", "pending"]
    assert [status["state"] for status in github.statuses(HEAD)] == ["pending", "success", "pending"]


@pytest.mark.parametrize("changes", [{"description": "x" * 141}, {"context": "x" * 256}])
def test_a_status_past_a_limit_is_refused(http: Http, changes: dict[str, object]) -> None:
    answer = http("POST", f"/repos/acme/shop/statuses/{HEAD}", {"state": "success", **changes})

    assert (answer.status_code, answer.json()["message"]) == (422, "Validation Failed")


# Pull requests, refs


def test_a_pull_request_is_found_by_its_head_and_by_its_commit(github: GitHub, repo: Repository) -> None:
    github.add_pull(8, head_ref="feat/x", head_sha="d" * 40, fork=True, author="mallory")

    assert [pull.number for pull in repo.get_pulls(head="acme:feat/x")] == [7]
    assert [pull.number for pull in repo.get_pulls(head="mallory:feat/x")] == [8]
    assert [pull.number for pull in repo.get_commit("d" * 40).get_pulls()] == [8]


def test_refs_with_slashes_are_found(repo: Repository) -> None:
    assert repo.get_git_ref("heads/feat/x").object.sha == HEAD
    assert repo.get_branch("feat/x").commit.sha == HEAD
    assert list(repo.get_commit("feat/x").get_check_runs()) == []


def test_labels_are_added_and_removed(github: GitHub, repo: Repository) -> None:
    pull = repo.get_pull(7)

    pull.add_to_labels("one", "two")
    pull.remove_from_labels("one")

    assert [label["name"] for label in github.state.pulls[7]["labels"]] == ["two"]


def test_reviews_and_permissions_are_shown(github: GitHub, repo: Repository) -> None:
    github.add_review(7, "grace")
    github.set_permission("grace", "maintain")

    assert [(r.user.login, r.state, r.commit_id) for r in repo.get_pull(7).get_reviews()] == [
        ("grace", "APPROVED", HEAD)
    ]
    assert repo.get_collaborator_permission("grace") == "write"
    assert repo.get_collaborator_role_name("grace") == "maintain"
    assert repo.get_collaborator_permission("mallory") == "read"


# Runs, artifacts, deployments


def test_an_artifact_is_kept_by_another_host(github: GitHub, http: Http) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("coverage.xml", "<coverage/>")
    run = github.add_run(HEAD)
    artifact = github.add_artifact("coverage", archive.getvalue(), run)

    [listed] = http("GET", f"/repos/acme/shop/actions/runs/{run['id']}/artifacts?name=coverage").json()["artifacts"]
    moved = http("GET", f"/repos/acme/shop/actions/artifacts/{listed['id']}/zip")

    assert (listed["id"], moved.status_code) == (artifact["id"], 302)
    assert not moved.headers["Location"].startswith(github.url)
    assert requests.get(moved.headers["Location"], timeout=10).content == archive.getvalue()


def test_a_token_sent_to_the_other_host_is_a_violation(github: GitHub, http: Http) -> None:
    artifact = github.add_artifact("coverage", b"", github.add_run(HEAD))
    moved = http("GET", f"/repos/acme/shop/actions/artifacts/{artifact['id']}/zip")

    requests.get(moved.headers["Location"], headers={"Authorization": "Bearer x"}, timeout=10)

    assert [violation.partition(":")[0] for violation in github.violations] == ["a token was sent to another host"]
    github.violations.clear()


def test_runs_are_found_by_commit_and_an_expired_artifact_is_gone(github: GitHub, http: Http) -> None:
    run = github.add_run(HEAD, conclusion="failure")
    artifact = github.add_artifact("old", b"", run, expired=True)

    found = http("GET", f"/repos/acme/shop/actions/runs?head_sha={HEAD}&status=failure").json()["workflow_runs"]

    assert [entry["id"] for entry in found] == [run["id"]]
    assert http("GET", f"/repos/acme/shop/actions/artifacts/{artifact['id']}/zip").status_code == 410


def test_a_deployment_gets_a_status(github: GitHub, http: Http) -> None:
    http = Http(github, github.token({"deployments": "write"}))
    made = http("POST", "/repos/acme/shop/deployments", {"ref": "feat/x", "environment": "production"}).json()
    http("POST", f"/repos/acme/shop/deployments/{made['id']}/statuses", {"state": "success"})

    [found] = http("GET", f"/repos/acme/shop/deployments?sha={HEAD}").json()
    [status] = http("GET", f"/repos/acme/shop/deployments/{found['id']}/statuses").json()
    assert (found["id"], found["environment"], status["state"]) == (made["id"], "production", "success")


# HTTP


def test_an_unchanged_answer_is_304_and_costs_nothing(github: GitHub, http: Http) -> None:
    first = http("GET", COMMENTS)
    left = github.state.rate.remaining

    again = http("GET", COMMENTS, headers={"If-None-Match": first.headers["ETag"]})
    github.add_comment(7, "new")
    changed = http("GET", COMMENTS, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content, changed.status_code) == (304, b"", 200)
    assert github.state.rate.remaining == left - 1


def test_past_the_rate_limit_everything_is_refused_but_asking_for_it(github: GitHub, http: Http) -> None:
    github.set_rate(0, reset=4_000_000_000)

    answer = http("GET", COMMENTS)

    assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert answer.headers["X-RateLimit-Reset"] == "4000000000"
    assert http("GET", "/rate_limit").json()["rate"]["remaining"] == 0


def test_an_answer_can_be_html(github: GitHub, http: Http) -> None:
    github.fail("GET", COMMENTS, status=502, body=UNICORN)

    answer = http("GET", COMMENTS)

    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert http("GET", COMMENTS).status_code == 200


def test_a_fault_may_come_later_and_last(github: GitHub, http: Http) -> None:
    github.fail("GET", "/repos/*", skip=1, times=2, status=500)

    assert [http("GET", COMMENTS).status_code for _ in range(5)] == [200, 500, 500, 200, 200]


def test_a_secondary_limit_may_say_when_to_come_back(github: GitHub, http: Http) -> None:
    github.fail("POST", COMMENTS, **secondary_limit(retry_after=1, status=429))
    github.fail("POST", COMMENTS, **secondary_limit())

    answers = [http("POST", COMMENTS, {"body": "x"}) for _ in range(3)]

    assert [(a.status_code, a.headers.get("Retry-After")) for a in answers] == [(429, "1"), (403, None), (201, None)]


@pytest.mark.parametrize("done", [False, True])
def test_a_dropped_connection_leaves_open_whether_it_was_done(github: GitHub, http: Http, done: bool) -> None:  # noqa: FBT001 - both cases
    github.fail("POST", COMMENTS, drop=True, done=done)

    with pytest.raises(requests.ConnectionError):
        http("POST", COMMENTS, {"body": "x"})

    assert len(github.comments(7)) == int(done)
    assert github.writes()[-1].status == 0


def test_a_done_write_may_be_answered_with_an_error(github: GitHub, http: Http) -> None:
    github.fail("POST", COMMENTS, status=502, body=UNICORN, done=True)

    assert http("POST", COMMENTS, {"body": "x"}).status_code == 502
    assert len(github.comments(7)) == 1


def test_an_answer_may_take_long(github: GitHub, http: Http) -> None:
    github.fail("GET", COMMENTS, delay_s=0.2)
    start = time.monotonic()

    assert http("GET", COMMENTS).status_code == 200
    assert time.monotonic() - start > 0.2


def test_requests_are_recorded(github: GitHub, http: Http) -> None:
    http("POST", f"{COMMENTS}", {"body": "x"})

    [request] = github.writes()
    assert (request.method, request.path, request.body, request.status) == ("POST", COMMENTS, {"body": "x"}, 201)


# Violations


@pytest.mark.parametrize(
    ("method", "path", "body", "violation"),
    [
        ("GET", "/repos/acme/shop/nothing", None, "no such operation here: GET /api/v3/repos/acme/shop/nothing"),
        (
            "GET",
            f"{COMMENTS}?sort=x",
            None,
            "request GET /repos/acme/shop/issues/7/comments: no query parameter 'sort'",
        ),
        ("POST", COMMENTS, {"text": "x"}, "request POST /repos/acme/shop/issues/7/comments: $: 'body' is a required"),
        (
            "POST",
            f"/repos/acme/shop/statuses/{HEAD}",
            {"state": "green"},
            f"request POST /repos/acme/shop/statuses/{HEAD}",
        ),
    ],
)
def test_what_the_description_does_not_allow_is_a_violation(
    github: GitHub, http: Http, method: str, path: str, body: object, violation: str
) -> None:
    answer = http(method, path, body)

    assert answer.status_code in {200, 404, 422}
    assert [found[: len(violation)] for found in github.violations] == [violation]
    github.violations.clear()


def test_a_comments_history_says_who_edited_it(github: GitHub) -> None:
    github.add_pull(7)
    comment = github.add_comment(7, "one", author="github-actions[bot]")
    github.edit_comment(comment["id"], "two", author="grace")
    query = (
        "query($id: ID!) { node(id: $id) { ... on IssueComment { userContentEdits(first: 10) { nodes { diff } } } } }"
    )

    answer = requests.post(
        github.graphql_url,
        json={"query": query, "variables": {"id": comment["node_id"]}},
        headers={"Authorization": f"Bearer {github.token()}"},
        timeout=10,
    )

    edits = answer.json()["data"]["node"]["userContentEdits"]["nodes"]
    assert [(edit["editor"]["login"], edit["diff"]) for edit in edits] == [("grace", "two"), ("github-actions", "one")]


def test_a_pygithub_error_carries_githubs_words(github: GitHub) -> None:
    github.add_pull(7)
    client = Github(auth=Auth.Token(github.token({})), base_url=github.api_url, retry=None)

    with pytest.raises(GithubException) as caught:
        client.get_repo("acme/shop").get_pull(7).create_issue_comment("x")

    assert (caught.value.status, caught.value.data["message"]) == (403, "Resource not accessible by integration")
