"""pydantic's errors as one `PolicyError` in plain words, with the line of the fault.

No message holds a value of the file, only keys, in short.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from bot.errors import PolicyError
from bot.policy.yaml_values import Located, Place, excerpt

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)

_MAX_LISTED = 10
_MAX_MESSAGE = 200

_KINDS = {
    "string_type": "must be text; put it in quotes if it looks like a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "date_type": "must be a day, as YYYY-MM-DD",
    "date_parsing": "must be a day, as YYYY-MM-DD",
    "date_from_datetime_parsing": "must be a day, as YYYY-MM-DD",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "string_pattern_mismatch": "has a character that may not stand there; it must match {pattern}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "may have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "may have at most {max_length} entries",
    "dict_type": "must be a mapping of `key: value` lines",
    "mapping_type": "must be a mapping of `key: value` lines",
    "model_type": "must be a mapping of `key: value` lines",
    "model_attributes_type": "must be a mapping of `key: value` lines",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "set_type": "must be a list",
    "frozen_set_type": "must be a list",
}


def validate(model: type[M], value: object, located: Located, source: str, at: Place = ()) -> M:
    """An instance of a model, of JSON values that stand at a place of a file.

    Raises:
        PolicyError: the values do not fit; the error tells the fault that stands first in the file.
    """
    try:
        return model.model_validate_json(to_json(value), strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        first = min(details, key=lambda detail: located.line_of((*at, *_place_of(detail))))
        place = (*at, *_place_of(first))
        reason = _describe(first, place, _fields(model, first["loc"]))
        raise PolicyError(source, located.line_of(place), reason) from None


def _place_of(detail: ErrorDetails) -> Place:
    """Where the fault is; a validator that reads an entry by itself says where in the entry it is."""
    within: Place = detail.get("ctx", {}).get("at", ())
    return (*detail["loc"], *within)


def near(word: str, known: Iterable[str]) -> str:
    """Words that suggest a known name in place of one that is not, or list the few that there are."""
    names = sorted(known)
    if close := get_close_matches(word[:100], names, n=1):
        return f"; did you mean {excerpt(close[0])}?"
    return f"; known are {', '.join(names)}" if 0 < len(names) <= _MAX_LISTED else ""


def _fields(model: type[BaseModel], loc: Place) -> list[str]:
    """The keys of the model in which the last part of a place stands, as far as annotations tell."""
    fields = model.model_fields
    for part in loc[:-1]:
        field = fields.get(str(part))
        inner = list(_models_in(field.annotation)) if field else []
        if inner:
            fields = inner[0].model_fields
    return list(fields)


def _models_in(annotation: object) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def _describe(detail: ErrorDetails, place: Place, fields: list[str]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    name = _name(place)
    if kind == "extra_forbidden":
        return f"unknown key {name}{near(str(place[-1]), fields)}"
    if kind == "missing":
        return f"the key {name} is missing"
    if kind in _KINDS:
        return f"{name} {_KINDS[kind].format(**context)}"
    message = " ".join(detail["msg"].split())[:_MAX_MESSAGE]
    # gonogo's own validators speak of the key; pydantic's sentences stand for themselves.
    return f"{name}: {message[0].lower()}{message[1:]}" if message[0].isupper() else f"{name} {message}"


def _name(place: Place) -> str:
    parts = [part for part in place if part != "[key]"]
    keys = [str(part) for part in parts if isinstance(part, str)]
    if not keys:
        return "the policy"
    if isinstance(parts[-1], int):
        return f"entry {parts[-1] + 1} of {excerpt(keys[-1])}"
    return excerpt(keys[-1])
