"""`readiness.verify.smoke` and its like: requests of the policy's own, each with what it expects.

Rule: every request is answered as it says; a page of HTML is no answer where nothing but a status was expected.
Source: docs/deploy-gate.md; the list's "Run smoke tests".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from bot.gate.client import Answer, Ask, NoAnswer
from bot.gate.notes import Notes
from bot.gate.probes.health import Expected
from bot.gate.rules.health import UnreadableError, look_up, parse_json
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, HeaderName, HeaderValue, Route, Settings, Variable
from bot.gate.urls import Url

_SETTLE: Final = "say what the answer holds, under `type`, `contains` or `fields`"
_Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Expectation(Settings):
    """What an answer must be like."""

    status: Annotated[tuple[int, ...], Field(min_length=1, max_length=20)] = (200,)
    type: Annotated[_Text | None, Field(description="the media type, such as application/json")] = None
    contains: Annotated[tuple[_Text, ...], Field(description="texts of the body", max_length=MAX_ENTRIES)] = ()
    lacks: Annotated[tuple[_Text, ...], Field(description="texts that are not in it", max_length=MAX_ENTRIES)] = ()
    fields: Expected = {}  # noqa: RUF012 - pydantic copies it
    headers: Annotated[dict[HeaderName, HeaderValue], Field(description="with these values")] = {}  # noqa: RUF012
    max_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0


class SmokeRequest(Settings):
    """A request. Only methods that the policy names are sent."""

    name: _Text
    path: Route
    method: Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: dict[HeaderName, HeaderValue] = {}  # noqa: RUF012 - pydantic copies it
    secret_headers: Annotated[
        dict[HeaderName, Variable], Field(description="headers whose values are in environment variables")
    ] = {}  # noqa: RUF012 - pydantic copies it
    content: Annotated[Any, Field(description="the body: text as it is, anything else as JSON")] = None
    expect: Expectation = Expectation()


class SmokeSettings(Settings):
    """Settings of items that are answered by requests."""

    requests: Annotated[tuple[SmokeRequest, ...], Field(max_length=MAX_ENTRIES)] = ()


def answer_smoke(scene: Scene, settings: SmokeSettings, notes: Notes) -> str:
    """Send each request to each address."""
    if not settings.requests:
        notes.unsure("requests", "none is named", "name some, with what they expect, under `requests`")
        return ""
    asked = [(request, url) for request in settings.requests for url in scene.places([request.path])]
    side_by_side(lambda one: _ask(scene, *one, notes), asked)
    return f"{len(asked)} of {len(asked)} requests are answered as expected"


def _ask(scene: Scene, request: SmokeRequest, url: Url, notes: Notes) -> None:
    place = f"{request.name}: {request.method} {url}"
    headers = dict(request.headers)
    for name, variable in request.secret_headers.items():
        value = scene.secret(variable)
        if value is None:
            notes.unsure(place, f"the environment variable {variable} is not set", "set it from a secret")
            return
        headers[name] = value
    answer = scene.client.send(_request(request, url, headers))
    if isinstance(answer, NoAnswer):
        notes.unsure(place, answer.reason)
    elif faults := list(_find_faults(request.expect, answer)):
        notes.fail("unexpected", place, "; ".join(faults))
    elif not answer.whole or (answer.is_html and not _says_more(request.expect)):
        notes.unsure(place, "answers a page of HTML" if answer.whole else "the body is too long to be read", _SETTLE)
    else:
        notes.saw(place, f"{answer.status} in {answer.seconds * 1000:.0f} ms, as expected")


def _request(request: SmokeRequest, url: Url, headers: dict[str, str]) -> Ask:
    body = None
    if request.content is not None:
        is_text = isinstance(request.content, str)
        body = (request.content if is_text else json.dumps(request.content)).encode()
        headers = {"Content-Type": "text/plain; charset=utf-8" if is_text else "application/json", **headers}
    return Ask(url=url, method=request.method, headers=headers, body=body, timeout_s=request.expect.max_seconds)


def _says_more(expect: Expectation) -> bool:
    return bool(expect.type or expect.contains or expect.fields or expect.headers)


def _find_faults(expect: Expectation, answer: Answer) -> Iterator[str]:
    """Yield how an answer differs from what is expected; never with its text."""
    if answer.status not in expect.status:
        yield f"answers {answer.status}, not {' or '.join(map(str, expect.status))}"
    if answer.seconds > expect.max_seconds:
        yield f"took {answer.seconds:.2f} s, more than {expect.max_seconds:g} s"
    if expect.type is not None and answer.media_type != expect.type.lower():
        yield f"is not of the type {expect.type}"
    for name, value in expect.headers.items():
        if answer.header(name.lower()) != value:
            yield f"the header {name} is not what it must be"
    for key, texts, wanted in (("contains", expect.contains, True), ("lacks", expect.lacks, False)):
        wrong = [number for number, text in enumerate(texts, 1) if (text.encode() in answer.body) != wanted]
        if wrong:
            yield f"text {wrong[0]} of `{key}` is {'not ' if wanted else ''}in the body"
    if fault := _find_field(expect.fields, answer):
        yield fault


def _find_field(fields: Expected, answer: Answer) -> str | None:
    if not fields:
        return None
    try:
        document = parse_json(answer.body)
        for path, expected in fields.items():
            value = look_up(document, path)
            if value != expected or isinstance(value, bool) != isinstance(expected, bool):
                return f"`{path}` is not what it must be"
    except UnreadableError:
        return "the body is no JSON"
    except KeyError:
        return f"the body has no `{path}`"
    return None
