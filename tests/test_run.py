from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.errors import ParseError
from bot.model import (
    Change,
    Check,
    CheckResult,
    Finding,
    ItemSpec,
    Level,
    Outcome,
    Request,
    State,
    Unknown,
    Workspace,
)
from bot.policy.values import PathFilter, Policy, PolicyItem
from bot.run import run_checks
from bot.settings import Limits
from tests.fixtures import ReadChange
from tests.repo import GitRepo


class NoSettings(BaseModel):
    pass


class NoTools:
    """No check of these tests starts an engine."""

    def workspace(self) -> AbstractContextManager[Workspace]:
        raise AssertionError


def check(name: str, run: Callable[[Request], CheckResult]) -> Check:
    item = f"{name}.item"
    return Check(name=name, items=lambda: [ItemSpec(id=item, title=item, settings=NoSettings)], run=run)


def policy(*names: str, level: Level = Level.BLOCK) -> Policy:
    items = [
        PolicyItem(
            id=f"{name}.item",
            section="all",
            title=name,
            check=name,
            level=level,
            settings=NoSettings(),
            paths=PathFilter(),
        )
        for name in names
    ]
    return Policy(
        name="test",
        source="test",
        digest="0" * 64,
        extends=None,
        salt=b"salt",
        branches=(),
        sections={"all": "All"},
        items=items,
        waivers=(),
    )


def passing(request: Request) -> CheckResult:
    return CheckResult([Outcome(item=item.id, state=State.PASS, reason="fine") for item in request.items])


def crashing(_: Request) -> CheckResult:
    raise ZeroDivisionError("sk_live_do_not_print_me")


def killed(_: Request) -> CheckResult:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def hanging(request: Request) -> CheckResult:
    sleeper = subprocess.Popen(["sleep", "600"])
    Path(request.salt.decode()).write_text(str(sleeper.pid))
    sleeper.wait()
    raise AssertionError


def leaving(_: Request) -> CheckResult:
    os._exit(7)


def greedy(_: Request) -> CheckResult:
    return CheckResult([Outcome(item="x", state=State.PASS, reason=str(len(b"x" * (8 << 30))))])


def silent(_: Request) -> CheckResult:
    return CheckResult([])


def unparsed(_: Request) -> CheckResult:
    raise ParseError("a.yml", 3, "not a mapping")


def deep(request: Request) -> CheckResult:
    return deep(request)


def is_running(pid: int) -> bool:
    """A killed orphan may stay a zombie for a moment, where nobody has collected it yet."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def change(repo: GitRepo, read_change: ReadChange) -> Change:
    repo.branch("feature")
    repo.commit({"new": "x\n"})
    return read_change(repo.folder)


def outcomes(change: Change, runs: Sequence[Callable[[Request], CheckResult]], budget_s: float = 20) -> list[Outcome]:
    checks = [check(run.__name__, run) for run in runs]
    return run_checks(change, policy(*[one.name for one in checks]), NoTools(), checks=checks, budget_s=budget_s)


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (crashing, "the check failed with ZeroDivisionError at test_run.py:"),
        (killed, "the check's process was killed by signal 9"),
        (leaving, "the check's process was ended with 7"),
        (greedy, "the check needed more than"),
        (silent, "the check gave no answer"),
        (unparsed, "a.yml:3: not a mapping"),
        (deep, "a file of the change is nested too deep"),
    ],
)
def test_a_check_that_fails_is_not_checked_and_the_rest_reports(
    run: Callable[[Request], CheckResult], reason: str, change: Change
) -> None:
    failed, passed = outcomes(change, [run, passing])

    assert failed.state is State.NOT_CHECKED
    assert failed.reason.startswith(reason)
    assert "sk_live" not in failed.reason
    assert failed.unknowns[0].settle
    assert (passed.state, passed.reason) == (State.PASS, "fine")


def test_a_check_that_hangs_is_stopped_with_what_it_started(change: Change, tmp_path: Path) -> None:
    started = time.monotonic()
    checks = [check(run.__name__, run) for run in (hanging, passing)]
    asked = replace(policy("hanging", "passing"), salt=str(tmp_path / "pid").encode())

    late, passed = run_checks(change, asked, NoTools(), checks=checks, budget_s=1)

    assert time.monotonic() - started < 5
    assert (late.state, late.reason) == (State.NOT_CHECKED, "the check did not end within 1 s")
    assert passed.state is State.PASS
    assert not is_running(int((tmp_path / "pid").read_text()))


def test_an_item_that_is_off_is_not_asked(change: Change) -> None:
    off = policy("passing", level=Level.OFF)

    assert run_checks(change, off, NoTools(), checks=[check("passing", passing)], budget_s=9) == []


def test_of_an_empty_range_there_is_nothing_to_check(repo: GitRepo, read_change: ReadChange) -> None:
    [outcome] = outcomes(read_change(repo.folder, "HEAD", "HEAD"), [crashing])

    assert (outcome.state, outcome.reason) == (State.NOT_APPLICABLE, "the range is empty: nothing to check")


def test_of_a_shallow_clone_nothing_passes(repo: GitRepo, tmp_path: Path, read_change: ReadChange) -> None:
    repo.branch("feature")
    repo.commit({"new": "x\n"})
    repo.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.folder}", str(tmp_path / "shallow"))

    [outcome] = outcomes(read_change(tmp_path / "shallow", "origin/main", "origin/feature"), [passing])

    assert outcome.state is State.NOT_CHECKED
    assert "shallow" in outcome.reason
    assert "unshallow" in outcome.unknowns[0].settle


def failing(request: Request) -> CheckResult:
    [item] = request.items
    return CheckResult(
        [Outcome(item=item.id, state=State.FAIL, reason="bad", findings=[Finding(rule="r", message="m")])]
    )


def test_where_something_could_not_be_read_a_pass_is_none_and_a_fail_stays(
    repo: GitRepo, read_change: ReadChange
) -> None:
    repo.branch("feature")
    repo.commit({"a": "x\n", "b": "x\n"})
    change = read_change(repo.folder, limits=Limits(max_files=1))

    passed, failed = outcomes(change, [passing, failing])

    assert passed.state is State.NOT_CHECKED
    assert failed.state is State.FAIL
    assert [unknown.path for unknown in failed.unknowns] == ["b"]


def leaking(request: Request) -> CheckResult:
    [item] = request.items
    value = "hunter2hunter2"
    outcome = Outcome(
        item=item.id,
        state=State.FAIL,
        reason=f"see {value}",
        findings=[
            Finding(rule="r", message=f"m {value}", path=f"dir/{value}.txt", details={"k": [value, {"x": value}]})
        ],
        unknowns=[Unknown(reason=value, settle=value, path=value)],
    )
    return CheckResult([outcome], masks=[value, "hunter2", "abc"])


def mentioning(request: Request) -> CheckResult:
    [item] = request.items
    return CheckResult([Outcome(item=item.id, state=State.PASS, reason="dir/hunter2hunter2.txt and abc")])


def test_a_secret_that_one_check_finds_is_masked_in_all_outcomes(change: Change) -> None:
    first, second = outcomes(change, [leaking, mentioning])

    assert "hunter2" not in repr(first)
    assert first.findings[0].path == "dir/[secret].txt"
    assert second.reason == "dir/[secret].txt and abc"
