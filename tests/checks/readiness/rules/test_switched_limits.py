"""Limits of requests that are the program's own, or that something switches off."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_HITS = """\
import express from 'express';
const app = express();
const hits = new Map();
%s
app.post('/orders', create);
app.listen(3000);
"""
_LIMIT = """\
function limit(req, res, next) {
  const count = (hits.get(req.ip) || 0) + 1;
  hits.set(req.ip, count);
  if (count > 100) return res.status(429).end();
  next();
}
"""
_MAPPED = """\
app.use(async (req, res, next) => {
  const answer = await axios.get('http://up/' + req.ip);
  seen += 1;
  if (answer.status === 429) return res.status(429).end();
  if (seen > limit) next();
});
"""


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (f"{_LIMIT}app.use(limit);", State.PASS),
        (_LIMIT, State.FAIL),
        (f"{_LIMIT}if (process.env.LIMITING === 'true') app.use(limit);", State.FAIL),
        (_MAPPED, State.FAIL),
    ],
)
def test_a_limiter_of_its_own_counts_who_asks_and_refuses(code: str, state: State) -> None:
    assert (
        ask_item(
            "security.rate-limiting",
            {"package.json": '{"dependencies": {"express": "4"}}', "src/server.js": _HITS % code},
        ).state
        is state
    )


_FASTIFY = """\
import Fastify from 'fastify';
const app = Fastify();
await app.register(import('@fastify/rate-limit'), { %smax: 100, timeWindow: '1 minute' });
app.post('/orders', %sasync (r) => r.body);
await app.listen({ port: 3000 });
"""


@pytest.mark.parametrize(
    ("options", "route", "state"),
    [
        ("", "", State.PASS),
        ("global: false, ", "", State.FAIL),
        ("global: false, ", "{ config: { rateLimit: { max: 5 } } }, ", State.PASS),
    ],
)
def test_fastify_limits_what_asks_for_it_where_it_limits_not_all(options: str, route: str, state: State) -> None:
    files = {"package.json": '{"dependencies": {"fastify": "4"}}', "src/server.js": _FASTIFY % (options, route)}
    assert ask_item("security.rate-limiting", files).state is state


_THROTTLED = """\
REST_FRAMEWORK = {
    'DEFAULT_THROTTLE_CLASSES': ['rest_framework.throttling.AnonRateThrottle'],
    'DEFAULT_THROTTLE_RATES': {'anon': %s},
}
"""


_URLS = "from shop import views\nurlpatterns = [path('x', views.x)]\n"
_LIMITED = (
    "from django_ratelimit.decorators import ratelimit\n@ratelimit(key='ip', rate='5/m')\ndef x(request):\n    pass\n"
)


@pytest.mark.parametrize(("rate", "state"), [("'5/min'", State.PASS), ("None", State.FAIL)])
def test_a_throttle_of_drf_has_a_rate(rate: str, state: State) -> None:
    views = "from rest_framework.decorators import api_view\n@api_view(['POST'])\ndef x(request):\n    pass\n"
    files = {
        "requirements.txt": "djangorestframework\n",
        "manage.py": "",
        "shop/urls.py": _URLS,
        "shop/views.py": views,
    }
    assert ask_item("security.rate-limiting", files | {"shop/settings.py": _THROTTLED % rate}).state is state


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("os.getenv('RATELIMIT_ENABLE', 'False') == 'True'", State.FAIL),
        ("os.getenv('RATELIMIT_ENABLE', 'True') == 'True'", State.PASS),
    ],
)
def test_a_library_s_own_switch_counts_by_its_default(value: str, state: State) -> None:
    files = {"requirements.txt": "django\ndjango-ratelimit\n", "manage.py": "", "shop/urls.py": _URLS}
    settings = {"shop/settings.py": f"import os\nRATELIMIT_ENABLE = {value}\n", "shop/views.py": _LIMITED}
    assert ask_item("security.rate-limiting", files | settings).state is state


@pytest.mark.parametrize(("default", "state"), [("False", State.FAIL), ("True", State.PASS)])
def test_what_a_limiter_is_told_may_be_off_by_default(default: str, state: State) -> None:
    code = (
        "from slowapi import Limiter\nfrom slowapi.middleware import SlowAPIMiddleware\nfrom fastapi import FastAPI\n"
    )
    code += "from settings import settings\napp = FastAPI()\n"
    code += "limiter = Limiter(key_func=f, enabled=settings.limits_enabled)\n"
    code += "app.add_middleware(SlowAPIMiddleware)\n@app.post('/x')\ndef x():\n    pass\n"
    files = {
        "requirements.txt": "fastapi\nslowapi\n",
        "main.py": code,
        "settings.py": f"class Settings(BaseSettings):\n    limits_enabled: bool = {default}\n",
    }
    assert ask_item("security.rate-limiting", files).state is state
