"""Comments, labels and reviews are kept as GitHub keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.github_server.client import COMMENTS, Http
from tests.github_server.description import Object
from tests.github_server.handle import GitHub

if TYPE_CHECKING:
    from github.Repository import Repository


def test_a_comment_is_created_edited_and_deleted(github: GitHub, repo: Repository) -> None:
    pull = repo.get_pull(7)

    comment = pull.create_issue_comment("one")
    comment.edit("two")

    assert [(c["body"], c["user"]["login"]) for c in github.comments(7)] == [("two", "github-actions[bot]")]
    assert [edit.body for edit in github.edits(comment.id)] == ["one", "two"]
    comment.delete()
    assert github.comments(7) == []


def test_a_pull_request_is_an_issue_too(github: GitHub, repo: Repository) -> None:
    issue = repo.get_issue(7)

    issue.create_comment("one")

    assert (issue.number, issue.title, issue.pull_request is not None) == (7, "Change something", True)
    assert [comment["body"] for comment in github.comments(7)] == ["one"]


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


def ask(github: GitHub, query: str, **variables: str) -> Object:
    answer = requests.post(
        github.graphql_url,
        json={"query": query, "variables": variables},
        headers={"Authorization": f"Bearer {github.token()}", "User-Agent": "test"},
        timeout=10,
    )
    content: Object = answer.json()
    return content


HISTORY = """
query($id: ID!) { node(id: $id) { ... on IssueComment {
    author { __typename login } lastEditedAt userContentEdits(first: 10) { totalCount nodes { editor { login } diff } }
} } }
"""


def test_a_comments_history_says_who_edited_it(github: GitHub) -> None:
    github.add_pull(7)
    comment = github.add_comment(7, "one", author="github-actions[bot]")
    edited = github.edit_comment(comment["id"], "two", author="grace")

    assert ask(github, HISTORY, id=comment["node_id"]) == {
        "data": {
            "node": {
                "author": {"__typename": "Bot", "login": "github-actions"},
                "lastEditedAt": edited["updated_at"],
                "userContentEdits": {
                    "totalCount": 2,
                    "nodes": [
                        {"editor": {"login": "grace"}, "diff": "two"},
                        {"editor": {"login": "github-actions"}, "diff": "one"},
                    ],
                },
            }
        }
    }


def test_a_comment_that_was_never_edited_has_no_history(github: GitHub) -> None:
    github.add_pull(7)

    shown = ask(github, HISTORY, id=github.add_comment(7, "one")["node_id"])

    assert shown["data"]["node"]["userContentEdits"] == {"totalCount": 0, "nodes": []}


def test_a_comment_that_is_not_there_is_an_error_beside_the_data(github: GitHub) -> None:
    shown = ask(github, HISTORY, id="IC_0")

    assert (shown["data"], [error["type"] for error in shown["errors"]]) == ({"node": None}, ["NOT_FOUND"])


def test_a_workflows_token_is_the_bots(github: GitHub) -> None:
    assert ask(github, "query { viewer { login } }") == {"data": {"viewer": {"login": "github-actions[bot]"}}}


def test_a_query_that_githubs_schema_does_not_allow_is_a_violation(github: GitHub) -> None:
    assert list(ask(github, "query { viewer { name_ } }")) == ["errors"]
    assert github.violations == ["GraphQL: Cannot query field 'name_' on type 'User'. Did you mean 'name'?"]
    github.violations.clear()
