"""What the files of a CI system say, in one shape for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.conditions import EVERY
from bot.checks.readiness.facts.workflows.parts import Manner
from bot.model import Unknown


@dataclass(frozen=True)
class Step:
    """A step of a job.

    Attributes:
        uses: an action or an orb, with its version; empty where the step runs a script.
        script: what it runs; `script_place` is the line on which that begins.
        given: the action's inputs.
        soft: whether a failure of it is passed over.
        manner: how its script is run.
        events: the triggers on which its condition may be met.
        after_failure: whether it runs only where something failed before.
        checkout: the folder that the repository was put into; empty where the job runs in the repository.
    """

    place: Place
    name: str = ""
    uses: str = ""
    script: str = ""
    script_place: Place | None = None
    folder: str = ""
    given: Mapping[str, object] = field(default_factory=dict)
    condition: str = ""
    soft: bool = False
    manner: Manner = Manner.STRICT
    events: frozenset[str] = EVERY
    after_failure: bool = False
    checkout: str = ""


@dataclass(frozen=True)
class Job:
    """A job of a pipeline.

    Attributes:
        reuses: the reusable workflow that it calls, with the inputs `given`.
        environment: what it deploys to, as GitHub's and GitLab's environments name it.
        services: images that run beside it.
        off: whether it never runs.
        manual: whether a person has to start it.
        events: the triggers on which its condition may be met.
        after_failure: whether it runs only where something failed before.
    """

    name: str
    place: Place
    steps: Sequence[Step]
    needs: Sequence[str] = ()
    reuses: str = ""
    given: Mapping[str, object] = field(default_factory=dict)
    environment: str = ""
    services: Sequence[str] = ()
    condition: str = ""
    soft: bool = False
    off: bool = False
    manual: bool = False
    events: frozenset[str] = EVERY
    after_failure: bool = False


@dataclass(frozen=True)
class Pipeline:
    """One file of a CI system.

    Attributes:
        system: `GitHub Actions`, `GitLab CI`, ...
        triggers: what starts it: `pull_request`, `push`, `schedule`, `manual`, `tag`, `release`, `call`.
        unread: what of it the repository does not hold.
    """

    system: str
    path: str
    name: str
    triggers: frozenset[str]
    jobs: Sequence[Job]
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    unread: Unknown | None = None
