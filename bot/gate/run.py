"""Answers items side by side; a probe that fails leaves the others theirs."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.gate.notes import Notes
from bot.gate.scene import Probe, Scene, side_by_side
from bot.masks import mask
from bot.model import Outcome

_AS_BUG = "run it again; if it stays, report it as a bug of gonogo"


def ask(scene: Scene, probes: Sequence[Probe]) -> list[Outcome]:
    """The outcome of each probe, in their order."""
    outcomes = side_by_side(lambda probe: _ask(scene, probe), probes)
    return [mask(outcome, scene.secrets) for outcome in outcomes]


def _ask(scene: Scene, probe: Probe) -> Outcome:
    started = time.perf_counter()
    notes = Notes(probe.id)
    try:
        passed = probe.answer(scene, scene.settings[probe.id], notes)
    except Exception as error:  # noqa: BLE001 - a probe that fails is one unknown, and the rest goes on
        # The message may hold what a service said; the place in gonogo's own code cannot.
        place = traceback.extract_tb(error.__traceback__)[-1]
        passed = ""
        notes.unsure(
            probe.id, f"failed with {type(error).__name__} at {Path(place.filename).name}:{place.lineno}", _AS_BUG
        )
    return replace(notes.outcome(passed, probe.rows), seconds=time.perf_counter() - started)
