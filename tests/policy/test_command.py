from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from bot.checks import CHECKS
from bot.errors import PolicyError, UsageError
from bot.gate.registry import GATE
from bot.policy.command import add_policy_parser
from bot.policy.load import parse_policy, shipped_policy


def run(*args: str) -> int:
    parser = argparse.ArgumentParser()
    add_policy_parser(parser.add_subparsers(), CHECKS, lambda: GATE)
    arguments = parser.parse_args(["policy", *args])
    return int(arguments.run(arguments))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_valid_files_are_passed_in_silence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yml").write_text("extends: pull-request\n")

    assert run("validate", "a.yml", str(folder / "a.yml")) == 0
    assert capsys.readouterr() == ("", "")


def test_each_bad_file_is_one_line_on_stderr(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.yml").write_text("extends: pull-request\nzzz: 1\n")
    (folder / "b.yml").write_text("extends: strict\n")
    (folder / "c").mkdir()

    assert run("validate", "a.yml", "b.yml", "c", "missing.yml") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        (
            'a.yml:2: unknown key "zzz"; '
            "known are branches, extends, items, name, readiness, salt, sections, signoffs, waivers"
        ),
        "c: cannot be read: is a directory",
        "missing.yml: cannot be read: no such file or directory",
    ]


def test_policies_of_the_gate_are_looked_at_with_gate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "gate.yml").write_text("extends: deploy-gate\nitems: {gate.targets: {settings: {stable_for: 30}}}\n")

    assert (run("validate", "--gate", "gate.yml"), run("validate", "gate.yml")) == (0, 2)
    capsys.readouterr()
    assert run("show", "--gate") == 0
    shown = parse_policy(capsys.readouterr().out.encode(), "x", GATE)
    assert shown.digest == shipped_policy("deploy-gate", GATE).digest
    assert run("schema", "--gate") == 0
    assert "gate.targets" in json.loads(capsys.readouterr().out)["properties"]["items"]["properties"]


@pytest.mark.parametrize("named", [[], ["pull-request"]])
def test_without_a_file_the_default_is_shown(named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", *named) == 0
    shown = parse_policy(capsys.readouterr().out.encode(), "x", CHECKS)
    assert shown.digest == shipped_policy("pull-request", CHECKS).digest


def test_the_folders_own_policy_is_shown_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / ".github").mkdir()
    (folder / ".github/gonogo.yml").write_text("name: ours\nextends: strict\n")

    assert run("show") == 0
    shown = parse_policy(capsys.readouterr().out.encode(), "x", CHECKS)
    assert (shown.name, shown.extends) == ("ours", None)
    assert [(item.id, item.level) for item in shown.items] == [
        (item.id, item.level) for item in shipped_policy("strict", CHECKS).items
    ]


def test_a_policy_that_is_not_there_or_not_valid_is_an_error(folder: Path) -> None:
    (folder / "a.yml").write_text("name: [\n")

    with pytest.raises(UsageError, match=r'^strct: neither a file nor a shipped policy; did you mean "strict"\?$'):
        run("show", "strct")
    with pytest.raises(PolicyError, match=r"^a\.yml:2: not YAML: "):
        run("show", "a.yml")


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "gonogo policy"
