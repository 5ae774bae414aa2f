"""Classes of TypeScript that are handed on by the whole, and that nothing of the product names."""

from __future__ import annotations

import pytest

from bot.checks.readiness.facts.reach.standing import Standing
from tests.checks.readiness.look import look

_CLASS = "export class Tracing implements Starts {\n  build() {\n    new NodeSDK({}).start()\n  }\n}\n"
_MAIN = "import { Other } from './lib'\nnew Other().go()\n"
_TREE = {
    "package.json": '{"dependencies": {"express": "4"}}',
    "lib/tracing.ts": _CLASS,
    "lib/other.ts": "export class Other extends Base {\n  go() {}\n}\n",
    "lib/index.ts": "export * from './tracing'\nexport * from './other'\n",
    "index.ts": _MAIN,
}


def _standing(files: dict[str, str]) -> Standing:
    seen = look({**_TREE, **files})
    file = seen.source.file("lib/tracing.ts")
    made = next(one for one in file.calls if one.name == "NodeSDK")
    return seen.reach.standing(file, made)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"lib/index.ts": "export { Tracing } from './tracing'\nexport * from './other'\n"},
        # Another thing whose name begins so.
        {"lib/other.ts": "export class Other extends Base {\n  go() { new TracingOfOthers() }\n}\n"},
    ],
)
def test_a_class_that_nothing_names_is_unused(files: dict[str, str]) -> None:
    assert _standing(files) is Standing.UNUSED


@pytest.mark.parametrize(
    "files",
    [
        {"index.ts": "import { Tracing } from './lib'\nnew Tracing().start()\n"},
        {"index.ts": "import * as all from './lib'\nrun(Object.values(all))\n"},
        {"index.ts": "const all = require('./lib')\nrun(Object.values(all))\n"},
        {"index.ts": f"{_MAIN}container.resolve('Tracing')\n"},
        {"lib/index.ts": "export { Tracing as Traces } from './tracing'\nexport * from './other'\n"},
        {"lib/tracing.ts": f"{_CLASS}register(Tracing)\n"},
        {"lib/tracing.ts": f"@Injectable()\n{_CLASS}"},
        {"lib/tracing.ts": _CLASS.replace("  build() {", "  @Once()\n  asked = 1\n  build() {")},
        {"index.ts": f"{_MAIN}import './lib/tracing'\n"},
    ],
)
def test_a_class_that_something_may_take_is_used(files: dict[str, str]) -> None:
    assert _standing(files) is Standing.LIVE
