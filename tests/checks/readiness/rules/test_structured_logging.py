from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, places

_MAIN = """package main

import (
	"log/slog"
	"net/http"
	"os"
)

func main() {
	slog.SetDefault(slog.New(newHandler(os.Getenv("LOG_FORMAT"))))
	http.HandleFunc("/", index)
	http.ListenAndServe(":8080", nil)
}

func index(w http.ResponseWriter, r *http.Request) { slog.Info("asked") }

"""
_SWITCH = """func newHandler(format string) slog.Handler {
	switch format {
	case "", "text":
		return slog.NewTextHandler(os.Stderr, nil)
	case "json":
		return slog.NewJSONHandler(os.Stderr, nil)
	}
	panic("no such format")
}
"""
_JSON_FIRST = _SWITCH.replace('"", "text"', '"text"').replace('"json"', '"", "json"')
_IF_TEXT = """func newHandler(format string) slog.Handler {
	if format == "text" {
		return slog.NewTextHandler(os.Stderr, nil)
	}
	return slog.NewJSONHandler(os.Stderr, nil)
}
"""
_IF_JSON = """func newHandler(format string) slog.Handler {
	if format == "json" {
		return slog.NewJSONHandler(os.Stderr, nil)
	}
	return slog.NewTextHandler(os.Stderr, nil)
}
"""
_ZAP = """package main

import (
	"net/http"

	"go.uber.org/zap"
)

type logOptions struct{ format string }

func newLogger(options ...func(*logOptions)) *zap.Logger {
	o := &logOptions{format: "text"}
	for _, option := range options {
		option(o)
	}
	cfg := zap.NewProductionConfig()
	if o.format == "text" {
		cfg.Encoding = "console"
	}
	return zap.Must(cfg.Build())
}

func main() {
	log := newLogger()
	log.Info("start")
	http.ListenAndServe(":8080", nil)
}
"""
_MOD = {"go.mod": "module x\n\ngo 1.22\n\nrequire go.uber.org/zap v1.27.0\n", "Dockerfile": "FROM x\nCMD /x\n"}


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"main.go": _MAIN + _IF_TEXT}, State.PASS),
        ({"main.go": _MAIN + _JSON_FIRST}, State.PASS),
        ({"main.go": _MAIN + _SWITCH}, State.FAIL),
        ({"main.go": _MAIN + _IF_JSON}, State.FAIL),
        # What is committed for production, or is the default, asks for it.
        ({"main.go": _MAIN + _IF_JSON, "deploy/app.yaml": "env:\n  LOG_FORMAT: json\n"}, State.PASS),
        ({"main.go": _MAIN + _IF_JSON, "config/app.yml": "logging:\n  level: info\n  format: json\n"}, State.PASS),
        ({"main.go": _MAIN + _IF_JSON, "config/app.yml": "report:\n  format: json\n"}, State.FAIL),
        (
            {"main.go": _MAIN + _SWITCH, "config.go": 'package main\n\nvar logDefaults = options{Format: "json"}\n'},
            State.PASS,
        ),
        # Text is what is written where nobody says anything.
        ({"main.go": _ZAP}, State.FAIL),
        ({"main.go": _ZAP.replace('{format: "text"}', '{format: "json"}')}, State.PASS),
        (
            {"main.go": _ZAP.replace("zap.NewProductionConfig()", 'zap.Config{Level: level, Encoding: "console"}')},
            State.FAIL,
        ),
    ],
)
def test_json_counts_where_nobody_has_to_ask_for_it(files: dict[str, str], state: State) -> None:
    assert ask_item("monitoring.structured-logging", _MOD | files).state is state


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("compose.yml", "services:\n  a:\n    environment:\n      LOG_FORMAT: json\n", State.PASS),
        ("compose.dev.yml", "services:\n  a:\n    environment:\n      LOG_FORMAT: json\n", State.FAIL),
        (".env", "A=1\nLOG_FORMAT=json\n", State.PASS),
        (".env", "A=1\n# LOG_FORMAT=json\n", State.FAIL),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    env:\n      LOG_FORMAT: json\n", State.FAIL),
        ("shop.yml", "catalog_format: json\n", State.FAIL),
    ],
)
def test_json_is_asked_for_in_what_is_set_for_production(path: str, text: str, state: State) -> None:
    files = {"main.go": _MAIN + _SWITCH, path: text}

    assert ask_item("monitoring.structured-logging", _MOD | files).state is state


def test_the_program_that_serves_is_shown_before_the_one_that_migrates() -> None:
    code = """using Microsoft.AspNetCore.Builder;
var log = new LoggerConfiguration().WriteTo.Console(new CompactJsonFormatter()).CreateLogger();
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => "hello");
app.Run();
"""
    project = '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n'
    files = {f"src/{one}/Program.cs": code for one in ("ApiHost", "DatabaseMigrator", "A")}
    projects = {f"src/{one}/{one}.csproj": project for one in ("ApiHost", "DatabaseMigrator", "A")}

    judged = ask_item("monitoring.structured-logging", files | projects)

    assert (judged.state, places(judged)[-1]) == (State.PASS, "src/DatabaseMigrator/Program.cs:2")


def test_a_layer_of_tracing_may_write_json_by_its_kind() -> None:
    code = """use tracing_bunyan_formatter::BunyanFormattingLayer;

fn main() {
    let layer = BunyanFormattingLayer::new("shop".into(), std::io::stdout);
    tracing::subscriber::set_global_default(Registry::default().with(layer)).unwrap();
    HttpServer::new(|| App::new().route("/", web::get().to(index))).bind("0.0.0.0:80");
}
"""
    manifest = '[package]\nname = "shop"\n[dependencies]\nactix-web = "4"\n'
    judged = ask_item("monitoring.structured-logging", {"src/main.rs": code, "Cargo.toml": manifest})

    assert (judged.state, places(judged)) == (State.PASS, ["src/main.rs:4"])


_NEST = """import { NestFactory } from '@nestjs/core';
import { LoggerErrorInterceptor } from 'nestjs-pino';
import { AppModule } from './app.module';
NestFactory.create(AppModule).then((app) => {
  app.useGlobalInterceptors(new LoggerErrorInterceptor());
  app.listen(3000);
});
"""
_MODULE = """import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { Users } from './users.controller';
@Module({ imports: [LoggerModule.forRoot({ pinoHttp: {} })], controllers: [Users] })
export class AppModule {}
"""
_USERS = """import { Controller, Get } from '@nestjs/common';
@Controller('users')
export class Users {
  @Get() list() { return []; }
}
"""


@pytest.mark.parametrize(
    ("module", "found"),
    [
        (_MODULE, ["src/app.module.ts:4"]),
        (_MODULE.replace("'nestjs-pino'", "'@shop/shared'"), ["src/app.module.ts:4"]),
        # What writes errors by a logger that nobody sets up.
        (_MODULE.replace("LoggerModule.forRoot({ pinoHttp: {} })", ""), []),
    ],
)
def test_the_module_of_pino_counts_and_not_what_writes_by_it(module: str, found: list[str]) -> None:
    files = {
        "package.json": (
            '{"dependencies": {"@nestjs/core": "9", "nestjs-pino": "4"}, "scripts": {"start": "nest start"}}'
        ),
        "src/main.ts": _NEST,
        "src/app.module.ts": module,
        "src/users.controller.ts": _USERS,
    }

    judged = ask_item("monitoring.structured-logging", files)

    assert [place for place in places(judged) if "main" not in place] == found
    assert judged.state is (State.PASS if found else State.FAIL)


def test_the_server_s_tracker_is_shown_before_the_agent_and_the_edge() -> None:
    init = "import * as Sentry from '@sentry/nextjs';\nSentry.init({ dsn: process.env.SENTRY_DSN });\n"
    files = {
        "package.json": '{"dependencies": {"next": "15", "@sentry/nextjs": "9"}, "scripts": {"start": "next start"}}',
        "app/api/users/route.ts": "export async function GET() { return Response.json([]); }\n",
        "instrumentation.ts": "export async function register() {\n  await import('./sentry.server.config');\n"
        "  await import('./sentry.edge.config');\n}\n",
        "sentry.edge.config.ts": init,
        "sentry.server.config.ts": init,
    }

    assert places(ask_item("monitoring.error-tracking", files))[0] == "sentry.server.config.ts:2"


_SPRING = {
    "pom.xml": "<project><dependencies><dependency><groupId>org.springframework.boot</groupId>"
    "<artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
    "src/main/java/A.java": "@SpringBootApplication\nclass A {\n  public static void main(String[] a) {\n"
    "    SpringApplication.run(A.class, a);\n  }\n}\n",
}
_JSON = '<appender name="J" class="A"><encoder class="net.logstash.logback.encoder.LogstashEncoder"/></appender>'


@pytest.mark.parametrize(
    ("loggers", "state"),
    [
        ('<root level="INFO"><appender-ref ref="J"/></root>', State.PASS),
        ('<include resource="base.xml"/><root level="INFO"/>', State.PASS),
        ('<root level="INFO"/>', State.FAIL),
        (f'<!-- {"x" * 300_000} --><root level="INFO"><appender-ref ref="B"/></root>', State.FAIL),
    ],
    ids=["referred-to", "included", "nothing-referred-to", "behind-much-text"],
)
def test_an_appender_of_json_counts_where_a_logger_may_have_it(loggers: str, state: State) -> None:
    files = {**_SPRING, "src/main/resources/logback.xml": f"<configuration>\n{_JSON}\n{loggers}</configuration>\n"}

    assert ask_item("monitoring.structured-logging", files).state is state


_LOGGED = f'<configuration>\n{_JSON}\n<root level="INFO"><appender-ref ref="J"/></root></configuration>\n'
_RESOURCES = "src/main/resources/"
_PROPERTIES = _RESOURCES + "application.properties"
_PLAIN = '<configuration><root level="INFO"/></configuration>\n'


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, State.FAIL),
        ({"Dockerfile": "COPY logback-json.xml ./\n# -Dlogback.configurationFile=logback-json.xml\n"}, State.FAIL),
        ({"Dockerfile": "ENV JAVA_OPTS=-Dlogback.configurationFile=/app/logback-json.xml\n"}, State.PASS),
        ({"Dockerfile": "COPY conf/logback-json.xml /app/logback.xml\n"}, State.PASS),
        ({_RESOURCES + "application.yml": "logging:\n  level: {}\n  config: classpath:logback-json.xml\n"}, State.PASS),
        ({_PROPERTIES: "logging.config=classpath:logback-${kind:json}.xml\n"}, State.PASS),
        ({_PROPERTIES: "logging.config=classpath:logback-text.xml\n"}, State.FAIL),
        ({_RESOURCES + "application-dev.yml": "logging:\n  config: classpath:logback-json.xml\n"}, State.FAIL),
        ({_RESOURCES + "application-prod.yml": "logging:\n  config: classpath:logback-json.xml\n"}, State.PASS),
        ({_RESOURCES + "logback.xml": '<c><include resource="logback-json.xml"/></c>'}, State.PASS),
        ({"src/main/java/B.java": 'class B { void b() { c.doConfigure("logback-json.xml"); } }\n'}, State.PASS),
        ({"src/main/java/B.java": "// see logback-json.xml\nclass B { }\n"}, State.FAIL),
    ],
)  # fmt: skip
def test_a_file_of_logs_counts_where_something_loads_it(more: dict[str, str], state: State) -> None:
    plain = {_RESOURCES + "logback.xml": _PLAIN, "src/main/docker/logback-json.xml": _LOGGED}

    assert ask_item("monitoring.structured-logging", {**_SPRING, **plain, **more}).state is state


_ECS = '{"containerDefinitions": [{"environment": [\n{\n"name": "LOG_FORMAT",\n"value": "json"\n}]}]}\n'


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("infra/ecs-task-definition-api.json", _ECS, State.PASS),
        ("infra/ecs-task-definition-api.json", _ECS.replace("json", "text"), State.FAIL),
        ("deploy/a.yaml", "env:\n  - name: LOG_FORMAT\n    value: json\n", State.PASS),
        ("Dockerfile", "FROM python\nENV LOG_FORMAT=json\nCMD gunicorn a.wsgi\n", State.PASS),
        ("docker-compose.dev.yml", "environment:\n  LOG_FORMAT: json\n", State.FAIL),
        # A variable that the code does not read.
        ("deploy/a.yaml", "env:\n  - name: PROXY_LOG_FORMAT\n    value: json\n", State.FAIL),
    ],
)
def test_a_variable_that_the_code_reads_may_ask_a_library_for_json(path: str, text: str, state: State) -> None:
    files = {
        "requirements.txt": "django\n",
        "Dockerfile": "FROM python\nCMD gunicorn a.wsgi\n",
        "a/urls.py": "urlpatterns = [path('x', y)]\n",
        "a/settings.py": 'LOG_FORMAT = env.str("LOG_FORMAT", default="generic")\n',
        path: text,
    }

    assert ask_item("monitoring.structured-logging", files).state is state


_WINSTON = """const express = require('express');
const winston = require('winston');
const formats = [winston.format.timestamp()];
if (config.logFormat === 'json') {
  formats.push(winston.format.json());
} else {
  formats.push(winston.format.simple());
}
const log = winston.createLogger({ format: winston.format.combine(...formats) });
const app = express();
app.get('/', (req, res) => { log.info('asked'); res.send('a'); });
app.listen(3000);
"""
_NODE = {"package.json": '{"dependencies": {"express": "4", "winston": "3"}, "scripts": {"start": "node server.js"}}'}
_CHOICE = """const format = config.logFormat === 'json' ? winston.format.json() : winston.format.simple();
const log = winston.createLogger({ format });
"""


@pytest.mark.parametrize(
    ("code", "more", "state"),
    [
        (_WINSTON, {}, State.FAIL),
        (_WINSTON, {"config.yml": "logFormat: default\n"}, State.FAIL),
        (_WINSTON, {"config.yml": "logFormat: json\n"}, State.PASS),
        (_WINSTON, {"config.js": "module.exports = { logFormat: process.env.LOG_FORMAT || 'json' };\n"}, State.PASS),
        (_WINSTON.replace("=== 'json'", "!== 'text'"), {}, State.PASS),
        (_WINSTON.replace("const log", "// const log").replace("const app", _CHOICE + "const app"), {}, State.FAIL),
        # Not the choice that the logger stands behind.
        (_WINSTON.replace("config.logFormat === 'json'", "config.verbose"), {}, State.PASS),
    ],
)
def test_json_of_javascript_counts_where_nobody_has_to_ask_for_it(
    code: str, more: dict[str, str], state: State
) -> None:
    assert ask_item("monitoring.structured-logging", {**_NODE, "server.js": code, **more}).state is state


_FLASK = """import logging, os
from flask import Flask
from pythonjsonlogger.json import JsonFormatter
app = Flask(__name__)
handler = logging.StreamHandler()
if os.getenv("LOG_FORMAT"DEFAULT) == "json":
    handler.setFormatter(JsonFormatter())
logging.getLogger().addHandler(handler)


@app.get("/")
def index():
    return "a"
"""


@pytest.mark.parametrize(("default", "state"), [("", State.FAIL), (', "text"', State.FAIL), (', "json"', State.PASS)])
def test_json_of_python_counts_where_nobody_has_to_ask_for_it(default: str, state: State) -> None:
    files = {
        "requirements.txt": "flask\npython-json-logger\n",
        "Dockerfile": "FROM python\nCMD gunicorn app:app\n",
        "app.py": _FLASK.replace("DEFAULT", default),
    }

    assert ask_item("monitoring.structured-logging", files).state is state


_RUST = """use axum::Router;

fn main() {
    let ts = tracing_subscriber::fmt();
%s
    axum::serve(listener, Router::new().route("/items", get(list)));
}

"""
_ARMS = """    match log_format {
        Format::Plain => ts.init(),
        Format::Json => ts.event_format(format().json()).init(),
    }"""


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (_RUST % "    tracing_subscriber::fmt().json().init();", State.PASS),
        (_RUST % _ARMS, State.FAIL),
        (_RUST % "    if settings.json {\n        tracing_subscriber::fmt().json().init();\n    }", State.FAIL),
        (_RUST % "    if !plain {\n        tracing_subscriber::fmt().json().init();\n    }", State.PASS),
        (
            _RUST % _ARMS.replace("Format::Json =>", "_ =>").replace("Format::Plain", '"plain"'),
            State.PASS,
        ),
        (_RUST % _ARMS + "enum LogFormat {\n    Plain,\n    #[default]\n    Json,\n}\n", State.PASS),
        (_RUST % _ARMS + "enum LogFormat {\n    #[default]\n    Plain,\n    Json,\n}\n", State.FAIL),
        (_RUST % _ARMS + "impl Default for Log {\n    format: LogFormat::Json,\n}\n", State.PASS),
    ],
)
def test_json_of_rust_counts_where_it_is_the_default(code: str, state: State) -> None:
    cargo = '[package]\nname = "shop"\n[dependencies]\naxum = "0.8"\ntracing-subscriber = "0.3"\n'

    assert ask_item("monitoring.structured-logging", {"Cargo.toml": cargo, "src/main.rs": code}).state == state
