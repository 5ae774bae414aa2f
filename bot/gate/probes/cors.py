"""`readiness.deploy.cors-proper`: what another site's page may read.

Rule: an origin that nobody allowed gets no permission, be it foreign, `null`, or made to look like the service's own;
one that the policy names gets it. Source: https://fetch.spec.whatwg.org/#http-cors-protocol (read 2026-11-29).
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from bot.gate.client import Answer, Ask
from bot.gate.notes import Notes
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, Address, Route, Settings
from bot.gate.urls import Url

_BUSY: Final = 429
_BROKEN: Final = 500
_NOT_FOUND: Final = 404
_FIX: Final = "list the origins that may read it, and compare them whole"


class CorsSettings(Settings):
    """Settings of `readiness.deploy.cors-proper`."""

    paths: Annotated[
        tuple[Route, ...], Field(description="routes of the API", min_length=1, max_length=MAX_ENTRIES)
    ] = ("/",)
    allowed: Annotated[
        tuple[Address, ...], Field(description="origins that must be allowed", max_length=MAX_ENTRIES)
    ] = ()
    public: Annotated[bool, Field(description="whether any origin may read it, without credentials")] = False


def answer_cors(scene: Scene, settings: CorsSettings, notes: Notes) -> str:
    """Ask each route as pages of several origins would."""
    places = scene.places(settings.paths)
    asked = [(url, origin) for url in places for origin in _strangers(url)]
    side_by_side(lambda one: _judge_stranger(scene, settings, *one, notes), asked)
    known = [(url, origin) for url in places for origin in settings.allowed]
    side_by_side(lambda one: _judge_known(scene, *one, notes), known)
    return f"{len(asked) // max(1, len(places))} origins that nobody allowed get nothing of {len(places)} routes"


def _strangers(url: Url) -> tuple[str, ...]:
    return (
        "https://example.invalid",
        "null",
        # Comparing the beginning, or the end, of an origin lets these through.
        f"{url.scheme}://{url.host}.example.invalid",
        f"{url.scheme}://example-invalid{url.host}",
    )


def _judge_stranger(scene: Scene, settings: CorsSettings, url: Url, origin: str, notes: Notes) -> None:
    for method, headers in (("OPTIONS", {"Access-Control-Request-Method": "GET"}), ("GET", {})):
        place = f"{method} {url} from {origin}"
        answer = scene.client.send(Ask(url=url, method=method, headers={"Origin": origin, **headers}))
        if not isinstance(answer, Answer):
            notes.unsure(place, answer.reason)
        elif answer.status == _BUSY or answer.status >= _BROKEN or (method, answer.status) == ("GET", _NOT_FOUND):
            notes.unsure(place, f"answers {answer.status}", "name a route that is there under `paths`")
        elif fault := _find_fault(answer, origin, public=settings.public):
            notes.fail("foreign-origin", place, fault, fix=_FIX)
        else:
            notes.saw(place, f"{answer.status}, no permission")


def _find_fault(answer: Answer, origin: str, *, public: bool) -> str | None:
    allowed = answer.header("access-control-allow-origin")
    credentials = (answer.header("access-control-allow-credentials") or "").lower() == "true"
    if allowed is None:
        return None
    if credentials and allowed in {"*", origin}:
        return "is allowed, with the user's credentials"
    if allowed == origin:
        return "is allowed"
    return "is allowed, as any origin is" if "*" in allowed and not public else None


def _judge_known(scene: Scene, url: Url, origin: str, notes: Notes) -> None:
    place = f"{url} from {origin}"
    answer = scene.client.send(Ask(url=url, headers={"Origin": origin}))
    if not isinstance(answer, Answer):
        notes.unsure(place, answer.reason)
    elif answer.header("access-control-allow-origin") in {origin, "*"}:
        notes.saw(place, "is allowed")
    else:
        notes.fail("known-origin", place, "is not allowed, and the policy says that it is")
