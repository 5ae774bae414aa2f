"""Kubernetes objects, whichever way they are written, with the place of each key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.checks.readiness.facts.located import Place, get_in, mappings, place_in, text_of
from bot.model import Unknown

_POD_PLACES: Mapping[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
_TEMPLATE = ("spec", "template", "spec")
LONG_RUNNING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout", "DeploymentConfig", "ReplicaSet"})
WORKLOADS = LONG_RUNNING | {"Pod", "Job", "CronJob"}


class Means(StrEnum):
    """How objects are written."""

    RAW = "manifests"
    HELM = "chart"
    KUSTOMIZE = "overlay"


@dataclass(frozen=True)
class Container:
    """A container of a workload; `keys` is where its mapping stands in the object."""

    owner: KubernetesObject
    keys: tuple[str | int, ...]
    value: Mapping[str, object]

    @property
    def name(self) -> str:
        """Its name."""
        return text_of(self.value.get("name"))

    @property
    def image(self) -> str:
        """Its image, as it is written."""
        return text_of(self.value.get("image"))

    def place(self, *keys: str | int) -> Place:
        """Where a key of the container was written."""
        return self.owner.place(*self.keys, *keys)


@dataclass(frozen=True)
class KubernetesObject:
    """One object.

    Attributes:
        value: the whole of it, a tree of `Located`.
        start: where it begins.
    """

    kind: str
    api_version: str
    name: str
    namespace: str
    value: Mapping[str, object] = field(repr=False)
    start: Place

    def get(self, *keys: str | int) -> object:
        """The value at a path; None where there is none."""
        return get_in(self.value, *keys)

    def place(self, *keys: str | int) -> Place:
        """Where the key at a path was written, or what is nearest around it."""
        return place_in(self.value, self.start, *keys)

    @property
    def pod_keys(self) -> tuple[str, ...]:
        """Where the pod's specification stands."""
        return _POD_PLACES.get(self.kind, _TEMPLATE)

    @property
    def labels(self) -> Mapping[str, object]:
        """The labels of the pods that it makes."""
        place = ("metadata", "labels") if self.kind == "Pod" else (*self.pod_keys[:-1], "metadata", "labels")
        found = self.get(*place)
        return found if isinstance(found, dict) else {}

    def containers(self, *, initial: bool = False) -> Iterator[Container]:
        """Yield the containers of a workload, or those that run before them."""
        keys = (*self.pod_keys, "initContainers" if initial else "containers")
        listed = self.get(*keys)
        for at, one in enumerate(listed) if isinstance(listed, list) else ():
            if isinstance(one, dict):
                yield Container(self, (*keys, at), one)


@dataclass(frozen=True)
class Stack:
    """Objects that are applied together.

    Attributes:
        title: which they are, in words, such as `chart deploy/shop with values-prod.yaml`.
        folder: where they are written.
        group: what is one of several ways to apply the same: a chart's folder, or the folder that overlays lie in.
        dormant: kinds that templates hold and these values do not render, with a place of each.
        causes: a rendered line's template place to the place of the value that decided it.
        unknowns: what of it could not be read.
        absent: charts that it takes in and that are not in the repository.
    """

    means: Means
    title: str
    folder: str
    group: str
    objects: Sequence[KubernetesObject]
    unknowns: Sequence[Unknown] = ()
    dormant: Mapping[str, Place] = field(default_factory=dict)
    causes: Mapping[Place, Place] = field(default_factory=dict)
    absent: Sequence[Unknown] = ()
    production: bool = False

    def of(self, *kinds: str) -> Sequence[KubernetesObject]:
        """The objects of some kinds."""
        return [one for one in self.objects if one.kind in kinds]


def object_of(value: object, start: Place) -> KubernetesObject | None:
    """The object that a document is; None where it is none."""
    if not isinstance(value, dict):
        return None
    kind, version = value.get("kind"), value.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(version, str):
        return None
    name, namespace = get_in(value, "metadata", "name"), get_in(value, "metadata", "namespace")
    return KubernetesObject(kind, version, text_of(name), text_of(namespace), value, start)


def objects_of(value: object, start: Place) -> Iterator[KubernetesObject]:
    """Yield the object of a document, or those of a `List`, or of a `Template` of OpenShift, as it is written."""
    found = object_of(value, start)
    if found is None:
        return
    key = {"List": "items", "Template": "objects"}.get(found.kind, "")
    if key and isinstance(found.get(key), list):
        for at, item in enumerate(mappings(found.get(key))):
            inner = object_of(item, found.place(key, at))
            if inner is not None:
                yield inner
        return
    yield found


def is_selected(selector: object, labels: Mapping[str, object]) -> bool:
    """Whether a selector (`matchLabels` and `matchExpressions`, or a service's plain labels) chooses these labels.

    An empty selector of a service chooses nothing.
    """
    if not isinstance(selector, dict) or not selector:
        return False
    wanted = selector.get("matchLabels", {} if "matchExpressions" in selector else selector)
    if not isinstance(wanted, dict) or any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_is_met(one, labels) for one in mappings(selector.get("matchExpressions")))


def _is_met(expression: Mapping[str, object], labels: Mapping[str, object]) -> bool:
    key, values = text_of(expression.get("key")), expression.get("values")
    listed = isinstance(values, list) and labels.get(key) in values
    match expression.get("operator"):
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case "In":
            return listed
        case "NotIn":
            return not listed
        case _:
            return True


def are_together(one: KubernetesObject, other: KubernetesObject) -> bool:
    """Whether two objects are in one namespace; one that names none is applied to any."""
    return not one.namespace or not other.namespace or one.namespace == other.namespace
