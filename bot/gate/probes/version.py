"""`readiness.step.deploy`: the service runs the commit that was deployed.

Rule: on every try the commit that the service names is the one deployed, whole or by at least its first seven digits.
Source: docs/deploy-gate.md. Out of sight: a service that names a commit and runs another.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, StringConstraints

from bot.gate.client import Answer, Ask
from bot.gate.notes import Notes
from bot.gate.rules.health import UnreadableError, look_up, parse_json
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import HeaderName, Route, Settings
from bot.gate.urls import Url

_OK = 200
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
# `1.4.2+3f2a91c` and `v1.4.2-12-g3f2a91c` (git describe) end with the commit.
_AT_END = re.compile(r"(?:^|[+\-_.g@ ])([0-9a-f]{7,64})$")
_SETTLE = "let the service name its commit, and say where under `field`, `header` or `path`"


class VersionSettings(Settings):
    """Settings of `readiness.step.deploy`."""

    path: Annotated[Route, Field(description="where the service names its commit")] = "/version"
    field: Annotated[
        str | None,
        StringConstraints(max_length=200),
        Field(description="the member of the JSON body; else sha, commit, revision, version, or the body as text"),
    ] = None
    header: Annotated[HeaderName | None, Field(description="the header that holds it, in place of the body")] = None
    tries: Annotated[int, Field(description="requests in each round, each on a new connection", ge=1, le=20)] = 3


_FIELDS = ("sha", "commit", "revision", "git_sha", "git.commit.id.full", "git.commit.id", "build.sha", "version")


def answer_version(scene: Scene, settings: VersionSettings, notes: Notes) -> str:
    """Ask each of the service's addresses a few times."""
    if scene.sha is None:
        notes.unsure("the deployed commit", "nobody says which it is", "give it with --sha")
        return ""
    sha = scene.sha
    places = scene.places([settings.path])
    side_by_side(lambda url: _watch(scene, settings, url, sha, notes), places)
    return f"{len(places)} of {len(places)} addresses run {sha[:12]}"


def _watch(scene: Scene, settings: VersionSettings, url: Url, sha: str, notes: Notes) -> None:
    for _ in range(settings.tries):
        answer = scene.client.send(Ask(url=url))
        if not isinstance(answer, Answer):
            notes.unsure(url, answer.reason)
            return
        if answer.status != _OK and settings.header is None:
            notes.unsure(url, f"answers {answer.status}", _SETTLE)
            return
        named = _find_commit(settings, answer)
        if named is None:
            notes.unsure(url, "names no commit", _SETTLE)
            return
        if not sha.startswith(named):
            notes.fail(
                "other-commit", url, f"runs {named[:12]}, not {sha[:12]}", fix="wait for the rollout, or deploy again"
            )
            return
    notes.saw(url, f"runs {sha[:12]}, on {settings.tries} tries")


def _find_commit(settings: VersionSettings, answer: Answer) -> str | None:
    """The commit that an answer names, in lower case."""
    text = answer.header(settings.header.lower()) if settings.header else _find_text(settings.field, answer)
    found = _AT_END.search((text or "").strip().strip('"').lower())
    return found[1] if found else None


def _find_text(field: str | None, answer: Answer) -> str | None:
    try:
        document = parse_json(answer.body)
    except UnreadableError:
        return None if field or answer.is_html else answer.body[:200].decode("utf-8", "replace")
    if isinstance(document, str | int):
        # A commit of digits alone is a number to JSON.
        return None if field else str(document)
    for name in [field] if field else _FIELDS:
        try:
            value = look_up(document, name)
        except KeyError:
            continue
        if isinstance(value, str | int) and _COMMIT.search(str(value).lower()):
            return str(value)
    return None
