from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from bot.gate.client import Client
from bot.gate.notes import Notes
from bot.gate.resolver import Resolver
from bot.gate.scene import Phase, Probe, Scene
from bot.gate.settings import Settings
from bot.gate.watch import BUDGET, Patience, Watch
from bot.model import Outcome, State

Says = Callable[[float], str]


class Clock:
    """Seconds that pass only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses = 0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.pauses += 1


def probe(clock: Clock, item: str, says: Says, phase: Phase = Phase.WATCH) -> Probe:
    """An item whose state is what `says` tells for a moment: pass, fail, or anything else for not checked."""

    def answer(_scene: Scene, _settings: Settings, notes: Notes) -> str:
        match says(clock.now):
            case "pass":
                notes.saw(item, "good")
            case "fail":
                notes.fail("bad", item, "bad")
            case _:
                notes.unsure(item, "unknown")
        return "good"

    return Probe(id=item, title=item, settings=Settings, answer=answer, phase=phase)


def watch(clock: Clock, probes: Sequence[Probe], *, wait: float = 0, stable_for: float = 60) -> dict[str, Outcome]:
    scene = Scene(
        client=Client(Resolver(frozenset(), ())),
        targets=[],
        prometheus=None,
        sha=None,
        environment={},
        settings={one.id: Settings() for one in probes},
    )
    patience = Patience(wait=wait, stable_for=stable_for, every=2, clock=clock, pause=clock.pause)
    required = frozenset(one.id for one in probes)
    outcomes = Watch(scene=scene, probes=probes, required=required, patience=patience).run()
    return {outcome.item: outcome for outcome in outcomes}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_what_is_good_from_the_start_is_watched_for_the_whole_time(clock: Clock) -> None:
    found = watch(clock, [probe(clock, "a", lambda _: "pass")])

    assert (found["a"].state, clock.now) == (State.PASS, 60)
    assert "31 rounds" in found["a"].evidence[-1].text


def test_without_a_wait_the_first_failure_ends_it(clock: Clock) -> None:
    found = watch(clock, [probe(clock, "a", lambda now: "fail" if now >= 20 else "pass")])

    assert (found["a"].state, clock.now) == (State.FAIL, 20)


def test_a_wait_lets_a_service_start(clock: Clock) -> None:
    found = watch(clock, [probe(clock, "a", lambda now: "pass" if now >= 100 else "fail")], wait=300)

    assert (found["a"].state, clock.now) == (State.PASS, 160)


def test_what_flaps_until_the_time_is_up_fails_though_its_last_answer_was_good(clock: Clock) -> None:
    found = watch(clock, [probe(clock, "a", lambda now: "fail" if now % 50 < 2 else "pass")], wait=330)

    assert (found["a"].state, clock.now) == (State.FAIL, 330)
    assert "good now, but 30 s ago" in found["a"].reason


def test_what_became_good_too_late_is_no_pass(clock: Clock) -> None:
    found = watch(clock, [probe(clock, "a", lambda now: "pass" if now >= 280 else "fail")], wait=300)

    assert (found["a"].state, clock.now) == (State.FAIL, 300)
    assert "good now, but 22 s ago" in found["a"].reason


def test_what_was_unknown_a_moment_ago_is_not_checked(clock: Clock) -> None:
    found = watch(clock, [probe(clock, "a", lambda now: "pass" if now >= 280 else "unknown")], wait=300)

    assert found["a"].state is State.NOT_CHECKED


def test_a_burnt_budget_ends_the_wait(clock: Clock) -> None:
    probes = [
        probe(clock, "a", lambda _: "unknown"),
        probe(clock, BUDGET, lambda now: "fail" if now >= 30 else "unknown"),
    ]

    found = watch(clock, probes, wait=3600)

    assert (found[BUDGET].state, clock.now) == (State.FAIL, 30)


def test_a_budget_that_was_burnt_before_good_rounds_still_ends_it(clock: Clock) -> None:
    found = watch(clock, [probe(clock, BUDGET, lambda now: "fail" if now >= 20 else "pass")], wait=3600)

    assert (found[BUDGET].state, clock.now) == (State.FAIL, 20)


def test_what_is_asked_once_is_asked_after_the_watch_and_again_while_there_is_time(clock: Clock) -> None:
    asked: list[float] = []

    def late(now: float) -> str:
        asked.append(now)
        return "pass" if now > 100 else "fail"

    probes = [probe(clock, "a", lambda _: "pass"), probe(clock, "b", late, Phase.ONCE)]
    found = watch(clock, probes, wait=300)

    assert (found["b"].state, asked) == (State.PASS, [60, 122])


def test_a_burst_comes_last_and_only_where_it_can_still_matter(clock: Clock) -> None:
    bursts: list[float] = []

    def burst(now: float) -> str:
        bursts.append(now)
        return "pass"

    def once(now: float) -> str:
        return "pass" if now > 100 else "fail"

    probes = [
        probe(clock, "a", lambda _: "pass"),
        probe(clock, "b", once, Phase.ONCE),
        probe(clock, "c", burst, Phase.BURST),
    ]
    found = watch(clock, probes, wait=300)

    assert (found["c"].state, bursts) == (State.PASS, [122])


def test_a_burst_that_fails_is_not_sent_again(clock: Clock) -> None:
    bursts: list[float] = []

    def burst(now: float) -> str:
        bursts.append(now)
        return "fail"

    found = watch(clock, [probe(clock, "a", lambda _: "pass"), probe(clock, "b", burst, Phase.BURST)], wait=3600)

    assert (found["b"].state, bursts) == (State.FAIL, [60])


def test_every_item_is_answered_where_the_first_failure_ends_it(clock: Clock) -> None:
    probes = [
        probe(clock, "a", lambda _: "fail"),
        *(probe(clock, str(phase), lambda _: "pass", phase) for phase in Phase),
    ]

    assert set(watch(clock, probes)) == {"a", "0", "1", "2", "3"}


def test_a_probe_that_breaks_leaves_the_others_theirs(clock: Clock) -> None:
    def broken(_: float) -> str:
        raise RuntimeError("secret")

    found = watch(clock, [probe(clock, "a", broken), probe(clock, "b", lambda _: "pass")], stable_for=0)

    assert (found["a"].state, found["b"].state) == (State.NOT_CHECKED, State.PASS)
    assert "secret" not in found["a"].reason
