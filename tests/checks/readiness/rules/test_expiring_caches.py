"""Caches of libraries that are told how long they keep things where they are made, or where a function is cached."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_EXPRESS = "const app = require('express')()\n{}\napp.get('/x', f)\napp.listen(1)\n"
_FLASK = "from flask import Flask\n{}\napp = Flask(__name__)\n{}\n@app.get('/x')\ndef x():\n    return load()\n"


def _node(dependency: str, code: str) -> Mapping[str, str]:
    manifest = f'{{"dependencies": {{"express": "4", "{dependency}": "1"}}}}'
    return {"package.json": manifest, "server.js": _EXPRESS.format(code)}


def _python(dependency: str, imported: str, code: str) -> Mapping[str, str]:
    return {"requirements.txt": f"flask\n{dependency}\n", "main.py": _FLASK.format(imported, code)}


def _lru(options: str) -> Mapping[str, str]:
    code = (
        f"const QuickLRU = require('quick-lru')\nconst lru = new QuickLRU({{ maxSize: 9{options} }})\nlru.set('a', 1)"
    )
    return _node("quick-lru", code)


def _cashews(given: str) -> Mapping[str, str]:
    return _python("cashews", "from cashews import cache", f"@cache({given})\ndef load():\n    return 1")


def _flask_caching(given: str) -> Mapping[str, str]:
    code = f"cache = Cache(app)\n@cache.memoize({given})\ndef load():\n    return 1"
    return _python("flask-caching", "from flask_caching import Cache", code)


def _jetcache(given: str) -> Mapping[str, str]:
    return {
        "pom.xml": "<project><dependencies><dependency><groupId>com.alicp.jetcache</groupId>"
        "<artifactId>jetcache-starter-redis</artifactId></dependency></dependencies></project>",
        "A.java": '@RestController class A { @GetMapping("/x") String x() { return ""; } }\n',
        "S.java": "import com.alicp.jetcache.anno.Cached;\n@Service class S {\n"
        f'  @Cached(name = "a"{given}) String load() {{ return ""; }}\n}}\n',
    }


def _nest(given: str) -> Mapping[str, str]:
    return {
        "package.json": '{"dependencies": {"@nestjs/core": "10", "@nestjs/cache-manager": "2", "cache-manager": "5"}}',
        "src/main.ts": "import { NestFactory } from '@nestjs/core'\nimport { AppModule } from './app.module'\n"
        "async function main() {\n  const app = await NestFactory.create(AppModule)\n  await app.listen(1)\n}\n"
        "main()\n",
        "src/app.module.ts": "import { CacheModule } from '@nestjs/cache-manager'\n"
        f"@Module({{ imports: [CacheModule.register({{\n  max: 50,\n  {given}\n}})], controllers: [C] }})\n"
        "export class AppModule {}\n@Controller('x')\nexport class C {\n  @Get()\n  x() { return 1 }\n}\n",
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (_nest("ttl: 60000,"), State.PASS),
        (_nest("ttl,"), State.PASS),
        (_nest("ttl: 0, // for good"), State.FAIL),
        (_nest("ttl: 0"), State.FAIL),
        (_lru(", maxAge: 60000"), State.PASS),
        (_lru(", maxAge: Infinity"), State.FAIL),
        (_lru(""), State.FAIL),
        (_cashews("ttl='1m', key='a'"), State.PASS),
        (_cashews("ttl=None, key='a'"), State.FAIL),
        (_flask_caching("timeout=60"), State.PASS),
        (_flask_caching("timeout=0"), State.FAIL),
        (_jetcache(", expire = 60"), State.PASS),
        (_jetcache(""), State.FAIL),
    ],
)
def test_how_long_is_said_where_it_is_made(files: Mapping[str, str], expected: State) -> None:
    assert ask_item("cache.ttl", files).state is expected
