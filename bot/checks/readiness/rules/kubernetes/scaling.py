"""Parts `hpa`, `pdb` and `resources`: what keeps an app up as load and nodes come and go.

Sources: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/,
https://kubernetes.io/docs/tasks/run-application/configure-pdb/ and
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.checks.readiness.facts.kubernetes.objects import Container, KubernetesObject, are_together, is_selected
from bot.checks.readiness.facts.located import Place, get_in, mappings, text_of
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.rules.kubernetes.apps import App, show
from bot.model import Evidence, Finding, State, Strength

_SCALED = frozenset({"Deployment", "Rollout", "DeploymentConfig", "StatefulSet"})
_SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
_WHOLE = 100
# Percent of what is requested.
_MOST_SHARE = 1_000
_ZERO = re.compile(r"0+(?:\.0+)?[A-Za-z]*")


def judge_hpa(apps: Sequence[App]) -> Judged:
    """Whether the apps that serve are scaled by load, by an object that points at them and can measure them."""
    scaled = [app for app in apps if app.workload.kind in _SCALED and app.serving]
    if not scaled:
        return Judged(state=State.NOT_APPLICABLE, reason=f"none of {len(apps)} workloads serves and can be scaled")
    pairs = [(app, one) for app in scaled for one in app.stack.of(*_SCALERS) if _points_at(one, app)]
    idle = [(app, one) for app, one in pairs if _scales_nothing(one)]
    pairs = [pair for pair in pairs if pair not in idle]
    missing = [found for app, one in pairs for found in _unmeasured(app, one)]
    missing += [_idle(app, one) for app, one in idle]
    evidence = [
        seen
        for app, one in pairs
        for seen in show(app.stack, one.start, f"{one.kind} {one.name} scales {app.title}", Strength.WIRED)
    ]
    if not pairs and not idle:
        evidence = _dormant(scaled, _SCALERS)
        place = scaled[0].workload.place("spec", "replicas")
        missing = [_finding("no-autoscaler", f"nothing scales {scaled[0].title}", place, _HPA_FIX)]
    bare = len(scaled) - len({id(app.workload) for app, _ in pairs})
    return Judged(
        state=State.PASS if pairs and not missing else State.FAIL,
        reason=f"{len(scaled) - bare} of {len(scaled)} workloads that serve are scaled by load",
        evidence=evidence,
        missing=missing,
        measures={"workloads without an autoscaler": _measure(bare, scaled[0].workload.start)},
    )


_HPA_FIX = "add a HorizontalPodAutoscaler for it, and requests to its containers"
_PDB_FIX = "add a PodDisruptionBudget with maxUnavailable: 1 that selects its pods, and run two replicas or more"


def _scales_nothing(scaler: KubernetesObject) -> bool:
    """Whether an autoscaler has no room, or waits for a load that no pod can have."""
    keda = scaler.kind == "ScaledObject"
    most = scaler.get("spec", "maxReplicaCount" if keda else "maxReplicas")
    least = scaler.get("spec", "minReplicaCount" if keda else "minReplicas")
    if isinstance(most, int) and most <= (least if isinstance(least, int) else 0 if keda else 1):
        return True
    metrics = list(mappings(scaler.get("spec", "metrics")))
    shares = [
        get_in(one, kind, "target", "averageUtilization")
        for one in metrics
        for kind in ("resource", "containerResource")
    ]
    shares = [one for one in [*shares, scaler.get("spec", "targetCPUUtilizationPercentage")] if one is not None]
    others = any(
        one.get("type") not in {"Resource", "ContainerResource"} for one in mappings(scaler.get("spec", "metrics"))
    )
    return not others and bool(shares) and all(isinstance(one, int) and one > _MOST_SHARE for one in shares)


def _idle(app: App, scaler: KubernetesObject) -> Finding:
    key = "maxReplicaCount" if scaler.kind == "ScaledObject" else "maxReplicas"
    message = f"{scaler.kind} {scaler.name} never changes the number of pods of {app.title}"
    return _finding("autoscaler-scales-nothing", message, scaler.place("spec", key), _HPA_FIX)


def _points_at(scaler: KubernetesObject, app: App) -> bool:
    target = scaler.get("spec", "scaleTargetRef")
    if not isinstance(target, dict) or not are_together(scaler, app.workload):
        return False
    kind = text_of(target.get("kind")) or "Deployment"
    return (kind, target.get("name")) == (app.workload.kind, app.workload.name)


def _unmeasured(app: App, scaler: KubernetesObject) -> Sequence[Finding]:
    """An autoscaler by a share of what containers request has nothing to go by where they request nothing."""
    wanted = {
        text_of(get_in(one, "resource", "name")) or text_of(get_in(one, "containerResource", "name"))
        for one in mappings(scaler.get("spec", "metrics"))
        if get_in(one, "resource", "target", "averageUtilization") or one.get("type") == "ContainerResource"
    }
    if scaler.get("spec", "targetCPUUtilizationPercentage"):
        wanted.add("cpu")
    return [
        _finding(
            "autoscaler-without-requests",
            f"{scaler.kind} {scaler.name} goes by {resource}, which the container {one.name} does not request",
            one.place("resources"),
            f"request {resource} in the container's resources",
        )
        for resource in sorted(wanted & {"cpu", "memory"})
        for one in app.own_containers
        if not _amount(one, "requests", resource)
    ]


def judge_pdb(apps: Sequence[App]) -> Judged:
    """Whether a budget keeps some pods of the apps that serve, and lets the others go."""
    kept = [app for app in apps if app.workload.kind in _SCALED and app.serving]
    if not kept:
        return Judged(state=State.NOT_APPLICABLE, reason=f"none of {len(apps)} workloads serves and can be drained")
    pairs = [(app, one) for app in kept for one in app.stack.of("PodDisruptionBudget") if _covers(one, app)]
    blocked = [found for app, one in pairs if (found := _blocks(app, one)) is not None]
    idle = [(app, one) for app, one in pairs if _keeps_nothing(app, one)]
    pairs = [pair for pair in pairs if pair not in idle]
    evidence = [
        seen
        for app, one in pairs
        for seen in show(app.stack, one.start, f"PodDisruptionBudget {one.name} covers {app.title}", Strength.WIRED)
    ]
    missing = [*blocked, *(_keeping(app, one) for app, one in idle)]
    if not pairs and not idle:
        evidence = _dormant(kept, ("PodDisruptionBudget",))
        missing = [_finding("no-budget", f"no budget covers {kept[0].title}", kept[0].workload.start, _PDB_FIX)]
    bare = len(kept) - len({id(app.workload) for app, _ in pairs})
    return Judged(
        state=State.PASS if pairs and not missing else State.FAIL,
        reason=f"{len(kept) - bare} of {len(kept)} workloads that serve have a disruption budget",
        evidence=evidence,
        missing=missing,
        measures={"workloads without a disruption budget": _measure(bare, kept[0].workload.start)},
    )


def _covers(budget: KubernetesObject, app: App) -> bool:
    selector = budget.get("spec", "selector")
    # Of this version an empty selector chooses every pod of the namespace.
    every = selector == {} and budget.api_version == "policy/v1"
    return are_together(budget, app.workload) and (every or is_selected(selector, app.workload.labels))


def _keeps_nothing(app: App, budget: KubernetesObject) -> bool:
    """Whether a budget lets all pods go at once; of a single pod one may."""
    replicas = count_replicas(app)
    least, most = budget.get("spec", "minAvailable"), budget.get("spec", "maxUnavailable")
    if most is None:
        return least is None or _pods(least, replicas) <= 0
    share = str(most).rstrip("%")
    whole = str(most).endswith("%") and share.isdigit() and int(share[:4]) >= _WHOLE
    return whole or (replicas > 0 and _pods(most, replicas) >= max(replicas, 2))


def _keeping(app: App, budget: KubernetesObject) -> Finding:
    key = "maxUnavailable" if budget.get("spec", "maxUnavailable") is not None else "minAvailable"
    message = f"PodDisruptionBudget {budget.name} lets all pods of {app.title} go at once"
    return _finding("budget-keeps-nothing", message, budget.place("spec", key), _PDB_FIX)


def _blocks(app: App, budget: KubernetesObject) -> Finding | None:
    """A budget that lets no pod go stops every drain of a node."""
    replicas = count_replicas(app)
    least, most = budget.get("spec", "minAvailable"), budget.get("spec", "maxUnavailable")
    key = "maxUnavailable" if most is not None else "minAvailable"
    zero = most in {0, "0", "0%"}
    if not zero and not (least is not None and _pods(least, replicas) >= replicas > 0):
        return None
    return _finding(
        "budget-blocks",
        f"PodDisruptionBudget {budget.name} lets none of the {replicas} pods of {app.title} go",
        budget.place("spec", key),
        "use maxUnavailable: 1 and run two replicas or more",
    )


def count_replicas(app: App) -> int:
    """How many pods there are at least."""
    for one in app.stack.of(*_SCALERS):
        if _points_at(one, app):
            least = one.get("spec", "minReplicas") or one.get("spec", "minReplicaCount") or 1
            return int(least) if isinstance(least, int | float) else 1
    replicas = app.workload.get("spec", "replicas")
    return int(replicas) if isinstance(replicas, int | float) else 1


def _pods(amount: object, replicas: int) -> float:
    if isinstance(amount, str) and amount.endswith("%") and amount[:-1].isdigit():
        # Kubernetes rounds up.
        return -(-int(amount[:-1]) * replicas // _WHOLE)
    if isinstance(amount, str) and amount.isdigit():
        return int(amount)
    return float(amount) if isinstance(amount, int | float) else 0


def judge_resources(apps: Sequence[App]) -> Judged:
    """Whether the apps' containers say how much processor time and memory they need."""
    containers = [(app, one) for app in apps for one in app.own_containers]
    if not containers:
        return Judged(state=State.NOT_APPLICABLE, reason="there is no workload of the product's own")
    bare = [(app, one) for app, one in containers if not _has_requests(one)]
    evidence = [
        seen
        for app, one in containers
        if _has_requests(one)
        for seen in show(
            app.stack, one.place("resources"), f"{app.title}: {one.name} says what it needs", Strength.WIRED
        )
    ]
    missing = [
        _finding(
            "no-requests",
            f"{app.title}: the container {one.name} does not say what it needs",
            one.place("resources") if one.value.get("resources") else one.place("name"),
            "set resources.requests for cpu and memory, and a limit for memory",
        )
        for app, one in bare
    ]
    place = bare[0][1].place("name") if bare else containers[0][1].place("resources")
    return Judged(
        state=State.FAIL if bare else State.PASS,
        reason=f"{len(containers) - len(bare)} of {len(containers)} containers request cpu or memory",
        evidence=evidence,
        missing=missing,
        measures={
            "containers without requests": _measure(len(bare), place),
            "containers without a limit of memory": _unlimited([one for _, one in containers]),
        },
    )


def _unlimited(containers: Sequence[Container]) -> Measure:
    bare = [one for one in containers if not get_in(one.value, "resources", "limits", "memory")]
    one = (bare or containers)[0]
    return _measure(len(bare), one.place("resources") if one.value.get("resources") else one.place("name"))


def _has_requests(container: Container) -> bool:
    return bool(_amount(container, "requests", "cpu") or _amount(container, "requests", "memory"))


def _amount(container: Container, what: str, resource: str) -> object:
    # A limit without a request is a request of the same amount.
    either = (get_in(container.value, "resources", key, resource) for key in (what, "limits"))
    return next((one for one in either if one and not _ZERO.fullmatch(str(one))), None)


def _dormant(apps: Sequence[App], kinds: Sequence[str]) -> list[Evidence]:
    found: Mapping[str, Place] = {kind: place for app in apps for kind, place in app.stack.dormant.items()}
    return [
        Evidence(
            path=found[kind].path,
            line=found[kind].line,
            text=f"a template of {kind} that the chart's values do not render",
            strength=Strength.CONFIGURED,
        )
        for kind in kinds
        if kind in found
    ]


def _finding(rule: str, message: str, place: Place, fix: str) -> Finding:
    return Finding(rule=rule, message=message, path=place.path, line=place.line, fix=fix)


def _measure(value: int, place: Place) -> Measure:
    return Measure(value=value, path=place.path, line=place.line, higher_is_better=False)
