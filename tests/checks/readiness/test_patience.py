from __future__ import annotations

import re
import signal
from collections.abc import Iterator

import pytest

from bot.checks.readiness import check
from bot.checks.readiness.check import judge
from bot.checks.readiness.patience import TookTooLong, limited
from bot.checks.readiness.rules.files import FilesAsk
from bot.model import State, Strength
from tests.checks.readiness.look import ask, ask_item, look

_COSTLY, _TEXT = r"^(a+)+$", "a" * 40 + "b"
_SETTLE = "make its regular expressions cheaper, or shorten what they are matched to"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = signal.getsignal(signal.SIGPROF)
    yield
    assert (signal.getsignal(signal.SIGPROF), signal.getitimer(signal.ITIMER_PROF)) == (before, (0, 0))


def test_a_pattern_of_any_cost_is_ended() -> None:
    with pytest.raises(TookTooLong), limited(0.2):
        re.search(_COSTLY, _TEXT)


def test_within_another_limit_there_is_none_of_its_own() -> None:
    with limited(20) as outer, limited(0.1) as inner:
        assert (outer, inner) == (True, False)


@pytest.mark.parametrize("rule", ["files", "any-of"])
def test_a_rule_whose_pattern_costs_is_not_checked(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_LIMIT_S", 0.2)
    part = {"rule": "files", "strength": "configured", "files": ["a"], "pattern": _COSTLY}

    judged = ask(rule, {"a": _TEXT}, **({"rules": [part]} if rule == "any-of" else part))

    assert (judged.state, [one.settle for one in judged.unknowns]) == (State.NOT_CHECKED, [_SETTLE])


def test_the_rules_after_it_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_LIMIT_S", 0.2)
    seen = look({"a": _TEXT, "main.py": "x = 1\n"})
    asks = [
        FilesAsk(rule="files", files=("a",), pattern=pattern, strength=Strength.CONFIGURED)
        for pattern in (_COSTLY, "a")
    ]

    assert [judge(seen, one)[0].state for one in asks] == [State.NOT_CHECKED, State.PASS]


_DJANGO = {"main.py": "app = FastAPI()\n@app.get('/')\ndef f(): ...\n"}
_SCHEDULED = {
    "package.json": '{"private": true, "dependencies": {"express": "4", "pg": "8"}}',
    "main.js": "const app = require('express')()\napp.get('/orders', f)\napp.listen(80)\n",
    "clean.sh": "rm -r /tmp/a\n" * 12_000,
}
_CHECKED = {
    "package.json": '{"name": "shop", "private": true, "dependencies": {"next": "^15", "zod": "^4"}}',
    "src/lib/request.ts": "export async function parseIt(request, schema) {\n  return schema.parse(request)\n}\n"
    * 1_600,
}
_HANDLER = (
    "export async function POST(request: Request) {\n  return Response.json(await parseIt(request, schema));\n}\n"
)
_ASKING = {"requirements.txt": "flask\nredis\n", "checks.py": "import redis\nclient = redis.from_url(URL)\n" * 2_000}
_HEALTH = (
    "from flask import Flask\nfrom checks import verify\napp = Flask(__name__)\n@app.route('/health')\n"
    "def health():\n    return _state()\ndef _state():\n    return 'ERR' if verify() else 'OK'\n"
)


@pytest.mark.parametrize(
    ("item", "files", "path", "text"),
    [
        ("security.cors", _DJANGO, "shop/settings.py", "CORS_ALLOW_ALL_ORIGINS = True\n"),
        ("backup.database-backup", _SCHEDULED, "crontab", "0 3 * * * /srv/clean.sh\n"),
        ("security.input-validation", _CHECKED, "src/app/api/orders/route.ts", _HANDLER),
        ("cache.health-check", _ASKING, "app.py", _HEALTH),
    ],
)
def test_a_file_that_says_one_thing_many_times_is_judged(
    item: str, files: dict[str, str], path: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "_LIMIT_S", 6)

    assert ask_item(item, {**files, path: text * (80_000 // len(text))}).state is not State.NOT_CHECKED
