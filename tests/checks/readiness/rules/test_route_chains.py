"""Routes of Express that are written as a chain, with what documents each of them between the calls."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, places

_ROUTER = """\
const router = require('express').Router()
router
  .route('/')
  /**
{}   */
  .get({}, controller.list)
module.exports = router
"""
_SERVER = "const app = require('express')()\napp.use('/users', require('./users'))\napp.listen(1)\n"


@pytest.mark.parametrize("lines", [1, 40], ids=["a line", "a long comment"])
@pytest.mark.parametrize(
    ("guard", "expected"), [("authorize(ADMIN)", State.PASS), ("validate(schema)", State.FAIL)], ids=["guard", "none"]
)
def test_a_guard_in_a_chain_counts_whatever_stands_between(lines: int, guard: str, expected: State) -> None:
    comment = "   * what it takes, and what it answers\n" * lines
    files = {
        "package.json": '{"dependencies": {"express": "4"}, "scripts": {"start": "node server.js"}}',
        "server.js": _SERVER,
        "users.js": _ROUTER.format(comment, guard),
    }
    said = ask_item("security.auth-middleware", files)

    assert said.state is expected
    assert expected is State.FAIL or places(said)[0] == f"users.js:{lines + 6}"
