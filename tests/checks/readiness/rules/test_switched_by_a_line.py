"""What stands as it was, and does nothing any more for one line elsewhere: in Rails, in Laravel, in NestJS."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_RAILS = {
    "Gemfile": 'gem "rails"\ngem "rack-attack"\n',
    "config/routes.rb": "Rails.application.routes.draw do\n  resources :orders\nend\n",
    "config/application.rb": "class Application < Rails::Application\nend\n",
    "app/controllers/application_controller.rb": "class ApplicationController < ActionController::Base\nend\n",
}
_THROTTLES = "Rack::Attack.throttle('all', limit: 30, period: 60) { |r| r.ip }\n"


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("Rack::Attack.safelist('here') { |r| r.ip == '::1' }", State.PASS),
        ("Rack::Attack.safelist('here') do |r|\n  r.ip == '::1' || true_ip(r)\nend", State.PASS),
        ("Rack::Attack.safelist('all') { true }", State.FAIL),
        ("Rack::Attack.safelist('all') do |r|\n  true\nend", State.FAIL),
    ],
)
def test_limits_limit_nobody_where_everybody_is_let_through(line: str, state: State) -> None:
    files = {**_RAILS, "config/initializers/rack_attack.rb": f"{_THROTTLES}{line}\n"}

    assert ask_item("security.rate-limiting", files).state is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("config.action_dispatch.default_headers['X-A'] = 'b'", State.PASS),
        ("config.action_dispatch.default_headers.clear", State.FAIL),
        ("config.action_dispatch.default_headers = {}", State.FAIL),
        ("config.action_dispatch.default_headers = { 'X-Frame-Options' => 'DENY' }", State.PASS),
    ],
)
def test_the_headers_of_rails_are_gone_where_they_are_taken_away(line: str, state: State) -> None:
    files = {**_RAILS, "config/initializers/headers.rb": f"Rails.application.configure do\n  {line}\nend\n"}

    assert ask_item("security.security-headers", files).state is state


_GUARDED = """\
class OrdersController < ApplicationController
  before_action :require_logged_in_user
  def index
    render json: Order.all
  end
end
"""
_CONCERN = "module Authenticatable\n  def require_logged_in_user\n    %s\n  end\nend\n"


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("redirect_to '/login' unless @user", State.PASS),
        ("true", State.FAIL),
        ("return true", State.FAIL),
        ("", State.FAIL),
        ("super", State.PASS),
    ],
)
def test_a_guard_of_rails_that_says_yes_guards_nothing(body: str, state: State) -> None:
    files = {
        **_RAILS,
        "app/controllers/orders_controller.rb": _GUARDED,
        "app/controllers/concerns/authenticatable.rb": _CONCERN % body,
    }

    assert ask_item("security.auth-middleware", files).state is state


_KERNEL = "<?php\nclass Kernel extends HttpKernel\n{\n    protected $middleware = [\n        %s\n    ];\n%s}\n"
_LARAVEL = {
    "composer.json": '{"require": {"laravel/framework": "^10"}}',
    "artisan": "",
    "routes/api.php": "<?php\nRoute::get('/orders', [OrderController::class, 'index']);\n",
    "config/cors.php": "<?php\nreturn ['paths' => ['api/*'], 'allowed_origins' => explode(',', env('ORIGINS'))];\n",
}
_TODAY = "<?php\nreturn Application::configure(basePath: dirname(__DIR__))->create();\n"


@pytest.mark.parametrize(
    ("also", "state"),
    [
        ({"app/Http/Kernel.php": _KERNEL % ("\\Illuminate\\Http\\Middleware\\HandleCors::class,", "")}, State.PASS),
        ({"app/Http/Kernel.php": _KERNEL % ("// \\Illuminate\\Http\\Middleware\\HandleCors::class,", "")}, State.FAIL),
        ({"app/Http/Kernel.php": _KERNEL % ("", ""), "bootstrap/app.php": _TODAY}, State.PASS),
        ({}, State.PASS),
    ],
)
def test_laravel_reads_its_origins_where_the_kernel_lists_what_does(also: dict[str, str], state: State) -> None:
    assert ask_item("security.cors", {**_LARAVEL, **also}).state is state


_GROUPS = "    protected $middlewareGroups = [\n        'api' => [%s],\n    ];\n"


@pytest.mark.parametrize(("guard", "state"), [("'auth:api', 'bindings'", State.PASS), ("'bindings'", State.FAIL)])
def test_a_group_of_the_kernel_asks_for_a_sign_in(guard: str, state: State) -> None:
    files = {**_LARAVEL, "app/Http/Kernel.php": _KERNEL % ("", _GROUPS % guard)}

    assert ask_item("security.auth-middleware", files).state is state


_PROVIDER = """\
<?php
class AppServiceProvider extends ServiceProvider
{
    public function register()
    {
        if (%s) {
            $this->app->register(\\Rollbar\\Laravel\\RollbarServiceProvider::class);
        }
    }
}
"""


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        ("$this->app->environment('production')", State.PASS),
        ("!$this->app->environment('local')", State.PASS),
        ("$this->app->environment('local')", State.FAIL),
        ("$this->app->isLocal()", State.FAIL),
    ],
)
def test_what_laravel_registers_on_a_developer_s_machine_is_not_there(condition: str, state: State) -> None:
    files = {**_LARAVEL, "app/Providers/AppServiceProvider.php": _PROVIDER % condition}

    assert ask_item("monitoring.error-tracking", files).state is state


_NEST = {
    "package.json": '{"name": "shop", "dependencies": {"@nestjs/core": "^11", "ioredis": "^5"}}',
    "src/main.ts": "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n"
    "async function start() {\n  const app = await NestFactory.create(AppModule);\n  await app.listen(3000);\n}\n"
    "void start();\n",
    "src/app.module.ts": "import { HealthController } from './health.controller';\n"
    "@Module({ controllers: [HealthController] })\nexport class AppModule {}\n",
    "src/health.controller.ts": "import { HealthService } from './health.service';\n"
    "@Controller('health')\nexport class HealthController {\n  @Get()\n  async get() {\n"
    "    if (!(await this.health.isRedisCacheHealthy())) {\n      throw new ServiceUnavailableException();\n    }\n"
    "    return 'ok';\n  }\n}\n",
}
_SERVICE = "import Redis from 'ioredis';\nconst redis = new Redis(process.env.REDIS_URL);\n"


@pytest.mark.parametrize(
    ("body", "state"),
    [("return (await redis.ping()) === 'PONG';", State.PASS), ("return true;", State.FAIL)],
)
def test_a_check_of_health_that_says_yes_asks_nothing(body: str, state: State) -> None:
    service = f"{_SERVICE}export class HealthService {{\n  async isRedisCacheHealthy() {{\n    {body}\n  }}\n}}\n"

    assert ask_item("cache.health-check", {**_NEST, "src/health.service.ts": service}).state is state


_HANDLER = """\
package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	handler := promhttp.Handler()
	%s
	http.ListenAndServe(":8080", nil)
}
"""


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ('http.Handle("/metrics", handler)', State.PASS),
        ("served := wrap(handler)", State.PASS),
        ("_ = handler", State.FAIL),
    ],
)
def test_a_handler_of_metrics_that_nobody_is_given_serves_nothing(line: str, state: State) -> None:
    files = {"go.mod": "module shop\nrequire github.com/prometheus/client_golang v1\n", "main.go": _HANDLER % line}

    assert ask_item("monitoring.metrics-endpoint", files).state is state


_LISTED = """\
use axum::{middleware::from_fn, routing::get, Router};

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        %s
    }
    response
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(index)).layer(from_fn(headers));
    axum::serve(listener, app).await.unwrap();
}
"""


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("response.headers_mut().insert(name, HeaderValue::from_static(value));", State.PASS),
        ('println!("{value}");', State.FAIL),
    ],
)
def test_a_list_of_headers_in_rust_is_gone_through(line: str, state: State) -> None:
    cargo = '[package]\nname = "shop"\n[dependencies]\naxum = "1"\n'

    assert ask_item("security.security-headers", {"Cargo.toml": cargo, "src/main.rs": _LISTED % line}).state is state


_HEX = "9f2c1be47a6d4e0f8b3a5d7c6e1f0a2b4c8d9e7f"


@pytest.mark.parametrize(
    ("read", "committed"),
    [
        (f'config("SECRET_KEY", default="{_HEX}")', "yes"),
        (f'os.getenv("JWT_SECRET", "{_HEX}")', "yes"),
        (f'os.environ.get("SESSION_SECRET") or "{_HEX}"', "yes"),
        ('config("SECRET_KEY", default="change-me")', "no"),
        ('config("SECRET_KEY")', "no"),
        (f'config("RELEASE", default="{_HEX}")', "no"),
    ],
)
def test_a_secret_that_code_falls_back_on_is_committed(read: str, committed: str) -> None:
    files = {"requirements.txt": "fastapi\n", "app/config.py": f"KEY = {read}\n", ".gitignore": ".env\n"}

    assert (ask_item("env.no-secrets", files).state is State.FAIL) is (committed == "yes")


_BODIES = """\
from fastapi import FastAPI
app = FastAPI()
@app.post("/orders")
def add(order: %s):
    return order
@app.patch("/orders")
def edit(order: %s):
    return order
@app.post("/logout")
def leave(token: str):
    return None
"""


@pytest.mark.parametrize(
    ("bodies", "state"),
    [
        (("OrderCreate", "OrderUpdate"), State.PASS),
        (("OrderCreate", "dict"), State.PASS),
        (("dict", "dict"), State.FAIL),
    ],
)
def test_bodies_of_fastapi_that_hold_anything_are_not_checked(bodies: tuple[str, str], state: State) -> None:
    files = {"requirements.txt": "fastapi\n", "main.py": _BODIES % bodies}

    assert ask_item("security.input-validation", files).state is state


_ROUTE = """\
import { z } from 'zod';
import { parseRequest } from '@/lib/request';
export async function POST(request: Request) {
  const schema = z.object({ name: z.string() });
  const { body } = await parseRequest(request, schema);
  return Response.json(body);
}
"""
_HELPER = "export async function parseRequest(request, schema) {\n  const body = await request.json();\n  %s\n}\n"


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("return { body: schema.parse(body) };", State.PASS),
        ("return { body: check(schema, body) };", State.PASS),
        ("return { body };", State.FAIL),
        ("const auth = await checkAuth(request);\n  return { body: JSON.parse(body), auth };", State.FAIL),
    ],
)
def test_a_function_that_is_named_for_a_check_makes_one(body: str, state: State) -> None:
    files = {
        "package.json": '{"name": "shop", "private": true, "dependencies": {"next": "^15", "zod": "^4"}}',
        "src/app/api/orders/route.ts": _ROUTE,
        "src/lib/request.ts": _HELPER % body,
    }

    assert ask_item("security.input-validation", files).state is state
