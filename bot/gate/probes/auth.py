"""`readiness.deploy.jwt-working`: a protected route takes no token that it must not take.

Rule: no token, a bad signature, a changed payload, `alg: none` and an expired token are each refused, and a good token,
where the policy names one, is not. Source: docs/deploy-gate.md; RFC 8725.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from bot.gate.client import Ask, NoAnswer
from bot.gate.notes import Notes
from bot.gate.rules.tokens import Forged, forge
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import Route, Settings, Variable
from bot.gate.urls import Url
from bot.model import Severity

_BROKEN: Final = 500
_GOOD: Final = range(200, 300)


class AuthSettings(Settings):
    """Settings of `readiness.deploy.jwt-working`."""

    path: Annotated[Route | None, Field(description="a route that only a signed-in user may read")] = None
    refusals: Annotated[tuple[int, ...], Field(description="statuses that refuse", min_length=1, max_length=10)] = (
        401,
        403,
    )
    token: Annotated[Variable | None, Field(description="holds a good token: forged ones are made out of it")] = None
    expired: Annotated[Variable | None, Field(description="holds a token whose time is over")] = None


@dataclass(frozen=True)
class _Door:
    """A protected route, and how it refuses."""

    scene: Scene
    url: Url
    settings: AuthSettings
    notes: Notes

    def status(self, token: str | None) -> int | NoAnswer:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = self.scene.client.send(Ask(url=self.url, headers=headers))
        return answer if isinstance(answer, NoAnswer) else answer.status


def answer_auth(scene: Scene, settings: AuthSettings, notes: Notes) -> str:
    """Knock with each token."""
    if settings.path is None:
        notes.unsure("a protected route", "none is named", "name one under `path`")
        return ""
    places = scene.places([settings.path])
    good = _read(scene, settings.token, "a good token", notes)
    expired = _read(scene, settings.expired, "an expired token", notes)
    if settings.expired is None:
        notes.unsure("an expired token", "no variable is named that holds one", "name it under `expired`")
    forged = [Forged("no token", ""), *forge(good, int(time.time()))]
    forged += [Forged("an expired token", expired)] if expired else []
    # They hold parts of a good one.
    scene.secrets.update(part for one in forged for part in one.token.split("."))
    doors = [_Door(scene, url, settings, notes) for url in places]
    side_by_side(lambda one: _knock(*one), [(door, one) for door in doors for one in forged])
    if good:
        side_by_side(lambda door: _enter(door, good), doors)
    return f"{len(forged)} bad tokens are refused by {len(doors)} routes"


def _read(scene: Scene, variable: str | None, what: str, notes: Notes) -> str | None:
    value = scene.secret(variable) if variable else None
    if variable and value is None:
        notes.unsure(what, f"the environment variable {variable} is not set", "set it from a secret")
    return value


def _knock(door: _Door, forged: Forged) -> None:
    place = f"{door.url} with {forged.what}"
    status = door.status(forged.token or None)
    if isinstance(status, NoAnswer):
        door.notes.unsure(place, status.reason)
    elif status in door.settings.refusals:
        door.notes.saw(place, f"is refused with {status}")
    elif status in _GOOD:
        fix = "verify signature, algorithm and time of each token before the route is reached"
        door.notes.fail("let-in", place, f"is let in with {status}", severity=Severity.CRITICAL, fix=fix)
    elif status >= _BROKEN:
        door.notes.fail("breaks", place, f"breaks it: {status}", fix="answer 401 to any token that cannot be verified")
    else:
        settle = "name a route that is there and not limited, and its statuses under `refusals`"
        door.notes.unsure(place, f"answers {status}, which refuses nothing", settle)


def _enter(door: _Door, good: str) -> None:
    """A route that lets nobody in refuses nobody in particular."""
    status = door.status(good)
    place = f"{door.url} with a good token"
    if isinstance(status, NoAnswer):
        door.notes.unsure(place, status.reason)
    elif status in _GOOD:
        door.notes.saw(place, f"is let in with {status}")
    else:
        door.notes.unsure(place, f"answers {status}: it may let nobody in", "renew the token, and name its own route")
