"""Trackers of errors and limiters that are known by the way in which their guides set them up."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_TRACKER, _LIMITER = "monitoring.error-tracking", "security.rate-limiting"


def _express(dependency: str, code: str) -> Mapping[str, str]:
    return {
        "package.json": f'{{"dependencies": {{"express": "4", "{dependency}": "1"}}}}',
        "server.js": f"const app = require('express')()\n{code}\napp.get('/x', f)\napp.listen(1)\n",
    }


def _flask(dependency: str, code: str) -> Mapping[str, str]:
    return {
        "requirements.txt": f"flask\n{dependency}\n",
        "main.py": f"from flask import Flask\napp = Flask(__name__)\n{code}\n@app.get('/x')\ndef x():\n    return ''\n",
    }


def _gin(module: str, code: str) -> Mapping[str, str]:
    return {
        "go.mod": f"module m\n\nrequire github.com/gin-gonic/gin v1.9.0\nrequire {module} v1.0.0\n",
        "main.go": f'package main\n\nimport (\n\t"github.com/gin-gonic/gin"\n\t"{module}"\n)\n\nfunc main() {{\n'
        f'\tr := gin.New()\n\t{code}\n\tr.GET("/x", h)\n\tr.Run()\n}}\n',
    }


def _rails(path: str, code: str) -> Mapping[str, str]:
    return {
        "Gemfile": "gem 'rails'\n",
        "config/application.rb": "class Application < Rails::Application\nend\n",
        "config/routes.rb": "Rails.application.routes.draw do\n  get '/x', to: 'a#x'\nend\n",
        path: code,
    }


def _symfony(text: str) -> Mapping[str, str]:
    return {
        "composer.json": '{"require": {"symfony/framework-bundle": "7", "sentry/sentry-symfony": "5"}}',
        "src/Controller/A.php": "<?php\nclass A { #[Route('/x')] public function x() {} }\n",
        "config/packages/sentry.yaml": text,
    }


_RAYGUN = "const raygun = require('raygun')\nconst client = new raygun.Client().init({ apiKey: k })\n"
_BUCKET = "if bucket.TakeAvailable(1) < 1 {\n\t\tos.Exit(1)\n\t}"


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        (_TRACKER, _express("raygun", f"{_RAYGUN}app.use(client.expressHandler)"), State.PASS),
        (_TRACKER, _express("raygun", "const raygun = require('raygun')"), State.FAIL),
        (_TRACKER, _express("posthog-node", "const { PostHog } = require('posthog-node')\nnew PostHog(k)"), State.FAIL),
        (_TRACKER, _flask("honeybadger", "from honeybadger.contrib import FlaskHoneybadger"), State.FAIL),
        (
            _TRACKER,
            _flask("honeybadger", "from honeybadger.contrib import FlaskHoneybadger\nFlaskHoneybadger(app)"),
            State.PASS,
        ),
        (_TRACKER, _gin("github.com/airbrake/gobrake/v5", "n := gobrake.NewNotifierWithOptions(o)"), State.PASS),
        (_TRACKER, _gin("go.elastic.co/apm/module/apmgin/v2", "r.Use(apmgin.Middleware(r))"), State.PASS),
        (_TRACKER, _rails("config/appsignal.yml", "default:\n  push_api_key: <%= ENV['K'] %>\n"), State.PASS),
        (_TRACKER, _rails("config/appsignal.yml", "default:\n  # push_api_key: <%= ENV['K'] %>\n"), State.FAIL),
        (_TRACKER, _symfony("when@prod:\n    sentry:\n        dsn: '%env(SENTRY_DSN)%'\n"), State.PASS),
        (_TRACKER, _symfony("when@dev:\n    sentry:\n        dsn: '%env(SENTRY_DSN)%'\n"), State.FAIL),
        (_LIMITER, _gin("github.com/juju/ratelimit", f"r.Use(func(c *gin.Context) {{\n\t{_BUCKET}\n\t}})"), State.PASS),
        (_LIMITER, _gin("github.com/juju/ratelimit", "bucket := ratelimit.NewBucket(time.Second, 100)"), State.FAIL),
        (
            _LIMITER,
            _flask("limits", "from limits import strategies\n@app.before_request\ndef f():\n    limiter.hit(rate, ip)"),
            State.PASS,
        ),
        (
            _LIMITER,
            _flask("limits", "from limits import strategies\nlimiter = strategies.MovingWindowRateLimiter(storage)"),
            State.FAIL,
        ),
    ],
)
def test_what_is_started_or_asked_counts_and_what_is_only_there_does_not(
    item: str, files: Mapping[str, str], expected: State
) -> None:
    assert ask_item(item, files).state is expected
