from __future__ import annotations

from bot.model import State
from tests.checks.readiness.look import ask

ROUTE = "import express from 'express'\nconst app = express()\napp.get('/health', f)\n"
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
