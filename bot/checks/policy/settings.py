"""What a policy may set for `policy.changed`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.policy.values import POLICY_PATH


class PolicyChangedSettings(BaseModel):
    """Settings of `policy.changed`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    loosened: Annotated[
        Literal["note", "fail"],
        Field(description="whether a policy that asks less makes the item fail; one that is not valid always does"),
    ] = "note"
    files: Annotated[
        tuple[str, ...], Field(description="the policy files to look at, where a repository has others", max_length=100)
    ] = (POLICY_PATH,)
