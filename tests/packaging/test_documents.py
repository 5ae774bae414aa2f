"""What the documents say can be done as they say it."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from bot import __version__
from bot.checks import CHECKS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINES = re.MULTILINE | re.DOTALL
LINK = re.compile(r"\]\(([^)\s#]*)(#[^)\s]*)?\)")


SCENARIOS = (ROOT / "docs" / "github_scenarios.md").read_text("utf-8")
ROW = re.compile(r"^\| ([PRF]\d+) \| .* \| `([a-z_/]+\.py)::(\w+)` \|$", re.MULTILINE)


def _workflow() -> str:
    [block] = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return str(block)


def test_the_workflow_to_paste_has_twelve_lines_that_the_linters_like(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "gonogo.yml"
    file.parent.mkdir(parents=True)
    file.write_text(_workflow())
    lint = Path(sys.executable).with_name("actionlint")
    check = Path(sys.executable).with_name("check-jsonschema")
    linted = subprocess.run([lint, file], capture_output=True, text=True, check=False)
    checked = subprocess.run([check, "--builtin-schema", "vendor.github-workflows", file], check=False)

    assert len(_workflow().splitlines()) == 12
    assert (linted.stdout, checked.returncode) == ("", 0)


def _recipes() -> list[str]:
    """The workflow of docs/security.md with the steps of each recipe in their place."""
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    workflow, *recipes = re.findall(r"^```yaml\n(.*?)^```$", text, _LINES)
    place = "      # a recipe's steps\n"
    assert place in workflow
    return [workflow.replace(place, textwrap.indent(recipe, " " * 6)) for recipe in recipes]


@pytest.mark.parametrize("number", range(5))
def test_the_recipes_for_other_scanners_are_steps_that_the_linters_like(number: int, tmp_path: Path) -> None:
    file = tmp_path / ".github" / "workflows" / "scan.yml"
    file.parent.mkdir(parents=True)
    file.write_text(_recipes()[number])
    lint = Path(sys.executable).with_name("actionlint")
    check = Path(sys.executable).with_name("check-jsonschema")
    linted = subprocess.run([lint, file], capture_output=True, text=True, check=False)
    checked = subprocess.run([check, "--builtin-schema", "vendor.github-workflows", file], check=False)

    assert len(_recipes()) == 5
    assert (linted.stdout, checked.returncode) == ("", 0)


def test_the_workflow_to_paste_asks_for_what_the_project_s_own_asks_for() -> None:
    pasted = yaml.safe_load(_workflow())
    own = yaml.safe_load((ROOT / ".github" / "workflows" / "gonogo.yml").read_text())

    # YAML 1.1 reads the key `on` as true.
    assert pasted[True] == own[True]
    assert pasted["permissions"] == own["jobs"]["gonogo"]["permissions"]
    assert pasted["jobs"]["gonogo"]["steps"][1]["uses"] == f"OWNER/gonogo@v{__version__}"


def test_each_item_that_can_be_asked_is_in_the_table_of_checks() -> None:
    table = re.findall(r"^\| \[`([a-z.-]+)`\]", README, re.MULTILINE)

    assert sorted(table) == sorted(item.id for check in CHECKS for item in check.items())


def test_each_command_for_make_is_one() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"[`$] ?make ([a-z]+)", path.read_text("utf-8"))}

    assert {"run", "test"} <= named <= targets


def _workflows() -> list[str]:
    """All that the documents say to paste, and the project's own."""
    pasted = (
        block for path in DOCUMENTS for block in re.findall(r"^```yaml\n(.*?)^```$", path.read_text("utf-8"), _LINES)
    )
    own = [path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").iterdir()]
    return [text for text in (*pasted, *own) if "\njobs:" in text and "gonogo" in text]


def test_no_workflow_leaves_a_pull_request_out() -> None:
    workflows = [yaml.safe_load(text)[True] for text in _workflows()]

    assert len(workflows) > 2
    for events in workflows:
        for event in ("pull_request", "pull_request_target", "merge_group"):
            asked = (events.get(event) if isinstance(events, dict) else None) or {}
            assert not {"paths", "paths-ignore"} & asked.keys()
            assert not {"labeled", "unlabeled"} & set(asked.get("types", ()))


def test_that_the_action_needs_linux_is_said_where_it_is_pasted() -> None:
    [line] = [line for line in _workflow().splitlines() if "runs-on" in line]

    assert "Linux" in line


@pytest.mark.parametrize(("letter", "count"), [("P", 37), ("R", 40), ("F", 37)])
def test_each_scenario_has_a_test(letter: str, count: int) -> None:
    rows = [row for row in ROW.findall(SCENARIOS) if row[0].startswith(letter)]

    assert [name for name, _, _ in rows] == [f"{letter}{number}" for number in range(1, count + 1)]
    for _, path, test in rows:
        assert f"def test_{test}(" in (ROOT / "tests" / path).read_text("utf-8")


def _links() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for target, _ in LINK.findall(path.read_text("utf-8")):
            if target and "://" not in target:
                yield path.relative_to(ROOT).as_posix(), target


@pytest.mark.parametrize(("document", "target"), sorted(set(_links())))
def test_each_link_leads_to_a_file(document: str, target: str) -> None:
    assert ((ROOT / document).parent / target).exists()


def test_each_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    explained = re.findall(r"^\| \[([A-Za-z0-9-]+)\]", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE)

    assert sorted(explained) == sorted(Requirement(each).name for each in asked)
