"""Part `probes`: each container that serves has a readiness probe, and its liveness does not ask for more than itself.

A probe that asks nothing is none (`asking`).
Source: https://kubernetes.io/docs/concepts/workloads/pods/probes/ (read 2026-11-29).
Out of sight: what the path of a probe does.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.readiness.facts.kubernetes.objects import Container
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.apps import App, show
from bot.checks.readiness.rules.kubernetes.asking import find_fault
from bot.model import Evidence, Finding, Severity, State, Strength

_FIX = "give the container a readinessProbe that asks an endpoint which answers only when the app can serve"


def judge_probes(apps: Sequence[App], look: Look) -> Judged:
    """Whether the containers that serve say when they are ready."""
    serving = [(app, container) for app in apps for container in app.serving]
    if not serving:
        reason = f"none of {len(apps)} workloads has a container that serves"
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    faults = [_fault(look, one) for _, one in serving]
    bare = [pair for pair, fault in zip(serving, faults, strict=True) if fault]
    good = [pair for pair, fault in zip(serving, faults, strict=True) if not fault]
    evidence = [seen for app, one in good for seen in _evidence(app, one)]
    missing = [_missing(app, one, fault) for (app, one), fault in zip(serving, faults, strict=True) if fault]
    missing += [_same_probe(app, one) for app, one in serving if _restarts_on_readiness(one)]
    first = _place(bare[0][1]) if bare else serving[0][1].place("readinessProbe")
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


def _fault(look: Look, container: Container) -> str | None:
    """Why a container does not say when it is ready; None where it does."""
    probe = container.value.get("readinessProbe")
    if not probe:
        return "has no readiness probe"
    fault = find_fault(look, container, probe)
    return f"has a readiness probe that {fault}" if fault else None


def _place(container: Container) -> Place:
    return container.place("readinessProbe" if container.value.get("readinessProbe") else "name")


def _not_alive(serving: Sequence[Container]) -> Measure:
    bare = [one for one in serving if not one.value.get("livenessProbe")]
    return _measure(len(bare), bare[0].place("name") if bare else serving[0].place("livenessProbe"))


def _measure(value: int, place: Place) -> Measure:
    return Measure(value=value, path=place.path, line=place.line, higher_is_better=False)


def _evidence(app: App, container: Container) -> list[Evidence]:
    text = f"{app.title}: {container.name} has a readiness probe"
    return list(show(app.stack, container.place("readinessProbe"), text, Strength.WIRED))


def _missing(app: App, container: Container, fault: str) -> Finding:
    place = _place(container)
    return Finding(
        rule="no-readiness-probe",
        message=f"{app.title}: the container {container.name} serves and {fault}",
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
