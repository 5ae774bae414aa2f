"""What a policy may set for the items of this check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Percent = Annotated[float, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
_Paths = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], Field(min_length=1, max_length=100)]
_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/ -]{0,59}$")]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TotalComponent(_Settings):
    """A part of the repository with limits of its own, for `coverage.total`."""

    paths: Annotated[_Paths, Field(description="patterns of the files that make the part")]
    max_drop: Annotated[Percent, Field(description="percentage points that its coverage may fall")] = 0.5
    minimum: Annotated[Percent | None, Field(description="the least that it may have, in percent of lines")] = None


class PatchComponent(_Settings):
    """A part of the repository with limits of its own, for `coverage.patch`."""

    paths: Annotated[_Paths, Field(description="patterns of the files that make the part")]
    target: Annotated[Percent, Field(description="percent of its changed lines that tests must reach")] = 80
    min_lines: Annotated[Count, Field(description="so many lines must be missed before it fails")] = 5


class CoverageTotalSettings(_Settings):
    """Settings of `coverage.total`. Limits are compared as exact fractions; decimals are only shown."""

    max_drop: Annotated[
        Percent, Field(description="percentage points that coverage may fall, lines that were removed left out")
    ] = 0.5
    minimum: Annotated[
        Percent | None, Field(description="the least total that is good enough, in percent of the tool's own measure")
    ] = None
    max_distance: Annotated[
        int, Field(description="commits that a baseline may be older than the merge base", ge=0, le=1000)
    ] = 50
    reports: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=300)], ...],
        Field(
            description="patterns of report names that must be there; without one the item is not checked",
            max_length=100,
        ),
    ] = ()
    producer_edited: Annotated[
        Literal["note", "fail"],
        Field(description="whether a change of what configures the measuring makes the item fail, or is only listed"),
    ] = "note"
    store: Annotated[
        Literal["off", "notes"],
        Field(description="whether `gonogo coverage record` may keep baselines in the repository, as git notes"),
    ] = "off"
    components: Annotated[
        Mapping[_Name, TotalComponent], Field(description="parts with limits of their own", max_length=100)
    ] = {}


class CoveragePatchSettings(_Settings):
    """Settings of `coverage.patch`."""

    target: Annotated[
        Percent, Field(description="percent of the changed lines that tests must reach; the base's own, where lower")
    ] = 80
    lower_to_base: Annotated[
        bool, Field(description="whether the base's percentage counts as the target where it is lower")
    ] = True
    min_lines: Annotated[Count, Field(description="so many changed lines must be missed before it fails")] = 5
    components: Annotated[
        Mapping[_Name, PatchComponent], Field(description="parts with limits of their own", max_length=100)
    ] = {}


class CoverageIndirectSettings(_Settings):
    """Settings of `coverage.indirect`: unchanged lines that tests reached before and do not reach now."""

    max_related: Annotated[
        int, Field(description="lines that may be lost in files which the change or its tests touch", ge=0)
    ] = 4
    max_anywhere: Annotated[int, Field(description="lines that may be lost in all files together", ge=0)] = 9
    max_anywhere_percent: Annotated[
        Percent, Field(description="the same in percent of all lines; the larger of the two counts")
    ] = 0.5
    noise_lines: Annotated[
        int, Field(description="up to so many lines of a file that has nothing to do with the change are noise", ge=0)
    ] = 3
