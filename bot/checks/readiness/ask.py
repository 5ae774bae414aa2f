"""What a policy says of every item of a readiness list; a rule's own parameters come on top, in a model of its own."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.model import Strength

SHIPPED = "shipped"
"""The context of what is validated as it was shipped: its regular expressions are the tests' to try."""


def _check_regular_expression(text: str, info: ValidationInfo) -> str:
    if info.context == SHIPPED:
        return text
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise PydanticCustomError("regular_expression", "is no regular expression") from error
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
# A blank at its end is part of it: `SELECT ` is less than `SELECT`.
Word = Annotated[str, StringConstraints(min_length=1, max_length=600, pattern=r"\S")]
Glob = Annotated[
    str,
    StringConstraints(min_length=1, max_length=300),
    Field(description="of a file's name where it has no `/`, else of the whole path; case does not count"),
]
RegularExpression = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000),
    AfterValidator(_check_regular_expression),
    Field(description="Python's syntax; looked for in each line, case does not count"),
]
MaybeExpression = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_check_regular_expression)]


class Ask(BaseModel):
    """Settings of an item of a readiness list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Annotated[Line, Field(description="what judges the item")]
    strength: Annotated[Strength, Field(description="how far the evidence must go for a pass")] = Strength.WIRED
    rows: Annotated[tuple[Line, ...], Field(description="the lines of a checklist that the item answers")] = ()
    fix: Annotated[str, Field(description="what to do where it fails", max_length=2000)] = ""
    why: Annotated[str, Field(description="why production needs it", max_length=2000)] = ""
    source: Annotated[str, Field(description="an address that explains it", max_length=500)] = ""
    evidence: Annotated[str, Field(description="what counts, in words", max_length=2000)] = ""
    traps: Annotated[str, Field(description="what does not count, in words", max_length=2000)] = ""
    not_applicable: Annotated[str, Field(description="when it does not apply, in words", max_length=2000)] = ""

    valid_months: Annotated[int, Field(ge=1, le=120, description="how long a sign-off counts that names no end")] = 12

    @property
    def reads_prose(self) -> bool:
        """Whether text for people can be evidence: what else is asked cannot change where only such text does."""
        return False


class ShippedAsk(Ask):
    """Settings of an item that is wholly shipped with gonogo, as they are written; the tests hold them to be right."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def reads_prose(self) -> bool:
        """Whether text for people may be evidence, for all that can be told without the rule."""
        return self.rule in {"diagrams", "document", "documents", "files", "any-of", "all-of"}
