"""What templates see beside the values: the chart, the cluster, files.

Source: https://helm.sh/docs/chart_template_guide/builtin_objects/ (read 2026-11-29), checked against Helm 3.17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

from bot.checks.readiness.facts.files import Role
from bot.checks.readiness.facts.helm.chart import Chart
from bot.checks.readiness.facts.helm.values import Budget, to_json

_NAME, _NAMESPACE = "release-name", "default"
_KUBERNETES = "v1.32.0"
# What a cluster of that version has by itself; custom resources are not known, as with `helm template`.
_API_VERSIONS = frozenset(
    [
        "v1",
        "admissionregistration.k8s.io/v1",
        "admissionregistration.k8s.io/v1beta1",
        "apps/v1",
        "apps/v1beta1",
        "apps/v1beta2",
        "authentication.k8s.io/v1",
        "authorization.k8s.io/v1",
        "autoscaling/v1",
        "autoscaling/v2",
        "autoscaling/v2beta1",
        "autoscaling/v2beta2",
        "batch/v1",
        "batch/v1beta1",
        "certificates.k8s.io/v1",
        "certificates.k8s.io/v1beta1",
        "coordination.k8s.io/v1",
        "coordination.k8s.io/v1beta1",
        "discovery.k8s.io/v1",
        "discovery.k8s.io/v1beta1",
        "events.k8s.io/v1",
        "events.k8s.io/v1beta1",
        "extensions/v1beta1",
        "flowcontrol.apiserver.k8s.io/v1",
        "networking.k8s.io/v1",
        "networking.k8s.io/v1beta1",
        "node.k8s.io/v1",
        "node.k8s.io/v1beta1",
        "policy/v1",
        "policy/v1beta1",
        "rbac.authorization.k8s.io/v1",
        "rbac.authorization.k8s.io/v1beta1",
        "scheduling.k8s.io/v1",
        "scheduling.k8s.io/v1beta1",
        "storage.k8s.io/v1",
        "storage.k8s.io/v1beta1",
        "apiextensions.k8s.io/v1",
        "apiextensions.k8s.io/v1beta1",
    ]
)


def surroundings(chart: Chart, name: str, budget: Budget, *, is_root: bool) -> dict[str, object]:
    """What the templates of a chart see beside its values; `name` is the chart's place among charts."""
    return {
        "Chart": _chart_data(chart, is_root=is_root),
        "Release": {
            "Name": _NAME,
            "Namespace": _NAMESPACE,
            "Service": "Helm",
            "Revision": 1,
            "IsInstall": True,
            "IsUpgrade": False,
        },
        "Capabilities": _capabilities(),
        "Files": _files(chart, budget),
        "Template": {"Name": name, "BasePath": f"{name}/templates"},
    }


def _chart_data(chart: Chart, *, is_root: bool) -> dict[str, object]:
    fields = {key[:1].upper() + key[1:]: value for key, value in chart.metadata.items()}
    texts = dict.fromkeys(("Version", "AppVersion", "Description", "Type", "Home", "Icon", "KubeVersion"), "")
    given = {key: value if isinstance(value, str | list | dict) else str(value) for key, value in fields.items()}
    return {**texts, **given, "APIVersion": str(chart.metadata.get("apiVersion", "")), "IsRoot": is_root}


def _capabilities() -> dict[str, object]:
    version = {"Version": _KUBERNETES, "GitVersion": _KUBERNETES, "Major": "1", "Minor": "32"}

    return {
        "KubeVersion": version,
        "APIVersions": {"Has": lambda name: name in _API_VERSIONS},
        "HelmVersion": {"Version": "v3.17.3", "GitCommit": "", "GitTreeState": "clean", "GoVersion": ""},
    }


def _files(chart: Chart, budget: Budget) -> dict[str, object]:
    prefix = chart.path("")
    left_out = ("templates/", "charts/", "crds/", "Chart.yaml", "values.yaml", "values.schema.json")

    def names() -> Iterator[str]:
        for path in chart.files.select(f"{prefix}**", roles=frozenset(Role)):
            if not path.removeprefix(prefix).startswith(left_out):
                yield path.removeprefix(prefix)

    def read(name: str) -> str:
        budget.step(10)
        path = chart.path(name)
        return budget.text(chart.files.text(path) or "") if not name.startswith(("/", "../")) else ""

    def glob(pattern: str) -> dict[str, object]:
        budget.step(100)
        return _found_files([one for one in names() if _matches(pattern, one)], read, budget)

    return _found_files([], read, budget, {"Glob": glob})


def _matches(pattern: str, name: str) -> bool:
    if "**" in pattern:
        return fnmatchcase(name, pattern.replace("**/", "*").replace("**", "*"))
    return pattern.count("/") == name.count("/") and fnmatchcase(name, pattern)


class _FoundFiles(dict[str, object]):
    """What `.Files.Glob` gives: texts by name, with methods beside them."""

    def __init__(self, texts: Mapping[str, str], methods: Mapping[str, Callable[..., object]]) -> None:
        super().__init__(texts)
        self._methods = methods

    def get(self, key: str, default: object = None) -> object:
        return self[key] if key in self else self._methods.get(key, default)


def _found_files(
    names: Sequence[str],
    read: Callable[[str], str],
    budget: Budget,
    more: Mapping[str, Callable[..., object]] = MappingProxyType({}),
) -> dict[str, object]:
    texts = {name: read(name) for name in names}
    by_file = {name.rpartition("/")[2]: text for name, text in texts.items()}
    methods: dict[str, Callable[..., object]] = {
        "Get": read,
        "GetBytes": read,
        "Lines": lambda name: read(name).split("\n"),
        "AsConfig": lambda: _as_yaml(by_file, budget),
        "AsSecrets": lambda: _as_yaml(dict.fromkeys(by_file, "c2VjcmV0"), budget),
        **more,
    }
    return _FoundFiles(texts, methods)


def _as_yaml(texts: Mapping[str, str], budget: Budget) -> str:
    return "\n".join(f"{to_json(key, budget)}: {to_json(value, budget)}" for key, value in sorted(texts.items()))
