"""Code behind a `return` that nothing asks for."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_START = """\
import * as Sentry from '@sentry/node';
import express from 'express';

export const start = () => {
%s  Sentry.init({ dsn: process.env.SENTRY_DSN });
};

start();
express().listen(80);
"""
_PYTHON = """\
import sentry_sdk
from flask import Flask


def start():
%s    sentry_sdk.init(dsn=DSN)


start()
app = Flask(__name__)
"""


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ("", State.PASS),
        ("  if (!process.env.SENTRY_DSN) {\n    return null;\n  }\n", State.PASS),
        ("  if (!process.env.SENTRY_DSN)\n    return;\n", State.PASS),
        ("  if (!process.env.SENTRY_DSN)\n  return;\n", State.PASS),
        ("  const f = () => {\n    return null;\n  };\n", State.PASS),
        ("  switch (f()) {\n  case 1:\n    return;\n  }\n", State.PASS),
        ("  return null;\n\n", State.FAIL),
        ("  return\n", State.FAIL),
    ],
)
def test_what_a_function_returns_before_never_runs(before: str, state: State) -> None:
    files = {"package.json": '{"dependencies": {"@sentry/node": "9", "express": "5"}}', "server.ts": _START % before}

    assert ask_item("monitoring.error-tracking", files).state is state


@pytest.mark.parametrize(
    ("before", "state"),
    [("    if not DSN:\n        return\n", State.PASS), ("    return\n", State.FAIL)],
)
def test_of_python_too(before: str, state: State) -> None:
    files = {"requirements.txt": "sentry-sdk\nflask\n", "app.py": _PYTHON % before}

    assert ask_item("monitoring.error-tracking", files).state is state


def test_a_module_of_nestjs_starts_no_tracker() -> None:
    module = (
        "import { SentryModule } from '@sentry/nestjs/setup'\nimport { Module } from '@nestjs/common'\n"
        "@Module({ imports: [SentryModule.forRoot()] })\nexport class AppModule {}\n"
    )
    main = (
        "import { NestFactory } from '@nestjs/core'\nimport { AppModule } from './app.module'\n"
        "%sNestFactory.create(AppModule)\n"
    )
    start = "import * as Sentry from '@sentry/nestjs'\nSentry.init({ dsn: process.env.DSN })\n"
    package = '{"dependencies": {"@sentry/nestjs": "9", "@nestjs/core": "11"}}'
    states = [
        ask_item(
            "monitoring.error-tracking", {"package.json": package, "app.module.ts": module, "main.ts": main % one}
        ).state
        for one in (start, "")
    ]

    assert states == [State.PASS, State.FAIL]
