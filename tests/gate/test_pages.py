from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.gate.run import Result, gate, policy
from tests.gate.service import Reply, Request, Service

HEADERS, SCORE = "readiness.deploy.headers-verified", "readiness.metrics.security-score"
CORS = "readiness.deploy.cors-proper"


def ask(tmp_path: Path, service: Service, item: str, **settings: Any) -> Result:  # noqa: ANN401 - JSON
    return gate(tmp_path, policy({item: settings}), "--url", service.url)


def test_headers_on_every_answer_pass(tmp_path: Path, service: Service) -> None:
    assert ask(tmp_path, service, HEADERS, paths=["/", "/health"]).state(HEADERS) == "pass"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", ""),
        ("Strict-Transport-Security", ""),
        ("Strict-Transport-Security", "max-age=3600"),
        ("Referrer-Policy", ""),
        ("Referrer-Policy", "unsafe-url"),
        ("Server", "nginx/1.25.3"),
        ("X-Powered-By", "PHP/8.1"),
    ],
)
def test_one_header_that_is_wrong_fails(tmp_path: Path, service: Service, name: str, value: str) -> None:
    service.headers[name] = value

    assert ask(tmp_path, service, HEADERS).state(HEADERS) == "fail"


def test_a_header_that_is_missing_on_the_404_alone_fails(tmp_path: Path, service: Service) -> None:
    service.routes["*"] = lambda _: Reply("not found", 404, {"X-Content-Type-Options": ""})

    result = ask(tmp_path, service, HEADERS)

    assert result.state(HEADERS) == "fail"
    assert "a path that nobody made: 404, without X-Content-Type-Options" in result.reason(HEADERS)


def test_a_header_that_is_missing_on_one_route_of_the_api_fails(tmp_path: Path, service: Service) -> None:
    service.say("/api", {}, x_content_type_options="")

    assert ask(tmp_path, service, HEADERS).state(HEADERS) == "pass"
    assert ask(tmp_path, service, HEADERS, paths=["/", "/api"]).state(HEADERS) == "fail"


def test_frames_may_be_limited_by_either_header(tmp_path: Path, service: Service) -> None:
    service.headers["X-Frame-Options"] = ""
    assert ask(tmp_path, service, HEADERS).state(HEADERS) == "pass"
    service.headers["Content-Security-Policy"] = "default-src 'none'"
    assert ask(tmp_path, service, HEADERS).state(HEADERS) == "fail"


def test_a_policy_that_lets_anybody_frame_a_page_fails_beside_the_older_header(
    tmp_path: Path, service: Service
) -> None:
    service.headers["Content-Security-Policy"] = "frame-ancestors *"

    assert ask(tmp_path, service, HEADERS).state(HEADERS) == "fail"


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_route_that_is_not_well_is_not_checked(tmp_path: Path, service: Service, status: int) -> None:
    service.say("/api", "", status)

    assert ask(tmp_path, service, HEADERS, paths=["/api"]).state(HEADERS) == "not-checked"


def test_a_good_page_is_graded_a(tmp_path: Path, service: Service) -> None:
    result = ask(tmp_path, service, SCORE)

    assert result.state(SCORE) == "pass"
    [figure] = result.item(SCORE)["figures"].values()
    assert (figure["grade"], figure["source"]) == ("A+", "Mozilla HTTP Observatory 1.6.3")


@pytest.mark.parametrize(("name", "grade"), [("Content-Security-Policy", "B"), ("Strict-Transport-Security", "B+")])
def test_a_worse_grade_fails(tmp_path: Path, service: Service, name: str, grade: str) -> None:
    service.headers[name] = ""

    result = ask(tmp_path, service, SCORE)

    assert result.state(SCORE) == "fail"
    assert f"grade {grade}, not A or better" in result.reason(SCORE)
    assert ask(tmp_path, service, SCORE, min_grade="C").state(SCORE) == "pass"


@pytest.mark.parametrize("reply", [Reply("", 302, {"Location": "/login"}), Reply("", 404), Reply("", 500), None])
def test_the_grade_of_another_page_is_none(tmp_path: Path, service: Service, reply: Reply | None) -> None:
    service.routes["/"] = lambda _: reply

    assert ask(tmp_path, service, SCORE).state(SCORE) == "not-checked"


def allow(service: Service, *, origin: Any, credentials: bool = False) -> None:  # noqa: ANN401 - a function
    def answer(request: Request) -> Reply:
        allowed = origin(request.headers.get("origin", ""))
        headers = {"Access-Control-Allow-Origin": allowed} if allowed else {}
        return Reply(
            "", 200, headers | ({"Access-Control-Allow-Credentials": "true"} if credentials and allowed else {})
        )

    service.routes["/"] = answer


def test_a_service_that_shares_nothing_passes(tmp_path: Path, service: Service) -> None:
    assert ask(tmp_path, service, CORS).state(CORS) == "pass"


@pytest.mark.parametrize(
    "origin",
    [
        lambda asked: asked,
        lambda _: "*",
        lambda asked: "null" if asked == "null" else "",
        lambda asked: asked if asked.startswith("https://localhost") else "",
        lambda asked: asked if asked.endswith("localhost") else "",
    ],
)
def test_a_service_that_shares_with_strangers_fails(tmp_path: Path, service: Service, origin: Any) -> None:  # noqa: ANN401
    allow(service, origin=origin)

    assert ask(tmp_path, service, CORS).state(CORS) == "fail"


def test_a_permission_on_the_preflight_alone_fails(tmp_path: Path, service: Service) -> None:
    service.routes["/"] = lambda request: Reply(
        "", 204, {"Access-Control-Allow-Origin": "*"} if request.method == "OPTIONS" else {}
    )

    assert ask(tmp_path, service, CORS).state(CORS) == "fail"


def test_an_open_interface_may_be_public_but_not_with_credentials(tmp_path: Path, service: Service) -> None:
    allow(service, origin=lambda _: "*")
    assert ask(tmp_path, service, CORS, public=True).state(CORS) == "pass"
    allow(service, origin=lambda _: "*", credentials=True)
    assert ask(tmp_path, service, CORS, public=True).state(CORS) == "fail"


def test_an_origin_that_the_policy_names_must_be_allowed(tmp_path: Path, service: Service) -> None:
    ours = "https://app.example.org"
    allow(service, origin=lambda asked: ours if asked == ours else "")
    assert ask(tmp_path, service, CORS, allowed=[ours]).state(CORS) == "pass"
    assert ask(tmp_path, service, CORS, allowed=["https://other.example.org"]).state(CORS) == "fail"


@pytest.mark.parametrize("reply", [Reply("", 503), Reply("", 429), Reply("", 404), None])
def test_a_route_that_does_not_answer_shares_nothing_known(
    tmp_path: Path, service: Service, reply: Reply | None
) -> None:
    service.routes["/"] = lambda _: reply

    assert ask(tmp_path, service, CORS).state(CORS) == "not-checked"
