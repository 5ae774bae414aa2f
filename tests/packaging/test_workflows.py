"""The action, its workflows and its Dockerfile pass the linters that know them, and the action fits the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.inputs import Inputs

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
WORKFLOWS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / ".github" / "workflows").iterdir())
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS],
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        ["actionlint", *WORKFLOWS],
        ["zizmor", "--offline", "--no-progress", "--quiet", "."],
        ["hadolint", "Dockerfile"],
    ],
    ids=lambda command: f"{command[0]} {command[-1]}",
)
def test_the_linter_finds_nothing(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_each_input_of_the_action_is_one_of_the_program() -> None:
    assert sorted(ACTION["inputs"]) == sorted(field.alias or name for name, field in Inputs.model_fields.items())


def test_each_default_of_the_action_is_the_program_s() -> None:
    given = {name: field["default"] for name, field in ACTION["inputs"].items() if field["default"]}
    del given["token"]

    assert Inputs.model_validate(given) == Inputs.model_validate({})


def test_each_input_and_output_is_explained() -> None:
    fields = {**ACTION["inputs"], **ACTION["outputs"]}

    assert [name for name, field in fields.items() if len(field.get("description", "")) < len("a few words")] == []


def test_on_main_the_image_is_built_from_what_is_checked_out() -> None:
    assert ACTION["runs"] == {"using": "docker", "image": "Dockerfile"}
