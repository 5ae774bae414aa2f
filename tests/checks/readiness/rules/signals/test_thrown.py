"""What is there and off: templates, services of a profile, resources of which there is none, limiters that are off."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_SERVER = {
    "package.json": '{"dependencies": {"express": "4", "@sentry/node": "8", "express-rate-limit": "7"}}',
    "src/server.js": "import express from 'express';\nimport * as Sentry from '@sentry/node';\nconst app = express();\n"
    "Sentry.init({ dsn: process.env.DSN });\napp.get('/x', f);\napp.listen(80);\n",
}
_RULE = """\
{{- if .Values.alerts.enabled }}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: orders
spec:
  groups:
    - name: a
      rules:
        - alert: Down
          expr: up == 0
{{- end }}
"""
_ALERT = 'resource "sentry_issue_alert" "a" {\n%s  name = "n"\n}\nvariable "alerts" {\n  default = %s\n}\n'
_ALARM = 'resource "aws_cloudwatch_metric_alarm" "a" {\n  alarm_name = "x"\n%s}\n'
_VECTOR = """\
services:
  api:
    build: .
  shipper:
    image: timberio/vector:0.40
%s"""
_LIMITED = """\
import express from 'express';
import rateLimit from 'express-rate-limit';
const app = express();
%s
app.listen(80);
"""
_TWO = "app.use('/a', rateLimit({ max: Number(process.env.A_MAX || 100) }));\n"
_TWO += "app.post('/login', rateLimit({ max: Number(process.env.LOGIN_MAX || 5) }), login);"


def _state(item: str, files: dict[str, str]) -> State:
    return ask_item(item, _SERVER | files).state


@pytest.mark.parametrize(("value", "state"), [("true", State.PASS), ("false", State.NEEDS_SIGN_OFF)])
def test_rules_that_a_chart_does_not_render_alert_nobody(value: str, state: State) -> None:
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: orders\nversion: 0.1.0\n",
        "chart/values.yaml": f"alerts:\n  enabled: {value}\n",
        "chart/templates/rule.yaml": _RULE,
    }
    assert _state("dashboards.alert-rules", files) is state


@pytest.mark.parametrize(
    ("count", "default", "state"),
    [
        ("", "true", State.PASS),
        ("  count = 0\n", "true", State.NEEDS_SIGN_OFF),
        ("  count = var.alerts ? 1 : 0\n", "false", State.NEEDS_SIGN_OFF),
        ("  count = var.alerts ? 1 : 0\n", "true", State.PASS),
    ],
)
def test_an_alert_of_which_there_is_none_is_none(count: str, default: str, state: State) -> None:
    assert _state("error-tracking.alerting", {"infra/main.tf": _ALERT % (count, default)}) is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("", State.PASS),
        ("  actions_enabled = true\n", State.PASS),
        ("  actions_enabled = false\n", State.NEEDS_SIGN_OFF),
        ("  dimensions {\n    enabled = false\n  }\n", State.PASS),
    ],
)
def test_an_alarm_that_does_nothing_is_none(line: str, state: State) -> None:
    assert _state("dashboards.alert-rules", {"main.tf": _ALARM % line}) is state


@pytest.mark.parametrize(
    ("profiles", "files", "state"),
    [
        ("", {}, State.PASS),
        ("    profiles: [logs]\n", {}, State.FAIL),
        ("    profiles: [logs]\n", {"up.sh": "docker compose --profile logs up -d\n"}, State.PASS),
        ("    profiles: [logs]\n", {".env": "COMPOSE_PROFILES=metrics,logs\n"}, State.PASS),
        ("    profiles: [logs]\n", {"up.sh": "docker compose --profile logs-old up\n"}, State.FAIL),
    ],
)
def test_a_service_of_a_profile_is_started_by_who_names_it(profiles: str, files: dict[str, str], state: State) -> None:
    compose = {"docker-compose.yml": _VECTOR % profiles}
    assert _state("log-aggregation.centralized-storage", compose | files) is state


@pytest.mark.parametrize(
    ("limits", "state"),
    [
        (_TWO, State.PASS),
        ("app.use(rateLimit({ max: Number(process.env.A_MAX || 100) }));", State.FAIL),
        (f"if (process.env.LIMITS === 'true') {{\n{_TWO}\n}}", State.FAIL),
    ],
)
def test_limits_are_told_apart_by_the_settings_that_they_are_of(limits: str, state: State) -> None:
    assert _state("hardening.rate-limit-tuning", {"src/server.js": _LIMITED % limits}) is state
