"""`readiness.deploy.connection-tests` and its like: what the service says of what it depends on.

Rule: a readiness document names the dependency, and every word on it is a good one. Source: docs/deploy-gate.md.
Out of sight: whether the service looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from bot.gate.client import Ask, NoAnswer
from bot.gate.notes import Notes
from bot.gate.rules.health import Said, UnreadableError, find_said, parse_json
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import MAX_ENTRIES, Route, Settings
from bot.gate.urls import Url

_SETTLE: Final = "let the readiness endpoint tell the state of each dependency, and name it under `path` and `names`"
_Names = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=100, to_lower=True)], ...],
    Field(description="any of these, in the document's keys; each dependency if left out", max_length=MAX_ENTRIES),
]


class DependencySettings(Settings):
    """Settings of `readiness.deploy.connection-tests`."""

    path: Annotated[Route, Field(description="the readiness endpoint, with JSON")] = "/health"
    names: _Names = ()


class CacheSettings(DependencySettings):
    """Settings of items on a cache."""

    names: _Names = ("redis", "cache", "valkey", "memcached")


class BrokerSettings(DependencySettings):
    """Settings of items on a broker of messages."""

    names: _Names = ("nats", "broker", "queue", "kafka", "rabbitmq", "amqp")


class DatabaseSettings(DependencySettings):
    """Settings of items on a database."""

    names: _Names = ("database", "db", "postgres", "postgresql", "mysql", "mongo", "mongodb", "sql")


def answer_dependencies(scene: Scene, settings: DependencySettings, notes: Notes) -> str:
    """Read each address' document."""
    places = scene.places([settings.path])
    side_by_side(lambda url: _judge(scene, settings, url, notes), places)
    return "up, as the service says"


def _judge(scene: Scene, settings: DependencySettings, url: Url, notes: Notes) -> None:
    answer = scene.client.send(Ask(url=url))
    if isinstance(answer, NoAnswer):
        notes.unsure(url, answer.reason)
        return
    # Many answer 503 with the document that says why.
    try:
        said = [one for one in find_said(parse_json(answer.body)) if _is_about(one, settings.names)]
    except UnreadableError:
        notes.unsure(url, f"{answer.status} without JSON", _SETTLE)
        return
    if not said:
        notes.unsure(url, "says nothing of it", _SETTLE)
    for one in said:
        if one.good is False:
            notes.fail("down", url, f"`{one.path[:100]}` says {one.word}")
        elif one.good:
            notes.saw(url, f"`{one.path[:100]}` says {one.word}")
        else:
            notes.unsure(url, f"what `{one.path[:100]}` says is not known", _SETTLE)


def _is_about(said: Said, names: Sequence[str]) -> bool:
    """Whether it is about one of some dependencies, or about any, rather than about the service as a whole."""
    keys = said.path.lower().replace("[", ".").replace(":", ".").split(".")
    return any(name in keys for name in names) if names else len(keys) > 1
