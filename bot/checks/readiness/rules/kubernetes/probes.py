"""Part `probes`: each container that serves has a readiness probe, and its liveness does not ask for more than itself.

Source: https://kubernetes.io/docs/concepts/workloads/pods/probes/ (read 2026-11-29).
Out of sight: what the path of a probe does.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.readiness.facts.kubernetes.objects import Container
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.rules.kubernetes.apps import App, show
from bot.model import Evidence, Finding, Severity, State, Strength

_FIX = "give the container a readinessProbe that asks an endpoint which answers only when the app can serve"


def judge_probes(apps: Sequence[App]) -> Judged:
    """Whether the containers that serve say when they are ready."""
    serving = [(app, container) for app in apps for container in app.serving]
    if not serving:
        reason = f"none of {len(apps)} workloads has a container that serves"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    bare = [(app, one) for app, one in serving if not one.value.get("readinessProbe")]
    evidence = [seen for app, one in serving if one.value.get("readinessProbe") for seen in _evidence(app, one)]
    missing = [_missing(app, one) for app, one in bare]
    missing += [_same_probe(app, one) for app, one in serving if _restarts_on_readiness(one)]
    first = bare[0][1].place("name") if bare else serving[0][1].place("readinessProbe")
    return Judged(
        state=State.FAIL if bare else State.PASS,
        reason=f"{len(serving) - len(bare)} of {len(serving)} containers that serve have a readiness probe",
        evidence=evidence,
        missing=missing,
        measures={
            "containers without a readiness probe": _measure(len(bare), first),
            "containers without a liveness probe": _not_alive([one for _, one in serving]),
        },
    )


def _not_alive(serving: Sequence[Container]) -> Measure:
    bare = [one for one in serving if not one.value.get("livenessProbe")]
    return _measure(len(bare), bare[0].place("name") if bare else serving[0].place("livenessProbe"))


def _measure(value: int, place: Place) -> Measure:
    return Measure(value=value, path=place.path, line=place.line, higher_is_better=False)


def _evidence(app: App, container: Container) -> list[Evidence]:
    text = f"{app.title}: {container.name} has a readiness probe"
    return list(show(app.stack, container.place("readinessProbe"), text, Strength.WIRED))


def _missing(app: App, container: Container) -> Finding:
    place = container.place("name")
    return Finding(
        rule="no-readiness-probe",
        message=f"{app.title}: the container {container.name} serves and has no readiness probe",
        path=place.path,
        line=place.line,
        fix=_FIX,
    )


def _restarts_on_readiness(container: Container) -> bool:
    liveness, readiness = container.value.get("livenessProbe"), container.value.get("readinessProbe")
    return bool(
        isinstance(liveness, dict)
        and isinstance(readiness, dict)
        and "httpGet" in liveness
        and liveness.get("httpGet") == readiness.get("httpGet")
    )


def _same_probe(app: App, container: Container) -> Finding:
    place = container.place("livenessProbe")
    return Finding(
        rule="liveness-is-readiness",
        message=f"{app.title}: {container.name} is restarted for whatever makes it not ready",
        severity=Severity.LOW,
        path=place.path,
        line=place.line,
        fix="let liveness ask an endpoint that needs no dependency",
        fails=False,
    )
