"""What docs/coverage.md says is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bot.checks import CHECKS
from bot.checks.coverage.settings import CoverageIndirectSettings, CoveragePatchSettings, CoverageTotalSettings
from bot.policy.load import parse_policy

_ROOT = Path(__file__).parents[3]
_TEXT = (_ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
_WORKFLOW, _POLICY = re.findall(r"^```yaml\n(.*?)^```$", _TEXT, re.MULTILINE | re.DOTALL)


def test_the_workflow_is_one_that_the_linter_likes(tmp_path: Path) -> None:
    path = tmp_path / "tests.yml"
    path.write_text(_WORKFLOW)

    linted = subprocess.run([Path(sys.executable).with_name("actionlint"), path], capture_output=True, check=False)

    assert linted.stdout.decode() == ""


def test_the_policy_is_valid() -> None:
    assert parse_policy(f"extends: pull-request\n{_POLICY}".encode(), "docs/coverage.md", CHECKS)


def test_the_defaults_are_those_that_are_told() -> None:
    total, patch, indirect = CoverageTotalSettings(), CoveragePatchSettings(), CoverageIndirectSettings()

    assert (total.max_drop, patch.target, patch.min_lines) == (0.5, 80, 5)
    assert (indirect.max_related, indirect.max_anywhere, indirect.max_anywhere_percent) == (4, 9, 0.5)
    assert indirect.noise_lines == 3
