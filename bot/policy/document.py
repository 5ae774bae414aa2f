"""A policy file as it is written: the shape that its text must have, before anything is merged or looked up.

These models are also where the JSON Schema comes from. They are validated strictly, as JSON: `"1"` is no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from datetime import date as day
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

from bot.model import Level

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

DEFAULT_SALT = "gonogo"

_MAX_ENTRIES = 1000


def _check_pattern(pattern: str) -> str:
    segments = pattern.split("/")
    if pattern.startswith("!"):
        raise PydanticCustomError("glob", "may not start with `!`; list it under `exclude` instead")
    if pattern.endswith("/"):
        raise PydanticCustomError("glob", "may not end with `/`; write `folder/**` for all below a folder")
    if any(segment in {"", ".", ".."} for segment in segments):
        raise PydanticCustomError("glob", "is a path from the repository's root, without a leading `/`, `.` or `..`")
    if any("**" in segment and segment != "**" for segment in segments):
        raise PydanticCustomError("glob", "has `**` beside other text; it stands alone between two `/`")
    return pattern


def _check_one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("one_line", "must be one line")
    return text


def _refuse_null(value: object) -> object:
    if value is None:
        raise PydanticCustomError("null", "has no value; give one, or delete the key")
    return value


def _parse_day(value: object) -> object:
    """Text as a day; what is none is left for pydantic to refuse."""
    try:
        return day.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


T = TypeVar("T")


class _NoNullInSchema:
    """Keeps `null` out of the JSON Schema of an optional key."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        given: list[JsonSchemaValue] = [branch for branch in handler(core)["anyOf"] if branch != {"type": "null"}]
        return given[0]


# None is a key that is not there; one that is there has a value.
Given = Annotated[T | None, BeforeValidator(_refuse_null), _NoNullInSchema()]
Pattern = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300),
    AfterValidator(_check_pattern),
    Field(description="`*` and `?` within a folder, `**` across folders, from the repository's root"),
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_check_one_line)
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._#-]*$", max_length=100)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._+/=-]+$", min_length=8, max_length=200)]
# A validator that comes before makes a value of JSON one of Python, in which a strict day is no text.
LaterDay = Annotated[day, BeforeValidator(_parse_day)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=_MAX_ENTRIES)]


class Strict(BaseModel):
    """A mapping that holds the keys it names and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PathsDocument(Strict):
    """Which paths an item looks at."""

    include: Annotated[Patterns, Field(description="paths to look at; all when left out", min_length=1)] = ("**",)
    exclude: Annotated[Patterns, Field(description="paths to leave out, of those")] = ()


class ItemDocument(Strict):
    """One line of the checklist. A file that extends another gives only the keys that it changes."""

    section: Annotated[Given[Name], Field(description="one of `sections`")] = None
    title: Annotated[Given[Line], Field(description="the line's words; the check's own when left out")] = None
    required: Annotated[Given[Level], Field(description="block decides the verdict, warn is shown, off is not run")] = (
        None
    )
    ratchet: Annotated[
        Given[bool],
        Field(description="of readiness items: block where it gets worse, and only show what was missing before"),
    ] = None
    paths: PathsDocument = PathsDocument()
    settings: Annotated[dict[str, Any], Field(description="the check's own settings for the item")] = {}


class WaiverDocument(Strict):
    """A finding that a person answers for, until a day. `fingerprint`, `path` or both say which."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["fingerprint"]}, {"required": ["path"]}]})

    item: Annotated[Id, Field(description="the item whose finding it is")]
    fingerprint: Annotated[Given[Fingerprint], Field(description="as the report gives it")] = None
    path: Annotated[Given[Pattern], Field(description="findings in these files")] = None
    owner: Annotated[Line, Field(description="who answers for it")]
    reason: Annotated[Line, Field(description="why it may stay")]
    expires: Annotated[date, Field(description="the last day on which it counts, as YYYY-MM-DD")]

    @model_validator(mode="after")
    def _check_narrow(self) -> Self:
        if self.fingerprint is None and self.path is None:
            raise PydanticCustomError("narrow", "needs `fingerprint`, `path` or both; `path: '**'` is all files")
        return self


class SignOffDocument(Strict):
    """A person's word that an item is done which no file can show."""

    by: Annotated[Line, Field(description="who answers for it, such as `@ada`")]
    date: Annotated[day, Field(description="the day of the word, as YYYY-MM-DD")]
    link: Annotated[Line, Field(description="where it can be read up, a web address")]
    expires: Annotated[
        Given[LaterDay], Field(description="the last day on which it counts; the item says when left out")
    ] = None


class ReadinessDocument(Strict):
    """How the items of a readiness list count."""

    mode: Annotated[
        Given[Literal["ratchet", "enforce", "report"]],
        Field(
            description="ratchet: what a change makes worse blocks, the rest is shown; enforce: as `required` says, or "
            "what `enforce` lists blocks; report: nothing blocks. Ratchet when left out"
        ),
    ] = None
    enforce: Annotated[
        tuple[Id, ...],
        Field(description="ids that have to pass in any case; with a dot at its end, all below", max_length=500),
    ] = ()
    list: Annotated[Given[Name], Field(description="a shipped policy whose items are asked too")] = None
    author_may_sign_off: Annotated[
        bool, Field(description="whether a sign-off by an author of the change itself counts")
    ] = False


class PolicyDocument(Strict):
    """A policy of gonogo: what is asked of a pull request, and what is waived."""

    name: Annotated[
        Given[Name], Field(description="shown in the report; that of the extended policy when left out")
    ] = None
    extends: Annotated[Given[str], Field(description="a policy that is shipped with gonogo")] = None
    branches: Annotated[Patterns, Field(description="base branches that follow the policy file which they hold")] = ()
    salt: Annotated[Given[Line], Field(description="public; makes fingerprints this repository's own")] = None
    sections: Annotated[
        Mapping[Name, Line], Field(description="id to title, in the order of the report", max_length=_MAX_ENTRIES)
    ] = {}
    items: Annotated[Mapping[Id, ItemDocument], Field(description="id to what is asked", max_length=_MAX_ENTRIES)] = {}
    readiness: ReadinessDocument = ReadinessDocument()
    waivers: Annotated[tuple[WaiverDocument, ...], Field(max_length=_MAX_ENTRIES)] = ()
    signoffs: Annotated[
        Mapping[Id, SignOffDocument], Field(description="item to who signed it off", max_length=_MAX_ENTRIES)
    ] = {}
