"""Loggers that write JSON and registries of metrics, of libraries that only their guides tell of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_LOGS, _METRICS = "monitoring.structured-logging", "monitoring.metrics-collection"


def _express(dependency: str, code: str) -> Mapping[str, str]:
    return {
        "package.json": f'{{"dependencies": {{"express": "4", "{dependency}": "1"}}}}',
        "server.js": f"const app = require('express')()\n{code}\napp.get('/x', f)\napp.listen(1)\n",
    }


def _flask(code: str) -> Mapping[str, str]:
    return {
        "requirements.txt": "flask\n",
        "main.py": f"from flask import Flask\napp = Flask(__name__)\n{code}\n@app.get('/x')\ndef x():\n    return ''\n",
    }


def _gin(module: str, code: str) -> Mapping[str, str]:
    return {
        "go.mod": f"module m\n\nrequire github.com/gin-gonic/gin v1.9.0\nrequire {module} v1.0.0\n",
        "main.go": f'package main\n\nimport (\n\t"github.com/gin-gonic/gin"\n\t"{module}"\n)\n\nfunc main() {{\n'
        f'\tr := gin.New()\n\t{code}\n\tr.GET("/x", h)\n\tr.Run()\n}}\n',
    }


def _net(code: str) -> Mapping[str, str]:
    return {
        "A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>',
        "Program.cs": f'var builder = WebApplication.CreateBuilder(args);\n{code}\napp.MapGet("/x", f);\napp.Run();\n',
    }


def _rails(path: str, code: str) -> Mapping[str, str]:
    return {
        "Gemfile": "gem 'rails'\n",
        "config/application.rb": "class Application < Rails::Application\nend\n",
        "config/routes.rb": "Rails.application.routes.draw do\n  get '/x', to: 'a#x'\nend\n",
        path: code,
    }


_LAYOUT = (
    "const log4js = require('log4js')\nlog4js.configure({{ appenders: {{ out: {{ layout: {{ type: '{}' }} }} }} }})"
)
_APPENDER = "Rails.application.configure do\n  config.semantic_logger.add_appender(io: $stdout, formatter: {})\nend\n"
_NLOG = '<nlog>\n  <targets><target name="c"><layout xsi:type="{}"/></target></targets>\n</nlog>\n'
_HCLOG = "l := hclog.New(&hclog.LoggerOptions{{JSONFormat: {}}})"


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        (_LOGS, _express("log4js", _LAYOUT.format("json")), State.PASS),
        (_LOGS, _express("log4js", _LAYOUT.format("basic")), State.FAIL),
        (_LOGS, _flask("import json_logging\njson_logging.init_flask(enable_json=True)"), State.PASS),
        (_LOGS, _flask("import json_logging\njson_logging.init_request_instrument(app)"), State.FAIL),
        (_LOGS, _gin("github.com/hashicorp/go-hclog", _HCLOG.format("true")), State.PASS),
        (_LOGS, _gin("github.com/hashicorp/go-hclog", _HCLOG.format("false")), State.FAIL),
        (_LOGS, _gin("github.com/go-kit/log", "l := log.NewJSONLogger(os.Stdout)"), State.PASS),
        (_LOGS, _gin("github.com/go-kit/log", "l := log.NewLogfmtLogger(os.Stdout)"), State.FAIL),
        (_LOGS, {**_net("builder.Host.UseNLog();"), "nlog.config": _NLOG.format("JsonLayout")}, State.PASS),
        (_LOGS, {**_net("builder.Host.UseNLog();"), "nlog.config": _NLOG.format("SimpleLayout")}, State.FAIL),
        (_LOGS, _rails("config/environments/production.rb", _APPENDER.format(":json")), State.PASS),
        (_LOGS, _rails("config/environments/production.rb", _APPENDER.format(":color")), State.FAIL),
        (
            _METRICS,
            _express("swagger-stats", "const s = require('swagger-stats')\napp.use(s.getMiddleware({}))"),
            State.PASS,
        ),
        (_METRICS, _gin("github.com/zsais/go-gin-prometheus", "p.Use(r)"), State.PASS),
        (_METRICS, _gin("github.com/zsais/go-gin-prometheus", "r.Use(cors)"), State.FAIL),
        (_METRICS, _gin("github.com/hashicorp/go-metrics", "metrics.NewGlobal(config, sink)"), State.PASS),
        (_METRICS, _net("builder.Services.AddApplicationInsightsTelemetry();"), State.PASS),
        (_METRICS, _rails("config.ru", "use Prometheus::Middleware::Collector\nrun Rails.application\n"), State.PASS),
        (_METRICS, _rails("config.ru", "use Rack::Deflater # Prometheus::Middleware\nrun Rails.app\n"), State.FAIL),
    ],
)
def test_what_writes_json_or_counts_is_known_and_its_neighbour_is_not(
    item: str, files: Mapping[str, str], expected: State
) -> None:
    assert ask_item(item, files).state is expected
