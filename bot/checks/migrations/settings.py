"""What a policy may set for the items of this check. What is vendored or generated is left out by an item's `paths`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

FailOn = Annotated[
    Literal["certain", "likely", "nothing"],
    Field(description="the least certainty at which a finding fails; one below is shown as advice"),
]


class MigrationsSettings(BaseModel):
    """What all items share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: FailOn = "likely"


class MissingSettings(MigrationsSettings):
    """Settings of `migrations.missing`."""


class ConflictsSettings(MigrationsSettings):
    """Settings of `migrations.conflicts`."""


class EditedSettings(MigrationsSettings):
    """Settings of `migrations.edited`."""


class RiskySettings(MigrationsSettings):
    """Settings of `migrations.risky`: advice, unless the policy says otherwise."""

    fail_on: FailOn = "nothing"
