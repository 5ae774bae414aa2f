"""What a policy may set for the items of this check."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class SecretsAddedSettings(BaseModel):
    """Settings of `secrets.added`. A false alarm is waived in the policy, by the finding's fingerprint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: Annotated[
        Literal["certain", "likely"],
        Field(description="the least certainty at which a finding fails; one below is shown as advice"),
    ] = "certain"


class SecretsSuppressionsSettings(BaseModel):
    """Settings of `secrets.suppressions`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    added: Annotated[
        Literal["note", "fail"],
        Field(description="whether comments and files that the change adds to silence scanners make the item fail"),
    ] = "note"
