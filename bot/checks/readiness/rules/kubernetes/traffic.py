"""Parts `workloads` and `ingress`: what runs, and how requests get to it.

Source: https://kubernetes.io/docs/concepts/services-networking/ (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.kubernetes.objects import (
    LONG_RUNNING,
    KubernetesObject,
    Stack,
    are_together,
    is_selected,
)
from bot.checks.readiness.facts.located import mappings, text_of
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.rules.kubernetes.apps import App, show
from bot.checks.readiness.rules.kubernetes.measures import find_measures
from bot.model import Evidence, Finding, State, Strength

_ENTRANCES = ("Ingress", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "IngressRoute", "VirtualService", "Route")
_ENTRANCES_OF_OTHERS = ("HTTPProxy", "ManagedCertificate", "Gateway", "TunnelBinding", "TargetGroupBinding", "Mapping")
# Names below these are of gateways, ports, headers and certificates.
_NO_BACKENDS = frozenset({"parentRefs", "port", "headers", "queryParams", "tls", "middlewares", "gateways"})
_OUTSIDE = frozenset({"LoadBalancer", "NodePort"})
_MAX_NODES = 5_000


def judge_workloads(apps: Sequence[App]) -> Judged:
    """Whether the product's own images run as workloads whose selectors choose their pods."""
    evidence: list[Evidence] = []
    missing: list[Finding] = []
    for app in apps:
        one = app.workload
        selector = one.get("spec", "selector")
        if selector is not None and not is_selected(selector, one.labels):
            place = one.place("spec", "selector")
            missing.append(
                Finding(
                    rule="selector-misses",
                    message=f"{app.title}: its selector does not choose its own pods",
                    path=place.path,
                    line=place.line,
                    fix="give the pod template the labels of the selector",
                )
            )
            continue
        reached = f", reached by Service {app.services[0].name}" if app.services else ""
        evidence += show(app.stack, one.start, f"{app.title}{reached}", Strength.WIRED)
    return Judged(
        state=State.FAIL if missing or not apps else State.PASS,
        reason=f"{len(apps)} workloads run the product's own images",
        evidence=evidence,
        missing=missing,
        measures=find_measures(apps),
    )


def judge_ingress(apps: Sequence[App]) -> Judged:
    """Whether something lets requests in to a service of the product's own."""
    services = [(app, one) for app in apps for one in app.services]
    if (missed := _find_missed(apps)) is not None:
        return missed
    if not services:
        return Judged(state=State.NOT_APPLICABLE, reason=f"no service selects any of {len(apps)} workloads")
    evidence = [seen for stack in _stacks(apps) for seen in _entrances(stack, services)]
    if any(seen.strength is Strength.WIRED for seen in evidence):
        stacks = _stacks([app for app, _ in services])
        measures = {f"entrances of {stack.title}": _counted(stack, services) for stack in stacks}
        return Judged(state=State.PASS, reason=evidence[0].text, evidence=evidence, measures=measures)
    dormant = [
        Evidence(
            path=place.path,
            line=place.line,
            text=f"a template of {kind} that the chart's values do not render",
            strength=Strength.CONFIGURED,
        )
        for stack in _stacks(apps)
        for kind, place in stack.dormant.items()
        if kind in _ENTRANCES
    ]
    app, service = services[0]
    reason = f"nothing lets requests in to Service {service.name}"
    missing = Finding(
        rule="no-entrance",
        message=reason,
        path=service.start.path,
        line=service.start.line,
        fix=f"add an Ingress or an HTTPRoute whose backend is Service {service.name} of {app.title}",
    )
    if dormant:
        reason = f"{dormant[0].text}: {reason}"
    return Judged(state=State.FAIL, reason=reason, evidence=dormant, missing=[missing])


def _find_missed(apps: Sequence[App]) -> Judged | None:
    """Where an entrance leads to a service that selects nothing, while a workload that opens a port has none."""
    unserved = next((app for app in apps if not app.services and _opens(app)), None)
    if unserved is None:
        return None
    stack = unserved.stack
    workloads = stack.of(*LONG_RUNNING)
    for entrance in stack.of("Ingress", "HTTPRoute"):
        named = set(_backends(entrance))
        for service in stack.of("Service"):
            selector = service.get("spec", "selector")
            chosen = any(is_selected(selector, one.labels) for one in workloads if are_together(service, one))
            if service.name in named and selector and are_together(service, unserved.workload) and not chosen:
                reason = f"{entrance.kind} {entrance.name} leads to Service {service.name}, which selects no workload"
                place = service.place("spec", "selector")
                fix = f"give the service the labels of {unserved.title}"
                missing = Finding(rule="selects-nothing", message=reason, path=place.path, line=place.line, fix=fix)
                return Judged(state=State.FAIL, reason=reason, missing=[missing])
    return None


def _opens(app: App) -> bool:
    return any(mappings(one.value.get("ports")) for one in app.own_containers)


def _counted(stack: Stack, services: Sequence[tuple[App, KubernetesObject]]) -> Measure:
    """Whether anything lets requests in to a stack: of several stacks one may lose what did."""
    entrances = list(_entrances(stack, services))
    place = entrances[0] if entrances else None
    start = next(one.start for app, one in services if app.stack is stack)
    return Measure(
        value=min(1, len(entrances)),
        path=(place.path if place else None) or start.path,
        line=(place.line if place else None) or start.line,
        may_go=True,
    )


def _stacks(apps: Sequence[App]) -> Sequence[Stack]:
    return list({id(app.stack): app.stack for app in apps}.values())


def _entrances(stack: Stack, services: Sequence[tuple[App, KubernetesObject]]) -> Iterator[Evidence]:
    named = {one.name: one for app, one in services if app.stack is stack}
    for entrance in stack.of(*_ENTRANCES, *_ENTRANCES_OF_OTHERS):
        # A virtual service and a route may lead into another namespace, an Ingress may not.
        names = {name for name, one in named.items() if entrance.kind != "Ingress" or are_together(entrance, one)}
        reached = sorted(names & set(_backends(entrance)))
        if reached:
            text = f"{entrance.kind} {entrance.name} leads to Service {reached[0]}"
            yield from show(stack, entrance.start, text, Strength.WIRED)
    for service in stack.of("Service"):
        if service.name in named and service.get("spec", "type") in _OUTSIDE:
            text = f"Service {service.name} is open to the outside"
            yield from show(stack, service.place("spec", "type"), text, Strength.WIRED)


def _backends(entrance: KubernetesObject) -> Iterator[str]:
    """Yield the names that backends of any kind of entrance point at."""
    # Only a virtual service names what it leads to by its host.
    keys = ("host", "name") if entrance.kind == "VirtualService" else ("serviceName", "service", "name")
    waiting: list[object] = [entrance.value.get("spec")]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            yield from (text_of(one.get(key)).partition(".")[0].partition(":")[0] for key in keys)
            waiting += [inner for key, inner in one.items() if key not in _NO_BACKENDS]
