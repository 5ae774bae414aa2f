"""What issue and design promise of hostile and large changes, through `gonogo check`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.repo import GitRepo

_CODE = str(Path(__file__).parents[3])
EVAL = "def f(x):\n    return eval(x)\n"


def _items(repo: GitRepo, *args: str) -> dict[str, Any]:
    """The items of the change from main, by id, with the exit status under `status`."""
    argv = [sys.executable, "-m", "bot", "check", "--base", "main", "--only", "security.", "--format", "json", *args]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": _CODE}
    done = subprocess.run(argv, cwd=repo.folder, env=environment, capture_output=True, check=False)
    return {"status": done.returncode, **{item["id"]: item for item in json.loads(done.stdout)["items"]}}


def _told(item: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(one["rule"], one["path"], one["suppression"]) for one in item["findings"]]


def test_settings_that_the_change_edits_switch_nothing_off_and_are_listed(repo: GitRepo) -> None:
    repo.commit({"pyproject.toml": '[tool.ruff.lint]\nselect = ["E"]\n'})
    repo.branch("change")
    repo.commit({"a.py": EVAL, "pyproject.toml": '[tool.ruff.lint]\nselect = ["E"]\nignore = ["S307"]\n'})

    items = _items(repo)

    assert (items["status"], items["security.code"]["state"]) == (1, "fail")
    assert _told(items["security.code"]) == [("S307", "a.py", None)]
    assert _told(items["security.suppressions"]) == [("scanner-settings", "pyproject.toml", "ignore = S307")]


def test_a_comment_that_the_change_adds_hides_nothing_and_is_listed(repo: GitRepo) -> None:
    repo.branch("change")
    repo.commit({"a.py": EVAL.replace("eval(x)", "eval(x)  # nosec")})

    items = _items(repo)

    assert (items["status"], items["security.code"]["state"]) == (1, "fail")
    assert _told(items["security.code"]) == [("S307", "a.py", "# nosec")]
    assert _told(items["security.suppressions"]) == [("nosec", "a.py", "# nosec")]


def test_a_function_that_moves_to_another_file_is_go(repo: GitRepo) -> None:
    repo.commit({"a.py": f"x = 1\n\n\n{EVAL}", "b.py": "y = 2\n"})
    repo.branch("change")
    repo.commit({"a.py": "x = 1\n", "b.py": f"y = 2\n\n\n{EVAL}"})

    items = _items(repo)

    assert (items["status"], items["security.code"]["state"]) == (0, "pass")
    assert items["security.code"]["figures"] == {"fixed": [], "known": 1, "new": 0}


def test_one_fault_in_three_thousand_changed_files_is_found(repo: GitRepo) -> None:
    edited = {f"app/{number}.py": f"x = {number}\ny = 1\n" for number in range(3000)}
    repo.commit({name: text.replace("y = 1\n", "") for name, text in edited.items()})
    repo.branch("change")
    repo.commit({**edited, "app/1717.py": EVAL})

    items = _items(repo, "--time-budget", "600")

    assert (items["status"], items["security.code"]["state"]) == (1, "fail")
    assert _told(items["security.code"]) == [("S307", "app/1717.py", None)]
    assert items["security.code"]["unknowns"] == []
