"""Where reports go, and what the steps after this one are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.inputs import Runner
from bot.model import Verdict
from bot.publish import files
from tests.render.reports import report


def _runner(folder: Path, **members: object) -> Runner:
    return Runner.model_validate(
        {
            "event_name": "push",
            "event_path": folder / "event.json",
            "repository": "acme/shop",
            "workspace": folder,
            "output": folder / "output",
            **members,
        }
    )


@pytest.mark.parametrize("value", ["go", "", "a\nb", "verdict<<x\ngo\nx\n", "x=y\nverdict=go", "EOF"])
def test_no_value_of_an_output_can_set_another(tmp_path: Path, value: str) -> None:
    runner = _runner(tmp_path)

    files.write_outputs(runner, {"first": value, "second": "2"})

    lines = (tmp_path / "output").read_text().split("\n")
    found = re.fullmatch(r"first<<(gonogo_[0-9a-f]{32})", lines[0])
    assert found is not None
    assert lines == [lines[0], *value.split("\n"), found[1], f"second<<{found[1]}", "2", found[1], ""]


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/github/runner_temp/gonogo/report.json", "/home/runner/work/_temp/gonogo/report.json"),
        ("/github/home/gonogo/report.json", "/home/runner/work/_temp/_github_home/gonogo/report.json"),
        ("/home/runner/work/_temp/gonogo/report.json", "/home/runner/work/_temp/gonogo/report.json"),
    ],
)
def test_a_container_s_paths_are_told_as_the_host_has_them(tmp_path: Path, path: str, host: str) -> None:
    runner = _runner(tmp_path, host_workspace="/home/runner/work/shop")

    assert files.on_host(Path(path), runner) == Path(host)
    assert files.on_host(Path(path), _runner(tmp_path)) == Path(path)


def test_the_home_serves_where_a_container_has_no_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()

    runner = _runner(tmp_path, temp="/home/runner/work/_temp/of/a/host", home=tmp_path / "home")

    assert files.report_parent(runner) == tmp_path / "home"


def test_what_an_earlier_step_puts_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "temp").mkdir()
    precious = tmp_path / "precious"
    precious.write_text("mine")
    for name in ("gonogo", "report.json", "report.md"):
        (tmp_path / "temp" / name).symlink_to(precious)

    outputs = files.write_reports(report(Verdict.GO), _runner(tmp_path, temp=tmp_path / "temp"))

    assert precious.read_text() == "mine"
    assert [Path(path).stat().st_mode & 0o777 for path in outputs.values()] == [0o644] * 3
    assert Path(outputs["sarif"]).parent.stat().st_mode & 0o777 == 0o755
