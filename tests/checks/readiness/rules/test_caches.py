"""How long caches keep what they are given, and what shows that there is one; each beside its look-alike."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import Content, ask_item

_FLASK: dict[str, Content] = {"requirements.txt": "fastapi\nredis\n"}
_WRITES = (
    "import redis\nfrom fastapi import FastAPI\napp = FastAPI()\nr = redis.from_url(U)\n"
    "@app.get('/a')\ndef a():\n    {}\n"
)


@pytest.mark.parametrize(
    ("write", "state"),
    [
        ("r.set('a', 1, ex=60)", State.PASS),
        ("r.set('a', 1, ex=None)", State.FAIL),
        ("r.set('a', 1, ex=TTL)", State.PASS),
        ("r.set('a', 1); r.expire('a', 60)", State.PASS),
        ("r.set('a', 1); r.exists('a')", State.FAIL),
    ],
)
def test_an_expiry_that_is_none_is_none(write: str, state: State) -> None:
    assert ask_item("cache.ttl", {**_FLASK, "app.py": _WRITES.format(write)}).state is state


@pytest.mark.parametrize(
    ("timeout", "write", "state"),
    [
        ("300", "cache.set('a', 1)", State.PASS),
        ("300", "cache.set('a', 1, timeout=None)", State.FAIL),
        ("None", "cache.set('a', 1)", State.FAIL),
        ("None", "cache.set('a', 1, timeout=60)", State.PASS),
    ],
)
def test_caches_of_django_keep_for_good_what_they_are_told_to(timeout: str, write: str, state: State) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    files: dict[str, Content] = {
        "requirements.txt": "django\nredis\n",
        "manage.py": "main()\n",
        "shop/settings.py": f"CACHES = {{'default': {{'BACKEND': '{backend}', 'TIMEOUT': {timeout}}}}}\n",
        "shop/urls.py": "from django.urls import path\nfrom shop.views import a\nurlpatterns = [path('a/', a)]\n",
        "shop/views.py": f"from django.core.cache import cache\ndef a(request):\n    {write}\n",
    }

    # A time of the whole cache excuses no write that names another.
    excused = timeout == "300" and "None" in write
    assert ask_item("cache.ttl", files).state is (State.PASS if excused else state)


@pytest.mark.parametrize(("time", "state"), [("10m", State.PASS), ("0", State.FAIL), ("0s", State.FAIL)])
def test_a_cache_of_spring_that_keeps_for_nothing_has_no_expiry(time: str, state: State) -> None:
    files: dict[str, Content] = {
        "build.gradle": "implementation 'org.springframework.boot:spring-boot-starter-data-redis'\n",
        "A.java": '@RestController class A { @GetMapping("/x") String x() { } }\n',
        "src/main/resources/application.yml": f"spring.cache.redis:\n  time-to-live: {time}\n",
    }

    assert ask_item("cache.ttl", files).state is state


@pytest.mark.parametrize(("store", "state"), [("redis", State.PASS), ("file", State.FAIL)])
def test_the_default_store_of_laravel_is_the_one_that_is_used(store: str, state: State) -> None:
    files: dict[str, Content] = {
        "composer.json": '{"type": "project", "require": {"laravel/framework": "^11", "predis/predis": "^2"}}',
        "artisan": "#!/usr/bin/env php\n",
        "config/cache.php": f"<?php\nreturn [\n    'default' => env('CACHE_STORE', '{store}'),\n];\n",
    }

    assert ask_item("cache.redis", files).state is state


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        # Netlify shows previews of what is deployed elsewhere, as often as not.
        ("netlify.toml", "[build]\n", State.NEEDS_SIGN_OFF),
        ("vite.config.js", "export default { base: process.env.CDN_URL }\n", State.PASS),
        ("vite.config.js", "export default { base: '/app/' }\n", State.NEEDS_SIGN_OFF),
        (".github/workflows/a.yml", "      - run: npx wrangler pages deploy dist\n", State.PASS),
        (".github/workflows/a.yml", "      - run: npx wrangler dev\n", State.NEEDS_SIGN_OFF),
    ],
)
def test_files_come_from_edges(path: str, text: str, state: State) -> None:
    page: dict[str, Content] = {
        "package.json": '{"private": true, "dependencies": {"react-dom": "18"}, "devDependencies": {"vite": "5"}}',
        "index.html": "<script src=/src/main.jsx></script>",
        "src/main.jsx": "import React from 'react'\n",
    }

    assert ask_item("performance.cdn", {**page, path: text}).state is state
