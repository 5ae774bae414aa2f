"""Caching, rate limits, faults, the record of requests, and violations."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from tests.github_server.client import COMMENTS, HEAD, Http
from tests.github_server.faults import UNICORN, secondary_limit
from tests.github_server.handle import GitHub


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


def test_a_caller_that_leaves_within_its_request_has_asked_for_nothing(github: GitHub, http: Http) -> None:
    at = urlsplit(github.url)
    head = f"POST /api/v3{COMMENTS} HTTP/1.1\r\nHost: {at.netloc}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((at.hostname, at.port), timeout=10) as caller:
        caller.sendall(f'{head}Content-Length: 100\r\n\r\n{{"body": "'.encode())
        caller.shutdown(socket.SHUT_WR)
        answered = caller.recv(1)

    assert http("GET", COMMENTS).status_code == 200
    assert (answered, github.is_idle, github.writes(), github.violations) == (b"", True, [], [])


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


@pytest.mark.parametrize("place", ["body", "query"])
def test_a_token_in_a_body_or_an_address_is_a_violation(github: GitHub, http: Http, place: str) -> None:
    token = next(iter(github.state.tokens))

    if place == "body":
        http("POST", COMMENTS, {"body": f"see {token}"})
    else:
        http("GET", f"{COMMENTS}?since={token}")

    assert any("a token stands in the address or the body" in violation for violation in github.violations)
    github.violations.clear()


def test_requests_at_once_are_done_one_after_another(github: GitHub, http: Http) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: http("POST", COMMENTS, {"body": f"{number}"}), range(24)))

    identities = [answer.json()["id"] for answer in answers]
    assert len(set(identities)) == len(github.comments(7)) == len(github.writes()) == 24


def test_a_bug_of_the_server_is_a_violation(github: GitHub, http: Http) -> None:
    del github.state.pulls[7]["head"]

    assert http("GET", "/repos/acme/shop/pulls/7").status_code == 500
    assert [violation.partition(":")[0] for violation in github.violations] == ["the tests' GitHub has a bug"]
    github.violations.clear()
