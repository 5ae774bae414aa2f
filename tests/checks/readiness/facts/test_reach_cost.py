"""Many declarations in one file cost as much as they are long."""

from __future__ import annotations

import time

from bot.model import State
from tests.checks.readiness.look import ask_item


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
