from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.gate.rules.observatory.cookies import judge_cookies
from bot.gate.rules.observatory.grade import grade
from bot.gate.rules.observatory.headers import (
    judge_frames,
    judge_hsts,
    judge_isolation,
    judge_redirection,
    judge_referrer,
    judge_sharing,
    judge_sniffing,
)
from bot.gate.rules.observatory.page import Page
from bot.gate.rules.observatory.policies import judge_policy
from bot.gate.rules.observatory.scripts import judge_scripts

CSP = "content-security-policy"


def page(*headers: tuple[str, str], body: str = "", https: bool = True, **more: object) -> Page:
    return Page(https=https, host="shop.example.org", headers=headers, body=body, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "points"),
    [
        ("default-src 'none'; form-action 'none'", 10),
        ("default-src 'self'", 5),
        ("script-src 'self'; object-src 'none'", 0),
        ("default-src 'self'; style-src 'self' 'unsafe-inline'", 0),
        ("default-src 'self'; img-src http:", -10),
        ("default-src 'self'; script-src 'self' 'unsafe-eval'", -10),
        ("default-src 'self' 'unsafe-inline'", -20),
        ("default-src *", -20),
        ("default-src https:", -20),
        ("img-src 'self'", -20),
        ("default-src 'self'; script-src data:", -20),
        ("default-src 'self'; frame-src http://x.example", -20),
        ("default-src 'self'; script-src 'nonce-abc' 'unsafe-inline'", 5),
        ("default-src 'self'; script-src 'nonce-abc' 'strict-dynamic' https: 'unsafe-inline'", 5),
        ("default-src 'self'; script-src 'strict-dynamic'", -25),
        ("default-src 'self'; default-src 'none'", -25),
        ("default-src 'none'; report-uri /a; report-uri /b", 0),
        ("DEFAULT-SRC 'NONE'", 10),
        ("x", -25),
        ("", -25),
        ("default-src *, default-src 'none'", 10),
    ],
)
def test_a_content_security_policy_is_marked(policy: str, points: int) -> None:
    assert judge_policy(page((CSP, policy))).points == points


def test_a_policy_may_stand_in_the_page_and_says_there_nothing_of_frames() -> None:
    body = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; frame-ancestors 'none'\">"

    assert judge_policy(page(body=body)).points == 10
    assert judge_frames(page(body=body)).points == -20
    assert (
        judge_policy(page(body='<meta http-equiv="content-security-policy" content="frame-ancestors x.org">')).points
        == -25
    )


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("max-age=31536000", 0),
        ("max-age=15552000; includeSubDomains; preload", 0),
        ("max-age=15551999", -10),
        ("max-age=0", -10),
        ("includeSubDomains", -20),
        ("max-age=x", -20),
        ("max-age=31536000, max-age=0", -20),
    ],
)
def test_hsts_is_marked(value: str, points: int) -> None:
    assert judge_hsts(page(("strict-transport-security", value))).points == points


def test_hsts_without_tls_is_none() -> None:
    assert judge_hsts(page(("strict-transport-security", "max-age=31536000"), https=False)).points == -20
    assert judge_hsts(page()).points == -20


@pytest.mark.parametrize(
    ("cookies", "points"),
    [
        ([], 0),
        (["a=1; Secure"], 0),
        (["a=1; Secure; SameSite=Lax", "sessionid=1; Secure; HttpOnly; SameSite=Strict"], 5),
        (["sessionid=1; Secure"], -30),
        (["a=1"], -20),
        (["sessionid=1; HttpOnly"], -40),
        (["csrftoken=1; Secure"], -20),
        (["a=1; Secure; SameSite=maybe"], -20),
        (["a=1; SameSite=None"], -20),
        (["a=1; Secure; SameSite=None"], 5),
        (["heroku-session-affinity=1"], 0),
        (["login=1; Secure; SameSite=Lax", "b=2"], -30),
    ],
)
def test_cookies_are_marked_by_the_worst(cookies: Sequence[str], points: int) -> None:
    assert judge_cookies(page(*(("set-cookie", one) for one in cookies)), hsts=False).points == points


def test_hsts_makes_up_for_some_of_a_cookie() -> None:
    assert judge_cookies(page(("set-cookie", "a=1")), hsts=True).points == -5
    assert judge_cookies(page(("set-cookie", "sessionid=1; HttpOnly")), hsts=True).points == -10


@pytest.mark.parametrize(
    ("headers", "points"),
    [
        ([("x-frame-options", "DENY")], 5),
        ([("x-frame-options", "SAMEORIGIN, DENY")], -20),
        ([("x-frame-options", "ALLOW-FROM https://x")], 0),
        ([("x-frame-options", "no")], -20),
        ([(CSP, "frame-ancestors 'self'")], 5),
        ([], -20),
    ],
)
def test_framing_is_marked(headers: Sequence[tuple[str, str]], points: int) -> None:
    assert judge_frames(page(*headers)).points == points


def test_single_headers_are_marked() -> None:
    assert judge_sniffing(page(("x-content-type-options", "nosniff"))).points == 0
    assert judge_sniffing(page(("x-content-type-options", "sniff"))).points == -5
    assert judge_referrer(page(("referrer-policy", "no-referrer, unsafe-url"))).points == -5
    assert judge_referrer(page(("referrer-policy", "unsafe-url, no-referrer"))).points == 5
    assert judge_referrer(page(("referrer-policy", "always"))).points == -5
    assert judge_referrer(page()).points == 0
    isolated = (
        ("cross-origin-embedder-policy", "require-corp; report-to=x"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "anyone"),
    )
    assert [mark.points for mark in judge_isolation(page(*isolated))] == [10, 10, -5]


def test_sharing_with_any_origin_and_credentials_is_marked() -> None:
    def foreign(*headers: tuple[str, str]) -> int:
        return judge_sharing(page(foreign=headers, origin="https://x")).points

    allowed = ("access-control-allow-origin", "https://x")
    assert foreign(allowed, ("access-control-allow-credentials", "true")) == -50
    assert foreign(allowed) == 0
    assert foreign(("access-control-allow-origin", "*"), ("access-control-allow-credentials", "true")) == 0


@pytest.mark.parametrize(
    ("route", "points"),
    [
        (None, 0),
        (["http://a/", "https://a/"], 0),
        (["http://a/"], -20),
        (["http://a/", "https://b/"], -5),
        (["http://a/", "http://a/x", "https://a/"], -10),
        (["http://a/", "http://a/x"], -20),
    ],
)
def test_the_way_to_tls_is_marked(route: Sequence[str] | None, points: int) -> None:
    assert judge_redirection(page(plain=route)).points == points


@pytest.mark.parametrize(
    ("body", "points"),
    [
        ("<p>none</p>", 0),
        ('<script src="/a.js"></script>', 0),
        ('<script src="/a.js" integrity="sha384-x"></script>', 5),
        ('<script src="https://cdn.shop.example.org/a.js"></script>', 0),
        ('<script src="https://cdn.example.com/a.js"></script>', -5),
        ("<SCRIPT SRC='https://cdn.example.com/a.js' integrity='sha384-x'></SCRIPT>", 5),
        ('<script src="http://cdn.example.com/a.js" integrity="sha384-x"></script>', -20),
        ("<script src=//cdn.example.com/a.js></script>", -50),
        ('<script src="https://[x"></script>', -5),
    ],
)
def test_scripts_from_elsewhere_are_marked(body: str, points: int) -> None:
    assert judge_scripts(page(("content-type", "text/html"), body=body)).points == points


def test_a_page_that_is_none_has_no_scripts() -> None:
    assert judge_scripts(page(("content-type", "application/json"), body="<script src=//x></script>")).points == 0


SAFE = (
    (CSP, "default-src 'none'; frame-ancestors 'none'; form-action 'none'"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
)


@pytest.mark.parametrize(
    ("without", "letter", "score"),
    [
        ((), "A+", 120),
        (("referrer-policy",), "A+", 115),
        (("x-content-type-options",), "A+", 115),
        (("strict-transport-security",), "B+", 80),
        ((CSP,), "B", 75),
        ((CSP, "strict-transport-security"), "C", 55),
        ((CSP, "strict-transport-security", "x-frame-options", "x-content-type-options"), "D", 30),
    ],
)
def test_marks_make_a_score_and_a_letter(without: Sequence[str], letter: str, score: int) -> None:
    found = grade(page(*(header for header in SAFE if header[0] not in without)))

    assert (found.letter, found.score) == (letter, score)


def test_a_score_is_never_below_nothing() -> None:
    foreign = (("access-control-allow-origin", "https://x"), ("access-control-allow-credentials", "true"))
    worst = page(("set-cookie", "sessionid=1"), https=False, plain=["http://a/"], foreign=foreign, origin="https://x")

    assert (grade(worst).letter, grade(worst).score) == ("F", 0)


@pytest.mark.parametrize("text", ["<script " * 100_000, "<meta " + "a=" * 200_000, "<script src='" + "x" * 10**6])
def test_no_page_takes_long(text: str) -> None:
    assert grade(page(body=text)).score >= 0
