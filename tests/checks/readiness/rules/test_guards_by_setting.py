"""Guards that let everybody in unless a setting says yes, and keys of an issuer that nothing checks tokens with."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_NODE = """\
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import helmet from 'helmet';
const app = express();
const JWKS = createRemoteJWKSet(new URL('https://issuer/jwks.json'));
async function auth(req, res, next) {
%s  try {
    const { payload } = await jwtVerify(req.headers.authorization, JWKS, { issuer: 'i', audience: 'a' });
    req.user = payload;
    next();
  } catch (e) {
    res.status(401).json({ error: 'unauthorized' });
  }
}
%s
app.get('/orders', list);
app.listen(3000);
"""
_PYTHON = """\
from fastapi import Depends, FastAPI, HTTPException
from settings import settings
app = FastAPI()
def require(request):
    if not settings.auth_enabled:
        return
    if request.headers.get('x-api-key') != settings.api_key:
        raise HTTPException(401)
@app.get('/me', dependencies=[Depends(require)])
def me():
    return 1
"""


def _state(item: str, first: str, mounted: str) -> State:
    manifest = '{"dependencies": {"express": "4", "jose": "5", "helmet": "7"}}'
    return ask_item(f"security.{item}", {"package.json": manifest, "src/server.js": _NODE % (first, mounted)}).state


@pytest.mark.parametrize(
    ("first", "state"),
    [
        ("", State.PASS),
        ("  if (process.env.AUTH_ENABLED !== 'true') return next();\n", State.FAIL),
        ("  if (process.env.DISABLE_AUTH === 'true') return next();\n", State.PASS),
    ],
)
def test_a_guard_refuses_unless_a_setting_says_no(first: str, state: State) -> None:
    assert _state("auth-middleware", first, "app.use(auth);") is state


@pytest.mark.parametrize(("default", "state"), [("True", State.PASS), ("False", State.FAIL)])
def test_a_guard_of_its_own_asks_a_setting_first(default: str, state: State) -> None:
    settings = f"class Settings(BaseSettings):\n    auth_enabled: bool = {default}\n    api_key: str\n"
    files = {"requirements.txt": "fastapi\n", "main.py": _PYTHON, "settings.py": settings}
    assert ask_item("security.auth-middleware", files).state is state


@pytest.mark.parametrize(
    ("hook", "state"),
    [
        ("before_action :authenticate_user!", State.PASS),
        ("before_action :authenticate_user!, if: -> { ENV['AUTH'] == 'true' }", State.FAIL),
        ("before_action :authenticate_user!, if: -> { request.format.html? }", State.PASS),
    ],
)
def test_a_hook_of_rails_may_ask_a_setting(hook: str, state: State) -> None:
    orders = "class OrdersController < ApplicationController\n  def index\n  end\nend\n"
    base = f"class ApplicationController < ActionController::Base\n  {hook}\nend\n"
    files = {
        "Gemfile": "gem 'rails'\ngem 'devise'\n",
        "config/application.rb": "module A\n  class Application < Rails::Application\n  end\nend\n",
        "config/routes.rb": "Rails.application.routes.draw do\n  resources :orders\nend\n",
        "app/controllers/application_controller.rb": base,
        "app/controllers/orders_controller.rb": orders,
    }
    assert ask_item("security.auth-middleware", files).state is state


@pytest.mark.parametrize(
    ("mounted", "state"),
    [
        ("app.use(auth);", State.PASS),
        ("", State.FAIL),
        ("if (process.env.AUTH_ENABLED === 'true') app.use(auth);", State.FAIL),
    ],
)
def test_keys_of_an_issuer_are_used_where_tokens_are_checked(mounted: str, state: State) -> None:
    assert _state("jwt-jwks", "", mounted) is state


@pytest.mark.parametrize(
    ("mounted", "state"),
    [
        ("app.use(helmet());", State.PASS),
        ("app.use(helmet.frameguard());", State.PASS),
        ("app.use(helmet.hsts());", State.FAIL),
        ("app.use(helmet.hidePoweredBy());", State.FAIL),
    ],
)
def test_a_part_of_helmet_says_what_a_page_may_do(mounted: str, state: State) -> None:
    assert _state("security-headers", "", mounted) is state
