"""A release commit names the published image, and differs from main in nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tools import pin_image

ROOT = Path(__file__).resolve().parents[2]
DIGEST = "sha256:" + "5e" * 32
IMAGE = f"ghcr.io/octo-org/gonogo@{DIGEST}"
BASE = f"python:3.14-slim@{DIGEST}"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("action.yml", "Dockerfile"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def _changed_lines(checkout: Path, name: str) -> list[tuple[str, str]]:
    before, after = ((folder / name).read_text().splitlines() for folder in (ROOT, checkout))
    return [(old, new) for old, new in zip(before, after, strict=True) if old != new]


def test_one_line_of_each_file_changes(checkout: Path) -> None:
    assert pin_image.main(["--image", IMAGE, "--base", BASE], checkout) == 0

    assert _changed_lines(checkout, "action.yml") == [("  image: Dockerfile", f"  image: docker://{IMAGE}")]
    assert _changed_lines(checkout, "Dockerfile") == [("ARG BASE_IMAGE=python:3.14-slim", f"ARG BASE_IMAGE={BASE}")]
    action = yaml.safe_load((checkout / "action.yml").read_text())
    assert action["runs"] == {"using": "docker", "image": f"docker://{IMAGE}"}


@pytest.mark.parametrize(
    ("image", "base"),
    [
        ("ghcr.io/octo-org/gonogo:v1", BASE),
        ("ghcr.io/octo-org/gonogo@sha256:5e5e", BASE),
        (f"ghcr.io/Octo-Org/gonogo@{DIGEST}", BASE),
        (f"{IMAGE}\n  args: [x]", BASE),
        (f"docker://{IMAGE}", BASE),
        (IMAGE, "python:3.14-slim"),
        (IMAGE, f"python:3.13-slim@{DIGEST}"),
    ],
)
def test_what_is_no_digest_of_the_right_image_changes_nothing(
    checkout: Path, image: str, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pin_image.main(["--image", image, "--base", base], checkout) == 1

    assert len(capsys.readouterr().err.splitlines()) == 1
    assert _changed_lines(checkout, "action.yml") == _changed_lines(checkout, "Dockerfile") == []


def test_a_second_pin_is_refused(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pin_image.main(["--image", IMAGE, "--base", BASE], checkout)

    assert pin_image.main(["--image", IMAGE, "--base", BASE], checkout) == 1
    assert capsys.readouterr().err == "0 lines are `  image: Dockerfile`, not one\n"
