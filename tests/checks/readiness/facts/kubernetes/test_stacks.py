"""Manifests, charts and kustomizations become stacks; each object knows where its keys were written."""

from __future__ import annotations

import pytest

from bot.checks.readiness.facts.kubernetes import Kubernetes
from bot.checks.readiness.facts.kubernetes.objects import KubernetesObject, Means, Stack
from bot.checks.readiness.facts.located import Place
from tests.checks.readiness.look import look

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.org/web
          env:
            - name: LEVEL
              value: info
"""


def stacks(files: dict[str, str]) -> list[Stack]:
    return list(Kubernetes(look(files).files).stacks)


def judged(files: dict[str, str]) -> list[str]:
    return [one.title for one in Kubernetes(look(files).files).judged]


def only(files: dict[str, str]) -> KubernetesObject:
    [stack] = stacks(files)
    [found] = [one for one in stack.objects if one.kind == "Deployment"]
    return found


def test_a_manifest_keeps_its_lines() -> None:
    found = only({"k8s/web.yaml": "# first\n---\n" + DEPLOYMENT})

    assert (found.name, found.start) == ("web", Place("k8s/web.yaml", 3))
    assert found.place("spec", "replicas") == Place("k8s/web.yaml", 8)
    [container] = found.containers()
    assert container.place("image") == Place("k8s/web.yaml", 15)


def test_a_list_is_its_items() -> None:
    text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n"
    [stack] = stacks({"k8s/all.yaml": text})

    assert [(one.kind, one.start.line) for one in stack.objects] == [("Service", 4)]


@pytest.mark.parametrize(
    "files",
    [
        {"docs/web.yaml": DEPLOYMENT},
        {"tests/fixtures/web.yaml": DEPLOYMENT},
        {"examples/k8s/web.yaml": DEPLOYMENT},
        {"vendor/x/web.yaml": DEPLOYMENT},
        {".github/workflows/ci.yaml": "kind: X\napiVersion: v1\n"},
        {"catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n"},
        {"openapi.yaml": "openapi: 3.0.0\ninfo: {title: x}\n"},
        {"config/settings.yaml": "kind: local\nname: x\n"},
    ],
)
def test_what_nobody_applies_is_no_stack(files: dict[str, str]) -> None:
    assert stacks(files) == []


def test_a_manifest_that_is_a_template_is_unknown() -> None:
    [stack] = stacks({"k8s/web.yaml": "{{ if x }}\n" + DEPLOYMENT + "{{ end }}\n"})

    assert [(one.path, "template" in one.reason) for one in stack.unknowns] == [("k8s/web.yaml", True)]


BASE = {"k8s/base/kustomization.yaml": "resources: [web.yaml]\n", "k8s/base/web.yaml": DEPLOYMENT}


def overlay(text: str, **more: str) -> dict[str, str]:
    extra = {f"k8s/prod/{name.replace('_', '.')}": content for name, content in more.items()}
    return {**BASE, "k8s/prod/kustomization.yaml": "resources: [../base]\n" + text, **extra}


def test_an_overlay_takes_in_its_base_which_is_no_stack_of_its_own() -> None:
    assert [one.title for one in stacks(overlay(""))] == ["overlay k8s/prod"]


def test_a_strategic_merge_patch_changes_what_it_names_and_keeps_the_rest() -> None:
    patch = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n"
        "  template:\n    spec:\n      containers:\n        - name: web\n          env:\n"
        "            - {name: LEVEL, value: warn}\n            - {name: MORE, value: x}\n"
    )
    found = only(overlay("patches:\n  - path: patch.yaml\n", patch_yaml=patch))

    assert found.get("spec", "replicas") == 3
    assert found.place("spec", "replicas") == Place("k8s/prod/patch.yaml", 5)
    assert found.place("spec", "selector") == Place("k8s/base/web.yaml", 7)
    env = found.get("spec", "template", "spec", "containers", 0, "env")
    assert env == [{"name": "LEVEL", "value": "warn"}, {"name": "MORE", "value": "x"}]
    assert found.get("spec", "template", "spec", "containers", 0, "image") == "registry.example.org/web"


def test_an_inline_json_patch_is_applied_to_its_target() -> None:
    text = (
        "patches:\n  - target: {kind: Deployment, name: web}\n    patch: |-\n      - op: replace\n"
        "        path: /spec/replicas\n        value: 4\n      - op: remove\n"
        "        path: /spec/template/spec/containers/0/env\n"
    )
    found = only(overlay(text))

    assert found.get("spec", "replicas") == 4
    assert found.get("spec", "template", "spec", "containers", 0) == {
        "name": "web",
        "image": "registry.example.org/web",
    }


def test_a_patch_deletes_an_object() -> None:
    text = (
        "patchesStrategicMerge:\n  - |-\n    apiVersion: apps/v1\n    kind: Deployment\n"
        "    metadata: {name: web}\n    $patch: delete\n"
    )

    assert stacks(overlay(text)) == []


def test_a_component_changes_what_is_gathered_before_it() -> None:
    files = overlay("components: [../debug]\n")
    files["k8s/debug/kustomization.yaml"] = (
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas:\n  - name: web\n    count: 7\n"
    )
    found = only(files)

    assert (found.get("spec", "replicas"), found.place("spec", "replicas")) == (
        7,
        Place("k8s/debug/kustomization.yaml", 5),
    )


def test_a_generated_secret_is_an_object() -> None:
    [stack] = stacks(overlay("secretGenerator:\n  - name: app\n    literals: [PASSWORD=x]\n"))
    [secret] = stack.of("Secret")

    assert (secret.name, secret.get("stringData")) == ("app", {"PASSWORD": "x"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("resources: [https://github.com/org/repo//base?ref=v1]\n", "a remote resource"),
        ("helmCharts:\n  - name: redis\n", "`helmCharts` runs what is not in the file"),
        ("patches:\n  - patch: '{'\n", "a patch that cannot be read"),
    ],
)
def test_what_kustomize_would_fetch_or_run_is_unknown(text: str, reason: str) -> None:
    files = {**BASE, "k8s/prod/kustomization.yaml": text}
    [found] = [one for stack in stacks(files) for one in stack.unknowns]

    assert (found.path, found.reason) == ("k8s/prod/kustomization.yaml", reason)


def test_kustomizations_that_name_each_other_end() -> None:
    files = {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}

    assert stacks(files) == []


def test_what_is_for_production_stands_for_what_lies_beside_it() -> None:
    files = overlay("")
    files["k8s/dev/kustomization.yaml"] = "resources: [../base]\n"
    chart = {"chart/Chart.yaml": "name: c\nversion: 1.0.0\n", "chart/templates/web.yaml": DEPLOYMENT}
    chart["chart/values-prod.yaml"] = "a: 1\n"

    assert judged(files) == ["overlay k8s/prod"]
    assert judged(chart) == ["chart chart with chart/values-prod.yaml"]


def test_what_is_for_development_counts_where_there_is_nothing_else() -> None:
    assert judged({"k8s/dev/web.yaml": DEPLOYMENT}) == ["manifests in k8s/dev"]
    assert judged({"k8s/dev/web.yaml": DEPLOYMENT, "deploy/web.yaml": DEPLOYMENT}) == ["manifests in deploy"]


def test_templates_that_the_values_do_not_render_are_dormant() -> None:
    template = "{{ if .Values.on }}\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: x}\n{{ end }}\n"
    [stack] = stacks(
        {
            "chart/Chart.yaml": "name: c\nversion: 1.0.0\n",
            "chart/values.yaml": "on: false\n",
            "chart/templates/pdb.yaml": template,
        }
    )

    assert (stack.means, stack.objects, dict(stack.dormant)) == (
        Means.HELM,
        [],
        {"PodDisruptionBudget": Place("chart/templates/pdb.yaml", 3)},
    )


def test_a_chart_s_test_is_no_object_of_the_product() -> None:
    template = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test}\n"
    [stack] = stacks({"chart/Chart.yaml": "name: c\nversion: 1.0.0\n", "chart/templates/t.yaml": template})

    assert stack.objects == []


_SHARED = {
    "deploy/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "deploy/shop/templates/web.yaml": DEPLOYMENT.replace("replicas: 1", "replicas: {{ .Values.all.replicas }}"),
    "deploy/all.yaml": "all:\n  replicas: 3\n",
    "deploy/more.yaml": "all:\n  replicas: 4\n",
}


@pytest.mark.parametrize(
    ("path", "script", "replicas"),
    [
        ("deploy/all.sh", 'for chart in shop; do\n  helm install "app-$chart" --values all.yaml $chart\ndone\n', 3),
        ("deploy/all.ps1", 'helm install "app" --values more.yaml `\n  --values all.yaml "$chart"\n', 3),
        ("deploy/all.ps1", "helm install app `\n  -f all.yaml `\n  -f=more.yaml $chart\n", 4),
        ("Makefile", "up:\n\thelm upgrade --install shop deploy/shop -f deploy/more.yaml --set a=b\n", 4),
    ],
)
def test_a_chart_that_its_own_values_do_not_render_takes_those_that_a_script_gives(
    path: str, script: str, replicas: int
) -> None:
    assert [one.get("spec", "replicas") for one in stacks({**_SHARED, path: script})[0].objects] == [replicas]


@pytest.mark.parametrize(
    ("path", "script"),
    [
        ("deploy/all.sh", "helm install shop shop\n"),
        ("deploy/all.sh", "helm install shop --values $VALUES shop\n"),
        ("deploy/all.sh", "helm install shop --values ../../../all.yaml shop\n"),
        ("Makefile", "up:\n\thelm install bookshop-2 charts/bookshop-2 -f deploy/all.yaml\n"),
        ("deploy/readme.md", "helm install shop --values all.yaml shop\n"),
    ],
)
def test_what_no_script_gives_leaves_the_chart_as_it_is(path: str, script: str) -> None:
    [stack] = stacks({**_SHARED, path: script})

    assert [one.path for one in stack.unknowns] == ["deploy/shop/templates/web.yaml"]
