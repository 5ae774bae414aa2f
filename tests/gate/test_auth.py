from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from bot.gate.rules.tokens import forge
from tests.gate.run import Result, gate, policy
from tests.gate.service import Reply, Request, Service

AUTH = "readiness.deploy.jwt-working"
KEY = "a-key-that-only-the-service-has-0123456789"


def make_token(seconds: int = 3600) -> str:
    return jwt.encode({"sub": "ada", "exp": int(time.time()) + seconds}, KEY, algorithm="HS256")


def verify(token: str) -> bool:
    try:
        jwt.decode(token, KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        return False
    return True


def protect(service: Service, takes: Callable[[str], bool], refusal: int = 401) -> None:
    def answer(request: Request) -> Reply:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return Reply({"user": "ada"}) if takes(token) else Reply({"error": "no"}, refusal)

    service.routes["/me"] = answer


@pytest.fixture(autouse=True)
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOD", make_token())
    monkeypatch.setenv("EXPIRED", make_token(-60))


def ask(tmp_path: Path, service: Service, **settings: Any) -> Result:  # noqa: ANN401 - JSON
    given = {"path": "/me", "token": "GOOD", "expired": "EXPIRED", **settings}
    return gate(tmp_path, policy({AUTH: {key: value for key, value in given.items() if value}}), "--url", service.url)


def test_a_route_that_verifies_passes(tmp_path: Path, service: Service) -> None:
    protect(service, verify)

    result = ask(tmp_path, service)

    assert (result.status, result.state(AUTH)) == (0, "pass")
    assert not any(part in result.text for part in make_token().split(".")[:2])


@pytest.mark.parametrize(
    ("takes", "what"),
    [
        (lambda _: True, "no token"),
        (bool, "a bad signature"),
        (lambda token: verify(token) or token.endswith("."), "alg: none"),
        (lambda token: verify(token) or "Tk9ORS" in token or '"NONE"' in _header(token), "alg: NONE"),
        (lambda token: bool(token) and _decodes(token, verify_signature=False), "a bad signature"),
        (lambda token: bool(token) and _decodes(token, verify_exp=False), "an expired token"),
    ],
)
def test_a_route_that_lets_a_bad_token_in_fails(
    tmp_path: Path, service: Service, takes: Callable[[str], bool], what: str
) -> None:
    protect(service, takes)

    result = ask(tmp_path, service)

    assert result.state(AUTH) == "fail"
    assert any(f"with {what}: is let in" in finding["message"] for finding in result.item(AUTH)["findings"])


def _header(token: str) -> str:
    try:
        return str(jwt.get_unverified_header(token)).replace("'", '"')
    except jwt.InvalidTokenError:
        return ""


def _decodes(token: str, **options: bool) -> bool:
    try:
        jwt.decode(token, KEY, algorithms=["HS256"], options=options)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return False
    return True


def test_a_route_that_breaks_on_a_bad_token_fails(tmp_path: Path, service: Service) -> None:
    protect(service, verify, refusal=500)

    assert ask(tmp_path, service).state(AUTH) == "fail"


def test_a_route_that_lets_nobody_in_is_not_checked(tmp_path: Path, service: Service) -> None:
    protect(service, lambda _: False)

    assert ask(tmp_path, service).state(AUTH) == "not-checked"


@pytest.mark.parametrize("refusal", [302, 404, 400, 429])
def test_what_is_no_refusal_is_not_checked(tmp_path: Path, service: Service, refusal: int) -> None:
    protect(service, verify, refusal)

    assert ask(tmp_path, service).state(AUTH) == "not-checked"


def test_a_policy_can_say_how_a_route_refuses(tmp_path: Path, service: Service) -> None:
    protect(service, verify, 404)

    assert ask(tmp_path, service, refusals=[404]).state(AUTH) == "pass"


@pytest.mark.parametrize("without", [{"path": None}, {"expired": None}, {"expired": "NOT_SET"}, {"token": "NOT_SET"}])
def test_what_the_policy_does_not_name_is_not_checked(
    tmp_path: Path, service: Service, without: dict[str, str | None]
) -> None:
    protect(service, verify)

    assert ask(tmp_path, service, **without).state(AUTH) == "not-checked"


def test_without_a_good_token_made_up_ones_must_be_refused(tmp_path: Path, service: Service) -> None:
    protect(service, verify)
    assert ask(tmp_path, service, token=None).state(AUTH) == "pass"
    protect(service, lambda token: verify(token) or token.count(".") == 2)
    assert ask(tmp_path, service, token=None).state(AUTH) == "fail"


def test_forged_tokens_differ_from_the_good_one_in_one_thing_each() -> None:
    good = make_token()

    forged = {one.what: one.token for one in forge(good, 0)}

    assert set(forged) == {"a bad signature", "a payload that was changed", "alg: none", "alg: None", "alg: NONE"}
    assert forged["a bad signature"].rsplit(".", 1)[0] == good.rsplit(".", 1)[0]
    assert forged["a payload that was changed"].split(".")[::2] == good.split(".")[::2]
    assert all(token.endswith(".") for what, token in forged.items() if what.startswith("alg"))
    assert not any(verify(token) for token in forged.values())


@pytest.mark.parametrize("token", ["opaque-token", "a.b.c", "..", "é.é.é", "eyJ9.x.y", "." * 50])
def test_a_token_that_is_no_jwt_is_changed_in_its_last_sign(token: str) -> None:
    [forged] = forge(token, 0)

    assert forged.token != token
    assert len(forged.token) == len(token)
