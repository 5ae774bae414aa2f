"""Asks until it is stable, or until the time is up, or until waiting is of no use.

Rule: a go needs every required item good in each round of `stable_for` seconds, and then the items that are asked once.
Source: docs/deploy-gate.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.gate.run import ask
from bot.gate.scene import Phase, Probe, Scene
from bot.model import Evidence, Outcome, State, Strength, Unknown

BUDGET: Final = "gate.error-budget"
_FREE = frozenset({State.PASS, State.NOT_APPLICABLE})


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait, in seconds.

    Attributes:
        wait: until the first good round; 0 takes the first answer.
        stable_for: without a failure.
        every: between the beginnings of two rounds.
    """

    wait: float
    stable_for: float
    every: float
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


@dataclass
class _Bad:
    """An item's last bad outcome, and when that was."""

    outcome: Outcome
    at: float
    times: int = 1


@dataclass
class Watch:
    """One run of the gate.

    Args:
        required: ids of the items that decide.
        on_step: told what is going on, in a few words.
    """

    scene: Scene
    probes: Sequence[Probe]
    required: frozenset[str]
    patience: Patience
    on_step: Callable[[str], None] = lambda _: None
    _bad: dict[str, _Bad] = field(default_factory=dict)
    _rounds: int = 0
    _started: float = 0.0

    def run(self) -> list[Outcome]:
        """The outcome of each item, in the order of the probes."""
        self._started = self.patience.clock()
        while True:
            found = self._until_stable()
            hopeless = self._is_burnt(found) or not self._has_time()
            for phase in (Phase.ONCE, Phase.MEASURE, Phase.BURST):
                if phase is Phase.BURST and not hopeless and self._stands_in_the_way(found):
                    break
                found |= self._ask(phase)
            else:
                # Whoever is limited, or not, will be so in a minute: a burst is sent once.
                return [found[probe.id] for probe in self.probes]
            self._rest(self.patience.clock())

    def _ask(self, phase: Phase) -> dict[str, Outcome]:
        probes = [probe for probe in self.probes if probe.phase is phase]
        if probes and phase is not Phase.WATCH:
            self.on_step(f"asking {len(probes)} items")
        return {outcome.item: outcome for outcome in ask(self.scene, probes)}

    def _until_stable(self) -> dict[str, Outcome]:
        """Rounds of the items that are watched; ends when they are stable, or when waiting is of no use."""
        self._bad, self._rounds = {}, 0
        begun = self.patience.clock()
        since: float | None = begun
        while True:
            started = self.patience.clock()
            self.scene.client.resolver.forget()
            found = self._ask(Phase.WATCH)
            now = self.patience.clock()
            self._rounds += 1
            self._remember(found.values(), now)
            wrong = self._stands_in_the_way(found)
            since = None if wrong else started if since is None else since
            if since is not None and now - since >= self.patience.stable_for:
                return {item: self._stable(outcome, now - begun) for item, outcome in found.items()}
            # A watch without any failure ends in time by itself.
            if (since is None or since != begun) and (self._is_burnt(found) or not self._has_time()):
                return {item: self._unstable(outcome, now) for item, outcome in found.items()}
            self._tell(found, wrong, since, now)
            self._rest(started)

    def _has_time(self) -> bool:
        return self.patience.clock() - self._started < self.patience.wait

    def _stands_in_the_way(self, found: Mapping[str, Outcome]) -> list[Outcome]:
        return [one for one in found.values() if one.item in self.required and one.state not in _FREE]

    def _is_burnt(self, found: Mapping[str, Outcome]) -> bool:
        budget = found.get(BUDGET)
        return budget is not None and BUDGET in self.required and budget.state is State.FAIL

    def _remember(self, found: Iterable[Outcome], now: float) -> None:
        for outcome in found:
            if outcome.state in _FREE:
                continue
            before = self._bad.get(outcome.item)
            self._bad[outcome.item] = _Bad(outcome, now, before.times + 1 if before else 1)

    def _stable(self, outcome: Outcome, seconds: float) -> Outcome:
        if outcome.state is not State.PASS or outcome.item in self._bad:
            return self._unstable(outcome, self.patience.clock())
        words = f"good in each of {self._rounds} rounds, over {seconds:.0f} s"
        evidence = Evidence(text=words, strength=Strength.VERIFIED)
        return replace(outcome, evidence=[*outcome.evidence, evidence])

    def _unstable(self, outcome: Outcome, now: float) -> Outcome:
        """An outcome that is good now, as what it was a short while ago."""
        bad = self._bad.get(outcome.item)
        if outcome.state is not State.PASS or bad is None or now - bad.at > self.patience.stable_for:
            return outcome
        ago = (
            f"good now, but {now - bad.at:.0f} s ago, and in {bad.times} of {self._rounds} rounds: {bad.outcome.reason}"
        )
        settle = f"wait until it is good for {self.patience.stable_for:g} s: raise --wait, or mend what flaps"
        return replace(
            bad.outcome, reason=ago, unknowns=[*bad.outcome.unknowns, Unknown(reason=ago, settle=settle)]
        )  # fmt: skip

    def _tell(self, found: Mapping[str, Outcome], wrong: Sequence[Outcome], since: float | None, now: float) -> None:
        if since is not None:
            self.on_step(f"{len(found)} items are good for {now - since:.0f} of {self.patience.stable_for:g} s")
        else:
            left = max(0.0, self.patience.wait - (now - self._started))
            self.on_step(f"waiting for {wrong[0].item} and {len(wrong) - 1} more, {left:.0f} s left: {wrong[0].reason}")

    def _rest(self, started: float) -> None:
        left = started + self.patience.every - self.patience.clock()
        if left > 0:
            self.patience.pause(left)
