"""Two small checks to write policies about."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.model import Check, CheckResult, ItemSpec, Request


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    deep: bool = False


class LintSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(5, ge=0)
    ratio: float = 0.5
    mode: Literal["fast", "slow"] = "fast"
    names: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    inner: Inner = Inner()


class NoSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _run(request: Request) -> CheckResult:
    raise NotImplementedError(request)


LINT = Check(
    name="lint",
    items=lambda: (
        ItemSpec(id="lint.added", title="Nothing to lint is added", settings=LintSettings),
        ItemSpec(id="lint.known", title="Nothing old is left", settings=NoSettings),
    ),
    run=_run,
)
TEST = Check(
    name="test", items=lambda: (ItemSpec(id="test.passed", title="Tests passed", settings=NoSettings),), run=_run
)
CHECKS = (LINT, TEST)
