"""A token does what it may, and is refused in GitHub's words."""

from __future__ import annotations

import pytest
from github import Auth, Github, GithubException

from tests.github_server.client import COMMENTS, HEAD, Http
from tests.github_server.handle import GitHub
from tests.github_server.tokens import FORK, Access, Kind


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


def test_a_forks_run_reads_and_does_not_write(github: GitHub) -> None:
    github.add_pull(7, fork=True)
    http = Http(github, github.token(FORK))

    assert http("GET", COMMENTS).status_code == 200
    assert http("POST", COMMENTS, {"body": "x"}).status_code == 403


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


def test_a_pygithub_error_carries_githubs_words(github: GitHub) -> None:
    github.add_pull(7)
    client = Github(auth=Auth.Token(github.token({})), base_url=github.api_url, retry=None)

    with pytest.raises(GithubException) as caught:
        client.get_repo("acme/shop").get_pull(7).create_issue_comment("x")

    assert (caught.value.status, caught.value.data["message"]) == (403, "Resource not accessible by integration")
