"""Numbers of the apps that a change may not make worse: replicas, restrictions, network policies, that they are found.

No item asks for one of these by itself: how many replicas an app needs nobody can read, but fewer than before is told.
Sources: https://kubernetes.io/docs/concepts/security/pod-security-standards/ and
https://kubernetes.io/docs/concepts/services-networking/network-policies/ (read 2026-11-30).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.checks.readiness.facts.kubernetes.objects import Container, Stack, is_selected
from bot.checks.readiness.facts.located import Place, get_in
from bot.checks.readiness.judged import Measure
from bot.checks.readiness.rules.kubernetes.apps import App
from bot.checks.readiness.rules.kubernetes.scaling import count_replicas

_POLICIES = ("NetworkPolicy", "CiliumNetworkPolicy")
_SHARED = ("hostNetwork", "hostPID", "hostIPC")


def find_measures(apps: Sequence[App]) -> Mapping[str, Measure]:
    """The numbers by what they count, the app's stack among it."""
    return {f"{name} of {app.title} in {app.stack.title}": measure for app in apps for name, measure in _of(app)}


def _of(app: App) -> Iterator[tuple[str, Measure]]:
    workload = app.workload
    if workload.kind != "DaemonSet":
        yield "replicas", _measure(app.stack, count_replicas(app), workload.place("spec", "replicas"))
    place = workload.place(*workload.pod_keys, "securityContext")
    for container in app.own_containers:
        if container.value.get("securityContext"):
            place = container.place("securityContext")
    yield "settings that restrict the pods", _measure(app.stack, sum(_restrictions(app)), place)
    yield "network policies", _measure(app.stack, _policies(app), workload.start)
    services = app.services[:1]
    reached = next((one.place("spec", "selector") for one in services), workload.start)
    yield "that a service selects the pods", _measure(app.stack, len(services), reached)


def _measure(stack: Stack, value: float, place: Place) -> Measure:
    cause = stack.causes.get(place, place)
    return Measure(value=value, path=cause.path, line=cause.line, may_go=True)


def _restrictions(app: App) -> Iterator[bool]:
    pod = app.workload.get(*app.workload.pod_keys)
    yield from (not get_in(pod, key) for key in _SHARED)
    yield get_in(pod, "automountServiceAccountToken") is False
    for container in app.own_containers:
        yield from _restrictions_of(pod, container)


def _restrictions_of(pod: object, container: Container) -> Iterator[bool]:
    own, shared = container.value.get("securityContext"), get_in(pod, "securityContext")
    dropped = get_in(own, "capabilities", "drop")
    either = [get_in(own, key) if get_in(own, key) is not None else get_in(shared, key) for key in _OF_BOTH]
    yield either[0] is True
    yield either[1] not in {None, 0} or either[0] is True
    yield either[2] is not None
    yield get_in(own, "readOnlyRootFilesystem") is True
    yield get_in(own, "allowPrivilegeEscalation") is False
    yield get_in(own, "privileged") is not True
    yield isinstance(dropped, list) and any(str(one).upper() == "ALL" for one in dropped)
    yield not get_in(own, "capabilities", "add")


_OF_BOTH = ("runAsNonRoot", "runAsUser", "seccompProfile")


def _policies(app: App) -> int:
    """How many network policies select an app's pods; an empty selector selects all."""
    selectors = [
        one.get("spec", "podSelector") if one.kind == "NetworkPolicy" else one.get("spec", "endpointSelector")
        for one in app.stack.of(*_POLICIES)
    ]
    return sum(one in ({}, None) or is_selected(one, app.workload.labels) for one in selectors)
