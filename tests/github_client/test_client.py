"""The client against a running GitHub: what it reads, how it waits, what it says when it is refused."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from bot.github.answers import Author
from bot.github.client import GitHub as Client
from bot.github.transport import GitHubError, MissingError, RefusedError
from tests.github_server import faults
from tests.github_server.handle import GitHub
from tests.github_server.tokens import Kind

_HEAD = "a" * 40
_PULL = "/repos/acme/shop/pulls/7"


class Waits:
    """Stands in for the clock's patience: no test waits a minute. `meanwhile` is what happens in that time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.meanwhile()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def connect(github: GitHub, waits: Waits) -> Callable[..., Client]:
    github.add_pull(7)

    def connect(token: str | None = None, budget_s: float = 120.0) -> Client:
        token = github.token() if token is None else token
        return Client(github.api_url, token, github.repository, budget_s=budget_s, pause=waits)

    return connect


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 502, "body": faults.UNICORN, "times": 3}, [1.0, 2.0, 4.0]),
        ({"status": 200, "body": faults.UNICORN}, [1.0]),
        ({"drop": True, "times": 2}, [1.0, 2.0]),
        ({"status": 503, "headers": {"Retry-After": "7"}}, [7.0]),
        ({"status": 429, "headers": {"Retry-After": "7"}}, [7.0]),
        ({"status": 429}, [60.0]),
        (faults.secondary_limit(retry_after=3), [3.0]),
        (faults.secondary_limit(), [60.0]),
        (faults.secondary_limit(status=429), [60.0]),
    ],
)
def test_it_waits_as_github_asks_and_tries_again(
    github: GitHub, connect: Callable[..., Client], waits: Waits, fault: dict[str, object], expected: list[float]
) -> None:
    github.fail("GET", _PULL, **fault)
    client = connect()

    assert client.pull(7).head.sha == _HEAD

    assert waits.seconds == expected
    assert client.transport.requests == len(expected) + 1
    assert client.transport.budget_s == 120.0 - sum(expected)


def test_a_spent_primary_limit_is_waited_for_until_its_reset(
    github: GitHub, connect: Callable[..., Client], waits: Waits
) -> None:
    github.set_rate(0, int(time.time()) + 20)
    waits.meanwhile = lambda: github.set_rate(1000, int(time.time()) + 3600)

    connect().pull(7)

    assert waits.seconds == [pytest.approx(21, abs=2)]


def test_a_wait_beyond_the_budget_is_an_error_at_once(
    github: GitHub, connect: Callable[..., Client], waits: Waits
) -> None:
    github.fail("GET", _PULL, **faults.secondary_limit(retry_after=3600))

    with pytest.raises(GitHubError, match="secondary rate limit"):
        connect().pull(7)

    assert waits.seconds == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": True}, {"status": 200, "body": faults.UNICORN}])
def test_hope_ends(github: GitHub, connect: Callable[..., Client], waits: Waits, fault: dict[str, object]) -> None:
    github.fail("GET", _PULL, times=None, **fault)

    with pytest.raises(GitHubError, match="GitHub did not read the pull request"):
        connect().pull(7)

    assert waits.seconds == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("ask", "permission"),
    [
        (lambda client: client.create_comment(7, "x"), "pull-requests: write"),
        (lambda client: client.create_status(_HEAD, "pending", "x", "x", "http://x"), "statuses: write"),
        (lambda client: client.create_check_run({"name": "x", "head_sha": _HEAD}), "checks: write"),
        (lambda client: client.check_runs(_HEAD, "x"), "checks: read"),
        (lambda client: client.branch_tip("main"), "contents: read"),
    ],
)
def test_a_refusal_names_the_permission(
    github: GitHub, connect: Callable[..., Client], waits: Waits, ask: Callable[[Client], object], permission: str
) -> None:
    github.state.repository["private"] = True

    with pytest.raises((RefusedError, MissingError), match=f"the permission `{permission}`"):
        ask(connect(github.token({})))

    assert waits.seconds == []


def test_the_token_is_in_no_error(connect: Callable[..., Client]) -> None:
    client = connect("ghs_this_is_no_token_of_any_use")

    with pytest.raises(RefusedError, match="the input `token` is not valid") as raised:
        client.create_comment(7, "x")

    assert "no_token" not in f"{raised.value!r} {raised.value}"


def test_an_answer_of_an_unknown_shape_is_named(github: GitHub, connect: Callable[..., Client]) -> None:
    github.fail("GET", _PULL, status=200, body={"number": 7})

    with pytest.raises(GitHubError, match=r"an answer of an unknown shape, at `state`"):
        connect().pull(7)


def test_a_branch_with_slashes_and_signs_is_found(github: GitHub, connect: Callable[..., Client]) -> None:
    github.add_commit("c" * 40, branch="release/2.x+#50%")

    assert connect().branch_tip("release/2.x+#50%") == "c" * 40


def test_a_branch_that_is_gone_is_missing(connect: Callable[..., Client]) -> None:
    with pytest.raises(MissingError, match="it is not there"):
        connect().branch_tip("gone")


@pytest.mark.parametrize(
    ("kind", "login"),
    [(Kind.GITHUB_TOKEN, "github-actions[bot]"), (Kind.APP, "robot[bot]"), (Kind.PAT, "ada")],
)
def test_whose_token_it_is_is_told_alike_in_three_ways(
    github: GitHub, connect: Callable[..., Client], kind: Kind, login: str
) -> None:
    client = connect(github.token(kind=kind, login=login.removesuffix("[bot]")))

    known = [
        client.viewer(),
        client.create_status(_HEAD, "pending", "x", "x", "http://x").creator,
        client.create_comment(7, "x").user,
    ]

    assert known == [Author(login=login)] * 3


def test_a_proxy_s_address_is_in_no_error(connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:hunter2@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")

    with pytest.raises(GitHubError, match=r"no answer: ProxyError") as raised:
        connect().pull(7)

    assert "hunter2" not in str(raised.value)


def test_a_check_on_a_laptop_does_not_load_it() -> None:
    code = "import sys, bot.check_command; print({'github', 'requests', 'bot.github.client'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"
