"""One guard of several, one limiter of several: what others make up for by no means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.checks import CHECKS
from bot.checks.readiness.ask import Ask
from bot.checks.readiness.check import check_readiness
from bot.model import ItemRequest, Outcome, Request
from bot.policy.load import shipped_policy
from tests.fixtures import ReadChange
from tests.repo import GitRepo

_USERS = """\
import { Controller, Get, Post, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';

@UseGuards(AuthGuard('jwt'))
@Controller('users')
export class UsersController {
  @Get()
  list() {
    return [];
  }
}

@Controller('orders')
export class OrdersController {
  @Get()
  list() {
    return [];
  }

  @UseGuards(AuthGuard('jwt'))
  @Post('pay')
  pay() {
    return {};
  }
}
"""
_BASE: dict[str, str | bytes | None] = {
    "package.json": '{"name": "shop", "dependencies": {"@nestjs/core": "^11", "@nestjs/passport": "^11"}}\n',
    "src/main.ts": "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\n"
    "async function start() {\n  const app = await NestFactory.create(AppModule);\n  await app.listen(3000);\n}\n"
    "void start();\n",
    "src/app.module.ts": "import { Module } from '@nestjs/common';\n"
    "import { UsersController, OrdersController } from './users.controller';\n"
    "@Module({ controllers: [UsersController, OrdersController] })\nexport class AppModule {}\n",
    "src/users.controller.ts": _USERS,
}
_GUARD = "@UseGuards(AuthGuard('jwt'))\n@Controller"
_PAY = "  @UseGuards(AuthGuard('jwt'))\n  @Post('pay')\n  pay() {\n    return {};\n  }\n"
_GLOBAL = _BASE["src/app.module.ts"]


def _judged(
    tmp_path: Path,
    read_change: ReadChange,
    edit: Mapping[str, str | bytes | None],
    base: Mapping[str, str | bytes | None] = _BASE,
    asked_of: str = "security.auth-middleware",
) -> Outcome:
    repo = GitRepo(tmp_path / "shop")
    repo.commit(dict(base))
    repo.branch("change")
    repo.commit(dict(edit))
    policy = shipped_policy("production-readiness", CHECKS)
    [item] = [one for one in policy.items if one.id == f"readiness.{asked_of}"]
    assert isinstance(item.settings, Ask)
    asked = [ItemRequest(id=item.id, settings=item.settings, matches=item.matches)]
    tools: Any = None
    request = Request(change=read_change(repo.folder), items=asked, tools=tools, salt=b"", deadline_s=60)
    return check_readiness(request).outcomes[0]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (_GUARD, "@Controller", 3),
        (_GUARD, f"// {_GUARD}", 4),
        ("  @UseGuards(AuthGuard('jwt'))\n", "", 19),
    ],
)
def test_a_guard_that_goes_is_lost_at_its_line_though_another_stays(
    old: str, new: str, line: int, tmp_path: Path, read_change: ReadChange
) -> None:
    assert old in _USERS

    outcome = _judged(tmp_path, read_change, {"src/users.controller.ts": _USERS.replace(old, new)})

    assert outcome.regressed
    [found] = outcome.findings
    assert (found.rule, found.path, found.line) == ("regressed", "src/users.controller.ts", line)
    assert found.message == "a part of it is no longer there: routes have a guard"


@pytest.mark.parametrize(
    "edit",
    [
        # With the route that it was for, or the class.
        {"src/users.controller.ts": _USERS.replace(_PAY, "")},
        {"src/users.controller.ts": _USERS.replace("AuthGuard('jwt')", "AuthGuard(['jwt', 'key'])")},
        # By another name, in the same place.
        {
            "src/users.controller.ts": _USERS.replace(
                "@UseGuards(AuthGuard('jwt'))\n@Controller",
                "const Jwt = AuthGuard('jwt');\n@UseGuards(Jwt)\n@Controller",
            )
        },
        {
            "src/users.controller.ts": _USERS.replace(
                "@UseGuards(AuthGuard('jwt'))\n@C", "@UseGuards(Jwt('jwt'))\n@C"
            ).replace("\n\n", "\n\nconst Jwt = AuthGuard;\n", 1)
        },
        # In front of all of them.
        {
            "src/users.controller.ts": _USERS.replace(_GUARD, "@Controller"),
            "src/app.module.ts": "import { Module } from '@nestjs/common';\nimport { APP_GUARD } from '@nestjs/core';\n"
            "import { JwtAuthGuard } from './jwt.guard';\n"
            "import { UsersController, OrdersController } from './users.controller';\n"
            "@Module({\n  controllers: [UsersController, OrdersController],\n"
            "  providers: [{ provide: APP_GUARD, useClass: JwtAuthGuard }],\n})\nexport class AppModule {}\n",
        },
        # Its file has another name.
        {
            "src/users.controller.ts": None,
            "src/all.controller.ts": _USERS,
            "src/app.module.ts": str(_GLOBAL).replace("users.controller", "all.controller"),
        },
    ],
)
def test_a_guard_that_goes_with_its_route_or_to_another_place_is_not_lost(
    edit: dict[str, str | bytes | None], tmp_path: Path, read_change: ReadChange
) -> None:
    outcome = _judged(tmp_path, read_change, edit)

    assert not outcome.regressed, outcome.findings


_ITEMS = """\
from fastapi import APIRouter
from app.deps import CurrentUser
router = APIRouter(prefix="/items")


@router.get("/")
def read(user: CurrentUser):
    return []


@router.post("/")
def write(
    *,
    user: CurrentUser,
    item: Item,
):
    return item
"""
_FASTAPI: dict[str, str | bytes | None] = {
    "requirements.txt": "fastapi\n",
    "app/main.py": "from fastapi import FastAPI\nfrom app import items\napp = FastAPI()\n"
    "app.include_router(items.router)\n",
    "app/deps.py": "from typing import Annotated\nfrom fastapi import Depends\ndef get_current_user(token):\n"
    "    return token\nCurrentUser = Annotated[User, Depends(get_current_user)]\n",
    "app/items.py": _ITEMS,
}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("read(user: CurrentUser)", "read()", 7),
        ("    user: CurrentUser,\n", "", 13),
        ("read(user: CurrentUser)", "read(current: CurrentUser)", None),
        (_ITEMS[_ITEMS.index('@router.post("/")') :], "", None),
    ],
)
def test_a_handler_that_asks_no_more_who_is_signed_in_is_told_of(
    old: str, new: str, line: int | None, tmp_path: Path, read_change: ReadChange
) -> None:
    assert old in _ITEMS

    outcome = _judged(tmp_path, read_change, {"app/items.py": _ITEMS.replace(old, new)}, _FASTAPI)

    assert outcome.regressed is (line is not None), outcome.findings
    assert [found.line for found in outcome.findings] == ([line] if line else [])


_CHAIN = """\
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
class Security {
    SecurityFilterChain chain(HttpSecurity http) {
        http.authorizeHttpRequests(authz ->
            authz
                .requestMatchers("/login").permitAll()
                .requestMatchers("/admin/**").hasAuthority("ADMIN")
                .requestMatchers("/api/**").authenticated()
        );
        return http.build();
    }
}
"""
_SPRING: dict[str, str | bytes | None] = {
    "pom.xml": "<project><dependencies><dependency><groupId>org.springframework.boot</groupId>"
    "<artifactId>spring-boot-starter-security</artifactId></dependency></dependencies></project>\n",
    "src/main/java/a/Security.java": _CHAIN,
    "src/main/java/a/Api.java": "@RestController\nclass Api {\n"
    '  @GetMapping("/api/x")\n  String x() { return ""; }\n}\n',
}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('.requestMatchers("/api/**").authenticated()', '.requestMatchers("/api/**").permitAll()', 8),
        ('.hasAuthority("ADMIN")', ".permitAll()", 7),
        ('"/login"', '"/sign-in"', None),
    ],
)
def test_one_rule_of_a_chain_is_told_of_at_its_own_line(
    old: str, new: str, line: int | None, tmp_path: Path, read_change: ReadChange
) -> None:
    path = "src/main/java/a/Security.java"

    outcome = _judged(tmp_path, read_change, {path: _CHAIN.replace(old, new)}, _SPRING)

    assert outcome.regressed is (line is not None), outcome.findings
    assert [found.line for found in outcome.findings] == ([line] if line else [])


def test_a_parameter_that_is_read_no_more_is_permitted_no_more(tmp_path: Path, read_change: ReadChange) -> None:
    controller = "class OrdersController < ApplicationController\n  def index\n    %s  end\nend\n"
    twice = "a = params.permit(:a)\n    b = params.permit(:b)\n"
    base: dict[str, str | bytes | None] = {
        "Gemfile": "gem 'rails'\n",
        "config/routes.rb": "Rails.application.routes.draw do\n  resources :orders\nend\n",
        "app/controllers/orders_controller.rb": controller % twice,
    }
    edit = {"app/controllers/orders_controller.rb": controller % "a = params.permit(:a)\n"}

    outcome = _judged(tmp_path, read_change, edit, base, "security.input-validation")

    assert not outcome.regressed, outcome.findings


_OWN_GUARD = """\
from functools import wraps
from django.http import JsonResponse
def with_key(f):
    @wraps(f)
    def wrapper(request, *args, **kwds):
        if len(request.headers.get("X-Api-Key", "")) != 32:
            return JsonResponse({}, status=401)
        return f(request, *args, **kwds)
    return wrapper
"""
_OWN_VIEWS = """\
from django.contrib.auth.decorators import login_required
from shop.keys import with_key
@login_required
def page(request): ...
@with_key
def orders(request): ...
"""


def test_a_guard_of_ones_own_is_a_piece_whatever_its_name_is(tmp_path: Path, read_change: ReadChange) -> None:
    base: dict[str, str | bytes | None] = {
        "requirements.txt": "django\n",
        "manage.py": "import django\n",
        "shop/urls.py": "from django.urls import path\nfrom shop import views\n"
        "urlpatterns = [path('page', views.page), path('orders', views.orders)]\n",
        "shop/keys.py": _OWN_GUARD,
        "shop/views.py": _OWN_VIEWS,
    }

    outcome = _judged(tmp_path, read_change, {"shop/views.py": _OWN_VIEWS.replace("@with_key\n", "")}, base)

    assert outcome.regressed, outcome
    assert [(found.path, found.line) for found in outcome.findings] == [("shop/views.py", 4)]


_LIMITED = """\
import express from "express";
import rateLimit from "express-rate-limit";
const router = express.Router();
router.use(
  rateLimit({
    windowMs: 60000,
    limit: 60,
    skip: (req) => req.isOurs,
  }),
);
router.get("/x", f);
app.use(router);
app.listen(80);
"""
_LIMITER = _LIMITED.partition("router.use(\n")[2].partition("router.get")[0]


@pytest.mark.parametrize(
    ("instead", "lost"),
    [
        ("", True),
        # Into a constant, which is mounted by its name.
        (f"const limit = {_LIMITER.strip()[:-3]};\nrouter.use(limit);\n", False),
    ],
)
def test_what_a_call_is_given_goes_with_it_and_is_a_piece_once(
    instead: str,
    lost: bool,  # noqa: FBT001 - a table
    tmp_path: Path,
    read_change: ReadChange,
) -> None:
    other = _LIMITED.replace("router", "other")
    base: dict[str, str | bytes | None] = {
        "package.json": '{"dependencies": {"express": "5", "express-rate-limit": "8"}}',
        "main.ts": 'import "./a";\nimport "./b";\n',
        "a.ts": _LIMITED,
        "b.ts": other,
    }
    assert _LIMITER.startswith("  rateLimit({")
    edit = {"a.ts": _LIMITED.replace(f"router.use(\n{_LIMITER}", instead)}

    outcome = _judged(tmp_path, read_change, edit, base, "security.rate-limiting")

    assert outcome.regressed is lost, outcome.findings


_JOBS = """\
on: pull_request
jobs:
  web:
    runs-on: ubuntu-latest
    steps:
      - name: Test
        run: npm test
  api:
    runs-on: ubuntu-latest
    steps:
      - name: Test
        run: |
          pytest
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("          pytest\n", "          pytest || true\n", 13),
        ("  api:\n    runs-on", "  api:\n    if: false\n    runs-on", 9),
        ("  web:\n    runs-on", "  web:\n    timeout-minutes: 5\n    runs-on", None),
    ],
)
def test_one_of_two_jobs_with_tests_is_told_of_wherever_it_is_edited(
    old: str, new: str, line: int | None, tmp_path: Path, read_change: ReadChange
) -> None:
    base: dict[str, str | bytes | None] = {
        "package.json": '{"scripts": {"test": "vitest run"}, "devDependencies": {"vitest": "4"}}',
        "a.test.ts": "import { test } from 'vitest';\ntest('a', () => {});\n",
        "test_a.py": "def test_a(): ...\n",
        ".github/workflows/ci.yml": _JOBS,
    }
    edit = {".github/workflows/ci.yml": _JOBS.replace(old, new)}

    outcome = _judged(tmp_path, read_change, edit, base, "testing.ci-workflows")

    assert outcome.regressed is (line is not None), outcome.findings
    assert [found.line for found in outcome.findings] == ([line] if line else [])


_REST: dict[str, str | bytes | None] = {
    "requirements.txt": "django\ndjangorestframework\n",
    "manage.py": "import django\n",
    "shop/settings.py": "REST_FRAMEWORK = {\n"
    '    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],\n}\n'
    'ROOT_URLCONF = "shop.urls"\n',
    "shop/urls.py": "from django.urls import path\nfrom .views import Orders\n"
    'urlpatterns = [path("orders", Orders.as_view())]\n',
    "shop/views.py": "from rest_framework.permissions import AllowAny, IsAuthenticated\n"
    "from rest_framework.views import APIView\n\n\nclass Orders(APIView):\n"
    "    permission_classes = [IsAuthenticated]\n\n    def get(self, request):\n        return None\n",
}
_PERMISSION = "    permission_classes = [IsAuthenticated]\n"


@pytest.mark.parametrize(
    ("instead", "lost"),
    [("", False), (_PERMISSION.replace("IsAuthenticated", "AllowAny"), True), ("    permission_classes = []\n", True)],
)
def test_a_view_that_is_opened_is_lost_though_every_other_is_guarded(
    instead: str, *, lost: bool, tmp_path: Path, read_change: ReadChange
) -> None:
    views = str(_REST["shop/views.py"]).replace(_PERMISSION, instead)

    assert _judged(tmp_path, read_change, {"shop/views.py": views}, _REST).regressed is lost
