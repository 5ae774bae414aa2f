"""What pull requests take away of a small shop, by the default policy, through the whole of gonogo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.repo import GitRepo

_APP = """\
const express = require("express");
const cors = require("cors");
const rateLimit = require("express-rate-limit");

const app = express();
app.use(cors({ origin: process.env.ORIGINS.split(","), credentials: true }));
app.use(rateLimit({ windowMs: 60000, limit: 100 }));
app.get("/readyz", (req, res) => res.send("ok"));
app.post("/login", (req, res) => res.send("ok"));
app.listen(3000);
"""
_LIMITER = "app.use(rateLimit({ windowMs: 60000, limit: 100 }));\n"
_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 3
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
        - name: shop
          image: ghcr.io/acme/shop:1
          ports:
            - containerPort: 3000
          resources:
            requests: {cpu: 100m, memory: 128Mi}
          readinessProbe:
            httpGet: {path: /readyz, port: 3000}
"""
_BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: shop
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {app: shop}
"""
_PACKAGE = """\
{
  "name": "shop",
  "private": true,
  "scripts": {"test": "jest --coverage", "start": "node app.js"},
  "dependencies": {"express": "^5", "cors": "^2", "express-rate-limit": "^8"},
  "devDependencies": {"jest": "^30"},
  "jest": {
    "coverageThreshold": {
      "global": {"lines": 80}
    }
  }
}
"""
_CI = """\
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm test
"""
_BASE: dict[str, str | bytes | None] = {
    "README.md": "# Shop\n",
    "app.js": _APP,
    "app.test.js": 'test("adds", () => expect(1 + 1).toBe(2));\n',
    "package.json": _PACKAGE,
    "Dockerfile": 'FROM node:24\nCOPY . .\nCMD ["node", "app.js"]\n',
    "k8s/deployment.yaml": _DEPLOYMENT,
    "k8s/budget.yaml": _BUDGET,
    ".github/workflows/ci.yml": _CI,
}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "shop")
    repo.commit(_BASE)
    repo.branch("change")
    return repo


def _judged(repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    arguments = ["--base", "main", "--only", "readiness.", "--format", "json"]
    status = main(["check", "--repo", str(repo.folder), *arguments])
    report = json.loads(capsys.readouterr().out)
    return status, {item["id"].removeprefix("readiness."): item for item in report["items"]}


@pytest.mark.parametrize(
    ("path", "old", "new", "item", "line"),
    [
        ("app.js", "app.use(rateLimit({ windowMs: 60000, limit: 100 }));\n", "", "security.rate-limiting", 6),
        ("app.js", "app.use(rateLimit(", "// app.use(rateLimit(", "security.rate-limiting", 7),
        ("app.js", 'process.env.ORIGINS.split(",")', '"*"', "security.cors", 6),
        (
            "k8s/deployment.yaml",
            "          readinessProbe:\n            httpGet: {path: /readyz, port: 3000}\n",
            "",
            "infrastructure.kubernetes-manifests",
            19,
        ),
        ("k8s/budget.yaml", _BUDGET, None, "infrastructure.kubernetes-manifests", 2),
        ("package.json", '      "global": {"lines": 80}\n', "", "testing.coverage-thresholds", 8),
        ("package.json", '"lines": 80', '"lines": 40', "testing.coverage-thresholds", 9),
        # What is still there, and does nothing any more.
        (
            "k8s/deployment.yaml",
            "/readyz, port: 3000",
            "/readyz, port: 9999",
            "infrastructure.kubernetes-manifests",
            21,
        ),
        ("app.js", "limit: 100 }", "limit: 1000000000 }", "security.rate-limiting", 7),
        (
            "app.js",
            _APP,
            _APP.replace(_LIMITER, "").replace("app.listen", f"{_LIMITER}app.listen"),
            "security.rate-limiting",
            7,
        ),
        ("app.js", 'process.env.ORIGINS.split(",")', "/.*/", "security.cors", 6),
        ("k8s/budget.yaml", "maxUnavailable: 1", "minAvailable: 0", "infrastructure.kubernetes-manifests", 6),
        (".github/workflows/ci.yml", "npm test", "npm test || true", "testing.ci-workflows", 6),
    ],
)
def test_what_a_change_takes_away_is_no_go_with_its_line(
    path: str, old: str, new: str | None, item: str, line: int, repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    text = str(_BASE[path])
    assert old in text
    repo.commit({path: None if new is None else text.replace(old, new)})

    status, items = _judged(repo, capsys)

    assert status == 1
    lost = items[item]
    assert (lost["regressed"], lost["required"]) == (True, True)
    found = [one for one in lost["findings"] if one["rule"] == "regressed"]
    assert any(one["path"] == path and abs((one["line"] or 0) - line) <= 1 for one in found), found


def test_a_literal_secret_in_a_manifest_is_no_go_with_its_line(
    repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    literal = '          env:\n            - name: DB_PASSWORD\n              value: "correct-horse-9"\n'
    repo.commit({"k8s/deployment.yaml": _DEPLOYMENT.replace("          ports:\n", f"{literal}          ports:\n")})

    status, items = _judged(repo, capsys)

    assert status == 1
    found = [one for item in items.values() if item["regressed"] for one in item["findings"]]
    assert any((one["path"], one["line"]) == ("k8s/deployment.yaml", 18) for one in found), found


def test_a_secret_in_the_letters_of_base64_is_no_go_with_its_line(
    repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  DB_PASSWORD: Y29ycmVjdC1ob3JzZS05\n"
    repo.commit({"k8s/secret.yaml": secret})

    status, items = _judged(repo, capsys)

    assert status == 1
    found = [one for item in items.values() if item["regressed"] for one in item["findings"]]
    assert any((one["path"], one["line"]) == ("k8s/secret.yaml", 6) for one in found), found


@pytest.mark.parametrize(
    "edit",
    [
        {"README.md": "# The shop\n"},
        {"app.js": _APP.replace('res.send("ok")', 'res.send("fine")')},
        {"app.js": f"// A shop.\n{_APP}"},
        {"k8s/deployment.yaml": _DEPLOYMENT.replace("replicas: 3", "replicas: 5")},
        {"package.json": _PACKAGE.replace('"lines": 80', '"lines": 90')},
    ],
)
def test_a_harmless_edit_is_go(
    edit: dict[str, str | bytes | None], repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit(edit)

    status, items = _judged(repo, capsys)

    assert [name for name, item in items.items() if item["regressed"]] == []
    assert status == 0


def test_what_comes_up_in_a_long_list_makes_up_for_nothing(repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"ci-{number:02}" for number in range(14)]
    repo.commit({f".github/workflows/{name}.yml": _CI.replace("npm test", f"npx jest {name}") for name in names})
    repo.branch("more")
    forgiven = _CI.replace("npm test", "npx jest ci-03 || true")
    repo.commit({".github/workflows/ci-03.yml": forgiven})

    main(["check", "--repo", str(repo.folder), "--base", "change", "--only", "readiness.testing", "--format", "json"])

    items = {one["id"]: one for one in json.loads(capsys.readouterr().out)["items"]}
    lost = items["readiness.testing.ci-workflows"]
    assert [(one["path"], one["line"]) for one in lost["findings"] if one["rule"] == "regressed"] == [
        (".github/workflows/ci-03.yml", 6)
    ]
