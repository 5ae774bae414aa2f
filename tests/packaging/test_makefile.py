"""`make` finds a Python that will do, says so where there is none, and hands its arguments on as they are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout whose environment is there already, and whose `gonogo` prints its arguments, one a line."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    gonogo = commands / "gonogo"
    gonogo.write_text('#!/bin/sh\nprintf "<%s>\\n" "$@"\n')
    gonogo.chmod(0o755)
    for stamp in ("bin/python", ".runtime", ".rules"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "handed_on"),
    [
        ([], ["check", "--repo", "."]),
        (["REPO=../my shop"], ["check", "--repo", "../my shop"]),
        (["BASE=v1", "HEAD=fix/it's"], ["check", "--repo", ".", "--base", "v1", "--head", "fix/it's"]),
    ],
)
def test_run_hands_its_arguments_on(folder: Path, arguments: list[str], handed_on: list[str]) -> None:
    done = _make(folder, "run", *arguments)

    assert (done.stdout, done.returncode) == ("".join(f"<{each}>\n" for each in handed_on), 0)


def test_a_machine_without_a_python_that_will_do_is_told_so(folder: Path) -> None:
    shutil.rmtree(folder / ".venv")

    done = _make(folder, "run", "PYTHON=")

    assert done.returncode == 2
    assert done.stderr.startswith("no Python 3.11 or newer with venv and ensurepip was found: install one")


def test_help_names_every_command(folder: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    [phony] = [line for line in makefile.splitlines() if line.startswith(".PHONY:")]

    named = [line.split()[1] for line in _make(folder).stdout.splitlines()]

    assert named == phony.split()[1:]
