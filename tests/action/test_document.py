"""What docs/github.md says is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import __version__
from bot.collect import event
from bot.publish.check_run import MAX_ANNOTATIONS
from bot.setup.examine import examine_workflow
from bot.setup.strong import PERMISSIONS, Suite, render_workflow
from bot.setup.workflows import parse_workflow
from tests.action.world import World

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docs" / "github.md").read_text(encoding="utf-8")
_WORKFLOWS = re.findall(r"^```yaml\n(.*?)^```$", _TEXT, re.MULTILINE | re.DOTALL)


def test_the_events_in_the_table_are_those_that_are_known() -> None:
    table = re.findall(r"^\| `([a-z_]+)` \| the ", _TEXT, re.MULTILINE)

    assert sorted(table) == sorted(event.KNOWN_EVENTS)


def test_the_outputs_in_the_table_are_those_of_the_action() -> None:
    [table] = re.findall(r"^\| output \|.*?\n\n", _TEXT, re.MULTILINE | re.DOTALL)
    named = {name for row in table.strip().splitlines()[2:] for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])}

    assert named == set(yaml.safe_load((_ROOT / "action.yml").read_text())["outputs"])


@pytest.mark.parametrize("workflow", _WORKFLOWS)
@pytest.mark.parametrize("linter", [["actionlint"], ["zizmor", "--offline", "--no-progress", "--quiet"]])
def test_each_set_up_is_one_that_the_linters_like(tmp_path: Path, workflow: str, linter: list[str]) -> None:
    path = tmp_path / ".github" / "workflows" / "gonogo.yml"
    path.parent.mkdir(parents=True)
    path.write_text(workflow)

    program, *options = linter
    command = [str(Path(sys.executable).with_name(program)), *options, str(path)]
    linted = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_each_set_up_asks_for_no_more_than_it_needs() -> None:
    needs = {name.partition(": ")[0]: name.partition(": ")[2] for name in PERMISSIONS}

    assert len(_WORKFLOWS) == 4
    for workflow in map(yaml.safe_load, _WORKFLOWS):
        [job] = workflow["jobs"].values()
        artifacts = "coverage-artifact" in job["steps"][0].get("with", {})
        assert workflow["permissions"] == {}
        assert job["permissions"] == needs | ({"actions": "read"} if artifacts else {})


def test_the_first_set_up_is_what_init_writes() -> None:
    suite = Suite("tests", ".github/workflows/tests.yml")
    action = "OWNER/gonogo@0123456789abcdef0123456789abcdef01234567"

    assert _WORKFLOWS[0] == render_workflow(action, f"v{__version__}", suite)


def test_doctor_calls_the_set_ups_what_the_document_calls_them() -> None:
    strengths = re.findall(r"^\| \[\d\. .*\| (strong|\*\*weak\*\*) \|", _TEXT, re.MULTILINE)
    said = [
        [diagnosis.words for diagnosis in examine_workflow(parse_workflow("gonogo.yml", workflow.encode()))]
        for workflow in _WORKFLOWS
    ]

    # A ruleset's workflow lies in another repository, and looks like the fourth where it lies.
    assert strengths == ["strong", "strong", "strong", "**weak**"]
    assert [any("strong:" in words for words in one) for one in said] == [True, True, False, False]
    assert [any("weak:" in words for words in one) for one in said] == [False, False, True, True]


def test_the_number_of_annotations_is_the_one_that_is_told() -> None:
    assert f"({MAX_ANNOTATIONS} are shown" in _TEXT


def test_without_reading_a_private_repository_there_is_no_verdict(world: World) -> None:
    world.open_pull({"app.py": "two\n"})
    world.check_out("topic")
    world.github.state.repository["private"] = True

    done = world.run(token=world.github.token({"pull-requests": "write", "statuses": "write"}))

    assert (done.status, done.outputs) == (3, {})
    assert "`contents: read`" in done.summary
