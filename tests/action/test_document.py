"""What docs/github.md says is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from bot.collect import event
from bot.publish.check_run import MAX_ANNOTATIONS
from tests.action.world import World

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docs" / "github.md").read_text(encoding="utf-8")


def test_the_events_in_the_table_are_those_that_are_known() -> None:
    table = re.findall(r"^\| `([a-z_]+)` \| the ", _TEXT, re.MULTILINE)

    assert sorted(table) == sorted(event.KNOWN_EVENTS)


def test_the_outputs_in_the_table_are_those_of_the_action() -> None:
    [table] = re.findall(r"^\| output \|.*?\n\n", _TEXT, re.MULTILINE | re.DOTALL)
    named = {name for row in table.strip().splitlines()[2:] for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])}

    assert named == set(yaml.safe_load((_ROOT / "action.yml").read_text())["outputs"])


def test_the_workflow_is_one_that_the_linter_likes(tmp_path: Path) -> None:
    [workflow] = re.findall(r"^```yaml\n(.*?)^```$", _TEXT, re.MULTILINE | re.DOTALL)
    path = tmp_path / "gonogo.yml"
    path.write_text(workflow)

    linted = subprocess.run([Path(sys.executable).with_name("actionlint"), path], capture_output=True, check=False)

    assert linted.stdout.decode() == ""


def test_the_number_of_annotations_is_the_one_that_is_told() -> None:
    assert f"({MAX_ANNOTATIONS} are shown" in _TEXT


def test_without_reading_a_private_repository_there_is_no_verdict(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.github.state.repository["private"] = True

    done = world.run(token=world.github.token({"pull-requests": "write", "statuses": "write"}))

    assert (done.status, done.outputs) == (3, {})
    assert "`contents: read`" in done.summary
