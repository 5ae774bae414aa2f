"""`readiness.docs.swagger-ui`: the description of the API is served, and valid.

Rule: a document of OpenAPI 2.0 or 3 that the specification's own schema takes, all of whose references are its own.
Source: https://spec.openapis.org (read 2026-11-30). Out of sight: whether the service does what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import Field

from bot.gate.client import Answer, Ask, NoAnswer
from bot.gate.notes import Notes
from bot.gate.rules.health import UnreadableError, parse_json
from bot.gate.scene import Scene, side_by_side
from bot.gate.settings import Route, Settings
from bot.gate.urls import Url
from bot.model import Json

_OK: Final = 200
_NOT_FOUND: Final = 404
_MAX_NODES: Final = 100_000
_MAX_DEPTH: Final = 60
_MAX_WORDS: Final = 160
_FIX: Final = "validate the document where it is made"


class OpenApiSettings(Settings):
    """Settings of `readiness.docs.swagger-ui`."""

    path: Annotated[Route, Field(description="where the description is served")] = "/openapi.json"


class _TooMuchError(Exception):
    """A document that is too large, too deep, or refers to others."""


def answer_openapi(scene: Scene, settings: OpenApiSettings, notes: Notes) -> str:
    """Fetch and validate each address' document."""
    places = scene.places([settings.path])
    side_by_side(lambda url: _judge(scene, url, notes), places)
    return f"{len(places)} valid descriptions are served"


def _judge(scene: Scene, url: Url, notes: Notes) -> None:
    answer = scene.client.send(Ask(url=url))
    if isinstance(answer, NoAnswer):
        notes.unsure(url, answer.reason)
    elif answer.status == _NOT_FOUND:
        notes.fail("missing", url, "answers 404", fix="serve the description, or name its place under `path`")
    elif answer.status != _OK or not answer.whole:
        notes.unsure(url, f"answers {answer.status}" if answer.whole else "is too long to be read")
    elif answer.is_html:
        notes.fail("html", url, "is a page of HTML", fix="name the description itself, not the page that shows it")
    else:
        _validate(answer, url, notes)


def _validate(answer: Answer, url: Url, notes: Notes) -> None:
    try:
        document = _read(answer.body)
        _measure(document)
    except UnreadableError:
        notes.fail("unreadable", url, "is neither JSON nor YAML", fix=_FIX)
        return
    except _TooMuchError as error:
        notes.unsure(url, str(error), "validate it where it is made, and let a smoke request look at what is served")
        return
    version, paths = document.get("openapi", document.get("swagger")), document.get("paths")
    if not isinstance(version, str) or not isinstance(paths, Mapping):
        notes.fail("no-openapi", url, "is no description of OpenAPI: it has no version or no paths", fix=_FIX)
    elif fault := _find_fault(document):
        notes.fail("invalid", url, fault, fix=_FIX)
    else:
        notes.saw(url, f"OpenAPI {version[:20]}, valid, with {len(paths)} paths")


def _read(body: bytes) -> dict[str, Json]:
    try:
        document = parse_json(body)
    except UnreadableError:
        document = _read_yaml(body)
    if not isinstance(document, dict):
        raise UnreadableError
    return document


def _read_yaml(body: bytes) -> Json:
    import yaml

    try:
        document: Json = yaml.load(body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - it is safe
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnreadableError from None
    return document


def _measure(document: Json) -> None:
    """See that a document can be validated without other documents, and in a short time."""
    waiting: list[tuple[Json, int]] = [(document, 0)]
    for seen, (value, depth) in enumerate(waiting):
        if seen > _MAX_NODES or depth > _MAX_DEPTH:
            raise _TooMuchError("is too large, or nested too deep, to be validated here")
        match value:
            case Mapping():
                reference = value.get("$ref")
                if isinstance(reference, str) and not reference.startswith("#"):
                    raise _TooMuchError("refers to another document, which is not fetched")
                waiting.extend((member, depth + 1) for member in value.values())
            case str() | bytes():
                pass
            case Sequence():
                waiting.extend((member, depth + 1) for member in value)
            case _:
                pass


def _find_fault(document: dict[str, Json]) -> str | None:
    """The first fault of a document, by its place; None where it is valid."""
    from openapi_spec_validator import validate
    from openapi_spec_validator.exceptions import OpenAPISpecValidatorError
    from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
    from referencing.exceptions import Unresolvable

    try:
        validate(document)
    except OpenAPIValidationError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        return f"is not valid at /{place[:_MAX_WORDS]}: {' '.join(error.message.split())[:_MAX_WORDS]}"
    except Unresolvable:
        return "a reference in it leads nowhere"
    except OpenAPISpecValidatorError:
        return "its version is not known"
    return None
