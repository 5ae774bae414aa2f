"""Runs the checks that a policy asks for, side by side, each in a process of its own.

A process can be stopped whatever it does: one that hangs, crashes, is killed or eats its memory makes its items
`not-checked`, and the others report.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from bot.ahead import SecondProcess
from bot.errors import GonogoError
from bot.interrupts import end_on_signals, signals_held_back
from bot.masks import mask
from bot.model import (
    PART,
    Advisories,
    Attested,
    Change,
    Check,
    CheckResult,
    ItemRequest,
    Level,
    Outcome,
    Reports,
    Request,
    State,
    Tools,
    Unknown,
)
from bot.policy.values import Policy, PolicyItem
from bot.sessions import kill_session
from bot.settings import MIB

_MEMORY_BYTES = 3072 * MIB
# Objects that are made before Python looks for those that hold each other and nobody holds.
_GARBAGE_AFTER = 50_000
_NOTHING = "the range is empty: nothing to check"
_NO_CHANGE = "it looks at what a change adds, and this is an audit of a revision"
_AS_BUG = "run it again; if it stays, report it as a bug of gonogo"


@dataclass(frozen=True)
class _Job:
    check: Check
    items: Sequence[PolicyItem]


@dataclass(frozen=True)
class _Failure:
    """Why a check gave no result, and what would settle it."""

    reason: str
    settle: str


@dataclass(frozen=True)
class _Running:
    job: _Job
    process: BaseProcess
    started: float


def run_checks(  # noqa: PLR0913 - each is a thing of its own
    change: Change,
    policy: Policy,
    tools: Tools,
    *,
    checks: Sequence[Check],
    budget_s: float,
    coverage: Reports = Reports(),  # noqa: B008 - it is frozen
    sarif: Reports = Reports(),  # noqa: B008 - it is frozen
    advisories: Advisories | None = None,
    attested: Attested = Attested(),  # noqa: B008 - it is frozen
    on_done: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Answer every item that the policy asks, in its order.

    `budget_s` is the wall time of all checks together: what has not ended by then is stopped. `on_done` is called
    with the name of each check that has ended.
    """
    asked = [item for item in policy.items if item.level is not Level.OFF]
    if change.empty:
        audits = {check.name for check in checks if check.audits}
        return [_nothing_to_check(item, as_before=item.check in audits) for item in asked]
    if not change.readable:
        return [_with_gaps(Outcome(item=item.id, state=State.NOT_CHECKED, reason=""), change.gaps) for item in asked]
    running = [check for check in checks if check.audits or not change.audit]
    jobs = [_Job(check, own) for check in running if (own := [item for item in asked if item.check == check.name])]
    idle = {item.id for item in asked} - {item.id for job in jobs for item in job.items}
    outcomes = {name: [Outcome(item=name, state=State.NOT_APPLICABLE, reason=_NO_CHANGE)] for name in idle}
    masks: set[str] = set()
    request = Request(
        change=change,
        items=(),
        tools=tools,
        salt=policy.salt,
        deadline_s=budget_s,
        coverage=coverage,
        sarif=sarif,
        advisories=advisories,
        attested=attested,
    )
    for job, result, seconds in _run_jobs(jobs, request):
        masks.update(result.masks if isinstance(result, CheckResult) else ())
        for outcome in _outcomes(job, result):
            # A part stands right after the item that it is a part of.
            outcomes.setdefault(outcome.item.partition(PART)[0], []).append(replace(outcome, seconds=seconds))
        on_done(job.check.name)
    return [mask(_with_gaps(outcome, change.gaps), masks) for item in asked for outcome in outcomes[item.id]]


def _nothing_to_check(item: PolicyItem, *, as_before: bool) -> Outcome:
    # What holds of the whole repository is as it was: no reader need go through it.
    regressed = False if as_before else None
    return Outcome(item=item.id, state=State.NOT_APPLICABLE, reason=_NOTHING, regressed=regressed)


def _outcomes(job: _Job, result: CheckResult | _Failure) -> Iterator[Outcome]:
    answers = result.outcomes if isinstance(result, CheckResult) else ()
    given = {outcome.item: outcome for outcome in answers}
    failure = result if isinstance(result, _Failure) else _Failure("the check gave no answer", _AS_BUG)
    for item in job.items:
        yield given.get(item.id) or Outcome(
            item=item.id,
            state=State.NOT_CHECKED,
            reason=failure.reason,
            unknowns=(Unknown(reason=failure.reason, settle=failure.settle),),
        )
        yield from (outcome for outcome in answers if outcome.item.startswith(f"{item.id}{PART}"))


def _with_gaps(outcome: Outcome, gaps: Sequence[Unknown]) -> Outcome:
    """Where part of the change could not be had, no item passes."""
    if not gaps:
        return outcome
    unknowns = (*outcome.unknowns, *gaps)
    if outcome.state is State.FAIL:
        return replace(outcome, unknowns=unknowns)
    return replace(outcome, state=State.NOT_CHECKED, reason=gaps[0].reason, unknowns=unknowns, needs_network=False)


def _run_jobs(jobs: Iterable[_Job], request: Request) -> Iterator[tuple[_Job, CheckResult | _Failure, float]]:
    context = multiprocessing.get_context("fork")
    running: dict[Connection, _Running] = {}
    deadline = time.monotonic() + request.deadline_s
    try:
        for job in jobs:
            answers, end = context.Pipe(duplex=False)
            own = replace(request, items=_items(job))
            process = context.Process(target=_work, args=(job.check, own, end), name=job.check.name, daemon=True)
            with signals_held_back():
                process.start()
                running[answers] = _Running(job, process, time.monotonic())
            end.close()
        while running:
            ready = wait(list(running), timeout=max(0.0, deadline - time.monotonic()))
            late = not ready
            for answers in list(running) if late else [item for item in ready if isinstance(item, Connection)]:
                one = running.pop(answers)
                result = _late(request.deadline_s) if late else _receive(answers, one.process)
                _stop(one.process)
                yield one.job, result, time.monotonic() - one.started
    finally:
        for one in running.values():
            _stop(one.process)


def _items(job: _Job) -> list[ItemRequest]:
    return [ItemRequest(id=item.id, settings=item.settings, matches=item.matches) for item in job.items]


def _late(budget_s: float) -> _Failure:
    return _Failure(f"the check did not end within {budget_s:g} s", "raise `time-budget`, or split the change")


def _receive(answers: Connection, process: BaseProcess) -> CheckResult | _Failure:
    try:
        result = answers.recv()
    except (EOFError, OSError):
        process.join(timeout=1)
        code = process.exitcode
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"ended with {code}"
        return _Failure(f"the check's process was {how}" if code is not None else "the check fell silent", _AS_BUG)
    if isinstance(result, CheckResult | _Failure):
        return result
    return _Failure("the check gave no answer", _AS_BUG)


def _stop(process: BaseProcess) -> None:
    """End a check's process and the engines that it started."""
    # It may not have come to lead its session yet.
    process.kill()
    if process.pid is not None:
        kill_session(process.pid)
    process.join()


def _work(check: Check, request: Request, end: Connection) -> None:
    """The life of a check's process."""
    os.setsid()
    end_on_signals()
    _limit_own_memory()
    # What was there before is never garbage, and a check makes little: to look for it took a tenth of the time.
    gc.freeze()
    gc.set_threshold(_GARBAGE_AFTER, 20, 20)
    end.send(_answer(check, replace(request, ahead=SecondProcess())))
    end.close()


def _answer(check: Check, request: Request) -> CheckResult | _Failure:
    try:
        return check.run(request)
    except GonogoError as error:
        return _Failure(str(error), "mend what it names, or ask for the item with `required: off`")
    except MemoryError:
        return _Failure(f"the check needed more than {_MEMORY_BYTES // MIB:,} MiB", "split the change")
    except RecursionError:
        return _Failure("a file of the change is nested too deep", "look for a generated or hostile file")
    except Exception as error:  # noqa: BLE001 - a check that fails is one unknown, and the rest goes on
        # The message may hold text of the change; the place in gonogo's own code cannot.
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119 - a name, no file is touched
        return _Failure(f"the check failed with {type(error).__name__} at {where}", _AS_BUG)


def _limit_own_memory() -> None:
    if sys.platform == "linux":
        import resource

        # The hard limit stays, so that an engine may be given another.
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, hard))
