from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask, ask_item

_LIBRARY = {
    "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "x"\n',
    "x/__init__.py": "def f() -> None: ...\n",
}
_EXPRESS = {
    "package.json": '{"private": true, "dependencies": {"express": "4", "ioredis": "5", "pg": "8"}}\n',
    "Dockerfile": "FROM node\nCMD node app.js\n",
    "app.js": "const express = require('express');\nconst app = express();\napp.get('/', h);\napp.listen(80);\n",
}
_FLASK = {
    "requirements.txt": "flask==3\nredis==5\nnats-py==2\n",
    "Dockerfile": "FROM python\nCMD flask run\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n\n@app.get('/')\ndef index(): ...\n",
}


@pytest.mark.parametrize(
    ("files", "need"),
    [
        (_EXPRESS, "service"),
        (_EXPRESS, "server"),
        (_EXPRESS, "redis"),
        (_EXPRESS, "database"),
        (_FLASK, "server"),
        (_FLASK, "redis"),
        (_FLASK, "nats"),
    ],
)
def test_what_only_runs_can_show_needs_the_gate_or_a_person(files: dict[str, str], need: str) -> None:
    assert ask("live", files, needs=[need]).state is State.NEEDS_SIGN_OFF


@pytest.mark.parametrize(
    ("files", "need", "words"),
    [
        (_LIBRARY, "service", "pyproject.toml"),
        (_LIBRARY, "server", "no server process"),
        (_LIBRARY, "redis", "no client of Redis"),
        (_EXPRESS, "nats", "no client of NATS"),
        (_FLASK, "front-end", "no front end"),
    ],
)
def test_what_a_project_lacks_is_named_with_how_much_was_searched(files: dict[str, str], need: str, words: str) -> None:
    judged = ask("live", files, needs=[need])

    assert judged.state is State.NOT_APPLICABLE
    assert words in judged.reason
    assert "searched" in judged.reason


_DECODES = "import jwt\njwt.decode(t, key, options={'verify_signature': False})\n"
_JWT = {"app.py": f"{_FLASK['app.py']}{_DECODES}"}
_CORS = {"app.py": f"{_FLASK['app.py']}from flask_cors import CORS\nCORS(app, origins=['https://a.example'])\n"}
_SETTINGS = {
    "config.py": "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: str\nsettings = S()\n"
}


@pytest.mark.parametrize(
    ("need", "more"), [("tokens", _JWT), ("other-origins", _CORS), ("validation", _SETTINGS), ("served-metrics", {})]
)
def test_what_another_rule_finds_is_a_need(need: str, more: dict[str, str]) -> None:
    assert ask("live", _FLASK | more, needs=[need]).state is State.NEEDS_SIGN_OFF


def test_settings_that_production_refuses_are_validated() -> None:
    refuses = "if (process.env.NODE_ENV === 'production' && secret === 'changeme') {\n  throw new Error('secret')\n}\n"

    assert (
        ask("live", _EXPRESS | {"main.js": f"require('./app')\n{refuses}"}, needs=["validation"]).state
        is State.NEEDS_SIGN_OFF
    )


@pytest.mark.parametrize("need", ["tokens", "other-origins", "validation"])
def test_what_another_rule_does_not_find_does_not_apply(need: str) -> None:
    judged = ask("live", _FLASK, needs=[need])

    assert judged.state is State.NOT_APPLICABLE
    assert "searched" in judged.reason


def test_metrics_that_are_pushed_are_not_served() -> None:
    pushed = {"otel.py": "import opentelemetry\nreader = PeriodicExportingMetricReader(OTLPMetricExporter())\n"}
    judged = ask("live", _FLASK | pushed, needs=["served-metrics"])

    assert (judged.state, "OTLPMetricExporter" in judged.reason) == (State.NOT_APPLICABLE, True)


def _deployment(name: str, image: str) -> str:
    labels = f"{{labels: {{app: {name}}}}}"
    return (
        f"kind: Deployment\napiVersion: apps/v1\nmetadata: {{name: {name}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {labels}\n"
        f"    spec: {{containers: [{{name: {name}, image: {image}}}]}}\n"
    )


def _service(name: str, kind: str) -> str:
    return (
        f"---\nkind: Service\napiVersion: v1\nmetadata: {{name: {name}}}\n"
        f"spec: {{type: {kind}, selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n"
    )


_INGRESS = "---\nkind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {name: a}\nspec: {rules: [{host: a.b}]}\n"


@pytest.mark.parametrize(
    ("manifest", "need", "state"),
    [
        (_deployment("shop", "acme/shop:1") + _INGRESS, "server", State.NEEDS_SIGN_OFF),
        (_deployment("shop", "acme/shop:1") + _service("shop", "NodePort"), "server", State.NEEDS_SIGN_OFF),
        (_deployment("shop", "acme/shop:1") + _service("shop", "ClusterIP"), "server", State.NOT_APPLICABLE),
        (_deployment("shop", "acme/shop:1") + "---\n" + _deployment("db", "mongo:4"), "data", State.NEEDS_SIGN_OFF),
        (
            _deployment("shop", "acme/shop:1") + "---\n" + _deployment("db", "acme/cart-db:4"),
            "data",
            State.NEEDS_SIGN_OFF,
        ),
        (_deployment("shop", "acme/shop:1"), "data", State.NOT_APPLICABLE),
        (_deployment("db", "mongo:4"), "data", State.NOT_APPLICABLE),
        # The code of none of these is here.
        (_deployment("shop", "acme/shop:1") + "---\n" + _deployment("db", "mongo:4"), "database", State.NOT_APPLICABLE),
    ],
)
def test_manifests_tell_what_runs_where_the_code_is_elsewhere(manifest: str, need: str, state: State) -> None:
    files = {"k8s/app.yaml": manifest, "k8s/namespace.yaml": "kind: Namespace\n", "k8s/a.yaml": "kind: A\n"}

    assert ask("live", files, needs=[need]).state is state
    # What has code of its own says by that what it is.
    code = {f"job{at}.py": "print(1)\n" for at in range(2)}
    assert ask("live", files | code, needs=[need]).state is State.NOT_APPLICABLE


def test_metrics_that_a_function_would_push_which_nothing_calls_are_not_pushed() -> None:
    exporter = "export function measure() {\n  return new Reader({ exporter: new OTLPMetricExporter() })\n}\n"
    server = (
        "import express from 'express'\nimport { measure } from './otel'\nconst app = express()\napp.get('/x', f)\n"
    )
    states = [
        ask_item(
            "monitoring.metrics-endpoint", {"server.ts": f"{server}{more}app.listen(1)\n", "otel.ts": exporter}
        ).state
        for more in ("measure()\n", "")
    ]

    assert states == [State.NOT_APPLICABLE, State.FAIL]
