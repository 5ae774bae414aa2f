"""`readiness.verify.health` and the items on what the service depends on: what its health endpoints say.

Rule: on every try 200 within the time, no page of HTML, every word on health a good one, and the fields that the
policy names; a path that nobody made must not be answered alike. Source: docs/deploy-gate.md.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from bot.gate.client import Answer, Ask, NoAnswer, Trouble
from bot.gate.notes import Notes
from bot.gate.rules.health import UnreadableError, find_said, judge_word, look_up, parse_json
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, Route, Settings
from bot.gate.urls import Url
from bot.model import Json

_OK = 200
_MAX_WORD = 100

Expected = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=200)], str | bool | int],
    Field(description="members of the JSON body, as db.status, and what each must be", max_length=MAX_ENTRIES),
]


class HealthSettings(Settings):
    """Settings of `readiness.verify.health`."""

    paths: Annotated[tuple[Route, ...], Field(description="health endpoints", max_length=MAX_ENTRIES)] = ("/health",)
    fields: Expected = {}  # noqa: RUF012 - pydantic copies it
    contains: Annotated[str | None, Field(description="text that the body must hold", max_length=500)] = None
    html: Annotated[bool, Field(description="whether the answer may be a page; then `contains` says which")] = False
    max_seconds: Annotated[float, Field(description="the slowest answer", gt=0, le=60)] = 2.0
    tries: Annotated[int, Field(description="requests in each round, each on a new connection", ge=1, le=20)] = 3


def answer_health(scene: Scene, settings: HealthSettings, notes: Notes) -> str:
    """Ask every endpoint a few times."""
    places = scene.places(settings.paths)
    if not places:
        notes.unsure("the service", "no URL is named", "name it with --url, or under `urls` of gate.targets")
    good = sum(side_by_side(lambda url: _watch(scene, settings, url, notes), places))
    return f"{good} of {len(places) * settings.tries} answers are good"


def _watch(scene: Scene, settings: HealthSettings, url: Url, notes: Notes) -> int:
    """How many tries are good; stops at the first that is not."""
    slowest = 0.0
    for number in range(settings.tries):
        answer = scene.client.send(Ask(url=url, timeout_s=settings.max_seconds))
        if not _is_good(settings, answer, notes):
            return number
        slowest = max(slowest, answer.seconds if isinstance(answer, Answer) else 0.0)
    if _is_answered_alike(scene, settings, url):
        notes.fail("any-path", url, "a path that nobody made is answered alike: it is no health endpoint",
                   fix="name the path at which the service itself tells its health")  # fmt: skip
        return 0
    notes.saw(url, f"200 on {settings.tries} tries, the slowest in {slowest * 1000:.0f} ms")
    return settings.tries


def _is_answered_alike(scene: Scene, settings: HealthSettings, url: Url) -> bool:
    """Whether a path beside it, which nobody made, is told to be well, too."""
    parent = url.path.partition("?")[0].rpartition("/")[0]
    other = scene.client.send(Ask(url=replace(url, path=f"{parent}/gonogo-{secrets.token_hex(8)}")))
    return isinstance(other, Answer) and not _find_fault(settings, other) and not _find_doubt(settings, other)


def _is_good(settings: HealthSettings, answer: Answer | NoAnswer, notes: Notes) -> bool:
    """Whether an answer is good; notes why, where it is not."""
    if isinstance(answer, NoAnswer):
        if answer.trouble is Trouble.REFUSED:
            notes.unsure(answer.url, answer.reason, "name the host, and its network under `allow_networks`")
        else:
            notes.fail("no-answer", answer.url, answer.reason)
        return False
    found = _find_fault(settings, answer)
    if found:
        notes.fail(found[0], answer.url, found[1])
        return False
    if reason := _find_doubt(settings, answer):
        notes.unsure(answer.url, reason, "name what the body says when all is well under `fields` or `contains`")
        return False
    return True


def _find_fault(settings: HealthSettings, answer: Answer) -> tuple[str, str] | None:
    """The rule that an answer breaks, and how."""
    if answer.status != _OK:
        return "status", f"answers {answer.status}, not 200"
    if answer.seconds > settings.max_seconds:
        return "slow", f"took {answer.seconds:.2f} s, more than {settings.max_seconds:g} s"
    if answer.is_html and not settings.html:
        return "html", "answers 200 with a page of HTML, as a proxy or a single-page application does"
    if settings.contains is not None and settings.contains.encode() not in answer.body:
        return "contains", "the body lacks the text that the policy asks for"
    try:
        document = parse_json(answer.body)
        return _find_field(settings.fields, document) or _find_bad(document)
    except UnreadableError:
        return ("fields", "the body is no JSON, and the policy asks for fields of it") if settings.fields else None


def _find_field(fields: Expected, document: Json) -> tuple[str, str] | None:
    for path, expected in fields.items():
        try:
            value = look_up(document, path)
        except KeyError:
            return "fields", f"the body has no `{path}`"
        if value != expected or isinstance(value, bool) != isinstance(expected, bool):
            return "fields", f"`{path}` is not what the policy asks for"
    return None


def _find_bad(document: Json) -> tuple[str, str] | None:
    if judge_word(document) is False:
        return "status-word", "says that it is not well"
    bad = next((said for said in find_said(document) if said.good is False), None)
    return ("status-word", f"`{bad.path[:_MAX_WORD]}` says {bad.word}") if bad else None


def _find_doubt(settings: HealthSettings, answer: Answer) -> str | None:
    """Why an answer without a fault still says nothing."""
    if not answer.whole:
        return "the body is too long to be read"
    told = bool(settings.fields) or settings.contains is not None
    try:
        document = parse_json(answer.body)
    except UnreadableError:
        word = answer.body[:_MAX_WORD].decode("utf-8", "replace")
        return None if told or judge_word(word) else "the body does not say whether it is well"
    said = list(find_said(document))
    if strange := next((one for one in said if one.good is None), None):
        return None if told else f"what `{strange.path[:_MAX_WORD]}` says is not known"
    return None if told or said or judge_word(document) else "the body does not say whether it is well"
