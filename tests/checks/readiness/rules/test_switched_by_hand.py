"""What is set up and taken back in another line: by an option, a setting, a number that limits nothing."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_LARAVEL = """\
<?php
use Illuminate\\Support\\Facades\\Route;
Route::middleware('throttle:%s,1')->group(static function (): void {
    Route::post('me', LoginController::class);
});
"""
_FLASK = """\
from flask import Flask
from flask_limiter import Limiter
app = Flask(__name__)
limiter = Limiter(key_func=f, app=app%s)
@app.route("/x")
@limiter.limit("5/minute")
def x():
    return 1
"""
_ATTACK = "class Rack::Attack\n  throttle('ip', limit: 5, period: 60) { |r| r.ip }\nend\n"


def _laravel(count: str) -> dict[str, str]:
    return {"composer.json": '{"require": {"laravel/framework": "^11"}}', "routes/api.php": _LARAVEL % count}


def _flask(options: str) -> dict[str, str]:
    return {"requirements.txt": "flask\nflask-limiter\n", "app.py": _FLASK % options}


def _rails(line: str) -> dict[str, str]:
    return {
        "Gemfile": "gem 'rails'\ngem 'rack-attack'\n",
        "config/application.rb": f"class Shop < Rails::Application\n{line}end\n",
        "config/initializers/rack_attack.rb": _ATTACK,
        "config/routes.rb": "Rails.application.routes.draw do\n  get '/x', to: 'x#y'\nend\n",
    }


@pytest.mark.parametrize("files", [_laravel("10"), _flask(""), _rails("  config.middleware.use Rack::Attack\n")])
def test_a_limiter_limits(files: dict[str, str]) -> None:
    assert ask_item("security.rate-limiting", files).state is State.PASS


@pytest.mark.parametrize(
    "files", [_laravel("1000000"), _flask(", enabled=False"), _rails("  config.middleware.delete Rack::Attack\n")]
)
def test_a_limiter_that_is_taken_back_limits_nothing(files: dict[str, str]) -> None:
    assert ask_item("security.rate-limiting", files).state is State.FAIL


@pytest.mark.parametrize(("enabled", "expected"), [("true", State.PASS), ("false", State.FAIL)])
@pytest.mark.parametrize("tool", ["liquibase", "flyway"])
def test_spring_applies_migrations_unless_it_is_told_not_to(tool: str, enabled: str, expected: State) -> None:
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId></dependency>"
        for group, name in (
            ("org.springframework.boot", "spring-boot-starter-data-jpa"),
            ("org.liquibase", "liquibase-core") if tool == "liquibase" else ("org.flywaydb", "flyway-core"),
        )
    )
    files = {
        "pom.xml": f"<project><dependencies>{dependencies}</dependencies></project>",
        "src/main/java/a/App.java": "package a;\nimport org.springframework.data.jpa.repository.JpaRepository;\n"
        '@RestController\npublic class App {\n  @GetMapping("/x")\n  public String x() { return ""; }\n}\n',
        "src/main/resources/db/migration/V1__init.sql": "create table a (id int primary key);\n",
        "src/main/resources/application.yml": f"spring:\n  {tool}:\n    enabled: {enabled}\n",
    }

    assert ask_item("database.migrations", files).state is expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", State.PASS),
        ("skipValidation: !!process.env.SKIP_ENV_VALIDATION,", State.PASS),
        ("skipValidation: true,", State.FAIL),
    ],
)
def test_a_schema_that_is_skipped_validates_nothing(options: str, expected: State) -> None:
    files = {
        "package.json": '{"dependencies": {"next": "15", "@t3-oss/env-nextjs": "1"}}',
        "src/env.ts": "import { createEnv } from '@t3-oss/env-nextjs';\n"
        f"export const env = createEnv({{ server: {{ A: z.string() }}, {options} }});\n",
        "src/app/api/x/route.ts": "import { env } from '../../../env';\n"
        "export function GET() { return Response.json({ a: env.A }); }\n",
    }

    assert ask_item("infrastructure.env-validation", files).state is expected


_ROUTER = (
    "from fastapi import APIRouter\nrouter = APIRouter(prefix='/%s')\n@router.get('/health')\ndef f():\n    return 1\n"
)


@pytest.mark.parametrize(
    ("mounted", "expected"), [("app.include_router(utils.router)\n", State.PASS), ("", State.FAIL)]
)
def test_a_router_that_is_only_imported_beside_others_answers_nobody(mounted: str, expected: State) -> None:
    files = {
        "requirements.txt": "fastapi\n",
        "Dockerfile": "FROM python:3.14\nCMD uvicorn app.main:app\n",
        "compose.yml": "services:\n  web:\n    build: .\n    healthcheck:\n      test: curl -f http://localhost/utils/health\n",
        "app/main.py": "from fastapi import FastAPI\nfrom app.routes import items, utils\napp = FastAPI()\n"
        f"app.include_router(items.router)\n{mounted}",
        "app/routes/__init__.py": "",
        "app/routes/items.py": "from app.utils import send\n"
        + (_ROUTER % "items").replace("/health", "/all")
        + "send()\n",
        "app/utils.py": "def send():\n    pass\n",
        "web/src/main.ts": "import { send } from './utils'\nsend()\n",
        "app/routes/utils.py": _ROUTER % "utils",
    }

    assert ask_item("infrastructure.health-endpoints", files).state is expected
