"""What the body of a health endpoint says.

Rule: each word under a key such as `status`, wherever it stands, is one that is known to be good; one that is known
to be bad fails, and one that is not known decides nothing.
Source: the formats of Spring Boot, ASP.NET Core, NestJS Terminus, MicroProfile and draft-inadarei-api-health-check-06.
Out of sight: whether the service looks at what it says is up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.model import Json

# fmt: off
GOOD = frozenset({
    "ok", "up", "pass", "passed", "passing", "healthy", "ready", "alive", "live", "serving", "connected", "available",
    "operational", "running", "green", "true", "pong", "good",
})
BAD = frozenset({
    "down", "fail", "failed", "failing", "failure", "error", "errored", "unhealthy", "degraded", "critical",
    "out_of_service", "not_ready", "notready", "not_serving", "unavailable", "disconnected", "dead", "false", "timeout",
    "warn", "warning", "red", "yellow", "partial", "starting", "stopping", "maintenance",
})
# fmt: on
_KEYS = frozenset(
    {"status", "success", "state", "health", "healthy", "ok", "ready", "up", "alive", "live", "connected"}
)
_GROUPS = frozenset({"checks", "components", "dependencies", "entries", "services"})
# Terminus repeats under `error` what is down, and leaves it empty where nothing is.
_FAULTS = frozenset({"error", "errors"})
_MAX_NODES = 10_000


@dataclass(frozen=True)
class Said:
    """One word of a health document and where it stands, such as `components.db.status`; good, bad or not known."""

    path: str
    word: str
    good: bool | None


class UnreadableError(Exception):
    """The body is no JSON that can be looked through."""


def parse_json(body: bytes) -> Json:
    """The JSON value of a body.

    Raises:
        UnreadableError: it is none, or nested too deep.
    """
    try:
        value: Json = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableError from None
    return value


def judge_word(value: Json) -> bool | None:
    """Whether a word is known to be good; None where it is not known."""
    word = str(value).strip().lower().replace(" ", "_").replace("-", "_") if isinstance(value, str | bool) else ""
    return True if word in GOOD else False if word in BAD else None


def find_said(document: Json) -> Iterator[Said]:
    """Yield each word about health in a document, the outer ones first.

    Raises:
        UnreadableError: the document has too many parts.
    """
    waiting: list[tuple[str, Json, bool]] = [("", document, False)]
    # The list grows while it is walked, so that nesting needs no recursion.
    for seen, (path, value, grouped) in enumerate(waiting):
        if seen > _MAX_NODES:
            raise UnreadableError
        match value:
            case Mapping():
                for key, member in value.items():
                    at = f"{path}.{key}" if path else key
                    if key.lower() in _FAULTS and member:
                        yield Said(at, "is not empty", good=False)
                    if isinstance(member, str | bool):
                        if grouped or key.lower() in _KEYS:
                            yield Said(at, _shown(member), judge_word(member))
                    else:
                        waiting.append((at, member, key.lower() in _GROUPS))
            case str() | bytes():
                pass
            case Sequence():
                waiting.extend((f"{path}[{number}]", member, False) for number, member in enumerate(value))
            case _:
                pass


def _shown(value: str | bool) -> str:  # noqa: FBT001 - a member of a document
    """A word of the known ones, which a report may repeat; any other may be anything."""
    return str(value).lower() if judge_word(value) is not None else "a word that is not known"


def look_up(document: Json, path: str) -> Json:
    """The member at a path such as `components.db.status` or `nodes.0`.

    Raises:
        KeyError: there is none.
    """
    value = document
    for part in path.split("."):
        match value:
            case Mapping() if part in value:
                value = value[part]
            case list() if part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            case _:
                raise KeyError(path)
    return value
