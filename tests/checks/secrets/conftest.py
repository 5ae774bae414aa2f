"""The check over real changes, with the real engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.checks.secrets import CHECK
from bot.collect.tools import EngineTools
from bot.model import Change, CheckResult, Finding, ItemRequest, Outcome, Request

# Compiled once for all runs of the tests; git ignores it.
CACHE = Path(__file__).parents[3] / ".cache" / "engines"


@dataclass(frozen=True)
class Ran:
    """What a run of the check gave."""

    result: CheckResult

    @property
    def added(self) -> Outcome:
        return self.result.outcomes[0]

    @property
    def suppressions(self) -> Outcome:
        return self.result.outcomes[1]

    @property
    def places(self) -> list[tuple[str | None, int | None, bool | None]]:
        return [(found.path, found.line, found.in_head) for found in self.added.findings]

    @property
    def found(self) -> Sequence[Finding]:
        return self.added.findings


RunCheck = Callable[..., Ran]


@pytest.fixture
def run_check(tmp_path: Path) -> RunCheck:
    scratch = tmp_path / "engine-scratch"
    scratch.mkdir()

    def run(
        change: Change,
        *,
        matches: Callable[[str], bool] = lambda _: True,
        salt: bytes = b"salt",
        deadline_s: float = 100.0,
        **settings: dict[str, object],
    ) -> Ran:
        items = [
            ItemRequest(
                id=spec.id, settings=spec.settings(**settings.get(spec.id.rpartition(".")[2], {})), matches=matches
            )
            for spec in CHECK.items()
        ]
        tools = EngineTools(scratch, CACHE)
        request = Request(change=change, items=items, tools=tools, salt=salt, deadline_s=deadline_s)
        result = CHECK.run(request)
        assert list(scratch.iterdir()) == []
        return Ran(result)

    return run
