"""`readiness.deploy.headers-verified` and `readiness.metrics.security-score`: the headers of a service's answers.

Rule: the needed headers are on a page, on the policy's further routes, and on the answer for a path that nobody made;
the page's grade is at least an A. Source: docs/deploy-gate.md, and `bot/gate/rules/observatory`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from bot.gate.client import Answer, Ask, NoAnswer, Trouble
from bot.gate.notes import Notes
from bot.gate.rules.observatory.grade import LETTERS, grade
from bot.gate.rules.observatory.headers import HALF_A_YEAR_S, hsts_seconds, judge_frames, judge_referrer, judge_sniffing
from bot.gate.rules.observatory.page import Page
from bot.gate.rules.observatory.policies import BROAD, frame_ancestors
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, Route, Settings
from bot.gate.urls import Url
from bot.model import Severity
from bot.settings import MIB

ORIGIN: Final = "https://example.invalid"
_HELP: Final = "https://developer.mozilla.org/en-US/observatory"
_SOURCE: Final = "Mozilla HTTP Observatory 1.6.3"
_VERSION: Final = re.compile(r"[0-9]")
_NOT_FOUND: Final = (404, 410)
_BUSY: Final = 429
_BROKEN: Final = 500
_GRADED: Final = (200, 401, 403)
_MAX_HOPS: Final = 5
_MAX_PAGE: Final = MIB


class HeadersSettings(Settings):
    """Settings of `readiness.deploy.headers-verified`."""

    paths: Annotated[
        tuple[Route, ...], Field(description="pages and routes of the API", min_length=1, max_length=MAX_ENTRIES)
    ] = ("/",)


class ScoreSettings(Settings):
    """Settings of `readiness.metrics.security-score`."""

    path: Annotated[Route, Field(description="the page that is graded")] = "/"
    min_grade: Annotated[
        Literal["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-"],
        Field(description="the least grade"),
    ] = "A"


def answer_headers(scene: Scene, settings: HeadersSettings, notes: Notes) -> str:
    """Ask each path, and one that nobody made."""
    missing = f"/gonogo-{secrets.token_hex(8)}"
    places = scene.places(settings.paths)
    side_by_side(lambda url: _judge_answer(scene, url, notes), places)
    side_by_side(lambda url: _judge_missing(scene, url, notes), scene.places([missing]))
    return f"{len(places)} routes, and a path that nobody made, have all the headers"


def _judge_missing(scene: Scene, url: Url, notes: Notes) -> None:
    place = f"{url.origin}, a path that nobody made"
    answer = scene.client.send(Ask(url=url, max_bytes=_MAX_PAGE))
    if isinstance(answer, NoAnswer):
        notes.unsure(place, answer.reason)
    else:
        _judge_headers(answer, place, notes)


def _judge_answer(scene: Scene, url: Url, notes: Notes) -> None:
    answer = scene.client.send(Ask(url=url, max_bytes=_MAX_PAGE))
    if isinstance(answer, NoAnswer):
        notes.unsure(url, answer.reason)
    elif answer.status in _NOT_FOUND or answer.status == _BUSY or answer.status >= _BROKEN:
        notes.unsure(url, f"answers {answer.status}", "name a route that is there under `paths`")
    else:
        _judge_headers(answer, str(url), notes)


def _judge_headers(answer: Answer, place: str, notes: Notes) -> None:
    faults = list(_find_faults(_page(answer)))
    for rule, what, fix in faults:
        notes.fail(rule, place, f"{answer.status}, {what}", fix=fix, help=_HELP, severity=Severity.MEDIUM)
    if not faults:
        notes.saw(place, f"{answer.status}, with all the headers")


def _find_faults(page: Page) -> Iterator[tuple[str, str, str]]:
    """Yield each header that is missing or says too much: the rule, what is so, and what to set."""
    if judge_sniffing(page).points < 0:
        yield "x-content-type-options", "without X-Content-Type-Options", "X-Content-Type-Options: nosniff"
    # Browsers that obey frame-ancestors pass over X-Frame-Options beside it.
    if judge_frames(page).points <= 0 or (frame_ancestors(page) or frozenset()) & BROAD:
        yield "frame-ancestors", "anybody may frame it", "Content-Security-Policy: frame-ancestors 'none'"
    if (hsts_seconds(page) or 0) < HALF_A_YEAR_S:
        yield "strict-transport-security", "without HSTS for half a year", "Strict-Transport-Security: max-age=31536000"
    if judge_referrer(page).points <= 0:
        yield "referrer-policy", "without a Referrer-Policy that keeps paths private", "Referrer-Policy: same-origin"
    for name in ("server", "x-powered-by", "x-aspnet-version"):
        if any(_VERSION.search(value) for value in page.values(name)):
            yield name, f"the header {name} tells a version", f"take the version out of {name}"


def _page(answer: Answer) -> Page:
    return Page(
        https=answer.url.scheme == "https",
        host=answer.url.host,
        headers=answer.headers,
        body=answer.body.decode("utf-8", "replace"),
    )


def answer_score(scene: Scene, settings: ScoreSettings, notes: Notes) -> str:
    """Grade the page at each address."""
    places = scene.places([settings.path])
    side_by_side(lambda url: _grade(scene, settings, url, notes), places)
    return f"at least {settings.min_grade}, by {_SOURCE}"


def _grade(scene: Scene, settings: ScoreSettings, url: Url, notes: Notes) -> None:
    answer = scene.client.send(Ask(url=url, max_bytes=_MAX_PAGE))
    if isinstance(answer, NoAnswer):
        if answer.trouble is Trouble.CERTIFICATE:
            notes.fail("certificate", url, answer.reason)
        else:
            notes.unsure(url, answer.reason)
        return
    if answer.status not in _GRADED or not answer.whole:
        what = "a page that is too long" if answer.status in _GRADED else f"{answer.status}"
        notes.unsure(url, f"answers {what}: its grade would be that of another page", "name the page itself as `path`")
        return
    foreign = scene.client.send(Ask(url=url, headers={"Origin": ORIGIN}, max_bytes=_MAX_PAGE))
    if isinstance(foreign, NoAnswer):
        notes.unsure(url, f"asked from another origin: {foreign.reason}")
        return
    page = replace(_page(answer), plain=_plain_route(scene, url), foreign=foreign.headers, origin=ORIGIN)
    found = grade(page)
    notes.figures[str(url)] = {"grade": found.letter, "score": found.score, "source": _SOURCE}
    words = ", ".join(f"{mark.rule} {mark.points:+d} ({mark.words})" for mark in found.marks if mark.points)
    if LETTERS.index(found.letter) < LETTERS.index(settings.min_grade):
        notes.fail("grade", url, f"grade {found.letter}, not {settings.min_grade} or better: {words}", help=_HELP)
    else:
        notes.saw(url, f"grade {found.letter}, score {found.score}: {words}")


def _plain_route(scene: Scene, url: Url) -> list[str] | None:
    """Where a request without TLS leads, as far as the same host; None where nobody answers it."""
    here = Url("http", url.host, 80 if url.scheme == "https" else url.port, url.path)
    route = [str(here)]
    for _ in range(_MAX_HOPS):
        answer = scene.client.send(Ask(url=here, timeout_s=5.0, max_bytes=1024))
        if isinstance(answer, NoAnswer):
            return route if len(route) > 1 else None
        place = answer.header("location") if answer.status // 100 == 3 else None  # noqa: PLR2004 - redirects
        if place is None:
            return route
        try:
            there = here.join(place) if place.startswith("http") else replace(here, path=place)
        except ValueError:
            return route
        route.append(str(there))
        if there.host != url.host or there.scheme == "https":
            return route
        here = there
    return route
