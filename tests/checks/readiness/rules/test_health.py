from __future__ import annotations

import pytest

from bot.model import State, Strength
from tests.checks.readiness.look import ask, ask_item

ROUTE = "import express from 'express'\nconst app = express()\napp.get('/health', f)\n"
SERVICE = (
    "services:\n  {0}:\n    image: acme/{0}\n    healthcheck:\n      test: curl -f http://localhost/actuator/health\n"
)
CHECKED = "    healthcheck:\n      test: curl -f http://localhost/health\n"


def test_of_programs_with_the_same_path_the_endpoint_of_the_one_that_is_asked_is_shown() -> None:
    services = f"services:\n  cart:\n    build: cart\n{CHECKED}  user:\n    build: user\n{CHECKED}"
    judged = ask(
        "health-endpoints",
        {"cart/server.ts": ROUTE, "user/server.ts": ROUTE, "compose.yml": services},
        table="health-endpoints",
    )

    assert judged.state is State.PASS
    assert [one.text.rpartition("(")[2] for one in judged.evidence[:2]] == ["cart/server.ts:3)", "user/server.ts:3)"]


def _module(*artifacts: str) -> str:
    declared = "".join(
        f"<dependency><groupId>o</groupId><artifactId>{one}</artifactId></dependency>" for one in artifacts
    )
    return f"<project><dependencies>{declared}</dependencies></project>"


MODULES = {
    "pom.xml": "<project><modules><module>config</module><module>orders</module></modules></project>",
    "config/pom.xml": _module("spring-boot-starter-actuator"),
    "orders/pom.xml": _module("spring-boot-starter-actuator", "spring-boot-starter-data-jpa"),
    "orders/A.java": '@RestController class A { @GetMapping("/x") String x() { return ""; } }',
}
ASKED = "FROM x\nHEALTHCHECK CMD curl -f http://localhost:8080/actuator/health\n"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"config/Dockerfile": ASKED}, State.FAIL),
        ({"orders/Dockerfile": ASKED}, State.PASS),
        ({"docker/Dockerfile": ASKED}, State.PASS),
        ({"config/Dockerfile": ASKED, "config/pom.xml": _module("spring-boot-starter-actuator", "orders")}, State.PASS),
        ({"compose.yml": SERVICE.format("config")}, State.FAIL),
        ({"compose.yml": SERVICE.format("orders")}, State.PASS),
        (
            {
                "orders/Dockerfile": ASKED,
                "orders/pom.xml": _module("spring-boot-starter-actuator", "mybatis-plus-boot-starter"),
            },
            State.PASS,
        ),
    ],
)
def test_a_program_without_a_database_does_not_ask_that_of_another(files: dict[str, str], state: State) -> None:
    judged = ask("dependency-health", {**MODULES, **files}, table="database-health", of="database")

    assert judged.state is state


def test_the_endpoint_of_the_program_whose_image_asks_is_shown() -> None:
    files = {**MODULES, "config/pom.xml": _module("spring-cloud-config-server"), "config/Dockerfile": ASKED}
    judged = ask("health-endpoints", files, table="health-endpoints")

    assert judged.evidence[0].text.endswith("(config/pom.xml:1)")


@pytest.mark.parametrize(("folder", "state"), [("orders", State.PASS), ("config", State.FAIL)])
def test_quarkus_asks_the_clients_of_its_own_program(folder: str, state: State) -> None:
    files = {
        "config/build.gradle": "implementation 'io.quarkus:quarkus-rest'\n",
        "orders/build.gradle": "implementation 'io.quarkus:quarkus-jdbc-postgresql'\n",
        "orders/A.java": '@Path("/x") class A { @GET String x() { return ""; } }',
    }
    files[f"{folder}/build.gradle"] += "implementation 'io.quarkus:quarkus-smallrye-health'\n"

    assert ask("dependency-health", files, table="database-health", of="database").state is state


def test_a_probe_is_told_with_the_endpoint_of_aspnet_that_it_asks() -> None:
    files = {
        "a.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web" />',
        "Program.cs": (
            'var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet("/ping", () => "pong");\n'
            'app.MapHealthChecks("/alive/now");\napp.Run();\n'
        ),
        "Dockerfile": "FROM a\nHEALTHCHECK CMD curl -f http://localhost/alive/now\n",
    }

    judged = ask_item("infrastructure.health-endpoints", files)

    assert judged.state is State.PASS
    assert "GET /alive/now (Program.cs:3)" in judged.evidence[0].text


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ('builder.AddProject<Projects.Api>("api").WithHttpHealthCheck("/healthz");\n', State.PASS),
        ('builder.AddProject<Projects.Api>("api").WithHttpHealthCheck("/health");\n', State.FAIL),
        ('builder.AddExternalService("hook", "https://a.example").WithHttpHealthCheck("/healthz");\n', State.FAIL),
        ('builder.AddProject<Projects.Api>("api");\n', State.FAIL),
    ],
)
def test_a_host_of_aspire_asks_the_projects_that_it_runs(host: str, state: State) -> None:
    files = {
        "src/Api/Api.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web" />',
        "src/Api/Program.cs": (
            'var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet("/ping", () => "pong");\n'
            'app.MapHealthChecks("/healthz");\napp.Run();\n'
        ),
        "src/AppHost/AppHost.csproj": '<Project Sdk="Microsoft.NET.Sdk"><Sdk Name="Aspire.AppHost.Sdk" /></Project>',
        "src/AppHost/Program.cs": f"var builder = DistributedApplication.CreateBuilder(args);\n{host}",
    }

    assert ask_item("infrastructure.health-endpoints", files).state is state


@pytest.mark.parametrize(
    ("tags", "mapped", "state"),
    [
        ("{ ReadyTag }", '"/readyz", new() { Predicate = one => one.Tags.Contains(Checks.ReadyTag) }', State.PASS),
        ('{ "ready" }', '"/readyz", new() { Predicate = one => one.Tags.Contains("ready") }', State.PASS),
        ("{ OtherTag }", '"/readyz", new() { Predicate = one => one.Tags.Contains(Checks.ReadyTag) }', State.FAIL),
        ("{ ReadyTag }", '"/readyz", new() { Predicate = one => !one.Tags.Contains(Checks.ReadyTag) }', State.FAIL),
        ("{ ReadyTag }", '"/readyz", new() { Predicate = _ => false }', State.FAIL),
        ("{ ReadyTag }", '"health/liveness", new() { Predicate = a => a.Tags.Contains(Checks.ReadyTag) }', State.FAIL),
    ],
)
def test_a_check_of_aspnet_is_given_its_tags_by_a_variable(tags: str, mapped: str, state: State) -> None:
    package = '<ItemGroup><PackageReference Include="Npgsql" Version="9" /></ItemGroup>'
    files = {
        "a.csproj": f'<Project Sdk="Microsoft.NET.Sdk.Web">{package}</Project>',
        "Checks.cs": (
            'public static class Checks\n{\n    public const string ReadyTag = "ready";\n'
            "    public static IHealthChecksBuilder AddOurs(this IHealthChecksBuilder builder)\n    {\n"
            f"        var tags = new[] {tags};\n        return builder.AddNpgSql(tags: tags);\n    }}\n}}\n"
        ),
        "Program.cs": (
            "using Npgsql;\nvar builder = WebApplication.CreateBuilder(args);\n"
            "builder.Services.AddHealthChecks().AddOurs();\nvar app = builder.Build();\n"
            f"app.MapHealthChecks({mapped});\napp.Run();\n"
        ),
    }

    assert ask_item("database.health-check", files).state is state


_ACTUATOR = {
    "pom.xml": "".join(
        f"<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-{one}</artifactId></dependency>\n"
        for one in ("web", "actuator", "data-jpa")
    ),
    "A.java": '@RestController class A { @GetMapping("/x") String x() { } }\n',
}
_GROUP = "management.endpoint.health.group.readiness.include=readinessState,db\n"


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ("", State.PASS),
        ("management.health.db.enabled=false\n", State.FAIL),
        ("management.health.redis.enabled=false\n", State.PASS),
    ],
)
def test_an_indicator_that_settings_switch_off_asks_nothing(more: str, state: State) -> None:
    files = {**_ACTUATOR, "src/main/resources/application.properties": _GROUP + more}

    assert ask_item("database.health-check", files).state is state


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("", State.PASS),
        ("management.health.redis.enabled=false", State.PASS),
        ("management.endpoints.web.exposure.include=health,prometheus", State.PASS),
        ("management.endpoints.web.exposure.include=${EXPOSED}", State.PASS),
        ("management.endpoints.enabled-by-default=false\nmanagement.endpoint.health.enabled=true", State.PASS),
        ("management.endpoints.web.exposure.include=info,prometheus", State.FAIL),
        ("management.endpoints.web.exposure.exclude=*", State.FAIL),
        ("management.endpoint.health.enabled=false", State.FAIL),
        ("management.endpoint.health.access=none", State.FAIL),
        ("management.endpoints.enabled-by-default=false", State.FAIL),
        ("management.server.port=-1", State.FAIL),
    ],
)
def test_an_actuator_that_is_told_not_to_answer_for_health_is_asked_in_vain(told: str, state: State) -> None:
    files = {**_ACTUATOR, "Dockerfile": ASKED, "src/main/resources/application.properties": f"{told}\n"}

    assert ask_item("infrastructure.health-endpoints", files).state is state
    assert ask_item("database.health-check", files).state is state


def test_what_asks_the_actuator_asks_no_indicator_that_settings_switch_off() -> None:
    off = "management.health.db.enabled=false\n"
    files = {**_ACTUATOR, "Dockerfile": ASKED, "src/main/resources/application.properties": off}

    assert ask_item("infrastructure.health-endpoints", files).state is State.PASS
    assert ask_item("database.health-check", files).state is State.FAIL


@pytest.mark.parametrize(("asks", "state"), [("verify()", State.PASS), ("other()", State.FAIL)])
def test_what_a_helper_beside_the_handler_calls_is_asked(asks: str, state: State) -> None:
    code = (
        "from flask import Flask\nfrom shop.checks import verify\napp = Flask(__name__)\n"
        '@app.route("/health")\ndef health():\n    return _state()\n\n\n'
        f'def _state():\n    if {asks}:\n        return "ERR", 500\n    return "OK", 200\n'
    )
    checks = "import redis\nclient = redis.from_url(URL)\ndef verify():\n    return client.ping()\n"
    files = {"requirements.txt": "flask\nredis\n", "app.py": code, "shop/checks.py": checks}

    assert ask_item("cache.health-check", files).state is state


@pytest.mark.parametrize(
    ("path", "made", "asking"),
    [
        ("/health", "cart/Dockerfile", ["cart", "user"]),
        ("/healthy", "cart/Dockerfile", ["user"]),
        ("/x", "cart/Dockerfile", ["user"]),
        # Of a folder that holds no program it is not known whose routes they are.
        ("/x", "Dockerfile", ["cart", "user"]),
    ],
)
def test_what_asks_a_program_that_does_not_answer_there_asks_nobody(path: str, made: str, asking: list[str]) -> None:
    services = f"services:\n  cart:\n    build: cart\n{CHECKED}  user:\n    build: user\n{CHECKED}"
    files = {"cart/server.ts": ROUTE.replace("/health", path), "user/server.ts": ROUTE, "compose.yml": services}
    judged = ask("health-endpoints", {**files, made: "FROM node:24\n"}, table="health-endpoints")

    wired = [one.text for one in judged.evidence if one.strength is Strength.WIRED]
    assert [text.removeprefix("the health check of ").partition(" ")[0] for text in wired] == asking


def test_the_program_is_the_one_beside_its_manifest_whatever_a_pod_is_called() -> None:
    pod = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: carts}\n"
        "spec:\n  template:\n    spec:\n      containers:\n"
        "        - name: carts\n          image: acme/carts\n          ports: [{containerPort: 80}]\n"
        "          readinessProbe: {httpGet: {path: /health, port: 80}}\n"
    )
    files = {"src/cart/server.ts": ROUTE.replace("/health", "/x"), "src/cart/k8s/cart.yaml": pod}
    others = {"src/cart/Dockerfile": "FROM node:24\n", "src/user/server.ts": ROUTE}

    assert ask("health-endpoints", {**files, **others}, table="health-endpoints").state is State.FAIL
    assert ask("health-endpoints", {**others, "k8s/cart.yaml": pod}, table="health-endpoints").state is State.PASS


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("shop healthcheck http://localhost:80", State.PASS),
        ("shop healthcheck http://other:80", State.FAIL),
        ("curl http://localhost:80/other", State.FAIL),
    ],
)
def test_a_program_that_checks_itself_may_be_told_where_it_is(command: str, state: State) -> None:
    services = f"services:\n  shop:\n    build: .\n    healthcheck:\n      test: {command}\n"
    judged = ask("health-endpoints", {"server.ts": ROUTE, "compose.yml": services}, table="health-endpoints")

    assert judged.state is state


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("['CMD', 'node', 'dist/cli.js', 'ping']", State.PASS),
        ("['CMD', 'redis-cli', 'ping']", State.FAIL),
        ("['CMD', 'supervisorctl', 'status']", State.FAIL),
    ],
)
def test_a_tool_that_asks_a_database_is_no_command_of_the_program_s_own(command: str, state: State) -> None:
    files = {
        "package.json": '{"dependencies": {"express": "5"}}',
        "src/app.ts": "import express from 'express'\nconst app = express()\napp.get('/health', f)\napp.listen(1)\n",
        "src/cli.ts": "await fetch(`http://${host}/health`)\n",
        "compose.yml": f"services:\n  web:\n    build: .\n    healthcheck:\n      test: {command}\n",
        "Dockerfile": "FROM node\nCMD node src/app.ts\n",
    }

    assert ask_item("infrastructure.health-endpoints", files).state is state


PROBED = {"Dockerfile": "FROM x\nHEALTHCHECK CMD curl -f http://localhost:3000/healthz\n"}
_RUST = (
    'use actix_web::{{get, App, HttpServer}};\n#[get("/healthz")]\nasync fn healthz() -> &\'static str {{ "" }}\n'
    '#[get("/a")]\nasync fn a() -> &\'static str {{ "" }}\n'
    "async fn main() {{ HttpServer::new(|| App::new().service({0})).run().await }}\n"
)
_LITESTAR = (
    "from litestar import Litestar, get\n@get('/healthz')\nasync def healthz() -> dict: return {{}}\n"
    "@get('/a')\nasync def a() -> dict: return {{}}\napp = Litestar([{0}])\n"
)
_KOA = (
    "const Koa = require('koa');\nconst Router = require('@koa/router');\nconst app = new Koa();\n"
    "const healthz = new Router();\nconst a = new Router();\nhealthz.get('/healthz', f);\na.get('/a', f);\n"
    "app.use({0}.routes());\napp.listen(3000);\n"
)


@pytest.mark.parametrize(
    ("path", "text"),
    [("src/main.rs", _RUST), ("app.py", _LITESTAR), ("index.js", _KOA)],
    ids=["rust", "litestar", "koa"],
)
@pytest.mark.parametrize(("served", "state"), [("healthz", State.PASS), ("a", State.FAIL)])
def test_a_route_that_the_application_is_not_given_answers_nobody(
    path: str, text: str, served: str, state: State
) -> None:
    dependency = {
        "Cargo.toml": '[dependencies]\nactix-web = "4"\n',
        "requirements.txt": "litestar\n",
        "package.json": '{"dependencies": {"koa": "2", "@koa/router": "12"}}',
    }

    assert (
        ask_item("infrastructure.health-endpoints", {**PROBED, **dependency, path: text.format(served)}).state is state
    )


@pytest.mark.parametrize(("used", "state"), [("r.Use(middleware.Heartbeat(", State.PASS), ("f((", State.FAIL)])
def test_a_middleware_of_chi_answers_for_health(used: str, state: State) -> None:
    files = {
        **PROBED,
        "go.mod": "module a/b\nrequire github.com/go-chi/chi/v5 v5.1.0\n",
        "main.go": (
            'package main\nimport (\n\t"github.com/go-chi/chi/v5"\n\t"github.com/go-chi/chi/v5/middleware"\n)\n'
            f'func main() {{\n\tr := chi.NewRouter()\n\t{used}"/healthz"))\n\tr.Get("/a", a)\n'
            '\thttp.ListenAndServe(":3000", r)\n}\n'
        ),
    }

    assert ask_item("infrastructure.health-endpoints", files).state is state


@pytest.mark.parametrize(("action", "state"), [("ready", State.PASS), ("live", State.FAIL)])
def test_the_action_that_a_route_of_rails_names_is_what_asks(action: str, state: State) -> None:
    files = {
        "Gemfile": 'gem "rails"\ngem "pg"\n',
        "config/routes.rb": f'Rails.application.routes.draw do\n  get "/readyz", to: "health#{action}"\nend\n',
        "app/controllers/health_controller.rb": (
            "class HealthController < ApplicationController\n  def live\n    head :ok\n  end\n\n  def ready\n"
            '    ActiveRecord::Base.connection.execute("SELECT 1")\n    head :ok\n  end\nend\n'
        ),
    }

    assert ask_item("database.health-check", files).state is state


@pytest.mark.parametrize(
    ("caught", "state"), [("cache = 'down'", State.PASS), ("pass", State.FAIL), ("log(e)", State.FAIL)]
)
def test_a_cache_that_is_down_is_told_or_refused(caught: str, state: State) -> None:
    files = {
        "requirements.txt": "fastapi\nredis\n",
        "main.py": (
            "import redis\nfrom fastapi import FastAPI\napp = FastAPI()\nr = redis.Redis.from_url(URL)\n"
            "@app.get('/readyz')\ndef readyz():\n    cache = 'up'\n    try:\n        r.ping()\n"
            f"    except Exception as e:\n        {caught}\n    return {{'ok': True, 'cache': cache}}\n"
        ),
    }

    assert ask_item("cache.health-check", files).state is state


_RAILS = {
    "Gemfile": "gem 'rails'\n",
    "config/application.rb": "module A\n  class Application < Rails::Application\n  end\nend\n",
    "config/routes.rb": "Rails.application.routes.draw do\n  get '/health', to: 'health#show'\nend\n",
    ".github/workflows/ci.yml": "on: [pull_request]\njobs:\n  t:\n    steps:\n      - run: bundle exec rspec\n",
}


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ('before { get "/health" }', State.PASS),
        ("get '/health'", State.PASS),
        ('before { get "/other" }', State.FAIL),
        ("it 'does not get \"/health\"' do", State.FAIL),
    ],
)
def test_a_spec_of_ruby_asks_without_brackets(line: str, state: State) -> None:
    spec = f"RSpec.describe 'Health', type: :request do\n  it 'is up' do\n    {line}\n  end\nend\n"

    assert ask_item("infrastructure.health-endpoints", {**_RAILS, "spec/requests/health_spec.rb": spec}).state is state


_NEST = {
    "package.json": '{"dependencies": {"@nestjs/core": "10", "@nestjs/common": "10", "@nestjs/terminus": "10"}}',
    "src/app.module.ts": (
        "import { Module } from '@nestjs/common'\nimport { HealthController } from './health.controller'\n"
        "@Module({ controllers: [HealthController] })\nexport class AppModule {}\n"
    ),
    "src/health.controller.ts": (
        "import { Controller, Get } from '@nestjs/common'\nimport { HealthCheck } from '@nestjs/terminus'\n"
        "@Controller('healthz')\nexport class HealthController {\n  @Get()\n  @HealthCheck()\n  check() {}\n}\n"
    ),
}
_MAIN = (
    "import { NestFactory } from '@nestjs/core'\nimport { AppModule } from './app.module'\n"
    "async function main() {\n  const app = await NestFactory.create(AppModule)\n"
)
_ROUTER = {
    "package.json": '{"dependencies": {"express": "4"}}',
    "health.js": "const r = require('express').Router()\nr.get('/healthz', f)\nmodule.exports = r\n",
}
_USES = "const app = require('express')()\nconst health = require('./health')\n"


@pytest.mark.parametrize(
    ("files", "own"),
    [
        ({**_NEST, "src/main.ts": f"{_MAIN}  await app.listen(3000)\n}}\n"}, "/healthz"),
        (
            {**_NEST, "src/main.ts": f"{_MAIN}  app.setGlobalPrefix('api')\n  await app.listen(3000)\n}}\n"},
            "/api/healthz",
        ),
        ({**_ROUTER, "index.js": f"{_USES}app.use(health)\napp.listen(3000)\n"}, "/healthz"),
        ({**_ROUTER, "index.js": f"{_USES}app.use('/api', health)\napp.listen(3000)\n"}, "/api/healthz"),
    ],
)
def test_a_route_answers_below_the_prefix_that_it_is_given(files: dict[str, str], own: str) -> None:
    asked = {
        path: f"FROM x\nHEALTHCHECK CMD curl -f http://localhost:3000{path}\n" for path in (own, "/readyz", "/healthz")
    }
    states = {
        path: ask_item("infrastructure.health-endpoints", {**files, "Dockerfile": asked[path]}).state for path in asked
    }

    assert states == {"/healthz": State.FAIL, "/readyz": State.FAIL, own: State.PASS}


def test_a_route_that_the_prefix_leaves_out_or_that_is_taken_in_twice_answers_where_it_says() -> None:
    left_out = f"{_MAIN}  app.setGlobalPrefix('api', {{ exclude: ['healthz'] }})\n  await app.listen(3000)\n}}\n"
    twice = f"{_USES}app.use('/api', health)\napp.use(health)\napp.listen(3000)\n"
    for files in ({**_NEST, "src/main.ts": left_out}, {**_ROUTER, "index.js": twice}):
        assert ask_item("infrastructure.health-endpoints", {**files, **PROBED}).state is State.PASS


_OF_RAILS = {
    "Gemfile": "gem 'rails'\ngem 'pg'\n",
    "Dockerfile": "FROM ruby\nHEALTHCHECK CMD curl -f localhost/api/health\nCMD rails s\n",
    "config/application.rb": "class Shop < Rails::Application\nend\n",
    "config/routes.rb": "Rails.application.routes.draw do\n  get '/api/health' => 'health/health#index'\nend\n",
    "app/models/order.rb": "class Order < ApplicationRecord\nend\n",
}
_INDEX = "class {} < ApplicationController\n  def index\n    {}\n  end\nend\n"
_ASKS = "ActiveRecord::Base.connection.execute('select 1')"


@pytest.mark.parametrize(
    ("asking", "expected"),
    [("health/health", State.PASS), ("orders", State.FAIL), ("api/health", State.FAIL)],
)
def test_an_action_of_rails_is_that_of_its_own_controller(asking: str, expected: State) -> None:
    controllers = {
        f"app/controllers/{one}_controller.rb": _INDEX.format("A", _ASKS if one == asking else "head :ok")
        for one in ("health/health", "orders", "api/health")
    }

    assert ask_item("database.health-check", {**_OF_RAILS, **controllers}).state is expected


_CHECKS_OF_ASPNET = {
    "src/Api/Api.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>\n',
    "src/Api/Program.cs": "var app = builder.Build();\napp.UseHealth();\napp.Run();\n",
    "src/Api/HealthChecksExtensions.cs": "public static class HealthChecksExtensions\n{\n"
    '  public static void UseHealth(this WebApplication app)\n  {\n    app.UseHealthChecks("/health");\n  }\n}\n',
}


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, State.FAIL),
        ({"healthcheck.js": "const http = require('http')\nhttp.get('http://localhost/health', f)\n"}, State.PASS),
        ({"healthcheck.js": "module.exports = { path: '/health' }\n"}, State.FAIL),
    ],
)
def test_code_that_declares_an_endpoint_does_not_ask_it(more: dict[str, str], state: State) -> None:
    strength = ask_item("infrastructure.health-endpoints", {**_CHECKS_OF_ASPNET, **more})

    assert strength.state is state


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ('-> Json<Value> {\n    let ok = sqlx::query("SELECT 1").execute(&**db).await.is_ok();\n    ', State.FAIL),
        ('-> Result<Json<Value>, E> {\n    sqlx::query("SELECT 1").execute(&**db).await?;\n    ', State.PASS),
        ('-> Json<Value> {\n    sqlx::query("SELECT 1").execute(&**db).await.unwrap();\n    ', State.PASS),
    ],
)
def test_of_rust_what_gives_a_body_alone_answers_that_all_is_well(answer: str, state: State) -> None:
    files = {
        "Cargo.toml": '[dependencies]\nactix-web = "4"\nsqlx = { version = "0.7", features = ["postgres"] }\n',
        "src/main.rs": "use actix_web::{get, web, App, HttpServer};\nuse sqlx::PgPool;\n"
        f'#[get("/healthz")]\nasync fn healthz(db: web::Data<PgPool>) {answer}reply()\n}}\n'
        "async fn main() { HttpServer::new(|| App::new().service(healthz)).run().await }\n",
    }

    assert ask_item("database.health-check", files).state is state
