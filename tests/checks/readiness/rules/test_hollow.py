"""Guards and limiters that hand on whatever comes."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_PACKAGE = (
    '{"name": "shop", "main": "server.js", "dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}}'
)
_SERVER = """\
const express = require('express');
const auth = require('./auth');
const app = express();
app.post('/orders', auth('write'), (req, res) => res.send('ok'));
app.listen(80);
"""
_VIEW = """\
from flask import Flask
from shop.limits import ratelimit
app = Flask(__name__)
@app.route("/login", methods=["POST"])
@ratelimit(limit=10)
def login(): return ""
"""
_LIMIT = """\
import functools
def ratelimit(limit=50):
    def decorate(f):
        @functools.wraps(f)
        def wrapped(*args, **kwargs):
            current = cache.get(request.endpoint)
{0}            return f(*args, **kwargs)
        return wrapped
    return decorate
"""


@pytest.mark.parametrize(
    ("guard", "state"),
    [
        ("(right) => (req, res, next) => passport.authenticate('jwt')(req, res, next)", State.PASS),
        ("(right) => (req, res, next) => {\n  if (!req.user) return res.status(401).end();\n  next();\n}", State.PASS),
        ("(right) => (req, res, next) => {\n  if (!may(req)) return;\n  next();\n}", State.PASS),
        ("(right) => (req, res, next) => next()", State.FAIL),
        ("(right) => {\n  return (req, res, next) => {\n    console.log(right);\n    next();\n  };\n}", State.FAIL),
    ],
)
def test_a_guard_that_refuses_nobody_is_none(guard: str, state: State) -> None:
    files = {
        "package.json": _PACKAGE,
        "server.js": _SERVER,
        "auth.js": f"const auth = {guard};\nmodule.exports = auth;\n",
    }

    assert ask_item("security.auth-middleware", files).state is state


@pytest.mark.parametrize(
    ("refuses", "state"),
    [("            if current > limit:\n                return too_many()\n", State.PASS), ("", State.FAIL)],
)
def test_a_limiter_of_ones_own_that_refuses_nobody_is_none(refuses: str, state: State) -> None:
    files = {"requirements.txt": "flask\n", "app.py": _VIEW, "shop/limits.py": _LIMIT.replace("{0}", refuses)}

    assert ask_item("security.rate-limiting", files).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("req.user = requireUser(req);", State.PASS),
        ("ensureMember(req);", State.PASS),
        ("users.current_user_or_401(req);", State.PASS),
        ("console.log(req.url);", State.FAIL),
        ("req.begun = Date.now();", State.FAIL),
    ],
)
def test_a_guard_may_leave_it_to_a_function_to_refuse(line: str, state: State) -> None:
    guard = f"(right) => (req, res, next) => {{\n  {line}\n  next();\n}}"
    files = {
        "package.json": _PACKAGE,
        "server.js": _SERVER,
        "auth.js": f"const auth = {guard};\nmodule.exports = auth;\n",
    }

    assert ask_item("security.auth-middleware", files).state is state


_GO = """\
package main

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/limiter"
	"shop/guard"
)

func main() {
	app := fiber.New()
	app.Use(limiter.New(limiter.Config{Max: 100%s}))
	app.Use(guard.NewAuthMiddleware(key))
	app.Post("/orders", create)
	app.Listen(":80")
}
"""
_TOKENS = """\
package guard

import pasetoware "github.com/gofiber/contrib/paseto"

func NewAuthMiddleware(key []byte) fiber.Handler {
	return pasetoware.New(pasetoware.Config{
		SymmetricKey: key,
		Next: func(c *fiber.Ctx) bool {
			// Who only reads is not asked for a token,
			// since what is read is public.
			return %s
		},
	})
}
"""


@pytest.mark.parametrize(
    ("item", "skip", "public", "state"),
    [
        ("rate-limiting", ", Next: func(c *fiber.Ctx) bool { return c.IP() == local }", "true", State.PASS),
        ("rate-limiting", ", Next: func(c *fiber.Ctx) bool { return true }", "true", State.FAIL),
        ("auth-middleware", "", 'c.Method() == "GET"', State.PASS),
        ("auth-middleware", "", "true", State.FAIL),
    ],
)
def test_a_middleware_of_go_that_passes_over_all_that_is_asked_is_none(
    item: str, skip: str, public: str, state: State
) -> None:
    files = {"go.mod": "module shop\n", "main.go": _GO % skip, "guard/tokens.go": _TOKENS % public}

    assert ask_item(f"security.{item}", files).state is state


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ('\tif r.Header.Get("Authorization") == "" {\n\t\tw.WriteHeader(401)\n\t\treturn\n\t}\n', State.PASS),
        ("", State.FAIL),
    ],
)
def test_a_guard_of_go_that_only_hands_on_is_none(body: str, state: State) -> None:
    guard = (
        "package main\n\nfunc RequireAuth(next http.Handler) http.Handler {\n"
        "\treturn http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n"
        f"{body}\t\tnext.ServeHTTP(w, r)\n\t}})\n}}\n"
    )
    main = (
        'package main\n\nimport "github.com/go-chi/chi/v5"\n\nfunc main() {\n\tr := chi.NewRouter()\n'
        '\tr.Use(RequireAuth)\n\tr.Post("/orders", create)\n\thttp.ListenAndServe(":80", r)\n}\n'
    )
    files = {"go.mod": "module shop\n", "main.go": main, "guard.go": guard}

    assert ask_item("security.auth-middleware", files).state is state


@pytest.mark.parametrize(("only", "state"), [(":only => [:create]", State.PASS), (":only => []", State.FAIL)])
def test_a_hook_of_rails_for_no_action_is_none(only: str, state: State) -> None:
    files = {
        "Gemfile": "gem 'rails'\n",
        "config/routes.rb": "Rails.application.routes.draw do\n  resources :nodes\nend\n",
        "app/controllers/application_controller.rb": "class ApplicationController < ActionController::Base\n"
        "  def check_rate_limit\n    head :too_many_requests if RateLimiter.exceeded?(request.ip)\n  end\nend\n",
        "app/controllers/nodes_controller.rb": "class NodesController < ApplicationController\n"
        f"  before_action :check_rate_limit, {only}\n  def create\n    Node.create(params)\n  end\nend\n",
    }

    assert ask_item("security.rate-limiting", files).state is state


_GUARD = """\
@Injectable()
export class LimitsGuard extends ThrottlerGuard {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getHandler().name === 'create') {
      return %s;
    }
    return true;
  }
}
"""
_MODULE = """\
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { MyThrottlerGuard } from './guard';
@Module({
  imports: [ThrottlerModule.forRoot([{ ttl: 60000, limit: 10 }])],
  controllers: [OrdersController],
  providers: [{ provide: APP_GUARD, useClass: MyThrottlerGuard }],
})
export class AppModule {}
"""


@pytest.mark.parametrize(
    ("said", "state"),
    [("super.canActivate(context)", State.PASS), ("this.asks(context)", State.PASS), ("true", State.FAIL)],
)
def test_a_guard_of_nestjs_that_says_yes_is_none(said: str, state: State) -> None:
    files = {
        "package.json": '{"dependencies": {"@nestjs/core": "11", "@nestjs/throttler": "6"}}',
        "src/main.ts": "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n"
        "NestFactory.create(AppModule).then((app) => app.listen(80));\n",
        "src/app.module.ts": _MODULE,
        "src/guard.ts": _GUARD.replace("LimitsGuard", "MyThrottlerGuard") % said,
    }

    assert ask_item("security.rate-limiting", files).state is state


@pytest.mark.parametrize(
    ("limit", "state"), [("Limit::perMinute(60)->by($r->ip())", State.PASS), ("Limit::none()", State.FAIL)]
)
def test_a_name_of_laravel_that_stands_for_no_limit_limits_nothing(limit: str, state: State) -> None:
    files = {
        "composer.json": '{"require": {"laravel/framework": "12"}}',
        "routes/api.php": "<?php\nRoute::middleware('throttle:orders')->group(function () {\n"
        "  Route::post('/orders', [OrdersController::class, 'store']);\n});\n",
        "app/Providers/AppServiceProvider.php": "<?php\nclass AppServiceProvider extends ServiceProvider {\n"
        "  public function boot() {\n"
        f"    RateLimiter::for('orders', function ($r) {{ return {limit}; }});\n  }}\n}}\n",
    }

    assert ask_item("security.rate-limiting", files).state is state
