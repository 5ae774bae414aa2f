"""Where logs are sent and how long they are kept: what says so, and what only seems to."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import Content, ask_item

_SERVER = {
    "Dockerfile": 'FROM node:20\nCMD ["npm", "start"]\n',
    "package.json": '{"private": true, "scripts": {"start": "node main.js"}, "dependencies": {"express": "4"}}',
    "main.js": "const app = require('express')()\napp.listen(3000)\n",
}
_FASTAPI = {"requirements.txt": "fastapi\n", "Dockerfile": 'FROM python:3\nCMD ["uvicorn", "main:app"]\n'}
_APPENDER = (
    '<configuration>\n<appender name="LOKI" class="com.github.loki4j.logback.Loki4jAppender"/>\n{}</configuration>\n'
)
_COLLECTOR = "service:\n  pipelines:\n    logs:\n      receivers: [otlp]\n      exporters: {}\n"
_DATADOG = "services:\n  agent:\n    image: gcr.io/datadoghq/agent:7\n"
_GROUP = "Resources:\n  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: a\n"


def says(item: str, files: dict[str, Content]) -> State:
    return ask_item(item, {**_SERVER, **files}).state


@pytest.mark.parametrize(
    "files",
    [
        {"deploy/fluent-bit.conf": "[OUTPUT]\n    Name es\n    Match *\n"},
        {"deploy/fluent-bit-values.yaml": "config:\n  outputs: |\n    [OUTPUT]\n        Name loki\n"},
        {"fluentd/fluent.conf": "<match **>\n  @type elasticsearch\n</match>\n"},
        {"deploy/vector.toml": '[sinks.out]\ntype = "aws_s3"\nbucket = "logs"\n'},
        {"deploy/filebeat.yml": "output.elasticsearch:\n  hosts: [a]\n"},
        {"deploy/otel-collector.yaml": _COLLECTOR.format("[loki]")},
        {"deploy/otel-collector.yaml": _COLLECTOR.format("\n        - debug\n        - otlphttp/loki")},
        {"template.yaml": _GROUP},
        {"app.json": '{"name": "a",\n"addons": [{"plan": "papertrail:choklad"}, "heroku-redis"]}'},
        {"main.js": "const { LokiTransport } = require('winston-loki')\nexpress()\nnew LokiTransport({ host })\n"},
        {"main.js": "pino({ transport: { target: '@logtail/pino', options } })\nexpress().listen(1)\n"},
        {
            **_FASTAPI,
            "main.py": "import watchtower\nlog.addHandler(watchtower.CloudWatchLogHandler())\napp = FastAPI()\n",
        },
        {**_FASTAPI, "main.py": "from a import OTLPLogExporter\np.add(OTLPLogExporter())\napp = FastAPI()\n"},
        {"src/main/resources/logback.xml": _APPENDER.format('<root><appender-ref ref="LOKI"/></root>')},
        {"A/appsettings.json": '{"Serilog": {"WriteTo": [\n{"Name": "Elasticsearch"}\n]}}\n'},
        {"compose.yml": f"{_DATADOG}    environment:\n      - DD_LOGS_ENABLED=true\n"},
        {"infra/ecs-task-definition.json": '{"logConfiguration": {\n"logDriver": "awslogs"}}\n'},
    ],
)
def test_logs_that_are_sent_to_a_store_are_stored(files: dict[str, Content]) -> None:
    assert says("log-aggregation.centralized-storage", files) is State.PASS


@pytest.mark.parametrize(
    "files",
    [
        {"deploy/fluent-bit.conf": "[INPUT]\n    Name tail\n[OUTPUT]\n    Name stdout\n"},
        {"deploy/vector.toml": '[sinks.out]\ntype = "console"\n'},
        {"deploy/vector.toml": '[sources.in]\ntype = "aws_s3"\n[sinks.out]\ntype = "console"\n'},
        {"deploy/fluent-bit.conf": "[INPUT]\n    Name kafka\n[OUTPUT]\n    Name stdout\n"},
        {"deploy/logstash.conf": "input {\n  kafka {\n  }\n}\noutput {\n  stdout {}\n}\n"},
        {"deploy/otel-collector.yaml": _COLLECTOR.format("[debug, nop]")},
        {"deploy/otel-collector.yaml": _COLLECTOR.format("[debug]") + "    traces:\n      exporters: [otlp]\n"},
        {"main.js": "express().listen(1)\n", "lib/log.js": "const log = new LokiTransport({ host })\n"},
        {"main.js": "if (process.env.NODE_ENV === 'development') new LokiTransport({ host })\nexpress().listen(1)\n"},
        {**_FASTAPI, "main.py": "from a import OTLPSpanExporter\np.add(OTLPSpanExporter())\napp = FastAPI()\n"},
        {"src/main/resources/logback.xml": _APPENDER.format('<root><appender-ref ref="OUT"/></root>')},
        {"compose.yml": _DATADOG},
        {"compose.yml": f"{_DATADOG}    environment:\n      DD_LOGS_ENABLED: 'false'\n"},
        {"infra/ecs-task-definition.json": '{"logConfiguration": {\n"logDriver": "json-file"}}\n'},
        {"app.json": '{"name": "papertrail", "plan": "x",\n"addons": ["heroku-redis"]}'},
        {"A/appsettings.Development.json": '{"Serilog": {"WriteTo": [\n{"Name": "Seq"}\n]}}\n'},
    ],
)
def test_logs_that_are_printed_or_sent_in_development_alone_are_not(files: dict[str, Content]) -> None:
    assert says("log-aggregation.centralized-storage", files) in {State.FAIL, State.NEEDS_SIGN_OFF}


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"loki.yml": "compactor:\n  retention_enabled: true\nlimits_config:\n  retention_period: 744h\n"}, State.PASS),
        ({"loki.yml": "limits_config:\n  retention_period: 744h\n"}, State.NEEDS_SIGN_OFF),
        ({"loki.yml": "compactor:\n  retention_enabled: false\nretention_period: 744h\n"}, State.NEEDS_SIGN_OFF),
        ({"template.yaml": f"{_GROUP}      RetentionInDays: 30\n"}, State.PASS),
        ({"template.yaml": _GROUP}, State.NEEDS_SIGN_OFF),
        ({"serverless.yml": "provider:\n  logRetentionInDays: 14\n"}, State.PASS),
        ({"config/orders.yml": "orders:\n  RetentionInDays: 30\n"}, State.NEEDS_SIGN_OFF),
    ],
)
def test_logs_are_deleted_where_a_store_is_told_when(files: dict[str, Content], state: State) -> None:
    assert says("log-aggregation.retention", files) is state


_AGENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop}}
spec:
  selector: {{matchLabels: {{app: shop}}}}
  template:
    metadata: {{labels: {{app: shop}}}}
    spec:
      containers:
        - name: shop
          image: ghcr.io/a/shop:1
          env:
            - name: DD_LOGS_ENABLED
              value: "{}"
"""
_COMPOSE = "services:\n  agent:\n    image: datadog/agent:7\n    environment:\n      {}\n  shop:\n    build: .\n"


@pytest.mark.parametrize(
    ("path", "text", "passes"),
    [
        ("k8s/shop.yaml", _AGENT.format("true"), True),
        ("k8s/shop.yaml", _AGENT.format("false"), False),
        ("compose.yml", _COMPOSE.format('DD_LOGS_ENABLED: "true"'), True),
        ("compose.yml", _COMPOSE.format("- DD_LOGS_ENABLED=true"), True),
        ("compose.yml", _COMPOSE.format("- DD_LOGS_ENABLED=${DD_LOGS_ENABLED:-true}"), True),
        ("compose.yml", _COMPOSE.format("- DD_LOGS_ENABLED=${DD_LOGS_ENABLED:-false}"), False),
        ("compose.yml", _COMPOSE.format('DD_LOGS_ENABLED: "false"'), False),
    ],
)
def test_datadog_takes_logs_where_it_is_told_to(path: str, text: str, *, passes: bool) -> None:
    files = {
        "requirements.txt": "fastapi\n",
        "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        "Dockerfile": "FROM a\n",
        path: text,
    }

    assert (ask_item("log-aggregation.centralized-storage", files).state is State.PASS) is passes
