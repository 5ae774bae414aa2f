"""Limits and guards that are mounted behind the routes that they should stand in front of."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_PACKAGE = (
    '{"name": "shop", "dependencies": {"express": "5", "express-rate-limit": "8"},'
    ' "scripts": {"start": "node server.js"}}'
)
_EXPRESS = """\
const express = require("express");
const rateLimit = require("express-rate-limit");
const app = express();
%s
app.listen(3000);
"""
_FIBER = """\
package main

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/limiter"
)

func main() {
	app := fiber.New()
%s	app.Listen(":3000")
}

func setUp(app *fiber.App) { app.Post("/orders", create) }
"""
_LIMIT = "app.use(rateLimit({ windowMs: 60000, limit: 100 }));"
_USE = "\tapp.Use(limiter.New(limiter.Config{Max: 20}))\n"


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (f"{_LIMIT}\napp.post('/orders', create);", State.PASS),
        (f"app.get('/health', ok);\n{_LIMIT}\napp.use('/api', api);", State.PASS),
        (f"app.get('/health', ok);\n{_LIMIT}\nmodule.exports = app;", State.PASS),
        (f"app.get('/', home);\n{_LIMIT}\nregister(app);", State.PASS),
        (f"app.post('/orders', create);\n{_LIMIT}\napp.use(router);", State.PASS),
        (f"app.post('/orders', create);\n{_LIMIT}\nrequire('http').createServer(app);", State.FAIL),
        (
            f"app.use('/api', api);\napp.get('/', home);\n{_LIMIT}\napp.use(notFound);\napp.use(errorHandler);",
            State.FAIL,
        ),
    ],
)
def test_a_limiter_of_express_stands_before_a_route(lines: str, state: State) -> None:
    files = {
        "package.json": _PACKAGE,
        "server.js": _EXPRESS % lines,
    }

    assert ask_item("security.rate-limiting", files).state is state


@pytest.mark.parametrize(
    ("lines", "state"),
    [(f"{_USE}\tsetUp(app)\n", State.PASS), (f"\tsetUp(app)\n{_USE}", State.FAIL)],
)
def test_a_limiter_of_fiber_stands_before_a_route(lines: str, state: State) -> None:
    files = {"go.mod": "module shop\n", "main.go": _FIBER % lines}

    assert ask_item("security.rate-limiting", files).state is state
