"""What a policy may set for the items of this check."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

FailOn = Literal["critical", "high", "medium", "low", "nothing"]
_LEAST = "the least severity that fails; below it a finding is advice"
_Paths = Annotated[tuple[str, ...], Field(description="globs, `**` across folders")]


class SeveritySettings(BaseModel):
    """Settings of an item whose findings have a severity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fail_on: Annotated[FailOn, Field(description=_LEAST)] = "high"


class CodeSettings(SeveritySettings):
    """Settings of `security.code`."""

    project_settings: Annotated[
        Literal["honour", "ignore"],
        Field(description="whether rules count that the settings of ruff and bandit at the base switch off"),
    ] = "honour"
    tests: _Paths = ("**/tests/**", "**/test/**", "**/test_*.py", "**/*_test.py", "**/conftest.py")
    generated: _Paths = ("**/*_pb2.py", "**/*_pb2_grpc.py", "**/generated/**", "**/migrations/**")
    vendored: _Paths = ("**/vendor/**", "**/vendored/**", "**/_vendor/**", "**/third_party/**", "**/node_modules/**")


class SarifSettings(SeveritySettings):
    """Settings of `security.sarif` and `security.infrastructure`."""

    producer_edited: Annotated[
        Literal["note", "fail"],
        Field(
            description="whether a change of what makes the SARIF (workflows, scanners' settings) fails, or is listed"
        ),
    ] = "note"


class ContainersSettings(SeveritySettings):
    """Settings of `security.containers`."""

    fail_on: Annotated[FailOn, Field(description=_LEAST)] = "nothing"


class SuppressionsSettings(BaseModel):
    """Settings of `security.suppressions`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    added: Annotated[
        Literal["note", "fail"], Field(description="whether what the change adds to silence scanners makes it fail")
    ] = "note"
