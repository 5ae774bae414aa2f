"""Made-up pull requests over every kind of lock file, with a service that answers and with one that fails.

`GONOGO_CASES=198 pytest -s tests/checks/security/dependencies/test_kinds.py` has every kind meet every fault and prints
the table that docs/accuracy.md sums up.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.checks.security import CHECK
from bot.checks.security.settings import SeveritySettings
from bot.collect.advisories.ask import OnlineAdvisories
from bot.collect.tools import EngineTools
from bot.model import ItemRequest, Outcome, Request, State
from tests.checks.security.dependencies.kinds import KINDS, Kind
from tests.fixtures import ReadChange
from tests.osv_server import FAULTS, OsvServer, free_url, serve_osv
from tests.repo import GitRepo

IDS = [kind.path for kind in KINDS]
HIGH = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}]
_CASES = int(os.environ.get("GONOGO_CASES", "18"))
# The first of these has each kind once and each fault at least once.
_MEETINGS = [(kind, FAULTS[(at + turn) % len(FAULTS)]) for turn in range(len(FAULTS)) for at, kind in enumerate(KINDS)]
_right: Counter[tuple[str, str]] = Counter()


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Print how many pull requests of each kind were answered rightly, at the end."""
    yield
    cases = sorted({case for _, case in _right})
    lines = [f"| lock file | {' | '.join(cases)} |", f"| --- |{' ---: |' * len(cases)}"]
    lines += [f"| {kind.path} | {' | '.join(str(_right[kind.path, case]) for case in cases)} |" for kind in KINDS]
    sys.stdout.write("\n".join(["", *lines, f"{sum(_right.values())} pull requests", ""]))


@pytest.fixture
def server() -> Iterator[OsvServer]:
    with serve_osv() as server:
        yield server


class Asker:
    """Answers a pull request of one kind of lock file."""

    def __init__(self, repo: GitRepo, read_change: ReadChange, scratch: Path, server: OsvServer) -> None:
        self.repo, self.read_change, self.scratch, self.server = repo, read_change, scratch, server

    def __call__(
        self,
        kind: Kind,
        base: dict[str, str] | None,
        head: dict[str, str],
        *,
        budget_s: float = 60,
        path: str = "",
        url: str = "",
    ) -> Outcome:
        name = kind.asked or kind.name
        self.server.add("X-1", (kind.ecosystem, name), [kind.vulnerable], fixed=kind.mended, severity=HIGH)
        if base is not None:
            self.repo.commit({kind.path: kind.write(base)})
        self.repo.branch("topic")
        moved = {kind.path: None} if path else {}
        self.repo.commit({**moved, path or kind.path: kind.write(head)})
        item = ItemRequest(id="security.dependencies", settings=SeveritySettings(), matches=lambda _: True)
        tools = EngineTools(self.scratch)
        request = Request(
            change=self.read_change(self.repo.folder),
            items=[item],
            tools=tools,
            salt=b"salt",
            deadline_s=60,
            advisories=OnlineAdvisories(url or self.server.url, tools, budget_s=budget_s),
        )
        [outcome] = CHECK.run(request).outcomes
        return outcome


@pytest.fixture
def ask(repo: GitRepo, read_change: ReadChange, tmp_path_factory: pytest.TempPathFactory, server: OsvServer) -> Asker:
    return Asker(repo, read_change, tmp_path_factory.mktemp("engines"), server)


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_vulnerable_version_that_is_added_is_found_on_its_line(ask: Asker, kind: Kind) -> None:
    kept = {kind.other: "1.0.0"}

    outcome = ask(kind, kept, {**kept, kind.name: kind.vulnerable})

    [found] = outcome.findings
    assert found.path == kind.path
    assert found.line is not None
    lines = kind.write({**kept, kind.name: kind.vulnerable}).splitlines()
    assert kind.vulnerable in lines[found.line - 1] or kind.name in lines[found.line - 1]
    assert (outcome.state, found.details["fixed_in"]) == (State.FAIL, kind.mended)
    _right[kind.path, "vulnerable"] += 1


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_harmless_version_that_is_added_passes(ask: Asker, kind: Kind) -> None:
    outcome = ask(kind, {kind.other: "1.0.0"}, {kind.other: "1.0.1"})

    assert (outcome.state, outcome.findings, outcome.unknowns) == (State.PASS, [], [])
    _right[kind.path, "harmless"] += 1


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_bump_that_mends_is_credited(ask: Asker, kind: Kind) -> None:
    outcome = ask(kind, {kind.name: kind.vulnerable}, {kind.name: kind.mended})

    fixed = outcome.figures["fixed"]
    assert isinstance(fixed, list)
    assert (outcome.state, len(fixed)) == (State.PASS, 1)
    _right[kind.path, "mended"] += 1


@pytest.mark.parametrize("kind", KINDS, ids=IDS)
def test_a_file_that_moves_adds_nothing(ask: Asker, kind: Kind) -> None:
    versions = {kind.name: kind.vulnerable}

    outcome = ask(kind, versions, versions, path=f"moved/{kind.path}")

    assert (outcome.state, outcome.findings) == (State.PASS, [])
    assert ask.server.asked == []
    _right[kind.path, "moved"] += 1


@pytest.mark.parametrize(
    ("kind", "fault"), _MEETINGS[:_CASES], ids=[f"{kind.path}-{fault}" for kind, fault in _MEETINGS[:_CASES]]
)
def test_nothing_passes_where_the_service_fails(ask: Asker, kind: Kind, fault: str) -> None:
    ask.server.fault, ask.server.retry_after = fault, "60"
    url = free_url() if fault == "refused" else ""

    outcome = ask(kind, None, {kind.other: "1.0.0"}, budget_s=0.4, url=url)

    assert (outcome.state, outcome.findings, len(outcome.unknowns)) == (State.NOT_CHECKED, [], 1)
    _right[kind.path, "service fails"] += 1
