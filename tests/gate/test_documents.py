"""What docs/deploy-gate.md says can be done as it says it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.checks import CHECKS
from bot.gate.registry import GATE, PROBES
from bot.policy.load import parse_policy, shipped_policy

TEXT = (Path(__file__).parents[2] / "docs/deploy-gate.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
[WORKFLOW] = [block for block in BLOCKS if "runs-on" in block]
POLICIES = [block for block in BLOCKS if block != WORKFLOW]
ROWS = re.findall(r"^\| (.+) \| `([a-z0-9.-]+)` \| `(gonogo \w+)`.* \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("text", POLICIES)
def test_each_policy_of_the_document_is_valid(text: str) -> None:
    assert parse_policy(text.encode(), "docs/deploy-gate.md", GATE)


def test_the_workflow_pleases_the_linters(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "deploy.yml"
    file.parent.mkdir(parents=True)
    file.write_text(WORKFLOW)
    lint = subprocess.run(
        [Path(sys.executable).with_name("actionlint"), file], capture_output=True, text=True, check=False
    )
    check = Path(sys.executable).with_name("check-jsonschema")
    checked = subprocess.run([check, "--builtin-schema", "vendor.github-workflows", file], check=False)

    assert (lint.stdout, checked.returncode) == ("", 0)


def test_each_step_and_metric_of_the_list_has_an_item() -> None:
    assert len(ROWS) == 16 + 5
    known = {probe.id for probe in PROBES}
    assert {item for _, item, by in ROWS if by == "gonogo gate"} <= known
    asked = {item.id for item in shipped_policy("production-readiness", CHECKS).items}
    assert {item for _, item, by in ROWS if by == "gonogo check"} <= asked


def test_each_item_that_bears_the_list_s_name_is_one_of_the_list() -> None:
    listed = {item.id for item in shipped_policy("production-readiness", CHECKS).items}

    assert {probe.id for probe in PROBES if not probe.id.startswith("gate.")} <= listed


def test_each_item_of_the_gate_is_described_and_in_the_shipped_policy() -> None:
    described = set(re.findall(r"`([a-z]+\.[a-z0-9.-]+)`", TEXT))

    assert {probe.id for probe in PROBES} <= described
    assert {item.id for item in shipped_policy("deploy-gate", GATE).items} == {probe.id for probe in PROBES}
