"""Pull requests, refs, runs, artifacts and deployments are found as on GitHub."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import requests

from tests.github_server.client import HEAD, Http
from tests.github_server.handle import GitHub

if TYPE_CHECKING:
    from github.Repository import Repository


def test_a_pull_request_is_found_by_its_head_and_by_its_commit(github: GitHub, repo: Repository) -> None:
    github.add_pull(8, head_ref="feat/x", head_sha="d" * 40, fork=True, author="mallory")

    assert [pull.number for pull in repo.get_pulls(head="acme:feat/x")] == [7]
    assert [pull.number for pull in repo.get_pulls(head="mallory:feat/x")] == [8]
    assert [pull.number for pull in repo.get_commit("d" * 40).get_pulls()] == [8]


def test_the_repository_of_a_fork_may_be_gone(github: GitHub, repo: Repository) -> None:
    github.add_pull(8, head_sha="d" * 40, fork=True)
    github.delete_fork(8)

    pull = repo.get_pull(8)

    assert (pull.raw_data["head"]["repo"], pull.head.sha) == (None, "d" * 40)
    assert len(list(repo.get_pulls())) == 2


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
