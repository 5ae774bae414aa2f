"""A small shop in a few stacks, and the manifests and workflows around it, for tests that take one thing away."""

from __future__ import annotations

from collections.abc import Mapping

CI = ".github/workflows/ci.yml"
NODE: Mapping[str, str] = {
    "server.js": (
        "const express = require('express')\nconst app = express()\n"
        "app.get('/healthz', (q, s) => s.send('ok'))\napp.get('/readyz', (q, s) => s.send('ok'))\napp.listen(3000)\n"
    ),
    "package.json": (
        '{"name": "a", "private": true, "dependencies": {"express": "^5"}, "scripts": {"test": "vitest run"}}\n'
    ),
}
PYTHON: Mapping[str, str] = {
    "main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/healthz')\ndef h(): return {}\n",
    "requirements.txt": "fastapi\nuvicorn\n",
}
GO: Mapping[str, str] = {
    "main.go": (
        'package main\nimport "net/http"\nfunc main() {\n\thttp.HandleFunc("/healthz", h)\n'
        '\thttp.ListenAndServe(":8080", nil)\n}\nfunc h(w http.ResponseWriter, r *http.Request) {}\n'
    ),
    "go.mod": "module a\n",
}
NODE_TEST = {"a.test.js": "test('a', () => expect(1).toBe(1))\n"}
READY = "          readinessProbe: {httpGet: {path: /readyz, port: 3000}}\n"
PORTS = "          ports: [{containerPort: 3000}]\n"
NEEDS = "          resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}\n"
SERVICE = (
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n"
    "  selector: {app: a}\n  ports: [{port: 80, targetPort: 3000}]\n"
)
INGRESS = (
    "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  rules:\n"
    "    - http: {paths: [{path: /, backend: {service: {name: a, port: {number: 80}}}}]}\n"
)


def deployment(
    probe: str = READY,
    *,
    kind: str = "Deployment",
    before: str = "",
    ports: str = PORTS,
    needs: str = NEEDS,
    replicas: int = 2,
    more: str = "",
) -> str:
    """A workload `a` of an image of its own, with two replicas and a readiness probe."""
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n  replicas: {replicas}\n"
        "  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec:\n"
        f"{before}      containers:\n        - name: a\n          image: ghcr.io/acme/a:1\n{ports}{needs}{probe}{more}"
    )


def scaler(target: str = "a", least: int = 2, most: int = 5, share: int = 80) -> str:
    """An autoscaler by processor time."""
    return (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n"
        f"  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}\n"
        f"  minReplicas: {least}\n  maxReplicas: {most}\n  metrics:\n    - type: Resource\n"
        f"      resource: {{name: cpu, target: {{type: Utilization, averageUtilization: {share}}}}}\n"
    )


def budget(rule: str = "maxUnavailable: 1", selector: str = "{matchLabels: {app: a}}", more: str = "") -> str:
    """A disruption budget."""
    return (
        f"---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: a{more}}}\n"
        f"spec:\n  {rule}\n  selector: {selector}\n"
    )


def workflow(run: str = "npm test", on: str = "pull_request", job: str = "", step: str = "") -> dict[str, str]:
    """A workflow of one job with one command."""
    return {CI: f"on: {on}\njobs:\n  t:\n    runs-on: ubuntu-latest\n{job}    steps:\n      - run: {run}\n{step}"}


def action(uses: str, given: str = "", on: str = "pull_request") -> dict[str, str]:
    """A workflow of one job with one action."""
    return {CI: f"on: {on}\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {uses}\n{given}"}
