"""`readiness.security.rate-limiting`: a burst of requests is limited.

Rule: of at most so many requests, the first of which is answered, one is answered 429.
Source: RFC 6585, section 4 (read 2026-11-30). Out of sight: limits by account, and limits of other routes.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from bot.gate.client import Answer, Ask, NoAnswer
from bot.gate.notes import Notes
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import Route, Settings
from bot.gate.urls import Url

_LIMITED: Final = 429
_BROKEN: Final = 500
_AT_ONCE: Final = 10


class RateSettings(Settings):
    """Settings of `readiness.security.rate-limiting`."""

    path: Annotated[Route | None, Field(description="a route that is limited, such as that for signing in")] = None
    method: Literal["GET", "HEAD", "OPTIONS", "POST"] = "GET"
    requests: Annotated[int, Field(description="the most that are sent, ten at a time", ge=2, le=1000)] = 100


def answer_rate(scene: Scene, settings: RateSettings, notes: Notes) -> str:
    """Send a burst to each address, one address after the other."""
    if settings.path is None:
        notes.unsure("a route that is limited", "none is named", "name one under `path`")
        return ""
    for url in scene.places([settings.path]):
        _burst(scene, settings, url, notes)
    return f"limited within {settings.requests} requests"


def _burst(scene: Scene, settings: RateSettings, url: Url, notes: Notes) -> None:
    ask = Ask(url=url, method=settings.method)
    first = scene.client.send(ask)
    if isinstance(first, NoAnswer) or first.status == _LIMITED or first.status >= _BROKEN:
        reason = first.reason if isinstance(first, NoAnswer) else f"the first request was answered {first.status}"
        notes.unsure(url, reason, "wait until it is no longer limited, and name a route that is well")
        return
    answers: list[Answer | NoAnswer] = [first]
    while len(answers) < settings.requests:
        number = min(_AT_ONCE, settings.requests - len(answers))
        answers += side_by_side(scene.client.send, [ask] * number)
        if limited := [one for one in answers if isinstance(one, Answer) and one.status == _LIMITED]:
            after = limited[0].header("retry-after") is not None
            words = "with Retry-After" if after else "without Retry-After"
            notes.saw(url, f"429 {words}, within {len(answers)} requests")
            return
    _judge_unlimited(url, answers, notes)


def _judge_unlimited(url: Url, answers: list[Answer | NoAnswer], notes: Notes) -> None:
    broken = sum(isinstance(one, NoAnswer) or one.status >= _BROKEN for one in answers)
    if broken == 0:
        notes.fail("not-limited", url, f"none of {len(answers)} requests was answered 429",
                   fix="mount a limiter, stricter where users sign in")  # fmt: skip
        return
    what = f"none of {len(answers)} requests was answered 429, and {broken} broke"
    notes.fail("not-limited", url, what, fix="let the limiter answer 429 (nginx: limit_req_status 429)")
