"""What is wired, and off unless a setting says yes that nothing in the tree gives."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_EXPRESS = """\
import express from 'express';
%s
const app = express();
%s
app.get('/orders', list);
app.listen(3000);
"""
_FASTIFY = (
    "import Fastify from 'fastify';\nconst app = Fastify({ %s });\napp.get('/x', async (r) => []);\napp.listen({});\n"
)
_POM = """\
<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies>
<dependency><artifactId>spring-boot-starter-web</artifactId></dependency>
<dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency>
<dependency><artifactId>micrometer-registry-prometheus</artifactId></dependency>
<dependency><artifactId>sentry-spring-boot-starter-jakarta</artifactId></dependency>
<dependency><artifactId>logstash-logback-encoder</artifactId></dependency>
</dependencies></project>
"""
_CONTROLLER = """\
@SpringBootApplication
@RestController
public class App {
    public static void main(String[] args) { SpringApplication.run(App.class, args); }
    @GetMapping("/x") public String x() { return ""; }
}
"""
_LOGBACK = """\
<configuration>
<springProfile name="%s">
<appender name="J" class="ch.qos.logback.core.ConsoleAppender">
<encoder class="net.logstash.logback.encoder.LogstashEncoder"/></appender>
<root level="INFO"><appender-ref ref="J"/></root>
</springProfile>
</configuration>
"""
_METRICS = "app.get('/metrics', async (req, res) => res.end(await client.register.metrics()));"
_RAILS = {
    "Gemfile": "gem 'rails'\ngem 'lograge'\ngem 'sentry-rails'\n",
    "config/routes.rb": "Rails.application.routes.draw do\n  resources :orders\nend\n",
    "config/application.rb": "module A\n  class Application < Rails::Application\n  end\nend\n",
    "config.ru": "run Rails.application\n",
}
_RESOURCES = "src/main/resources"


def _node(library: str, body: str, imported: str = "") -> dict[str, str]:
    taken = imported or f"import tool from '{library}';"
    return {
        "package.json": f'{{"dependencies": {{"express": "4", "fastify": "4", "{library}": "1"}}}}',
        "src/server.js": _EXPRESS % (taken, body),
    }


def _spring(files: dict[str, str]) -> dict[str, str]:
    return {"pom.xml": _POM, "src/main/java/a/App.java": _CONTROLLER, **files}


def _state(item: str, files: dict[str, str]) -> State:
    return ask_item(f"monitoring.{item}", files).state


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, State.FAIL),
        ({"Dockerfile": "FROM node\nENV METRICS=prometheus\n"}, State.PASS),
        # What is asked for a second time is what is used.
        ({"src/other.js": "console.log(process.env.METRICS)\n"}, State.PASS),
    ],
)
def test_a_variable_that_only_a_condition_asks_for_has_to_be_set(files: dict[str, str], state: State) -> None:
    code = _node("prom-client", f"if (process.env.METRICS) {{\n{_METRICS}\n}}", "import client from 'prom-client';")
    assert _state("metrics-endpoint", code | files) is state


_COUNTED = """\
const counts = { requests: 0 };
app.use((req, res, next) => { counts.requests++; next(); });
app.get('%s', (req, res) => {
  const lines = ['# TYPE http_requests_total counter', `http_requests_total ${counts.requests}`];
  res.type('text/plain').send(lines.join('\\n'));
});"""


@pytest.mark.parametrize(("path", "state"), [("/metrics", State.PASS), ("/page", State.FAIL)])
def test_a_program_may_count_by_itself(path: str, state: State) -> None:
    assert _state("metrics-collection", _node("lodash", _COUNTED % path)) is state


@pytest.mark.parametrize(("image", "state"), [("", State.FAIL), ("FROM python\nENV ENABLE_METRICS=true\n", State.PASS)])
def test_an_instrumentator_may_ask_a_variable_itself(image: str, state: State) -> None:
    code = (
        "from fastapi import FastAPI\nfrom prometheus_fastapi_instrumentator import Instrumentator\napp = FastAPI()\n"
    )
    code += (
        "Instrumentator(should_respect_env_var=True).instrument(app).expose(app)\n@app.get('/x')\ndef x():\n    pass\n"
    )
    files = {"requirements.txt": "fastapi\nprometheus-fastapi-instrumentator\n", "main.py": code, "Dockerfile": image}
    assert _state("metrics-collection", files) is state


@pytest.mark.parametrize(
    ("item", "settings", "state"),
    [
        ("metrics-collection", "management.defaults.metrics.export.enabled=false", State.FAIL),
        ("metrics-collection", "management.prometheus.metrics.export.enabled=${EXPORTED:false}", State.FAIL),
        ("metrics-collection", "management.prometheus.metrics.export.enabled=${EXPORTED:true}", State.PASS),
        ("metrics-endpoint", "management.endpoint.prometheus.enabled=false", State.FAIL),
        ("metrics-endpoint", "management.endpoint.prometheus.enabled=true", State.PASS),
        ("error-tracking", "sentry.dsn=${SENTRY_DSN}\nsentry.enabled=${SENTRY:false}", State.FAIL),
        ("error-tracking", "sentry.dsn=${SENTRY_DSN}\nsentry.enabled=true", State.PASS),
        ("structured-logging", "logging.structured.format.console=${LOG_FORMAT:}", State.FAIL),
        ("structured-logging", "logging.structured.format.console=${LOG_FORMAT:ecs}", State.PASS),
    ],
)
def test_a_setting_of_spring_may_be_no_by_default(item: str, settings: str, state: State) -> None:
    told = f"management.endpoints.web.exposure.include=health,prometheus\n{settings}\n"
    assert _state(item, _spring({f"{_RESOURCES}/application.properties": told})) is state


@pytest.mark.parametrize(
    ("profile", "files", "state"),
    [
        ("prod", {}, State.PASS),
        ("!local", {}, State.PASS),
        ("json-logs", {}, State.FAIL),
        ("json-logs", {"Dockerfile": "FROM java\nENV SPRING_PROFILES_ACTIVE=json-logs\n"}, State.PASS),
        ("json-logs", {"k8s/app.yml": "- name: SPRING_PROFILES_ACTIVE\n  value: json-logs\n"}, State.PASS),
    ],
)
def test_an_appender_of_a_profile_needs_somebody_who_activates_it(
    profile: str, files: dict[str, str], state: State
) -> None:
    tree = _spring({f"{_RESOURCES}/logback-spring.xml": _LOGBACK % profile, **files})
    assert _state("structured-logging", tree) is state


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ("dsn: process.env.DSN", State.PASS),
        ("dsn: process.env.DSN, enabled: process.env.REPORTING === 'true'", State.FAIL),
        ("dsn: process.env.DSN, sampleRate: 0", State.FAIL),
        ("dsn: process.env.DSN, tracesSampleRate: 0", State.PASS),
        ("dsn: process.env.DSN, beforeSend: () => null", State.FAIL),
        ("dsn: process.env.DSN, beforeSend: (event) => scrubbed(event)", State.PASS),
    ],
)
def test_a_tracker_that_sends_nothing_tracks_nothing(options: str, state: State) -> None:
    files = _node("@sentry/node", f"Sentry.init({{ {options} }});", "import * as Sentry from '@sentry/node';")
    assert _state("error-tracking", files) is state


@pytest.mark.parametrize(
    ("list_", "state"),
    [("%w[development]", State.FAIL), ("[]", State.FAIL), ("%w[staging production]", State.PASS)],
)
def test_a_tracker_of_rails_is_for_production(list_: str, state: State) -> None:
    text = f"Sentry.init do |config|\n  config.dsn = ENV['DSN']\n  config.enabled_environments = {list_}\nend\n"
    assert _state("error-tracking", _RAILS | {"config/initializers/sentry.rb": text}) is state


@pytest.mark.parametrize(
    ("value", "state"),
    [("true", State.PASS), ("false", State.FAIL), ("ENV['LOGRAGE'] == 'true'", State.FAIL)],
)
def test_lograge_is_off_with_its_switch(value: str, state: State) -> None:
    text = "Rails.application.configure do\n  config.lograge.formatter = Lograge::Formatters::Json.new\n"
    tree = _RAILS | {"config/environments/production.rb": f"{text}  config.lograge.enabled = {value}\nend\n"}
    assert _state("structured-logging", tree) is state


@pytest.mark.parametrize(
    ("item", "options", "state"),
    [
        ("request-logging", "logger: true", State.PASS),
        ("request-logging", "logger: true, disableRequestLogging: true", State.FAIL),
        ("structured-logging", "logger: true", State.PASS),
        ("structured-logging", "logger: process.env.LOGS === 'true'", State.FAIL),
    ],
)
def test_fastify_logs_what_it_is_told_to(item: str, options: str, state: State) -> None:
    files = {"package.json": '{"dependencies": {"fastify": "4"}}', "src/server.js": _FASTIFY % options}
    assert _state(item, files) is state


@pytest.mark.parametrize(("options", "state"), [("", State.PASS), ("{ autoLogging: false }", State.FAIL)])
def test_pino_http_logs_requests_unless_it_is_told_not_to(options: str, state: State) -> None:
    assert _state("request-logging", _node("pino-http", f"app.use(tool({options}));")) is state


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        ("const json = process.env.LOG_FORMAT === 'json';", State.FAIL),
        ("const json = process.env.LOG_FORMAT !== 'text';", State.PASS),
        ("const json = process.env.NODE_ENV === 'production';", State.PASS),
    ],
)
def test_a_name_may_say_that_a_setting_asks_for_json(choice: str, state: State) -> None:
    made = "const log = tool.createLogger({ format: json ? tool.format.json() : tool.format.simple() });"
    files = _node("winston", f"{choice}\n{made}\napp.use((a, b, next) => {{ log.info('x'); next(); }});")
    assert _state("structured-logging", files) is state


@pytest.mark.parametrize(("told", "state"), [("", State.PASS), ("quarkus.log.console.json=false\n", State.FAIL)])
def test_quarkus_writes_json_where_it_has_its_extension(told: str, state: State) -> None:
    files = {
        "pom.xml": "<artifactId>quarkus-rest</artifactId>\n<artifactId>quarkus-logging-json</artifactId>\n",
        "src/main/java/a/R.java": '@Path("/x")\npublic class R { @GET public String g() { return ""; } }\n',
        f"{_RESOURCES}/application.properties": f"quarkus.http.port=8080\n{told}",
    }
    assert _state("structured-logging", files) is state


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        ('app.Configuration.GetValue("Http:Log", false)', State.FAIL),
        ('app.Configuration.GetValue("Http:Log", true)', State.PASS),
        ('app.Configuration["Http:Log"] == "true"', State.FAIL),
        ('app.Configuration["Http:Log"] != "false"', State.PASS),
    ],
)
def test_a_setting_of_net_may_be_asked_without_its_type(condition: str, state: State) -> None:
    code = "var builder = WebApplication.CreateBuilder(args);\nbuilder.Services.AddHttpLogging(o => { });\n"
    code += (
        f'var app = builder.Build();\nif ({condition}) app.UseHttpLogging();\napp.MapGet("/x", () => 1);\napp.Run();\n'
    )
    files = {"A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>', "Program.cs": code}
    assert _state("request-logging", files) is state
