"""What a policy may set for the items of this check: one model an item."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

FailOn = Literal["critical", "high", "medium", "low", "nothing"]
_Paths = Annotated[tuple[str, ...], Field(description="globs, `**` across folders")]


class CodeSettings(BaseModel):
    """Settings of `security.code`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: Annotated[FailOn, Field(description="the least severity that fails; below it a finding is advice")] = (
        "high"
    )
    tests: _Paths = ("**/tests/**", "**/test/**", "**/test_*.py", "**/*_test.py", "**/conftest.py")
    generated: _Paths = ("**/*_pb2.py", "**/*_pb2_grpc.py", "**/generated/**", "**/migrations/**")
    vendored: _Paths = ("**/vendor/**", "**/vendored/**", "**/_vendor/**", "**/third_party/**", "**/node_modules/**")


class SuppressionsSettings(BaseModel):
    """Settings of `security.suppressions`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    added: Annotated[
        Literal["note", "fail"], Field(description="whether what the change adds to silence scanners makes it fail")
    ] = "note"


class WorkflowsSettings(BaseModel):
    """Settings of `security.workflows`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: Annotated[FailOn, Field(description="the least severity that fails; below it a finding is advice")] = (
        "high"
    )


class SarifSettings(BaseModel):
    """Settings of `security.sarif`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: Annotated[FailOn, Field(description="the least severity that fails; below it a finding is advice")] = (
        "high"
    )


class InfrastructureSettings(BaseModel):
    """Settings of `security.infrastructure`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: Annotated[FailOn, Field(description="the least severity that fails; below it a finding is advice")] = (
        "high"
    )


class ContainersSettings(BaseModel):
    """Settings of `security.containers`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: Annotated[FailOn, Field(description="the least severity that fails; below it a finding is advice")] = (
        "nothing"
    )
