"""Files of tests that Jest is not told to look for."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_ASKS = (
    "import * as request from 'supertest'\nimport { App } from '../src/app'\n"
    "it('a', () => request(app.getHttpServer()).get('/').expect(200))\n"
)
_UNIT = "import { a } from './a'\nit('a', () => { expect(a()).toBe(1) })\n"


def _tree(jest: dict[str, Any] | None, command: str = "jest", **more: str) -> dict[str, str]:
    manifest = {"scripts": {"test": command}, "dependencies": {"express": "5"}, **({"jest": jest} if jest else {})}
    return {
        "package.json": json.dumps(manifest),
        "src/app.ts": "import express from 'express'\nexport const app = express()\napp.get('/', f)\n",
        "src/a.spec.ts": _UNIT,
        "test/app.e2e-spec.ts": _ASKS,
        ".github/workflows/ci.yml": "on: pull_request\njobs: {a: {runs-on: x, steps: [{run: npm test}]}}\n",
        **more,
    }


@pytest.mark.parametrize(
    ("files", "state"),
    [
        # As Nest makes it.
        (_tree({"rootDir": "src", "testRegex": r".*\.spec\.ts$"}), State.FAIL),
        (_tree({"testRegex": r".*\.spec\.ts$"}), State.FAIL),
        (_tree({"rootDir": "src"}), State.FAIL),
        (_tree(None), State.FAIL),
        (_tree({"testRegex": [r"\.spec\.ts$", r".*\.e2e-spec\.ts$"]}), State.PASS),
        (_tree({"testRegex": r"spec\.ts$"}), State.PASS),
        (_tree({"testMatch": ["**/*spec.ts"]}), State.PASS),
        (_tree({"projects": ["a"]}), State.PASS),
        (
            _tree(None, "jest --config=test/jest.json", **{"test/jest.json": '{"testRegex": ".e2e-spec.ts$"}'}),
            State.PASS,
        ),
        (_tree(None, "jest -c test/jest.json", **{"test/jest.json": '{"testRegex": ".test.ts$"}'}), State.FAIL),
        # Code may say anything.
        (_tree(None, **{"jest.config.js": "module.exports = make()\n"}), State.PASS),
    ],
)
def test_jest_runs_what_its_configuration_looks_for(files: dict[str, str], state: State) -> None:
    assert ask_item("testing.integration-tests", files).state is state
    assert ask_item("testing.ci-workflows", files).state is State.PASS


@pytest.mark.parametrize("expression", ["(.*a)*$", "(a+)+$", "a?" * 30 + "b", ".*.*.*.*.*.*x", "(", "(a)\\1"])
def test_expressions_that_may_take_long_leave_nothing_out(expression: str) -> None:
    path = f"test/{'a' * 180}.e2e-spec.ts"
    started = time.monotonic()

    judged = ask_item("testing.integration-tests", _tree({"testRegex": expression}, **{path: _ASKS}))

    assert (judged.state, time.monotonic() - started < 2) == (State.PASS, True)
