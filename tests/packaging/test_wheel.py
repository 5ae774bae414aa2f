"""The wheel holds the program and its policies, nothing else, and works where it is installed."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from bot import __version__

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `gonogo` of an environment that has the wheel; what it depends on is this environment's."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    uv = Path(sys.executable).with_name("uv")
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", folder / "bin" / "python", wheel],
        check=True,
    )
    [site] = folder.glob("lib/python3*/site-packages")
    # Folders that a `.pth` file adds come last, and their own `.pth` files, such as the checkout's, do not count.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "gonogo"


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_it_holds_the_program_and_its_policies_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        policies = {Path(name).name: archive.read(name) for name in names if name.startswith("bot/policies/")}

    assert policies == {path.name: path.read_bytes() for path in (ROOT / "policies").iterdir()}
    assert [name for name in names if not name.startswith("bot/") or name.endswith((".pyc", "~"))] == []
    assert "bot/py.typed" in names


def test_the_installed_command_tells_its_version(installed: Path, tmp_path: Path) -> None:
    done = _run(installed, "--version", cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"gonogo {__version__}\n", "")


def test_the_installed_command_finds_its_policies(installed: Path, tmp_path: Path) -> None:
    done = _run(installed, "policy", "show", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("name: pull-request\n")


def test_the_installed_program_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = _run(installed.with_name("python"), "-c", "import bot; print(bot.__file__)", cwd=tmp_path)

    assert Path(done.stdout.strip()).is_relative_to(installed.parents[1])
