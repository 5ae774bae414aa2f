"""Parts `config` and `secrets`: where the apps' containers have their settings from.

Source: https://kubernetes.io/docs/concepts/configuration/secret/ (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.kubernetes.objects import Container, KubernetesObject
from bot.checks.readiness.facts.kubernetes.secret_values import find_literal_secrets
from bot.checks.readiness.facts.located import Place, get_in, mappings
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.rules.kubernetes.apps import App, name_of, show
from bot.model import Evidence, Finding, Severity, State, Strength

_STORES = ("ExternalSecret", "SealedSecret", "SecretProviderClass", "VaultStaticSecret", "OnePasswordItem")
_MAX_EVIDENCE = 20


def judge_config(apps: Sequence[App]) -> Judged:
    """Whether settings that are no secrets come from a ConfigMap, or stand in the workload."""
    evidence = [seen for app in apps for seen in _config(app)]
    if not evidence:
        return Judged(state=State.NOT_APPLICABLE, reason=f"none of {len(apps)} workloads is given any setting")
    measures = {
        f"ConfigMaps that {app.title} names in {app.stack.title}, and that are not there": _unmade(app) for app in apps
    }
    return Judged(state=State.PASS, reason=evidence[0].text, evidence=evidence[:_MAX_EVIDENCE], measures=measures)


def _unmade(app: App) -> Measure:
    """How many of the ConfigMaps that an app names are none of its stack's: they may be made elsewhere."""
    made = {one.name for one in app.stack.of("ConfigMap")}
    named = list(references(app.workload, "configMap"))
    place = next((place for name, place in named if name not in made), named[0][1] if named else app.workload.start)
    count = len({name for name, _ in named} - made)
    return Measure(value=count, path=place.path, line=place.line, higher_is_better=False, may_go=True)


def _config(app: App) -> Iterator[Evidence]:
    for name, place in references(app.workload, "configMap"):
        text = f"{app.title} takes settings from ConfigMap {name}"
        yield from show(app.stack, place, text, Strength.WIRED)
    for container in app.own_containers:
        plain = [at for at, one in enumerate(mappings(container.value.get("env"))) if "value" in one]
        if plain:
            text = f"{app.title}: {container.name} is given {len(plain)} settings"
            yield from show(app.stack, container.place("env"), text, Strength.WIRED)


def judge_secrets(apps: Sequence[App]) -> Judged:
    """Whether secrets come from Secrets or a store, and none is written out in a manifest."""
    stacks = list({id(app.stack): app.stack for app in apps}.values())
    literal = [one for stack in stacks for one in find_literal_secrets(stack)]
    evidence = [
        seen
        for app in apps
        for name, place in references(app.workload, "secret")
        for seen in show(app.stack, place, f"{app.title} takes secrets from Secret {name}", Strength.WIRED)
    ]
    evidence += [
        seen
        for stack in stacks
        for one in stack.of(*_STORES)
        for seen in show(stack, one.start, f"{one.kind} {one.name}", Strength.WIRED)
    ]
    measures = {}
    if literal:
        first = literal[0].place
        measures["secrets written out"] = Measure(
            value=len(literal), path=first.path, line=first.line, higher_is_better=False
        )
    if literal:
        state, reason = State.FAIL, f"{len(literal)} secrets are written out in manifests"
    elif evidence:
        state, reason = State.PASS, evidence[0].text
    else:
        state, reason = State.NOT_APPLICABLE, f"none of {len(apps)} workloads is given a secret"
    return Judged(
        state=state,
        reason=reason,
        evidence=evidence[:_MAX_EVIDENCE],
        missing=[literal_finding(one.name, one.owner, one.place) for one in literal],
        measures=measures,
    )


def literal_finding(name: str, owner: str, place: Place) -> Finding:
    """What is said of a secret's value that is committed; the value is never part of it."""
    return Finding(
        rule="literal-secret",
        message=f"the value of {name} is written out ({owner})",
        severity=Severity.CRITICAL,
        path=place.path,
        line=place.line,
        fix="rotate it, and take it from a Secret that a store, a sealed file or the release makes",
    )


def references(workload: KubernetesObject, kind: str) -> Iterator[tuple[str, Place]]:
    """Yield the names of the ConfigMaps (`configMap`) or Secrets (`secret`) that a workload uses, with their places."""
    for container in [*workload.containers(), *workload.containers(initial=True)]:
        yield from _container_references(container, kind)
    keys = (*workload.pod_keys, "volumes")
    for at, volume in enumerate(mappings(workload.get(*keys))):
        name = get_in(volume, kind, "name") or get_in(volume, kind, "secretName")
        if isinstance(name, str):
            yield name, workload.place(*keys, at, kind)


def _container_references(container: Container, kind: str) -> Iterator[tuple[str, Place]]:
    for at, one in enumerate(mappings(container.value.get("envFrom"))):
        if name := name_of(one.get(f"{kind}Ref")):
            yield name, container.place("envFrom", at)
    for at, one in enumerate(mappings(container.value.get("env"))):
        if name := name_of(get_in(one, "valueFrom", f"{kind}KeyRef")):
            yield name, container.place("env", at)
