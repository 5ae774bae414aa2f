"""Many declarations in one file cost as much as they are long."""

from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.generators import find_clients
from bot.checks.readiness.facts.log_files import is_loaded
from bot.model import State
from tests.checks.readiness.look import ask_item, look


def test_many_formatters_of_logs_are_judged_in_seconds() -> None:
    numbers = range(3_000)
    formatters = "".join(f'"f{at}": {{"()": "pythonjsonlogger.jsonlogger.JsonFormatter"}},\n' for at in numbers)
    handlers = "".join(f'"h{at}": {{"class": "x", "formatter": "f{at}"}},\n' for at in numbers)
    app = (
        "from flask import Flask\napp = Flask(__name__)\n"
        f'LOGGING = {{"formatters": {{{formatters}}}, "handlers": {{{handlers}}}, "root": {{"handlers": ["x"]}}}}\n'
        "logging.config.dictConfig(LOGGING)\n"
    )
    started = time.process_time()

    judged = ask_item(
        "monitoring.structured-logging", {"requirements.txt": "flask\npython-json-logger\n", "app.py": app}
    )
    assert judged.state is State.FAIL
    assert time.process_time() - started < 8


def test_many_classes_that_nothing_makes_are_judged_in_seconds() -> None:
    classes = "".join(f'class A{at} {{ void X() {{ SentrySdk.Init("x"); }} }}\n' for at in range(5_000))
    files = {"shop.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>', "Shop.cs": f"using Sentry;\n{classes}"}
    started = time.process_time()

    assert ask_item("monitoring.error-tracking", files).state is not State.PASS
    assert time.process_time() - started < 8


def test_many_beans_with_conditions_are_judged_in_seconds() -> None:
    numbers = range(3_500)
    beans = "".join(
        f' @Bean @ConditionalOnProperty("b{at}.enabled") void f{at}() {{ Sentry.init("x"); }}\n' for at in numbers
    )
    settings = "".join(f"k{at}: v\n" for at in range(8_000))
    files = {
        "pom.xml": "<artifactId>spring-boot-starter-web</artifactId>\n",
        "src/main/java/a/C.java": f'@RestController class C {{\n @GetMapping("/a") void a() {{ }}\n{beans}}}\n',
        "src/main/resources/application.yml": settings,
        **{f"src/main/resources/other{at}.yml": settings for at in range(20)},
    }
    started = time.process_time()

    assert "off by default" in ask_item("monitoring.error-tracking", files).reason
    assert time.process_time() - started < 8


def test_structs_of_go_that_hold_empty_lines_are_read_in_seconds() -> None:
    structs = "package main\n" + ("type Cfg struct {\n" + "\n" * 3_900 + "Enabled x }\n") * 100
    files = {
        "go.mod": "module x\nrequire github.com/rs/cors v1\n",
        "main.go": 'package main\nimport "github.com/rs/cors"\nfunc main() {\n h := http.NewServeMux()\n'
        ' h.HandleFunc("/a", x)\n if cfg.Enabled { h = cors.Default().Handler(h) }\n'
        ' http.ListenAndServe(":80", h)\n}\n',
        **{f"cfg{at}.go": structs for at in range(20)},
    }
    started = time.process_time()

    assert ask_item("security.cors", files).state is State.FAIL
    assert time.process_time() - started < 4


def test_many_notes_of_generators_are_read_in_seconds() -> None:
    notes = [f"a{at}/.openapi-generator-ignore" for at in range(8_000)]
    senders = [f"b{at}/base.ts" for at in range(8_000)]
    started = time.process_time()

    assert find_clients([*notes, *senders, "a7/src/base.ts"]) == {"a7": "a7/.openapi-generator-ignore"}
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", [".xml" * 250_000, "a" * 1_000_000])
def test_names_of_files_of_logs_are_found_in_seconds(text: str) -> None:
    files = {"run.sh": text, "src/main/resources/logback-x.xml": "<configuration/>\n"}
    seen = look(files)
    started = time.process_time()

    assert not is_loaded(seen.files, seen.source, "src/main/resources/logback-x.xml")
    assert time.process_time() - started < 0.5
