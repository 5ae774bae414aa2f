"""A secret that a change writes out is no go, wherever it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.checks import CHECKS
from bot.checks.readiness.check import check_readiness
from bot.checks.readiness.rules.written_out import is_random
from bot.model import ItemRequest, Outcome, Request
from bot.policy.load import shipped_policy
from tests.fixtures import ReadChange
from tests.repo import GitRepo

_VALUE = "x8Zq2Lk9vB4nT7wR1sYd"
_BASE: dict[str, str | bytes | None] = {
    ".gitignore": ".env\n",
    "compose.yml": "services:\n  web:\n    build: .\n    environment:\n      DB_PASSWORD: ${DB_PASSWORD}\n",
    "k8s/web.yaml": "kind: Deployment\nspec:\n  env:\n    - name: DB_PASSWORD\n      valueFrom: {}\n",
    "config/database.php": "<?php\nreturn [\n    'password' => env('DB_PASSWORD', ''),\n];\n",
    "main.tf": "locals {\n  db_password = var.db_password\n}\n",
}


def _judged(tmp_path: Path, read_change: ReadChange, path: str, old: str, new: str) -> Outcome:
    repo = GitRepo(tmp_path / "shop")
    repo.commit(_BASE)
    repo.branch("change")
    text = str(_BASE[path])
    assert old in text
    repo.commit({path: text.replace(old, new)})
    policy = shipped_policy("production-readiness", CHECKS)
    [item] = [one for one in policy.items if one.id == "readiness.env.no-secrets"]
    asked = [ItemRequest(id=item.id, settings=item.settings, matches=item.matches)]
    tools: Any = None
    request = Request(change=read_change(repo.folder), items=asked, tools=tools, salt=b"", deadline_s=60)
    return check_readiness(request).outcomes[0]


@pytest.mark.parametrize(
    ("path", "old", "new", "line"),
    [
        ("compose.yml", "${DB_PASSWORD}", f'"{_VALUE}"', 5),
        ("k8s/web.yaml", "valueFrom: {}", f'value: "{_VALUE}"', 5),
        ("config/database.php", "env('DB_PASSWORD', '')", f"'{_VALUE}'", 3),
        ("main.tf", "var.db_password", f'"{_VALUE}"', 2),
    ],
)
def test_a_secret_that_is_written_out_is_lost_at_its_line(
    path: str, old: str, new: str, line: int, tmp_path: Path, read_change: ReadChange
) -> None:
    outcome = _judged(tmp_path, read_change, path, old, new)

    assert outcome.regressed
    assert [(found.path, found.line) for found in outcome.findings] == [(path, line)]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("compose.yml", "${DB_PASSWORD}", "changethis"),
        ("compose.yml", "${DB_PASSWORD}", "postgres123"),
        ("compose.yml", "DB_PASSWORD: ${DB_PASSWORD}", f"IMAGE_DIGEST: {_VALUE}"),
        ("main.tf", "var.db_password", "data.aws_secretsmanager_secret_version.db1.secret_string"),
    ],
)
def test_what_stands_for_a_secret_is_none(
    path: str, old: str, new: str, tmp_path: Path, read_change: ReadChange
) -> None:
    assert not _judged(tmp_path, read_change, path, old, new).regressed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (_VALUE, True),
        ("9f2b7d61c4a84e0fb1d3e5a7c9e0f213", True),
        ("my-super-key-2024", False),
        ("pk_live_9f2b7d61c4", False),
    ],
)
def test_a_value_is_random_where_digits_stand_among_letters(value: str, expected: bool) -> None:  # noqa: FBT001 - the answer
    assert is_random(value) is expected
