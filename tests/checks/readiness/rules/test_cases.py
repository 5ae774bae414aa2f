"""Items by example: small trees, and the state that the shipped policy gives each, one file of cases a topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.checks import CHECKS
from bot.checks.readiness.ask import Ask
from bot.checks.readiness.check import judge
from bot.checks.readiness.rules.code import Table, load_table, table_names
from bot.model import State
from bot.policy.load import shipped_policy
from tests.checks.readiness.look import ask_item, look

_FOLDER = Path(__file__).with_name("cases")
_SETTINGS = {item.id: item.settings for item in shipped_policy("production-readiness", CHECKS).items}
_KINDS = {"pass": "pass", "fail": "lack", "needs-sign-off": "lack", "not-applicable": "not-applicable"}


def _cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(_FOLDER.glob("*.yml")):
        for item, cases in yaml.safe_load(path.read_text()).items():
            if not item.startswith("."):
                yield from ((f"readiness.{item}", case) for case in cases)


@pytest.mark.parametrize(("item", "case"), [pytest.param(*one, id=f"{one[0]}-{at}") for at, one in enumerate(_cases())])
def test_a_tree_has_its_state(item: str, case: dict[str, Any]) -> None:
    settings = _SETTINGS[item]
    assert isinstance(settings, Ask)

    judged, _ = judge(look(case["files"]), settings)

    assert judged.state == case["state"], judged
    if judged.state is State.PASS:
        shown = [one for one in judged.evidence if one.path in case["files"] and one.line]
        assert shown, judged.evidence
        assert case.get("place") in {None, *(f"{one.path}:{one.line}" for one in judged.evidence)}
    if judged.state is State.NOT_APPLICABLE:
        assert "searched" in judged.reason
    if judged.state is State.FAIL:
        assert all(one.fix for one in judged.missing)


def test_each_item_has_a_pass_a_lack_and_one_that_does_not_apply() -> None:
    seen = Counter((item, _KINDS.get(case["state"])) for item, case in _cases())
    items = dict.fromkeys(item for item, _ in _cases())

    assert [(item, kind) for item in items for kind in set(_KINDS.values()) if not seen[item, kind]] == []


def test_each_item_has_a_trap() -> None:
    trapped = {item for item, case in _cases() if case.get("trap")}

    assert [item for item in dict.fromkeys(item for item, _ in _cases()) if item not in trapped] == []


@pytest.mark.parametrize("name", sorted(table_names()))
def test_each_shipped_table_can_be_read(name: str) -> None:
    table = load_table(name)
    # Their regular expressions are not tried when they are loaded.
    Table.model_validate(table.model_dump())

    assert table.marks or table.lines


def test_the_server_is_shown_before_the_front_end_and_before_environments_for_a_look() -> None:
    imports = "import * as Sentry from '@sentry/node'\nimport express from 'express'\n"
    sentry = f"{imports}Sentry.init({{ dsn: process.env.DSN }})\nexpress()\n"
    folders = ["clients/web", "infra/previews", "server"]
    judged = ask_item("monitoring.error-tracking", {f"{folder}/server.ts": sentry for folder in folders})

    assert judged.state is State.PASS
    assert judged.evidence[0].path == "server/server.ts"
